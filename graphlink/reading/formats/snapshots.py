"""The digest of a database as its readers see it: with what a write-ahead log beside the file adds.

A SQLite file in WAL mode grows in its log first. Its digest is that of the file after the log is written back, so a
checkpoint changes nothing. DuckDB writes its log back in a form of its own: there the digest covers the log as it is.
"""

from __future__ import annotations

import hashlib
import os
import struct
from contextlib import nullcontext
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from graphlink.engine.files import open_export, open_file
from graphlink.words.errors import InputError

if TYPE_CHECKING:
    from io import BufferedReader
    from pathlib import Path

    import numpy as np

SQLITE: Final = b"SQLite format 3\0"

_TRIES: Final = 5
_BIG_ENDIAN: Final = {0x377F0682: "<", 0x377F0683: ">"}
"""The order of bytes in the checksums of a log, by its first four bytes."""
_HEADER: Final = struct.Struct(">8I")
_FRAME: Final = struct.Struct(">6I")


class _Log(NamedTuple):
    """What a log adds: the place of the newest committed content of each page, and the file's pages afterwards."""

    page_size: int
    n_pages: int
    places: dict[int, int]


def digest_database(path: Path, name: str) -> tuple[str, int]:
    """SHA-256 and size of a SQLite or DuckDB file as a reader sees it now.

    Raises
    ------
    InputError
        GL104 if it is not a regular file; GL162 if somebody writes to it all the time.
    MachineError
        GL801 if the system refuses.
    """
    for _ in range(_TRIES):
        before = stamps_of(path)
        with open_export(path, name) as file:
            found = _digest(file, path)
        if stamps_of(path) == before:
            return found
    raise InputError("GL162", name, "it is written to all the time", "read a copy, or when nobody writes")


def stamps_of(path: Path) -> list[tuple[int, int, int, int] | None]:
    """What shows that a file or its log was written to."""
    stamps: list[tuple[int, int, int, int] | None] = []
    for each in (path, _beside(path, "-wal"), _beside(path, ".wal")):
        try:
            state = each.stat()
        except OSError:
            stamps.append(None)
        else:
            stamps.append((state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns))
    return stamps


def _beside(path: Path, suffix: str) -> Path:
    return path.resolve().with_name(path.resolve().name + suffix)


def _digest(file: BufferedReader, path: Path) -> tuple[str, int]:
    is_sqlite = os.pread(file.fileno(), len(SQLITE), 0) == SQLITE
    digest = hashlib.sha256()
    try:
        beside = open_file(_beside(path, "-wal" if is_sqlite else ".wal"))
    except OSError:
        beside = None
    with beside or nullcontext():
        log = _read_log(beside) if beside and is_sqlite else None
        if beside is None or log is None:
            read = (file,) if beside is None or is_sqlite else (file, beside)
            for each in read:
                hashlib.file_digest(each, lambda: digest)
            return digest.hexdigest(), sum(each.tell() for each in read)
        for number in range(1, log.n_pages + 1):
            place = log.places.get(number)
            source, at = (file, (number - 1) * log.page_size) if place is None else (beside, place)
            digest.update(os.pread(source.fileno(), log.page_size, at))
    return digest.hexdigest(), log.n_pages * log.page_size


def _read_log(file: BufferedReader) -> _Log | None:
    """Read the committed frames of a SQLite log, up to the first one whose checksum is wrong. None if it has none.

    The format is that of https://www.sqlite.org/fileformat2.html#walformat.
    """
    head = file.read(_HEADER.size)
    if len(head) < _HEADER.size:
        return None
    magic, _, page_size, _, *salts, one, other = _HEADER.unpack(head)
    order = _BIG_ENDIAN.get(magic)
    if order is None or not 512 <= page_size <= 65_536 or _checksum(head[:24], order, 0, 0) != (one, other):  # noqa: PLR2004
        return None
    log, n_pages = {}, 0
    committed: dict[int, int] = {}
    place = _HEADER.size
    while len(frame := file.read(_FRAME.size + page_size)) == _FRAME.size + page_size:
        number, n_after, *salt, first, second = _FRAME.unpack_from(frame)
        one, other = _checksum(frame[:8] + frame[_FRAME.size :], order, one, other)
        if salt != salts or (one, other) != (first, second):
            break
        log[number] = place + _FRAME.size
        place += len(frame)
        if n_after:
            committed |= log
            n_pages, log = n_after, {}
    return _Log(page_size, n_pages, committed) if n_pages else None


def _checksum(content: bytes, order: str, one: int, other: int) -> tuple[int, int]:
    """Sums over pairs of words, a and b: one += a + other; other += b + one. As powers of a matrix, all at once."""
    import numpy as np  # noqa: PLC0415  a sweep's supervisor reads no export, and starts without it

    words = np.frombuffer(content, f"{order}u4").astype(np.uint32).reshape(-1, 2)
    powers = _powers(len(words))
    steps = np.stack([words[:, 0], words[:, 0] + words[:, 1]], axis=1)
    found = (powers[-2::-1] * steps[:, None, :]).sum(axis=(0, 2), dtype=np.uint32)
    found += (powers[-1] * np.array([one, other], np.uint32)).sum(axis=1, dtype=np.uint32)
    return int(found[0]), int(found[1])


@cache
def _powers(number: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint32]]:
    """The powers of the matrix of one step, modulo 2**32, from 0 on."""
    import numpy as np  # noqa: PLC0415  as above

    powers = np.zeros((number + 1, 2, 2), np.uint32)
    powers[0] = np.eye(2)
    step = np.array([[1, 1], [1, 2]], np.uint32)
    for exponent in range(number):
        powers[exponent + 1] = step @ powers[exponent]
    return powers
