"""The event log: sessions and payments of all accounts, and the sightings that an exporter makes of them."""

# ruff: noqa: PLR2004, ARG001, PLR0913, PLR0917, PLW2901  (tables of habits, long recipes)
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from kernel import Bools, Floats, Ints, Rng, below, keyed, unit, zipf_pick
from people import AWAY, CRON, HOME, MOBILE, NIGHT, OFFICE, PLATFORM, REGIONS, SHIFT, WORK, Cohort, World, chance
from things import client_version, pick_clients

CHUNK = 150_000
TYPES = (
    "ip",
    "device",
    "user_agent",
    "template",
    "payment",
    "card_bin",
    "billing_address",
    "git_remote",
    "tool_schema",
    "time_zone",
    "coupon",
    "conversation_prefix",
)
COVERAGE = {
    "ip": 0.995,
    "device": 0.86,
    "user_agent": 0.93,
    "template": 0.93,
    "payment": 0.97,
    "card_bin": 0.9,
    "billing_address": 0.7,
    "git_remote": 0.8,
    "tool_schema": 0.8,
    "time_zone": 0.7,
    "coupon": 0.95,
    "conversation_prefix": 0.9,
}
HOURS = {
    0: [0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.6, 2, 5, 8, 9, 8, 6, 7, 8, 8, 7, 5, 3, 2, 1.5, 1, 0.8, 0.4],
    1: [2, 1, 0.6, 0.4, 0.3, 0.4, 1, 2, 3, 3.5, 4, 4, 4, 4, 4, 4, 4.5, 5, 6, 7, 8, 8, 6, 4],
    2: [1] * 24,
    3: [1] * 24,
    4: [1] * 24,
    5: [4, 6, 8, 8, 7, 4, 2, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 1, 1.5, 2, 3],
}


@dataclass
class Sightings:
    """Rows of one signal type: account row, value code, first, last, count."""

    who: Ints
    code: Ints
    first: Floats
    last: Floats
    count: Ints


def gather(who: Ints, code: Ints, t: Floats, count: Ints) -> Sightings:
    """Events of one type as sightings."""
    if not len(who):
        empty = np.zeros(0, np.int64)
        return Sightings(empty, empty, empty.astype(float), empty.astype(float), empty)
    values, inverse = np.unique(code, return_inverse=True)
    key = who * len(values) + inverse
    order = np.argsort(key, kind="stable")
    key, t, count = key[order], t[order], count[order]
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
    return Sightings(
        key[starts] // len(values),
        values[key[starts] % len(values)],
        np.minimum.reduceat(t, starts),
        np.maximum.reduceat(t, starts),
        np.add.reduceat(count, starts),
    )


def times(w: World, rng: Rng, c: Cohort, key: Ints, a: Ints) -> Floats:
    """When each session happens: days of the account, hours of its schedule, jobs of its group."""
    begin = np.maximum(c.created, w.days - w.window)[a]
    end = np.minimum(c.ended, w.days)[a]
    n = len(a)
    u = rng.random(n)
    live = c.burst[a] > 0
    if live.any():
        day_no = rng.integers(0, np.maximum(1, c.burst[a[live]]))
        u[live] = unit(keyed(key[a[live]], day_no, 31)) + rng.random(int(live.sum())) * 0.02
    day = np.floor(begin + np.minimum(u, 0.9999) * (end - begin))
    sched = c.sched[a]
    weekend = (day % 7 >= 5) & (rng.random(n) < np.where((sched == OFFICE), 0.88, 0.15))
    day = np.where(weekend & (day - 2 >= begin), day - 2, day)
    offset = np.array([r[2] for r in REGIONS])[c.region[a]]
    hour = np.zeros(n)
    for code, weights in HOURS.items():
        m = sched == code
        edges = np.cumsum(weights) / np.sum(weights)
        hour[m] = np.searchsorted(edges, rng.random(int(m.sum()))).clip(0, 23) + rng.random(int(m.sum()))
    m = sched == SHIFT
    rota = (below(keyed(key[a[m]], 8), 3) + (day[m] // 7).astype(np.int64)) % 3
    hour[m] = 6 + 8 * rota + rng.random(int(m.sum())) * 8
    m = sched == CRON
    hour[m] = np.floor(hour[m]) + np.abs(rng.normal(0, 0.015, int(m.sum())))
    t = day + (hour - offset) / 24.0
    m = c.sync[a] >= 0
    if m.any():
        job = keyed(c.sync[a[m]], day[m], rng.integers(0, 3, int(m.sum())))
        night = sched[m] == NIGHT
        at = np.where(night, unit(job) * 0.25 + 0.02, unit(job))
        t[m] = day[m] + at + rng.random(int(m.sum())) * c.sync_width[a[m]] / 1440.0
    return np.clip(t, begin, end - 1e-4)


def slots(w: World, rng: Rng, c: Cohort, a: Ints, t: Floats) -> Ints:
    """From where each session is run; -1 for none."""
    offset = np.array([r[2] for r in REGIONS])[c.region[a]]
    local = t + offset / 24.0
    working = (np.floor(local) % 7 < 5) & (local % 1 > 0.33) & (local % 1 < 0.76)
    p = np.where(working[:, None], c.pw[a], c.po[a]) * (c.venue[a] >= 0)
    p[:, PLATFORM] *= t >= c.wake[a]
    p[:, WORK] *= (t >= c.wake[a]) | c.grey[a]
    edges = np.cumsum(p, 1)
    total = edges[:, -1]
    slot = (rng.random(len(a)) * total)[:, None] >= edges
    out = slot.sum(1).clip(0, 5)
    asleep = (t < c.wake[a]) & ~c.grey[a] & (rng.random(len(a)) < 0.8)
    return np.where((total <= 0) | asleep, -1, out)


def prompts(w: World, rng: Rng, c: Cohort, key: Ints, a: Ints, slot: Ints, t: Floats) -> Ints:
    """Which template each session sends."""
    since, until = np.array(w.templates.since), np.array(w.templates.until)
    tpl = c.tpl[a]
    ok = (tpl >= 0) & (since[tpl] <= t[:, None]) & (t[:, None] <= until[tpl])
    p = c.tpl_p[a] * ok
    edges = np.cumsum(np.concatenate([p, np.full((len(a), 1), 0.12)], 1), 1)
    pick = ((rng.random(len(a)) * edges[:, -1])[:, None] >= edges).sum(1)
    out = np.where(pick < 4, tpl[np.arange(len(a)), np.minimum(pick, 3)], -1)
    on = (slot == PLATFORM) & (c.plat_tpl[a] >= 0) & (rng.random(len(a)) < c.plat_q[a]) & (t >= c.wake[a])
    variant = below(keyed(key[a], np.floor(t / 4.0), 12), c.plat_n[a])
    out = np.where(on, c.plat_tpl[a] + variant, out)
    customer = (slot == PLATFORM) & (rng.random(len(a)) < c.cover[a])
    m = np.flatnonzero(customer)
    bespoke = (1 << 45) + rng.integers(0, 1 << 40, len(m))
    popular = w.net["public"][zipf_pick(rng, len(m), len(w.net["public"]), w.net["public_exponent"])]
    out[m] = np.where(rng.random(len(m)) < 0.6, bespoke, popular)
    return out


def session_events(w: World, rng: Rng, c: Cohort, key: Ints, lo: int, hi: int) -> dict[str, Sightings]:
    """Simulate the sessions of some accounts."""
    rows = np.arange(lo, hi)
    begin, end = np.maximum(c.created[rows], w.days - w.window), np.minimum(c.ended[rows], w.days)
    span = np.maximum(end - begin, 0.0)
    pace = np.minimum(c.rate[rows] * span, 70.0)
    number = np.where(span > 0, np.maximum(rng.poisson(pace), (pace > 0.4).astype(np.int64)), 0)
    a = np.repeat(rows, number)
    t = times(w, rng, c, key, a)
    slot = slots(w, rng, c, a, t)
    known = c.created[rows] > w.days - (w.days if w.net["signup_log"] else w.window)
    fresh = rows[known & (c.created[rows] < w.days)]
    entry = c.signup[fresh]
    usable = c.venue[fresh, entry] >= 0
    entry = np.where(usable, entry, np.argmax(c.venue[fresh] >= 0, 1))
    has = (c.venue[fresh] >= 0).any(1)
    a, t = np.concatenate([a, fresh[has]]), np.concatenate([t, c.created[fresh[has]]])
    first = np.concatenate([np.zeros(len(slot), bool), np.ones(int(has.sum()), bool)])
    slot = np.concatenate([slot, entry[has]])
    keep = slot >= 0
    a, t, slot, first = a[keep], t[keep], slot[keep], first[keep]
    venue = c.venue[a, slot]
    gates = np.concatenate(w.net["carriers"])
    travel = (
        (chance(keyed(key[a], np.floor(t / 5.0)).astype(np.int64), 9) < w.net["travel"])
        & np.isin(slot, (HOME, MOBILE, WORK))
        & ~first
    )
    venue = np.where(travel, gates[below(keyed(key[a], np.floor(t / 5.0), 10), len(gates))], venue)
    count = np.maximum(1, c.volume[a] * np.exp(rng.normal(-0.3, 0.8, len(a)))).astype(np.int64)
    count[first] = 1
    out = {"ip": gather(a, w.places.address(venue, key[a], t), t, count)}
    dev = c.dev[a, slot]
    shared = (slot == WORK) & (c.machines[a] >= 0) & (rng.random(len(a)) < 0.9)
    seat = c.machines[a] + below(keyed(key[a], np.floor(t * 3.0), 14), c.machine_count[a])
    dev = np.where(shared, seat, dev)
    at_signup = first & (dev < 0) & (c.dev[a, AWAY] >= 0)
    dev = np.where(at_signup, c.dev[a, AWAY], dev)
    m = dev >= 0
    out["device"] = gather(a[m], w.devices.value(dev[m], t[m]), t[m], count[m])
    client = np.where(slot == PLATFORM, c.plat_client[a], c.client[a])
    other = (rng.random(len(a)) < 0.1) & (slot != PLATFORM)
    client[other] = pick_clients(rng, int(other.sum()), ("web",))
    lag_key = np.where(c.upgrade[a] == -2, key[a], np.where(c.upgrade[a] == -1, -1, np.abs(c.upgrade[a]) + 7))
    version = client_version(client, lag_key, c.pinned[a], t).clip(0, 99_999)
    system = np.where(slot == PLATFORM, np.where(c.system[a] <= 1, 2, c.system[a]), c.system[a])
    out["user_agent"] = gather(a, (client * 5 + system) * 100_000 + version, t, count)
    code = prompts(w, rng, c, key, a, slot, t)
    m = (code >= 0) & ~first
    out["template"] = gather(a[m], code[m], t[m], count[m])
    m = ~first
    out["fixed"] = gather(a[m], np.zeros(int(m.sum()), np.int64), t[m], count[m])
    return out


def payment_events(w: World, rng: Rng, c: Cohort, key: Ints) -> Sightings:
    """Monthly charges, cards on file, renewals and wallets that make a new token each time."""
    rows = np.flatnonzero((c.card >= 0) & (c.created < w.days))
    end = np.minimum(c.ended[rows], w.days)
    months = np.maximum(0, np.floor((end - c.created[rows]) / 30.4))
    last = np.minimum(c.created[rows] + months * 30.4 + 0.01, w.days - 1e-3)
    in_window = last >= w.days - w.window
    on_file = chance(key[rows], 51) < w.net["cards_on_file"]
    keep = in_window | on_file
    who = [rows[keep]]
    t = [last[keep]]
    early = keep & on_file & (months > 0) & ~c.wallet[rows]
    who.append(rows[early])
    t.append(np.minimum(c.created[rows[early]] + 0.01, last[early]))
    extra = in_window & (rng.random(len(rows)) < 0.25)
    who.append(rows[extra])
    t.append(
        np.maximum(
            last[extra] - rng.random(int(extra.sum())) * 8, np.maximum(c.created[rows[extra]], w.days - w.window)
        )
    )
    a, at = np.concatenate(who), np.concatenate(t)
    code = c.card[a].copy()
    m = c.wallet[a]
    code[m] = (1 << 50) + below(keyed(key[a[m]], np.floor(at[m] * 10)), 1 << 40)
    second = np.flatnonzero((c.card_two >= 0) & (c.created < w.days - 0.5) & (c.ended > w.days - w.window + 0.5))
    low = np.maximum(c.created[second], w.days - w.window)
    when = low + rng.random(len(second)) * (np.minimum(c.ended[second], w.days) - low)
    a, at, code = np.concatenate([a, second]), np.concatenate([at, when]), np.concatenate([code, c.card_two[second]])
    return gather(a, code, at, np.ones(len(a), np.int64))


def steady(c: Cohort, active: Sightings, code: Ints, keep: Bools) -> Sightings:
    """A value that an account shows whenever it is active."""
    m = (code[active.who] >= 0) & keep[active.who]
    rows = active.who[m]
    return Sightings(rows, code[rows], active.first[m], active.last[m], np.maximum(1, active.count[m] // 3))


def plus(s: Sightings, who: Ints, code: Ints, t: Floats, count: Ints) -> Sightings:
    """Sightings with more events."""
    rows = np.concatenate([s.who, s.who, who])
    codes = np.concatenate([s.code, s.code, code])
    at = np.concatenate([s.first, s.last, t])
    return gather(rows, codes, at, np.concatenate([s.count, np.zeros_like(s.count), count]))


def stack(parts: list[Sightings]) -> Sightings:
    """Sightings of several chunks."""
    names = ("who", "code", "first", "last", "count")
    return Sightings(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))


def simulate(w: World, c: Cohort, key: Ints) -> dict[str, Sightings]:
    """All sightings of the world, before the exporter loses some."""
    w.places.close()
    w.devices.close()
    w.cards.close()
    parts: dict[str, list[Sightings]] = {}
    for number, lo in enumerate(range(0, c.n, CHUNK)):
        chunk = session_events(w, w.rng(f"sessions:{number}"), c, key, lo, min(c.n, lo + CHUNK))
        for name, s in chunk.items():
            parts.setdefault(name, []).append(s)
    out = {name: stack(p) for name, p in parts.items()}
    active = out.pop("fixed")
    rng = w.rng("steady")
    out["payment"] = payment_events(w, rng, c, key)
    out["git_remote"] = steady(c, active, c.repo, np.ones(c.n, bool))
    out["tool_schema"] = steady(c, active, c.schema, np.ones(c.n, bool))
    out["time_zone"] = steady(c, active, c.zone, chance(key, 61) < 0.9)
    m = np.flatnonzero((c.coupon >= 0) & (c.created < w.days) & (c.created > w.days - 2 * w.window - 30))
    out["coupon"] = gather(
        m,
        c.coupon[m],
        np.minimum(c.created[m] + rng.exponential(0.4, len(m)), w.days - 1e-3),
        np.ones(len(m), np.int64),
    )
    empty = np.zeros(0, np.int64)
    out["conversation_prefix"] = gather(empty, empty, empty.astype(float), empty)
    noise = np.flatnonzero(rng.random(c.n) < 0.05)
    noise = noise[(c.created[noise] < w.days - w.window) & (c.ended[noise] > w.days)]
    out["conversation_prefix"] = plus(
        out["conversation_prefix"],
        noise,
        w.fresh("prefix", len(noise)),
        w.days - rng.random(len(noise)) * w.window,
        np.ones(len(noise), np.int64),
    )
    pools = np.flatnonzero(
        (c.same_owner >= 0) & (rng.random(c.n) < 0.6) & (c.created < w.days - 1) & (c.ended > w.days)
    )
    shared = (1 << 44) + c.same_owner[pools] * 8 + rng.integers(0, 3, len(pools))
    out["conversation_prefix"] = plus(
        out["conversation_prefix"],
        pools,
        shared,
        w.days - rng.random(len(pools)) * np.minimum(w.window, 1),
        np.ones(len(pools), np.int64),
    )
    insert_planted(w, c, key, out)
    pay = out["payment"]
    bins = np.where(pay.code < (1 << 50), w.cards.bin_of[np.minimum(pay.code, w.cards.size - 1)], -1)
    own = np.where(c.card >= 0, w.cards.bin_of[np.maximum(c.card, 0)], -1)
    bins = np.where(bins < 0, own[pay.who], bins)
    out["card_bin"] = plus(
        gather(pay.who, bins, pay.first, pay.count), pay.who, bins, pay.last, np.zeros_like(pay.count)
    )
    billed = steady(c, pay, c.address, np.ones(c.n, bool))
    out["billing_address"] = plus(
        gather(billed.who, billed.code, billed.first, billed.count),
        billed.who,
        billed.code,
        billed.last,
        np.zeros_like(billed.count),
    )
    return out


def insert_planted(w: World, c: Cohort, key: Ints, out: dict[str, Sightings]) -> None:
    """Sightings which operators cause on purpose: hubs, frames, conversations handed on."""
    row_of = np.full(int(c.serial.max()) + 1, -1)
    row_of[c.serial] = np.arange(c.n)
    target = {
        "venue": "ip",
        "device": "device",
        "card": "payment",
        "template": "template",
        "repo": "git_remote",
        "prefix": "conversation_prefix",
    }
    for what, serial, codes, t, count in w.planted:
        if not len(serial):
            continue
        rows = row_of[serial]
        if what == "venue":
            codes = w.places.address(codes, key[rows], t)
        elif what == "device":
            codes = w.devices.value(codes, t)
        at = np.clip(t, c.created[rows], w.days - 1e-3)
        out[target[what]] = plus(out[target[what]], rows, codes, at, count)
