"""Signal types, and the results of normalisers."""

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
    """An invalid raw value: row of the array, code of the message, description."""

    index: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Normalised:
    """The result of normalising an array of raw values.

    ``signals`` has one array as long as the input for each signal type that the values yield (an address yields ``ip``
    and ``ip24``), null if a value yields none. ``unlinkable`` marks placeholders and values that may never link, such
    as private addresses; ``bad`` lists the malformed ones. ``notices`` are remarks about the values that name none of
    them.
    """

    signals: Mapping[str, pa.StringArray]
    unlinkable: Bools
    bad: tuple[BadValue, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class SignalType:
    """A kind of signal: what it can corroborate and who could have written it.

    Types of one family do not corroborate each other. Types with ``adds_up`` (cards, templates) are independent within
    their family, so their evidence is added in full. A ``coarse`` type identifies a neighbourhood (a network, a bank's
    range of cards) or describes people: it corroborates, and never links by itself. Values of a ``local`` type are
    commonly shared by people of one country who do not know each other. A type that ``tells_apart`` never describes
    people, however many accounts share its values.
    """

    name: str
    family: str
    provenance: Provenance
    adds_up: bool = False
    coarse: bool = False
    local: bool = False
    tells_apart: bool = False
    merged_into: str = ""
    """The family that it counts as in this population, its own by default (``merge_families``)."""
    describes: bool = False
    """Whether it is ``coarse`` because it describes people in this population (``merge_families``)."""

    @property
    def counts_as(self) -> str:
        """The family that it counts as, which it does not corroborate."""
        return self.merged_into or self.family


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export: its normaliser, and the signal types that this can produce."""

    name: str
    types: tuple[str, ...]
    normalise: Callable[[pa.StringArray], Normalised]


@dataclass(frozen=True, slots=True)
class SignalTable:
    """All signal types of a run by name, and the raw columns (or sighting types) that yield them."""

    types: Mapping[str, SignalType]
    columns: Mapping[str, Column]
