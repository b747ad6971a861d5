"""Rings in rank order, and the tables that support every sentence about them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from graphlink.words.sentences import who_are_tied

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd
    import pyarrow as pa

    from graphlink.model.arrays import Bools, Int16s, Int32s, Int64s, Wholes
    from graphlink.model.calibration import Calibration
    from graphlink.model.groups import Grouping
    from graphlink.model.operating_point import First, OperatingPoint
    from graphlink.model.sightings import Sightings
    from graphlink.model.times import Moments


SUREST: Final = 0.99
"""The highest confidence of a member. Labelled worlds can show errors of a method, but never their absence."""


class Tier(StrEnum):
    """How firmly a member is tied to its ring, the firmest first."""

    CORE = "core"
    PROBABLE = "probable"
    PERIPHERAL = "peripheral"
    POSSIBLE_VICTIM = "possible_victim"

    @property
    def is_for_action(self) -> bool:
        """Whether a decision may act on it. Tiers below never lead to action, however sure the membership."""
        return self in (Tier.CORE, Tier.PROBABLE)


TIERS: Final = tuple(Tier)
"""Tiers by position, as in tables of members."""

EDGE: Final = TIERS.index(Tier.PERIPHERAL)
"""The first tier at the edge of a group. These members do not describe the group."""

ACTED_ON: Final = frozenset({Tier.CORE.value, Tier.PROBABLE.value})
"""Tiers that may be acted on. Peripheral members and possible victims never are."""

COORDINATED: Final = "coordinated"

INCONCLUSIVE: Final = "inconclusive"
"""The assessment of a ring that the score calls neither coordinated nor honest."""

TOO_SMALL: Final = "too small to tell"
"""The assessment of a ring of few accounts that is neither called coordinated nor looks like an honest group."""

OWN_TESTS: Final = "own tests"
"""The assessment of one owner's own accounts, such as those of a test team."""

COORDINATED_SCORE: Final = 50.0
"""From this score on a ring is called coordinated, unless a rule holds it back."""

HELD_BACK: Final = "held back"
"""The part of a score, of no points, that says why a ring with a high score is not called coordinated."""

DESPITE_FIT: Final = "despite an honest reason"
"""The part of a score, of no points, that says which honest reason fits a coordinated ring all the same."""

TO_DECIDE: Final = "what would decide"
"""The part of a score, of no points, that says what is missing of an inconclusive ring."""

ANOTHER_RING: Final = "another ring"
"""The part of a score for what a ring shares with a coordinated one, whose id it tells."""

END_OF_SCALE: Final = "end of the scale"
"""The part of a score that keeps it between 0 and 100."""


_RING_ID: Final = re.compile(r"R-[0-9A-Z-]*[0-9A-Z]")


@dataclass(frozen=True, slots=True)
class Factor:
    """One named part of a ring's score. The points of all parts add up to the score."""

    name: str
    points: float
    because: str

    @property
    def other_ring(self) -> str:
        """The id of the other ring that it is about; empty if it is about none."""
        found = _RING_ID.search(self.because) if self.name == ANOTHER_RING else None
        return found[0] if found else ""

    def calling(self, ids: Mapping[str, str]) -> Factor:
        """The same with other ids of rings, by the ids that they have."""
        old = self.other_ring
        return replace(self, because=self.because.replace(old, ids.get(old, old))) if old else self


@dataclass(frozen=True, slots=True)
class Check:
    """A test of an honest explanation. ``fits`` is None if the export lacks the data to test it."""

    explanation: str
    fits: bool | None
    because: str


@dataclass(frozen=True, slots=True)
class Ring:
    """A community that passed the evidence rules, ranked for the investigator."""

    ring_id: str
    rank: int
    score: float
    """0 to 100; the sum of the factors' points."""
    assessment: str
    """``coordinated``, ``inconclusive``, ``too small to tell``, or what an honest group looks like."""
    headline: str
    n_members: int
    """Members of every tier except possible victims."""
    n_core: int
    n_probable: int
    n_peripheral: int
    n_possible_victims: int
    n_cells: int
    families: tuple[str, ...]
    first_seen: int
    last_seen: int
    factors: tuple[Factor, ...]
    checks: tuple[Check, ...]
    survives: tuple[tuple[str, float], ...]
    """By family: the share of members in the largest remaining piece if that family is ignored."""
    campaign: str = ""
    """Id of the ring's campaign, empty if it has none."""

    @property
    def tiers(self) -> dict[Tier, int]:
        """The number of accounts in each tier."""
        numbers = (self.n_core, self.n_probable, self.n_peripheral, self.n_possible_victims)
        return dict(zip(TIERS, numbers, strict=True))

    def with_tiers(self, n_in: Mapping[Tier, int]) -> Ring:
        """The ring with new numbers of accounts per tier, also in the headline. A missing tier has none."""
        core, probable, peripheral, victims = (n_in.get(tier, 0) for tier in TIERS)
        n_members = core + probable + peripheral
        tied_by = self.headline.removeprefix(who_are_tied(self.n_members, self.n_possible_victims))
        return replace(
            self,
            headline=f"{who_are_tied(n_members, victims)}{tied_by}",
            n_members=n_members,
            n_core=core,
            n_probable=probable,
            n_peripheral=peripheral,
            n_possible_victims=victims,
        )


@dataclass(frozen=True, slots=True)
class Campaign:
    """Coordinated rings that share many private values: one operator's, or several operators' with one supplier.

    ``ring_ids`` are in rank order. A crossing value is in two rings of the campaign, and most of its accounts are in
    coordinated ones. The crossing accounts have such a value, and ``families`` are the families of these values.
    """

    campaign_id: str
    ring_ids: tuple[str, ...]
    n_members: int
    """Members of its rings, of every tier except possible victims."""
    n_crossing_values: int
    n_crossing_accounts: int
    families: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """The numbers of what went through each stage, so that nothing is dropped in silence."""

    n_accounts: int
    n_sightings: int
    n_signals: int
    n_shared_signals: int
    n_passing_signals: int
    n_edges: int
    n_communities: int
    n_below_evidence: int
    """Communities that the evidence rules rejected."""
    chance_rings: float | None = None
    """Mean number of rings in null worlds, which chance alone would give. None if none were made."""


@dataclass(frozen=True, slots=True)
class Chance:
    """What chance alone gives, from null worlds: links shuffled within each type, all degrees kept.

    It is estimated from this run's own data, so it is stored beside the rings, not in their records.
    """

    n_worlds: int
    rings: float
    """Mean number of groups in a null world that would be reported as rings."""
    coordinated: float
    """The same for groups assessed as coordinated."""
    n_explained: int
    """Groups of this run that chance explains, which are not reported."""
    n_links_lost: int
    """Links that no shuffle could place without giving an account a signal twice, over all null worlds."""
    q_values: Mapping[str, float]
    """By ring: the share of chance rings among the reported ones of its size and at least its strength."""
    n_alone: int = 0
    """Explained groups that alone have the signals that tie them: a shuffle among the same accounts ties them again."""
    alone_types: tuple[str, ...] = ()
    """The names of the signal types that only these groups have."""


@dataclass(frozen=True, slots=True, eq=False)
class Stability:
    """How often each ring is found again if the analysis is disturbed. Stored beside the rings, not in their records.

    ``rings``: ring_id, over_seeds, over_losses; in rank order: the mean Jaccard of the ring with the group that holds
    most of it, over other seeds and resolutions, and over losses of sightings. ``members``: ring_id, account_id,
    over_seeds, over_losses; in the order of ``Findings.members``: the share of the draws in which the account is in
    that group. Shares are NaN without draws.
    """

    n_seeds: int
    n_losses: int
    lost_share: float
    """Share of the sightings that each loss removes."""
    rings: pd.DataFrame
    members: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """The members with each of the rings' signals, as numbers in rank order. ``frame`` writes selected rows as text.

    As text they are the largest of the tables, and every question needs only some rings.
    """

    sightings: Sightings
    """The sightings in which ``account`` and ``signal`` are numbers."""
    ring_ids: Sequence[str]
    """The ids in which ``ring`` is a number."""
    ring: Int32s
    account: Int32s
    signal: Int32s
    first_seen: Moments
    last_seen: Moments
    count: Wholes

    def __len__(self) -> int:
        """The number of ties."""
        return len(self.ring)

    def of(self, ring_ids: Collection[str]) -> Ties:
        """The ties of some rings."""
        import numpy as np  # noqa: PLC0415  nouns are also imported where no arrays are needed

        keeps = np.array([ring_id in ring_ids for ring_id in self.ring_ids], dtype=np.bool_)
        rows, number = keeps[self.ring], np.cumsum(keeps, dtype=np.int32) - 1
        return replace(
            self,
            ring_ids=[ring_id for ring_id in self.ring_ids if ring_id in ring_ids],
            ring=number[self.ring[rows]],
            account=self.account[rows],
            signal=self.signal[rows],
            first_seen=self.first_seen.of(self.first_seen[rows]),
            last_seen=self.last_seen.of(self.last_seen[rows]),
            count=self.count[rows],
        )

    def frame(self, rows: slice | Bools | Int64s) -> pd.DataFrame:
        """Some ties as text, with the columns of ``Findings.ties``."""
        import pandas as pd  # noqa: PLC0415  nouns are also imported where no arrays are needed

        seen, signal = self.sightings, self.signal[rows]
        first, last = (
            pd.DatetimeIndex(each[rows].view("datetime64[us]"), tz="UTC") for each in (self.first_seen, self.last_seen)
        )
        return pd.DataFrame(
            {
                "ring_id": _spelt(self.ring_ids, self.ring[rows]),
                "account_id": _spelt(seen.accounts.ids, self.account[rows]),
                "signal_type": _spelt([each.name for each in seen.types], seen.signal_type[signal]),
                "signal_value": _spelt(seen.signal_value, signal),
                "first_seen": first,
                "last_seen": last,
                "count": self.count[rows].astype("int64"),
            }
        )


def _spelt(names: Sequence[str] | pa.StringArray, number: Int16s | Int32s) -> pd.arrays.ArrowStringArray:
    """The name of each number, looked up once for all rows, since a text of less than 2 GiB may repeat often."""
    import pandas as pd  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    from graphlink.model.text import TEXT  # noqa: PLC0415

    coded = pa.array(number).dictionary_encode()
    known = names if isinstance(names, pa.Array) else pa.array(names, pa.large_string())
    texts = known.take(coded.dictionary).cast(pa.large_string()).take(coded.indices)
    spelt: pd.arrays.ArrowStringArray = pd.array(texts, dtype=TEXT)
    return spelt


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """The outcome of an analysis: rings in rank order, and the tables that support every sentence about them.

    ``members``: ring_id, account_id, rank, tier, confidence, families, strongest, assessment, cell, n_links,
    survives_any_value, created_at, first_seen, last_seen; sorted by rank, tier, falling confidence and n_links.

    ``signals``: ring_id, signal_type, signal_value, family, provenance, accounts_in_ring, accounts_outside,
    share_of_ring, expected_by_chance, lift, coordinated_share, bits, passes, first_seen, last_seen; sorted by rank and
    falling weight in the ring.

    ``ties``: ring_id, account_id, signal_type, signal_value, first_seen, last_seen, count: the members with each of the
    ring's signals.

    ``hubs``: signal_type, signal_value, family, accounts, usual, surprise, pairs, expected_share, coordinated_share,
    why; by falling surprise, those that can only corroborate at the end.

    Times in frames are ``datetime64[us, UTC]``; ``families`` and ``strongest`` are joined by "; ".
    """

    rings: tuple[Ring, ...]
    members: pd.DataFrame
    signals: pd.DataFrame
    tied: Ties | pd.DataFrame
    """The ties, as numbers or as text."""
    hubs: pd.DataFrame
    calibration: Calibration
    totals: Totals
    chance: Chance | None = None
    stability: Stability | None = None
    groups: Grouping | None = None
    """The graph with its test and its links, which answer questions. None if the findings were built without an
    analysis."""
    campaigns: tuple[Campaign, ...] = ()
    """The largest first."""
    smallest_listed: int = 2
    """The fewest accounts of an honest group that is listed."""
    operating_point: OperatingPoint | None = None
    """The odds by score. None if the findings were built without an analysis."""
    unlike: tuple[str, ...] = ()
    """The features that are unlike those of all worlds on which the card was fitted, in words."""
    unlisted: tuple[Ring, ...] = ()
    """What ``listed_part`` left out of the tables, in rank order."""

    @property
    def found(self) -> tuple[Ring, ...]:
        """All groups that were found, listed or not."""
        return (*self.rings, *self.unlisted)

    @property
    def expected(self) -> tuple[First, ...]:
        """How many of the first groups are expected to be wrong, in the order of the list."""
        if self.operating_point is None:
            return ()
        coordinated, inconclusive = (
            [ring.score for ring in self.rings if ring.assessment == called] for called in (COORDINATED, INCONCLUSIVE)
        )
        return self.operating_point.expect(coordinated, inconclusive)

    @property
    def sampled(self) -> dict[str, int]:
        """What was left out of accounts and values of very many links, by name; empty if nothing was."""
        if self.groups is None:
            return {}
        n_limited = self.groups.test.n_limited + self.groups.projection.n_limited
        told = {"sightings_left_out": self.groups.bipartite.n_left_out, "values_compared_in_part": n_limited}
        return told if any(told.values()) else {}

    @property
    def ties(self) -> pd.DataFrame:
        """All ties as text: several gigabytes for millions of members."""
        return self.tied.frame(slice(None)) if isinstance(self.tied, Ties) else self.tied

    def ties_of(self, ring_ids: Collection[str]) -> pd.DataFrame:
        """The ties of some rings."""
        if not isinstance(self.tied, Ties):
            return self.tied[self.tied["ring_id"].isin(ring_ids)]
        return self.tied.of(ring_ids).frame(slice(None))
