"""People's decisions on the accounts of a sweep: a cleared account is in no ring."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graphlink.engine.files import load_json
from graphlink.results.questions.folder import damaged
from graphlink.words.errors import UNREADABLE

_RULING: Final = "ruling.json"
"""Written by a sweep; a single run has none."""


@dataclass(frozen=True, slots=True)
class ClearedBy:
    """A person's decision that keeps an account out of a ring."""

    ring_id: str
    by: str
    note: str


def is_of_sweep(folder: Path) -> bool:
    """True if a run was a sweep, which applies people's decisions."""
    return (folder / _RULING).is_file()


def find_cleared(folder: Path, account_id: str) -> ClearedBy | None:
    """Find the decision that keeps an account out of a ring of a sweep.

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
