"""What is said where a disk is full: which file system, how much is free there, and how much is needed."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from graphlink.errors import MachineError, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def told_of_full_disk(folder: Path, needs: Callable[[], str]) -> Iterator[None]:
    """Turn the error of a full disk into one that says so; ``needs`` says in words how much is needed.

    Raises
    ------
    MachineError
        GL823, with the place where the file system of the file is mounted, or else of the folder.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        there = _nearest(Path(os.fsdecode(error.filename or folder)).absolute())
        facts = os.statvfs(there)
        free = facts.f_bavail * facts.f_frsize // 10**6
        what = f"no space left on this file system: {free:,} MB are free, and {needs()}"
        fix = "make room, then run the same command again"
        raise MachineError("GL823", Place(str(_mount_of(there))), what, fix) from None


def _nearest(path: Path) -> Path:
    """What exists of a path."""
    return next(each for each in (path, *path.parents) if each.exists())


def _mount_of(path: Path) -> Path:
    """Where the file system of a path is mounted."""
    return next(each for each in (path, *path.parents) if each.is_mount() or each == each.parent)
