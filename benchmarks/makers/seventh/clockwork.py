"""Days become sessions, sessions become sightings."""

from __future__ import annotations

import math

import numpy as np

from clockhours import CRON, table
from dice import both, mix, unit
from ledger import Ledger
from stock import CLIENTS
from terrain import first_octets

RETAINED = 60.0  # days for which the sign-up's own record is kept
Rows = dict[str, tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]  # type: account, value, time, calls


class Addresses:
    """What address a line has at a moment."""

    def __init__(self, led: Ledger, salt: int) -> None:
        land = led.land
        self.salt = salt
        dark: dict[int, int] = {}
        for isps in land.isps.values():
            for asn, *_ in isps:
                dark[asn] = land.pool(asn, "home", 60000)
        kinds = land.kind
        size = np.zeros(len(kinds), dtype=np.int64)
        for i, s in enumerate(land.size):
            if s < 0:
                size[i] = max(6 if kinds[i] == "home" else 1, math.ceil(land.lines_on[i] * -s))
            else:
                size[i] = s if i not in land.resi else 1
            size[i] = max(size[i], land.fixed_used[i] * land.gap[i], 1)
        self.size = size
        by_asn: dict[int, list[int]] = {}
        for i, a in enumerate(land.asn):
            by_asn.setdefault(a, []).append(i)
        start = np.zeros(len(kinds), dtype=np.int64)
        at = 0
        for pools in by_asn.values():
            for i in pools:
                start[i] = at
                at += int(size[i]) + (3 + i * 7 % 40 if size[i] < 200 else 64)
            at = (at // 65536 + 1) * 65536
        self.start, self.asn = start, np.array(land.asn)
        blocks = first_octets(led.rnd)
        while len(blocks) * 65536 < at:
            blocks += [b + 1 for b in blocks]
        self.blocks = np.array(blocks, dtype=np.int64)
        self.pool = np.array(land.line_pool)
        self.period = np.array(land.line_period)
        self.k = np.array(land.line_k)
        self.fixed = np.array(land.line_fixed)
        self.six = np.array(land.line_six)
        self.skew = np.array(land.skew)
        self.gap = np.array(land.gap)
        self.resi = land.resi
        ours = []
        for isps in land.isps.values():
            for asn, kept, leased, _ in isps:
                for q in (kept, *leased):
                    if land.lines_on[q]:
                        ours.append((start[q], size[q], asn))
        self.ours_start = np.array([o[0] for o in ours])
        self.ours_cum = np.cumsum([o[1] for o in ours])
        self.ours_asn = np.array([o[2] for o in ours])
        self.dark_start = np.array([start[q] for q in dark.values()])
        self.dark_asn = np.array(list(dark))
        self.share = led.p["exits_ours"]

    def at(self, line: np.ndarray, t: np.ndarray, once: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Codes of addresses and the networks that they are in."""
        pool, period, k = self.pool[line], self.period[line], self.k[line]
        phase = unit(both(line, 7)) * np.maximum(period, 1)
        epoch = np.where(
            period > 0,
            np.floor((t + 1000 + phase) / np.maximum(period, 1e-3)),
            np.where(period < 0, once % (1 << 40), 0),
        ).astype(np.int64)
        h = both(both(line, self.salt), epoch)
        slot = (h % np.maximum(k, 1).astype(np.uint64)).astype(np.int64)
        h = np.where(k > 0, both(both(line, self.salt + 1), slot), h)
        u = unit(h)
        idx = (u ** self.skew[pool] * self.size[pool]).astype(np.int64)
        gap = self.gap[pool]
        fixed = self.fixed[line]
        idx = np.where(fixed >= 0, fixed * gap + (both(line, 5) % gap.astype(np.uint64)).astype(np.int64), idx)
        where = self.start[pool] + idx
        asn = self.asn[pool].copy()
        for q, (seed, size) in self.resi.items():
            m = np.flatnonzero(pool == q)
            if len(m):
                hh = both((u[m] * size).astype(np.int64), seed)
                mine = unit(hh) < self.share
                pick = (both(hh >> np.uint64(3), 2) >> np.uint64(8)).astype(np.int64)
                o = pick % self.ours_cum[-1]
                b = np.searchsorted(self.ours_cum, o, side="right")
                own = self.ours_start[b] + o - np.where(b > 0, self.ours_cum[b - 1], 0)
                d = pick % len(self.dark_start)
                other = self.dark_start[d] + (pick >> 8) % 60000
                where[m] = np.where(mine, own, other)
                asn[m] = np.where(mine, self.ours_asn[b], self.dark_asn[d])
        code = (self.blocks[where >> 16] << 16 | where & 0xFFFF).astype(np.uint64)
        use6 = self.six[line] & (unit(mix(once)) < 0.55)
        iid = both(both(line, self.salt), np.floor(t).astype(np.int64)) & np.uint64(0xFFFFFFFF)
        six = np.uint64(1 << 63) | (line.astype(np.uint64) << np.uint64(32)) | iid
        return np.where(use6, six, code), asn

    def text(self, codes: np.ndarray) -> list[str]:
        """Addresses as they are written."""
        out = []
        for v in codes.tolist():
            if v >> 63:
                line, iid = (v >> 32) & 0x7FFFFFFF, v & 0xFFFFFFFF
                asn = int(self.asn[self.pool[line]])
                site = (line * 2654435761) & 0xFFFFFFFF
                out.append(
                    f"2a{asn % 16:x}{(asn >> 4) % 16:x}:{(asn >> 8) & 0xFFF | 0x1000:x}:{site >> 16:x}:{site & 0xFFFF:x}:{0x1000 | iid >> 20:x}:{iid & 0xFFFF | 1:x}:{(iid * 7) & 0xFFFF | 1:x}:{(iid * 13 >> 3) & 0xFFFF | 1:x}"
                )
            else:
                out.append(f"{v >> 24}.{v >> 16 & 255}.{v >> 8 & 255}.{v & 255}")
        return out


def sessions(led: Ledger, gen: np.random.Generator, salt: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Account, context, time and calls of every session in the window."""
    days = int(led.days)
    n = len(led)
    born, gone = np.array(led.born), np.array(led.gone)
    active, rest, level, tz = np.array(led.active), np.array(led.rest), np.array(led.level), np.array(led.tz)
    streak = np.array(led.hardness) > 0
    acct_of = np.array(led.c_acct)
    order = np.argsort(acct_of, kind="stable")
    week, end = np.array(led.c_week)[order], np.array(led.c_end)[order]
    c_from, c_to, prof = np.array(led.c_from), np.array(led.c_to), np.array(led.c_prof)
    first = np.array([led.first_ctx.get(a, 0) for a in range(n)])
    sorted_acct = acct_of[order]
    lo = np.searchsorted(sorted_acct, np.arange(n))
    hi = np.searchsorted(sorted_acct, np.arange(n), side="right")
    cums = [np.concatenate([[0.0], np.cumsum(w)]) for w in (week, end)]
    hours = table()
    shift = unit(both(np.arange(n), salt + 3)) * 5
    acc, ctx, time, calls = [], [], [], []
    spread = led.p["calls_sigma"] * 0.62
    for d in range(days):
        weekend = d % 7 >= 5
        p = active * (rest if weekend else 1.0)
        lot = unit(both(np.arange(n), ((d + shift) // 5).astype(np.int64)))
        p = np.where(streak, np.minimum(0.97, p * np.where(lot < 0.45, 1.9, 0.3)), p)
        p = np.where((born < d + 1) & (gone > d), p, 0.0)
        p = np.where((born >= d) & (born < d + 1) & (active > 0.001), 0.9, p)
        on = np.flatnonzero(gen.random(n) < p)
        if not len(on):
            continue
        many = 1 + np.minimum(3, gen.poisson(0.55, len(on)))
        total = np.exp(level[on] + gen.normal(0, spread, len(on)))
        who = np.repeat(on, many)
        c = np.maximum(1, np.round(np.repeat(total / many, many) * gen.uniform(0.5, 1.5, len(who)))).astype(np.int64)
        cum = cums[1 if weekend else 0]
        u = gen.random(len(who))
        sum_w = cum[hi[who]] - cum[lo[who]]
        at = np.searchsorted(cum, cum[lo[who]] + u * sum_w, side="right") - 1
        at = np.clip(at, lo[who], np.maximum(lo[who], hi[who] - 1))
        x = np.where(sum_w > 0, order[np.minimum(at, len(order) - 1)], first[who])
        x = np.where((c_from[x] <= d + 0.5) & (c_to[x] >= d + 0.5), x, first[who])
        pr = prof[x]
        h = hours[pr, gen.integers(0, hours.shape[1], len(who))] + np.where(
            pr == CRON, gen.uniform(0, 0.012, len(who)), gen.uniform(-0.13, 0.13, len(who))
        )
        t = d + ((h - tz[who]) % 24) / 24
        early = t < born[who]
        t = np.where(early, born[who] + gen.uniform(0.001, 0.05, len(who)), t)
        acc.append(who)
        ctx.append(x)
        time.append(t)
        calls.append(c)
    if led.v_ctx:
        v = np.array(led.v_ctx)
        acc.append(acct_of[v])
        ctx.append(v)
        time.append(np.array(led.v_time))
        calls.append(np.array(led.v_calls))
    a, x, t, c = (np.concatenate(q) for q in (acc, ctx, time, calls))
    ok = (t >= 0) & (t < days) & (t >= born[a] - 1e-9) & (t <= gone[a])
    a, x, t, c = a[ok], x[ok], t[ok], c[ok]
    srt = np.lexsort((x, t, a))
    return a[srt], x[srt], t[srt], c[srt]


def sightings(led: Ledger, seed: int, *, basic: bool) -> tuple[Rows, Addresses, dict[str, list[str]]]:
    """All sightings by type, with codes; `text` of the addresses, and the words of what was noted at set moments."""
    gen = np.random.default_rng([seed, 71])
    salt = int(gen.integers(1, 1 << 40))
    where = Addresses(led, salt)
    a, x, t, n = sessions(led, gen, salt)
    once = both(np.arange(len(a)), salt + 9)
    line = np.array(led.c_line)
    ip, asn = where.at(line[x], t, once)
    # the sign-up's own record
    born = np.array(led.born)
    sa = np.flatnonzero((born > -RETAINED) & (born < led.days))
    sx = np.array([led.signup_ctx.get(i, led.first_ctx.get(i, -1)) for i in sa.tolist()])
    sa, sx = sa[sx >= 0], sx[sx >= 0]
    st = born[sa]
    sip, sasn = where.at(line[sx], st, both(sa, salt + 11))
    a_, x_, t_ = np.concatenate([a, sa]), np.concatenate([x, sx]), np.concatenate([t, st])
    n_ = np.concatenate([n, np.ones(len(sa), dtype=np.int64)])
    rows: Rows = {"ip": (a_, np.concatenate([ip, sip]), t_, n_)}
    rows["asn"] = (a_, np.concatenate([asn, sasn]).astype(np.uint64), t_, n_)
    # machines: a weak print drifts to that of the same make's next state
    dev = np.array(led.c_dev)[x_]
    m = dev >= 0
    made = np.array(led.stock.machine_class or [-1])[np.maximum(dev, 0)]
    state = np.zeros(len(dev), dtype=np.int64)
    for w in range(-8, int(led.days // 7) + 1):
        state += (t_ >= 7 * w) & (unit(both(dev, 1000 + w)) < led.p["drift"])
    code = np.where(made >= 0, made * 64 + state % 64, 10_000_000 + dev.astype(np.int64))
    rows["device"] = (a_[m], code[m].astype(np.uint64), t_[m], n_[m])
    # clients and what they look like on the wire
    cl = np.array(led.c_client)[x_]
    every = np.array([c[1] for c in CLIENTS], dtype=float)[cl]
    pin = np.array(led.c_pin)[x_]
    lag = unit(both(a_, 77)) * 1.3 * every
    moment = np.where(pin >= 0, np.where(t_ < pin + 13, pin, pin + 13), t_ - lag)
    version = np.where(every > 0, np.floor((moment + 900) / np.maximum(every, 1)), 0).astype(np.int64) % 400 + 3
    rows["user_agent"] = (a_, (cl * 1000 + version).astype(np.uint64), t_, n_)
    wire = np.array([c[3] for c in CLIENTS])[cl]
    rows["tls_fingerprint"] = (a_, (wire * 4 + (version // 3 + lag.astype(np.int64)) % 2).astype(np.uint64), t_, n_)
    # what sessions carry
    sl_a = np.array(led.s_acct)
    order = np.argsort(sl_a, kind="stable")
    sorted_a = sl_a[order]
    lo = np.searchsorted(sorted_a, a)
    many = np.searchsorted(sorted_a, a, side="right") - lo
    which = np.repeat(np.arange(len(a)), many)
    slot = order[np.arange(len(which)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(lo, many)]
    s_ctx, s_type = np.array(led.s_ctx), np.array(led.s_type)
    bound = np.zeros(len(led.c_acct), dtype=bool)
    bound[s_ctx[s_ctx >= 0]] = True
    mine = np.where(s_ctx[slot] >= 0, s_ctx[slot] == x[which], ~bound[x[which]])
    ok = (
        mine
        & (gen.random(len(which)) < np.array(led.s_prob)[slot])
        & (np.array(led.s_from)[slot] <= t[which])
        & (np.array(led.s_to)[slot] >= t[which])
    )
    which, slot = which[ok], slot[ok]
    value = np.array(led.s_value)
    for no, name in enumerate(("template", "tool_schema", "git_remote")):
        q = s_type[slot] == no
        rows[name] = (a[which[q]], value[slot[q]].astype(np.uint64), t[which[q]], n[which[q]])
    # charges
    k = {c: np.array(getattr(led, f"k_{c}")) for c in ("acct", "card", "payer", "every", "from", "to")}
    since = np.maximum(np.maximum(k["from"], born[k["acct"]]), -1e5)
    until = np.minimum(np.minimum(k["to"], np.array(led.gone)[k["acct"]]), led.days)
    pa, pk, pp, pt = [], [], [], []
    step = k["every"]
    begin = np.where(since >= 0, since, -(unit(both(k["acct"], 31)) * step))
    for i in range(int(math.ceil((led.days + 31) / max(1.5, float(step.min()) if len(step) else 30))) + 1):
        when = begin + i * step * (1 + 0.04 * (unit(both(k["card"], 50 + i)) - 0.5))
        q = (when >= np.maximum(since, 0)) & (when < until)
        if not q.any() and i > 40:
            break
        pa.append(k["acct"][q])
        pk.append(k["card"][q])
        pp.append(k["payer"][q])
        pt.append(when[q])
    pa_, pk_, pp_, pt_ = (np.concatenate(z) for z in (pa, pk, pp, pt))
    one = np.ones(len(pa_), dtype=np.int64)
    rows["payment"] = (pa_, pk_.astype(np.uint64), pt_, one)
    rows["card_bin"] = (pa_, np.array(led.stock.card_bin)[pk_].astype(np.uint64), pt_, one)
    words: dict[str, list[str]] = {}
    if not basic:
        rows["billing_address"] = (pa_, pp_.astype(np.uint64), pt_, one)
        talk = np.flatnonzero(gen.random(len(a)) < 0.15)
        words["conversation"] = []
        rows["conversation"] = (
            a[talk],
            (np.uint64(1 << 40) + talk.astype(np.uint64)),
            t[talk],
            one[:1].repeat(len(talk)) if len(one) else np.ones(len(talk), dtype=np.int64),
        )
    else:
        for name in ("tool_schema", "git_remote", "asn", "tls_fingerprint", "user_agent"):
            rows.pop(name)
    # moments
    types = np.array(led.m_type)
    ma, mt, mv = np.array(led.m_acct, dtype=np.int64), np.array(led.m_time), np.array(led.m_value)
    for name in sorted(set(led.m_type)):
        if basic:
            continue
        q = np.flatnonzero((types == name) & (mt < led.days) & (mt >= -RETAINED))
        if not len(q):
            continue
        uniq, inv = np.unique(mv[q], return_inverse=True)
        words[name] = uniq.tolist()
        got = (ma[q], inv.astype(np.uint64), mt[q], np.ones(len(q), dtype=np.int64))
        if name in rows:
            old = rows[name]
            got = tuple(np.concatenate([o, g]) for o, g in zip(old, got, strict=True))
        rows[name] = got
    return rows, where, words


def condense(rows: Rows) -> Rows:
    """One row for an account, a value and a day; for a week where the value says little."""
    out: Rows = {}
    for name, (a, v, t, n) in rows.items():
        if not len(a):
            continue
        span = 7.0 if name in ("user_agent", "tls_fingerprint", "asn", "device") else 1.0
        _u, inv = np.unique(v, return_inverse=True)
        bucket = np.floor((t + 70) / span).astype(np.int64)
        key = (a.astype(np.int64) * (int(bucket.max()) + 1) + bucket) * len(_u) + inv
        srt = np.lexsort((t, key))
        k = key[srt]
        head = np.flatnonzero(np.concatenate([[True], k[1:] != k[:-1]]))
        out[name] = (a[srt][head], v[srt][head], t[srt][head], np.add.reduceat(n[srt], head))
    return out
