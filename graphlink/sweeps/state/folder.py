"""The folder of the state: the files in it, who may write to them, and the locks.

Anyone who can write there can change the state, so the folder must belong to the user alone. Network file systems are
refused, because locks and forced writes are unreliable on them. A lock ends with the process that holds it.
"""

import errno
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from graphlink.engine.files import sync
from graphlink.results.publish import publish
from graphlink.words.errors import LockedError, MachineError

with suppress(ImportError):  # of POSIX
    import fcntl

STATE: Final = "state.sqlite"
JOURNAL: Final = "state.sqlite-journal"
SEAL: Final = "state.seal"
KEY: Final = "state.key"
BACKUPS: Final = "backups"

PATIENCE: Final = 10.0
"""Seconds to wait for another process to finish writing. A change takes a fraction of a second."""

_OTHERS_WRITE: Final = 0o022
_MOUNTS: Final = Path("/proc/self/mountinfo")
_REMOTE: Final = frozenset(
    (
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph"),
        *("coda", "gfs2", "glusterfs", "lustre", "ncpfs", "ocfs2"),
    )
)


def check_folder(folder: Path, *, on_network: bool = False, mounts: Path = _MOUNTS) -> None:
    """Refuse a folder that others may write to, or that is on a network file system.

    Raises
    ------
    MachineError
        If it is refused.
    """
    folder = folder.resolve()
    for path in (folder, folder / STATE, folder / JOURNAL, (folder / BACKUPS).resolve()):
        _check_owner(path)
    kind = filesystem_of(folder, mounts)
    if not on_network and (kind in _REMOTE or kind.startswith("fuse")):
        raise MachineError("GL811", folder, f"on a network file system ({kind})", "keep the state on a local disk")


def filesystem_of(folder: Path, mounts: Path = _MOUNTS) -> str:
    """The type of the file system that holds a folder, empty if the system does not report it."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    here = os.fspath(folder.resolve())
    kind, longest = "", -1
    for line in lines:
        before, _, after = line.partition(" - ")
        point = _unescaped(before.split(" ")[4])
        inside = here == point or here.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= longest:  # a later mount on the same point hides the earlier one
            kind, longest = after.split(" ")[0], len(point)
    return kind


def make_folder(folder: Path) -> None:
    """Create a folder for its owner alone, unless it exists."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True)
        folder.chmod(0o700)
        sync(folder.parent)


def create_file(path: Path, content: bytes = b"") -> None:
    """Create a file that only its owner may read, and force it to the disk.

    Raises
    ------
    OSError
        If it exists already, or the disk fails.
    """
    with publish.create_file(path.parent, path.name) as file:
        file.write(content)


def replace_file(path: Path, content: bytes) -> None:
    """Replace the content of a file, all of it or nothing.

    Raises
    ------
    OSError
        If the disk fails; the file is then unchanged.
    """
    new = path.with_name(f".tmp-{path.name}")
    new.unlink(missing_ok=True)
    create_file(new, content)
    new.replace(path)
    sync(path.parent)


@contextmanager
def only_writer(folder: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Lock the folder, so that one process at a time writes. The system releases the lock when a process ends.

    Raises
    ------
    LockedError
        If another process does not release the lock in time.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if not _lock(descriptor, patience):
            what = "another process is writing to the state"
            raise LockedError("GL601", folder, what, "try again when it is done")
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, patience: float = 0.0) -> bool:
    """Lock what is open. False if another process does not release it within so many seconds."""
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(0.02)
        else:
            return True


_NO_FILE: Final = "it is no regular file"


def _check_owner(path: Path) -> None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    wrong = ""
    if stat.S_ISLNK(found.st_mode) and path.name in {STATE, JOURNAL}:
        wrong = "it is a link"
    elif path.name in {STATE, JOURNAL} and not stat.S_ISREG(found.st_mode):
        wrong = _NO_FILE  # SQLite would wait for whoever writes to a pipe
    elif found.st_uid not in {os.geteuid(), 0}:
        wrong = f"it belongs to another user (number {found.st_uid})"
    elif not stat.S_ISLNK(found.st_mode) and found.st_mode & _OTHERS_WRITE:
        wrong = f"others may write to it (mode {stat.S_IMODE(found.st_mode):o})"
    if wrong:
        fix = "chown it to the user who sweeps, and chmod 700 the folder"
        if wrong == _NO_FILE:
            fix = "take it away; where it stands for the state, restore a backup"
        raise MachineError("GL810", path, wrong, fix)


def _unescaped(text: str) -> str:
    """Undo the kernel's escapes for spaces and backslashes in the mount table."""
    return re.sub(r"\\([01][0-7]{2})", lambda code: chr(int(code[1], 8)), text)


LOCK: Final = "sweep.lock"


@contextmanager
def only_sweep(folder: Path) -> Iterator[None]:
    """Hold the lock of a state's folder.

    The file names the holder and is never removed: removing it could let two sweeps run.

    Raises
    ------
    LockedError
        GL602, immediately, if another sweep is running.
    MachineError
        GL810 if the lock is no file.
    """
    path = folder / LOCK
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno not in {errno.ELOOP, errno.EISDIR, errno.ENXIO}:
            raise
        raise MachineError("GL810", path, _NO_FILE, "take it away; a sweep makes it again") from None
    try:
        if not _lock(descriptor):
            what = f"another sweep is at work{_holder(descriptor)}"
            raise LockedError("GL602", path, what, "try again when it is done")
        # Information for other processes. A failed write must not stop the sweep.
        with suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()} {datetime.now(UTC).isoformat(timespec='seconds')}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    """The holder as written in the file, which may still be empty."""
    words = os.pread(descriptor, 100, 0).decode("ascii", "replace").split()
    if len(words) != 2 or not words[0].isdigit():  # noqa: PLR2004  process number and start
        return ""
    return f" (process {words[0]}, since {words[1]})"
