"""What a person decided on an account of a sweep: who is in no ring may be so because somebody cleared it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from graphlink.engine.small_files import load_json
from graphlink.results.questions.folder import damaged
from graphlink.words.errors import UNREADABLE

if TYPE_CHECKING:
    from pathlib import Path

_RULING: Final = "ruling.json"
"""As a sweep writes it; a run by itself has none."""


@dataclass(frozen=True, slots=True)
class ClearedBy:
    """A person's decision by which an account stays out of a ring."""

    ring_id: str
    by: str
    note: str


def is_of_sweep(folder: Path) -> bool:
    """Whether a run was a sweep, from which people may have left out what they allowed."""
    return (folder / _RULING).is_file()


def find_cleared(folder: Path, account_id: str) -> ClearedBy | None:
    """Find by whose decision an account stays out of a ring of a sweep.

    Raises
    ------
    InputError
        GL503 if the file of decisions cannot be read.
    """
    try:
        cleared = load_json(folder / _RULING, follow=False)["cleared"]
        for each in cleared:
            if each["subject"] == account_id and not each["is_ring"]:
                return ClearedBy(str(each["ring_id"]), str(each["by"]), str(each["note"]))
    except FileNotFoundError:
        return None
    except UNREADABLE:
        raise damaged(folder) from None
    return None
