"""fourteenth: a maker of labelled worlds.  Entry point.

    world.py OUT --accounts N --seed S [--ring-share F] [--random] [--scenario default|clean|proxy|borrowers|farms]

The world is a market.  People, firms and operators of rings buy lines, cards, mailboxes, devices and
texts from the same suppliers; budgets decide what they must share.  See README.md.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

import export
import guilds
import rings
from ledger import Ledger
from market import TZ, Market, zipf
from retail import Circle, Retail

SCENARIOS = ("default", "clean", "proxy", "borrowers", "farms")
SHARES = dict(default=0.02, clean=0.0, proxy=0.06, borrowers=0.03, farms=0.05)


class World:
    """What all builders need: the ledger, the market, the shop and a few public places."""

    def __init__(self, n, seed, wild, scenario):
        self.rng = np.random.default_rng([seed, n, int(wild), SCENARIOS.index(scenario), 14])
        self.n, self.wild, self.scenario = n, wild, scenario
        days = 28 if not wild else int(self.rng.integers(14, 71))
        self.led = Ledger(self.rng, days, n * 1.3)
        self.mk = Market(self.rng, n, wild, days)
        self.shop = Retail(self.led, self.mk)
        self.sase, self.firms, self.operators, self.restore = [], [], [], []
        self.n_rings = 0
        self.start_weekday = 0  # windows begin on a Monday
        self.weeks_back = int(self.rng.integers(0, 40)) if wild else 0
        self.campuses = []
        for _ in range(max(3, n // 2500)):
            c = self.mk.pick_country()
            tld = self.mk.domain().split(".")[0]
            self.campuses.append(
                dict(
                    country=c,
                    domain=f"{tld}.{self.rng.choice(['edu', 'ac.uk', 'edu', 'uni.eu', 'edu.in'])}",
                    ips=self.mk.egress(c, int(self.rng.integers(1, 9))),
                )
            )
        self.campus_p = zipf(len(self.campuses), 0.8)
        self._browsers = [self.mk.egress(0, int(self.rng.integers(10, 50)), "hosting") for _ in range(2)]
        self.browser_images = self.mk.tokens("dev_", 3)
        self.relay_software = [
            dict(schema=self.mk.tokens("sch_", 1, 10)[0], rhythm=x)
            for x in ("h07:00", "h13:00", "m05", f"h{self.rng.integers(24):02d}:15")
        ]

    def tz(self, country):
        return float(TZ[country])

    def workday(self, window=False):
        """A working day's start, in the window or within the months before it."""
        inside = window or self.rng.random() < 0.35
        for _ in range(20):
            d = int(self.rng.integers(0, max(2, self.led.days - 3))) if inside else -int(self.rng.integers(2, 240))
            if (d + self.start_weekday) % 7 < 5:
                break
        return d + (self.rng.choice([8, 9, 9, 10, 13]) - TZ[self.mk.pick_country()] * 0.5) % 24 / 24.0

    def campus(self):
        return self.campuses[int(self.rng.choice(len(self.campuses), p=self.campus_p))]

    def browser_pool(self):
        return self._browsers[int(self.rng.integers(2))]

    def codes(self):
        """One code that honest people also use."""
        _, v = self.led.of_type("promo_code")
        return [v[int(self.rng.integers(len(v)))]] if len(v) else ["code_welcome"]

    def line_for(self, one):
        """Buy a home line for one account; return the addresses it was given."""
        k = len(self.led.chunks)
        (self.shop.home if self.rng.random() < 0.9 else self.shop.mobile)(one)
        got = [(c[1], c[2]) for c in self.led.chunks[k:] if c[0] == "ip"]
        return np.concatenate([g[0] for g in got]), np.concatenate([g[1] for g in got])

    def recruit(self, n, kind, gid, label=True):
        """Plain people of the world who belong to nothing yet (or, when few are left, of any household)."""
        led = self.led
        k = led.n
        free = np.flatnonzero((led.txt["group"][:k] == "") & (led.txt["kind"][:k] == "") & (led.txt["ring"][:k] == ""))
        ids = np.sort(self.rng.choice(free, min(int(n), len(free) // 2), replace=False))
        if label:
            led.mark(ids, kind=kind, group=gid)
        return ids

    def count_ips(self):
        """Addresses of three to two hundred honest accounts, where members of rings live too."""
        ids, vals = self.led.of_type("ip")
        u, inv = np.unique(vals.astype(str), return_inverse=True)
        pair = np.unique(inv.astype(np.int64) * (self.led.n + 1) + ids)
        deg = np.bincount(pair // (self.led.n + 1), minlength=len(u))
        ok = np.flatnonzero((deg >= 3) & (deg <= 200))
        few = np.flatnonzero(deg <= 2)
        few = self.rng.choice(few, min(len(few), len(ok)), replace=False)
        pool = np.concatenate([ok, few])
        w = np.concatenate([deg[ok] ** 0.5, np.full(len(few), 0.4)])
        self.honest_ips = (u[pool].astype(object), w / w.sum())

    # ---------------------------------------------------------------- scenario furniture
    def proxy_neighbours(self):
        """Beside the vendor's operators: an enterprise with single sign-on, and the vendor's honest users."""
        n, rng, mk = self.n, self.rng, self.mk
        v = mk.proxies[0]
        v["pool"], v["resale"] = float(rng.choice([5e3, 3e4, 2e5, 1e6])), 0
        v["hit"] = max(v["hit"], 0.08)
        size = int(min(1500, max(20, n * rng.uniform(0.015, 0.04))))
        ips = mk.egress(mk.pick_country(), 3)
        c = guilds.firm(self, size, "sso_enterprise", "g-sso", ips=ips, card="one")
        c.extra("parent_org", mk.tokens("org_", 1), 1)
        k = rng.integers(1, 5, size)  # its people abroad test through the vendor
        some = rng.random(size) < rng.uniform(0.02, 0.2)
        self.led.see(np.repeat(c.ids[some], k[some]), "ip", mk.exits(0, int(k[some].sum())), "slice", 1, 0.2)
        m = int(n * rng.uniform(0.01, 0.03))
        ids = self.recruit(m, "proxy_customer", "g-vendor-customers")
        k = rng.integers(2, 12, len(ids))
        self.led.see(np.repeat(ids, k), "ip", mk.exits(0, int(k.sum())), "slice", 1, 0.6)
        # people whose own line is an exit (they let it for a few coins)
        ids = self.recruit(m, "proxy_host", "g-vendor-hosts")
        lines = mk.exits(0, len(ids))
        self.led.see(ids, "ip", lines, weight=0.8)
        mk.home_lines.append(lines)


def build(n, seed, share, wild, scenario):
    """A world with all its accounts and sightings."""
    w = World(n, seed, wild, scenario)
    guilds.settle(w, n)
    if scenario == "proxy":
        w.proxy_neighbours()
    w.count_ips()
    honest = w.led.n
    if scenario != "clean" and share > 0:
        rings.populate(w, int(round(share * n)), scenario)
    for ids, born in w.restore:
        w.led.col["born"][ids] = born
    # errors of the provider, and people who leave
    led, rng = w.led, w.rng
    k = np.arange(honest)
    led.mark(k[(rng.random(honest) < w.mk.p(0.002, 0.005, 0, 0.02))], status="banned")
    gone = k[(led.col["end"][:honest] < led.days) & (rng.random(honest) < 0.4)]
    led.mark(gone, status="closed")
    return w


def main(argv=None):
    a = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    a.add_argument("out", type=Path)
    a.add_argument("--accounts", type=int, required=True)
    a.add_argument("--seed", type=int, required=True)
    a.add_argument("--ring-share", type=float, default=None, help="default .02 (proxy .06, borrowers .03, farms .05)")
    a.add_argument("--random", action="store_true")
    a.add_argument("--scenario", choices=SCENARIOS, default="default")
    o = a.parse_args(argv)
    share = SHARES[o.scenario] if o.ring_share is None else o.ring_share
    w = build(o.accounts, o.seed, share, o.random, o.scenario)
    export.write(w, o.out)
    led = w.led
    print(
        f"{o.out}: {led.n} accounts, {w.n_rings} rings of {len(w.operators)} operators, "
        f"{int((led.txt['ring'][: led.n] != '').sum())} accounts in rings"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
