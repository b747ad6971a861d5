"""The institutions that everybody meets: networks, issuers, mail, private life, carriers, VPNs, cafés, households."""

from __future__ import annotations

from typing import Any

import numpy as np
from book import BLOCK, LIFE, MIX, OWN, SIDE, Book, Bools, Columns, Ints, ragged, skewed
from params import Params, shifted
from tables import (
    AGENT,
    ALIAS_MAIL,
    BILLING,
    CLIENT_TOOLS,
    COUNTRIES,
    DEVICE,
    DISPOSABLE_MAIL,
    DOMAIN,
    GIT,
    IDENTITY,
    IP,
    PAYMENT,
    PHONE,
    PREFIX,
    SCHEMA,
    SYSTEMS,
    TEMPLATE,
    WEBMAIL,
    ZONE,
)

NATIONAL = {"home": (2, 6), "office": (1, 4), "mobile": (2, 4), "campus": (1, 1), "state": (1, 1)}
GLOBAL = {"cloud": 8, "hosting": 14, "sase": 3, "relay": 2, "static": 5}
SCATTERED = ("home", "mobile")  # addresses are strewn; elsewhere what was let together lies together

# Attributes of a domain: how it is written.
FIRM, CAMPUS, CHEAP, LISTED, THROWAWAY = range(5)
NEW_DISPOSABLE = 60


class Society:
    """Countries with what stands in them. Institutions are founded in a book."""

    def __init__(self, rng: np.random.Generator, params: Params, book: Book, accounts: int) -> None:
        self.rng, self.params, self.book, self.scale = rng, params, book, accounts
        order = rng.permutation(len(COUNTRIES))[: int(params["countries"])]
        weight = np.array([COUNTRIES[number].weight for number in order]) * rng.lognormal(0, 0.3, len(order))
        self.countries: Ints = order.astype(np.int64)
        self.country_weight = weight / weight.sum()
        self.networks = Columns(("kind", "country", "asn"))
        self.network_kinds = [*NATIONAL, *GLOBAL]
        self._networks()
        self._issuers()
        self._catalogues()
        self.life = {name: self._life(name) for name in ("person", "machine", "bought")}
        self.carriers = self._carriers()
        self.vpns, self.relays = self._vpns()
        self.cafes, self.cafe_country = self._cafes()
        self.guests: Ints = np.zeros(0, dtype=np.int64)
        self.guest_country: Ints = np.zeros(0, dtype=np.int64)
        self.viral, self.viral_weight = self._viral()
        self.clubs = self._clubs()
        self.platforms: list[Ints] = []

    # --- countries, networks, issuers

    def draw_countries(self, size: int) -> Ints:
        """Countries of people, by weight."""
        return self.rng.choice(self.countries, size=size, p=self.country_weight)

    def abroad(self, country: Ints, share: float = 0.06) -> Ints:
        """The same countries, with some people elsewhere."""
        moved = self.rng.random(len(country)) < share
        return np.where(moved, self.draw_countries(len(country)), country)

    def _networks(self) -> None:
        rng = self.rng
        self.local: dict[str, dict[int, Ints]] = {}
        asn = rng.choice(np.arange(2000, 399000), 2000, replace=False)
        for kind, (low, high) in NATIONAL.items():
            self.local[kind] = {}
            for country in self.countries:
                count = int(rng.integers(low, high + 1))
                numbers = asn[self.networks.size : self.networks.size + count]
                rows = self.networks.add(count, kind=self.network_kinds.index(kind), country=country, asn=numbers)
                self.local[kind][int(country)] = rows
        self.world: dict[str, Ints] = {}
        for kind, count in GLOBAL.items():
            numbers = asn[self.networks.size : self.networks.size + count]
            self.world[kind] = self.networks.add(count, kind=self.network_kinds.index(kind), country=-1, asn=numbers)

    def network(self, kind: str, country: Any) -> Ints:
        """A network of a kind for each country; market shares are uneven."""
        country = np.asarray(country)
        if kind in self.world:
            nets = self.world[kind]
            return nets[skewed(self.rng, len(nets), 1.7, len(country))]
        out = np.zeros(len(country), dtype=np.int64)
        for code in np.unique(country):
            mask = country == code
            nets = self.local[kind][int(code)]
            out[mask] = nets[skewed(self.rng, len(nets), 1.5, int(mask.sum()))]
        return out

    def _issuers(self) -> None:
        """Numbers of BINs: by country with a Zipf head, and a few hundred of virtual and gift-card issuers."""
        self.bins: dict[int, int] = {}
        first = 0
        for country in self.countries:
            count = int(40 + 60 * self.rng.random() + 4 * COUNTRIES[country].weight)
            self.bins[int(country)] = self.book.remember(np.arange(first, first + count))
            first += count
        self.virtual_bins: Ints = np.arange(first, first + 90)
        self.gift_bins: Ints = np.arange(first + 90, first + 120)
        self.virtual_aux = self.book.remember(self.virtual_bins)
        self.bin_count = first + 120

    def office_bin(self, country: Ints) -> Ints:
        """The BIN of an institution's card."""
        out = np.zeros(len(country), dtype=np.int64)
        for code in np.unique(country):
            mask = country == code
            bins = self.book.aux[self.bins[int(code)]]
            out[mask] = bins[skewed(self.rng, len(bins), 2.2, int(mask.sum()))]
        return out

    def _catalogues(self) -> None:
        """Public things: templates, schemas, clients, weak device classes, mail providers, time zones."""
        values, params = self.book.values, self.params
        self.public = values[TEMPLATE].new(int(params["template.public_size"]))
        self.tutorials = values[TEMPLATE].new(max(50, int(self.scale * 0.015)))
        self.schemas = values[SCHEMA].new(400)
        self.weak = values[DEVICE].new(max(20, int(params["device.weak_classes"])))
        self.weak_count = max(20, int(params["device.weak_classes"]))
        tools = np.arange(len(CLIENT_TOOLS) * len(SYSTEMS) * 9)
        self.agents = values[AGENT].new(len(tools), self.rng.integers(0, 60, len(tools)))
        self.agent_order = self.rng.permutation(len(tools)) + self.agents
        self.listed = values[DOMAIN].new(len(WEBMAIL), LISTED, np.arange(len(WEBMAIL)))
        self.alias = values[DOMAIN].new(len(ALIAS_MAIL), LISTED, len(WEBMAIL) + np.arange(len(ALIAS_MAIL)))
        known = len(WEBMAIL) + len(ALIAS_MAIL) + np.arange(len(DISPOSABLE_MAIL))
        self.throwaway = values[DOMAIN].new(len(DISPOSABLE_MAIL), LISTED, known)
        values[DOMAIN].new(NEW_DISPOSABLE, THROWAWAY)
        zones = [zone for country in COUNTRIES for zone in country.zones]
        self.zones = values[ZONE].new(len(zones), np.arange(len(zones)))
        starts = np.cumsum([0, *[len(country.zones) for country in COUNTRIES]])
        self.zone_span = {
            number: (int(starts[number]), len(COUNTRIES[number].zones)) for number in range(len(COUNTRIES))
        }

    def rate(self, signal: int, chance: float) -> float:
        """A sharing rate, moved by the world's shift for that signal."""
        names = [
            "ip",
            "payment",
            "template",
            "device",
            "user_agent",
            "email_domain",
            "phone",
            "git_remote",
            "tool_schema",
            "time_zone",
        ]
        names += ["conversation_prefix", "identity_check", "billing_address"]
        return shifted(chance, self.params[f"rate_shift.{names[signal]}"])

    # --- private life: what a person or a machine has without an employer

    def _life(self, kind: str) -> dict[int, int]:
        """One institution per country that stands for private life there."""
        book, params = self.book, self.params
        person, bought = kind == "person", kind == "bought"
        ids = book.found(len(self.countries), f"life_{kind}", self.countries, hours=(18, 5, False))
        by_country = {int(country): int(inst) for country, inst in zip(self.countries, ids, strict=True)}
        for country, inst in by_country.items():
            one = np.array([inst])
            self._mail_of(country, one, machine=kind == "machine")
            zone, zones = self.zone_span[country]
            book.offer(one, ZONE, 0.93, self.zones + zone, zones, power=1.5)
            phone = params["phone.known"] * (0.55 if bought else 1.0)
            book.offer(one, PHONE, phone, -1, 0, mode=OWN, aux=book.remember(np.array([country])))
            if bought:
                continue
            bins = self.bins[country]
            owned = params["card.owned"] if person else params["card.owned"] * 0.9
            book.offer(one, PAYMENT, owned * (1 - params["card.virtual"]), -1, 0, mode=OWN, aux=bins, k=1.08)
            book.offer(one, PAYMENT, params["card.virtual"] * owned, -1, 0, mode=OWN, aux=self.virtual_aux, k=1.4)
            known = params["device.known"] if person else 0.12
            book.offer(one, DEVICE, known * (1 - params["device.weak"]), -1, 0, mode=OWN, k=1.25)
        weak = params["ring.weak_device"] if bought else params["device.known"] * params["device.weak"]
        if kind != "machine":
            habits: dict[str, Any] = {"power": 1.9, "k": 1.7, "tenure": 40.0}
            book.offer(ids, DEVICE, weak, self.weak, self.weak_count, **habits)
        public = params["ring.public_template"] if bought else self.rate(TEMPLATE, params["template.public"])
        power = 4.2 * params.rng.uniform(0.9, 1.1)
        book.offer(ids, TEMPLATE, public, self.public, int(params["template.public_size"]), power=power, k=2.0)
        flat = book.pool(self.agent_order, np.array([len(self.agent_order)]))[0]
        book.offer(ids, AGENT, 0.95, flat, len(self.agent_order), power=2.3, k=2.2, tenure=35.0)
        book.offer(ids, SCHEMA, 0.25, self.schemas, 400, power=2.5)
        if bought:
            return by_country
        book.offer(ids, TEMPLATE, 0.05, self.tutorials, max(50, int(self.scale * 0.015)), power=1.2, tenure=8.0)
        book.offer(ids, TEMPLATE, 0.6, -1, 0, mode=OWN, k=4.0, tenure=30.0)
        book.offer(ids, GIT, 0.12 if person else 0.35, -1, 0, mode=OWN, k=1.8, tenure=45.0)
        book.offer(ids, SCHEMA, 0.12 if person else 0.4, -1, 0, mode=OWN, tenure=40.0)
        book.offer(ids, PREFIX, 0.10, -1, 0, mode=OWN, k=1.5, tenure=1.0)
        book.offer(ids, IDENTITY, 0.06, -1, 0, mode=OWN)
        return by_country

    def _mail_of(self, country: int, inst: Ints, *, machine: bool) -> None:
        """Mail providers: global and national ones, a domain of one's own, an alias, a disposable address."""
        book, params = self.book, self.params
        own = params["mail.own_domain"] * (4.0 if machine else 1.0)
        own, rest = min(own, 0.5), 1.0
        domains = [*COUNTRIES[country].mail, "outlook.com", "yahoo.com", "hotmail.com", "proton.me", "icloud.com"]
        numbers = np.array([WEBMAIL.index(name) for name in dict.fromkeys(domains)]) + self.listed
        book.offer(inst, DOMAIN, own, -1, 0, mode=OWN, aux=book.remember(np.array([FIRM, FIRM, FIRM, CHEAP])))
        book.offer(inst, DOMAIN, params["mail.alias"], self.alias, len(ALIAS_MAIL), power=1.5)
        count = len(DISPOSABLE_MAIL) + NEW_DISPOSABLE
        book.offer(inst, DOMAIN, params["mail.disposable"], self.throwaway, count, power=1.5)
        book.offer(inst, DOMAIN, rest, book.pool(numbers, np.array([len(numbers)]))[0], len(numbers), power=2.0)

    def live(self, account: Ints, kind: str, country: Ints, weight: float = 1.0) -> None:
        """Give accounts a private life in their country."""
        lookup = np.zeros(len(COUNTRIES), dtype=np.int64)
        for code, inst in self.life[kind].items():
            lookup[code] = inst
        self.book.join(account, lookup[country], LIFE, weight)

    # --- carriers, VPNs, cafés, clubs, viral prompts

    def _carriers(self) -> dict[int, Ints]:
        rng, params, book = self.rng, self.params, self.book
        users = self.scale * 0.22 * params["roam.intensity"]
        out: dict[int, Ints] = {}
        few = min(3, len(self.countries))
        dense = set(rng.choice(self.countries, few, replace=False, p=self.country_weight).tolist())
        for country, weight in zip(self.countries, self.country_weight, strict=True):
            nets = self.local["mobile"][int(country)]
            ids = book.found(len(nets), "carrier", country, hours=(17, 5, False))
            share = rng.dirichlet(np.full(len(nets), 2.0)) * weight * users * 5.0
            degree = params["carrier.accounts_per_address"] * rng.lognormal(0, 0.6, len(nets))
            if int(country) in dense:
                degree[0] = params["carrier.dense_accounts"]
            counts = np.maximum(1, (share / degree).astype(np.int64))
            book.stock(ids, IP, self.rate(IP, 0.96), counts, nets, k=8.0, power=1.25, tenure=2.0)
            out[int(country)] = ids
        return out

    def _vpns(self) -> tuple[Ints, Ints]:
        rng, params, book = self.rng, self.params, self.book
        vendors = 12
        ids = book.found(vendors, "vpn_vendor", -1, hours=(18, 6, False))
        users = self.scale * 0.15 * rng.dirichlet(np.full(vendors, 0.9)) * params["roam.intensity"]
        counts = np.maximum(4, (users * 6 / params["vpn.accounts_per_exit"]).astype(np.int64))
        nets = self.network("hosting", np.zeros(vendors))
        book.stock(ids, IP, self.rate(IP, 0.95), counts, nets, k=6, power=1.8, tenure=1.5)
        relays = book.found(2, "relay_network", -1, hours=(19, 5, False))
        counts = np.maximum(4, np.array([1, 1]) * int(self.scale * 0.03 * 8 / 40))
        book.stock(relays, IP, self.rate(IP, 0.95), counts, self.world["relay"], k=7, power=1.3, tenure=1.0)
        return ids, relays

    def _cafes(self) -> tuple[Ints, Ints]:
        count = max(10, self.scale // 150)
        country = self.draw_countries(count)
        ids = self.book.found(count, "cafe", country, hours=(13, 3, False))
        many = np.where(self.rng.random(count) < 0.1, 3, 1)
        self.book.stock(ids, IP, 0.95, many, self.network("office", country), k=1.2, tenure=1.0)
        return ids, country

    def _viral(self) -> tuple[Ints, Ints]:
        """Prompts that spread for some weeks, with or without a schema that goes with them."""
        rng, book, weeks = self.rng, self.book, self.book.days / 7
        count = max(4, int(self.params["template.viral_per_week"] * weeks * min(1, (self.scale / 1e5) ** 0.3)))
        ids = book.found(count, "viral_prompt", -1, hours=(17, 5, False))
        born = rng.uniform(-20, book.days, count)
        fade = 5 + rng.exponential(12, count)
        book.stock(ids, TEMPLATE, 0.95, np.ones(count), begin=born, finish=born + fade, tenure=4.0)
        some = rng.random(count) < 0.2
        book.stock(ids[some], SCHEMA, 0.5, np.ones(int(some.sum())), begin=born[some], finish=(born + fade)[some])
        median = self.params["template.viral_median"] * min(2.0, (self.scale / 1e5) ** 0.5)
        size = np.minimum(median * rng.lognormal(0, 1.3, count), self.scale * 0.03)
        return ids, np.ceil(size).astype(np.int64)

    def _clubs(self) -> Ints:
        """Open-source projects and side projects of friends: a repository, a prompt, at times a schema."""
        rng, book = self.rng, self.book
        count = max(6, self.scale // 60)
        ids = book.found(count, "club", -1, hours=(20, 3, False))
        book.stock(ids, GIT, 0.55, np.ones(count), tenure=40.0)
        with_prompt = ids[rng.random(count) < 0.4]
        book.stock(with_prompt, TEMPLATE, 0.4, np.ones(len(with_prompt)), tenure=40.0)
        with_schema = ids[rng.random(count) < 0.25]
        book.stock(with_schema, SCHEMA, 0.4, np.ones(len(with_schema)), tenure=40.0)
        return ids

    def on_phone(self, account: Ints, country: Ints, weight: float = 1.0, dose: Any = 1.0) -> None:
        """Give accounts a mobile contract in their country."""
        inst = np.zeros(len(account), dtype=np.int64)
        for code in np.unique(country):
            mask = country == code
            ids = self.carriers[int(code)]
            inst[mask] = ids[skewed(self.rng, len(ids), 1.4, int(mask.sum()))]
        self.book.join(account, inst, SIDE, weight, dose)

    def local_pick(self, ids: Ints, where: Ints, country: Ints) -> tuple[Bools, Ints]:
        """A place in each person's country, if it has one."""
        order = np.argsort(where, kind="stable")
        low = np.searchsorted(where[order], country, side="left")
        high = np.searchsorted(where[order], country, side="right")
        found = high > low
        pick = low + (self.rng.random(len(country)) * (high - low)).astype(np.int64)
        return found, ids[order[np.minimum(pick, len(ids) - 1)]]

    def roam(self, account: Ints, country: Ints, intensity: Any = 1.0) -> None:
        """Side memberships that anyone may have, each at its own rate."""
        rng, book = self.rng, self.book
        level = np.broadcast_to(np.asarray(intensity) * self.params["roam.intensity"], len(account))

        def some(chance: float) -> Bools:
            return np.asarray(rng.random(len(account)) < chance * level)

        mask = some(0.09)
        self.on_phone(account[mask], country[mask], 0.9, 0.6)
        mask = some(0.045)
        vpn = self.vpns[skewed(rng, len(self.vpns), 1.6, int(mask.sum()))]
        book.join(account[mask], vpn, SIDE, 0.9, 0.5)
        mask = some(0.02)
        book.join(account[mask], rng.choice(self.relays, int(mask.sum())), SIDE, 0.9, 0.5)
        self._visit(account, country, some(0.04), self.cafes, self.cafe_country)
        if len(self.guests):
            self._visit(account, country, some(0.04), self.guests, self.guest_country)
        mask = some(0.07)
        book.join(account[mask], self.clubs[skewed(rng, len(self.clubs), 1.4, int(mask.sum()))], SIDE)
        for platform in self.platforms:
            mask = some(0.015)
            book.join(account[mask], platform[skewed(rng, len(platform), 1.6, int(mask.sum()))], SIDE, 0.7)

    def _visit(self, account: Ints, country: Ints, mask: Bools, ids: Ints, where: Ints) -> None:
        found, inst = self.local_pick(ids, where, country[mask])
        start = self.rng.uniform(-60, self.book.days, int(mask.sum()))
        span = {"start": start[found], "end": (start + self.rng.exponential(25, len(start)))[found]}
        self.book.join(account[mask][found], inst[found], SIDE, 1.0, **span)

    def catch_prompts(self, account: Ints) -> None:
        """Let viral prompts find their users among accounts."""
        sizes = np.minimum(self.viral_weight, len(account))
        people = self.rng.choice(account, int(sizes.sum()))
        self.book.join(people, np.repeat(self.viral, sizes), SIDE)

    # --- homes

    def house(self, count: int, country: Ints) -> Ints:
        """Found households with a line: a fixed address, or one that changes daily or fortnightly, and perhaps IPv6."""
        rng, book, params = self.rng, self.book, self.params
        ids = book.found(count, "household", country, hours=(19, 4, False))
        nets = self.network("home", country)
        stable = rng.random(count) < params["household.stable"]
        prob = 0.9
        book.stock(ids[stable], IP, prob, np.ones(int(stable.sum())), nets[stable])
        daily = ~stable & (rng.random(count) < params["household.daily_of_rest"])
        for mask, held, many in ((daily, 1.0, 18), (~stable & ~daily, 13.0, max(2, book.days // 14))):
            self._leases(ids[mask], nets[mask], prob, held, many)
        six = np.isin(
            nets, rng.permutation(np.unique(nets))[: int(params["household.ipv6_isp"] * len(np.unique(nets)))]
        )
        six &= rng.random(count) < 0.85
        book.stock(ids[six], IP, 0.85, np.ones(int(six.sum())), nets[six] + 10_000)  # 10 000 and more: an IPv6 prefix
        return ids

    def _leases(self, ids: Ints, nets: Ints, prob: float, held: float, many: int) -> None:
        """Addresses that an ISP lends: each household sees several, and so do its neighbours in time."""
        if not len(ids):
            return
        kinds, where = np.unique(nets, return_inverse=True)
        size = np.maximum(
            20, (np.bincount(where) * many * 0.3 * self.params["household.pool_per_line"]).astype(np.int64)
        )
        starts = np.cumsum(size) - size
        first = self.book.values[IP].new(int(size.sum()), np.repeat(kinds, size), 0, starts)
        area = np.repeat(where, many)
        values = first + starts[area] + (self.rng.random(len(area)) * size[area]).astype(np.int64)
        counts = np.full(len(ids), many)
        self.book.offer(ids, IP, prob, self.book.pool(values, counts), counts, k=many * 0.6, tenure=held)

    def homes_for(self, account: Ints, country: Ints, weight: Any = 1.0) -> Ints:
        """A home for each account; a few move in with another account's."""
        if not len(account):
            return account
        number = np.arange(len(account))
        joins = (self.rng.random(len(account)) < self.params["household.account_joins"]) & (number > 0)
        number[joins] = (self.rng.random(int(joins.sum())) * number[joins]).astype(np.int64)
        lines, where = np.unique(number, return_inverse=True)
        ids = self.house(len(lines), country[lines])
        shared = ids[np.bincount(where) > 1]
        some = shared[self.rng.random(len(shared)) < 0.3]
        cards = self.office_bin(self.book.institutions.table()["country"][some])
        self.book.stock(some, PAYMENT, 0.7, np.ones(len(some)), cards)
        some = shared[self.rng.random(len(shared)) < 0.3]
        self.book.stock(some, DEVICE, 0.6, np.ones(len(some)))
        self.book.join(account, ids[where], SIDE, weight)
        return ids


def spread_counts(rng: np.random.Generator, total: int, sizes: tuple[float, float, int, int]) -> Ints:
    """Log-normal sizes that add up to a total. Median, sigma, least and most."""
    median, sigma, low, high = sizes
    high = max(min(high, int(total * 0.45)), min(total, 2))
    low = max(1, min(low, high // 2 or 1))
    out: list[int] = []
    left = total
    while left > 0:
        draws = np.clip(rng.lognormal(np.log(median), sigma, 64), low, high)
        for draw in draws.astype(int).tolist():
            out.append(min(draw, left))
            left -= out[-1]
            if left <= 0:
                break
    if len(out) > 1 and out[-1] < low:
        rest = out.pop()
        out[-1] += rest
    return np.array(out, dtype=np.int64)


__all__ = ["BILLING", "BLOCK", "MIX", "Society", "ragged", "spread_counts"]
