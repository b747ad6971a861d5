"""How long things are kept: weeks counted back, and which files are older."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from graphlink.history import SweepRecord

REJECTS: Final = "rejects.jsonl"
_DAY: Final = 86_400_000_000
"""Microseconds."""


def week_before(today: str, n_weeks: int) -> str:
    """The ISO week that lies so many weeks before a day.

    Examples
    --------
    >>> week_before("2026-11-24", 52)
    '2025-W48'
    """
    then = date.fromisoformat(today) - timedelta(weeks=n_weeks)
    year, week, _ = then.isocalendar()
    return f"{year}-W{week:02d}"


def old_rejects(sweeps: Sequence[SweepRecord], published: Path, now: int, n_days: int) -> tuple[Path, ...]:
    """The files of rejected rows in published sweeps that looked at a time so many days ago."""
    old = [sweep for sweep in sweeps if sweep.as_of < now - n_days * _DAY]
    paths = [published / sweep.folder / REJECTS for sweep in old]
    return tuple(path for path in paths if path.is_file() and not path.is_symlink())
