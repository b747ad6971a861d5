"""Rings in rank order, and the tables behind every sentence about them."""

from __future__ import annotations

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
    from graphlink.model.sightings import Sightings
    from graphlink.model.times import Moments


SUREST: Final = 0.99
"""No member is believed more than this: labelled worlds can show that a method errs, and not that it never does."""


class Tier(StrEnum):
    """How firmly a member is tied to its ring, firmest first."""

    CORE = "core"
    PROBABLE = "probable"
    PERIPHERAL = "peripheral"
    POSSIBLE_VICTIM = "possible_victim"

    @property
    def is_for_action(self) -> bool:
        """Whether a decision may be about it: how surely others belong says nothing of whether to act."""
        return self in (Tier.CORE, Tier.PROBABLE)


TIERS: Final = tuple(Tier)
"""Tiers by position, as tables of members have them."""

EDGE: Final = TIERS.index(Tier.PERIPHERAL)
"""Whose tier is from here on stands at the edge of a group and does not say what it is like."""

ACTED_ON: Final = frozenset({Tier.CORE.value, Tier.PROBABLE.value})
"""Who stands at the edge, or may be a victim, is never acted on."""

COORDINATED: Final = "coordinated"

INCONCLUSIVE: Final = "inconclusive"
"""What a ring is called that no honest explanation fits."""

COORDINATED_SCORE: Final = 50.0
"""From this score on a ring that no honest reason explains is called coordinated, unless a rule holds it back."""

HELD_BACK: Final = "held back"
"""The part of a score, of no points, that says why a ring with a high score is not called coordinated."""

TO_DECIDE: Final = "what would decide"
"""The part of a score, of no points, that says what is missing of an inconclusive ring."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One named part of a ring's score. The points of all parts add up to the score."""

    name: str
    points: float
    because: str


@dataclass(frozen=True, slots=True)
class Check:
    """An honest explanation, tested. ``fits`` is None where the export lacks what it takes to judge."""

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
    """``coordinated``, the honest explanation that fits better, or ``inconclusive``."""
    headline: str
    n_members: int
    """Members of every tier but possible victims."""
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
    """By family: the share of members linked to the largest piece that is left when that family is disregarded."""
    campaign: str = ""
    """Id of the campaign that the ring is part of, empty where it stands alone."""

    @property
    def tiers(self) -> dict[Tier, int]:
        """How many accounts each tier has."""
        numbers = (self.n_core, self.n_probable, self.n_peripheral, self.n_possible_victims)
        return dict(zip(TIERS, numbers, strict=True))

    def with_tiers(self, n_in: Mapping[Tier, int]) -> Ring:
        """Count the accounts of each tier anew, in the headline as well; a tier that is not there has none."""
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
    """Coordinated rings that many private values cross between: parts of one operator's work.

    ``ring_ids`` are in rank order. A crossing value is borne in two rings of the campaign, and most of its bearers are
    in coordinated ones; the crossing accounts bear one, and ``families`` are those of the crossing values.
    """

    campaign_id: str
    ring_ids: tuple[str, ...]
    n_members: int
    """Members of its rings, of every tier but possible victims."""
    n_crossing_values: int
    n_crossing_accounts: int
    families: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """What went through each stage, so that nothing is dropped in silence."""

    n_accounts: int
    n_sightings: int
    n_signals: int
    n_shared_signals: int
    n_passing_signals: int
    n_edges: int
    n_communities: int
    n_below_evidence: int
    """Communities that the evidence rules did not let through."""
    chance_rings: float | None = None
    """Rings that chance alone would give: their mean number in null worlds, None where none were made."""


@dataclass(frozen=True, slots=True)
class Chance:
    """What chance alone would give, as null worlds show it: links shuffled within each type, all degrees kept.

    Estimated on this run's own data, so it stands beside the rings and never in their records.
    """

    n_worlds: int
    rings: float
    """Mean number of groups in a null world that would have been reported as rings."""
    coordinated: float
    """... and assessed as coordinated."""
    n_explained: int
    """Groups of this run that chance explains: they are not reported."""
    n_links_lost: int
    """Links that could not be shuffled without an account bearing one signal twice, over all null worlds."""
    q_values: Mapping[str, float]
    """By ring: the share of chance rings among the reported ones that are as large and at least as strong."""
    n_alone: int = 0
    """Of the explained groups those that alone bear what ties them: shuffled among the same it ties them again."""
    alone_types: tuple[str, ...] = ()
    """The signal types that these alone bear, by name."""


@dataclass(frozen=True, slots=True, eq=False)
class Stability:
    """How far each ring comes back when the analysis is disturbed; beside the rings and never in their records.

    ``rings``: ring_id, over_seeds, over_losses; in rank order: the mean Jaccard of the ring with the group that holds
    most of it, over other seeds and resolutions, and over losses of sightings. ``members``: ring_id, account_id,
    over_seeds, over_losses; in the order of ``Findings.members``: the share of the draws in which the account is in
    that group. Shares are NaN where nothing was drawn.
    """

    n_seeds: int
    n_losses: int
    lost_share: float
    """Share of the sightings that each loss takes."""
    rings: pd.DataFrame
    members: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """Who bears which of the rings' signals, as numbers in rank order: ``frame`` spells out the rows that are wanted.

    Spelt out they are the largest of the tables, and whoever asks, asks of some rings.
    """

    sightings: Sightings
    """What ``account`` and ``signal`` are numbers in."""
    ring_ids: Sequence[str]
    """What ``ring`` is a number in."""
    ring: Int32s
    account: Int32s
    signal: Int32s
    first_seen: Moments
    last_seen: Moments
    count: Wholes

    def __len__(self) -> int:
        """How many ties there are."""
        return len(self.ring)

    def frame(self, rows: slice | Bools | Int64s) -> pd.DataFrame:
        """Spell some ties out: the columns of ``Findings.ties``."""
        import pandas as pd  # noqa: PLC0415  nouns are imported where no array is wanted

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
    """The name of each number, looked up once for all that have it: text of less than 2 GiB may come often."""
    import pandas as pd  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    coded = pa.array(number).dictionary_encode()
    known = names if isinstance(names, pa.Array) else pa.array(names, pa.large_string())
    texts = known.take(coded.dictionary).cast(pa.large_string()).take(coded.indices)
    spelt: pd.arrays.ArrowStringArray = pd.array(texts, dtype="str")
    return spelt


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """The outcome of an analysis: rings in rank order, and the tables that back every sentence about them.

    ``members``: ring_id, account_id, rank, tier, confidence, families, strongest, assessment, cell, n_links,
    survives_any_value, created_at, first_seen, last_seen; sorted by rank, tier, falling confidence and n_links.
    ``signals``: ring_id, signal_type, signal_value, family, provenance, accounts_in_ring, accounts_outside,
    share_of_ring, expected_by_chance, lift, coordinated_share, bits, passes, first_seen, last_seen; sorted by rank and
    falling weight in the ring.
    ``ties``: ring_id, account_id, signal_type, signal_value, first_seen, last_seen, count: which member bears which of
    the ring's signals.
    ``hubs``: signal_type, signal_value, family, accounts, pairs, expected_share, coordinated_share, why; by falling
    number of accounts.
    Times in frames are ``datetime64[us, UTC]``; ``families`` and ``strongest`` are joined by "; ".
    """

    rings: tuple[Ring, ...]
    members: pd.DataFrame
    signals: pd.DataFrame
    tied: Ties | pd.DataFrame
    """The ties, spelt out or not."""
    hubs: pd.DataFrame
    calibration: Calibration
    totals: Totals
    chance: Chance | None = None
    stability: Stability | None = None
    groups: Grouping | None = None
    """The graph, its test and its links, from which questions are answered; None where findings were put together
    without an analysis."""
    campaigns: tuple[Campaign, ...] = ()
    """The largest first."""

    @property
    def ties(self) -> pd.DataFrame:
        """All ties, spelt out: of millions of members several gigabytes."""
        return self.tied.frame(slice(None)) if isinstance(self.tied, Ties) else self.tied

    def ties_of(self, ring_ids: Collection[str]) -> pd.DataFrame:
        """The ties of some rings."""
        import numpy as np  # noqa: PLC0415  nouns are imported where no array is wanted

        if not isinstance(self.tied, Ties):
            return self.tied[self.tied["ring_id"].isin(ring_ids)]
        chosen = np.array([ring_id in ring_ids for ring_id in self.tied.ring_ids], dtype=np.bool_)
        return self.tied.frame(np.flatnonzero(chosen[self.tied.ring]))
