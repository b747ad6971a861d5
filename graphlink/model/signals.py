"""Signal types, and what a normaliser makes of raw values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

    from graphlink.model.arrays import Bools
    from graphlink.model.rows import Notice


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
    """The family that it speaks as in this population; its own unless said otherwise (``merge_families``)."""
    describes: bool = False
    """Whether it is ``coarse`` because it was found to describe people here (``merge_families``)."""

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
