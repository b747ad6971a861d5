"""Signal types, and the results of normalisers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

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


class Thing(StrEnum):
    """What the values of a type are, where it matters for a verdict whatever the type is called."""

    PHONE = "phone"
    """A telephone number, which a person has, and an operator rents by the hundred."""
    CONVERSATION = "conversation"
    """One conversation. On a second account it goes on where the first was stopped."""
    CODE = "code"
    """What a programme, an event or a shop hands out to everybody."""
    REPOSITORY = "repository"
    """What people work on together."""


_WHATEVER: Final = frozenset(
    {"id", "hash", "hashed", "fingerprint", "key", "token", "digest", "user", "account", "value"}
)
"""Words that do not change what values are."""

_NAMES: Final = {
    Thing.PHONE: (("phone", "telephone", "msisdn"), {"number", "e164", "verified"}),
    Thing.CONVERSATION: (
        ("conversation", "conv", "transcript", "response id", "previous response", "prev response", "turn state"),
        {"prefix", "response", "previous", "prev", "last"},
    ),
    Thing.CODE: (("coupon", "promo", "promotion", "voucher", "gift code", "discount code", "programme code"), {"code"}),
    Thing.REPOSITORY: (("git", "repo", "repository"), {"remote", "url", "origin"}),
}
"""By what they are, the names of types: one phrase, and no words but these and those of ``_WHATEVER``. A model of
telephone is no telephone number, and a topic no conversation."""


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

    @property
    def thing(self) -> Thing | None:
        """What its name says that its values are, whatever family it was declared in; None if it is no such thing.

        >>> SignalType("conversation_prefix", "content", Provenance.OBSERVED).thing
        <Thing.CONVERSATION: 'conversation'>
        >>> SignalType("gift_card", "payment", Provenance.OBSERVED).thing is None
        True
        """
        words = frozenset(re.split(r"[\W_]+", self.name.casefold())) - {""}
        for thing, (phrases, further) in _NAMES.items():
            for phrase in phrases:
                said = frozenset(phrase.split())
                if said <= words <= said | further | _WHATEVER:
                    return thing
        return None


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
