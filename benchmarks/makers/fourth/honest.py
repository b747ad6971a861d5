"""Honest kinds. Each group lives by its traits; each member also keeps the life of an ordinary person."""

# ruff: noqa: PLR2004, C901, PLR0912, PLR0913, PLR0915, PLR0917  (tables of habits, long recipes)
from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from kernel import Bools, Floats, Ints, Rng, batches, zipf_pick
from people import (
    ALL_DAY,
    AWAY,
    CRON,
    FREE,
    HOME,
    MOBILE,
    NIGHT,
    OFFICE,
    PLATFORM,
    PRIVATE,
    REGIONS,
    SHIFT,
    WEIGHTS,
    WORK,
    Cohort,
    Company,
    World,
    access,
    company_sizes,
    gateway,
    note_group,
    people,
    wobble,
)
from things import pick_clients


@dataclass(frozen=True)
class Traits:
    """How a kind of group lives. Shares are middles: each group has its own around them."""

    share: float  # of honest accounts
    sizes: tuple[int, int, float]  # smallest, largest, tail
    place: str = ""  # business, campus, cloud, sase, satellite, desktops, home, line
    addresses: tuple[int, int] = (1, 4)
    places: tuple[int, int] = (1, 1)  # sites of a group
    presence: float = 0.8  # share of working sessions from the place
    own_life: float = 0.5  # members who also use it from home or the road
    platform: str = ""  # hosted, ci, lowcode, serverless, vendor, agents, dedicated
    platform_use: float = 0.7
    card: str = "own"  # own, one, team, virtual, prepaid, none
    card_share: float = 0.7
    mail: str = "own"  # own, org, client, several
    mail_share: float = 0.8
    template: float = 0.0
    template_q: float = 0.7
    paraphrases: int = 1
    machines: float = 0.0  # members per shared machine, 0 for none
    image: float = 0.0  # members on the organisation's standard image
    sched: int = OFFICE
    created: str = "tenure"  # tenure, founded, hours, days, weeks
    coupon: float = 0.0
    repo: float = 0.0
    schema: float = 0.0
    address: float = 0.0
    local: bool = True
    same_owner: bool = False
    lockstep: float = 0.0  # minutes within which the group's jobs run, 0 for none
    pace: float = 1.0
    plan: int = -1
    sso: bool = False


KINDS: dict[str, Traits] = {
    "home": Traits(0.44, (1, 1, 1.0)),
    "mobile": Traits(0.10, (1, 1, 1.0)),
    "vpn_user": Traits(0.045, (1, 1, 1.0)),
    "cloud_developer": Traits(0.05, (1, 1, 1.0), platform="dedicated"),
    "serverless": Traits(0.025, (1, 1, 1.0), platform="serverless"),
    "proxy_customer": Traits(0.004, (1, 1, 1.0)),
    "shop_customer": Traits(0.003, (1, 1, 1.0)),
    "family": Traits(
        0.025,
        (2, 6, 1.2),
        place="home",
        presence=0.6,
        card="one",
        card_share=0.7,
        machines=2.5,
        address=0.8,
        sched=FREE,
    ),
    "company": Traits(
        0.075,
        (2, 200, 0.9),
        place="business",
        card="one",
        card_share=0.5,
        mail="org",
        mail_share=0.88,
        template=0.3,
        repo=0.25,
        address=0.6,
    ),
    "enterprise": Traits(
        0.06,
        (200, 5000, 0.8),
        place="business",
        addresses=(1, 6),
        places=(1, 4),
        card="one",
        card_share=0.85,
        mail="org",
        mail_share=0.97,
        template=0.5,
        image=0.6,
        own_life=0.35,
        repo=0.2,
        address=0.8,
        plan=2,
        sso=True,
    ),
    "university": Traits(
        0.03,
        (60, 2500, 0.9),
        place="campus",
        addresses=(2, 8),
        presence=0.6,
        own_life=0.9,
        mail="org",
        mail_share=0.75,
        machines=40.0,
        card_share=0.3,
        sched=FREE,
    ),
    "school": Traits(
        0.008,
        (20, 250, 1.0),
        place="business",
        addresses=(1, 2),
        card="none",
        mail="org",
        mail_share=0.9,
        machines=4.0,
        template=0.25,
        own_life=0.5,
    ),
    "course": Traits(
        0.015,
        (60, 800, 1.0),
        place="campus",
        addresses=(1, 4),
        presence=0.6,
        own_life=0.9,
        mail="org",
        mail_share=0.8,
        template=0.85,
        repo=0.5,
        coupon=0.3,
        created="days",
        sched=FREE,
        card_share=0.3,
    ),
    "agency": Traits(
        0.012,
        (5, 300, 0.9),
        place="business",
        addresses=(1, 2),
        card="one",
        card_share=0.9,
        mail="client",
        mail_share=0.85,
        own_life=0.2,
        template=0.15,
        address=0.9,
    ),
    "byok_vendor": Traits(
        0.035,
        (20, 20000, 0.7),
        platform="vendor",
        addresses=(1, 6),
        template=0.95,
        template_q=0.95,
        schema=0.6,
        local=False,
    ),
    "viral_prompt": Traits(0.01, (20, 2000, 0.9), template=0.9, template_q=0.5, local=False, sched=FREE),
    "hackathon": Traits(
        0.006,
        (50, 500, 1.0),
        place="line",
        presence=0.25,
        own_life=1.0,
        coupon=0.9,
        template=0.55,
        repo=0.3,
        created="hours",
        sched=FREE,
    ),
    "incubator": Traits(
        0.004,
        (15, 120, 1.0),
        place="business",
        presence=0.35,
        own_life=0.8,
        mail="client",
        mail_share=0.8,
        coupon=0.9,
        created="weeks",
    ),
    "credit_programme": Traits(0.004, (40, 600, 1.0), coupon=0.95, created="weeks", local=False),
    "gift_codes": Traits(0.005, (30, 400, 1.0), coupon=0.9, created="days", local=False, sched=FREE, card="none"),
    "reseller_customer": Traits(
        0.005, (30, 600, 1.0), card="prepaid", card_share=0.75, created="weeks", local=True, address=0.6, sched=FREE
    ),
    "hosted_notebook": Traits(0.014, (40, 2000, 0.8), platform="hosted", template=0.3, local=False, sched=FREE),
    "ci": Traits(0.011, (10, 300, 0.9), platform="ci", template=0.25, repo=0.5, sched=CRON, local=False),
    "sase_tenant": Traits(
        0.018,
        (20, 600, 0.9),
        place="sase",
        card="one",
        card_share=0.8,
        mail="org",
        mail_share=0.95,
        template=0.35,
        image=0.4,
        address=0.7,
        plan=2,
    ),
    "cloud_desktop": Traits(
        0.006,
        (15, 250, 1.0),
        place="desktops",
        card="one",
        mail="org",
        mail_share=0.92,
        image=0.98,
        presence=0.95,
        own_life=0.15,
    ),
    "call_centre": Traits(
        0.007,
        (40, 500, 0.9),
        place="business",
        addresses=(1, 2),
        card="one",
        card_share=0.9,
        mail="org",
        mail_share=0.85,
        machines=4.0,
        template=0.85,
        presence=0.98,
        own_life=0.05,
        sched=SHIFT,
        created="founded",
        address=0.8,
    ),
    "hospital_ward": Traits(
        0.006,
        (30, 400, 1.0),
        place="business",
        addresses=(1, 3),
        card="none",
        mail="org",
        mail_share=0.85,
        machines=6.0,
        template=0.3,
        presence=0.9,
        own_life=0.3,
        sched=SHIFT,
    ),
    "kiosk": Traits(
        0.004,
        (10, 150, 1.0),
        place="business",
        addresses=(1, 2),
        presence=0.6,
        own_life=0.4,
        card="none",
        machines=12.0,
        sched=FREE,
    ),
    "franchise": Traits(
        0.006,
        (10, 250, 0.9),
        place="line",
        places=(6, 60),
        card="one",
        card_share=0.8,
        mail="org",
        mail_share=0.85,
        template=0.7,
        address=0.4,
    ),
    "branches": Traits(
        0.007,
        (20, 400, 0.9),
        place="business",
        addresses=(1, 1),
        places=(3, 30),
        card="one",
        card_share=0.85,
        mail="org",
        mail_share=0.95,
        template=0.5,
        image=0.4,
        address=0.5,
    ),
    "holding": Traits(
        0.005,
        (20, 400, 0.9),
        place="business",
        places=(2, 9),
        card="one",
        card_share=0.75,
        mail="several",
        mail_share=0.9,
        template=0.4,
        address=0.5,
    ),
    "low_code": Traits(0.010, (30, 3000, 0.8), platform="lowcode", template=0.3, schema=0.5, local=False),
    "aggregator": Traits(
        0.0015, (2, 12, 1.0), platform="agents", addresses=(1, 6), card="one", mail="org", sched=ALL_DAY, pace=2.5
    ),
    "own_tests": Traits(
        0.006,
        (3, 120, 0.9),
        place="business",
        addresses=(1, 1),
        platform="agents",
        platform_use=0.6,
        card="one",
        card_share=0.9,
        mail="org",
        mail_share=0.75,
        template=0.85,
        machines=6.0,
        created="founded",
        repo=0.6,
        schema=0.5,
        address=0.9,
        own_life=0.0,
        same_owner=True,
    ),
    "virtual_cards": Traits(
        0.006,
        (8, 250, 0.9),
        place="business",
        card="virtual",
        card_share=0.95,
        mail="org",
        mail_share=0.92,
        template=0.35,
        address=0.95,
    ),
    "team_cards": Traits(
        0.004,
        (8, 200, 0.9),
        place="business",
        card="team",
        card_share=0.9,
        mail="org",
        mail_share=0.92,
        template=0.3,
        address=0.8,
    ),
    "agent_fleet": Traits(
        0.007,
        (5, 250, 0.9),
        place="business",
        presence=0.2,
        platform="agents",
        platform_use=0.95,
        card="one",
        card_share=0.9,
        mail="org",
        mail_share=0.85,
        template=0.8,
        paraphrases=4,
        repo=0.7,
        schema=0.7,
        sched=NIGHT,
        lockstep=8.0,
        pace=1.5,
        own_life=0.05,
        address=0.8,
    ),
    "hiring_burst": Traits(
        0.005,
        (15, 300, 0.9),
        place="business",
        card="one",
        card_share=0.85,
        mail="org",
        mail_share=0.97,
        template=0.7,
        image=0.6,
        created="days",
        address=0.8,
    ),
    "new_office": Traits(
        0.005,
        (15, 300, 0.9),
        place="business",
        addresses=(1, 3),
        card="team",
        card_share=0.8,
        mail="org",
        mail_share=0.95,
        template=0.6,
        image=0.5,
        created="weeks",
        address=0.8,
    ),
    # Thought of here: honest, and close to rings on purpose.
    "donated_laptops": Traits(
        0.003,
        (12, 90, 1.0),
        place="line",
        presence=0.4,
        own_life=0.95,
        card="prepaid",
        card_share=0.7,
        machines=3.0,
        image=0.7,
        template=0.7,
        created="days",
        sched=FREE,
    ),
    "research_panel": Traits(
        0.004,
        (40, 400, 1.0),
        card="virtual",
        card_share=0.95,
        template=0.9,
        template_q=0.85,
        created="weeks",
        local=False,
        sched=FREE,
        address=0.9,
    ),
    "vessel": Traits(
        0.002,
        (8, 120, 1.0),
        place="satellite",
        addresses=(1, 2),
        presence=0.95,
        own_life=0.35,
        machines=8.0,
        mail_share=0.4,
        mail="org",
        sched=SHIFT,
    ),
    "bookkeeper": Traits(
        0.003,
        (8, 150, 1.0),
        card="virtual",
        card_share=0.95,
        mail="client",
        mail_share=0.9,
        address=0.95,
        own_life=1.0,
        created="tenure",
    ),
}
SINGLES = ("home", "mobile", "vpn_user", "cloud_developer", "serverless", "proxy_customer", "shop_customer")


def shares(w: World) -> dict[str, float]:
    """The share of each kind in this world; some kinds may be absent from a random one."""
    raw = {}
    for name, t in KINDS.items():
        here = w.params.exists(f"has_{name}", 0.88) or name in ("home", "mobile")
        raw[name] = w.params.number(f"share_{name}", t.share, 0.0, 0.8) * here
    total = sum(raw.values())
    return {name: value / total for name, value in raw.items()}


def populate(w: World, sizes: dict[str, int]) -> None:
    """Create all honest accounts."""
    for name, n in sizes.items():
        if n <= 0:
            continue
        rng = w.rng(f"honest:{name}")
        if name in SINGLES:
            w.cohorts.append(single(w, rng, name, n))
            continue
        t = KINDS[name]
        groups = company_sizes(w, rng, n, *t.sizes)
        rest = n - int(groups.sum())
        if len(groups):
            w.cohorts.append(group_life(w, rng, name, t, groups))
        if rest:
            w.cohorts.append(people(w, rng, rest, "home"))


def single(w: World, rng: Rng, name: str, n: int) -> Cohort:
    """People without a group."""
    c = people(w, rng, n, name)
    net = w.net
    if name == "mobile":
        c.venue[:, MOBILE] = gateway(w, rng, c.region)
        c.venue[rng.random(n) < 0.6, HOME] = -1
        c.signup[:] = MOBILE
        lone = c.dev[:, MOBILE] == c.dev[:, HOME]
        c.dev[lone, MOBILE] = w.devices.add(int(lone.sum()), 0.45)
        c.client = np.where(rng.random(n) < 0.6, pick_clients(rng, n, ("app",)), c.client)
    elif name == "vpn_user":
        c.venue[:, PRIVATE] = rng.choice(net["vpn"], n, p=np.arange(10, 0, -1) / 55.0)
        c.pw[:, PRIVATE] = c.po[:, PRIVATE] = rng.uniform(1.5, 8.0, n)
        c.signup = np.where(rng.random(n) < 0.6, PRIVATE, c.signup)
    elif name in ("cloud_developer", "serverless"):
        if name == "serverless":
            c.venue[:, PLATFORM] = rng.choice(net["serverless"], n)
        else:
            c.venue[:, PLATFORM] = own_hosts(w, rng, n)
        use_platform(c, rng, 0.7, ("sdk",))
        c.plan[:] = 3
        c.sched = rng.choice([OFFICE, ALL_DAY, CRON, FREE], n, p=[0.3, 0.35, 0.2, 0.15])
    elif name == "proxy_customer":
        through_vendor(w, rng, c, np.ones(n, bool))
    elif name == "shop_customer":
        bought_from_shop(w, rng, c, int(rng.integers(0, len(net["shops"]))))
        c.grey[:] = True
    return c


def own_hosts(w: World, rng: Rng, n: int) -> Ints:
    """One dedicated cloud address each, over several clouds."""
    out = np.zeros(n, np.int64)
    which = zipf_pick(rng, n, 9, 0.8)
    for i in range(9):
        m = which == i
        out[m] = w.places.egress(w.net["cloud"][i], np.ones(int(m.sum()), np.int64), 400.0)
    return out


def use_platform(c: Cohort, rng: Rng, use: float | Floats, clients: tuple[str, ...]) -> None:
    """Let most sessions run on the platform slot, with a client of its own."""
    total_w = np.where(c.venue[:, :PLATFORM] >= 0, c.pw[:, :PLATFORM], 0).sum(1)
    total_o = np.where(c.venue[:, :PLATFORM] >= 0, c.po[:, :PLATFORM], 0).sum(1)
    use = np.clip(use + rng.normal(0, 0.1, c.n), 0.02, 0.97)
    c.pw[:, PLATFORM] = total_w * use / (1 - use)
    c.po[:, PLATFORM] = total_o * use / (1 - use)
    c.plat_client = pick_clients(rng, c.n, clients)


def through_vendor(w: World, rng: Rng, c: Cohort, who: Bools) -> None:
    """Customers of a residential proxy vendor, each with a range of exits of his own choice."""
    k = int(who.sum())
    which = rng.integers(0, len(w.net["vendors"]), k)
    ids = np.zeros(k, np.int64)
    for i, v in enumerate(w.net["vendors"]):
        m = which == i
        if m.any():
            first = (rng.random(int(m.sum())) * 0.7 * v["exits"]).astype(np.int64)
            ids[m] = w.places.proxy(v["pool"], first, np.full(int(m.sum()), int(0.3 * v["exits"])), v["period"])
    c.venue[who, PRIVATE] = ids
    c.pw[who, PRIVATE] = c.po[who, PRIVATE] = rng.uniform(0.5, 4.0, k)


def bought_from_shop(w: World, rng: Rng, c: Cohort, shop_id: int, who: Bools | None = None) -> None:
    """Accounts made by a shop: its mail domains, numbers, machines and carrier at sign-up; made long ago."""
    who = np.ones(c.n, bool) if who is None else who
    k = int(who.sum())
    shop = w.net["shops"][shop_id]
    shop_mail = rng.random(k) < 0.5
    c.domain[who] = np.where(shop_mail, rng.choice(shop["domains"], k), c.domain[who])
    c.phone[who] = np.where(rng.random(k) < 0.6, rng.choice(shop["phones"], k), -1)
    c.dev[who, AWAY] = np.where(rng.random(k) < 0.4, rng.choice(shop["devices"], k), w.devices.add(k, 0.5))
    c.venue[who, AWAY] = gateway(w, rng, np.full(k, shop["region"]))
    c.pw[who, AWAY] = c.po[who, AWAY] = 0.02
    c.signup[who] = AWAY


def found(w: World, rng: Rng, c: Cohort, g: Ints, how: str, groups: int) -> None:
    """When the members of groups signed up."""
    if how == "tenure":
        return
    start = w.days - rng.exponential(w.days * 0.6, groups)
    width = {"founded": 90.0, "hours": 0.3, "days": 6.0, "weeks": 35.0}[how]
    start = np.minimum(start, w.days - np.minimum(width, w.window * 0.5))
    shape = rng.beta(1.2, 2.5, c.n)
    late = np.where(rng.random(c.n) < 0.08, rng.exponential(25.0, c.n), 0.0)
    when = start[g] + shape * width * np.exp(rng.normal(0, 0.5, groups))[g] + late
    if how in ("hours", "days"):
        local = np.array([r[2] for r in REGIONS])[c.region]
        when = np.floor(when) + np.clip((when % 1) * 0.45 + 0.34 - local / 24.0, 0, 0.999)
    c.created = np.minimum(when, w.days - 0.1)
    c.ended = np.maximum(c.ended, c.created + rng.exponential(60.0, c.n) + 1.0)


def group_places(w: World, rng: Rng, t: Traits, regions: Ints, sites: Ints) -> Ints:
    """The sites of each group, in order."""
    owner_region = np.repeat(regions, sites)
    n = len(owner_region)
    if t.places[1] > 1:
        moved = rng.random(n) < 0.3
        owner_region = np.where(moved, rng.choice(len(REGIONS), n, p=WEIGHTS), owner_region)
    k = rng.integers(t.addresses[0], t.addresses[1] + 1, n)
    if t.place in ("home", "line"):
        return access(w, rng, owner_region)
    if t.place in ("sase", "desktops"):
        return rng.choice(w.net[t.place], n)
    if t.place == "satellite":
        return w.places.egress(w.net["satellite"], k, 20.0)
    out = np.zeros(n, np.int64)
    for r in np.unique(owner_region):
        m = owner_region == r
        pool = w.net["campus"][int(r)] if t.place == "campus" else w.net["business"][int(r)][int(rng.integers(0, 2))]
        out[m] = w.places.egress(pool, k[m], rng.uniform(3, 200, int(m.sum())))
    return out


def group_life(w: World, rng: Rng, name: str, t: Traits, sizes: Ints) -> Cohort:
    """Groups that live by their traits."""
    groups, n = len(sizes), int(sizes.sum())
    g = np.repeat(np.arange(groups), sizes)
    regions = rng.choice(len(REGIONS), groups, p=WEIGHTS)
    region = (
        regions[g] if t.local else np.where(rng.random(n) < 0.3, regions[g], rng.choice(len(REGIONS), n, p=WEIGHTS))
    )
    c = people(w, rng, n, name, region)
    c.group = note_group(w, name, sizes)[g]
    member = rng.random(n)
    sites = np.minimum(rng.integers(t.places[0], t.places[1] + 1, groups), np.maximum(1, sizes // 2))
    venue_first = np.zeros(groups, np.int64)
    if t.place:
        venues = group_places(w, rng, t, regions, sites)
        starts = np.cumsum(sites) - sites
        pick = (rng.random(n) ** 1.6 * sites[g]).astype(np.int64)
        c.venue[:, WORK] = venues[starts[g] + pick]
        venue_first = venues[starts]
        presence = np.clip(wobble(rng, t.presence, groups)[g] + 0.05, 0.05, 0.99)
        c.pw[:, WORK] = presence / (1 - presence) * 1.3
        c.po[:, WORK] = c.pw[:, WORK] * (0.9 if t.sched in (SHIFT, NIGHT) or t.place in ("home", "satellite") else 0.12)
        keeps = rng.random(n) < wobble(rng, t.own_life, groups)[g]
        stay = ~keeps & (rng.random(n) < 0.9)
        c.venue[stay, HOME] = c.venue[stay, MOBILE] = -1
        c.signup = np.where(rng.random(n) < 0.75, WORK, c.signup)
        own_machine = rng.random(n) < 0.6
        c.dev[own_machine, WORK] = w.devices.add(int(own_machine.sum()), 0.25)
        if t.place == "home":
            c.venue[:, HOME] = c.venue[:, WORK]
    if t.platform:
        platform_life(w, rng, c, t, g, groups)
    if t.machines:
        count = np.maximum(1, np.round(sizes / t.machines)).astype(np.int64)
        if name == "university":
            count = np.minimum(count, 40)
        image = w.devices.models(groups)
        owner = np.repeat(np.arange(groups), count)
        own_image = rng.random(groups) < 0.3
        first = w.devices.add(int(count.sum()), 0, 0.1, np.where(own_image[owner], image[owner], -1))[
            np.cumsum(count) - count
        ]
        uses = member < {"university": 0.25, "family": 0.6}.get(name, 0.85)
        c.machines, c.machine_count = np.where(uses, first[g], -1), count[g]
    if t.image:
        images = w.devices.models(groups)
        m = rng.random(n) < wobble(rng, t.image, groups)[g]
        c.dev[m, WORK] = w.devices.add(int(m.sum()), 0, 0.1, images[g[m]])
    cards(w, rng, c, t, g, groups)
    mail(w, rng, c, t, g, groups, name)
    house = w.templates.add(groups)
    if t.template:
        m = rng.random(n) < wobble(rng, t.template, groups)[g]
        c.tpl[m, 0], c.tpl_p[m, 0] = house[g[m]], 1.6 * t.template_q
        if t.platform and t.paraphrases == 1:
            c.plat_tpl[m], c.plat_q[m] = house[g[m]], t.template_q
        elif t.platform:
            family = w.templates.add(groups * t.paraphrases).reshape(groups, t.paraphrases)[:, 0]
            c.plat_tpl[m], c.plat_q[m], c.plat_n[m] = family[g[m]], t.template_q, t.paraphrases
    for what, middle in (("repo", t.repo), ("schema", t.schema), ("coupon", t.coupon), ("address", t.address)):
        if middle:
            m = rng.random(n) < wobble(rng, middle, groups)[g]
            getattr(c, what)[m] = w.fresh(what, groups)[g[m]]
    found(w, rng, c, g, t.created, groups)
    c.sched = np.where(rng.random(n) < 0.85, t.sched, c.sched)
    c.rate *= t.pace
    if t.lockstep:
        c.sync = np.where(rng.random(n) < 0.8, w.fresh("sync", groups)[g], -1)
        c.sync_width[:] = t.lockstep
    if t.plan >= 0:
        c.plan[rng.random(n) < 0.95] = t.plan
    if t.same_owner:
        c.same_owner = c.group.copy()
        c.mailbox = np.where(rng.random(groups)[g] < 0.6, c.group, -1)
        c.upgrade = c.group + 10
        c.created = np.where(rng.random(n) < 0.7, np.round(c.created * 0.2) * 5.0 + rng.random(n), c.created).clip(
            max=w.days - 0.2
        )
    if t.mail == "org" and t.place == "business" and not t.same_owner:
        remember(w, name, sizes, regions, venue_first, c, g, house)
    return c


def platform_life(w: World, rng: Rng, c: Cohort, t: Traits, g: Ints, groups: int) -> None:
    """Members work through a platform, which has the addresses."""
    n = c.n
    if t.platform == "vendor":
        k = rng.integers(t.addresses[0], t.addresses[1] + 1, groups)
        ids = w.places.egress(w.net["cloud"][int(rng.integers(0, 9))], k, 0.2)
        relayed = rng.random(n) < np.clip(rng.normal(0.6, 0.2, groups), 0, 1)[g]
        c.venue[:, PLATFORM] = np.where(relayed, ids[g], -1)
    elif t.platform == "agents":
        k = rng.integers(1, 5, groups)
        c.venue[:, PLATFORM] = w.places.egress(w.net["cloud"][int(rng.integers(0, 9))], k, 2.0)[g]
    else:
        shared = w.net[t.platform]
        c.venue[:, PLATFORM] = shared[rng.integers(0, len(shared), groups)][g]
    use_platform(c, rng, t.platform_use, ("sdk",))
    if t.platform == "vendor":
        c.plat_client = pick_clients(rng, groups, ("sdk",))[g]
        c.upgrade = np.where(rng.random(n) < 0.9, -3 - g, c.upgrade)


def cards(w: World, rng: Rng, c: Cohort, t: Traits, g: Ints, groups: int) -> None:
    """Who pays."""
    n = c.n
    if t.card == "none":
        c.card[rng.random(n) < 0.85] = -1
        return
    if t.card == "own":
        return
    m = rng.random(n) < wobble(rng, t.card_share, groups)[g]
    k = int(m.sum())
    if t.card == "one":
        c.card[m] = w.cards.add(groups)[g[m]]
        renewed = m & (rng.random(groups)[g] < 0.15)
        c.card_two[renewed] = w.cards.add(groups)[g[renewed]]
    elif t.card == "team":
        team = batches(rng, k, 3, 25) if groups == 1 else (g[m] * 1000 + rng.integers(0, 6, k))
        values, inverse = np.unique(team, return_inverse=True)
        c.card[m] = w.cards.add(len(values))[inverse]
    elif t.card == "virtual":
        c.card[m] = w.cards.add(k, w.cards.some_range(groups)[g[m]])
    elif t.card == "prepaid":
        pack = g[m] * 1000 + rng.integers(0, 40, k)
        values, inverse = np.unique(pack, return_inverse=True)
        c.card[m] = w.cards.add(len(values), w.cards.some_range(len(values)))[inverse]
    c.wallet[m] &= rng.random(k) < 0.2


def mail(w: World, rng: Rng, c: Cohort, t: Traits, g: Ints, groups: int, name: str) -> None:
    """Whose mail domain."""
    n = c.n
    if t.mail == "own":
        return
    m = rng.random(n) < wobble(rng, t.mail_share, groups)[g]
    if t.mail == "org":
        c.domain[m] = w.fresh("domain", groups)[g[m]]
        c.style[m & (rng.random(groups)[g] < 0.7)] = 0
    elif t.mail == "several":
        c.domain[m] = w.fresh("domain", groups * 5)[g[m] * 5 + zipf_pick(rng, int(m.sum()), 5, 0.8)]
    elif t.mail == "client":
        client = np.arange(n) - (rng.random(n) < 0.25)
        c.domain[m] = w.fresh("domain", n + 1)[np.maximum(client, 0)[m]]
    if name == "own_tests":
        gmail = m & (rng.random(groups)[g] < 0.4)
        c.domain[gmail] = 0


def remember(w: World, name: str, sizes: Ints, regions: Ints, venue: Ints, c: Cohort, g: Ints, house: Ints) -> None:
    """Keep what outsiders may borrow of a company: its guest network is mostly the office's own egress."""
    rng = w.rng(f"companies:{name}")
    first = np.cumsum(sizes) - sizes
    for i in np.flatnonzero(sizes >= 8)[:400]:
        members = slice(int(first[i]), int(first[i] + sizes[i]))
        domains = c.domain[members]
        domain = int(domains[domains >= 100][0]) if (domains >= 100).any() else -1
        if domain < 0:
            continue
        guest = int(venue[i])
        if rng.random() < 0.3:
            guest = int(w.places.egress(w.net["business"][int(regions[i])][0], np.array([1]), 400.0)[0])
            visitors = np.arange(members.start, members.stop)[rng.random(int(sizes[i])) < 0.4]
            c.venue[visitors, AWAY] = guest
            c.pw[visitors, AWAY] = c.po[visitors, AWAY] = 0.4
        template = int(house[i]) if (c.tpl[members, 0] == house[i]).any() else int(w.net["public"][0])
        w.companies.append(
            Company(name, int(sizes[i]), int(regions[i]), guest, domain, template, int(c.address[members][0]))
        )
    del g  # the members stand in the order of their groups


def twin_group(w: World, rng: Rng, name: str, size: int) -> Cohort:
    """One honest group of a given size which came as newcomers do: a burst, a branch, a new office of an old firm."""
    t = replace(KINDS[name], sizes=(size, size, 1.0))
    c = group_life(w, rng, name, t, np.array([size]))
    hosts = [x for x in w.companies if x.size >= min(size, 40)]
    if hosts and rng.random() < 0.8:
        firm = hosts[int(rng.integers(0, len(hosts)))]
        m = rng.random(size)
        c.domain[m < 0.95] = firm.domain
        c.tpl[m < 0.6, 0] = firm.template
        visits = rng.random(size) < 0.7
        c.venue[visits, AWAY] = firm.guest
        c.pw[visits, AWAY] = c.po[visits, AWAY] = 0.5
        c.dev[visits, AWAY] = c.dev[visits, WORK]
    width = {"hiring_burst": 7.0, "branches": 49.0}.get(name, 30.0)
    c.created = w.days - w.window * rng.uniform(0.1, 0.8) - rng.random(size) * width
    return c
