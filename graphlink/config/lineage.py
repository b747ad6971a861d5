"""What makes a ring the same ring from week to week, each setting with its one default and the reason for it."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Iterable

Share = Annotated[float, Field(gt=0, le=1)]


def folded(status: str) -> str:
    """A status as it is compared with others.

    Examples
    --------
    >>> folded(" Banned")
    'banned'
    """
    return status.strip().casefold()


def folded_words(statuses: Iterable[str]) -> frozenset[str]:
    """Statuses as they are compared with others."""
    return frozenset(map(folded, statuses))


STATUSES: Final = ("banned_statuses", "closed_statuses", "open_statuses")
"""A status that stands in two of them counts as the first says."""


class LineageSettings(BaseModel):
    """What makes a ring the same ring from week to week."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    ghost_weeks: int = Field(
        default=8,
        ge=1,
        le=520,
        description="Weeks for which accounts and signals that are gone are still waited for. A ring that was not seen "
        "for longer has ended.",
    )
    same_members: Share = Field(
        default=0.3,
        description="A ring goes on where this share of its accounts is found, or where this share of the accounts "
        "was in it.",
    )
    same_signals: Share = Field(
        default=0.3,
        description="Where its accounts are gone, it goes on in a ring of which this share of the accounts bears "
        "signals that nearly nobody else bore.",
    )
    owned_share: Share = Field(
        default=0.5,
        description="A signal is a ring's own when at least this share of the accounts that bear it are in the ring.",
    )
    change_share: Share = Field(
        default=0.2, description="A ring grew or shrank when its size changed by this share, and by two accounts."
    )
    closed_share: Share = Field(
        default=0.2,
        description="New accounts may evade a ban when at least this share of the accounts known in a ring is closed; "
        "a company with one closed account is none that anybody closed.",
    )
    banned_statuses: tuple[str, ...] = Field(
        default=("banned", "suspended", "terminated", "disabled", "blocked"),
        description="What the column `status` says of accounts that you closed, in any spelling of capitals. New "
        "accounts with their signals may evade a ban.",
    )
    closed_statuses: tuple[str, ...] = Field(
        default=("closed", "deleted", "deactivated", "cancelled", "canceled"),
        description="What it says of accounts that their holders closed, or that somebody did: they are in no action "
        "file, and who comes back evades no ban.",
    )
    open_statuses: tuple[str, ...] = Field(
        default=("active", "open", "enabled", "trial", "pending", "inactive"),
        description="What it says of accounts that are open. A status in none of the three lists counts as open, and "
        "the sweep names it.",
    )

    @property
    def known_statuses(self) -> frozenset[str]:
        """The words of all three lists, as they are compared."""
        return frozenset(word for name in STATUSES for word in folded_words(getattr(self, name)))

    @model_validator(mode="after")
    def _one_list_each(self, info: ValidationInfo) -> Self:
        """Refuse a status of a list that was written, where it counts as another list says."""
        if info.mode == "json":  # handed to a worker, with every default written out
            return self
        for counts, idle in combinations(STATUSES, 2):
            there = folded_words(getattr(self, counts))
            both = [status for status in getattr(self, idle) if folded(status) in there]
            if both and idle in self.model_fields_set:
                message = f"{both[0]!r} stands in `{counts}` too, and would count as that says; write it in one of them"
                raise PydanticCustomError("GL404", "{message}", {"message": message, "loc": (idle,)})
        return self
