"""A hidden folder beside a destination, for files in progress, and the removal of those that killed runs left.

The name holds the machine on which the folder was made. On that machine, a lock shows whether a process uses it.
Elsewhere the lock proves nothing: some network file systems keep locks to the machine that took them.
"""

import hashlib
import os
import platform
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

with suppress(ImportError):  # of POSIX
    import fcntl

_PRIVATE: Final = ".tmp-graphlink-"
_LEFT_OVER: Final = re.compile(re.escape(_PRIVATE) + r"(?P<start>[0-9a-f]{8})-(?P<machine>[0-9a-f]{8})-[a-z0-9_]{8}")

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


@contextmanager
def private_folder(parent: Path) -> Iterator[Path]:
    """Make a folder that is locked while in use; afterwards, whatever has its name is removed."""
    folder, descriptor = _make_locked(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder's lock, under whatever name, so that no process removes it as left over; it may be missing."""
    with _opened(folder) as descriptor:
        if descriptor is not None:
            _lock(descriptor)
        yield


@contextmanager
def taken(folder: Path) -> Iterator[os.stat_result | None]:
    """Lock an unused private folder of ours and return it; None if it belongs to another, is in use or is missing."""
    with _opened(folder) as descriptor:
        facts = None if descriptor is None else os.fstat(descriptor)
        is_ours = descriptor is not None and facts is not None and facts.st_uid == os.geteuid() and _lock(descriptor)
        yield facts if is_ours else None


@contextmanager
def _opened(folder: Path) -> Iterator[int | None]:
    """Open a folder; None if it is missing or closed to us."""
    descriptor = None
    with suppress(OSError):
        descriptor = os.open(folder, _FOLDER)
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)


def clear_left_overs(parent: Path) -> None:
    """Remove what runs killed on this machine left: folders that are ours by name, owner and rights."""
    for path in sorted(path for path in parent.glob(f"{_PRIVATE}*") if _is_of_here(path.name)):
        with taken(path) as there:
            if there is not None and stat.S_IMODE(there.st_mode) == stat.S_IRWXU:
                shutil.rmtree(path, ignore_errors=True)


def _make_locked(parent: Path) -> tuple[Path, int]:
    """Make a private folder and lock it; try another if it was removed as left over before the lock."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"{_PRIVATE}{'-'.join(_here())}-", dir=parent))
        with suppress(FileNotFoundError):
            descriptor = os.open(folder, _FOLDER)
            if _lock(descriptor) is not False and folder.exists():
                return folder, descriptor
            os.close(descriptor)


def _lock(descriptor: int) -> bool | None:
    """Lock a folder; False if another process holds the lock, None if the file system has no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _is_of_here(name: str) -> bool:
    """True if a private folder was made on this machine, since it started (in any container) or before."""
    made = _LEFT_OVER.fullmatch(name)
    start, machine = _here()
    return made is not None and (made["start"] == start or made["machine"] == machine)


def _here() -> tuple[str, str]:
    """Name the machine and its start; a machine without an id of its own is named by its start alone."""
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
