"""The bipartite graph of accounts and signals, its signal test, its projection and a partition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa

    from graphlink.model.arrays import Bools, Floats, Int8s, Int16s, Int32s, Int64s, Keys
    from graphlink.model.signals import SignalType

Graph = tuple["Int64s", "Int32s", "Int64s", "Int32s"]

BIT_SCALE: Final = 1 << 16
"""Evidence is kept as integers of 2**-16 bit, so that no sum depends on its order."""

MOST_FAMILIES: Final = 31
"""The most families of a run: the families that tie a pair are bits in a signed 32-bit integer."""


class Reached(NamedTuple):
    """Per signal: its family, its number of accounts, and for a local signal its country and its accounts there.

    ``home`` is -1 for a signal that is not local.
    """

    family: Int8s
    degree: Int32s
    home: Int32s
    at_home: Int32s


@dataclass(frozen=True, slots=True, eq=False)
class Bipartite:
    """Accounts and the signals that at least two of them have, as a CSR matrix both ways.

    ``signals[account_start[i]:account_start[i + 1]]`` are the signals of account i, ascending;
    ``accounts[signal_start[s]:signal_start[s + 1]]`` the accounts of signal s, ascending, and ``sighting`` the row of
    ``Sightings`` behind each entry of ``accounts``. ``origin[s]`` is the signal's number in ``Sightings``.
    ``country[i]`` indexes into ``country_names``, -1 if unknown. ``home[s]`` is the country of most of the
    ``at_home[s]`` accounts of a signal that is commonly shared within one country, -1 for any other.
    """

    n_accounts: int
    account_key: Keys
    """A hash of each account's id, which distinguishes accounts independently of their numbers."""
    account_trace: Keys
    """A hash of each account's data except its name. It orders accounts where neither number nor name may matter.
    Several accounts may have the same hash."""
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
    signal_value: pa.StringArray
    """As in ``Sightings``, so by ``origin``."""
    corroborates: Bools
    """Signals that corroborate and never link by themselves: neighbourhoods, and values that anyone may have."""
    country: Int32s
    country_names: tuple[str, ...]
    home: Int32s
    at_home: Int32s
    mailbox: Int8s
    """For each account, whether its mailbox is public, as ``mail_domains.py`` determines."""
    n_left_out: int
    """Sightings that were left out because their accounts have so many shared values."""

    @property
    def csr(self) -> Graph:
        """Signals by account and accounts by signal, as the kernels take them."""
        return self.account_start, self.signals, self.signal_start, self.accounts

    @property
    def reached(self) -> Reached:
        """The accounts that each signal reaches, as the kernels take them."""
        return Reached(self.family, self.degree, self.home, self.at_home)

    @property
    def n_signals(self) -> int:
        """The number of shared signals."""
        return len(self.signal_type)

    @property
    def degree(self) -> Int32s:
        """The number of accounts with each signal."""
        degree: Int32s = (self.signal_start[1:] - self.signal_start[:-1]).astype("int32")
        return degree

    @property
    def family(self) -> Int8s:
        """The family number of each signal."""
        return self.family_of_type[self.signal_type]

    @property
    def adds_up(self) -> Bools:
        """Whether each signal counts in full beside others of its family."""
        import numpy as np  # noqa: PLC0415  nouns are also imported where no arrays are needed

        return np.array([each.adds_up for each in self.types], dtype=np.bool_)[self.signal_type]


@dataclass(frozen=True, slots=True, eq=False)
class SignalTest:
    """The results of the signal test, one entry per signal of the bipartite graph."""

    observed: Floats
    expected: Floats
    coordinated_share: Floats
    lower_bound: Floats
    family: Int8s
    """The family of the other signals that showed coordination, -1 if none did."""
    passes: Bools
    bits: Int64s
    """Evidence in 2**-16 bit that sharing this signal gives to a pair."""
    siblings: Int32s
    """Size of the set of interchangeable values that contains it; 0 if it has none."""
    stock: Int32s
    """The number of the set of values that pass together with it, as interchangeable values or their counterparts; -1
    if none."""
    n_limited: int = 0
    """Signals that were compared with others of their type by a part of their accounts' values."""


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Account–account edges, ``source < target``, sorted, with their evidence in 2**-16 bit.

    ``families`` has bit f set if a shared signal of family f is among the evidence.
    """

    n_accounts: int
    source: Int32s
    target: Int32s
    bits: Int64s
    families: Int32s
    n_limited: int = 0
    """Signals that were looked at together with a part of their accounts' other signals."""

    @property
    def n_edges(self) -> int:
        """The number of linked pairs of accounts."""
        return len(self.source)

    def only(self, kept: Bools) -> Projection:
        """Keep some of the links."""
        return Projection(self.n_accounts, self.source[kept], self.target[kept], self.bits[kept], self.families[kept])


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """Community and cell of every account, -1 if it is in none.

    A community is a candidate, never a finding. Communities are numbered by their smallest account; a cell is a dense
    piece of a community.
    """

    membership: Int32s
    cell: Int32s
    chained: Bools
    """Accounts on a chain, which belong to their community even with few links."""
