"""What Arrow does not give of a Parquet file: first pages of columns, and the footer without Arrow's own note."""

import io
import os
from typing import BinaryIO, Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

_TYPE, _SIZE, _PACKED, _CHECKSUM, _DICTIONARY, _N_TEXTS = 1, 2, 3, 4, 7, 1
"""Fields of a page header, and the first field of its description of a dictionary."""
_DICTIONARY_PAGE: Final = 2
_HEADER: Final = 128
"""Bytes of a header that are looked at: enough for that of a dictionary."""
_TRUE, _FALSE, _NUMBERS, _STRUCT = 1, 2, (4, 5, 6), 12
"""Types of Thrift's compact protocol."""
_ARROW_NOTE: Final = b"\x18\x0cARROW:schema"
"""A key in the footer, as Thrift writes it."""


class Page(NamedTuple):
    """The first page of a column in a row group."""

    has_checksum: bool = False
    n_texts: int = -1
    """Texts of the dictionary that the page is; negative where it is none."""
    size: int = 0
    """Bytes of the page once it is decompressed."""
    start: int = 0
    packed: int = 0
    """Where the compressed page begins, and its bytes."""


def first_page(file: BinaryIO, chunk: pq.ColumnChunkMetaData) -> Page:
    """Read the header of the first page of a column in a row group."""
    known = [offset for offset in (chunk.dictionary_page_offset, chunk.data_page_offset) if offset and offset > 0]
    if not known:  # a damaged file may say that its pages begin nowhere
        return Page()
    start = min(known)
    fields: dict[tuple[int, ...], int] = {}
    end = _read_struct(os.pread(file.fileno(), _HEADER, start), 0, (), fields)
    has_checksum = (_CHECKSUM,) in fields
    wanted = [fields.get(path) for path in ((_DICTIONARY, _N_TEXTS), (_SIZE,), (_PACKED,))]
    if fields.get((_TYPE,)) != _DICTIONARY_PAGE or end < 0 or None in wanted:
        return Page(has_checksum)
    n_texts, size, packed = (max(0, each or 0) for each in wanted)
    return Page(has_checksum, n_texts, size, start + end, packed)


def longest_text(file: BinaryIO, page: Page, chunk: pq.ColumnChunkMetaData, usual: int) -> int:
    """Bytes of the longest text that each row may repeat; 0 where texts do not repeat.

    A dictionary is read for it. Texts that are stored by their differences may be of any length: twice the ``usual``.
    """
    if "DELTA_BYTE_ARRAY" in chunk.encodings:
        return 2 * usual
    if page.n_texts < 0:
        return 0
    size: int = min(page.size, chunk.total_uncompressed_size)
    try:
        data = os.pread(file.fileno(), page.packed, page.start)
        if chunk.compression != "UNCOMPRESSED":
            codec = chunk.compression.lower()
            data = pa.decompress(data, size, {"lz4": "lz4_raw"}.get(codec, codec), asbytes=True)
    except (OSError, ValueError, pa.ArrowException):
        return size  # no text in it is longer
    at, longest = 0, 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "little")
        longest = max(longest, length)
        at += 4 + length
    return min(longest, size)


def metadata_as_stored(file: BinaryIO) -> pq.FileMetaData:
    """Read the footer without the note that Arrow leaves of its own types.

    Where the note has a dictionary, Arrow makes one whatever is asked of it, and hashes the text of each row.
    """
    end = os.fstat(file.fileno()).st_size
    size = int.from_bytes(os.pread(file.fileno(), 4, end - 8), "little") + 8
    footer = os.pread(file.fileno(), size, max(0, end - size))
    return pq.read_metadata(io.BytesIO(b"PAR1" + footer.replace(_ARROW_NOTE, _ARROW_NOTE.lower())))


def _read_struct(data: bytes, at: int, way: tuple[int, ...], found: dict[tuple[int, ...], int]) -> int:
    """Read numbers and structs of Thrift's compact protocol: each number by the way to it.

    Returns where the struct ends; -1 where something else stands in it, or where it has no end.

    Examples
    --------
    >>> found = {}
    >>> _read_struct(bytes([0x15, 0x04, 0x5C, 0x15, 0x0E, 0x00, 0x00]), 0, (), found), found
    (7, {(1,): 2, (6, 1): 7})
    """
    field = 0
    while at < len(data) and data[at]:
        kind, step = data[at] & 15, data[at] >> 4
        field, at = field + step, at + 1
        if step == 0:
            return -1
        if kind == _STRUCT:
            at = _read_struct(data, at, (*way, field), found)
            if at < 0:
                return -1
        elif kind in _NUMBERS:
            number, at = _read_number(data, at)
            found[*way, field] = number
        elif kind not in {_TRUE, _FALSE}:
            return -1
    return at + 1 if at < len(data) else -1


def _read_number(data: bytes, at: int) -> tuple[int, int]:
    """Read a number, and where it ends; seven bits stand in each byte, the lowest first."""
    number = shift = 0
    for at in range(at, len(data)):  # noqa: B020, PLR1704  it goes on from there
        number |= (data[at] & 127) << shift
        if data[at] < 128:  # noqa: PLR2004  the last
            break
        shift += 7
    return (number >> 1) ^ -(number & 1), at + 1
