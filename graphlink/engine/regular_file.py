"""A file opened that is a file."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, BinaryIO

from graphlink.words.errors import InputError, MachineError, Place

if TYPE_CHECKING:
    from pathlib import Path


def open_regular(path: Path, name: str) -> BinaryIO:
    """Open a file that is a file: no device that waits for ever, no pipe.

    Raises
    ------
    InputError
        GL104 if it is something else.
    MachineError
        GL801 if the system refuses.
    """
    try:
        number = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise InputError("GL104", Place(name), "not a regular file", "name a file or a folder of files") from None
        raise MachineError(
            "GL801", Place(name), f"cannot be read ({error.strerror})", "give the user the right to read it"
        ) from None
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise InputError("GL104", Place(name), "not a regular file", "name a file or a folder of files")
    return os.fdopen(number, "rb")
