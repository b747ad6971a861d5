"""JSON Lines: a stream of bytes in, batches of text columns out.

The keys of all lines are the header. Then Arrow reads some thousand lines at once, on threads. It refuses them if a
line is not as plain as the first: then each half is read by itself, and few lines one by one. All three ways accept and
reject the same lines, whatever stands beside them. Arrow ignores where lines end, so a compiled loop first checks that
each line holds one object. This also keeps a line `true` from Arrow, which ends the process over it (26.0).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.json as pa_json

from graphlink.config.settings import ReadingConfig
from graphlink.engine.kernels.reading import are_single_objects
from graphlink.engine.threads import map_threads, prefetch
from graphlink.model.arrays import Int64s
from graphlink.reading.columns.layout import Layout
from graphlink.reading.formats.batch import OTHER_ENCODING, Batch, Found, TextTable, column_at, row_as_json
from graphlink.reading.formats.json_keys import Keys
from graphlink.reading.formats.nested import Path, Tree, tree_of
from graphlink.reading.formats.record_splitter import Cutter
from graphlink.reading.formats.streams import BLOCK, ByteStream, refuse_other_text
from graphlink.reading.formats.structure import ODD, Block, Defect, Dialect
from graphlink.words.errors import InputError, Place
from graphlink.words.escape import printable

_MANY: Final = 4_096
"""Lines that are read together at most."""
_FEW: Final = 64
"""Lines that are judged one by one where they cannot be read together."""
_DEPTH: Final = 100
"""No export nests deeper; parsers differ on what they survive."""
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


_WRAPPED: Final = re.compile(rb'\s*\{\s*"([^"\\]{1,64})"\s*:\s*\[\s*\{')


_LINE_END: Final = re.compile(rb"\r\n?|\n")


_LOOKED_AT: Final = 1 << 20
"""Bytes that show whether a file is lines of objects, however its first line begins."""


def _holds_rows(first: bytes) -> bool:
    """True if the first line begins as a row does, or if at least half of the first lines are objects."""
    if first.lstrip()[:1] == b"{":
        return True
    lines = _LINE_END.split(first[:_LOOKED_AT])
    lines = [line for line in (lines[:-1] if len(first) > _LOOKED_AT else lines) if line.strip()]
    return 2 * sum(map(_is_row, lines)) >= len(lines) > 0


def _is_array(first: bytes) -> bool:
    """True if a file is one array of JSON; False if its first line is a whole array with lines below."""
    text = first.lstrip()
    if text[:1] != b"[":
        return False
    line, *below = _LINE_END.split(text, maxsplit=1)
    if not any(each.strip() for each in below):
        return True
    return _parsed(line) is None


def _list_of_rows(first: bytes, *, is_whole: bool) -> str | None:
    """The name of the list with all rows, in a file of one object, as cloud services write them; else None."""
    wrapped = _WRAPPED.match(first)
    line, *below = _LINE_END.split(first, maxsplit=1)
    if wrapped is None or any(each.strip() for each in below):
        return None
    row = _parsed(line) if is_whole else {}
    if not isinstance(row, dict) or not all(isinstance(value, (list, dict)) for value in row.values()):
        return None
    return wrapped[1].decode(errors="replace")


def _parsed(line: bytes) -> object:
    """What a line holds; None where it is no JSON."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


class JsonLinesTable(TextTable):
    """A JSON Lines file."""

    def __init__(self, stream: ByteStream, name: str, limits: ReadingConfig, wanted: Collection[str] = ()) -> None:
        super().__init__(stream, name)
        whole, self._first = self._first, self._first[self._mark :]
        is_whole = len(whole) < BLOCK
        if not _holds_rows(self._first):
            refuse_other_text(whole, Place(name))
            if _is_array(self._first):
                raise InputError("GL125", name, "one JSON array, not lines", "write one object per line")
        if (key := _list_of_rows(self._first, is_whole=is_whole)) is not None:
            what = f"one object with its rows in the list `{printable(key)}`, not lines"
            raise InputError("GL125", name, what, "write the objects of that list, one per line, as `jq -c` does")
        dialect = Dialect(None, 1, limits.max_row_bytes, limits.max_value_bytes, complete=True)
        self._cutter = Cutter(dialect, Place(name), self._mark, 1)
        keys = Keys(is_row=_is_row, longest=limits.max_row_bytes, wanted=wanted)
        self._note_all(keys, is_whole=is_whole)
        found = keys.insides
        self.names, self.nested, self.is_crowded = found.names, found.ways(), found.is_full

    def _note_all(self, keys: Keys, *, is_whole: bool) -> None:
        """Find the keys of all lines; a file of several blocks is read to its end, and from its beginning once more."""
        keys.note(self._first)
        if not is_whole:
            for data in islice(prefetch(self._stream.blocks(digested=False)), 1, None):
                keys.note(data)
            self._blocks = islice(self._stream.blocks(), 1, None)
        keys.note(b"\n")
        if not keys.insides.names:
            _refuse_no_rows(self._first, Place(self._name))

    def batches(self, layout: Layout) -> Iterator[Batch]:
        """Give all rows, once."""
        nested = self.nested if layout.inside else {}
        inside = {name: path for ways in nested.values() for name, path in ways.items() if name not in self.names}
        try:
            reader = _LineReader(layout, inside)
        except LookupError as error:
            outer, inner = (printable(".".join(path)) for path in error.args)
            what = f"`{outer}` and `{inner}`, which is inside it, are both read"
            raise InputError("GL122", self._name, what, "map one of them") from None
        for block in self._cut(self._first):
            yield self._batch(block, reader)
        for block in self._cutter.finish():
            yield self._batch(block, reader, last=True)

    def _batch(self, block: Block, reader: _LineReader, *, last: bool = False) -> Batch:
        columns, good = reader.read(block, np.flatnonzero(block.good))
        is_open = last and block.data.endswith(b"\n")  # which was put there; one of the file's came before
        if is_open and block.defects.get(len(block) - 1, _FINE).code == "GL250":
            where = Place(self._name, int(block.lines[-1]), byte=block.byte + int(block.starts[-1]))
            raise InputError("GL108", where, "cut short: the last line has no end", "ask for the export again")
        return self._batch_of(block, good, columns)


_FINE: Final = Defect("", "")


class _LineReader:
    """Reads the lines of one file: the keys to look for, and what their first values were."""

    def __init__(self, layout: Layout, inside: Mapping[str, Path]) -> None:
        names = {position: layout.names[position] for position in layout.used}
        self._paths = {position: inside.get(name, (name,)) for position, name in names.items()}
        self._tree = tree_of(self._paths.values())
        self._numbers = frozenset(map(self._paths.__getitem__, layout.numbers))
        self._schema: pa.Schema | None = None

    def read(self, block: Block, good: Int64s) -> tuple[dict[int, pa.Array], Int64s]:
        """Read these lines of a block: the columns, and the lines that are rows. The others become defects."""
        if self._schema is None and len(good):
            self._schema = pa.schema(_fields_in(_parsed(block.raw(int(good[0]))), self._tree))
        pieces = np.split(good, range(_MANY, len(good), _MANY))
        return self._joined(map_threads(partial(self._read_piece, block), pieces))

    def _read_piece(self, block: Block, good: Int64s) -> tuple[dict[int, pa.Array], Int64s]:
        columns = self._read_together(block, good)
        if columns is not None:
            return columns, good
        if len(good) <= _FEW:
            return self._read_apart(block, good)
        return self._joined([self._read_piece(block, half) for half in np.array_split(good, 2)])

    def _joined(self, pieces: Sequence[tuple[dict[int, pa.Array], Int64s]]) -> tuple[dict[int, pa.Array], Int64s]:
        return (
            {position: pa.concat_arrays([piece[position] for piece, _ in pieces]) for position in self._paths},
            np.concatenate([kept for _, kept in pieces]),
        )

    def _read_together(self, block: Block, good: Int64s) -> dict[int, pa.Array] | None:
        """Read all lines at once, or None if some line is not plain."""
        if len(good) == 0:
            return {position: pa.array([], pa.string()) for position in self._paths}
        letters = np.frombuffer(block.data, dtype=np.uint8)
        if not are_single_objects(letters, block.starts, block.ends, good):
            return None
        wanted = np.zeros(len(block), dtype=bool)
        wanted[good] = True
        text = block.text(wanted)
        openers = text.count(b"[") + text.count(b"{")
        if openers > len(good) and max(line.count(b"[") + line.count(b"{") for line in text.splitlines()) > _DEPTH:
            return None
        try:
            table = pa_json.read_json(
                pa.BufferReader(text),
                pa_json.ReadOptions(use_threads=False, block_size=len(text) + 1),
                pa_json.ParseOptions(explicit_schema=self._schema, unexpected_field_behavior="ignore"),
            )
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return None
        if table.num_rows != len(good):
            return None
        return {
            position: column_at(table, path).combine_chunks().cast(pa.string())
            for position, path in self._paths.items()
        }

    def _read_apart(self, block: Block, good: Int64s) -> tuple[dict[int, pa.Array], Int64s]:
        """Read each line by itself; lines that are no rows become defects."""
        rows: list[Mapping[Path, str | None]] = []
        kept: list[int] = []
        for index in good.tolist():
            row = _read_line(block.data[block.starts[index] : block.ends[index]], self._tree, self._numbers)
            if isinstance(row, Defect):
                block.defects[index] = row
            else:
                rows.append(row)
                kept.append(index)
        columns = {
            position: pa.array([row.get(path) for row in rows], pa.string()) for position, path in self._paths.items()
        }
        return columns, np.array(kept, dtype=np.int64)


def _refuse_no_rows(text: bytes, where: Place) -> None:
    """Refuse a file in which no line is an object, for what its first line says."""
    number, first = next(((n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()), (0, b""))
    if not first:
        raise InputError("GL102", where, "blank file; expected an object on each line", "ask for the export again")
    where = Place(where.name, number)
    if _is_row(first):
        return
    try:
        first.decode()
    except UnicodeDecodeError:
        raise InputError("GL112", where, "not UTF-8", OTHER_ENCODING) from None
    if first.rstrip().endswith(b"},"):
        raise InputError("GL127", where, "commas stand between the objects", "write one object per line, and no commas")
    what = "no line is a JSON object by itself"
    raise InputError("GL127", where, what, "write each object on one line, as `jq -c .` does")


def _is_row(line: bytes) -> bool:
    """True if a line is an object that can be read, whatever columns are wanted."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return ODD.search(line) is None and not isinstance(_read_line(line, {}), Defect)


def _fields_in(row: object, tree: Tree) -> list[pa.Field]:
    """The types of columns by the first line: Arrow refuses a number where text is expected."""
    fields = []
    for key, below in tree.items():
        value = row.get(key) if isinstance(row, dict) else None
        if isinstance(below, dict):
            kind = pa.struct(_fields_in(value, below))
        else:
            kind = pa.int64() if type(value) is int else pa.string()
        fields.append(pa.field(key, kind))
    return fields


def text_rows(rows: Sequence[Sequence[object]], layout: Layout, first_row: int, name: str) -> Batch:
    """Bring rows of Python values to text by the same rules: whole numbers as they stand, fractions set aside."""

    def place(record: int) -> Found:
        return Found(record + 1, None, row_as_json(dict(zip(layout.names, rows[record - first_row], strict=True))))

    used, numbers = layout.used, layout.numbers
    defects = [_defect_in((layout.names[each], row[each], each in numbers) for each in used) for row in rows]
    kept = [index for index, defect in enumerate(defects) if defect is None]
    columns = {each: pa.array([_as_text(rows[index][each]) for index in kept], pa.string()) for each in used}
    rejects = tuple(
        place(first_row + index).reject(name, defect.column, defect.code, defect.reason)
        for index, defect in enumerate(defects)
        if defect is not None
    )
    return Batch(columns, first_row + np.array(kept, dtype=np.int64), place, rejects)


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


def _defect_in(row: Iterable[tuple[str, object, bool]]) -> Defect | None:
    for key, value, is_number in row:
        if isinstance(value, bytes) or (isinstance(value, float) and not is_number):
            kind = "binary" if isinstance(value, bytes) else "a fraction"
            return Defect("GL254", f"`{key}` is {kind}, not text", key)
        if isinstance(value, str) and not value.isascii() and (half := _SURROGATE.search(value)):
            return Defect("GL202", f"`{key}` is not UTF-8 (byte {ord(half[0]) & 0xFF:#04x})", key)
    return None


# --- one line ---------------------------------------------------------------------------------------------------------


class _Number(NamedTuple):
    literal: str


class _Pairs(list[tuple[str, object]]):
    """An object as it was written, keys and all."""


def _read_line(line: bytes, tree: Tree, numbers: Collection[Path] = ()) -> dict[Path, str | None] | Defect:
    r"""Read one line: the text at the end of each path. Only what is a number by its kind may have a fraction.

    Examples
    --------
    >>> _read_line(b'{"account_id": "a", "d": {"n": 7}}', tree_of([("account_id",), ("d", "n")]))
    {('account_id',): 'a', ('d', 'n'): '7'}
    >>> _read_line(b'{"n": 1.5}', tree_of([("n",)]))
    Defect(code='GL254', reason='`n` is a fraction, not text', column='n')
    >>> _read_line(b'{"ts": 1769857200.5}', tree_of([("ts",)]), numbers=[("ts",)])
    {('ts',): '1769857200.5'}
    """
    if line.count(b"[") + line.count(b"{") > _DEPTH and _depth_of(line) > _DEPTH:
        return Defect("GL253", f"nested over {_DEPTH} deep")
    try:
        row = json.loads(line, object_pairs_hook=_Pairs, parse_float=_Number, parse_int=_Number, parse_constant=_Number)
    except ValueError as error:
        return Defect("GL250", f"broken JSON ({getattr(error, 'msg', error)})")
    if not isinstance(row, _Pairs):
        return Defect("GL250", "not an object")
    if b"\\u" in line and _has_surrogate(row):
        return Defect("GL204", "half a character (a lone surrogate)")
    return _cells(row, tree, numbers)


_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)


def _depth_of(line: bytes) -> int:
    """How deep a line nests, up to a string without an end."""
    letters = np.frombuffer(_STRING.sub(b"", line), dtype=np.uint8)
    steps = np.isin(letters, [*b"[{"]).astype(np.int64) - np.isin(letters, [*b"]}"])
    return int(steps.cumsum().max(initial=0))


def _cells(row: _Pairs, tree: Tree, numbers: Collection[Path]) -> dict[Path, str | None] | Defect:
    found: dict[str, object] = {}
    for key, value in row:
        if key in tree and key in found:
            return Defect("GL251", f"the key `{key}` stands twice")
        found[key] = value
    cells: dict[Path, str | None] = {}
    for key, below in tree.items():
        value = found.get(key)
        if not isinstance(below, dict):
            text = _text_of(value, ".".join(below), is_number=below in numbers)
            if isinstance(text, Defect):
                return text
            cells[below] = text
        elif isinstance(value, _Pairs):
            inside = _cells(value, below, numbers)
            if isinstance(inside, Defect):
                return inside
            cells |= inside
        elif value is not None:
            return Defect("GL254", f"`{key}` is no object", key)
    return cells


def _text_of(value: object, name: str, *, is_number: bool) -> str | Defect | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, _Number):
        if value.literal in {"NaN", "Infinity", "-Infinity"}:
            return Defect("GL252", f"`{name}` is {value.literal}", name)
        if not math.isfinite(float(value.literal)):
            size = len(value.literal)
            what = f"`{name}` is a number of {size:,} characters, beyond what programs read back"
            return Defect("GL252", what, name)
        if not value.literal.lstrip("-").isdigit() and not is_number:
            return Defect("GL254", f"`{name}` is a fraction, not text", name)
        return "0" if value.literal == "-0" else value.literal
    kind = "true or false" if isinstance(value, bool) else "an object or a list"
    return Defect("GL254", f"`{name}` is {kind}, not text", name)


def _has_surrogate(value: object) -> bool:
    if isinstance(value, str):
        return _SURROGATE.search(value) is not None
    if isinstance(value, _Pairs):
        return any(_has_surrogate(key) or _has_surrogate(inner) for key, inner in value)
    return isinstance(value, list) and any(_has_surrogate(inner) for inner in value)
