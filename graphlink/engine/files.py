"""Open files of others: exports, settings, secrets and documents.

A pipe waits for its writer, a device has no end, and a document of brackets fills the memory as lists. So only regular
files are opened, and small files have a largest size. Checks look at the open file, which nobody can exchange.
"""

import errno
import json
import os
import stat
from io import BufferedReader
from pathlib import Path
from typing import Any, Final

from graphlink.words.errors import ConfigError, InputError, MachineError, Place
from graphlink.words.escape import printable

DOCUMENT: Final = 64 << 20
"""Bytes of a document of ours at most: the manifest of a run that read a hundred thousand files has half of it."""

TABLES: Final = 1 << 30
"""Bytes of `rings.json` at most, and of a sweep's inputs: a million members take two hundred million."""

VALUES: Final = 4_000_000
"""Values of a document at most; as objects they take a hundred bytes each and more."""

CELLS: Final = 1 << 26
"""Values of `rings.json` at most."""

_LONGEST_SECRET: Final = 1 << 16
"""Bytes. A longer file is another file."""

_BETWEEN: Final = (b"[", b"{", b",")


def open_file(path: Path, *, follow: bool = True) -> BufferedReader:
    """Open a regular file for reading, and nothing else.

    Raises
    ------
    OSError
        If it cannot be opened, or is none.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket
            raise _no_file(path) from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _no_file(path)
    return os.fdopen(descriptor, "rb")


def open_export(path: Path, name: str) -> BufferedReader:
    """Open a regular file of the user, which messages call by its name.

    Raises
    ------
    InputError
        GL104 if it is not a regular file.
    MachineError
        GL801 if the system refuses.
    """
    try:
        return open_file(path)
    except OSError as error:
        if error.errno == errno.EINVAL:
            raise InputError("GL104", name, "not a regular file", "name a file or a folder of files") from None
        raise unreadable(name, error) from None


def unreadable(where: Place | Path | str, error: OSError) -> MachineError:
    """The error for what the system does not let us read."""
    return MachineError("GL801", where, f"cannot be read ({error.strerror})", "give the user the right to read it")


def read_secret(path: Path) -> bytes:
    """Read a file that nobody but its owner can read. Links are followed, since orchestrators hand secrets over so.

    Raises
    ------
    ConfigError
        GL408 if it cannot be read, is not a regular file, belongs to another user, or others can read or write it.
    """
    where = Place(str(path))
    try:
        with open_file(path) as file:
            state, content = os.fstat(file.fileno()), file.read(_LONGEST_SECRET + 1)
    except (OSError, ValueError) as error:
        is_file = getattr(error, "errno", None) != errno.EINVAL
        what = "cannot be read" if is_file else "not a regular file"
        raise ConfigError("GL408", where, what, "name a file of your own") from None
    if stat.S_IMODE(state.st_mode) & 0o077 or state.st_uid != os.geteuid():
        raise ConfigError("GL408", where, "others can read this secret", f"chmod 600 {printable(str(path))}")
    if len(content) > _LONGEST_SECRET:
        what = f"longer than {_LONGEST_SECRET:,} bytes"
        raise ConfigError("GL408", where, what, "name the file that holds the secret")
    return content


def read_file(path: Path, most: int, *, follow: bool = True) -> bytes:
    """Read a regular file of at most so many bytes.

    Raises
    ------
    OSError
        If it cannot be read, is none, or is larger.
    """
    with open_file(path, follow=follow) as file:
        is_larger = os.fstat(file.fileno()).st_size > most
        content = b"" if is_larger else file.read(most + 1)
    if is_larger or len(content) > most:
        raise OSError(errno.EFBIG, f"over {most:,} bytes", str(path))
    return content


def load_json(path: Path, most: int = DOCUMENT, *, values: int = VALUES, follow: bool = True) -> Any:  # noqa: ANN401  as JSON has it
    """Read a JSON document whose parts may be of any kind, and are not without number.

    Raises
    ------
    OSError
        As ``read_file``.
    ValueError
        If it is no JSON, or nests or holds more than a document does.
    """
    return parse_json(read_file(path, most, follow=follow), values)


def parse_json(content: bytes, values: int = VALUES) -> Any:  # noqa: ANN401  as above
    """Parse a JSON document. Raises ``ValueError`` as ``load_json``.

    Examples
    --------
    >>> parse_json(b'{"a": [1]}')
    {'a': [1]}
    >>> parse_json(b"[" * 100_000)
    Traceback (most recent call last):
    ValueError: nested without end
    """
    if len(content) > values and sum(map(content.count, _BETWEEN)) > values:
        raise ValueError(f"over {values:,} values")
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError("nested without end") from None


def sync(path: Path, *, follow: bool = True) -> None:
    """Write a file, or the entries of a folder, through to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _no_file(path: Path) -> OSError:
    return OSError(errno.EINVAL, "not a regular file", str(path))
