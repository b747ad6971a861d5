"""Small named worlds, written out by hand: who was seen with what, one value a line.

A line reads ``type value: account account …``, or ``type value @day: …`` where the day is told; a range ``r1..r12``
stands for twelve accounts. ``among`` sets a world among strangers, who share with each other what strangers share:
public mail domains, the prompts of popular frameworks, a few addresses. Without them a world of five accounts has no
odds to beat.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pyarrow as pa

from graphlink.config.method import Method
from graphlink.graph.bipartite import build_bipartite
from graphlink.graph.calibration import calibrate
from graphlink.graph.interchangeable_signals import accept_interchangeable
from graphlink.graph.observation_times import observe_times
from graphlink.graph.projection import project_accounts
from graphlink.graph.signal_test import count_companions, test_signals
from graphlink.model.calibration import Calibration
from graphlink.model.findings import Tier
from graphlink.model.graph import Bipartite, Partition, Projection, SignalTest
from graphlink.model.groups import Evidence
from graphlink.model.sightings import Accounts, Sightings
from graphlink.model.signal_types import BUILT_IN_TYPES
from graphlink.model.signals import Provenance, SignalType
from graphlink.model.times import NO_TIME, Moments
from graphlink.reading.normalise.mail_providers import anyones_values
from graphlink.rings.evidence import gather_evidence
from graphlink.rings.grouping import find_communities

DAY = 86_400_000_000
START = 20_000 * DAY  # 2024-10-04
TIERS = tuple(Tier)
RANGE = SignalType("number_range", "numbers", Provenance.THIRD_PARTY, local=True)
TYPES = {each.name: each for each in (*BUILT_IN_TYPES, RANGE)}

Row = tuple[str, str, str, float]  # account, type, value, day or -1


# --- the worlds ---------------------------------------------------------------------------------------------------

household = """
    ip 203.0.113.7: ann bob cat
    card visa-1: ann bob
"""

office_ip = """
    ip 198.51.100.1: o1..o9
    ip 203.0.113.1: o1
    email_domain initech.example: o1..o4
"""
"""Nine people behind one address; four of them are colleagues."""

carrier_nat = """
    ip 100.64.0.1: n1..n60
"""
"""Sixty strangers behind one carrier, who share nothing else but what anybody shares."""

template_ring = """
    template distil: r1..r24
    card c1: r1..r4
    card c2: r5..r8
    card c3: r9..r12
    card c4: r13..r16
    card c5: r17..r20
    card c6: r21..r24
    ip 192.0.2.1: r1 r5 r9 r13 r17 r21
    ip 192.0.2.2: r2 r6 r10 r14 r18 r22
    ip 192.0.2.3: r3 r7 r11 r15 r19 r23
    ip 192.0.2.4: r4 r8 r12 r16 r20 r24
"""
"""Twenty-four accounts behind one prompt, on six cards and four addresses."""

two_rings = """
    template alpha: a1..a12
    card a-1: a1..a4
    card a-2: a5..a8
    card a-3: a9..a12
    device a-x: a1 a5 a9
    device a-y: a2 a6 a10
    device a-z: a3 a7 a11
    template beta: b1..b12
    card b-1: b1..b4
    card b-2: b5..b8
    card b-3: b9..b12
    device b-x: b1 b5 b9
    device b-y: b2 b6 b10
    device b-z: b3 b7 b11
"""

bridge = (
    two_rings
    + """
    ip 203.0.113.9: a1 b1
    card bridge: a1 b1
"""
)
"""Two rings, and one account of each that belong together."""

chain = """
    card k1: c1 c2
    device k1: c1 c2
    card k2: c2 c3
    device k2: c2 c3
    card k3: c3 c4
    device k3: c3 c4
    card k4: c4 c5
    device k4: c4 c5
"""
"""Five accounts, each tied to the next alone."""

framed_account = (
    two_rings
    + """
    card vic @1: vic
    card vic @30: a1..a12
    ip 203.0.113.5 @1: vic
    ip 203.0.113.5 @31: a1..a12
"""
)
"""A ring that took an outsider's card and address a month after she had them."""

claimed_ring = """
    template words: f1..f12
    email_domain own.example: f1..f12
    device x1: f1..f4
    device x2: f5..f8
    device x3: f9..f12
    user_agent ours: f1..f12
"""
"""Twelve accounts tied by nothing but what they wrote themselves or their programs claimed."""

campaign = """
    template stem: s1..s30
    card m1: s1..s5
    card m2: s6..s10
    card m3: s11..s15
    card m4: s16..s20
    card m5: s21..s25
    card m6: s26..s30
    device w1: s1..s5
    device w2: s6..s10
    device w3: s11..s15
    device w4: s16..s20
    device w5: s21..s25
    device w6: s26..s30
"""
"""Thirty accounts of one prompt in six cells, each with a card and a device of its own."""


CARDS, ADDRESSES = 7, 6


def crossed(stem: str = "g", n_cards: int = CARDS, n_addresses: int = ADDRESSES) -> list[Row]:
    """Accounts that have one card and one address each, no two of them the same card and the same address."""
    return [
        (f"{stem}{card}-{address}", kind, value, -1)
        for card in range(n_cards)
        for address in range(n_addresses)
        for kind, value in (("card", f"{stem}-card-{card}"), ("ip", f"192.0.2.{address}"))
    ]


def hydra(n: int = 60, sides: int = 4) -> list[Row]:
    """Each account has one of four prompts; every third one of four mail domains that cross them, the others gmail."""
    domains = ["gmail.com" if i % 3 else f"h{(i // 3 + i // (3 * sides)) % sides}.example" for i in range(n)]
    prompts = [(f"h{i}", "template", f"h-prompt-{i % sides}", -1) for i in range(n)]
    return prompts + [(f"h{i}", "email_domain", domain, -1) for i, domain in enumerate(domains)]


def with_own_domains(n: int) -> list[Row]:
    """People with mail domains of their own, which nobody shares, and devices that they share with one other."""
    return [
        row
        for i in range(n)
        for row in ((f"own{i}", "email_domain", f"own{i}.example", -1), (f"own{i}", "device", f"own{i // 2}", -1))
    ]


def dealt_in_turn(n: int, stem: str = "t", *, each: int = 3) -> list[Row]:
    """Accounts made one after the other: a new card for every third, and a new address for every other third.

    No value is on more than three of them, and none of them but the first and the last has the same two neighbours.
    """
    names = [f"{stem}{number:03d}" for number in range(n)]
    cards = [(name, "card", f"{stem}-card-{number // each}", -1) for number, name in enumerate(names)]
    return cards + [(name, "ip", f"{stem}-ip-{(number + 1) // each}", -1) for number, name in enumerate(names)]


# --- reading them -------------------------------------------------------------------------------------------------


def rows(world: str) -> list[Row]:
    """The sightings that a world's lines stand for."""
    found = []
    for line in filter(None, map(str.strip, world.splitlines())):
        kind, value, day, accounts = re.fullmatch(r"(\S+) (\S+)(?: @(\d+))?: (.+)", line).groups()
        found += [(account, kind, value, int(day or -1)) for each in accounts.split() for account in _span(each)]
    return found


def _span(text: str) -> list[str]:
    """``r1..r12`` as twelve names."""
    if ".." not in text:
        return [text]
    stem, first, last = re.fullmatch(r"(\D+)(\d+)\.\.\1(\d+)", text).groups()
    return [f"{stem}{number}" for number in range(int(first), int(last) + 1)]


@lru_cache(maxsize=8)
def crowd(n: int, seed: int = 1, stem: str = "crowd") -> tuple[Row, ...]:
    """Strangers: public mail domains, popular prompts, carriers' addresses; a few households among them."""
    random = np.random.default_rng(seed)
    names = [f"{stem}-{number:05d}" for number in range(n)]
    found = []
    for kind, values, share in (("email_domain", 4, 1.0), ("template", 5, 0.6), ("ip", max(2, n // 50), 0.8)):
        seen = np.flatnonzero(random.random(n) < share)
        popular = random.integers(0, values, n)
        value = f"{stem}-{kind}-{{}}" if kind != "email_domain" else "{}"
        public = ("gmail.com", "outlook.com", "qq.com", "yahoo.com")
        found += [
            (names[i], kind, value.format(public[popular[i]] if kind == "email_domain" else popular[i]), -1)
            for i in seen
        ]
    for home in range(n // 50):
        couple = (names[2 * home], names[2 * home + 1])
        found += [(name, "ip", f"{stem}-home-{home}", -1) for name in couple]
        found += [(name, "card", f"{stem}-card-{home}", -1) for name in couple]
    return tuple(found)


def among(world: str, n: int = 3000) -> tuple[Row, ...]:
    """A world set among strangers; its accounts have public mail domains too."""
    mine = rows(world)
    accounts = sorted({account for account, *_ in mine})
    public = ("gmail.com", "outlook.com", "qq.com", "yahoo.com")
    mail = [(account, "email_domain", public[i % 4], -1) for i, account in enumerate(accounts)]
    return (*mine, *mail, *crowd(n))


def sightings(seen, *, created=None, plans=None, countries=None) -> Sightings:
    """Sightings in canonical form.

    ``created`` gives days of accounts, ``plans`` what they subscribe to, ``countries`` where they are.
    """
    given = rows(seen) if isinstance(seen, str) else seen
    accounts = sorted({account for account, *_ in given}, key=str.encode)
    signals = sorted({(kind, value) for _, kind, value, _ in given}, key=lambda each: tuple(map(str.encode, each)))
    kinds = sorted({kind for kind, _ in signals})
    number_of_account = {account: i for i, account in enumerate(accounts)}
    number_of_signal = {signal: i for i, signal in enumerate(signals)}
    first, last, count = {}, {}, {}
    for account, kind, value, day in given:
        at = START + round(day * DAY) if day >= 0 else NO_TIME
        pair = number_of_account[account], number_of_signal[kind, value]
        first[pair] = min((time for time in (first.get(pair, NO_TIME), at) if time != NO_TIME), default=NO_TIME)
        last[pair] = max(last.get(pair, NO_TIME), at)
        count[pair] = count.get(pair, 0) + 1
    pairs = sorted(count)
    times = created or {}
    named, places = sorted(set((plans or {}).values())), sorted(set((countries or {}).values()))
    nothing = np.full(len(accounts), -1, dtype=np.int32)
    return Sightings(
        accounts=Accounts(
            ids=pa.array(accounts, pa.string()),
            created_at=np.array([START + times[a] * DAY if a in times else NO_TIME for a in accounts], dtype=np.int64),
            plan=np.array([named.index(plans[a]) if a in (plans or {}) else -1 for a in accounts], dtype=np.int32),
            country=np.array(
                [places.index(countries[a]) if a in (countries or {}) else -1 for a in accounts], dtype=np.int32
            ),
            status=nothing,
            plan_names=tuple(named),
            country_names=tuple(places),
        ),
        types=tuple(TYPES[kind] for kind in kinds),
        signal_type=np.array([kinds.index(kind) for kind, _ in signals], dtype=np.int16),
        signal_value=pa.array([value for _, value in signals], pa.string()),
        account=np.array([account for account, _ in pairs], dtype=np.int32),
        signal=np.array([signal for _, signal in pairs], dtype=np.int32),
        first_seen=Moments.of(np.array([first[pair] for pair in pairs], dtype=np.int64)),
        last_seen=Moments.of(np.array([last[pair] for pair in pairs], dtype=np.int64)),
        count=np.array([count[pair] for pair in pairs], dtype=np.int64),
    )


KENYANS = tuple(f"k{number:03d}" for number in range(300))
"""Behind the address of their carrier, with numbers out of seventy-five ranges."""
COMPATRIOTS = (
    *((name, "ip", "100.64.0.1", -1) for name in KENYANS),
    *((name, "number_range", f"+2547{number // 4:02d}", -1) for number, name in enumerate(KENYANS)),
)


# --- looking at them ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Stages:
    """What each stage up to the evidence makes of a world."""

    sightings: Sightings
    bipartite: Bipartite
    calibration: Calibration
    test: SignalTest
    projection: Projection
    partition: Partition
    evidence: Evidence

    def signal(self, kind: str, value: str) -> int:
        """The number of a signal in the bipartite graph."""
        names = [each.name for each in self.bipartite.types]
        values = self.sightings.signal_value.take(pa.array(self.bipartite.origin)).to_pylist()
        return list(zip((names[t] for t in self.bipartite.signal_type), values, strict=True)).index((kind, value))

    def bits(self, kind: str, value: str) -> int:
        return int(self.test.bits[self.signal(kind, value)])

    def passes(self, kind: str, value: str) -> bool:
        return bool(self.test.passes[self.signal(kind, value)])

    def account(self, name: str) -> int:
        return self.sightings.accounts.ids.to_pylist().index(name)

    def groups(self, labels: np.ndarray | None = None) -> set[frozenset[str]]:
        """The communities (or the blocks of other labels) as sets of account ids."""
        labels = self.partition.membership if labels is None else labels
        names = np.array(self.sightings.accounts.ids.to_pylist(), dtype=object)
        return {frozenset(names[labels == label]) for label in np.unique(labels[labels >= 0])}

    def group_of(self, name: str) -> frozenset[str]:
        """The community that an account is in, empty where it is in none."""
        return next((group for group in self.groups() if name in group), frozenset())

    def edges(self) -> dict[tuple[str, str], int]:
        """The projection: the bits of each pair of account ids."""
        names = self.sightings.accounts.ids.to_pylist()
        ends = zip(self.projection.source.tolist(), self.projection.target.tolist(), strict=True)
        return {
            (names[one], names[two]): bits for (one, two), bits in zip(ends, self.projection.bits.tolist(), strict=True)
        }

    def tiers(self) -> dict[str, Tier]:
        names = self.sightings.accounts.ids.to_pylist()
        members = self.evidence.members
        return {names[a]: TIERS[tier] for a, tier in zip(members["account"], members["tier"], strict=True)}


def calibrated(seen: Sightings, bipartite: Bipartite, method: Method | None = None) -> Calibration:
    """What depends on the population, but for its reference rates: the stages up to the evidence do without."""
    method = method or Method()
    known = calibrate(seen, bipartite, observe_times(seen), count_companions(bipartite, method), method)
    return replace(known, habits={}, voices={}, coarse={})


def signals_tested(bipartite: Bipartite, calibration: Calibration, method: Method | None = None) -> SignalTest:
    """The signal test alone, under a calibration."""
    method = method or Method()
    return test_signals(bipartite, count_companions(bipartite, method, calibration), calibration, method)


def stages(seen, method: Method | None = None, *, seed: int = 7, calibration: Calibration | None = None) -> Stages:
    """Run the stages one by one, on a world or on sightings."""
    method = method or Method()
    seen = seen if isinstance(seen, Sightings | str) else tuple(seen)
    before = _before_evidence(seen, method, seed, calibration) if calibration else _kept(seen, method, seed)
    given, bipartite, calibration, test, projection, partition = before
    evidence = gather_evidence(given, bipartite, test, projection, partition, calibration, method)
    return Stages(*before, evidence)


@lru_cache(maxsize=256)  # none of the rules that mutmut alters comes before the evidence
def _kept(seen, method: Method, seed: int) -> tuple:
    return _before_evidence(seen, method, seed, None)


def _before_evidence(seen, method: Method, seed: int, calibration: Calibration | None) -> tuple:
    given = seen if isinstance(seen, Sightings) else sightings(seen)
    bipartite = build_bipartite(given, anyones_values(given))
    calibration = calibration or calibrated(given, bipartite, method)
    test = accept_interchangeable(bipartite, signals_tested(bipartite, calibration, method), calibration, method)
    projection = project_accounts(bipartite, test, calibration, method)
    times = observe_times(given)
    partition = find_communities(given, projection, bipartite, test, times, calibration, method, seed=seed)
    return given, bipartite, calibration, test, projection, partition
