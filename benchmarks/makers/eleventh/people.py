"""Honest people: lone ones, and circles of every sort that fall out of goods held in common."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from book import calendar
from circle import Circle, Good, World
from city import WEBMAIL, WEIGHTS, ips

Maker = Callable[[World], Circle]


def lone(w: World, n: int) -> None:
    """People with no circle: the bulk of the city, arriving by a growing trickle over two years."""
    created = calendar(w.rng, n, 760, 760, "growing")
    idx = w.book.open(created, np.inf, 10, 1.6, 0.25, kind="lone")
    w.book.cols["place"][idx] = w.rng.choice(len(WEIGHTS), n, p=WEIGHTS)
    w.book.cols["home"][idx] = True


def recent(w: World) -> float:
    """Days before the end at which something began: half within the window, else up to two years."""
    return w.between(2, w.par.window) if w.chance(0.5) else w.between(w.par.window, 700)


def household(w: World) -> Circle:
    """A family, a flat, a couple: a line, perhaps a card and a tablet."""
    goods = [Good("ip", w.city.egress("home", 1 + w.chance(0.4), w.city.place()), 0.95)]
    if w.chance(0.45):
        goods.append(Good("payment", w.city.tokens(1), w.between(0.5, 1)))
    if w.chance(0.35):
        goods.append(Good("device", w.city.tokens(1), 0.8))
    if w.chance(0.15):
        goods.append(Good("phone", w.city.numbers(1, w.city.place()), 0.9))
    spread = w.between(0.01, 3) if w.chance(0.3) else w.between(20, 600)
    return Circle("household", 2 + int(w.rng.geometric(0.6)) % 6, max(spread, recent(w)), spread, goods=goods, home=0.3)


def workplace(
    w: World,
    kind: str,
    n: int,
    *,
    card: float,
    domain: float = 1.0,
    sites: int = 1,
    house: float = 0.5,
    devices: float = 0.0,
    per_device: int = 8,
    where: str = "office",
    home: float = 0.35,
    fast: float = 0.3,
) -> Circle:
    """People whom an employer, school or institute holds together; the dials make the sort of institute."""
    place = w.city.place()
    goods = [Good("ip", w.city.egress(where, max(1, sites), place), 0.92, min(1.6, sites), "random", 0, 0.6)]
    goods.append(Good("mail", w.city.domains(1 + (n > 400 and w.chance(0.3))), domain))
    if w.chance(card):
        cards = 1 if w.chance(0.6) else 1 + n // int(w.rng.integers(5, 40))
        goods.append(Good("payment", w.city.tokens(cards), w.between(0.6, 1), 1, "block"))
        if w.chance(w.par.extras.get("billing_address", 0)):
            goods.append(Good("billing_address", w.city.tokens(sites), 0.9, 1, "block"))
    if w.chance(house):
        goods.append(Good("template", w.city.tokens(1 + n // 60), w.between(0.2, 0.9), 1.5, "zipf"))
    if devices and n >= 3:
        goods.append(Good("device", w.city.tokens(1 + n // per_device), devices, 1.6))
    if w.chance(w.par.extras.get("git_remote", 0)) and house > 0.3:
        goods.append(Good("git_remote", w.city.tokens(1 + n // 12), 0.4, 1.5))
    if w.chance(fast):
        spread = w.between(0.1, 14)
        begin = max(spread, recent(w))
    else:
        begin = w.between(60, 760)
        spread = begin * w.between(0.5, 1)
    rhythm = w.pick("hours", "hours", "growing", "waves")
    style = w.between(0.05, 0.5) if w.chance(0.6) else 0.0
    plan = w.pick("team", "pro", "")
    return Circle(kind, n, begin, spread, rhythm, goods, home=home, country=place, busy=0.35, plan=plan, style=style)


def crowd(
    w: World,
    kind: str,
    n: int,
    *,
    prompt: float = 0.0,
    code: float = 0.0,
    egress: int = 0,
    on_egress: float = 0.0,
    per: float = 1.0,
    where: str = "host",
    days: tuple[float, float] = (1, 60),
    long: bool = False,
    schema: float = 0.0,
    domain: float = 0.0,
    card: float = 0.0,
    rhythm: str = "even",
    world: bool = True,
    devices: int = 0,
    busy: float = 0.2,
    home: float = 0.95,
    hold: float = 0.0,
    remote: float = 0.0,
) -> Circle:
    """Strangers whom a product, a prompt, a code or a place brings together for a while."""
    place = w.city.place()
    goods = []
    if egress:
        goods.append(Good("ip", w.city.egress(where, egress, place), on_egress, per, "zipf", hold, 0.5))
    if prompt:
        goods.append(Good("template", w.city.tokens(1 if w.chance(0.7) else 3), prompt))
    if schema:
        goods.append(Good("tool_schema", w.city.tokens(1), schema * (w.par.extras.get("tool_schema", 0) > 0)))
    if code:
        goods.append(Good("promo_code", w.city.tokens(1), code * (w.par.extras.get("promo_code", 0) > 0), weight=0.01))
    if remote:
        goods.append(Good("git_remote", w.city.tokens(1), remote * (w.par.extras.get("git_remote", 0) > 0)))
    if domain:
        goods.append(Good("mail", w.city.domains(1), domain))
    if card:
        goods.append(Good("payment", w.city.tokens(1 if w.chance(0.5) else 1 + n // 25), card))
    if devices:
        goods.append(Good("device", w.city.tokens(devices), 0.8, 1.3))
    spread = w.between(*days)
    begin = w.between(spread, 760) if long else spread + w.between(0, 1) ** 2 * 120
    life = w.between(2, 40) if spread < 15 and w.chance(0.6) else np.inf
    return Circle(kind, n, begin, spread, rhythm, goods, life, home=home, country=-1 if world else place, busy=busy)


def company(w: World) -> Circle:
    """An employer of heavy-tailed size."""
    n = w.size(2, 40) if w.chance(0.8) else w.size(40, min(5_000, max(80, w.par.accounts // 25)), 1.6)
    return workplace(w, "company", n, card=0.45, sites=1 + n // 300 + w.chance(0.3), house=0.6)


def holding(w: World) -> Circle:
    """Branches of a franchise: one card, one domain, one prompt, many towns."""
    n = w.size(10, 400, 1.4)
    c = workplace(w, "holding", n, card=1.0, sites=2 + n // 5, house=1.0, home=0.2)
    c.goods[0].rule, c.goods[0].per = "block", 1
    return c


def campus(w: World) -> Circle:
    """A university over years: egress, mail domain, machines in rooms, no common card."""
    n = w.size(100, max(150, min(6_000, w.par.accounts // 20)), 1.2)
    c = workplace(w, "campus", n, card=0.03, sites=2 + n // 250, house=0.1, devices=0.05, per_device=60, home=0.7)
    c.goods[1].share = w.between(0.5, 0.97)
    return c


def course(w: World) -> Circle:
    """A class in one week: same task, same campus, same domain."""
    n = w.size(15, 700, 1.5)
    c = crowd(
        w,
        "course",
        n,
        prompt=w.between(0.6, 1),
        egress=1 + n // 120,
        on_egress=w.between(0.3, 0.95),
        where="office",
        days=(0.1, 14),
        domain=w.between(0.5, 1),
        world=False,
        rhythm=w.pick("waves", "even", "hours"),
        home=0.7,
        code=0.3 if w.chance(0.3) else 0,
        remote=0.6 if w.chance(0.4) else 0,
    )
    c.own = w.between(0.4, 1)
    return c


def classroom(w: World) -> Circle:
    """A school with machines that are handed round."""
    n = w.size(12, 160)
    return workplace(w, "classroom", n, card=0.15, sites=1, house=0.4, devices=0.9, per_device=4, fast=0.8)


def shifts(w: World) -> Circle:
    """Call centres, wards, hot desks, cloud desktops: few images, one egress."""
    n = w.size(10, 600, 1.3)
    return workplace(
        w,
        w.pick("call_centre", "ward", "cloud_desktop"),
        n,
        card=0.9,
        devices=0.95,
        per_device=int(w.rng.integers(3, 60)),
        house=0.9,
        home=0.1,
    )


def hackathon(w: World) -> Circle:
    """Hours, a hall, a code for everybody, a starter prompt."""
    n = w.size(20, 450)
    return crowd(
        w,
        "hackathon",
        n,
        prompt=w.between(0.2, 0.9),
        code=0.9,
        egress=1 + n // 150,
        on_egress=0.9,
        where="office",
        days=(0.05, 1.5),
        world=False,
        remote=0.2,
        rhythm="waves",
    )


def vendor(w: World) -> Circle:
    """Customers of a bring-your-own-key vendor: its prompt, its egress."""
    n = w.size(15, max(60, w.par.accounts // 40), 1.6)
    return crowd(
        w,
        "byok_vendor",
        n,
        prompt=0.97,
        egress=1 + n // 400,
        on_egress=w.between(0.4, 1),
        long=True,
        days=(90, 600),
        schema=0.7,
        home=w.between(0.3, 0.9),
        busy=0.4,
    )


def platform(w: World) -> Circle:
    """Low-code platforms, hosted notebooks and CI: published addresses for all, starter prompts."""
    n = w.size(30, max(80, w.par.accounts // 40), 1.3)
    kind = w.pick("low_code", "notebook", "ci_service")
    return crowd(
        w,
        kind,
        n,
        prompt=w.between(0.1, 0.7),
        egress=int(w.rng.integers(3, 90)),
        on_egress=0.95,
        per=4,
        long=True,
        days=(200, 700),
        schema=0.3,
        home=0.6,
        devices=int(w.chance(0.2)) * 3,
        hold=6,
    )


def viral(w: World) -> Circle:
    """A prompt that goes round, fading within weeks."""
    n = w.size(8, max(30, w.par.accounts // 60), 1.8)
    return crowd(w, "viral", n, prompt=1.0, long=w.chance(0.5), days=(5, 500), rhythm="fading")


def tutorial(w: World) -> Circle:
    """Readers of a tutorial or viewers of a stream, who sign up that night and paste what they saw."""
    n = w.size(5, 300, 1.4)
    return crowd(
        w, "tutorial", n, prompt=0.9, code=0.5 if w.chance(0.3) else 0, days=(0.3, 12), rhythm="fading", schema=0.4
    )


def agency(w: World) -> Circle:
    """An agency that opens an account per client: its card, its office, the clients' domains."""
    n = w.size(5, 220, 1.4)
    c = workplace(w, "agency", n, card=1.0, domain=w.between(0, 0.4), house=0.7, home=0.1, devices=0.4, per_device=10)
    c.goods.append(Good("mail", w.city.domains(max(2, n // 2)), 0.7))
    return c


def own_tests(w: World) -> Circle:
    """One owner's own accounts: QA, staging, load tests, pooled subscriptions."""
    n = w.size(2, 45, 1.4)
    box = np.array([w.pick(*WEBMAIL[:4])], dtype=object) if w.chance(0.4) else w.city.domains(1)
    goods = [
        Good("owner", box),
        Good("ip", w.city.egress(w.pick("home", "office", "host"), 1, w.city.place()), 0.95),
        Good("template", w.city.tokens(1), w.between(0.3, 1)),
        Good("device", w.city.tokens(1), w.between(0, 1)),
        Good("payment", w.city.tokens(1), w.between(0, 1)),
    ]
    spread = w.between(0.02, 90)
    return Circle(
        "own_tests",
        n,
        max(spread, recent(w)),
        spread,
        w.pick("even", "waves"),
        goods,
        home=0.1,
        own=0.3,
        flag="same_owner",
    )


def bearers(w: World) -> Circle:
    """Buyers of gift codes, members of credit programmes, incubators: a code and a season, then scattered lives."""
    n = w.size(10, 700, 1.3)
    return crowd(
        w,
        w.pick("gift_code", "credit_programme", "incubator"),
        n,
        code=1.0,
        days=(0.3, 40),
        egress=int(w.chance(0.4)),
        on_egress=0.4,
        where="office",
        rhythm=w.pick("waves", "fading"),
    )


def bundle(w: World) -> Circle:
    """A telecom gives a subscription away with its tariff: one country, one month, one code, thousands."""
    n = w.size(80, max(150, w.par.accounts // 30))
    return crowd(w, "telecom_bundle", n, code=0.95, days=(7, 90), world=False, rhythm="growing", busy=0.12)


def payer(w: World) -> Circle:
    """Where cards are hard to come by a kiosk, a cousin abroad or a local reseller pays for its street."""
    n = w.size(3, 140, 1.4)
    c = crowd(
        w,
        w.pick("card_helper", "diaspora_payer", "local_reseller"),
        n,
        card=1.0,
        days=(20, 500),
        long=True,
        world=False,
    )
    if w.chance(0.4):
        c.goods.append(Good("ip", w.city.egress("home", 1, c.country), 0.5))
        c.goods.append(Good("device", w.city.tokens(2), 0.4, weight=0.05))
    return c


def public_place(w: World) -> Circle:
    """A cyber café, a library, a co-working hall, a job centre, a hotel, a camp: machines and a line for anyone."""
    n = w.size(5, 350, 1.2)
    kind = w.pick("cyber_cafe", "library", "co_working", "job_centre", "hotel", "refugee_centre", "airport")
    machines = 0 if kind in ("co_working", "hotel", "airport") else 1 + n // 20
    return crowd(
        w,
        kind,
        n,
        egress=1 + n // 150,
        on_egress=0.95,
        where="office",
        long=True,
        days=(30, 600),
        world=False,
        devices=machines,
        home=w.between(0.3, 0.9),
        hold=3.0 * w.chance(0.5),
    )


def far_crew(w: World) -> Circle:
    """A ship, a barracks, a mine, an oil rig, a research station: one satellite egress, private lives and cards."""
    n = w.size(4, 120)
    return crowd(
        w, "far_crew", n, egress=2, on_egress=1.0, where="mobile", long=True, days=(10, 400), world=False, home=0.3
    )


def gig(w: World) -> Circle:
    """Crowd workers, annotators and translators hired for a job: the job's prompt and tools, own everything."""
    n = w.size(15, 600, 1.2)
    return crowd(
        w,
        "gig_workers",
        n,
        prompt=0.95,
        days=(0.5, 12),
        rhythm=w.pick("waves", "night", "even"),
        schema=0.8,
        busy=0.6,
        card=0.8 if w.chance(0.15) else 0,
        code=0.7 if w.chance(0.4) else 0,
    )


def migration(w: World) -> Circle:
    """An employer moves all seats in one night by its directory: one domain, one hour, billing by invoice."""
    n = w.size(40, max(80, w.par.accounts // 40), 1.3)
    c = workplace(w, "mass_migration", n, card=0.3, sites=1 + n // 200, house=0.5, home=0.6)
    c.spread, c.begin, c.rhythm, c.style = w.between(0.02, 0.3), w.between(1, 300), "even", 0.2
    return c


def pool_tenants(w: World) -> Circle:
    """Tenants of a zero-trust provider: each a company of its own on a pool common to all."""
    n = w.size(3, 200, 1.3)
    c = workplace(w, "sase_tenant", n, card=0.5, house=0.5)
    c.goods[0] = Good("ip", w.sase, 0.95, 3, "random", 5, 0.3)
    return c


def agents(w: World) -> Circle:
    """A fleet of agents of one employer: lockstep, night work, a repository of its own."""
    n = w.size(3, 150, 1.4)
    c = workplace(w, "agent_fleet", n, card=0.9, domain=w.between(0.3, 1), house=1.0, where="host", home=0.02, fast=0.6)
    c.rate, c.busy, c.sigma, c.own = 250, 0.95, 0.5, 0.1
    c.goods.append(Good("git_remote", w.city.tokens(1), 0.8 * (w.par.extras.get("git_remote", 0) > 0)))
    return c


def friends(w: World) -> Circle:
    """A study group, a club, a parish, a band of founders: some share a card, a prompt, a place, a week."""
    n = w.size(2, 25, 1.3)
    c = crowd(
        w,
        w.pick("study_group", "club", "parish", "founders", "card_split"),
        n,
        days=(0.2, 200),
        world=False,
        prompt=0.7 if w.chance(0.4) else 0,
        card=0.8 if w.chance(0.3) else 0,
        remote=0.5 if w.chance(0.3) else 0,
        egress=int(w.chance(0.5)),
        on_egress=0.6,
        where="home",
        domain=0.6 if w.chance(0.2) else 0,
    )
    return c


def project(w: World) -> Circle:
    """Contributors to an open project or players of a modded game: one repository, one tool set, one prompt."""
    n = w.size(6, 400, 1.4)
    return crowd(
        w, w.pick("open_project", "mod_players"), n, prompt=0.6, schema=0.8, remote=0.8, long=True, days=(30, 600)
    )


def helper(w: World) -> Circle:
    """A volunteer who sets up accounts for elders of a village on one tablet, one afternoon a week."""
    n = w.size(4, 60)
    c = crowd(
        w,
        "village_helper",
        n,
        egress=1,
        on_egress=0.8,
        where="home",
        devices=1,
        days=(0.2, 60),
        world=False,
        busy=0.1,
        rhythm="waves",
    )
    c.own = 0.4
    c.goods.append(Good("phone", w.city.numbers(2, c.country), 0.5))
    return c


def roamers(w: World) -> Circle:
    """Buyers of one travel SIM, users of one corporate-looking VPN or browser proxy: exits in common, nothing else."""
    n = w.size(20, max(60, w.par.accounts // 60), 1.2)
    return crowd(
        w,
        w.pick("travel_sim", "browser_vpn", "censored_users"),
        n,
        egress=int(w.rng.integers(2, 60)),
        on_egress=0.9,
        per=3,
        long=True,
        days=(30, 600),
        hold=4,
        home=0.8,
    )


def own_line_in_pool(w: World) -> Circle:
    """Honest users of a residential proxy vendor: shoppers, testers, people behind a wall, hosts of an exit."""
    n = w.size(5, max(20, w.par.accounts // 150))
    v = w.vendor if w.vendor >= 0 else int(w.rng.integers(len(w.city.pools)))
    pool = w.city.pools[v]
    goods = [pooled(w, w.rng.choice(pool, min(len(pool), n * 6)), 0.9, w.between(1, 8))]
    if w.chance(0.4):  # some buy their mailbox where rings do
        goods.append(Good("mail", w.city.shops[v % len(w.city.shops)], w.between(0.1, 0.5)))
    return Circle("proxy_user", n, w.between(60, 600), 60, "even", goods, home=0.8)


def sold(w: World) -> Circle:
    """Single accounts that people bought aged from a shop: its domains, then lives of their own (grey)."""
    n = w.size(4, 150)
    v = w.vendor if w.vendor >= 0 else int(w.rng.integers(len(w.city.shops)))
    goods = [Good("mail", w.city.shops[v % len(w.city.shops)], w.between(0.5, 0.95))]
    if w.chance(0.5):
        goods.append(Good("phone", w.city.numbers(1 + n // 4, w.city.place()), 0.5))
    begin = w.between(60, 500)
    return Circle("sold", n, begin, w.between(2, 50), "waves", goods, flag="grey", wake=w.between(1, w.par.window))


def newcomers(w: World) -> Circle:
    """Interns, contractors, a new branch: they join an employer in a burst and put its clothes on, by right."""
    hosts = [c for c, _ in w.members if c.kind in ("company", "holding", "campus", "mass_migration") and c.n > 6]
    if not hosts:
        return company(w)
    host = hosts[int(w.rng.integers(len(hosts)))]
    n = w.size(3, max(5, host.n // 2))
    outside = w.chance(0.4)  # contractors keep their own mail, and their firm pays
    goods = [g for g in host.goods if g.kind in ("ip", "template") or (not outside and w.chance(0.9))]
    if outside:
        goods += [Good("payment", w.city.tokens(1), 0.7), Good("mail", w.city.domains(1), w.between(0.3, 1))]
    spread = w.between(0.1, 20)
    kind = "contractors" if outside else "new_hires"
    return Circle(kind, n, spread + w.between(0, 90), spread, "hours", goods, home=0.6, country=host.country)


def pooled(w: World, raw: np.ndarray, share: float, per: float, hold: float = 1.0) -> Good:
    """Exits of a pool as a good."""
    return Good("ip", ips(raw), share, per, "random", hold, 0.2)


CATALOGUE: list[tuple[Maker, float]] = [
    (household, 17),
    (friends, 7),
    (company, 17),
    (holding, 2.5),
    (campus, 6),
    (course, 4),
    (classroom, 1.5),
    (shifts, 3),
    (hackathon, 2),
    (vendor, 6),
    (platform, 6),
    (viral, 5),
    (tutorial, 4),
    (agency, 2.5),
    (own_tests, 1.5),
    (bearers, 4),
    (bundle, 3),
    (payer, 2.5),
    (public_place, 4),
    (far_crew, 1),
    (gig, 2.5),
    (migration, 2.5),
    (pool_tenants, 2.5),
    (agents, 1.5),
    (project, 2.5),
    (helper, 0.8),
    (roamers, 2.5),
    (own_line_in_pool, 1),
    (newcomers, 2),
    (sold, 0.5),
]


def settle(w: World, n: int) -> None:
    """Fill the city with n honest accounts: lone people and circles by tilted weights."""
    w.sase = ips(w.city.raw("host", 24, 0))
    weights = np.array([x[1] for x in CATALOGUE]) * w.rng.lognormal(0, w.par.circle_tilt, len(CATALOGUE))
    if w.par.scenario == "borrowers":
        for k, (maker, _) in enumerate(CATALOGUE):
            weights[k] *= 2.5 if maker in (company, holding, migration, public_place, newcomers) else 1
    if w.par.scenario == "proxy":
        for k, (maker, _) in enumerate(CATALOGUE):
            weights[k] *= 4 if maker in (own_line_in_pool, sold) else 2 if maker in (company, roamers) else 1
    budget = weights / weights.sum() * n * (1 - w.par.alone)
    for (maker, _), room in zip(CATALOGUE, budget.tolist(), strict=True):
        left = room
        while left > 1:
            w.room = max(2.0, left * 1.1)
            c = maker(w)
            if c.n > left * 1.6:
                if not w.chance(left / c.n):
                    break
            w.meet(c)
            left -= c.n
    w.room = 1e9
    lone(w, max(0, n - w.book.n))
