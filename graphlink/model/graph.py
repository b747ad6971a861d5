"""The bipartite graph of accounts and signals, its signal test, its projection and a partition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from graphlink.model.arrays import Bools, Floats, Int8s, Int16s, Int32s, Int64s, Keys
    from graphlink.model.signals import SignalType


BIT_SCALE: Final = 1 << 16
"""Evidence is kept as integers of 2**-16 bit, so that no sum depends on its order."""

MOST_FAMILIES: Final = 31
"""Families that one run can tell apart: which of them tie a pair is a set of bits in a signed 32-bit integer."""


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
