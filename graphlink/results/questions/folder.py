"""The folder of a finished run, opened for questions: its tables as SQL views, and the few numbers that they need.

The folder may come from anywhere, so nothing but its own tables can be read through it.
"""

from __future__ import annotations

import difflib
import glob
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import duckdb

from graphlink.config.pass_threshold import needed_share
from graphlink.engine.closed_duckdb import MEMORY, closed_connection, quoted, utf8_path
from graphlink.model.families import PAYMENT
from graphlink.results.publish.publish import MANIFEST, RUN_FORMAT, read_manifest
from graphlink.results.stored_schema import STORED, TRACE, Cell
from graphlink.words.errors import UNREADABLE, InputError, MachineError, Place
from graphlink.words.escape import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from graphlink.results.stored_schema import StoredTable

_OURS: Final = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
"""What DuckDB says of a query that is wrong, and never of a file."""

_KINDS: Final = {
    Cell.TEXT: "VARCHAR",
    Cell.NAME: "VARCHAR",
    Cell.COUNT: "INTEGER",
    Cell.LARGE: "BIGINT",
    Cell.NUMBER: "DOUBLE",
    Cell.FLAG: "BOOLEAN",
    Cell.TIME: "TIMESTAMP WITH TIME ZONE",
}
"""What DuckDB calls the cells of columns; those of lists are told by whoever asks for what stands in them."""

_DAMAGED: Final = (IndexError, KeyError, TypeError, ValueError, OverflowError, ZeroDivisionError, AttributeError)
"""What an answer raises whose tables were changed: a number that is no account's, or a cell that should not be empty.
What
a command says of its arguments is of other types, derived from these."""

INTERRUPTED: Final = (duckdb.InterruptException, RuntimeError)
"""What DuckDB raises when a signal comes while it works; the signal's own exception is lost."""

Row = tuple[Any, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class OpenRun:
    """A run whose tables can be asked: what they rest on, and the connection that reads them.

    ``n_accounts`` are those of the run; ``n_calibrated``, whether it ``knows_countries``, ``prior_bits`` and
    ``threshold_bits`` are the calibration's, which in a sweep may be of another week. ``further_share`` is what a
    further signal of one family adds to the strongest, ``needed_share`` what the lower bound of a signal of a family
    must reach to link. ``settings`` are those that the run went by; None where its values are pseudonyms, which nobody
    copies from an export.
    """

    folder: Path
    n_accounts: int
    n_calibrated: int
    knows_countries: bool
    prior_bits: float
    threshold_bits: float
    further_share: float
    needed_share: Callable[[str], float]
    settings: Mapping[str, Any] | None
    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Send a query of ours; values are bound and never part of its text."""
        return self._answer(lambda: self.connection.execute(sql, values).fetchall())

    def arrays(self, sql: str) -> dict[str, Any]:
        """Send a query of ours that gives numbers only; gives a numpy array for each column."""
        return self._answer(lambda: self.connection.execute(sql).fetchnumpy())

    def row(self, sql: str, *values: object) -> Row | None:
        """The first row that a query gives."""
        found = self.rows(f"{sql} LIMIT 1", *values)
        return found[0] if found else None

    def _answer(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except _OURS:
            raise
        except INTERRUPTED:
            raise KeyboardInterrupt from None
        except duckdb.OutOfMemoryException:
            raise too_large() from None
        except duckdb.Error:
            raise damaged(self.folder) from None


@contextmanager
def open_run(folder: Path) -> Iterator[OpenRun]:
    """Open the folder of a finished run.

    Raises
    ------
    InputError
        GL501 if it is not one, GL502 if it holds no tables, GL503 if they are damaged.
    MachineError
        GL826 if reading them takes more memory than a question may.
    """
    manifest = read_manifest(folder, RUN_FORMAT)
    if manifest is None:
        raise _no_run(folder)
    if any(table.file not in manifest.get("outputs", {}) for table in STORED):
        raise InputError(
            "GL502", Place(str(folder)), "this run stores no tables to answer from", "run the analysis again"
        )
    tables = {table: _regular(folder, table.file) for table in (*STORED, *_traced(manifest))}
    with closed_connection(list(tables.values())) as connection:
        try:
            run = _open(folder, manifest, tables, connection)
        except duckdb.OutOfMemoryException:
            raise too_large() from None
        except (duckdb.Error, *UNREADABLE):
            raise damaged(folder) from None
        try:
            yield run
        except Exception as error:
            if type(error) not in _DAMAGED:
                raise
            raise damaged(folder) from error


def _traced(manifest: dict[str, Any]) -> tuple[StoredTable, ...]:
    """The table that follows the files, where the run has it."""
    return (TRACE,) if TRACE.file in manifest.get("inputs", {}).get("outputs", {}) else ()


def _open(
    folder: Path,
    manifest: dict[str, Any],
    tables: dict[StoredTable, str],
    connection: duckdb.DuckDBPyConnection,
) -> OpenRun:
    for table, path in tables.items():
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        read = f"read_parquet({quoted(glob.escape(path))})"
        connection.execute(f"CREATE VIEW {table.name} AS SELECT {columns} FROM {read}")  # noqa: S608  our names
        kinds = [_KINDS.get(column.cell) for column in table.columns]
        if any(
            kind not in (None, str(told)) for kind, told in zip(kinds, connection.view(table.name).types, strict=True)
        ):
            raise damaged(folder)
    calibration, config = manifest["calibration"], manifest["config"]
    needed = partial(_needed_share, config["method"], calibration.get("habits") or {})
    needed(PAYMENT)  # what is missing shows now, not at the first question
    return OpenRun(
        folder=folder,
        n_accounts=int(connection.execute("SELECT count(*) FROM accounts").fetchall()[0][0]),
        n_calibrated=int(calibration["n_accounts"]),
        knows_countries=bool(calibration.get("countries")),
        prior_bits=float(calibration["prior_bits"]),
        threshold_bits=float(calibration["threshold_bits"]),
        further_share=float(config["method"]["further_share"]),
        needed_share=needed,
        settings=None if manifest.get("pseudonyms") else config,
        connection=connection,
    )


def _needed_share(method: Mapping[str, Any], rates: Mapping[str, float], family: str) -> float:
    """What a signal of a family had to reach."""
    return needed_share(family, float(method["passing_share"]), float(method["asked_of_many"]), rates)


def _no_run(folder: Path) -> InputError:
    if folder.exists():
        return InputError("GL501", Place(str(folder)), "not the folder of a finished run", "name one with --run FOLDER")
    try:
        beside = sorted(each.name for each in folder.parent.iterdir() if (each / MANIFEST).is_file())
    except OSError:
        beside = []
    near = difflib.get_close_matches(folder.name, beside, n=1)
    what = f"no such folder; near is {printable(near[0])}" if near else "no such folder"
    return InputError("GL501", Place(str(folder)), what, "name that of a finished run with --run FOLDER")


def _regular(folder: Path, name: str) -> str:
    """The true path of a file of the folder; a link may lead anywhere and is refused."""
    path = folder / name
    if path.is_symlink() or path.parent.is_symlink() or not path.is_file():
        raise InputError("GL503", Place(str(path)), "missing, or not a regular file", "run the analysis again")
    try:
        return utf8_path(path.resolve())
    except UnicodeDecodeError:
        raise InputError("GL501", Place(str(path)), "the folder's name is no UTF-8", "rename it") from None


def too_large() -> MachineError:
    """The error that says that an answer takes more memory than a question may."""
    what = f"the answer takes more memory than a question may ({MEMORY})"
    return MachineError(
        "GL826", Place("question"), what, "ask for less: fewer columns, a WHERE, a count in place of rows"
    )


def damaged(folder: Path) -> InputError:
    """The error that says that the tables of a run cannot be read."""
    return InputError(
        "GL503",
        Place(str(folder)),
        "its tables cannot be read: damaged, or made by another version",
        "run the analysis again",
    )
