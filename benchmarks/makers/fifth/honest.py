"""Found the honest institutions and let people join them, each several at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from book import BLOCK, OWN, PARENT, PRIMARY, SIDE, Book, Floats, Ints
from kinds import KINDS, SEATED_IN, Kind, Provision
from params import Params, shifted
from society import CAMPUS, CHEAP, FIRM, Society, spread_counts
from tables import DOMAIN, IP, PAYMENT, PHONE, SIGNAL_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

PLATFORMS = ("byok_vendor", "lowcode", "notebook", "ci")
GUEST_HOSTS = ("enterprise", "startup", "small_firm", "call_centre", "hospital", "sase_tenant")
PERSONAL, STAFF, TWIN, BULK = range(4)  # how the part before the @ is written


class Honest:
    """The honest population, kind by kind."""

    def __init__(self, society: Society, params: Params, extra: Sequence[tuple[str, int, float]] = ()) -> None:
        self.society, self.params, self.book, self.rng = society, params, society.book, society.rng
        self.kinds = {kind.name: kind for kind in KINDS}
        self.institutions: dict[str, Ints] = {}
        self.country: dict[str, Ints] = {}
        self.accounts: dict[str, Ints] = {}
        self.extra = extra

    def populate(self, total: int) -> None:
        """Draw the shares, then found every kind; homes take what is left."""
        share = {kind.name: self.params.kind_share(kind.name, kind.share) for kind in KINDS}
        counts = {name: round(total * value / sum(share.values())) for name, value in share.items()}
        extra = sum(size for _, size, _ in self.extra)
        counts["home"] = max(0, total - extra - sum(size for name, size in counts.items() if name != "home"))
        over = sum(counts.values()) + extra - total
        for name in sorted(counts, key=lambda name: -counts[name]):
            cut = min(max(0, over), counts[name] // 2)
            counts[name], over = counts[name] - cut, over - cut
        seated = [kind for kind in KINDS if kind.name in SEATED_IN]
        for kind in [kind for kind in KINDS if kind.name not in SEATED_IN] + seated:
            if counts[kind.name] > 1:
                self._kind(kind, counts[kind.name])
            elif counts[kind.name]:
                self._kind(self.kinds["home"], 1)
            if kind.name == "enterprise":
                self.society.platforms = []
        for name, size, days in self.extra:
            self._kind(replace(self.kinds[name], wave=(1.0, days)), size, np.array([size]))
        self.society.platforms = [self.institutions[name] for name in PLATFORMS if name in self.institutions]
        self._guest_networks()

    def side_lives(self) -> None:
        """Everybody's memberships beside the first: phone, café, guest network, club, platform, viral prompt."""
        for name, accounts in self.accounts.items():
            kind = self.kinds[name]
            country = self.book.accounts.table()["country"][accounts]
            self.society.roam(accounts, country, kind.roam)
        people = np.concatenate([accounts for name, accounts in self.accounts.items() if self.kinds[name].roam > 0.15])
        self.society.catch_prompts(people)

    # --- one kind

    def _kind(self, kind: Kind, total: int, sizes: Ints | None = None) -> None:
        book, rng, society = self.book, self.rng, self.society
        if kind.size[3] == 1:
            self._single(kind, total)
            return
        if sizes is None:
            median, sigma, low, high = kind.size
            factor = self.params["kind.size"] if high > 8 else 1.0
            sizes = spread_counts(rng, total, (median * factor, sigma, low, high))
        count = len(sizes)
        country = society.draw_countries(count)
        inst = book.found(count, kind.name, country, kind.hours)
        parent, hosts, country = self._parents(kind, inst, country)
        book.institutions.table()["country"][inst] = country
        groups = book.label(
            "group",
            [f"{kind.name}-{number}" for number in range(len(book.names["group"]), len(book.names["group"]) + count)],
        )
        if kind.parent is not None and kind.parent.group:
            _, first, where = np.unique(parent, return_index=True, return_inverse=True)
            groups = groups[first][where]
        self._provide(inst, sizes, country, kind.provisions)
        owner = np.repeat(np.arange(count), sizes)
        people = society.abroad(country[owner]) if kind.national else society.draw_countries(total)
        born = self._births(count, kind)
        accounts = self._accounts(kind, people, self._arrivals(born[owner], kind), groups[owner])
        if kind.one_owner:
            labels = book.label("same_owner", [f"owner-{kind.name}-{number}" for number in range(count)])
            book.accounts.table()["same_owner"][accounts] = labels[owner]
        book.join(accounts, inst[owner], PRIMARY)
        if len(parent):
            book.join(accounts, parent[owner], PARENT)
        if hosts:
            book.join(accounts, parent[owner], SIDE, 0.35)
        self._keep(kind.name, inst, country, accounts)
        self._lives(kind, accounts, people, owner, count)

    def _single(self, kind: Kind, total: int) -> None:
        country = self.society.draw_countries(total)
        born = self.rng.uniform(-600, self.book.days, total)
        accounts = self._accounts(kind, country, born, np.full(total, -1))
        if kind.name == "mobile":
            self.society.on_phone(accounts, country)
        elif kind.name == "vpn":
            vendor = self.society.vpns[(len(self.society.vpns) * self.rng.random(total) ** 1.6).astype(int)]
            self.book.join(accounts, vendor, PRIMARY)
        elif kind.name == "private_relay":
            self.book.join(accounts, self.rng.choice(self.society.relays, total), PRIMARY)
        elif kind.name == "cloud":
            hosts = self.book.found(total, "cloud_host", country, kind.hours)
            many = np.where(self.rng.random(total) < 0.2, self.rng.integers(2, 6, total), 1)
            draw = self.rng.random(total)  # some rent where operators of rings also rent
            rented = np.where(
                draw < 0.25, self.society.network("hosting", country), self.society.network("cloud", country)
            )
            rented = np.where(draw > 0.9, self.society.network("static", country), rented)
            self.book.stock(hosts, IP, 0.97, many, rented, k=2)
            self.book.join(accounts, hosts, PRIMARY)
        elif kind.parent is not None:
            parents = max(2, int(total / kind.parent.children))
            inst = self.book.found(parents, kind.parent.name, self.society.draw_countries(parents), kind.hours)
            self._provide(inst, np.full(parents, total // parents), np.zeros(parents), kind.parent.provisions)
            self.book.join(accounts, inst[(parents * self.rng.random(total) ** 1.6).astype(int)], PARENT)
        self._keep(kind.name, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), accounts)
        self._lives(kind, accounts, country, np.arange(total), total)

    def _keep(self, name: str, inst: Ints, country: Ints, accounts: Ints) -> None:
        for store, values in ((self.institutions, inst), (self.country, country), (self.accounts, accounts)):
            store[name] = np.concatenate([store[name], values]) if name in store else values

    def _parents(self, kind: Kind, inst: Ints, country: Ints) -> tuple[Ints, bool, Ints]:
        """Found the institutions above, or find a standing one; children stand in the parent's country mostly."""
        none = np.zeros(0, dtype=np.int64)
        if kind.name in SEATED_IN:
            seats = self.institutions.get(SEATED_IN[kind.name], none)
            if not len(seats):
                return none, False, country
            pick = (len(seats) * self.rng.random(len(inst))).astype(np.int64)
            return seats[pick], False, self.country[SEATED_IN[kind.name]][pick]
        if kind.parent is None:
            return none, False, country
        count = max(1, round(len(inst) / kind.parent.children))
        home = self.society.draw_countries(count)
        ids = self.book.found(count, kind.parent.name, home, kind.hours)
        self._provide(ids, np.full(count, len(inst) // count), home, kind.parent.provisions)
        pick = (count * self.rng.random(len(inst)) ** 1.5).astype(np.int64)
        near = kind.national & (self.rng.random(len(inst)) < 0.85)
        return ids[pick], False, np.where(near, home[pick], country)

    def _births(self, count: int, kind: Kind) -> Floats:
        days = self.book.days
        old = self.rng.uniform(-500, days - 3, count)
        return np.where(self.rng.random(count) < kind.recent, self.rng.uniform(-25, days - 4, count), old)

    def _arrivals(self, born: Floats, kind: Kind) -> Floats:
        together, days = kind.wave
        wave = self.rng.random(len(born)) < together
        later = born + self.rng.random(len(born)) * (self.book.days - born)
        return _fold(np.where(wave, born + self.rng.gamma(1.5, days / 3, len(born)), later), self.book.days, self.rng)

    def _accounts(self, kind: Kind, country: Ints, created: Floats, groups: Ints) -> Ints:
        rng = self.rng
        count = len(country)
        created = created + (rng.integers(0, 86400, count) / 86400 - 0.5 if kind.wave[1] > 1 else 0)
        return add_accounts(
            self.book,
            rng,
            self.params,
            kind.name,
            country,
            created,
            machine=kind.machine,
            group=groups,
            style=self._style(kind),
        )

    @staticmethod
    def _style(kind: Kind) -> int:
        if kind.twins:
            return TWIN
        return STAFF if kind.plan in {"team", "enterprise"} else PERSONAL

    def _lives(self, kind: Kind, accounts: Ints, country: Ints, owner: Ints, count: int) -> None:
        """Private life and a home; families and owners of several accounts have one home."""
        machine = self.book.accounts.table()["machine"][accounts].astype(bool)
        self.society.live(accounts[~machine], "person", country[~machine])
        self.society.live(accounts[machine], "machine", country[machine])
        if kind.name in {"family", "pooled_subscriptions"}:
            home = country[np.unique(owner, return_index=True)[1]]
            self.book.join(accounts, self.society.house(count, home)[owner], SIDE)
            return
        at_home = self.rng.random(len(accounts)) < kind.home * np.where(machine, 0.6, 1.0)
        self.society.homes_for(accounts[at_home], country[at_home])

    # --- what institutions provide

    def _provide(self, inst: Ints, sizes: Ints, country: Any, provisions: tuple[Provision, ...]) -> None:
        for item in provisions:
            shift = self.params[f"rate_shift.{SIGNAL_NAMES[item.signal]}"]
            has = self.rng.random(len(inst)) < (item.has if item.has >= 0.99 else shifted(item.has, shift))
            if has.any():
                self._one(inst[has], sizes[has], country[has], item, shift)

    def _one(self, inst: Ints, sizes: Ints, country: Ints, item: Provision, shift: float) -> None:
        rng, count = self.rng, len(inst)
        mean = min(shifted(item.prob, shift), 0.99)
        prob = rng.beta(mean * 8, (1 - mean) * 8 + 0.05, count)
        habits: dict[str, Any] = {
            "k": item.k,
            "power": item.power,
            "mode": item.mode,
            "tenure": item.tenure,
            "sync": item.sync,
        }
        attribute = self._attribute(item, country)
        if item.mode == OWN:
            for one, chance, value, where in zip(inst, prob, attribute, country, strict=True):
                aux = self.book.remember(np.array([value if item.signal != PHONE else where]))
                self.book.offer(np.array([one]), item.signal, chance, -1, 0, **(habits | {"aux": aux}))
            return
        if item.source == "public":  # one of the clients that anybody may use, chosen for all
            pick = self.society.agent_order[(len(self.society.agent_order) * rng.random(count) ** 2.0).astype(int)]
            self.book.offer(inst, item.signal, prob, pick, 1, **habits)
            return
        spread = rng.lognormal(0, 0.4, count) if item.n != 1 or item.grow else 1.0
        many = np.maximum(1, np.round(item.n * sizes.astype(float) ** item.grow * spread)).astype(np.int64)
        if item.mode == BLOCK:
            many = np.minimum(many, sizes)
        self.book.stock(inst, item.signal, prob, many, attribute, **habits)

    def _attribute(self, item: Provision, country: Ints) -> Ints:
        rng, society, count = self.rng, self.society, len(country)
        if item.signal == IP:
            nets = society.network(item.source, country)
            if item.source == "office":  # a few offices hang on a reseller of static lines
                nets = np.where(rng.random(count) < 0.08, society.network("static", country), nets)
            return nets
        if item.signal == DOMAIN:
            style = CAMPUS if item.source == "campus" else FIRM
            return np.where(rng.random(count) < 0.06, CHEAP, style)
        if item.signal == PAYMENT:
            bins = {"virtual": society.virtual_bins, "gift": society.gift_bins}.get(item.source)
            return (
                society.office_bin(country) if bins is None else bins[(len(bins) * rng.random(count) ** 2).astype(int)]
            )
        return np.zeros(count, dtype=np.int64)

    def _guest_networks(self) -> None:
        """The guest Wi-Fi of firms: the office's own address, or one beside it."""
        names = [name for name in GUEST_HOSTS if name in self.institutions]
        hosts = np.concatenate([self.institutions[name] for name in names])
        offers = self.book.offers.table()
        rows = np.flatnonzero((offers["signal"] == IP) & (offers["mode"] != OWN) & np.isin(offers["inst"], hosts))
        if not len(rows):
            return
        country = self.book.institutions.table()["country"][offers["inst"][rows]]
        guests = self.book.found(len(rows), "guest_network", country, (13, 3, True))
        base, length = offers["base"][rows], offers["length"][rows]
        same = self.rng.random(len(rows)) < 0.5
        self.book.offer(guests[same], IP, 0.95, base[same], length[same], tenure=20.0)
        nets = self.society.network("office", country[~same])
        self.book.stock(guests[~same], IP, 0.95, np.ones(int((~same).sum())), nets, tenure=20.0)
        self.society.guests, self.society.guest_country = guests, country
        self.guest_of = dict(zip(offers["inst"][rows].tolist(), guests.tolist(), strict=True))


def _fold(when: Floats, days: int, rng: np.random.Generator) -> Floats:
    """Moments past the window's end fall into its last days instead, without a heap at the edge."""
    return np.where(when > days - 0.05, days - 0.05 - rng.random(len(when)) * 4, when)


def add_accounts(
    book: Book, rng: np.random.Generator, params: Params, kind: str, country: Ints, created: Floats, **more: Any
) -> Ints:
    """Open accounts. Who opened before the window and still exists is seen in it; one in 25 leaves each week."""
    count, days = len(country), book.days
    created = _fold(np.asarray(created, dtype=float), days, rng)
    end = created + rng.exponential(240, count) + 0.5
    gone = end < 1
    end[gone] = rng.uniform(1, days, int(gone.sum()))
    end = np.minimum(end, days)
    columns: dict[str, Any] = {
        "start": np.maximum(created, 0),
        "end": end,
        "rate": np.exp(rng.normal(np.log(5.0), params["activity.sigma"], count)),
        "group": -1,
        "ring": -1,
        "operator": -1,
        "grey": False,
        "same_owner": -1,
        "framed": False,
        "victim": False,
        "style": PERSONAL,
        "status": (rng.random(count) < 0.004).astype(np.int64) * 2,
    } | {name: value for name, value in more.items() if name != "machine"}
    machine = rng.random(count) < more.get("machine", 0.0)
    return book.accounts.add(count, kind=book.kind(kind), country=country, created=created, machine=machine, **columns)
