"""Operators: they buy from suppliers, make or buy accounts, run them, lose some and replace them."""

# ruff: noqa: PLR2004, C901, PLR0913  (tables of habits, long recipes)
from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from honest import bought_from_shop, use_platform
from kernel import Floats, Rng, batches, zipf_pick
from people import (
    ALL_DAY,
    AWAY,
    FREE,
    HOME,
    MOBILE,
    NIGHT,
    PLATFORM,
    PRIVATE,
    REGIONS,
    WORK,
    Cohort,
    Company,
    World,
    gateway,
    people,
    third_place,
)
from things import CLIENTS, WEBMAIL

Span = tuple[float, float]


@dataclass(frozen=True)
class Plan:
    """How an operator means to run a ring."""

    sizes: Span
    weight: float = 1.0  # of the budget of ring accounts
    egress: str = "hosts"  # hosts, static, spread, proxy, serverless, own, borrow, alone
    per_address: Span = (10, 60)
    use: float = 0.75  # sessions through the operator's egress
    card: str = "batch"  # batch, one, virtual, sequence, own, none, few
    per_card: Span = (5, 20)
    card_share: float = 0.85
    mail: str = "webmail"  # webmail, disposable, private, shop, one, company
    per_domain: Span = (20, 120)
    mail_share: float = 0.5
    device: str = "clean"  # clean, farm, api, one
    per_device: Span = (8, 40)
    template: float = 0.85
    families: Span = (1, 1)
    variants: Span = (1, 1)
    made: str = "week"  # hours, day, week, seven_weeks, months, bought, rolling
    life: Span = (20, 300)  # days
    rate: Span = (0.6, 2.5)
    volume: Span = (5, 80)
    sync: float = 0.0  # minutes, 0 for none
    cover: float = 0.1  # sessions with customers' own prompts
    burst: int = 0  # live days per account, 0 for all
    phones: float = 0.4  # numbers from a shop
    address: float = 0.25  # a billing address shared with the batch
    schema: float = 0.3
    repo: float = 0.1
    regrow: float = 0.3  # odds that a ban wave hits and the ring grows again


PLANS: dict[str, Plan] = {
    "naive_farm": Plan(
        (50, 500),
        per_address=(40, 150),
        use=0.85,
        per_card=(15, 70),
        card_share=0.9,
        mail="disposable",
        per_domain=(40, 250),
        mail_share=0.9,
        device="farm",
        per_device=(10, 60),
        template=0.95,
        made="hours",
        sync=60,
        cover=0.02,
    ),
    "one_card": Plan(
        (20, 300),
        0.6,
        egress="static",
        per_address=(1, 2),
        use=0.7,
        card="one",
        card_share=0.97,
        template=0.35,
        families=(2, 5),
        made="months",
        cover=0.3,
        address=0.5,
    ),
    "one_domain": Plan(
        (20, 300),
        0.6,
        egress="alone",
        use=0.6,
        card="own",
        mail="one",
        mail_share=0.97,
        template=0.3,
        families=(2, 6),
        cover=0.3,
        address=0.0,
    ),
    "trial_farm": Plan(
        (150, 2000),
        1.2,
        egress="static",
        per_address=(15, 40),
        use=0.8,
        card="sequence",
        card_share=0.45,
        mail="private",
        per_domain=(50, 200),
        mail_share=0.9,
        device="farm",
        per_device=(20, 50),
        template=0.12,
        families=(3, 9),
        made="rolling",
        life=(1, 3),
        rate=(3, 8),
        volume=(5, 40),
    ),
    "load_balanced": Plan(
        (300, 1000),
        1.1,
        egress="spread",
        per_address=(8, 20),
        use=0.8,
        card="batch",
        per_card=(5, 12),
        mail="private",
        per_domain=(20, 60),
        mail_share=0.55,
        template=0.92,
        variants=(1, 4),
        sync=15,
        cover=0.05,
    ),
    "residential_pool": Plan(
        (1500, 5000),
        2.2,
        egress="proxy",
        use=0.7,
        card="virtual",
        card_share=0.9,
        mail="private",
        per_domain=(25, 80),
        mail_share=0.6,
        template=0.85,
        made="seven_weeks",
        rate=(1, 2.5),
        volume=(30, 300),
        cover=0.15,
        address=0.1,
    ),
    "hydra": Plan(
        (3000, 25000),
        3.0,
        egress="proxy",
        use=0.55,
        card="few",
        per_card=(2, 4),
        card_share=0.85,
        mail="private",
        per_domain=(30, 100),
        mail_share=0.3,
        template=0.75,
        families=(1, 2),
        variants=(2, 6),
        made="months",
        rate=(0.5, 1.2),
        volume=(5, 40),
        cover=0.5,
        address=0.15,
    ),
    "failover": Plan(
        (30, 300),
        0.6,
        egress="hosts",
        per_address=(8, 30),
        card="batch",
        per_card=(3, 8),
        template=0.8,
        made="day",
        life=(3, 9),
        rate=(2, 5),
        volume=(60, 400),
        repo=0.4,
    ),
    "small_rotating": Plan(
        (200, 400),
        0.9,
        egress="static",
        per_address=(5, 15),
        use=0.85,
        per_card=(3, 8),
        card_share=0.55,
        template=0.8,
        families=(3, 6),
        made="week",
        life=(14, 21),
        rate=(0.3, 0.8),
        volume=(300, 2500),
        burst=2,
        cover=0.1,
    ),
    "proxy_rivals": Plan(
        (150, 900),
        1.6,
        egress="proxy",
        use=0.75,
        card="batch",
        per_card=(3, 9),
        mail="shop",
        mail_share=0.6,
        device="clean",
        template=0.8,
        families=(1, 3),
        made="bought",
        volume=(20, 200),
    ),
    "sleepers": Plan(
        (80, 500),
        0.9,
        egress="hosts",
        per_address=(5, 25),
        use=0.85,
        card="batch",
        per_card=(3, 10),
        card_share=0.75,
        mail="shop",
        mail_share=0.5,
        template=0.85,
        made="bought",
        life=(300, 800),
    ),
    "star": Plan(
        (15, 120),
        0.4,
        egress="alone",
        use=0.6,
        card="own",
        template=0.15,
        families=(2, 5),
        made="months",
        cover=0.4,
        address=0.0,
        regrow=0.0,
    ),
    "api_only": Plan(
        (60, 500),
        0.8,
        egress="own",
        use=0.95,
        card="batch",
        per_card=(4, 10),
        device="api",
        template=0.75,
        families=(1, 4),
        schema=0.85,
        repo=0.4,
        volume=(30, 500),
    ),
    "reseller_relay": Plan(
        (40, 400),
        0.9,
        egress="hosts",
        per_address=(20, 90),
        use=0.9,
        card="batch",
        per_card=(3, 12),
        mail="shop",
        mail_share=0.5,
        template=0.6,
        cover=0.7,
        volume=(50, 600),
        made="bought",
    ),
    "company_clothes": Plan(
        (25, 300),
        0.8,
        egress="borrow",
        use=0.5,
        card="batch",
        per_card=(4, 14),
        mail="company",
        mail_share=0.85,
        device="farm",
        per_device=(4, 14),
        template=0.7,
        made="seven_weeks",
        cover=0.2,
    ),
    "slow_farm": Plan(
        (40, 400),
        0.8,
        egress="static",
        per_address=(3, 5),
        use=0.7,
        per_card=(3, 6),
        template=0.5,
        families=(2, 6),
        variants=(1, 3),
        made="months",
        life=(60, 400),
        rate=(0.15, 0.6),
        volume=(5, 30),
        cover=0.4,
    ),
    "serverless_ring": Plan(
        (60, 400),
        0.5,
        egress="serverless",
        use=0.9,
        per_card=(4, 12),
        device="api",
        template=0.85,
        schema=0.6,
        volume=(20, 300),
    ),
}
SHARES = ("use", "card_share", "mail_share", "template", "cover", "phones", "address", "schema", "repo")


def vary(w: World, name: str, plan: Plan) -> Plan:
    """The plan as it is followed in this world: ranges and shares move when the world is a random one."""
    if not w.params.wide:
        return plan
    changed: dict[str, object] = {}
    for f in fields(plan):
        value = getattr(plan, f.name)
        if isinstance(value, tuple):
            lo, hi = w.params.span(f"ring.{name}.{f.name}", *value)
            floor = 0.05 if f.name in ("rate", "life", "volume") else 8.0 if f.name == "sizes" else 1.0
            changed[f.name] = (max(floor, lo), max(floor + 1, hi))
        elif f.name in SHARES:
            changed[f.name] = w.params.share(f"ring.{name}.{f.name}", float(value))
    plan = replace(plan, **changed)  # type: ignore[arg-type]
    paid_together = plan.card_share * (plan.card in ("batch", "one", "few"))
    if paid_together + plan.template + plan.mail_share * (plan.mail != "webmail") < 0.5:
        plan = replace(plan, template=max(plan.template, 0.6), families=(1, 2))  # nothing else would tie the members
    return plan


def borrowed_life(w: World, rng: Rng, n: int, kind: str) -> Cohort:
    """Members live among honest accounts: neighbours' lines, carriers, VPNs, cafés, public templates, common phones."""
    p = w.params
    region = rng.choice(len(REGIONS), n, p=rng.dirichlet(np.full(len(REGIONS), 0.4)))
    c = people(w, rng, n, kind, region)
    lines = w.net["lived"]
    at_home = p.share("ring_home_lines", 0.4)
    u = rng.random(n)
    neighbours = lines[rng.integers(0, len(lines), n)]
    c.venue[:, HOME] = np.where(u < at_home, neighbours, np.where(u < at_home + 0.1, c.venue[:, HOME], -1))
    c.venue[:, MOBILE] = np.where(rng.random(n) < p.share("ring_carriers", 0.6), gateway(w, rng, region), -1)
    vpn = rng.choice(w.net["vpn"], n, p=np.arange(10, 0, -1) / 55.0)
    c.venue[:, PRIVATE] = np.where(rng.random(n) < p.share("ring_vpn", 0.3), vpn, -1)
    c.venue[:, AWAY] = np.where(rng.random(n) < p.share("ring_third_places", 0.3), third_place(w, rng, region), -1)
    c.pw[:, :PLATFORM], c.po[:, :PLATFORM] = rng.uniform(0.2, 1.0, (n, 4)), rng.uniform(0.2, 1.0, (n, 4))
    c.pw[:, AWAY] = c.po[:, AWAY] = rng.uniform(0.2, 1.0, n)
    bare = (c.venue >= 0).sum(1) == 0
    c.venue[bare, MOBILE] = gateway(w, rng, region[bare])
    public = rng.random(n) < p.share("ring_public_templates", 0.55)
    popular = w.net["public"][zipf_pick(rng, n, len(w.net["public"]), w.net["public_exponent"])]
    c.tpl[:, 0] = np.where(public, popular, -1)
    c.tpl[rng.random(n) < 0.6, 1] = -1
    common = rng.random(n) < p.share("ring_common_devices", 0.4)
    handset = w.devices.add(n, 0.02)
    handset[common] = w.devices.add(int(common.sum()), 1.0)
    for slot in (HOME, MOBILE, PRIVATE, AWAY):
        c.dev[:, slot] = handset
    c.card[:], c.address[:] = -1, -1
    c.coupon[rng.random(n) < 0.7] = -1
    c.repo[rng.random(n) < 0.6] = -1
    webmail = rng.choice(len(WEBMAIL), n, p=np.array([50, 20, 5, 1, 10, 3, 2, 2, 2, 2, 1, 2]) / 100)
    c.domain = np.where(rng.random(n) < 0.8, webmail, c.domain)
    c.style = rng.choice(6, n, p=[0.16, 0.42, 0.1, 0.2, 0.06, 0.06])
    c.signup = np.array([PLATFORM, MOBILE, HOME, AWAY])[rng.choice(4, n, p=[0.55, 0.25, 0.12, 0.08])]
    return c


def schedule(w: World, rng: Rng, plan: Plan, n: int, start: float) -> tuple[Floats, Floats]:
    """When accounts are made and when they die."""
    if plan.made == "hours":
        created = start + rng.beta(1.5, 3, n) * 0.4
    elif plan.made == "day":
        created = start + rng.random(n)
    elif plan.made == "week":
        created = start + rng.random(n) * 7
    elif plan.made == "seven_weeks":
        created = start + rng.random(n) * 49
    elif plan.made == "months":
        created = start + rng.beta(1.6, 1.1, n) * max(60.0, w.days - start - 1)
    elif plan.made == "rolling":
        created = w.days - w.window * rng.random(n) - 0.2
    else:
        created = w.days - rng.uniform(60, 600, n) - rng.exponential(60, n)
    created = np.minimum(created, w.days - 0.15 - rng.random(n) * 0.6)
    life = np.exp(rng.uniform(np.log(plan.life[0]), np.log(max(plan.life[1], plan.life[0] * 1.01)), n))
    return created, created + life


def launch(w: World, rng: Rng, plan: Plan) -> float:
    """The day on which a ring starts, such that much of it still lives in the window."""
    if plan.made == "months":
        return w.days - float(rng.uniform(70, max(90.0, w.days)))
    if plan.made == "seven_weeks":
        return w.days - float(rng.uniform(35, 75))
    reach = min(w.window * 0.8, plan.life[1])
    return w.days - float(rng.uniform(min(4.0, reach * 0.5), reach + 2))


def egress(w: World, rng: Rng, c: Cohort, plan: Plan, vendor: int, firms: list[Company]) -> None:
    """Through which addresses the operator runs its accounts."""
    n, pl, net = c.n, w.places, w.net
    cloud = net["cloud"][int(rng.integers(0, 9))]
    if plan.egress == "hosts":
        hosts = batches(rng, n, *plan.per_address)
        c.venue[:, PLATFORM] = pl.egress(cloud, np.ones(int(hosts.max()) + 1, np.int64), 900.0)[hosts]
    elif plan.egress == "static":
        hosts = batches(rng, n, *plan.per_address)
        half = (int(hosts.max()) + 2) // 2
        supply = [net["static_isp"][int(s)] for s in rng.choice(4, 2, replace=False)]
        ids = np.concatenate([pl.egress(s, np.ones(half, np.int64), 900.0) for s in supply])
        c.venue[:, PLATFORM] = ids[hosts]
    elif plan.egress == "spread":
        k = max(3, round(n / rng.uniform(*plan.per_address)))
        c.venue[:, PLATFORM] = pl.egress(cloud, np.array([k]), float(rng.uniform(5, 10)))[0]
    elif plan.egress == "proxy":
        v = net["vendors"][vendor]
        k = max(50, int(v["exits"] * rng.uniform(0.3, 1.0)))
        first = int(rng.integers(0, max(1, v["exits"] - k + 1)))
        c.venue[:, PLATFORM] = pl.proxy(v["pool"], first, k, v["period"])[0]
    elif plan.egress == "serverless":
        c.venue[:, PLATFORM] = rng.choice(net["serverless"], 2)[rng.integers(0, 2, n)]
    elif plan.egress == "borrow" and firms:
        c.venue[:, PLATFORM] = np.array([f.guest for f in firms])[rng.integers(0, len(firms), n)]
    else:
        pool = cloud if plan.egress == "own" else net["static_isp"][int(rng.integers(0, 4))]
        c.venue[:, PLATFORM] = pl.egress(pool, np.ones(n, np.int64), 900.0)
    use_platform(c, rng, min(0.95, max(0.05, plan.use)), ("cli", "sdk"))


def pay(w: World, rng: Rng, c: Cohort, plan: Plan) -> None:
    """Which cards the operator buys and how many accounts it puts on each."""
    n = c.n
    ranges = rng.choice(w.cards.virtual, int(rng.integers(1, 5)))
    if plan.card == "none":
        return
    if plan.card == "own":
        c.card[:] = w.cards.add(n, virtual=0.3)
    elif plan.card == "one":
        c.card[:] = w.cards.add(1, ranges[:1])[0]
    elif plan.card in ("virtual", "sequence"):
        c.card[:] = w.cards.add(n, rng.choice(ranges[:1] if plan.card == "sequence" else ranges, n))
    else:
        batch = batches(rng, n, *plan.per_card)
        count = int(batch.max()) + 1
        c.card[:] = w.cards.add(count, rng.choice(ranges, count) if rng.random() < 0.6 else None)[batch]
        if plan.card == "few":
            single = rng.random(n) < 0.72
            c.card[single] = w.cards.add(int(single.sum()), rng.choice(ranges, int(single.sum())))
    c.card[rng.random(n) > plan.card_share] = -1
    paid = c.card >= 0
    c.address[paid] = w.fresh("address", int(paid.sum()))
    if rng.random() < plan.address * 2:
        batch = batches(rng, n, 4, 30)
        m = paid & (rng.random(n) < 0.6)
        c.address[m] = w.fresh("address", int(batch.max()) + 1)[batch[m]]


def mail_and_machines(w: World, rng: Rng, c: Cohort, plan: Plan, firms: list[Company]) -> None:
    """Where mailboxes come from, and on what machines accounts are made and run."""
    n = c.n
    m = rng.random(n) < plan.mail_share
    batch = batches(rng, n, *plan.per_domain)
    count = int(batch.max()) + 1
    if plan.mail == "one":
        c.domain[m] = w.fresh("domain")[0]
    elif plan.mail == "private":
        c.domain[m] = w.fresh("domain", count)[batch[m]]
    elif plan.mail == "disposable":
        few = min(count, int(rng.integers(1, 4)))
        c.domain[m] = rng.choice(w.net["mail_shop"][5:], few)[batch[m] % few]
    elif plan.mail == "company" and firms:
        c.domain[m] = np.array([f.domain for f in firms])[rng.integers(0, len(firms), n)][m]
    c.dev[:, PLATFORM] = w.devices.add(n, 0.03)
    if plan.device == "farm":
        seats = batches(rng, n, *plan.per_device)
        c.dev[:, PLATFORM] = w.devices.add(int(seats.max()) + 1, 0.05, 0.15)[seats]
    elif plan.device == "one":
        c.dev[:, PLATFORM] = w.devices.add(1, 0, 0.1)[0]
    elif plan.device == "api":
        c.dev[rng.random(n) < 0.8, :] = -1
    elif rng.random() < 0.35:
        leak = rng.random(n) < 0.2
        seats = batches(rng, n, 5, 20)
        c.dev[leak, PLATFORM] = w.devices.add(int(seats.max()) + 1, 0, 0.1)[seats[leak]]
    bought = rng.random(n) < plan.phones
    own_shop = w.net["shops"][int(rng.integers(0, len(w.net["shops"])))]["phones"]
    c.phone[bought] = rng.choice(w.net["sms"] if rng.random() < 0.5 else own_shop, int(bought.sum()))


def traffic(w: World, rng: Rng, c: Cohort, plan: Plan, firms: list[Company], start: float) -> None:
    """What the operator's software sends: templates, client, rhythm, volume."""
    n = c.n
    families = max(1, round(rng.uniform(*plan.families)))
    variants = max(1, round(rng.uniform(*plan.variants)))
    house = w.templates.add(families * variants)
    family = zipf_pick(rng, n, families, 0.4)
    m = rng.random(n) < plan.template
    if plan.egress == "borrow" and firms and rng.random() < 0.7:
        coat = np.array([f.template for f in firms])[rng.integers(0, len(firms), n)]
        c.tpl[m, 0], c.tpl_p[m, 0] = coat[m], 0.9
        m &= rng.random(n) < 0.4
    c.plat_tpl[m], c.plat_n[m] = house[family[m] * variants], variants
    c.plat_q[m] = np.clip(rng.normal(0.85, 0.1, int(m.sum())), 0.2, 1)
    c.cover = np.clip(rng.normal(plan.cover, 0.1, n), 0, 0.95)
    programs = [i for i, x in enumerate(CLIENTS) if x[2] in ("cli", "sdk")]
    c.plat_client[:] = programs[int(rng.integers(0, len(programs)))]
    if rng.random() < 0.6:
        c.upgrade[rng.random(n) < 0.9] = -1 if rng.random() < 0.3 else 1_000_000_000 + int(w.fresh("pool")[0])
        if rng.random() < 0.3:
            c.pinned = np.where(rng.random(n) < 0.5, start + 20.0, np.inf)
    c.rate = rng.uniform(*plan.rate, n) * np.exp(rng.normal(0, 0.3, n))
    level = rng.uniform(np.log(plan.volume[0]), np.log(plan.volume[1]))
    c.volume = np.exp(level + rng.normal(0, 0.7, n))
    habit = int(rng.choice([ALL_DAY, ALL_DAY, NIGHT, FREE]))
    c.sched = np.where(rng.random(n) < 0.75, habit, rng.choice([ALL_DAY, FREE, NIGHT], n))
    if plan.sync:
        c.sync = np.where(rng.random(n) < 0.85, w.fresh("sync")[0], -1)
        c.sync_width[:] = plan.sync
    c.burst[:] = plan.burst
    for what, odds in (("schema", plan.schema), ("repo", plan.repo)):
        if rng.random() < odds:
            users = rng.random(n) < rng.uniform(0.3, 0.95)
            getattr(c, what)[users] = w.fresh(what)[0]
    c.plan = rng.choice(4, n, p=[0.33, 0.37, 0.02, 0.28])
    if rng.random() < 0.3:
        c.zone[rng.random(n) < 0.9] = int(rng.integers(0, len(REGIONS)))


def run_ring(
    w: World,
    rng: Rng,
    name: str,
    plan: Plan,
    n: int,
    *,
    operator: int,
    ring: int = -1,
    vendor: int = -1,
    shop: int = -1,
    firms: list[Company] | None = None,
) -> tuple[Cohort, int]:
    """One operator runs one ring (or one cell of a ring that exists already)."""
    if ring < 0:
        ring = len(w.rings)
        w.rings.append({"pattern": name, "size": 0, "operators": [], "regrown": False})
    if firms is None:
        wants = w.companies and (plan.mail == "company" or plan.egress == "borrow")
        picks = rng.integers(0, max(1, len(w.companies)), int(rng.integers(1, 4)))
        firms = [w.companies[int(i)] for i in picks] if wants else []
    vendor = int(rng.integers(0, len(w.net["vendors"]))) if vendor < 0 else vendor
    shop = int(rng.integers(0, len(w.net["shops"]))) if shop < 0 else shop
    c = borrowed_life(w, rng, n, name)
    c.ring[:], c.operator[:] = ring, operator
    start = launch(w, rng, plan)
    c.created, c.ended = schedule(w, rng, plan, n, start)
    egress(w, rng, c, plan, vendor, firms)
    pay(w, rng, c, plan)
    mail_and_machines(w, rng, c, plan, firms)
    if plan.made == "bought" or plan.mail == "shop":
        keep = c.domain.copy()
        bought_from_shop(w, rng, c, shop, rng.random(n) < (0.85 if plan.made == "bought" else 0.5))
        if plan.mail == "shop":
            m = rng.random(n) < plan.mail_share
            c.domain[m] = rng.choice(w.net["shops"][shop]["domains"], int(m.sum()))
        else:
            c.domain = np.where(keep >= 100, keep, c.domain)
    traffic(w, rng, c, plan, firms, start)
    if plan.made == "bought":
        c.wake = w.days - w.window * rng.uniform(0.35, 1.2) + rng.exponential(3.0, n)
        c.ended = np.maximum(c.ended, w.days + 1)
    banned = rng.random(n) < rng.uniform(0.0, 0.08)
    c.status[banned] = 1
    c.ended[banned] = np.minimum(c.ended[banned], w.days - rng.random(int(banned.sum())) * w.window * 0.7)
    if rng.random() < plan.regrow and plan.made != "rolling" and n >= 12:
        regrow(w, rng, c)
        w.rings[ring]["regrown"] = True
    c.ended = np.maximum(c.ended, c.created + 0.1)
    if name == "trial_farm":
        promised = rng.random(n) < rng.uniform(0.1, 0.7)
        c.coupon[promised] = rng.choice(w.net["coupons"], 3)[rng.integers(0, 3, int(promised.sum()))]
    if name == "failover":
        take_over(w, rng, c)
    if name == "star":
        hub(w, rng, c)
    entry = w.rings[ring]
    entry["size"] += n
    if operator not in entry["operators"]:
        entry["operators"].append(operator)
    entry.setdefault("vendor", vendor if plan.egress == "proxy" else None)
    entry.setdefault("borrows_from_companies", len(firms))
    return c, ring


def regrow(w: World, rng: Rng, c: Cohort) -> None:
    """A ban wave hits; most of the lost accounts come back within days and inherit a part of the supplies."""
    lost = rng.uniform(0.3, 0.6)
    cut = max(2, int(c.n * lost / (1 + 0.8 * lost)))
    order = rng.permutation(c.n)
    gone, fresh = order[:cut], order[cut : cut + int(0.8 * cut)]
    day = w.days - w.window * rng.uniform(0.2, 0.7)
    c.created[gone] = np.minimum(c.created[gone], day - 0.5)
    c.ended[gone], c.status[gone] = day + rng.random(cut) * 0.3, 1
    c.created[fresh] = np.minimum(day + rng.exponential(1.2, len(fresh)), w.days - 0.1)
    c.ended[fresh] = np.maximum(c.ended[fresh], w.days + 1)
    c.wake[fresh], c.status[fresh] = -1e9, 0
    inherit = rng.uniform(0.2, 0.9)
    for values in (c.card, c.domain, c.venue[:, PLATFORM]):
        m = rng.random(len(fresh)) < inherit
        values[fresh[m]] = values[gone[: len(fresh)][m]]


def take_over(w: World, rng: Rng, c: Cohort) -> None:
    """Accounts run one after another; when one is spent the next takes its conversation within minutes."""
    chains = max(1, c.n // int(rng.integers(6, 14)))
    t0 = w.days - w.window * rng.uniform(0.7, 1.0)
    for part in np.array_split(rng.permutation(c.n), chains):
        span = rng.dirichlet(np.full(len(part), 3.0)) * (w.days - t0)
        begin = t0 + np.concatenate([[0.0], np.cumsum(span)[:-1]])
        c.created[part] = np.minimum(c.created[part], begin)
        c.wake[part] = begin
        c.ended[part] = np.where(rng.random(len(part)) < 0.8, begin + span, w.days + 3)
        prefix = w.fresh("prefix", len(part) - 1)
        once = np.ones(len(prefix), np.int64)
        w.planted.append(("prefix", c.serial[part[:-1]], prefix, begin[1:] - 0.002, once))
        w.planted.append(("prefix", c.serial[part[1:]], prefix, begin[1:] + 0.001, once))


def hub(w: World, rng: Rng, c: Cohort) -> None:
    """One account is tied to each of the others by one value of the other, which no two of them share."""
    sat = np.arange(1, c.n)
    how = rng.choice(4, len(sat), p=[0.4, 0.3, 0.2, 0.1])
    t = w.days - w.window * rng.random(len(sat)) * 0.9
    c.created[0], c.ended[0], c.status[0] = w.days - 150.0, w.days + 30, 0
    for i, what in enumerate(("venue", "card", "device", "repo")):
        rows = sat[how == i]
        if what == "venue":
            codes = c.venue[rows, PLATFORM]
        elif what == "card":
            fill = rows[c.card[rows] < 0]
            c.card[fill] = w.cards.add(len(fill), virtual=0.3)
            c.wallet[rows] = False
            codes = c.card[rows]
        elif what == "device":
            codes = c.dev[rows, PLATFORM]
        else:
            c.repo[rows] = w.fresh("repo", len(rows))
            codes = c.repo[rows]
        w.planted.append(
            (what, c.serial[np.zeros(len(rows), np.int64)], codes, t[how == i], rng.integers(1, 6, len(rows)))
        )


def hijack(w: World, rng: Rng, everyone: Cohort, n: int, operator: int) -> None:
    """An operator takes accounts of honest owners over; the owners go on, and are grey and victims."""
    free = (everyone.ring < 0) & ~everyone.grey & (everyone.same_owner < 0)
    pool = np.flatnonzero(free & (everyone.created < w.days - w.window) & (everyone.ended > w.days))
    rows = rng.choice(pool, min(n, len(pool)), replace=False)
    m = len(rows)
    plan = replace(vary(w, "takeover", PLANS["sleepers"]), egress=str(rng.choice(["hosts", "proxy", "static"])))
    c = borrowed_life(w, rng, m, "takeover")
    egress(w, rng, c, plan, int(rng.integers(0, 3)), [])
    traffic(w, rng, c, plan, [], w.days - w.window)
    everyone.venue[rows, PLATFORM] = c.venue[:, PLATFORM]
    total = np.where(everyone.venue[rows, :PLATFORM] >= 0, everyone.pw[rows, :PLATFORM], 0).sum(1)
    everyone.pw[rows, PLATFORM] = everyone.po[rows, PLATFORM] = total * rng.uniform(0.4, 3.0, m)
    seats = w.devices.add(max(1, m // 12), 0)
    everyone.dev[rows, PLATFORM] = np.where(rng.random(m) < 0.5, rng.choice(seats, m), w.devices.add(m, 0.1))
    for name in ("plat_tpl", "plat_n", "plat_q", "plat_client"):
        getattr(everyone, name)[rows] = getattr(c, name)
    everyone.wake[rows] = w.days - w.window * rng.uniform(0.3, 0.9) + rng.exponential(2.0, m)
    everyone.rate[rows] += 0.6
    everyone.ring[rows], everyone.operator[rows] = len(w.rings), operator
    everyone.grey[rows] = everyone.victim[rows] = True
    cards = w.cards.add(max(1, m // 8), w.cards.some_range(max(1, m // 8)))
    paid = rows[rng.random(m) < 0.4]
    everyone.card_two[paid] = rng.choice(cards, len(paid))
    w.rings.append({"pattern": "takeover", "size": m, "operators": [operator], "regrown": False, "vendor": None})


def relay_customers(w: World, rng: Rng, everyone: Cohort, ring: int, relay: Cohort) -> None:
    """Honest people buy from a relay: some of their own accounts show its hosts, a few lend theirs to the pool."""
    free = (everyone.ring < 0) & ~everyone.grey & (everyone.group < 0)
    pool = np.flatnonzero(free & (everyone.ended > w.days))
    k = min(len(pool) // 50, max(4, int(relay.n * rng.uniform(0.2, 0.7))))
    rows = rng.choice(pool, k, replace=False)
    members = rng.integers(0, relay.n, k)
    everyone.venue[rows, AWAY] = relay.venue[members, PLATFORM]
    everyone.pw[rows, AWAY] = everyone.po[rows, AWAY] = rng.uniform(0.1, 1.5, k)
    everyone.grey[rows] = True
    lent = rows[: k // 4]
    lent_to = members[: k // 4]
    everyone.ring[lent], everyone.operator[lent] = ring, int(relay.operator[0])
    everyone.venue[lent, PLATFORM] = relay.venue[lent_to, PLATFORM]
    everyone.pw[lent, PLATFORM] = everyone.po[lent, PLATFORM] = 2.0
    everyone.plat_tpl[lent], everyone.plat_n[lent], everyone.plat_q[lent] = (
        relay.plat_tpl[lent_to],
        relay.plat_n[lent_to],
        0.5,
    )
    w.rings[ring]["lent"], w.rings[ring]["customers"] = len(lent), k - len(lent)


def frame(w: World, rng: Rng, everyone: Cohort, ring: int) -> None:
    """An operator makes strangers look like members, or pays with cards of honest holders."""
    members = np.flatnonzero((everyone.ring == ring) & ~everyone.grey)
    strangers = np.flatnonzero((everyone.ring < 0) & ~everyone.grey & (everyone.ended > w.days))
    if len(members) < 5 or len(strangers) < 50:
        return
    if rng.random() < w.params.share("ring_frames_strangers", 0.25):
        k = int(rng.integers(2, max(3, min(25, len(members) // 4))))
        rows = rng.choice(strangers, k, replace=False)
        everyone.framed[rows] = True
        t = w.days - rng.random(k) * w.window * 0.9
        source = rng.choice(members, k)
        values = {
            "venue": everyone.venue[source, PLATFORM],
            "template": everyone.plat_tpl[source],
            "card": everyone.card[source],
        }
        for what, codes in values.items():
            m = (codes >= 0) & (rng.random(k) < 0.5)
            w.planted.append((what, everyone.serial[rows[m]], codes[m], t[m], rng.integers(1, 4, int(m.sum()))))
        w.rings[ring]["framed"] = k
    if rng.random() < w.params.share("ring_uses_stolen_cards", 0.15):
        holders = strangers[everyone.card[strangers] >= 0]
        k = min(len(holders), len(members), int(rng.integers(1, len(members) // 10 + 3)))
        rows = rng.choice(holders, k, replace=False)
        everyone.victim[rows] = True
        everyone.card_two[rng.choice(members, k, replace=False)] = everyone.card[rows]
        w.rings[ring]["stolen_cards"] = k


def borrower(w: World, rng: Rng, n: int, made: str, operator: int) -> Cohort:
    """Newcomers in companies' clothes, who own at least four values in each of two families."""
    per = max(2.0, min(n / 5.0, float(rng.uniform(4, 26))))
    owned = [
        str(x) for x in rng.choice(["card", "device", "host", "schema"], 2, replace=False, p=[0.32, 0.3, 0.3, 0.08])
    ]
    plan = replace(
        PLANS["company_clothes"],
        made=made,
        regrow=0.0,
        template=0.85,
        card="batch" if "card" in owned else "own",
        per_card=(per * 0.7, per),
        card_share=0.97 if "card" in owned else 0.6,
        device="farm" if "device" in owned else "clean",
        per_device=(per * 0.7, per),
        address=0.1,
        schema=0.0,
        life=(120, 600),
        mail_share=0.9,
        phones=0.2,
    )
    eligible = [f for f in w.companies if f.size >= 12] or w.companies
    picks = rng.integers(0, max(1, len(eligible)), 1 if rng.random() < 0.5 else int(rng.integers(2, 6)))
    firms = [eligible[int(i)] for i in picks] if eligible else []
    c, ring = run_ring(w, rng, f"borrowers_{made}", plan, n, operator=operator, firms=firms)
    batch = batches(rng, n, per * 0.7, per)
    if "host" in owned:
        cloud = w.net["cloud"][int(rng.integers(0, 9))]
        c.venue[:, WORK] = w.places.egress(cloud, np.ones(int(batch.max()) + 1, np.int64), 900.0)[batch]
        c.pw[:, WORK] = c.po[:, WORK] = c.pw[:, PLATFORM] * 0.8
        c.dev[:, WORK] = c.dev[:, PLATFORM]
    if "schema" in owned:
        c.schema = w.fresh("schema", int(batch.max()) + 1)[batch]
    w.rings[ring]["owned_families"] = owned
    return c


FARM_FORMS: list[tuple[str, dict[str, object]]] = [
    ("one_card_for_all", {"egress": "alone", "card": "one", "template": 0.1}),
    ("one_domain_for_all", {"egress": "alone", "card": "own", "mail": "one", "template": 0.1}),
    ("one_host_one_prompt", {"egress": "hosts", "per_address": (9999, 9999), "card": "none", "template": 0.97}),
    ("one_host_one_card", {"egress": "hosts", "per_address": (9999, 9999), "card": "one", "template": 0.1}),
    (
        "two_hosts_two_cards_one_domain",
        {"egress": "hosts", "parts": 2, "card": "batch", "mail": "one", "template": 0.1},
    ),
    ("one_device", {"egress": "alone", "card": "none", "device": "one", "template": 0.1}),
    ("one_prompt_one_domain", {"egress": "alone", "card": "none", "mail": "one", "template": 0.95}),
    ("three_hosts_one_prompt", {"egress": "hosts", "parts": 3, "card": "own", "template": 0.95}),
    (
        "few_devices_few_cards",
        {
            "egress": "alone",
            "card": "batch",
            "per_card": (4, 15),
            "device": "farm",
            "per_device": (4, 15),
            "template": 0.1,
        },
    ),
    ("one_card_one_domain_one_prompt", {"egress": "proxy", "card": "one", "mail": "one", "template": 0.95}),
    ("one_host_only", {"egress": "hosts", "per_address": (9999, 9999), "card": "none", "template": 0.1}),
    ("one_prompt_only", {"egress": "proxy", "card": "virtual", "template": 0.97}),
    (
        "two_domains_two_devices",
        {"egress": "alone", "parts": 2, "card": "none", "mail": "private", "device": "farm", "template": 0.1},
    ),
]


def farm(w: World, rng: Rng, n: int, form: int, operator: int) -> Cohort:
    """A small blatant farm that shares one, two or three families."""
    name, form_wishes = FARM_FORMS[form % len(FARM_FORMS)]
    wishes = dict(form_wishes)
    parts = wishes.pop("parts", None)
    if isinstance(parts, int):
        each = (float(np.ceil(n / parts)), float(np.ceil(n / parts)))
        wishes |= {"per_address": each, "per_card": each, "per_domain": each, "per_device": each}
    base = Plan(
        (8, 500),
        use=float(rng.uniform(0.6, 0.9)),
        card_share=float(rng.uniform(0.85, 1.0)),
        mail_share=float(rng.uniform(0.85, 1.0)),
        made=str(rng.choice(["hours", "day", "week", "seven_weeks"])),
        address=0.1,
        schema=0.1,
        regrow=0.1,
        phones=0.2,
        rate=(0.4, 2.0),
    )
    plan = replace(base, **wishes)  # type: ignore[arg-type]
    return run_ring(w, rng, f"farm_{name}", plan, n, operator=operator)[0]
