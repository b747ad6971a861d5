"""Turns the cast into sightings: layers of groups first, then every account's own life."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from groups import FAM, Cast
from pools import RESERVED, V6, WEBMAIL_P, Pools, scramble, skewed
from settings import END, TYPES, World
from theta import AT

COUNTRIES = 25
TYPE = {t: i for i, t in enumerate(TYPES)}
FAM_TYPE = dict(
    net="ip", exit="ip", card="payment", tmpl="template", dev="device", addr="billing_address", code="coupon",
    git="git_remote", pref="conversation_prefix", idc="identity_check",
)  # fmt: skip


@dataclass
class Rows:
    """Sightings as columns of numbers."""

    account: np.ndarray
    type: np.ndarray
    value: np.ndarray
    first: np.ndarray
    last: np.ndarray
    share: np.ndarray  # of the account's calls


class Engine:
    """Emits sightings for one cast."""

    def __init__(self, world: World, pools: Pools, cast: Cast, rng: np.random.Generator) -> None:
        self.world, self.pools, self.cast, self.rng = world, pools, cast, rng
        self.parts: list[Rows] = []
        n = len(cast.primary)
        self.n = n
        self.mail = np.full(n, -1, dtype=np.int64)
        self.phone = np.full(n, -1, dtype=np.int64)
        self.has_net = np.zeros(n, bool)
        self.has_card = np.zeros(n, bool)
        life = world.life
        lone = np.array([1.0, life["card"], life["device"], 1.0, life["phone"]])
        own = np.array([g.vector[AT["ownnet"] : AT["ownnet"] + 5] for g in cast.groups] + [lone])
        self.own = own[cast.primary]
        table = np.array([g.vector for g in cast.groups] + [np.zeros(len(AT))])
        self.table = table
        lone_rates = dict(vol=14.0, volsd=1.3, sync=0.02, machine=0.05, het=0.3)
        for key, value in lone_rates.items():
            self.table[-1, AT[key]] = value
        self.of = {k: self.table[cast.primary, AT[k]] for k in ("vol", "volsd", "sync", "machine")}
        self.latent = rng.normal(0, 1, n)
        self.country = self._countries()
        self.group_end = np.minimum(END, END - rng.exponential(4, len(cast.groups) + 1))

    def _countries(self) -> np.ndarray:
        """A group's country for most of its members, the world's mixture for the rest."""
        rng, primary = self.rng, self.cast.primary
        home = skewed(rng, COUNTRIES, 1.0, len(self.cast.groups) + 1)[primary]
        local = (rng.random(self.n) < self.table[primary, AT["local"]]) & (primary >= 0)
        return np.where(local, home, skewed(rng, COUNTRIES, 1.0, self.n))

    def _lines(self, who: np.ndarray, size: int) -> np.ndarray:
        """Places in a pool of home lines that is sorted by country."""
        low, high = np.sqrt(self.country[who] / COUNTRIES), np.sqrt((self.country[who] + 1) / COUNTRIES)
        return (size * (low + (high - low) * self.rng.random(len(who)))).astype(np.int64)

    def add(self, account: np.ndarray, kind: str, value: np.ndarray, first: np.ndarray, last: np.ndarray,
            share: np.ndarray | float = 1.0) -> None:  # fmt: skip
        """Keep rows of one type."""
        full = np.broadcast_to(np.asarray(share, dtype=float), account.shape)
        self.parts.append(Rows(account, np.full(len(account), TYPE[kind], np.int8), value, first, last, full))

    def add_stable(self, account: np.ndarray, kind: str, value: np.ndarray, share: np.ndarray | float = 1.0) -> None:
        """Values that stay with the account from about its start to about its end."""
        c, d = self.cast.created[account], self.cast.end[account]
        first = c + (d - c) * self.rng.beta(0.25, 6, len(account))
        last = d - (d - first) * self.rng.beta(0.25, 4, len(account))
        self.add(account, kind, value, first, last, share)

    def add_visits(self, account: np.ndarray, kind: str, value: np.ndarray, days: float, share: float) -> None:
        """Values met now and then, for some days at most."""
        c, d = self.cast.created[account], self.cast.end[account]
        first = c + (d - c) * self.rng.random(len(account))
        last = np.minimum(first + days * self.rng.random(len(account)) ** 2, d)
        self.add(account, kind, value, first, last, share)

    def run(self) -> Rows:
        """Everything."""
        self._layers()
        self._networks()
        self._things()
        self._texts()
        p = self.parts
        return Rows(*(np.concatenate([getattr(r, f) for r in p]) for f in Rows.__annotations__))

    # -- groups ---------------------------------------------------------------------------------
    def _layers(self) -> None:
        """Cross every layer with its group's members."""
        cast, rng = self.cast, self.rng
        order = np.argsort(cast.of, kind="stable")
        counts = np.bincount(cast.of, minlength=len(cast.groups))
        begins = np.concatenate([[0], np.cumsum(counts)])[:-1]
        flat = [(i, y) for i, g in enumerate(cast.groups) for y in g.layers.values()]
        if not flat:
            return
        lg = np.array([i for i, _ in flat])
        times = counts[lg]
        row = np.repeat(np.arange(len(flat)), times)
        inside = np.arange(len(row)) - np.repeat(np.concatenate([[0], np.cumsum(times)])[:-1], times)
        m = order[begins[lg][row] + inside]
        spec = np.array([(y.fam, y.offset, y.size, y.vendor, y.unique) for _, y in flat], dtype=np.int64)
        real = np.array([(y.cov, y.skew) for _, y in flat])
        fam, offset, size = spec[row, 0], spec[row, 1], spec[row, 2]
        group, account = lg[row], cast.member[m]
        het = self.table[group, AT["het"]]
        noise = het * self.latent[account] + np.sqrt(1 - het**2) * rng.normal(0, 1, len(row))
        take = (_normal_cdf(noise) < real[row, 0]) & ((cast.only[m] >> fam) & 1 == 1)
        self._emit(m[take], group[take], fam[take], offset[take], size[take], real[row[take], 1], spec[row[take], 3:])

    def _emit(self, m: np.ndarray, group: np.ndarray, fam: np.ndarray, offset: np.ndarray, size: np.ndarray,
              skew: np.ndarray, flags: np.ndarray) -> None:  # fmt: skip
        """Choose values and times for members that take part in a layer."""
        cast, rng = self.cast, self.rng
        k = len(m)
        account = cast.member[m]
        vendor, unique = flags[:, 0] == 1, flags[:, 1] == 1
        batch = unique | ((rng.random(k) < self.table[group, AT["batch"]]) & ~vendor)
        slot = np.where(batch, (cast.where[m] * size).astype(np.int64), skewed(rng, size, skew, k))
        mean = self.table[group, AT["reach"]] - 1
        many = np.where(fam == FAM["exit"], 1 + rng.poisson(np.clip(mean, 0, 40)), 1)
        many = np.where((fam == FAM["net"]) & (size > 1) & ~unique, 1 + rng.poisson(0.25, k), many)
        again = np.repeat(np.arange(k), many)
        later = np.concatenate([[False], again[1:] == again[:-1]]) if len(again) else np.zeros(0, bool)
        value = offset[again] + np.where(later, skewed(rng, size[again], skew[again], len(again)), slot[again])
        since = np.maximum(cast.since[m], self.table[group, AT["late"]])[again]
        hub = self._hubs(m, group, fam, offset, size, flags)
        again, value, since = (np.concatenate([a, b]) for a, b in zip((again, value, since), hub, strict=True))
        account, group, fam = account[again], group[again], fam[again]
        first, last = self._when(account, group, since, fam == FAM["exit"], fam == FAM["pref"], value)
        self._own_columns(account, fam, value, cast.since[m][again] == 0)
        for f, kind in FAM_TYPE.items():
            at = np.flatnonzero(fam == FAM[f])
            share = 0.5 if f == "exit" else 0.8
            self.add(account[at], kind, value[at], first[at], last[at], share)

    def _hubs(self, m: np.ndarray, group: np.ndarray, fam: np.ndarray, offset: np.ndarray, size: np.ndarray,
              flags: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
        """In a star one account bears the others' values."""
        star = np.array([g.region.name == "star" for g in self.cast.groups])
        first = star[group] & (self.cast.where[m] == 0) & (flags[:, 1] == 1)
        rows = np.flatnonzero(first)
        again = np.repeat(rows, size[rows])
        inside = np.arange(len(again)) - np.repeat(np.cumsum(size[rows]) - size[rows], size[rows])
        keep = self.rng.random(len(again)) < 0.7
        return again[keep], (offset[again] + inside)[keep], np.zeros(int(keep.sum()))

    def _turns(self, account: np.ndarray, group: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """When a conversation that passes from account to account was at each of them."""
        rng, cast = self.rng, self.cast
        gap, span = np.minimum(self.table[group, AT["gap"]], 400), np.minimum(self.table[group, AT["span"]], 1000)
        u = scramble(value, self.world.seed + 55).astype(float) / 2.0**64
        turn = END - gap - span + u * (span + np.minimum(gap, self.table[group, AT["life"]]))
        turn = turn + rng.exponential(0.01, len(account))
        inside = cast.created[account] + 0.98 * (cast.end[account] - cast.created[account])
        return np.clip(turn, cast.created[account], inside), rng.exponential(0.02, len(account))

    def _when(self, account: np.ndarray, group: np.ndarray, since: np.ndarray, visit: np.ndarray,
              handed: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        """First and last time of a group's value on an account; lockstep members start and stop together."""
        rng, cast = self.rng, self.cast
        k = len(account)
        c, d = cast.created[account], cast.end[account]
        first = c + (d - c) * np.clip(since + rng.normal(0, 0.03, k) * (since > 0), 0, 0.99)
        first = np.minimum(first + np.minimum(rng.exponential(0.4, k), (d - first) * 0.5), d)
        last = d - (d - first) * rng.beta(0.3, 4, k)
        in_step = rng.random(k) < self.table[group, AT["sync"]]
        stop = self.group_end[group] - np.abs(rng.normal(0, 0.01, k))
        last = np.where(in_step & (stop > first) & (stop < d), stop, last)
        woke = END - np.minimum(self.table[group, AT["gap"]], 400) * 0.9 + np.abs(rng.normal(0, 0.02, k))
        wake = in_step & (self.table[group, AT["late"]] > 0) & (woke > c) & (woke < d)
        first = np.where(wake, woke, first)
        start = first + (d - first) * rng.random(k)
        turn, minutes = self._turns(account, group, value)
        start = np.where(handed, turn, start)
        visit = visit | handed
        first = np.where(visit, start, first)
        last = np.where(
            visit, np.minimum(start + np.where(handed, minutes, rng.exponential(1.0, k)), d), np.maximum(last, first)
        )
        return first, last

    def _own_columns(self, account: np.ndarray, fam: np.ndarray, value: np.ndarray, native: np.ndarray) -> None:
        """Mail domains and telephones belong to the account's row, and only to native members."""
        for f, column in (("mail", self.mail), ("phone", self.phone)):
            at = (fam == FAM[f]) & native
            column[account[at]] = value[at]
        self.has_net[account[((fam == FAM["net"]) | (fam == FAM["exit"])) & native]] = True
        self.has_card[account[(fam == FAM["card"]) & native]] = True

    # -- own lives ------------------------------------------------------------------------------
    def _pick(self, p: np.ndarray | float) -> np.ndarray:
        """Accounts chosen with probability p each."""
        return np.flatnonzero(self.rng.random(self.n) < p)

    def _networks(self) -> None:
        """Home line, carrier, VPN, relay, cloud, residential proxy."""
        rng, life = self.rng, self.world.life
        lives = (rng.random(self.n) < self.own[:, 0]) | ~self.has_net
        home = self._pick(lives * life["home"])
        u = rng.random(len(home))
        fixed = home[u < life["fixed"]]
        line = self._lines(fixed, self.pools.home_size)
        nat = rng.random(len(fixed)) < life["nat"]
        line = np.where(nat, line[rng.integers(0, max(1, len(fixed)), len(fixed))], line)
        self.add_stable(fixed, "ip", self.pools.home + line, 0.7)
        churn = home[u >= life["fixed"]]
        days = np.where(rng.random(len(churn)) < 0.4, 1.0, 14.0)
        many = 1 + rng.poisson(np.where(days == 1.0, 4.0, 1.3))
        who = np.repeat(churn, many)
        value = self.pools.churn + self._lines(who, self.pools.churn_size)
        self.add_visits(who, "ip", value, 14.0, 0.25)
        six = home[rng.random(len(home)) < life["v6"]]
        who = np.repeat(six, 1 + rng.poisson(0.8, len(six)))
        sub = (self.cast.primary[who] + 1) * 0 + who  # one subscriber per account,
        kin = np.array([g.style == "home" and g.n < 8 for g in self.cast.groups] + [False])[self.cast.primary[who]]
        sub = np.where(kin, self.n + self.cast.primary[who], sub)  # one per household
        self.add_visits(who, "ip", V6 + sub * 16 + rng.integers(0, 8, len(who)), 40.0, 0.3)
        elsewhere = np.ones(self.n, bool)
        elsewhere[home] = False
        hired = np.array([g.region.side == "ring" for g in self.cast.groups] + [False])[self.cast.primary]
        for style, p, reach, days_each, share in (
            ("carrier", np.where(hired, 2.8, np.where(elsewhere, 1.8, 1.0)) * life["mobile"], 2.0, 6.0, 0.3),
            ("vpn", life["vpn"], 2.5, 20.0, 0.3),
            ("relay", life["relay"], 2.0, 3.0, 0.2),
            ("resi", life["resi"], 6.0, 2.0, 0.3),
        ):
            self._through(self._pick(lives * np.asarray(p)), style, reach, days_each, share)
        cloud = self._pick(lives * life["cloud"])
        shared = rng.random(len(cloud)) < life["cloud_shared"]
        self._through(cloud[shared], "cloud", 1.5, 60.0, 0.6)
        alone = cloud[~shared]
        start = self.pools.net_pool(len(alone), "dc", scattered=True)
        self.add_stable(alone, "ip", start + np.arange(len(alone)), 0.8)

    def _through(self, who: np.ndarray, style: str, reach: float, days: float, share: float) -> None:
        """Use some addresses of one vendor of a style."""
        rng = self.rng
        choices = self.pools.vendors[style]
        pick = skewed(rng, len(choices), 0.8, len(who))
        if style == "carrier":  # two carriers a country
            pick = (self.country[who] + skewed(rng, 2, 0.4, len(who)) * 7) % len(choices)
        many = 1 + rng.poisson(reach, len(who))
        who, pick = np.repeat(who, many), np.repeat(pick, many)
        table = np.array(choices, dtype=float)
        value = table[pick, 0].astype(np.int64) + skewed(rng, table[pick, 1], table[pick, 2], len(who))
        self.add_visits(who, "ip", value, days, share)

    def _fresh(self, fam: str, kind: str, who: np.ndarray) -> None:
        """A value of one's own for each account given."""
        start = self.pools.pool(fam, len(who)) if fam != "card" else self.personal_cards(len(who))
        self.add_stable(who, kind, start + np.arange(len(who)))

    def personal_cards(self, number: int) -> int:
        """Cards of private people, numbered after all pooled ones."""
        start = self.pools.next["card"]
        self.personal = getattr(self, "personal", start)
        self.pools.next["card"] += number
        return start

    def _things(self) -> None:
        """Cards, devices, telephones, mail, billing addresses, identity checks."""
        rng, life = self.rng, self.world.life
        payer = self._pick(self.own[:, 1] * np.where(self.has_card, 0.3, 1.0))
        self._fresh("card", "payment", payer)
        again = payer[rng.random(len(payer)) < 0.08]  # renewed or re-tokenised
        self._fresh("card", "payment", again)
        few = payer[rng.random(len(payer)) < 0.035]  # lent within a circle of two to five
        start = self.personal_cards(len(few) // 2 + 1)
        self.add_stable(few, "payment", start + np.arange(len(few)) * 2 // 5)
        self._fresh("addr", "billing_address", payer[rng.random(len(payer)) < life["address"]])
        device = self._pick(self.own[:, 2])
        weak = rng.random(len(device)) < life["weak"]
        image = self.pools.vendors["image"][0]
        value = image[0] + skewed(rng, image[1], image[2], int(weak.sum()))
        self.add_stable(device[weak], "device", value, 0.6)
        self._fresh("dev", "device", device[~weak])
        self._fresh("dev", "device", device[rng.random(len(device)) < 0.25])
        lone = self._pick(np.where(self.phone < 0, self.own[:, 4], 0))
        self.phone[lone] = self.pools.pool("phone", len(lone)) + np.arange(len(lone))
        self._fresh("idc", "identity_check", self._pick(life["identity"] * self.own[:, 4]))
        self._fresh("code", "coupon", self._pick(life["code"] * self.own[:, 3]))
        popular = self._pick(life["code"] * self.own[:, 3])
        start = self.pools.pool("code", 60)
        self.add_visits(popular, "coupon", start + skewed(rng, 60, 1.5, len(popular)), 0.1, 0.1)
        self._mail()

    def _mail(self) -> None:
        """Domains of those whom no group gives one."""
        rng, life = self.rng, self.world.life
        bare = np.flatnonzero(self.mail < 0)
        own = np.array([g.region.maildom == "own" for g in self.cast.groups] + [False])[self.cast.primary[bare]]
        u = np.where(own & (rng.random(len(bare)) < 0.6), 0.0, rng.random(len(bare)))
        a = life["own_domain"]
        b, c = a + life["alias"], a + life["alias"] + life["disposable"]
        webmail = rng.choice(12, len(bare), p=_webmail_p())
        start = self.pools.pool("mail", len(bare))
        alias = 12 + rng.integers(0, RESERVED - 12, len(bare))
        choices = self.pools.vendors["disposable"]
        one = choices[0]
        throw = one[0] + skewed(rng, one[1], one[2], len(bare))
        value = np.where(u < a, start + np.arange(len(bare)), np.where(u < b, alias, np.where(u < c, throw, webmail)))
        small = (u < a) & (rng.random(len(bare)) < 0.25)  # a domain of two or three people
        value[small] = start + (np.arange(len(bare)) // 3 * 3)[small]
        self.mail[bare] = value

    def _texts(self) -> None:
        """Templates, repositories, conversation prefixes, clients."""
        rng, life = self.rng, self.world.life
        base = self._pick(self.own[:, 3])
        who = np.repeat(base, 1 + rng.poisson(life["extra_templates"], len(base)))
        u = rng.random(len(who))
        for style, lo, hi in (("tool", 0.0, life["public"]), ("tutorial", life["public"], life["public"] + 0.03)):
            some = who[(u >= lo) & (u < hi)]
            off, size, skew = self.pools.vendors[style][0]
            self.add_stable(some, "template", off + skewed(rng, size, skew, len(some)), 0.5)
        self._fresh("tmpl", "template", who[u >= life["public"] + life["tutorial"]])
        self._fresh("git", "git_remote", self._pick(life["git"] * self.own[:, 3]))
        talk = self._pick(life["prefix"] * self.own[:, 3])
        talk = np.repeat(talk, 1 + rng.poisson(0.6, len(talk)))
        start = self.pools.pool("pref", len(talk))
        self.add_visits(talk, "conversation_prefix", start + np.arange(len(talk)), 1.0, 0.1)
        everyone = np.arange(self.n)
        uniform = rng.random(self.n) < np.clip(self.of["machine"], 0, 0.8)
        favourite = skewed(rng, 80, 2.5, len(self.cast.groups) + 1)[self.cast.primary]
        client = np.where(uniform & (self.cast.primary >= 0), favourite, skewed(rng, 80, 2.0, self.n))
        self.add_stable(everyone, "client", client)


def _webmail_p() -> np.ndarray:
    """Popularity of webmail domains, summing to one."""
    return WEBMAIL_P / WEBMAIL_P.sum()


def _normal_cdf(x: np.ndarray) -> np.ndarray:
    """The normal distribution function, by the logistic approximation (error below 0.0002)."""
    return 1 / (1 + np.exp(-1.5976 * x - 0.07056 * x**3))


def bin_rows(rows: Rows, pools: Pools, personal: int) -> Rows:
    """A card_bin sighting beside every payment sighting."""
    at = np.flatnonzero(rows.type == TYPE["payment"])
    bins = pools.card_bins(rows.value[at], personal)
    more = Rows(rows.account[at], np.full(len(at), TYPE["card_bin"], np.int8), bins, rows.first[at], rows.last[at],
                rows.share[at])  # fmt: skip
    return Rows(*(np.concatenate([getattr(rows, f), getattr(more, f)]) for f in Rows.__annotations__))
