"""The error for a full disk: the file system, its free space, and the space that is needed."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from graphlink.words.errors import MachineError

with suppress(ImportError):  # of POSIX
    import resource

FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Errors of a write without space."""


@contextmanager
def told_of_full_disk(folder: Path, needs: Callable[[], str]) -> Iterator[None]:
    """Turn the error of a full disk or a file that is too large into one of ours. ``needs`` says how much is needed.

    Raises
    ------
    MachineError
        GL823, with the mount point of the file, or else of the folder; GL830 for a file above the size limit.
    """
    before = _space(folder)
    try:
        yield
    except OSError as error:
        there = Path(os.fsdecode(error.filename or folder)).absolute()
        if error.errno == errno.EFBIG:
            raise _too_large(there) from None
        if error.errno not in FULL:
            raise
        mount, free = _space(there)
        is_free = f"{free:,} MB are free"
        if mount == before[0]:  # the caller removes the files that filled it
            is_free = f"{before[1]:,} MB were free when it began"
        what = f"no space left on this file system: {is_free}, and {needs()}"
        raise MachineError("GL823", mount, what, "make room, then run the same command again") from None


def _too_large(path: Path) -> MachineError:
    most, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    limit = "its file system takes" if most == resource.RLIM_INFINITY else f"the {most:,} bytes that a file may have"
    fix = "raise the limit: `ulimit -f`, or `LimitFSIZE=` of the unit"
    return MachineError("GL830", path, f"larger than {limit}", fix)


def _space(path: Path) -> tuple[Path, int]:
    """The mount point of a path, and the free space there in MB."""
    there = [each for each in (path.absolute(), *path.absolute().parents) if each.exists()]
    facts = os.statvfs(there[0])
    mount = next(each for each in there if each.is_mount() or each == each.parent)
    return mount, facts.f_bavail * facts.f_frsize // 10**6
