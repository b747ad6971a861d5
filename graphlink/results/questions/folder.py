"""The folder of a finished run, opened for questions: its tables as SQL views, and a few numbers of the run.

The folder may come from anywhere, so only its own tables can be read through it.
"""

import difflib
import glob
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import duckdb

from graphlink.config.pass_threshold import needed_share
from graphlink.engine.closed_duckdb import MEMORY, closed_connection, quoted, utf8_path
from graphlink.model.families import PAYMENT
from graphlink.results.columns import Kind, Table
from graphlink.results.publish.publish import MANIFEST, RUN_FORMAT, read_manifest
from graphlink.results.stored_schema import STORED, TRACE
from graphlink.words.errors import UNREADABLE, InputError, MachineError
from graphlink.words.escape import printable

_OURS: Final = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
"""DuckDB's errors for a wrong query, never for a file."""

_KINDS: Final = {
    Kind.TEXT: "VARCHAR",
    Kind.NAME: "VARCHAR",
    Kind.COUNT: "INTEGER",
    Kind.LARGE: "BIGINT",
    Kind.NUMBER: "DOUBLE",
    Kind.FLAG: "BOOLEAN",
    Kind.TIME: "TIMESTAMP WITH TIME ZONE",
}
"""DuckDB's types of columns; a question that reads a list checks its entries."""

_DAMAGED: Final = (IndexError, KeyError, TypeError, ValueError, OverflowError, ZeroDivisionError, AttributeError)
"""Errors of answers from altered tables: an account number out of range, or an unexpected empty cell. A command's
errors about its arguments have other, derived types."""

INTERRUPTED: Final = (duckdb.InterruptException, RuntimeError)
"""DuckDB's error when a signal arrives while it works; the signal's own exception is lost."""

Row = tuple[Any, ...]
Record = dict[str, Any]
"""A row with the names of its columns."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class OpenRun:
    """A run whose tables can be queried: the numbers behind them, and the connection that reads them.

    ``n_accounts`` counts the run's accounts. ``n_calibrated``, ``knows_countries``, ``prior_bits`` and
    ``threshold_bits`` belong to the calibration, which in a sweep may be from another week. ``further_share`` is what a
    further signal of one family adds to the strongest. ``needed_share`` is the lower bound that a signal of a family
    needs to link. ``settings`` are the run's; None if its values are pseudonyms, which nobody copies from an export.
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

    def records(self, sql: str, *values: object) -> list[Record]:
        """The same as ``rows``, each with the names of its columns."""

        def ask() -> list[Record]:
            found = self.connection.execute(sql, values)
            names = [each[0] for each in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

        return self._answer(ask)

    def arrays(self, sql: str) -> dict[str, Any]:
        """Send a query of ours; returns a numpy array for each column."""
        return self._answer(lambda: self.connection.execute(sql).fetchnumpy())

    def row(self, sql: str, *values: object) -> Row | None:
        """Return the first row of a query."""
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


def ask_tables(folder: Path, ask: Callable[[OpenRun], T]) -> T | None:
    """Ask a run's tables; None if the folder is no finished run, or stores none. Raises as ``open_run`` otherwise."""
    try:
        with open_run(folder) as run:
            return ask(run)
    except InputError as error:
        if error.problems[0].code in {"GL501", "GL502"}:
            return None
        raise


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
        raise _refused("GL502", folder, "this run stores no tables to answer from")
    is_traced = TRACE.file in manifest.get("inputs", {}).get("outputs", {})
    tables = {table: _regular(folder, table.file) for table in (*STORED, *([TRACE] if is_traced else []))}
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


def _open(
    folder: Path, manifest: dict[str, Any], tables: dict[Table, str], connection: duckdb.DuckDBPyConnection
) -> OpenRun:
    for table, path in tables.items():
        columns = ", ".join(f'"{name}"' for name in table.columns)
        read = f"read_parquet({quoted(glob.escape(path))})"
        connection.execute(f"CREATE VIEW {table.name} AS SELECT {columns} FROM {read}")  # noqa: S608  our names
        kinds = [_KINDS.get(field.kind) for field in table.fields]
        if any(
            kind not in (None, str(found)) for kind, found in zip(kinds, connection.view(table.name).types, strict=True)
        ):
            raise damaged(folder)
    calibration, config = manifest["calibration"], manifest["config"]
    needed = partial(_needed_share, config["method"], calibration.get("habits") or {})
    needed(PAYMENT)  # fails now if a setting is missing, not at the first question
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
    """The lower bound that a signal of a family needed to link."""
    return needed_share(family, float(method["passing_share"]), float(method["asked_of_many"]), rates)


def _no_run(folder: Path) -> InputError:
    if folder.exists():
        return InputError("GL501", folder, "not the folder of a finished run", "name one with --run FOLDER")
    try:
        beside = sorted(each.name for each in folder.parent.iterdir() if (each / MANIFEST).is_file())
    except OSError:
        beside = []
    near = difflib.get_close_matches(folder.name, beside, n=1)
    what = f"no such folder; near is {printable(near[0])}" if near else "no such folder"
    return InputError("GL501", folder, what, "name the folder of a finished run with --run FOLDER")


def _regular(folder: Path, name: str) -> str:
    """The real path of a file in the folder; a link may lead anywhere and is refused."""
    path = folder / name
    if path.is_symlink() or path.parent.is_symlink() or not path.is_file():
        raise _refused("GL503", path, "missing, or not a regular file")
    try:
        return utf8_path(path.resolve())
    except UnicodeDecodeError:
        raise InputError("GL501", path, "the folder's name is not UTF-8", "rename it") from None


def too_large() -> MachineError:
    """The error for an answer that takes more memory than a question may."""
    what = f"the answer takes more memory than a question may ({MEMORY})"
    return MachineError("GL826", "question", what, "ask for less: fewer columns, a WHERE, a count in place of rows")


def damaged(folder: Path) -> InputError:
    """The error for tables of a run that cannot be read."""
    return _refused("GL503", folder, "its tables cannot be read: damaged, or made by another version")


def _refused(code: str, path: Path, what: str) -> InputError:
    return InputError(code, path, what, "run the analysis again")
