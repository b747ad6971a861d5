"""Files that hold a secret: they belong to the user and nobody else can read them, or they are refused.

What is checked is the open file, so that nothing can be put in its place between the look and the reading.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from graphlink.words.errors import ConfigError, Place
from graphlink.words.escape import printable

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST: Final = 1 << 16
"""Bytes of a secret at most; what is longer is another file."""


def read_secret(path: Path) -> bytes:
    """Read a file that nobody but its owner can read.

    Raises
    ------
    ConfigError
        GL408 if it cannot be read, is no file, belongs to somebody else, or can be read or written by others.
    """
    where = Place(str(path))
    try:
        # A pipe would wait for a writer; links are followed, since that is how orchestrators hand secrets over.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        raise ConfigError("GL408", where, "cannot be read", "name a file of your own") from None
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise ConfigError("GL408", where, "not a regular file", "name a file of your own")
        if stat.S_IMODE(state.st_mode) & 0o077 or state.st_uid != os.geteuid():
            raise ConfigError("GL408", where, "others can read this secret", f"chmod 600 {printable(str(path))}")
        content = os.read(descriptor, _LONGEST + 1)
    finally:
        os.close(descriptor)
    if len(content) > _LONGEST:
        raise ConfigError("GL408", where, f"longer than {_LONGEST:,} bytes", "name the file that holds the secret")
    return content
