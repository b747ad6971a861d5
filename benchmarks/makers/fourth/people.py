"""The world and the ordinary life of a person in it: lines, carriers, machines, habits, clients, cards, mail."""

# ruff: noqa: PLR2004, PLR0915, TC002  (tables of habits, long recipes)
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from kernel import Bools, Floats, Ints, Params, Rng, heavy_sizes, keyed, stream, unit, zipf_pick
from places import Places
from things import ALIAS, WEBMAIL, WEBMAIL_WEIGHT, Cards, Devices, Templates, pick_clients, systems_for

HOME, MOBILE, WORK, PRIVATE, PLATFORM, AWAY = range(6)
OFFICE, FREE, ALL_DAY, CRON, SHIFT, NIGHT = range(6)
REGIONS: list[tuple[str, str, float, float, str]] = [  # country, zone, offset, weight, dialling code
    ("US", "America/New_York", -5, 14, "1"),
    ("US", "America/Los_Angeles", -8, 9, "1"),
    ("IN", "Asia/Kolkata", 5.5, 10, "91"),
    ("GB", "Europe/London", 0, 6, "44"),
    ("DE", "Europe/Berlin", 1, 6, "49"),
    ("FR", "Europe/Paris", 1, 4, "33"),
    ("BR", "America/Sao_Paulo", -3, 5, "55"),
    ("JP", "Asia/Tokyo", 9, 6, "81"),
    ("KR", "Asia/Seoul", 9, 4, "82"),
    ("CA", "America/Toronto", -5, 3, "1"),
    ("AU", "Australia/Sydney", 10, 3, "61"),
    ("SG", "Asia/Singapore", 8, 3, "65"),
    ("ID", "Asia/Jakarta", 7, 3, "62"),
    ("VN", "Asia/Ho_Chi_Minh", 7, 3, "84"),
    ("PL", "Europe/Warsaw", 1, 3, "48"),
    ("NL", "Europe/Amsterdam", 1, 2, "31"),
    ("ES", "Europe/Madrid", 1, 3, "34"),
    ("MX", "America/Mexico_City", -6, 3, "52"),
    ("TR", "Europe/Istanbul", 3, 2, "90"),
    ("NG", "Africa/Lagos", 1, 2, "234"),
    ("UA", "Europe/Kyiv", 2, 2, "380"),
    ("TW", "Asia/Taipei", 8, 2, "886"),
    ("HK", "Asia/Hong_Kong", 8, 2, "852"),
]
WEIGHTS = np.array([r[3] for r in REGIONS]) / sum(r[3] for r in REGIONS)
SLOTS = ("venue", "pw", "po", "dev")


@dataclass
class Company:
    """What an outsider can learn or borrow of an organisation."""

    name: str
    size: int
    region: int
    guest: int
    domain: int
    template: int
    address: int


@dataclass
class World:
    """The state that all builders share."""

    seed: int
    n: int
    params: Params
    days: float
    window: float
    places: Places
    devices: Devices
    templates: Templates
    cards: Cards
    net: dict[str, Any] = field(default_factory=dict)
    cohorts: list[Cohort] = field(default_factory=list)
    companies: list[Company] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    rings: list[dict[str, Any]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    serial: dict[str, int] = field(default_factory=dict)
    planted: list[tuple[str, Ints, Ints, Floats, Ints]] = field(default_factory=list)

    def fresh(self, what: str, n: int = 1) -> Ints:
        """New values of a signal which has no table of its own."""
        first = self.serial.get(what, 100)
        self.serial[what] = first + n
        return np.arange(first, first + n)

    def rng(self, name: str) -> Rng:
        """A generator for one part."""
        return stream(self.seed, name)

    def kind(self, name: str) -> int:
        """The number of a kind."""
        if name not in self.kinds:
            self.kinds.append(name)
        return self.kinds.index(name)


@dataclass
class Cohort:
    """Accounts as columns. Builders start from ordinary people and change what their kind changes."""

    n: int
    serial: Ints  # in the order of making; exported nowhere
    kind: Ints
    group: Ints
    ring: Ints
    operator: Ints
    same_owner: Ints
    grey: Bools
    framed: Bools
    victim: Bools
    region: Ints
    created: Floats
    ended: Floats
    wake: Floats
    venue: Ints
    pw: Floats
    po: Floats
    dev: Ints
    machines: Ints  # first of a set of shared machines, or -1
    machine_count: Ints
    signup: Ints
    tpl: Ints
    tpl_p: Floats
    plat_tpl: Ints
    plat_n: Ints
    plat_q: Floats
    card: Ints
    card_two: Ints
    wallet: Bools
    address: Ints
    domain: Ints
    style: Ints
    mailbox: Ints  # accounts with the same number share a mailbox by suffix, -1 none
    sched: Ints
    rate: Floats
    volume: Floats
    sync: Ints
    sync_width: Floats
    burst: Ints
    client: Ints
    plat_client: Ints
    system: Ints
    upgrade: Ints  # key of the lag after releases; -2 is the account's own, below that a pool
    pinned: Floats
    zone: Ints
    repo: Ints
    schema: Ints
    coupon: Ints
    phone: Ints
    plan: Ints
    status: Ints
    cover: Floats


def join(cohorts: list[Cohort]) -> Cohort:
    """Many cohorts as one."""
    names = [f for f in Cohort.__dataclass_fields__ if f != "n"]
    columns = {name: np.concatenate([getattr(c, name) for c in cohorts]) for name in names}
    return Cohort(n=sum(c.n for c in cohorts), **columns)


def build_networks(w: World) -> None:
    """Found access networks, carriers, clouds, vendors and platforms."""
    rng, p, pl, n = w.rng("networks"), w.params, w.places, w.n
    net = w.net
    net["isp"] = [[pl.network() for _ in range(int(rng.integers(2, 5)))] for _ in REGIONS]
    net["business"] = [[pl.network() for _ in range(2)] for _ in REGIONS]
    net["campus"] = [pl.network() for _ in REGIONS]
    carriers: list[Ints] = []
    pools = [pl.network() for _ in REGIONS]
    dense_share = p.share("carrier_dense_share", 0.3)
    for r, weight in enumerate(WEIGHTS):
        users = n * 0.14 * weight
        gates: list[int] = []
        split = rng.dirichlet(np.array([4.0, 2.0, 1.0]))
        for part in split:
            dense = rng.random() < dense_share
            per = rng.uniform(900, 2600) if dense else float(np.exp(rng.normal(np.log(40), 0.6)))
            k = max(1, round(users * part * 2.5 / per))
            k_each = max(1, min(k, int(rng.integers(2, 60))))
            gateways = max(1, k // k_each)
            ids = pl.egress(pools[r], np.full(gateways, k_each), rng.uniform(0.2, 1.5))
            gates.extend(rng.choice(ids, max(1, round(60 * part))).tolist())
        carriers.append(np.array(gates))
    net["carriers"] = carriers
    net["cloud"] = [pl.network() for _ in range(9)]
    cloud = net["cloud"]
    scale = max(1, round(n / 4000))
    net["serverless"] = np.concatenate(
        [pl.egress(cloud[i % 5], np.array([int(rng.integers(2, 40))]), 0.15, 1.6) for i in range(4 + scale)]
    )
    vpn_pools = [pl.network() for _ in range(6)]
    net["vpn"] = np.concatenate(
        [
            pl.egress(vpn_pools[i % 6], np.array([max(4, int(n * rng.uniform(0.0006, 0.004)))]), 0.4, 2.2)
            for i in range(10)
        ]
    )
    net["relay"] = pl.egress(pl.network(), np.full(len(REGIONS), max(3, n // 1500)), 0.2, 1.3)
    third = max(12, n // 90)
    net["third_region"] = zipf_pick(rng, third, len(REGIONS), 0.7)
    net["third"] = np.concatenate(
        [pl.egress(net["business"][int(r)][0], np.array([1]), 400.0) for r in net["third_region"]]
    )
    net["third_weight"] = rng.pareto(1.3, third) + 0.2
    net["third_weight"] /= net["third_weight"].sum()
    sase = [pl.network() for _ in range(3)]
    net["sase"] = np.concatenate([pl.egress(sase[i % 3], np.array([int(rng.integers(4, 30))]), 0.3) for i in range(8)])
    net["hosted"] = np.concatenate(
        [pl.egress(cloud[i % 4], np.array([int(rng.integers(30, 260))]), 0.1) for i in range(4)]
    )
    net["ci"] = np.concatenate(
        [pl.egress(cloud[4 + i % 3], np.array([int(rng.integers(20, 400))]), 0.05) for i in range(3)]
    )
    net["lowcode"] = np.concatenate(
        [pl.egress(cloud[i % 9], np.array([int(rng.integers(3, 31))]), 0.1) for i in range(5)]
    )
    net["desktops"] = np.concatenate(
        [pl.egress(cloud[i % 9], np.array([int(rng.integers(2, 20))]), 1.0) for i in range(6)]
    )
    net["satellite"] = pl.network()
    net["static_isp"] = [pl.network() for _ in range(4)]
    net["third_by_region"] = [np.flatnonzero(net["third_region"] == r) for r in range(len(REGIONS))]


def build_market(w: World) -> None:
    """Suppliers that honest people and operators both buy from, and the public stock of templates and schemas."""
    rng, p, n = w.rng("market"), w.params, w.n
    net = w.net
    net["public"] = w.templates.add(max(40, p.whole("public_templates", 350, 450, 60, 1500)))
    net["public_exponent"] = p.number("public_template_exponent", 0.75, 0.4, 1.3)
    net["tutorials"] = w.templates.add(max(60, n // 25))
    per_week = p.whole("viral_a_week", 12, 26, 2, 60)
    births = np.sort(rng.uniform(w.days - w.window - 21, w.days, int(per_week * (w.window + 21) / 7)))
    net["viral"] = w.templates.add(len(births), births, births + rng.uniform(8, 30, len(births)))
    net["viral_weight"] = np.exp(rng.normal(0, 1.4, len(births)))
    net["viral_weight"] /= net["viral_weight"].sum()
    net["schemas"] = w.fresh("schema", 60)
    net["coupons"] = w.fresh("coupon", max(6, n // 4000))
    net["mail_shop"] = w.fresh("domain", max(60, n // 250))  # disposable and shop domains
    vendors = 3
    lo, hi = p.span("proxy_pool_exits_per_account", 3.0, 12.0)
    net["vendors"] = [
        {
            "pool": w.places.network(int(0.4 * n * lo)),
            "exits": int(n * rng.uniform(lo, hi)) + 2000,
            "period": rng.uniform(0.6, 1.4),
        }
        for _ in range(vendors)
    ]
    net["shops"] = [
        {
            "domains": rng.choice(
                net["mail_shop"], min(len(net["mail_shop"]), int(rng.integers(6, 30))), replace=False
            ),
            "region": int(rng.integers(0, len(REGIONS))),
            "devices": w.devices.add(int(rng.integers(8, 60)), 0.3),
            "phones": w.fresh("phone", max(40, n // 300)),
        }
        for _ in range(4)
    ]
    net["sms"] = w.fresh("phone", max(60, n // 120))


def assign_mail(w: World, rng: Rng, n: int) -> Ints:
    """A mail domain each: mostly large webmail, some of their own, few aliases and disposables."""
    p = w.params
    u = rng.random(n)
    weights = np.array(WEBMAIL_WEIGHT, float)
    out = rng.choice(len(WEBMAIL), n, p=weights / weights.sum())
    alias, own, disposable = (
        p.share("mail_alias", 0.03),
        p.share("mail_own_domain", 0.14),
        p.number("mail_disposable", 0.01, 0, 0.2),
    )
    out = np.where(u < alias, len(WEBMAIL) + rng.integers(0, len(ALIAS), n), out)
    m = (u >= alias) & (u < alias + own)
    out[m] = w.fresh("domain", int(m.sum()))
    m = (u > 1 - disposable) & ~m
    out[m] = w.net["mail_shop"][zipf_pick(rng, int(m.sum()), len(w.net["mail_shop"]), 0.7)]
    return out


def gateway(w: World, rng: Rng, region: Ints) -> Ints:
    """A mobile carrier's gateway for each region."""
    out = np.zeros(len(region), np.int64)
    for r in np.unique(region):
        m = region == r
        out[m] = rng.choice(w.net["carriers"][int(r)], int(m.sum()))
    return out


def access(w: World, rng: Rng, region: Ints) -> Ints:
    """A new access line for each region: most keep their address, some change it daily or fortnightly."""
    n = len(region)
    p = w.params
    pools = np.zeros(n, np.int64)
    for r in np.unique(region):
        m = region == r
        isps = w.net["isp"][int(r)]
        pools[m] = np.array(isps)[zipf_pick(rng, int(m.sum()), len(isps), 1.0)]
    keep, daily = p.share("line_keeps_address", 0.60), p.share("line_changes_daily", 0.16)
    u = rng.random(n)
    period = np.where(u < keep, 500.0, np.where(u < keep + daily, 1.0, 14.0))
    return w.places.access_lines(pools, period, rng.random(n) < p.share("ipv6_lines", 0.4))


def third_place(w: World, rng: Rng, region: Ints) -> Ints:
    """A café, library or hotel, near home where one is known."""
    out = rng.choice(w.net["third"], len(region), p=w.net["third_weight"])
    for r in np.unique(region):
        near = w.net["third_by_region"][int(r)]
        m = region == r
        if len(near):
            q = w.net["third_weight"][near]
            out[m] = w.net["third"][rng.choice(near, int(m.sum()), p=q / q.sum())]
    return out


def joined(w: World, rng: Rng, n: int) -> tuple[Floats, Floats]:
    """When people joined and left: growth, weekly joiners and leavers."""
    weekly = w.params.number("weekly_churn", 0.04, 0.005, 0.15)
    tenure = rng.exponential(7.0 / weekly, n)
    age = np.where(rng.random(n) < 0.55, rng.exponential(110.0, n), rng.uniform(0, 700, n))
    created = w.days - age
    left = rng.random(n) < weekly * w.window / 7.0 * 0.8
    ended = np.where(left, w.days - rng.uniform(0, w.window * 1.3, n), w.days + tenure)
    return created, np.maximum(ended, created + 0.3)


def people(w: World, rng: Rng, n: int, kind: str, region: Ints | None = None) -> Cohort:
    """Ordinary people: the start of every kind."""
    p, net = w.params, w.net
    region = rng.choice(len(REGIONS), n, p=WEIGHTS) if region is None else region
    created, ended = joined(w, rng, n)
    venue, pw, po = np.full((n, 6), -1), np.zeros((n, 6)), np.zeros((n, 6))
    line = access(w, rng, region)
    mates = np.flatnonzero(rng.random(n) < p.share("same_household", 0.06))
    mates = mates[mates > 0]
    line[mates], region[mates] = line[mates - 1], region[mates - 1]
    venue[:, HOME], pw[:, HOME], po[:, HOME] = line, rng.uniform(0.3, 0.8, n), rng.uniform(0.6, 1.0, n)
    phone_user = rng.random(n) < p.share("mobile_users", 0.14)
    venue[:, MOBILE] = np.where(phone_user, gateway(w, rng, region), -1)
    pw[:, MOBILE], po[:, MOBILE] = rng.uniform(0.05, 0.5, n), rng.uniform(0.05, 0.4, n)
    vpn = rng.random(n) < p.share("vpn_users", 0.06)
    private = np.where(
        rng.random(n) < 0.7, rng.choice(net["vpn"], n, p=np.arange(10, 0, -1) / 55.0), net["relay"][region]
    )
    venue[:, PRIVATE] = np.where(vpn, private, -1)
    pw[:, PRIVATE] = po[:, PRIVATE] = rng.uniform(0.2, 3.0, n)
    away = rng.random(n) < p.share("third_place_users", 0.06)
    venue[:, AWAY] = np.where(away, third_place(w, rng, region), -1)
    pw[:, AWAY], po[:, AWAY] = rng.uniform(0.02, 0.2, n), rng.uniform(0.02, 0.2, n)
    client = pick_clients(rng, n, ("web", "app", "cli", "sdk"))
    system = systems_for(rng, n, client)
    weak = p.share("device_weak", 0.22)
    laptop = w.devices.add(n, weak * 0.7)
    handset = np.where(phone_user, w.devices.add(n, min(1.0, weak * 1.8)), laptop)
    dev = np.stack([laptop, handset, laptop, laptop, np.full(n, -1), np.where(rng.random(n) < 0.5, handset, laptop)], 1)
    tpl, tpl_p = np.full((n, 4), -1), np.zeros((n, 4))
    coder = rng.random(n) < p.share("public_template_users", 0.52)
    tpl[:, 0] = np.where(coder, net["public"][zipf_pick(rng, n, len(net["public"]), net["public_exponent"])], -1)
    own = rng.random(n) < p.share("private_template_users", 0.5)
    tpl[own, 1] = w.templates.add(int(own.sum()))
    copied = rng.random(n) < p.share("tutorial_users", 0.05)
    tpl[copied, 2] = net["tutorials"][zipf_pick(rng, int(copied.sum()), len(net["tutorials"]), 0.5)]
    viral = rng.random(n) < p.share("viral_users", 0.05)
    tpl[viral, 3] = rng.choice(net["viral"], int(viral.sum()), p=net["viral_weight"])
    tpl_p[:] = [0.45, 0.4, 0.15, 0.3]
    has_card = rng.random(n) < p.share("card_users", 0.5)
    card = np.where(has_card, w.cards.add(n, virtual=p.share("card_virtual", 0.07)), -1)
    lent = np.flatnonzero(has_card & (rng.random(n) < p.number("card_shared_tail", 0.02, 0, 0.3)))
    card[lent] = card[np.maximum(lent - rng.integers(1, 4, len(lent)), 0)]
    address = np.where(has_card, w.fresh("address", n), -1)
    address[lent] = address[np.maximum(lent - 1, 0)]
    u = rng.random(n)
    rate = np.where(u < 0.26, rng.uniform(0.7, 2.2, n), rng.gamma(1.3, 0.16, n) + 0.03)
    schema = np.where(rng.random(n) < 0.3, net["schemas"][zipf_pick(rng, n, 60, 1.0)], -1)
    bespoke = rng.random(n) < 0.08
    schema[bespoke] = w.fresh("schema", int(bespoke.sum()))
    phone = np.where(rng.random(n) < p.share("phone_known", 0.55), w.fresh("phone", n), -1)
    bought = rng.random(n) < p.number("phone_from_sms_shop", 0.015, 0, 0.2)
    phone[bought] = net["sms"][zipf_pick(rng, int(bought.sum()), len(net["sms"]), 0.5)]
    none, zero = np.full(n, -1), np.zeros(n)
    pinned = np.where(rng.random(n) < 0.2, created + rng.exponential(20, n), np.inf)
    return Cohort(
        n=n,
        serial=w.fresh("serial", n),
        kind=np.full(n, w.kind(kind)),
        group=none.copy(),
        ring=none.copy(),
        operator=none.copy(),
        same_owner=none.copy(),
        grey=zero > 0,
        framed=zero > 0,
        victim=zero > 0,
        region=region,
        created=created,
        ended=ended,
        wake=np.full(n, -1e9),
        venue=venue,
        pw=pw,
        po=po,
        dev=dev,
        machines=none.copy(),
        machine_count=np.ones(n, np.int64),
        signup=rng.choice([HOME, HOME, HOME, MOBILE], n),
        tpl=tpl,
        tpl_p=tpl_p,
        plat_tpl=none.copy(),
        plat_n=np.ones(n, np.int64),
        plat_q=zero.copy(),
        card=card,
        card_two=none.copy(),
        wallet=rng.random(n) < p.number("wallet_retokenises", 0.04, 0, 0.5),
        address=address,
        domain=assign_mail(w, rng, n),
        style=rng.choice(6, n, p=[0.3, 0.32, 0.16, 0.08, 0.09, 0.05]),
        mailbox=none.copy(),
        sched=rng.choice([OFFICE, FREE, ALL_DAY, CRON], n, p=[0.22, 0.63, 0.08, 0.07]),
        rate=rate,
        volume=np.exp(rng.normal(np.log(7.0), 1.35, n)),
        sync=none.copy(),
        sync_width=zero.copy(),
        burst=np.zeros(n, np.int64),
        client=client,
        plat_client=client.copy(),
        system=system,
        upgrade=np.full(n, -2),
        pinned=pinned,
        zone=region.copy(),
        repo=np.where(rng.random(n) < 0.12, w.fresh("repo", n), -1),
        schema=schema,
        coupon=np.where(rng.random(n) < 0.05, net["coupons"][zipf_pick(rng, n, len(net["coupons"]), 0.8)], -1),
        phone=phone,
        plan=rng.choice(4, n, p=[0.42, 0.33, 0.02, 0.23]),
        status=(rng.random(n) < p.number("honest_suspended", 0.012, 0, 0.05)).astype(np.int64),
        cover=zero.copy(),
    )


def note_group(w: World, kind: str, sizes: Ints) -> Ints:
    """Write honest groups down; their numbers."""
    first = len(w.groups)
    w.groups.extend({"kind": kind, "size": int(s)} for s in sizes)
    return np.arange(first, first + len(sizes))


def wobble(rng: Rng, middle: float, n: int) -> Floats:
    """A share per group, around a middle, with exceptions in which the habit is absent."""
    values = np.clip(middle + rng.normal(0, 0.12, n) * (0 < middle < 1), 0, 1)
    return np.where((rng.random(n) < 0.06) & (middle < 0.97), 0.0, values)


def company_sizes(w: World, rng: Rng, total: int, lo: int, hi: int, tail: float) -> Ints:
    """Sizes of groups: never more than a twelfth of the world, never one group alone if two fit."""
    return heavy_sizes(rng, total, lo, max(lo, min(hi, w.n // 12, max(lo, int(total * 0.6)))), tail)


def own_key(n: int, seed: int) -> Ints:
    """A random key for each account, from which its habits and its id follow."""
    return (keyed(np.arange(n), seed, 4242) >> np.uint64(3)).astype(np.int64)


def chance(keys: Ints, salt: int) -> Floats:
    """A fixed random number for each key."""
    return unit(keyed(keys, salt))
