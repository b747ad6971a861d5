"""Retail: what single accounts buy for themselves, and the `Circle`, a block of accounts that buys together.

A Circle is the one builder for everything that is not a lone person: a family, a ministry, a course,
a farm.  It opens accounts, lets a share of them use common supplies, and `finish` lets every member
buy the rest of a life from the same retail market as everybody else.
"""

import numpy as np
from market import CODES, COUNTRIES, SHARE, TZ, WEBMAIL, WEB_P, ALIAS, zipf


class Retail:
    """The shop counter: vectorised purchases for arrays of accounts."""

    def __init__(self, ledger, market):
        self.led, self.mk, self.rng = ledger, market, ledger.rng
        mk = market
        self.median_rate = mk.p(9, 12, 6, 18)
        self.sigma_rate = mk.p(1.6, 1.75, 1.3, 1.9)
        self.daily_share = mk.p(0.22, 0.28, 0.12, 0.4)
        self.join_week = mk.p(0.03, 0.05, 0.015, 0.08)
        self.stretch = mk.p(6, 12, 2, 25)

    # ---------------------------------------------------------------- people
    def temperament(self, n):
        """Calls on an active day and share of days that are active."""
        rng = self.rng
        rate = np.minimum(rng.lognormal(np.log(self.median_rate), self.sigma_rate, n), 8000)
        daily = rng.random(n) < self.daily_share
        act = np.where(daily, rng.uniform(0.6, 1, n), rng.beta(1.2, 6, n) + 0.03)
        return rate, act

    def dates(self, n):
        """Birth and end of ordinary accounts: a few per cent come and go each week."""
        rng, days = self.rng, self.led.days
        new = rng.random(n) < self.join_week * days / 7
        born = np.where(new, rng.uniform(0, days - 0.2, n), -rng.exponential(170, n) - 0.1)
        gone = rng.random(n) < self.join_week * 0.8 * days / 7
        left = np.maximum(born, 0)
        end = np.where(gone, left + rng.random(n) * (days - left), days)
        return np.maximum(born, -900), end

    def folk(self, n, country=None, rhythm=None):
        """Open n ordinary accounts."""
        rng = self.rng
        c = rng.choice(len(CODES), n, p=SHARE) if country is None else np.full(n, country)
        born, end = self.dates(n)
        rate, act = self.temperament(n)
        r = rng.choice(5, n, p=[0.3, 0.48, 0.1, 0.07, 0.05]) if rhythm is None else 0
        ids = self.led.open(born, end, rate, act, c, TZ[c], r if rhythm is None else rhythm)
        m = born > 0  # the clock of those who join in the window
        day = np.floor(self.led.col["born"][ids[m]])
        self.led.col["born"][ids[m]] = np.minimum(day + self.led.hour(ids[m]), self.led.days - 0.05)
        return ids

    # ---------------------------------------------------------------- access
    def home(self, ids, weight=1.0, stable=None):
        """A home line: kept by most, changed daily or fortnightly by others; freed ones are sold again."""
        led, mk, rng = self.led, self.mk, self.rng
        if not len(ids):
            return
        cs = led.col["country"][ids]
        for c in np.unique(cs):
            mine = ids[cs == c]
            isps = mk.isps[int(c)]
            which = rng.choice(len(isps), len(mine), p=zipf(len(isps), 0.6))
            for j in np.unique(which):
                isp, x = isps[int(j)], mine[which == j]
                if not hasattr(isp, "lines"):
                    isp.lines = 0
                u = rng.random(len(x))
                keep = u < mk.stable_share
                daily = u > 1 - mk.daily_share
                slow = ~keep & ~daily
                lines = isp.run(int(keep.sum()), gap=3)
                led.see(x[keep], "ip", lines, weight=weight)
                mk.home_lines.append(lines) if len(lines) else None
                isp.lines += len(x)
                # the moving part of the stock: as many addresses as keeps a freed one in demand
                stock = max(8, int(isp.lines * self.stretch))
                base = len(isp.blocks) * 2048
                k = np.where(daily, np.clip((led.col["act"][x] * led.days * 0.7).astype(int), 1, 12), 0)
                k = np.where(slow, rng.integers(1, 4, len(x)), k)
                who = np.repeat(x, k)
                if len(who):
                    led.see(who, "ip", isp.at(base + rng.integers(0, stock, len(who))), "slice", 6, weight)
                if isp.v6_share:
                    v = x[rng.random(len(x)) < isp.v6_share]
                    if len(v):
                        kk = rng.integers(1, 4, len(v))
                        no = np.repeat(isp.delegate(len(v)), kk)
                        led.see(np.repeat(v, kk), "ip", isp.v6(no, 1), "slice", 2, weight)

    def mobile(self, ids, weight=1.0):
        """A carrier: several gateway addresses a month, each with many other customers."""
        led, mk, rng = self.led, self.mk, self.rng
        if not len(ids):
            return
        cs = led.col["country"][ids]
        for c in np.unique(cs):
            x = ids[cs == c]
            carriers = mk.carriers[int(c)]
            which = rng.choice(len(carriers), len(x), p=zipf(len(carriers), 0.8))
            for j in np.unique(which):
                car, y = carriers[int(j)], x[which == j]
                k = np.clip(rng.poisson(1 + 3 * led.col["act"][y] * led.days / 14), 1, 9)
                who = np.repeat(y, k)
                led.see(who, "ip", car.gates[rng.integers(0, len(car.gates), len(who))], "slice", 4, weight)
                if car.dense:
                    free = y[(led.txt["group"][y] == "") & (led.txt["kind"][y] == "")]
                    free = free[rng.random(len(free)) < 0.9]
                    led.mark(free, group=f"carrier-{car.asn}", kind="carrier_nat")

    def cloud(self, ids, weight=1.0):
        """A rented machine: mostly an address of one's own, a third on shared egress."""
        led, mk, rng = self.led, self.mk, self.rng
        shared = rng.random(len(ids)) < 0.34
        own = ids[~shared]
        which = rng.choice(len(mk.hosts), len(own), p=mk.host_p)
        for j in np.unique(which):
            x = own[which == j]
            led.see(x, "ip", mk.hosts[int(j)].run(len(x), gap=9), weight=weight)
        x = ids[shared]
        k = rng.integers(1, 4, len(x))
        who = np.repeat(x, k)
        led.see(who, "ip", mk.pick(mk.shared_egress, len(who), mk.egress_p), "slice", 9, weight)

    def vpn(self, ids, weight=1.0):
        """A commercial VPN or a relay: several exits of one provider, some far more popular."""
        led, mk, rng = self.led, self.mk, self.rng
        which = np.where(rng.random(len(ids)) < 0.2, -1, rng.choice(len(mk.vpns), len(ids), p=mk.vpn_p))
        for j in np.unique(which):
            x = ids[which == j]
            v = mk.relay if j < 0 else mk.vpns[int(j)]
            k = np.clip(rng.poisson(3, len(x)), 1, 8)
            who = np.repeat(x, k)
            p = None if j < 0 else v.exit_p
            led.see(who, "ip", mk.pick(v.exits, len(who), p), "slice", 5, weight)
            if j >= 0 and v.exits.size < 16:
                free = x[(led.txt["group"][x] == "") & (led.txt["kind"][x] == "")]
                led.mark(free, group=f"vpn-{v.asn}", kind="vpn_exit")

    def access(self, ids, mix=(0.6, 0.17, 0.14, 0.09), extra=0.1):
        """The usual mixture of ways to the net."""
        if not len(ids):
            return
        rng = self.rng
        mix = np.array(mix, float)
        way = rng.choice(4, len(ids), p=mix / mix.sum())
        fs = (self.home, self.mobile, self.cloud, self.vpn)
        for w in range(4):
            fs[w](ids[way == w])
        # many have a second way
        more = ids[rng.random(len(ids)) < extra]
        way2 = rng.choice(3, len(more), p=[0.25, 0.5, 0.25])
        for w, f in ((0, self.home), (1, self.mobile), (2, self.vpn)):
            f(more[way2 == w], weight=0.25)

    # ---------------------------------------------------------------- the other purchases
    def pay(self, ids, typ_values, bins, mode="whole", weight=0.02):
        """Write a card and its issuer range."""
        self.led.see(ids, "payment", typ_values, mode, 5, weight)
        self.led.see(ids, "card_bin", bins, mode, 5, weight)
        self.led.txt["plan"][ids] = np.where(self.rng.random(len(ids)) < 0.55, "pro", "payg")

    def card(self, ids, share=0.5, virtual=0.08):
        """A card of one's own."""
        rng, mk = self.rng, self.mk
        x = ids[rng.random(len(ids)) < share]
        v = rng.random(len(x)) < virtual
        for part, src in ((x[~v], "bank"), (x[v], "virtual")):
            self.pay(part, *mk.cards(len(part), src))
        again = x[rng.random(len(x)) < 0.06]  # wallets re-tokenise, cards expire
        self.pay(again, *mk.cards(len(again), "bank"), mode="slice")
        bill = x[rng.random(len(x)) < 0.8]
        self.led.see(bill, "billing_hash", mk.tokens("bill_", len(bill)), weight=0.02)

    def device(self, ids, share=None):
        """A device of one's own: a sharp fingerprint, or the blunt one of a popular model."""
        rng, mk = self.rng, self.mk
        x = ids[rng.random(len(ids)) < (mk.device_share if share is None else share)]
        weak = rng.random(len(x)) < mk.weak_share
        self.led.see(x[~weak], "device", mk.tokens("dev_", int((~weak).sum())))
        self.led.see(x[weak], "device", mk.pick(mk.models, int(weak.sum()), mk.model_p))
        drift = x[weak][rng.random(int(weak.sum())) < 0.1 * self.led.days / 7]
        self.led.see(drift, "device", mk.pick(mk.models, len(drift), mk.model_p), "slice", 8)
        second = x[rng.random(len(x)) < 0.12]
        self.led.see(second, "device", mk.tokens("dev_", len(second)), "slice", 10)

    def webmail(self, ids, style="people"):
        """A mailbox at a big provider, an alias service, a disposable one or a domain of one's own."""
        if not len(ids):
            return
        rng, mk, n = self.rng, self.mk, len(ids)
        dom = mk.pick([w[0] for w in WEBMAIL], n, WEB_P)
        u = rng.random(n)
        a, d = mk.alias_share, mk.disposable_share
        own = u > (0.9 if style == "people" else 2)
        dom[u < a] = mk.pick(ALIAS, int((u < a).sum()))
        m = (u >= a) & (u < a + d)
        dom[m] = mk.pick(mk.disposable, int(m.sum()), zipf(len(mk.disposable), 0.9))
        dom[own] = np.array([mk.domain() for _ in range(int(own.sum()))], object)
        loc = mk.locals(n, style)
        self.led.txt["mail"][ids] = loc + "@" + dom

    def phone(self, ids, share=0.35):
        """A telephone number; a few come from number rental, which sells them again."""
        rng, mk = self.rng, self.mk
        x = ids[rng.random(len(ids)) < share]
        cc = np.array([COUNTRIES[c][3] for c in self.led.col["country"][x]], object)
        num = rng.integers(10**8, 10**9, len(x)).astype(str).astype(object)
        full = "+" + cc + num
        rented = rng.random(len(x)) < 0.01
        full[rented] = mk.pick(mk.recycled, int(rented.sum()))
        self.led.txt["phone"][x] = full

    def texts(self, ids, private=0.72):
        """Prompts: a public one for half, small tutorials, what is in fashion, and mostly one's own."""
        led, mk, rng = self.led, self.mk, self.rng
        x = ids[rng.random(len(ids)) < mk.public_share]
        led.see(x, "template", mk.pick(mk.public, len(x), mk.public_p), weight=0.6)
        x = x[rng.random(len(x)) < 0.25]
        led.see(x, "template", mk.pick(mk.public, len(x), mk.public_p), "slice", 8, 0.2)
        x = ids[rng.random(len(ids)) < mk.tutorial_share]
        led.see(x, "template", mk.pick(mk.tutorials, len(x)), "slice", 2, 0.1)
        x = ids[rng.random(len(ids)) < private]
        k = 1 + rng.poisson(0.5, len(x))
        led.see(np.repeat(x, k), "template", mk.tokens("t_", int(k.sum())), "slice", 14, 0.6)

    def client(self, ids):
        """The client's make and manners; common to thousands."""
        led, mk, rng = self.led, self.mk, self.rng
        led.see(ids, "sdk", mk.pick(mk.sdks, len(ids), mk.sdk_p))
        led.see(ids, "ja4", mk.pick(mk.ja4, len(ids), mk.ja4_p))
        led.see(ids, "timezone", np.array([f"UTC{t:+g}" for t in led.col["tz"][ids]], object))
        x = ids[rng.random(len(ids)) < 0.22]
        led.see(x, "tool_schema", mk.pick(mk.schemas, len(x), mk.schema_p), weight=0.5)
        x = ids[rng.random(len(ids)) < 0.12]
        led.see(x, "tool_schema", mk.tokens("sch_", len(x), 10), weight=0.5)
        x = ids[rng.random(len(ids)) < 0.3]
        led.see(x, "system_block", mk.pick(mk.blocks_text, len(x), mk.blocks_p), weight=0.5)
        x = ids[rng.random(len(ids)) < 0.1]
        led.see(x, "git_remote", mk.tokens("git_", len(x)), weight=0.3)
        x = ids[rng.random(len(ids)) < 0.3]
        k = rng.integers(1, 4, len(x))
        led.see(np.repeat(x, k), "conv_prefix", mk.tokens("cp_", int(k.sum())), "slice", 0.5, 0.1)
        x = ids[rng.random(len(ids)) < 0.3]
        led.see(x, "prompt_shape", mk.pick(mk.shapes, len(x), mk.shape_p), weight=0.5)
        x = ids[rng.random(len(ids)) < 0.2]
        led.see(x, "prompt_shape", mk.tokens("shp_", len(x), 10), weight=0.5)
        x = ids[rng.random(len(ids)) < 0.09]
        led.see(x, "id_check", mk.tokens("idc_", len(x)), "start", weight=0.01)
        x = ids[rng.random(len(ids)) < 0.03]
        k = rng.integers(1, 9, len(x))
        led.see(np.repeat(x, k), "end_user", mk.tokens("eu_", int(k.sum())), "slice", 6, 0.2)
        x = ids[rng.random(len(ids)) < 0.12]
        led.see(x, "prev_response", mk.tokens("rsp_", len(x)), "slice", 0.2, 0.05)
        x = ids[rng.random(len(ids)) < 0.07]
        led.see(
            x,
            "rhythm",
            mk.pick(["m00", "m30", "h00:00", "h02:00", "h06:00", "h09:00", "m15", "h12:00"], len(x), zipf(8, 0.8)),
            weight=0.2,
        )


class Circle:
    """A block of accounts that shares supplies.  Used for honest groups and for rings alike."""

    def __init__(
        self, shop, n, country=None, rhythm="office", born=None, life=None, rate=None, act=None, mixed=0.0, pulse=0
    ):
        led, rng = shop.led, shop.rng
        self.shop, self.led, self.mk, self.rng, self.n = shop, led, shop.mk, rng, n
        self.country = shop.mk.pick_country() if country is None else country
        c = np.full(n, self.country)
        if mixed:  # members scattered over the world
            m = rng.random(n) < mixed
            c[m] = rng.choice(len(CODES), int(m.sum()), p=SHARE)
        b, e = shop.dates(n)
        r, a = shop.temperament(n)
        if born is not None:
            b = np.asarray(born, float)
            e = np.full(n, led.days)
        if life is not None:
            e = np.minimum(led.days, np.maximum(b, 0) + life)
        b = np.minimum(b, led.days - 0.1)
        self.ids = led.open(b, e, r if rate is None else rate, a if act is None else act, c, TZ[c], rhythm, pulse)
        self.done = {k: np.zeros(n, bool) for k in ("mail", "ip", "card", "device", "text", "phone")}
        self.carded = np.zeros(n, bool)

    def part(self, share):
        """A random share of the members (indices)."""
        if share >= 1:
            return np.arange(self.n)
        return np.flatnonzero(self.rng.random(self.n) < share)

    def label(self, kind, group="", **more):
        self.led.mark(self.ids, kind=kind, group=group, **more)
        return self

    def stock(self, values, idx, per=None, shuffle=True, a=0.0):
        """Hand values out to members: evenly and in turn, or by weight when `a` is set."""
        if a:
            return self.mk.pick(values, len(idx), zipf(len(values), a))
        o = np.arange(len(idx))
        g = o * len(values) // max(1, len(idx))
        if shuffle:
            g = self.rng.permutation(g)
        return np.asarray(values, object)[g]

    def mail(self, domains, share=1.0, style="staff", per=None):
        """Mailboxes in given domains (dealt evenly)."""
        idx = self.part(share)
        idx = idx[~self.done["mail"][idx]]
        dom = self.stock(domains, idx, shuffle=self.rng.random() < 0.5)
        loc = self.mk.locals(len(idx), style)
        # namesakes get a number
        seen, out = {}, []
        for a, d in zip(loc, dom):
            k = seen.get((a, d), 0)
            seen[(a, d)] = k + 1
            out.append(f"{a}{k + 1 if k else ''}@{d}")
        self.led.txt["mail"][self.ids[idx]] = np.array(out, object) if out else np.zeros(0, object)
        self.done["mail"][idx] = True
        return self

    def place(self, ips, share=1.0, k=1, mode="whole", length=6, weight=1.0, a=0.0, idx=None, alone=True):
        """Members are seen at common addresses, each at k of them."""
        idx = self.part(share) if idx is None else idx
        kk = np.full(len(idx), k) if np.isscalar(k) else self.rng.integers(k[0], k[1] + 1, len(idx))
        kk = np.minimum(kk, max(1, len(ips)))
        who = np.repeat(idx, kk)
        vals = self.mk.pick(ips, len(who), zipf(len(ips), a) if a else None)
        self.led.see(self.ids[who], "ip", vals, mode, length, weight)
        if alone:
            self.done["ip"][idx] = True
        return self

    def deal(self, ips, per, share=1.0, mode="whole", length=10, weight=1.0):
        """Addresses dealt out one to a member, `per` members on each, neighbours together."""
        idx = self.part(share)
        g = np.arange(len(idx)) // max(1, int(per))
        self.led.see(self.ids[idx], "ip", np.asarray(ips, object)[g % len(ips)], mode, length, weight)
        self.done["ip"][idx] = True
        return self

    def homes(self, share, mix=(0.75, 0.2, 0.0, 0.05), weight=0.3):
        """Members also have their own line or telephone."""
        idx = self.part(share)
        self.shop.access(self.ids[idx], mix, extra=0.05) if weight >= 0.5 else self._side(idx, weight, mix)
        self.done["ip"][idx] = True
        return self

    def _side(self, idx, weight, mix):
        way = self.rng.choice(4, len(idx), p=np.array(mix) / sum(mix))
        s = self.shop
        for w, f in enumerate((s.home, s.mobile, s.cloud, s.vpn)):
            f(self.ids[idx[way == w]], weight=weight)

    def cards(self, per, share=1.0, source="bank", issuer=None, mode="whole", bill=None):
        """Cards bought by the block, `per` members on each (1: one each)."""
        idx = self.part(share)
        idx = idx[~self.done["card"][idx]]
        if not len(idx):
            return self
        m = max(1, int(np.ceil(len(idx) / max(1.0, per))))
        c, b = self.mk.cards(m, source, issuer)
        g = np.minimum(np.arange(len(idx)) * m // len(idx), m - 1)
        if self.rng.random() < 0.4:
            g = self.rng.permutation(g)
        self.shop.pay(self.ids[idx], c[g], b[g], mode)
        if bill is None and self.rng.random() < 0.75:
            bill = 1
        if bill is not None:
            bh = self.mk.tokens("bill_", max(1, int(np.ceil(m / max(1.0, bill)))))
            self.led.see(self.ids[idx], "billing_hash", bh[g * len(bh) // m], weight=0.02)
        self.done["card"][idx] = True
        return self

    def devices(self, count, k=1, share=1.0, weak=False, mode="whole", length=8):
        """A fleet of `count` devices (or images) that go round; each member is seen on k."""
        idx = self.part(share)
        vals = self.mk.pick(self.mk.models, count, self.mk.model_p) if weak else self.mk.tokens("dev_", count)
        kk = np.full(len(idx), min(k, count))
        who = np.repeat(idx, kk)
        if k == 1:
            v = self.stock(vals, who)
        else:
            v = self.mk.pick(vals, len(who))
        self.led.see(self.ids[who], "device", v, mode, length)
        self.done["device"][idx] = True
        return self

    def text(self, values, share=1.0, k=1, a=0.0, mode="whole", length=6, weight=1.0, alone=False):
        """Common prompts."""
        idx = self.part(share)
        who = np.repeat(idx, min(k, len(values)))
        self.led.see(
            self.ids[who],
            "template",
            self.mk.pick(values, len(who), zipf(len(values), a) if a else None),
            mode,
            length,
            weight,
        )
        if alone:
            self.done["text"][idx] = True
        return self

    def chain(self, typ, prefix, per_member, copies, share, length):
        """Values that are met on a few members each, one after another (a transcript that moves on)."""
        rng = self.rng
        idx = self.part(share)
        if len(idx) < 2:
            return self
        m = max(1, int(len(idx) * per_member))
        size = rng.integers(2, copies + 1, m)
        vals = np.repeat(self.mk.tokens(prefix, m), size)
        start = np.repeat(rng.integers(0, len(idx), m), size)
        step = rng.integers(0, max(2, min(len(idx), 40)), len(vals))
        self.led.see(self.ids[idx[(start + step) % len(idx)]], typ, vals, "slice", length, 0.05)
        return self

    def extra(self, typ, values, share=1.0, k=1, a=0.0, mode="whole", length=5, weight=0.3):
        """Any further signal."""
        idx = self.part(share)
        who = np.repeat(idx, min(k, len(values)))
        self.led.see(
            self.ids[who],
            typ,
            self.mk.pick(values, len(who), zipf(len(values), a) if a else None),
            mode,
            length,
            weight,
        )
        return self

    def finish(
        self,
        own_card=0.45,
        own_device=None,
        phone=0.3,
        style="people",
        private=0.6,
        texts=True,
        access=True,
        mix=(0.6, 0.17, 0.14, 0.09),
    ):
        """What is still missing is bought at retail."""
        s, ids, d = self.shop, self.ids, self.done
        s.webmail(ids[~d["mail"]], style)
        if access:
            s.access(ids[~d["ip"]], mix)
        s.card(ids[~d["card"]], own_card)
        s.device(ids[~d["device"]], own_device)
        s.phone(ids[~d["phone"]], phone)
        if texts:
            s.texts(ids[~d["text"]], private)
        s.client(ids)
        return self
