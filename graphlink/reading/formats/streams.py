"""A file as a stream of plain UTF-8 bytes: its digest taken, decompressed, transcoded, and refused if it is a trap.

The digest is taken of the bytes that are read, in one pass. A file that ends too early, expands too far or is of
another kind than its name is refused here.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

import pyarrow as pa

from graphlink.config.settings import ReadingConfig
from graphlink.engine.files import open_export
from graphlink.words.errors import InputError, MachineError, Place

BLOCK: Final = 16 << 20
"""Bytes handled at a time: large enough for compiled loops to pay, small beside any memory limit."""
_READ: Final = 1 << 20
"""Bytes read from the disk at a time; a compressed file of so many is counted through before any of it is read."""
_GRACE: Final = 64 << 20
"""Below this size nothing is a bomb."""

_ASK_AGAIN: Final = "ask for the export again"

_MAGIC: Final = (
    (0, b"\x1f\x8b", "gzip data", ".gz"),
    (0, b"\x28\xb5\x2f\xfd", "Zstandard data", ".zst"),
    (0, b"PAR1", "a Parquet file", ".parquet"),
    (0, b"PK\x03\x04", "a zip archive or an Excel file", None),
    (0, b"\xd0\xcf\x11\xe0", "an old Excel file", None),
    (0, b"SQLite format 3\x00", "a SQLite file", None),
    (8, b"DUCK", "a DuckDB file", None),
    (0, b"ARROW1", "an Arrow file", None),
    (0, b"ORC", "an ORC file", None),
    (0, b"BZh", "bzip2 data", None),
    (0, b"\xfd7zXZ\x00", "xz data", None),
    (0, b"%PDF-", "a PDF", None),
)
_BINARY: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")
"""What follows where a magic number of letters is none of a header, such as `ORCID`."""
_WIDE_MARKS: Final = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"\xff\xfe", b"\xfe\xff")
_HTML: Final = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script")


class ByteStream:
    """Uncompressed UTF-8 blocks of a file; after the last one its digest and size are known."""

    def __init__(self, path: Path, name: str, compression: str, encoding: str, limits: ReadingConfig) -> None:
        self._where = Place(name)
        self._compression = compression
        self._encoding = codecs.lookup(encoding).name
        self._limits = limits
        self._digest, self._digested = hashlib.sha256(), True
        self._file = open_export(path, name)
        self._before = os.fstat(self._file.fileno())
        self.n_bytes = 0
        self._is_counted = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def digest(self) -> tuple[str, int]:
        """SHA-256 and number of the bytes read so far, as they stand on the disk."""
        return self._digest.hexdigest(), self.n_bytes

    @property
    def has_offsets(self) -> bool:
        """Whether positions in the blocks are positions in the uncompressed file."""
        return self._encoding == "utf-8"

    def blocks(self, *, digested: bool = True) -> Iterator[bytes]:
        """Give the text of the file from its beginning, in blocks of about 16 MiB; the last one is smaller."""
        self._digest, self.n_bytes, self._digested = hashlib.sha256(), 0, digested
        self._refuse_wrong_kind()
        if self._compression and not self._is_counted and self._before.st_size <= _READ:
            self._count_through()
        pieces = self._decompressed()
        if self._encoding != "utf-8":
            pieces = self._transcoded(pieces)
        waiting: list[bytes] = []
        size = 0
        for piece in self._within_limits(pieces):
            waiting.append(piece)
            size += len(piece)
            if size >= BLOCK:
                yield b"".join(waiting)
                waiting, size = [], 0
        if waiting:
            yield b"".join(waiting)
        self._refuse_changed()

    def _count_through(self) -> None:
        """Refuse a bomb before any of its rows is kept: millions of rows take far more memory than the file."""
        digested, self._digested = self._digested, False
        for _ in self._within_limits(self._decompressed()):
            pass
        self._file.seek(0)
        self.n_bytes, self._digested, self._is_counted = 0, digested, True

    # --- reading ---

    def _raw(self) -> Iterator[bytes]:
        while piece := self._read(_READ):
            if self._digested:
                self._digest.update(piece)
            self.n_bytes += len(piece)
            yield piece

    def _read(self, size: int) -> bytes:
        try:
            return self._file.read(size)
        except OSError as error:
            what = f"cannot be read beyond byte {self.n_bytes:,} ({error.strerror})"
            raise MachineError("GL801", self._where, what, "look at the disk, then read again") from None

    def _decompressed(self) -> Iterator[bytes]:
        if self._compression == "gz":
            return self._gunzipped()
        return self._unzstd() if self._compression == "zst" else self._raw()

    def _gunzipped(self) -> Iterator[bytes]:
        engine = zlib.decompressobj(wbits=31)
        inside = False
        for raw in self._raw():
            piece = raw
            while piece:
                if engine.eof:
                    piece = piece.lstrip(b"\0")  # tapes and object stores fill their blocks up
                    if not piece:
                        break
                    engine = zlib.decompressobj(wbits=31)  # the next member of the same file
                yield self._gunzip(engine, piece)
                inside = not engine.eof
                piece = engine.unused_data if engine.eof else engine.unconsumed_tail
            while inside and (more := self._gunzip(engine, engine.unconsumed_tail)):
                yield more
        if inside:
            at = f"after compressed byte {self.n_bytes}"
            raise InputError("GL108", self._where, f"cut short: the gzip stream ends {at}", _ASK_AGAIN)

    def _gunzip(self, engine: zlib._Decompress, piece: bytes) -> bytes:
        try:
            return engine.decompress(piece, _READ)
        except zlib.error as error:
            at = f"near compressed byte {self.n_bytes}"
            raise InputError("GL110", self._where, f"damaged gzip data {at} ({error})", _ASK_AGAIN) from None

    def _unzstd(self) -> Iterator[bytes]:
        stream = pa.CompressedInputStream(pa.PythonFile(_Pieces(self._raw()), mode="r"), "zstd")
        while True:
            try:
                piece = stream.read(_READ)
            except OSError as error:
                at = f"at compressed byte {self.n_bytes}"
                if "Truncated" in str(error):
                    raise InputError("GL108", self._where, f"cut short {at}", _ASK_AGAIN) from None
                raise InputError("GL110", self._where, f"damaged Zstandard data {at}", _ASK_AGAIN) from None
            if not piece:
                return
            yield piece

    def _transcoded(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(self._encoding)()
        try:
            for piece in pieces:
                yield decoder.decode(piece).encode()
            yield decoder.decode(b"", final=True).encode()
        except UnicodeError:
            fix = "set the `encoding` that the file is in, in the settings"
            raise InputError("GL112", self._where, f"not {self._encoding}", fix) from None

    # --- refusing ---

    def _within_limits(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        total = 0
        for piece in pieces:
            total += len(piece)
            self._refuse_bomb(total)
            yield piece

    def _refuse_wrong_kind(self) -> None:
        self._file.seek(0)
        head = self._read(64)
        self._file.seek(0)
        if not head:
            raise InputError("GL102", self._where, "empty file; expected a header or a first line", _ASK_AGAIN)
        expected = {"gz": ".gz", "zst": ".zst"}.get(self._compression)
        is_text = _BINARY.search(head) is None
        for offset, magic, kind, ending in _MAGIC:
            if is_text and magic.isalnum():
                continue
            if head[offset:].startswith(magic) and (ending is None or ending != expected):
                fix = f"name it {self._where.name}{ending}" if ending else "export it as CSV, JSON Lines or Parquet"
                raise InputError("GL106", self._where, kind, fix)
        if expected and not any(head.startswith(magic) for _, magic, _, ending in _MAGIC if ending == expected):
            fix = f"name it without {expected}"
            raise InputError("GL106", self._where, f"no {expected} data, whatever the name says", fix)

    def _refuse_bomb(self, total: int) -> None:
        limits = self._limits
        if total > limits.max_bytes:
            what = f"expands to over {limits.max_bytes:,} bytes"
            raise InputError("GL109", self._where, what, "split it, or raise `max_bytes`")
        if self._compression and total > _GRACE and total > limits.max_expansion * max(self.n_bytes, 1):
            what = f"expands over {limits.max_expansion}:1"
            raise InputError("GL109", self._where, what, "if the file is honest, raise `max_expansion`")

    def _refuse_changed(self) -> None:
        now = os.fstat(self._file.fileno())
        if (now.st_size, now.st_mtime_ns) != (self._before.st_size, self._before.st_mtime_ns):
            raise InputError("GL113", self._where, "changed while it was read", "wait until the exporter is done")


def refuse_other_text(first: bytes, where: Place) -> None:
    """Refuse text that is no export: another encoding, or a web page.

    Raises
    ------
    InputError
        GL107 or GL112.
    """
    if first.startswith(_WIDE_MARKS) or first[:512].count(0) * 3 > len(first[:512]):
        kind = "UTF-32" if first.startswith(_WIDE_MARKS[:2]) else "UTF-16"
        raise InputError("GL112", where, f"{kind}, not UTF-8", f'convert it, or set encoding = "{kind.lower()}"')
    if first[:1024].removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_HTML):
        raise InputError("GL107", where, "looks like HTML, such as a log-in page", "log in and export again")


class _Pieces(io.RawIOBase):
    """Pieces as the file that Arrow needs."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        while len(self._left) < size and (piece := next(self._pieces, b"")):
            self._left += piece
        given, self._left = self._left[:size], self._left[size:]
        return given

    def readable(self) -> bool:
        return True
