"""The age of files in published sweeps, for deleting old ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from graphlink.model.weeks import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from graphlink.model.sweeps import SweepRecord

REJECTS: Final = "rejects.jsonl"


def old_rejects(sweeps: Sequence[SweepRecord], published: Path, now: int, n_days: int) -> tuple[Path, ...]:
    """Files of rejected rows in sweeps whose ``as_of`` is more than so many days ago."""
    old = [sweep for sweep in sweeps if sweep.as_of < now - n_days * DAY]
    paths = [published / sweep.folder / REJECTS for sweep in old]
    return tuple(path for path in paths if path.is_file() and not path.is_symlink())
