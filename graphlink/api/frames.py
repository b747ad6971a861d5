"""Tables that a program passes: they are written as files for the reader, and errors name the table.

Somebody who called a function has no file and no settings file. So errors name the table, and the cure is Python.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, Protocol, TypeAlias

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graphlink.config.settings import SourceConfig
from graphlink.model.rows import Notice
from graphlink.reading.columns.suggestions import likely
from graphlink.words.errors import InputError, Place, Problem
from graphlink.words.escape import printable
from graphlink.words.sentences import listed

_REFUSED: Final = (TypeError, ValueError, OverflowError, NotImplementedError)
"""Arrow's errors about values, not about memory or the disk."""

_WITH_ZONE: Final = "times with a zone"
_WITHOUT_ZONE: Final = "times without one"
_DAYS: Final = "days"
_MOMENTS: Final = frozenset({_WITH_ZONE, _WITHOUT_ZONE, _DAYS})


class ArrowStream(Protocol):
    """A table of any library that hands it on as Arrow: a frame of polars, a relation of DuckDB."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The batches of the table."""


TableLike: TypeAlias = pd.DataFrame | pa.Table | ArrowStream


def is_table(given: object) -> bool:
    """True if the program passed a table, of pandas or one that can become Arrow's."""
    return hasattr(given, "__arrow_c_stream__") or isinstance(given, pa.Table | pd.DataFrame)


def as_table(given: object, name: str) -> pd.DataFrame | pa.Table:
    """A frame of pandas or a table of Arrow as it is, another library's as one of Arrow; TypeError for others."""
    if isinstance(given, pd.DataFrame | pa.Table):
        return given
    own = (getattr(given, way, None) for way in ("to_arrow_table", "to_arrow"))  # without types that Parquet lacks
    with suppress(pa.ArrowInvalid, TypeError, ValueError):
        if is_table(given):
            return pa.table(next((way() for way in own if way), given))
    how = f"; {name}.collect() gives one" if hasattr(given, "collect") else ""
    raise TypeError(f"{name} is {_kind_of(given)}; give a frame of pandas or polars, or a table of Arrow{how}")


def as_frame(given: object, name: str) -> pd.DataFrame:
    """A table of any library as a frame of pandas."""
    table = as_table(given, name)
    return table if isinstance(table, pd.DataFrame) else table.to_pandas()


class Handed(NamedTuple):
    """A table that was written, and the problem of each column that no file can hold.

    Such a column is written empty, as truth values, which the reader refuses if it needs the column.
    """

    source: SourceConfig
    unfit: Mapping[str, Problem]
    levels: tuple[str, ...]
    """Names of the index, which is not read."""
    is_frame: bool = True
    """True for pandas, which most cures assume."""


def hand_over(given: TableLike, folder: Path, name: str) -> Handed:
    """Write a frame as it is; the reader judges the contents of its columns.

    Raises
    ------
    InputError
        GL111 if no file can hold the table.
    TypeError
        If it is no table.
    """
    frame = as_table(given, name)
    path, shown = folder / f"{name}.parquet", f"table {name}"
    path.touch(mode=0o600)  # the umask is the caller's
    table, unfit = (_as_read(frame), {}) if isinstance(frame, pa.Table) else _as_arrow(frame, shown)
    try:
        unfit |= _write(_as_parquet_counts(table), path, shown)
    except _REFUSED:
        raise InputError("GL111", shown, "holds types that no file can", CURES["GL111"]) from None
    is_frame = not isinstance(frame, pa.Table)
    levels = tuple(str(each) for each in frame.index.names if each is not None) if is_frame else ()
    return Handed(SourceConfig(path=str(path), name=shown), unfit, levels, is_frame)


def _write(table: pa.Table, path: Path, name: str) -> dict[str, Problem]:
    """Write a table, with columns that no file can hold as empty ones; returns the problems of these.

    No column gets a dictionary: Arrow would hash texts that strangers choose, without a key.
    """
    unfit: dict[str, Problem] = {}
    write = partial(pq.write_table, where=path, use_dictionary=False, write_page_checksum=True)
    try:
        write(table)
    except NotImplementedError:  # Arrow raises this for types, whatever the values
        for position, field in enumerate(table.schema):
            if not _has_parquet(field):
                what = f"holds {printable(str(field.type))}, which no file can"
                unfit[field.name] = Problem("GL111", Place(name, column=field.name), what, CURES["GL111"])
                table = table.set_column(position, field.name, pa.nulls(len(table), pa.bool_()))
        write(table)
    return unfit


def _has_parquet(field: pa.Field) -> bool:
    """True if Parquet has the type of a column."""
    try:
        pq.write_table(pa.schema([field]).empty_table(), pa.BufferOutputStream())
    except NotImplementedError:
        return False
    return True


def _kind_of(given: object) -> str:
    """The type of an object, with its library."""
    kind = type(given)
    library = kind.__module__.partition(".")[0]
    return kind.__name__ if library == "builtins" else f"{library}.{kind.__name__}"


def of_tables(error: InputError, handed: Iterable[Handed] = ()) -> InputError:
    """Reword problems of tables that a program passed, with the cure in Python.

    Examples
    --------
    >>> place = Place("table sightings")
    >>> fix = "[columns] account_id = 'user', in a file that --config names"
    >>> what, cure = str(of_tables(InputError("GL120", place, "missing `account_id`", fix))).split(" Fix: ")
    >>> print(cure)
    .rename(columns={'user': 'account_id'}), or config=gl.Config(columns={'account_id': 'user'}).
    """
    tables = {each.source.name: each for each in handed}
    return InputError.of([_of_table(problem, tables.get(problem.where.name)) for problem in error.problems])


def _of_table(problem: Problem, table: Handed | None) -> Problem:
    unfit = table and table.unfit.get(problem.where.column or "")
    if unfit:
        return unfit
    if problem.code == "GL121":
        return replace(problem, what="the names of its columns look like data", fix=_CURES["others"]["columns_unnamed"])
    if problem.code == "GL120" and problem.where.name == "table accounts" and "no column that" in problem.what:
        return replace(problem, fix=_CURES["others"]["no_context"])
    fix = _in_python(problem)
    if table and table.levels and problem.code == "GL120" and _is_in_index(problem, fix, table.levels):
        names = listed([f"`{printable(name)}`" for name in table.levels])
        fix = f"`.reset_index()`, if it is {names}: an index is not read"
    if table and not table.is_frame and _OF_PANDAS.search(fix):
        fix = f"as a frame of pandas: {fix}"
    return replace(problem, fix=fix)


def _is_in_index(problem: Problem, fix: str, levels: Sequence[str]) -> bool:
    """True if the missing column is certainly in the index, or if no column of the table is likely to be it."""
    missing = _MISSING.match(problem.what)
    return _NAME_UNKNOWN in fix or (missing is not None and likely(missing[1], levels) is not None)


_MISSING: Final = re.compile(r"missing `(\w+)`")


def _as_parquet_counts(table: pa.Table) -> pa.Table:
    """Turn seconds into milliseconds; times out of range are clipped and stay out of the reader's range."""
    most = ((1 << 63) - 1) // 1_000
    for position, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type) and field.type.unit == "s":
            seconds = table.column(position).cast(pa.int64())
            near = pc.max_element_wise(pc.min_element_wise(seconds, most, skip_nulls=False), -most, skip_nulls=False)
            times = near.cast(field.type).cast(pa.timestamp("ms", field.type.tz))
            table = table.set_column(position, field.name, times)
    return table


def _as_read(table: pa.Table) -> pa.Table:
    for position, name in enumerate(table.column_names):
        column = table.column(position)
        if column.null_count == len(column):
            table = table.set_column(position, name, _emptied(column))
    return table


def _as_arrow(frame: pd.DataFrame, name: str) -> tuple[pa.Table, dict[str, Problem]]:
    columns: list[tuple[str, pa.Array | pa.ChunkedArray]] = []
    unfit: dict[str, Problem] = {}
    for label, values in frame.items():
        column = str(label).encode("utf-8", "backslashreplace").decode()
        array = _as_column(values)
        if isinstance(array, tuple):
            code, what, cure = array
            unfit[column] = Problem(code, Place(name, column=column), what, cure)
            array = pa.nulls(len(frame), pa.bool_())
        columns.append((column, array))
    return pa.Table.from_arrays([array for _, array in columns], names=[column for column, _ in columns]), unfit


def _as_column(values: pd.Series) -> pa.Array | pa.ChunkedArray | tuple[str, str, str]:
    """Convert values to Arrow, or return why no file can hold them: a code, a reason and a cure."""
    try:
        array = pa.Array.from_pandas(values)
    except UnicodeError:
        return "GL112", "its text is not UTF-8", CURES["GL112"]
    except _REFUSED:
        array = None
    kinds = _kinds_of_moments(values, array)
    if len(kinds) > 1:
        return (
            "GL111",
            f"holds {listed(sorted(kinds))}, and the first row would decide how all are read",
            _CURES["others"]["one_kind"],
        )
    if array is None or isinstance(array.type, pa.BaseExtensionType):
        return "GL111", _mixture(values), CURES["GL111"]
    return _emptied(array)


def _emptied(array: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Make a column without values an empty text column, whatever its type: pandas reads empty cells as floats."""
    return pa.nulls(len(array), pa.string()) if array.null_count == len(array) else array


def _kinds_of_moments(values: pd.Series, array: pa.Array | pa.ChunkedArray | None) -> set[str]:
    """The kinds of objects that Arrow took for times, or would have in another order; empty if it took none."""
    given = values.cat.categories if isinstance(values.dtype, pd.CategoricalDtype) else values
    if given.dtype != object or not (array is None or _is_of_moments(array.type)):
        return set()
    kinds = {_kind_of_moment(value) for value in given[given.notna()]}
    return kinds if array is not None or kinds <= _MOMENTS else set()


def _is_of_moments(kind: pa.DataType) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind))


def _kind_of_moment(value: object) -> str:
    if isinstance(value, datetime):
        return _WITHOUT_ZONE if value.tzinfo is None else _WITH_ZONE
    return _DAYS if isinstance(value, date) else type(value).__name__


def _mixture(values: pd.Series) -> str:
    """Name what the column holds that no file can."""
    if values.dtype != object:
        return f"holds {values.dtype}, which no file can"
    kinds = sorted({type(value).__name__ for value in values[values.notna()]})
    if len(kinds) > 1:
        return f"holds {listed(kinds)}, which no file holds in one column"
    return f"holds {'whole numbers beyond 64 bits' if kinds == ['int'] else kinds[0]}, which no file can"


# --- cures in Python --------------------------------------------------------------------------------------------------

_MAPPED: Final = re.compile(r"\[columns\] (?P<ours>\w+) = '(?P<theirs>.*)', in a file that --config names.*")
_CURES: Final = tomllib.loads(Path(__file__).with_name("remedies.toml").read_text("utf-8"))
CURES: Final[dict[str, str]] = _CURES["cures"]
"""The cure in Python, by the code of the message or of its reason."""

_HASHED: Final = re.compile(r"write `\[signals\.(\w+)\]` with `normalise = 'text'`.*")
_NAME_UNKNOWN: Final = "name in the table"
"""Stands in a cure if no column is likely to be the missing one."""
_OF_PANDAS: Final = re.compile(r"(?:^|`)\.[a-z]")
"""Marks a cure for pandas only: methods of a frame."""

_TYPED: Final = re.compile(r"has type (?:large_)?(?P<kind>[a-z]+)")
_OF_TYPES: Final[dict[str, str]] = _CURES["types"]
"""The cure for a column of one of these types: as text, 17.0 is not 17."""
_OF_TYPES["float"] = _OF_TYPES["halffloat"] = _OF_TYPES["double"]

_ADVISED: Final = re.compile(r"set (?P<settings>`account_[^`]*`(?: and `account_[^`]*`)?) for (?P<whose>[a-z ]+)$")
_SETTING: Final = re.compile(r"`account_(\w+) = (true|\"[^`]*\")`")
_REJECTS: Final = "`check` counts why, rejects.jsonl of a run names each"


def _in_python(problem: Problem) -> str:
    """The cure for a problem of a table."""
    mapped = _MAPPED.fullmatch(problem.fix)
    if mapped:
        ours, theirs = mapped["ours"], mapped["theirs"].replace("name in the file", _NAME_UNKNOWN)
        return f".rename(columns={{{theirs!r}: {ours!r}}}), or config=gl.Config(columns={{{ours!r}: {theirs!r}}})"
    if "`ignore_columns`" in problem.fix:
        return problem.fix
    typed = _TYPED.search(problem.what)
    if typed and typed["kind"] in _OF_TYPES:
        return _OF_TYPES[typed["kind"]]
    cures = (cure for code, cure in CURES.items() if code == problem.code or code in problem.what)
    return next(cures, _HASHED.sub(r"config=gl.Config(signals={'\1': {'normalise': 'text'}})", problem.fix))


def notice_in_python(notice: Notice) -> Notice:
    """Reword a notice that names a setting of a source or a file of a run, with the cure for a table.

    Examples
    --------
    >>> text = 'If they are the same accounts, set `account_suffix = ".0"` for the source'
    >>> notice_in_python(Notice("GL316", text)).text
    'If they are the same accounts, write `.str.removesuffix(".0")` behind the ids of this table'
    """
    text = notice.text.replace(_REJECTS, "result.run.reading.rejects names each")
    return replace(notice, text=_ADVISED.sub(_done_to_ids, text.replace("in any other source", "in the other table")))


def _done_to_ids(advised: re.Match[str]) -> str:
    methods = "".join(_CURES["methods"][name].format(value) for name, value in _SETTING.findall(advised["settings"]))
    whose = _CURES["whose"].get(advised["whose"], "the ids of both tables")
    return f"write `{methods}` behind {whose}"
