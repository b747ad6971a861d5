"""The settings that match a ring with itself from week to week, each with its default and reason."""

from collections.abc import Iterable
from itertools import combinations
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from graphlink.config.section import refuse

Share = Annotated[float, Field(gt=0, le=1)]


def folded(status: str) -> str:
    """A status in the form used for comparison.

    Examples
    --------
    >>> folded(" Banned")
    'banned'
    """
    return status.strip().casefold()


def folded_words(statuses: Iterable[str]) -> frozenset[str]:
    """Statuses in the form used for comparison."""
    return frozenset(map(folded, statuses))


STATUSES: Final = ("banned_statuses", "closed_statuses", "open_statuses")
"""If a status is in two of these lists, the first list counts."""


class LineageSettings(BaseModel):
    """How a ring is recognised from week to week."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True)

    ghost_weeks: int = Field(default=8, ge=1, le=520)
    """Weeks for which accounts and signals that are gone can still match. A ring that was not seen for longer has
    ended."""
    same_members: Share = 0.3
    """A ring continues if this share of its accounts is in a found ring, or if this share of the found ring's accounts
    was in it."""
    same_signals: Share = 0.3
    """A ring without its accounts continues as a found ring if this share of the found ring's accounts has signals that
    hardly any other account had."""
    owned_share: Share = 0.5
    """A signal is a ring's own if at least this share of its accounts is in the ring."""
    change_share: Share = 0.2
    """A ring grew or shrank if its size changed by this share, and by two accounts."""
    closed_share: Share = 0.2
    """New accounts may evade a ban if at least this share of a ring's known accounts is closed. A company with one
    closed account was not closed by anybody."""
    banned_statuses: tuple[str, ...] = ("banned", "suspended", "terminated", "disabled", "blocked")
    """Values of the column `status` for accounts that you closed. Case does not matter. New accounts with their signals
    may evade a ban."""
    closed_statuses: tuple[str, ...] = ("closed", "deleted", "deactivated", "cancelled", "canceled")
    """Values for accounts that their holder or somebody else closed. They are never in the action file, and new
    accounts with their signals evade no ban."""
    open_statuses: tuple[str, ...] = ("active", "open", "enabled", "trial", "pending", "inactive")
    """Values for open accounts. A status in none of the three lists counts as open, and the sweep reports it."""

    @property
    def known_statuses(self) -> frozenset[str]:
        """The words of all three lists in the form used for comparison."""
        return frozenset(word for name in STATUSES for word in folded_words(getattr(self, name)))

    @model_validator(mode="after")
    def _one_list_each(self, info: ValidationInfo) -> Self:
        """Refuse a status in a user's list if another list overrides it."""
        if info.mode == "json":  # passed to a worker with every default written out
            return self
        for counts, idle in combinations(STATUSES, 2):
            there = folded_words(getattr(self, counts))
            both = [status for status in getattr(self, idle) if folded(status) in there]
            if both and idle in self.model_fields_set:
                message = f"{both[0]!r} is also in `{counts}`, which would count; write it in only one list"
                refuse("GL404", message, idle)
        return self
