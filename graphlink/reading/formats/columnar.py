"""Parquet files, and Arrow data of other origin, in; batches of text columns out.

Types are judged before a row is read: text, whole numbers (decimals without a fraction too, as warehouses write them,
and floats of what is a number by its kind, as pandas does), timestamps and dates, nothing else. Values inside objects
are reached as those of JSON Lines are. Page checksums are verified where the writer left them: without that, 36 of 40
flipped bits went through in silence (measured).

Arrow keeps the texts of a dictionary in a hash table without a key. Strangers choose the texts, so only small
dictionaries are read as such; all other texts are read in full, and numbered by ``codebook``. 32,000 texts that collide
took 11.3 s before, in place of 0.1 s.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path as FilePath
from threading import Event
from typing import BinaryIO, Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graphlink.config.settings import ReadingConfig
from graphlink.engine.arrays import renumbered
from graphlink.engine.files import open_export
from graphlink.engine.threads import prefetch
from graphlink.model.fields import ACCOUNT, COUNT, TIMES
from graphlink.reading.columns.layout import Layout, left_out
from graphlink.reading.columns.times import spelled
from graphlink.reading.formats.batch import Batch, Found, Table, column_at, row_as_json
from graphlink.reading.formats.nested import DEEP, Path
from graphlink.reading.formats.parquet_pages import Page, first_page, longest_text, metadata_as_stored
from graphlink.words.errors import InputError, Place, Problem
from graphlink.words.escape import printable

_CODED: Final = pa.dictionary(pa.int32(), pa.string())
"""Text as Arrow keeps it where values repeat: each value once, and a number for each row."""
_ROWS: Final = 1 << 18
_BYTES: Final = 1 << 29
"""Rows read at a time, and bytes that one column of them takes at most: long values come in fewer rows."""
_POINTER: Final = 8
"""Bytes per row of a column whose texts repeat. Arrow takes three times as long to make a dictionary of others."""
_FEW_TEXTS: Final = 1 << 10
"""Texts of a dictionary that Arrow may hash: so many that collide take it 3 ms."""
_SMALL_PAGE: Final = 1 << 19
"""Bytes of such a dictionary. Writers end one at 1 MiB and write all later texts in full, which Arrow would hash."""
_TAKE_AWAY: Final = "export identifiers and values as text, times as timestamps, counts as whole numbers"


class ParquetTable(Table):
    """A Parquet file."""

    def __init__(self, path: FilePath, name: str, limits: ReadingConfig) -> None:
        self._name = name
        self._limits = limits
        self._file = open_export(path, name)
        self._beside = ThreadPoolExecutor(1)
        self._is_over = Event()
        try:
            self._look()
        except BaseException:
            self._close(is_refused=True)
            raise

    def _look(self) -> None:
        """Judge the file before a row is read."""
        self._size = os.fstat(self._file.fileno()).st_size
        if self._size == 0:
            raise InputError("GL102", self._name, "empty file; expected Parquet", "ask for the export again")
        self._parquet = self._open()
        schema = self._parquet.schema_arrow
        self.names = tuple(schema.names)
        self.nested = {each.name: _inside(each) for each in schema if pa.types.is_struct(each.type)}
        metadata = self._parquet.metadata
        self._groups = [metadata.row_group(group) for group in range(metadata.num_row_groups)]
        self._refuse_bomb(sum(group.total_byte_size for group in self._groups))
        self._digest = self._beside.submit(_digest_file, self._file, self._is_over)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._close(is_refused=kind is not None)

    def _close(self, *, is_refused: bool) -> None:
        if is_refused:
            self._is_over.set()  # nobody waits for the digest then
        self._beside.shutdown()
        self._file.close()

    def digest(self) -> tuple[str, int]:
        """SHA-256 and size of the file; it is summed up while rows are read, and waited for."""
        return self._digest.result(), self._size

    def batches(self, layout: Layout) -> Iterator[Batch]:
        """Give all rows, once; while one batch is looked at, the next is decompressed."""
        return prefetch(self._batches(layout))

    def _batches(self, layout: Layout) -> Iterator[Batch]:
        inside = {name: way for ways in self.nested.values() for name, way in ways.items()}
        there = frozenset(self.names)
        paths = [(name,) if name in there else inside[name] for name in layout.names]
        place = {name: position for position, name in reversed([*enumerate(self.names)])}  # of twins the first
        whole = self._parquet.schema_arrow
        schema = pa.schema([_field_at(whole.field(place[path[0]]), path) for path in paths])
        refuse_types(schema, layout, Place(self._name))
        wanted = [".".join(paths[position]) for position in layout.used]
        texts = {".".join(paths[each]) for each in layout.used if _is_text(schema.field(each).type)}
        stored = self._open(as_stored=True)
        chunks = self._chunks(stored, wanted)
        pages = {name: [first_page(self._file, chunk) for chunk in chunks[name]] for name in wanted}
        self.has_checksums = all(page.has_checksum for of_column in pages.values() for page in of_column)
        coded = {name for name in texts.intersection(self.names) if all(map(_is_small, pages[name], chunks[name]))}
        in_full = chain.from_iterable(zip(pages[name], chunks[name], strict=True) for name in texts - coded)
        longest = max((longest_text(self._file, *each, self._limits.max_value_bytes) for each in in_full), default=0)
        parquet = self._open(as_stored=True, dictionaries=sorted(coded))
        row = grown = 0
        try:
            for piece in parquet.iter_batches(self._rows_at_once(longest), columns=wanted, use_threads=False):
                columns = {position: column_at(piece, paths[position]) for position in layout.used}
                columns = {each: _as_declared(column, schema.field(each).type) for each, column in columns.items()}
                if not all(_indices_fit(column) for column in columns.values()):
                    raise pa.ArrowInvalid("a value that is not in its dictionary")
                grown += sum(_text_bytes(column) for column in columns.values())
                self._refuse_bomb(grown)
                yield table_batch(columns, layout, row)
                row += piece.num_rows
        except (OSError, pa.ArrowException) as error:
            raise self._damaged(error) from None

    def _rows_at_once(self, longest: int) -> int:
        widest = max((group.total_byte_size / max(group.num_rows, 1) for group in self._groups), default=0)
        return max(1, min(_ROWS, int(_BYTES / max(widest, longest, 1))))

    def _chunks(self, parquet: pq.ParquetFile, columns: list[str]) -> dict[str, list[pq.ColumnChunkMetaData]]:
        """What the file says of these columns in each row group.

        A row of each group is read before: reading notices damage, and asking ends the process over it (pyarrow
        declares no exception there, as of 26.0).
        """
        metadata = parquet.metadata
        place = {metadata.schema.column(column).path: column for column in range(metadata.num_columns)}
        chunks: dict[str, list[pq.ColumnChunkMetaData]] = {name: [] for name in columns}
        try:
            for group in range(metadata.num_row_groups):
                next(parquet.iter_batches(1, row_groups=[group], columns=columns, use_threads=False), None)
                for name in columns:
                    chunks[name].append(metadata.row_group(group).column(place[name]))
        except (OSError, pa.ArrowException) as error:
            raise self._damaged(error) from None
        return chunks

    # --- opening and refusing ---

    def _open(self, *, as_stored: bool = False, dictionaries: Sequence[str] = ()) -> pq.ParquetFile:
        self._file.seek(0)
        try:
            return pq.ParquetFile(
                self._file,
                metadata=metadata_as_stored(self._file) if as_stored else None,
                page_checksum_verification=True,
                read_dictionary=dictionaries,
                pre_buffer=False,
            )
        except (OSError, pa.ArrowException, UnicodeDecodeError) as error:  # the last: a name that is no text
            raise self._damaged(error) from None

    def _damaged(self, error: Exception) -> InputError:
        text = str(error)
        again = "ask for the export again"
        self._file.seek(0)
        if self._file.read(4) != b"PAR1":
            return InputError("GL106", self._name, "no Parquet data, whatever the name says", "name it for what it is")
        if "footer" in text or "magic bytes" in text:
            return InputError("GL108", self._name, "cut short: no Parquet footer", again)
        what = f"damaged ({printable(text.splitlines()[0] if text else 'no reason')})"
        if "checksum" in text.lower() or "crc" in text.lower():
            what = "damaged: a page checksum is wrong"
        return InputError("GL110", self._name, what, again)

    def _refuse_bomb(self, size: int) -> None:
        grace = 64 << 20
        if size > self._limits.max_bytes or (size > grace and size > self._limits.max_expansion * self._size):
            what = f"expands over {self._limits.max_expansion}:1"
            raise InputError("GL109", self._name, what, "if the file is honest, raise `max_expansion`")


def _inside(field: pa.Field) -> dict[str, Path]:
    """The way to each value inside a column by its dotted name; two ways to one name are none."""
    ways = [(".".join(way), way) for way in _ends(field, ())]
    times = Counter(name for name, _ in ways)
    return {name: way for name, way in ways if times[name] == 1}


def _ends(field: pa.Field, above: Path) -> Iterator[Path]:
    way = (*above, field.name)
    if pa.types.is_struct(field.type) and len(way) <= DEEP:
        for inner in field.type:
            yield from _ends(inner, way)
    else:
        yield way


def _field_at(field: pa.Field, path: Path) -> pa.Field:
    """The field at the end of a way that begins with this one, under its dotted name."""
    for key in path[1:]:
        field = field.type.field(key)
    return field if len(path) == 1 else field.with_name(".".join(path))


def refuse_types(schema: pa.Schema, layout: Layout, where: Place) -> None:
    """Refuse columns whose text would be a guess.

    Raises
    ------
    InputError
        GL111.
    """
    times = {position for ours, position in layout.fields.items() if ours in TIMES}
    problems = []
    for position in layout.used:
        column = schema.field(position)
        kind = column.type
        extension = isinstance(kind, pa.BaseExtensionType) or b"ARROW:extension:name" in (column.metadata or {})
        fine = _is_text(kind) or pa.types.is_integer(kind) or pa.types.is_null(kind)
        fine |= position not in times and pa.types.is_decimal(kind) and kind.scale == 0
        fine |= position in times and (pa.types.is_timestamp(kind) or pa.types.is_date(kind))
        fine |= position in layout.numbers and pa.types.is_floating(kind)
        if extension or not fine:
            place = Place(where.name, column=column.name)
            cure = _TAKE_AWAY
            if position != layout.fields.get(ACCOUNT):
                cure += f", or leave it out: {left_out(column.name)}"
            problems.append(Problem("GL111", place, f"the column has type {printable(str(kind))}", cure))
    if problems:
        raise InputError.of(problems)


def table_batch(columns: dict[int, pa.Array], layout: Layout, first_row: int) -> Batch:
    """Bring typed columns to the form that all readers give."""
    plain = {position for ours, position in layout.fields.items() if ours in TIMES or ours == COUNT}
    n_rows = len(next(iter(columns.values())))
    whole = {at: _whole(column) if pa.types.is_floating(column.type) else column for at, column in columns.items()}
    ready = {position: column if position in plain else _coded(column) for position, column in whole.items()}

    def place(record: int) -> Found:
        row = {layout.names[position]: _shown(column[record - first_row]) for position, column in whole.items()}
        return Found(record + 1, None, row_as_json(row))

    return Batch(ready, first_row + np.arange(n_rows), place)


def _shown(cell: pa.Scalar) -> object:
    """A cell for a reject, whatever its bytes are."""
    cell = cell.value if isinstance(cell, pa.DictionaryScalar) else cell
    if not _is_text(cell.type):
        return spelled(cell)
    raw = cell.as_buffer()
    return None if raw is None else raw.to_pybytes().decode("utf-8", "backslashreplace")


def _coded(column: pa.Array) -> pa.Array:
    """Texts as they came, those of all rows or a dictionary of them; other cells as text."""
    if not pa.types.is_dictionary(column.type):
        return column.cast(pa.string())
    column = column if column.type == _CODED else column.cast(_CODED)
    return _compact(column) if len(column.dictionary) > len(column) // 2 else column


def _whole(column: pa.Array) -> pa.Array:
    """Numbers as text, whole ones without a fraction; what is no number is missing."""
    column = column.cast(pa.float64())
    column = pc.if_else(pc.is_finite(column), column, None)
    is_whole = pc.and_(pc.equal(column, pc.trunc(column)), pc.less(pc.abs(column), _EXACT))
    whole = pc.if_else(is_whole, column, 0).cast(pa.int64())
    return pc.if_else(is_whole, whole.cast(pa.string()), column.cast(pa.string()))


_EXACT: Final = float(1 << 53)
"""Up to here a float holds every whole number."""


def _compact(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """Leave out the texts that no row has: each batch comes with the texts of its whole row group."""
    used, codes = renumbered(column.indices.fill_null(0).to_numpy(), len(column.dictionary))
    indices = pa.array(codes, mask=column.indices.is_null().to_numpy(zero_copy_only=False))
    return pa.DictionaryArray.from_arrays(indices, column.dictionary.filter(pa.array(used)))


def _as_declared(column: pa.Array, kind: pa.DataType) -> pa.Array:
    """Give a time the type that the schema says; other columns have types of Parquet, which are read alike."""
    return column.cast(kind) if pa.types.is_timestamp(kind) and column.type != kind else column


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _indices_fit(column: pa.Array) -> bool:
    """Whether all texts that rows point at are there: a damaged page may point anywhere."""
    if not pa.types.is_dictionary(column.type):
        return True
    codes = column.indices.drop_null().to_numpy()
    return len(codes) == 0 or bool(codes.min() >= 0 and codes.max() < len(column.dictionary))


def _text_bytes(column: pa.Array) -> int:
    """How many bytes the texts of all rows would take, each written out."""
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    sizes = pc.binary_length(column.dictionary).to_numpy(zero_copy_only=False)
    return int(sizes[column.indices.drop_null().to_numpy()].sum())


def _digest_file(file: BinaryIO, is_over: Event) -> str:
    """SHA-256 of a file, or of its beginning once that is no longer wanted; its position does not move."""
    digest, size = hashlib.sha256(), 0
    while not is_over.is_set() and (piece := os.pread(file.fileno(), 1 << 20, size)):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest()


def _is_small(page: Page, chunk: pq.ColumnChunkMetaData) -> bool:
    """True if the texts of a column in a row group repeat, and its dictionary has few of them."""
    is_few = 0 <= page.n_texts <= _FEW_TEXTS and page.size <= _SMALL_PAGE
    return is_few and bool(chunk.total_uncompressed_size <= _POINTER * chunk.num_values)
