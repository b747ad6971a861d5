"""One sweep at a time: a lock that ends with the process that holds it, however that ends."""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from graphlink.words.errors import LockedError, MachineError, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK: Final = "sweep.lock"


@contextmanager
def only_sweep(folder: Path) -> Iterator[None]:
    """Hold the lock of a state's folder.

    The file says who holds it, and is never removed: whoever removed it could let two sweeps in.

    Raises
    ------
    LockedError
        GL602 at once if another sweep is at work.
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
        raise MachineError("GL810", Place(str(path)), "it is no regular file", fix) from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(
                "GL602", Place(str(path)), f"another sweep is at work{_holder(descriptor)}", "try again when it is done"
            ) from None
        # For whoever finds the lock taken; that it cannot be written must not stop a sweep.
        with suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()} {datetime.now(UTC).isoformat(timespec='seconds')}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    """Say who holds the lock, as the holder wrote it; it may not have come to that yet."""
    words = os.pread(descriptor, 100, 0).decode("ascii", "replace").split()
    if len(words) != 2 or not words[0].isdigit():  # noqa: PLR2004  number and start
        return ""
    return f" (process {words[0]}, since {words[1]})"
