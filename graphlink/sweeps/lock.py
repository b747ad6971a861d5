"""The lock that allows one sweep at a time. It ends with the process that holds it, however that ends."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from graphlink.words.errors import LockedError, MachineError

with suppress(ImportError):  # of POSIX
    import fcntl

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
        fix = "take it away; a sweep makes it again"
        raise MachineError("GL810", path, "it is no regular file", fix) from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(
                "GL602", path, f"another sweep is at work{_holder(descriptor)}", "try again when it is done"
            ) from None
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
