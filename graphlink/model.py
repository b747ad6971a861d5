"""Every noun that flows between the stages, as frozen values.

Accounts and signals are numbered once, in the order of their UTF-8 bytes, and every later stage works on these
integers; names come back only where something is written. Times are microseconds since 1970 in UTC, ``NO_TIME``
where the export states none.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from graphlink.sentences import who_are_tied

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    from graphlink.history import Changes, Decisions, KnownRing, Lineage, Ruling

    Int8s = NDArray[np.int8]
    Int16s = NDArray[np.int16]
    Int32s = NDArray[np.int32]
    Int64s = NDArray[np.int64]
    Keys = NDArray[np.uint64]
    UInt32s = NDArray[np.uint32]
    Wholes = Int8s | Int16s | Int32s | Int64s
    """Numbers in as few bits as hold all of them: ``narrowed``."""
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

NO_TIME: Final = -(1 << 63)
"""Stands where an export gives no time: the smallest 64-bit integer."""

BIT_SCALE: Final = 1 << 16
"""Evidence is kept as integers of 2**-16 bit, so that no sum depends on its order."""

SUREST: Final = 0.99
"""No member is believed more than this: labelled worlds can show that a method errs, and not that it never does."""

MOST_FAMILIES: Final = 31
"""Families that one run can tell apart: which of them tie a pair is a set of bits in a signed 32-bit integer."""


_SECOND: Final = 1_000_000
_AT_ONCE: Final = 1 << 20
"""Times that are spelt out together: all of a hundred million would take twice what they are kept in."""


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """The times of many rows. Indexed as an array is, they give microseconds, ``NO_TIME`` where there is none.

    They are kept as whole seconds in 32 bits where that says the same, since few exports are finer and a hundred
    million sightings have two each; otherwise as they are.
    """

    kept: UInt32s | Int64s
    """Seconds, of which 0 is no time; or microseconds."""

    @classmethod
    def of(cls, times: Int64s) -> Moments:
        """Keep times, in 32 bits if all of them are whole seconds after 1970 and before 2106."""
        import numpy as np  # noqa: PLC0415  nouns are imported where no array is wanted

        seconds = np.empty(len(times), dtype=np.uint32)
        for start in range(0, len(times), _AT_ONCE):
            part = times[start : start + _AT_ONCE]
            whole = part // _SECOND
            fits = (whole * _SECOND == part) & (whole > 0) & (whole <= np.iinfo(np.uint32).max)
            if not (fits | (part == NO_TIME)).all():
                return cls(times)
            seconds[start : start + _AT_ONCE] = np.where(fits, whole, 0)
        return cls(seconds)

    @classmethod
    def joined(cls, parts: Sequence[Moments]) -> Moments:
        """Put the times of some rows behind those of others."""
        import numpy as np  # noqa: PLC0415

        if not parts:
            return cls(np.empty(0, dtype=np.uint32))
        if len(parts) == 1:
            return parts[0]
        alike = len({each.kept.dtype for each in parts}) == 1
        return cls(np.concatenate([each.kept if alike else each[:] for each in parts]))

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.kept)

    def __getitem__(self, rows: Bools | Int32s | Int64s | slice) -> Int64s:
        """Give the times of some rows in microseconds."""
        kept = self.kept[rows]
        if kept.dtype.itemsize > 4:  # noqa: PLR2004  bytes
            return kept.view("int64")
        times: Int64s = kept.astype("int64")
        times *= _SECOND
        times[kept == 0] = NO_TIME
        return times

    def pieces(self) -> Iterator[Int64s]:
        """Give all times in microseconds, so many at a time that they take little memory."""
        return (self[start : start + _AT_ONCE] for start in range(0, len(self), _AT_ONCE))

    def only(self, rows: Bools | Int32s | Int64s) -> Moments:
        """Keep some rows."""
        return Moments(self.kept[rows])


# --- signal types -------------------------------------------------------------------------------------------------


class Provenance(StrEnum):
    """Who could have written a signal."""

    OBSERVED = "observed"
    CLAIMED = "claimed"
    FREE_TEXT = "free_text"
    THIRD_PARTY = "third_party"


@dataclass(frozen=True, slots=True)
class BadValue:
    """A raw value that is not what its type says: row of the array, code of the message, what is wrong."""

    index: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Normalised:
    """What a normaliser made of an array of raw values.

    ``signals`` has one array as long as the input for each signal type that the values yield (an address yields
    ``ip`` and ``ip24``), null where a value yields none. ``unlinkable`` marks values that stand for "nothing"
    or that may never link (placeholders, private addresses); ``bad`` lists the malformed ones. ``notices`` say what a
    reader should know of the values, without naming any.
    """

    signals: Mapping[str, pa.StringArray]
    unlinkable: Bools
    bad: tuple[BadValue, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class SignalType:
    """A kind of signal: what it can corroborate and who could have written it.

    Types of one family do not corroborate each other. Those with ``adds_up`` (cards, templates) are independent of
    each other within their family, so their evidence is added in full. A ``coarse`` type names a neighbourhood (a
    network, a bank's range of cards), or describes people, rather than one thing: it corroborates, and never links by
    itself. Values of a ``local`` type are shared by people of one country as a matter of course, without any of them
    knowing another. One that ``tells_apart`` never describes people, however many bear its values.
    """

    name: str
    family: str
    provenance: Provenance
    adds_up: bool = False
    coarse: bool = False
    local: bool = False
    tells_apart: bool = False
    kin: str = ""
    """The family that it speaks as in this population; its own unless said otherwise (``with_kin``)."""
    describes: bool = False
    """Whether it is ``coarse`` because it was found to describe people here (``with_kin``)."""

    @property
    def voice(self) -> str:
        """What it does not corroborate: the family that it speaks as."""
        return self.kin or self.family


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of an export yields: the normaliser that reads it and the signal types it can produce."""

    name: str
    types: tuple[str, ...]
    normalise: Callable[[pa.StringArray], Normalised]


@dataclass(frozen=True, slots=True)
class SignalTable:
    """All signal types of a run by name, and the raw columns (or sighting types) that yield them."""

    types: Mapping[str, SignalType]
    columns: Mapping[str, Column]


# --- reading ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not used: where it stands, why, and its raw bytes."""

    source: str
    line: int | None
    byte: int | None
    column: str | None
    code: str
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a reader should know that stops nothing."""

    code: str
    text: str
    about_files: bool = True
    """False where it speaks of the data, whatever files they came in: such notices stand in the report too."""
    unquoted: str = ""
    """The same without the values that it quotes, where it does: what is said on stderr may be kept in a log."""

    @property
    def said(self) -> str:
        """As it is said on stderr."""
        return self.unquoted or self.text


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Every row of an input, accounted for: ``rows_in`` is the sum of the other four."""

    rows_in: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    out_of_window: int = 0


def too_many_rejected(rejected: int, rows_in: int, share: float) -> bool:
    """Whether more rows were rejected than the settings call normal: a share of those that came in."""
    return rejected > share * rows_in


@dataclass(frozen=True, slots=True)
class InputFile:
    """A source as it was read."""

    name: str
    path: Path | None
    format: str
    shape: str
    sha256: str
    n_bytes: int
    rows: RowCounts
    number: int = 0
    """Of which of the places that were named, or that the settings name, it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Accounts:
    """All accounts of a run, sorted by id, with what the export says of them.

    Missing attributes are ``NO_TIME`` or code -1. ``plan``, ``country`` and ``status`` index into their ``…_names``.
    """

    ids: pa.StringArray
    created_at: Int64s
    plan: Wholes
    country: Wholes
    status: Wholes
    plan_names: tuple[str, ...] = ()
    country_names: tuple[str, ...] = ()
    status_names: tuple[str, ...] = ()

    def __len__(self) -> int:
        """How many accounts there are."""
        return len(self.ids)

    def positions(self, ids: pd.Series[str]) -> Int64s:
        """Where accounts stand, given their ids; -1 for those that are not among them.

        Those that are asked for are sorted first, so that what is looked at in turn lies near each other.
        """
        import numpy as np  # noqa: PLC0415  nouns are imported where no array is wanted: 0.2 s
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.compute as pc  # noqa: PLC0415

        wanted = pa.array(ids, self.ids.type)
        asked = (wanted.combine_chunks() if isinstance(wanted, pa.ChunkedArray) else wanted).dictionary_encode()
        order = pc.array_sort_indices(asked.dictionary)
        in_order = asked.dictionary.take(order)
        found = pc.search_sorted(self.ids, in_order).to_numpy().astype(np.int64)
        found[found == len(self)] = -1
        is_there = pc.equal(self.ids.take(pa.array(found, mask=found < 0)), in_order).fill_null(fill_value=False)
        position = np.empty(len(order), dtype=np.int64)
        position[order.to_numpy()] = np.where(is_there.to_numpy(zero_copy_only=False), found, -1)
        positions: Int64s = position[asked.indices.to_numpy()]
        return positions


@dataclass(frozen=True, slots=True, eq=False)
class Sightings:
    """Distinct (account, signal) pairs, sorted by account and signal.

    ``account`` indexes into ``accounts.ids`` and ``signal`` into ``signal_type`` and ``signal_value``, which are
    sorted by type name and value. ``signal_type`` indexes into ``types``, which are sorted by name.
    """

    accounts: Accounts
    types: tuple[SignalType, ...]
    signal_type: Int16s
    signal_value: pa.StringArray
    account: Int32s
    signal: Int32s
    first_seen: Moments
    last_seen: Moments
    count: Wholes

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.account)

    def only(self, rows: Bools | Int64s) -> Sightings:
        """Keep some pairs."""
        return replace(
            self,
            account=self.account[rows],
            signal=self.signal[rows],
            first_seen=self.first_seen.only(rows),
            last_seen=self.last_seen.only(rows),
            count=self.count[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Where in the exports each sighting stands: the row that shows it first.

    ``source`` indexes into ``sources``; ``line`` is the physical line of a text file, or the row of a table. Both are
    as long as the sightings. Unlike all else they depend on how the data was cut into files.
    """

    sources: tuple[str, ...]
    source: Int8s | Int32s
    line: Int32s | Int64s


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reading:
    """Everything that was read: what may be analysed, and what happened to every row."""

    sightings: Sightings
    inputs: tuple[InputFile, ...]
    rows: RowCounts
    rejects: tuple[Reject, ...]
    notices: tuple[Notice, ...]
    placeholders: Mapping[str, int]
    """Sightings set aside because their value stands for nothing, by signal type."""
    digest: str
    """SHA-256 of the accepted rows in canonical order: the same data in other files has the same digest."""
    key_id: str | None = None
    """The key under which ids and values were exchanged for pseudonyms; None where they stand as read."""
    trace: Trace | None = None
    """None where the sightings were not read from exports."""
    told: Mapping[str, int | None] = field(default_factory=dict)
    """In how many rows of the newest exports something stands, by field; None where there is no such column. Fields of
    accounts where something describes them, and ``seen_at`` where something says what they were seen with."""
    unused_columns: tuple[str, ...] = ()
    """Columns that nothing was read from, of the newest exports that describe accounts, where they may be named."""
    maybe_times: tuple[str, ...] = ()
    """Likewise, of the newest exports of signals of which none is taken for the time."""
    settings: str = ""
    """The configuration that it was read with, as JSON; empty where it was not read from exports."""

    def __repr__(self) -> str:
        """Counts: the arrays would fill a notebook with numbers and say nothing."""
        rows, n_notices = self.rows, len(self.notices)
        told = f"; {n_notices} notice{'s' if n_notices > 1 else ''} in .notices" if n_notices else ""
        n_accounts = len(self.sightings.accounts)
        accounts = f"{n_accounts:,} account{'' if n_accounts == 1 else 's'}"
        return f"<Reading: {rows.accepted:,} of {rows.rows_in:,} rows on {accounts}{told}>"


@dataclass(slots=True, eq=False)
class RawSightings:
    """Rows as read, coded: each is one account seen with one raw value of one column.

    They are the largest of all, and none of what is made of them needs all of them: alone among the nouns, they can be
    let go of piece by piece.
    """

    account: Int32s
    """Into ``account_ids``."""
    account_ids: pa.StringArray
    """Distinct, in any order."""
    column: Int16s
    """Into ``columns``."""
    columns: tuple[str, ...]
    """Names known to ``SignalTable.columns``."""
    value: Int32s
    """Into ``values[column]``."""
    values: tuple[pa.StringArray, ...]
    """Distinct raw values per column."""
    first_seen: Moments
    last_seen: Moments
    count: Wholes
    origin: Int64s
    """Where the row stands; entries of one wide row share it. Opaque outside the reader."""

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.origin)

    def let_go(self, *names: str) -> None:
        """Leave columns empty, so that their memory is free unless somebody else holds them."""
        for name in names:
            match getattr(self, name):
                case Moments(kept):
                    setattr(self, name, Moments(kept[:0].copy()))
                case tuple():
                    setattr(self, name, ())
                case column:
                    setattr(self, name, column[:0].copy())


class BadSighting(NamedTuple):
    """A malformed value where it stood: all entries of its origin are left out."""

    origin: int
    column: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class NormalisedSightings:
    """What became of raw sightings; ``bad`` is sorted by origin and column."""

    sightings: Sightings
    placeholders: Mapping[str, int]
    """Entries set aside because their value stands for nothing or may never link, by the column's first type."""
    bad: tuple[BadSighting, ...]
    notices: tuple[Notice, ...]
    origin: Int64s
    """For each sighting that of the row that shows it first; the earliest time counts, then the order of the rows."""


# --- analysis -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Bipartite:
    """Accounts and the signals that at least two of them bear, as a CSR matrix both ways.

    ``signals[account_start[i]:account_start[i + 1]]`` are the signals of account i, ascending;
    ``accounts[signal_start[s]:signal_start[s + 1]]`` the accounts of signal s, ascending, and ``sighting`` the row
    of ``Sightings`` behind each entry of ``accounts``. ``origin[s]`` is the signal's number in ``Sightings``.
    ``country[i]`` indexes into ``country_names``, -1 where none is stated; ``home[s]`` is the country of most of the
    ``at_home[s]`` accounts of a signal that people of one country share as a matter of course, -1 of any other.
    """

    n_accounts: int
    account_key: Keys
    """A hash of each account's id, which tells accounts apart whatever their number."""
    account_trace: Keys
    """A hash of what is known of each account but its name: what orders accounts where neither their number nor their
    name may show. Some may have the same."""
    families: tuple[str, ...]
    types: tuple[SignalType, ...]
    family_of_type: Int8s
    account_start: Int64s
    signals: Int32s
    signal_start: Int64s
    accounts: Int32s
    sighting: Int32s
    signal_type: Int16s
    origin: Int32s
    corroborates: Bools
    """Signals that corroborate and never link by themselves: neighbourhoods, and what anyone may bear."""
    country: Int32s
    country_names: tuple[str, ...]
    home: Int32s
    at_home: Int32s
    mailbox: Int8s
    """Of each account, whether its mailbox is a public one, as ``mailboxes.py`` tells."""

    @property
    def n_signals(self) -> int:
        """How many signals are shared."""
        return len(self.signal_type)

    @property
    def degree(self) -> Int32s:
        """How many accounts bear each signal."""
        degree: Int32s = (self.signal_start[1:] - self.signal_start[:-1]).astype("int32")
        return degree

    @property
    def family(self) -> Int8s:
        """The family number of each signal."""
        return self.family_of_type[self.signal_type]

    @property
    def adds_up(self) -> Bools:
        """Whether each signal counts in full beside others of its family."""
        import numpy as np  # noqa: PLC0415  nouns are imported where no array is wanted

        return np.array([each.adds_up for each in self.types], dtype=np.bool_)[self.signal_type]


@dataclass(frozen=True, slots=True)
class Census:
    """How many accounts there are for chance to draw from, and how many in each larger country."""

    n_accounts: int
    countries: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The quantities that depend on the population, computed once and then frozen.

    Under the same calibration a signal's evidence depends on its own accounts alone, so unrelated new accounts move
    no ring.
    """

    n_accounts: int
    base_rate: float
    """Share of its accounts that have a companion, for the average signal of the average account."""
    prior_bits: float
    """Odds, in bits, against two random accounts belonging together."""
    threshold_bits: float
    """Evidence from which a pair becomes an edge."""
    bin_means: Mapping[str, float] = field(default_factory=dict)
    """Mean raw share by "type/power of two of the degree/family": what small signals are shrunk towards."""
    chance_bits: Mapping[str, float] | None = None
    """How strong a group may be and still be chance, by the least size of its class ("4": four to seven accounts). None
    where no null world was made: then what chance explains is told from each week's own data."""
    chance_rings: float | None = None
    """Share of the rings reported at that time that chance alone would give."""
    countries: Mapping[str, int] = field(default_factory=dict)
    """Accounts of each country that has many; without any, the country of no account is looked at."""
    voices: Mapping[str, str] | None = None
    """The family that each type speaks as. None in a state of an earlier version, until the next sweep."""
    coarse: Mapping[str, bool] = field(default_factory=dict)
    """Whether each type corroborates only."""
    habits: Mapping[str, float] | None = None
    """Share of the sightings within the fullest hour of the day, by "hour/type"; by "plans" the share of the stated
    plans that are for organisations; by "joined" that of everybody who joined within the fullest two weeks; by "own
    mailbox" that of those with a known mail domain who have one of their own; and by "families" of how many families
    the exports tell, of five. None in a state of an earlier version, until the next sweep."""

    @property
    def census(self) -> Census:
        """The population that chance draws from."""
        return Census(self.n_accounts, self.countries)


@dataclass(frozen=True, slots=True, eq=False)
class SignalTest:
    """What the signal test found, one entry per signal of the bipartite graph."""

    observed: Floats
    expected: Floats
    coordinated_share: Floats
    lower_bound: Floats
    family: Int8s
    """The family of the other signals that showed it, -1 where none did."""
    passes: Bools
    bits: Int64s
    """Evidence in 2**-16 bit that sharing this signal gives to a pair."""
    siblings: Int32s
    """How many values of its type stand in for one another, it among them; 0 where it was not found to have any."""
    stock: Int32s
    """The number of the values that pass together with it, as siblings and their counterparts; -1 where none do."""


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Account–account edges, ``source < target``, sorted, with their evidence in 2**-16 bit.

    ``families`` has bit f set where a shared signal of family f is among the evidence.
    """

    n_accounts: int
    source: Int32s
    target: Int32s
    bits: Int64s
    families: Int32s

    @property
    def n_edges(self) -> int:
        """How many pairs of accounts are linked."""
        return len(self.source)

    def only(self, kept: Bools) -> Projection:
        """Take some of the links."""
        return Projection(self.n_accounts, self.source[kept], self.target[kept], self.bits[kept], self.families[kept])


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """Community and cell of every account, -1 where it is in none.

    A community is a candidate, never a finding. Communities are numbered by their smallest account; a cell is a
    dense piece of a community.
    """

    membership: Int32s
    cell: Int32s
    chained: Bools
    """Who is on a chain, and belongs to its community however few its links are."""


class Left(StrEnum):
    """Why an account that links lead to is in no group that is reported."""

    VISITS = "visits"
    """It is of a household that knows one or two there, or meets others at addresses only."""
    FEW_LINKS = "few links"
    """It has far fewer links than is usual there, and most of these are its company's, who have as few."""
    AT_PLACES = "at places"
    """It only met a group at addresses."""
    CUSTOMER = "customer"
    """Only neighbourhoods tie it, beside a vendor's values."""
    ONE_OF_MANY = "one of many"
    """What ties it is borne by more who are none of the group."""
    UNLIKELY = "unlikely"
    """It is less likely to belong than not, or nothing that it bears tells anything of the group."""
    SMALL = "small group"
    """Its group is smaller than a ring may be."""
    CHANCE = "chance"
    """Groups as strong as its group are found where only chance is at work."""


LEFT: Final = tuple(Left)


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What ties each community together, and each member to it. Communities are numbered from 0.

    ``signals``: community, signal, type, family, inside, outside, expected, bits, first_seen, last_seen: the telling
    signals, one row each. ``ties``: row (of ``signals``), account, first_seen, last_seen, count: who bears them.
    ``members``: account, community, cell, chained, n_links, usual_links (the community's median), n_values, tie_bits,
    n_families, n_own_families (of values that no more others than members bear), families (bit mask), observed (by the
    provider, one of the former values), particular (some tie is none that a vendor makes), survives_any_value (some
    link inside is left, whichever value is struck from it), depends_on (bit mask of the families without which it would
    not be linked to the largest piece that is left), hangs_by_family (is of a part of 20 or more that one family alone
    links to most of the others), came_first, taken_over, tier (position in ``Tier``). Bits are integers of 2**-16 bit.
    ``n_small`` communities were smaller than a ring may be. ``left`` says of each account there is why it was let go:
    its position in ``Left``, -1 of a member and of whom no links lead to.
    """

    members: pd.DataFrame
    signals: pd.DataFrame
    ties: pd.DataFrame
    size: Int64s
    n_small: int
    left: Int8s


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """What the stages up to the evidence made of sightings: the groups, before anything is called a ring."""

    bipartite: Bipartite
    test: SignalTest
    projection: Projection
    evidence: Evidence


@dataclass(frozen=True, slots=True, eq=False)
class Strengths:
    """How many accounts each group of a world has, and the bits beyond the prior odds that hold them together."""

    size: Int64s
    bits: Floats


@dataclass(frozen=True, slots=True, eq=False)
class NullWorld:
    """What was found where only chance ties accounts together."""

    strengths: Strengths
    is_coordinated: Bools
    """Of each group, whether it was assessed as coordinated."""
    n_links_lost: int
    """Links for which there was no other account."""


@dataclass(frozen=True, slots=True, eq=False)
class Recurrence:
    """How far a repetition of the analysis brings the groups back."""

    jaccard: Floats
    """Of each group with the group of the repetition that holds most of it."""
    kept: Bools
    """By row of ``Evidence.members``: whether the account is in that group."""


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """What each community is like: ``holdings`` by community and signal type, ``groups`` by community."""

    holdings: pd.DataFrame
    groups: pd.DataFrame


# --- findings -----------------------------------------------------------------------------------------------------


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

EVEN_SCORE: Final = 50.0
"""Of a ring that is as likely as not: from here on, one that no honest reason explains is called coordinated."""


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


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What a sweep knows of the weeks before it."""

    week: str
    """Its own."""
    known: Sequence[KnownRing]
    decisions: Decisions
    calibration: Calibration | None
    """The frozen one; made from the data where there is none."""
    previous: str | None = None
    """The week of the last sweep."""


@dataclass(frozen=True, slots=True, eq=False)
class Swept:
    """What a sweep found: rings under their lasting ids, and what became of all that are known."""

    findings: Findings
    lineage: Lineage
    ruling: Ruling
    fresh: Calibration
    """What this week's data alone would give; the findings hold the one that was used."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """How a run can be repeated. Host, user and time of day never enter."""

    graphlink: str
    versions: Mapping[str, str]
    command: tuple[str, ...]
    config_digest: str
    config: Mapping[str, object]
    data_digest: str
    seed: int
    as_of: int
    window_start: int
    window_end: int


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A finished run: what was read, what was found, how to repeat it. Reports get this and nothing else."""

    reading: Reading
    findings: Findings
    manifest: Manifest
    changes: Changes | None = None
    """Against the weeks before; None for a run that stands alone."""
