"""A hidden folder beside a destination, in which somebody works, and what killed runs left of theirs.

A name tells on which machine the folder was made. There, a lock tells whether anybody works in it; elsewhere it need
not: some network file systems keep locks to the machine that took them.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import re
import shutil
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_PRIVATE: Final = ".tmp-graphlink-"
_LEFT_OVER: Final = re.compile(re.escape(_PRIVATE) + r"(?P<start>[0-9a-f]{8})-(?P<machine>[0-9a-f]{8})-[a-z0-9_]{8}")

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


@contextmanager
def private_folder(parent: Path) -> Iterator[Path]:
    """Make a folder that is locked as long as somebody works in it; what has its name in the end goes."""
    folder, descriptor = _make_locked(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Let nobody take a folder for left over, whatever name it gets meanwhile; there need be none."""
    descriptor = None
    with suppress(OSError):
        descriptor = os.open(folder, _FOLDER)
        _lock(descriptor)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


@contextmanager
def taken(folder: Path) -> Iterator[os.stat_result | None]:
    """Lock a folder of ours in which nobody works, and tell of it; None if it is another's, in use, or not there."""
    descriptor = None
    there = None
    with suppress(OSError):
        descriptor = os.open(folder, _FOLDER)
        facts = os.fstat(descriptor)
        there = facts if facts.st_uid == os.geteuid() and _lock(descriptor) else None
    try:
        yield there
    finally:
        if descriptor is not None:
            os.close(descriptor)


def clear_left_overs(parent: Path) -> None:
    """Remove what runs left that were killed on this machine: folders that are ours by name, owner and rights."""
    for path in sorted(path for path in parent.glob(f"{_PRIVATE}*") if _is_of_here(path.name)):
        with taken(path) as there:
            if there is not None and stat.S_IMODE(there.st_mode) == stat.S_IRWXU:
                shutil.rmtree(path, ignore_errors=True)


def _make_locked(parent: Path) -> tuple[Path, int]:
    """Make a private folder and lock it; another one where it was taken for left over before it was locked."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"{_PRIVATE}{'-'.join(_here())}-", dir=parent))
        with suppress(FileNotFoundError):
            descriptor = os.open(folder, _FOLDER)
            if _lock(descriptor) is not False and folder.exists():
                return folder, descriptor
            os.close(descriptor)


def _lock(descriptor: int) -> bool | None:
    """Lock a folder; False where somebody else holds it, None where the file system has no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _is_of_here(name: str) -> bool:
    """Whether a private folder was made since this machine was started, in whatever container, or before, on it."""
    made = _LEFT_OVER.fullmatch(name)
    start, machine = _here()
    return made is not None and (made["start"] == start or made["machine"] == machine)


def _here() -> tuple[str, str]:
    """Name the start of this machine, and the machine; what has no number of its own is known by its start alone."""
    start = _content("/proc/sys/kernel/random/boot_id") or platform.node()
    number = _content("/etc/machine-id")
    machine = f"{number} {platform.node()}" if number else start
    return _short(start), _short(machine)


def _content(file: str) -> str:
    try:
        return Path(file).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def _short(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()[:8]
