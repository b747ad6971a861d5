"""A user's own query over the tables of a run: one SELECT, which can read these tables and nothing else."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import duckdb

from graphlink.engine.worker.isolation import within_memory
from graphlink.results.questions.folder import INTERRUPTED, OpenRun, too_large
from graphlink.results.stored_schema import STORED, TRACE
from graphlink.words.errors import InputError, Place
from graphlink.words.escape import printable
from graphlink.words.sentences import listed

_WHERE: Final = Place("sql")
_LINE: Final = re.compile(r"^\s*LINE \d+:.*", re.DOTALL | re.MULTILINE)
_GUESS: Final = re.compile(r'!? Did you mean "([^"]*)"\?$')
_NO_TABLE: Final = re.compile(r"Table with name \S+ does not exist")
_LONGEST: Final = 300
_AT_ONCE: Final = 10_000
"""Rows of an answer that are Python objects at the same time."""
_MEMORY: Final = 3_000_000_000
"""Bytes that the process may fill: DuckDB's limit excludes the texts of an answer, which may be gigabytes."""


class QueryAnswer(NamedTuple):
    """The rows of a query; ``is_cut`` is true if there are more."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    is_cut: bool


def send_query(run: OpenRun, sql: str, limit: int) -> QueryAnswer:
    """Send a query and take at most ``limit`` rows of its answer; raises what ``send_for_all`` does."""
    return next(_answers(run, sql, limit))


def send_for_all(run: OpenRun, sql: str) -> Iterator[QueryAnswer]:
    """Send a query and return all rows of its answer in batches, so that they are never held at once.

    The first batch has the columns, even if it has no rows.

    Raises
    ------
    InputError
        GL506 if it is not one SELECT, or if DuckDB refuses it.
    MachineError
        GL826 if it takes more memory than a question may.
    """
    return _answers(run, sql, _AT_ONCE)


def _answers(run: OpenRun, sql: str, n_rows: int) -> Iterator[QueryAnswer]:
    try:
        sql.encode()
        statements = duckdb.extract_statements(sql)
    except UnicodeEncodeError:
        raise InputError("GL506", _WHERE, "the query is not UTF-8", "correct it") from None
    except duckdb.Error as error:
        raise _refused(error) from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise InputError(
            "GL506", _WHERE, "only one SELECT is sent, which changes nothing", "write a single SELECT (or SHOW TABLES)"
        )
    try:
        with within_memory(_MEMORY):
            answer = run.connection.execute(statements[0])
            columns = _distinct([column[0] for column in answer.description or ()])
            rows = answer.fetchmany(n_rows + 1)
            while True:
                yield QueryAnswer(columns, tuple(rows[:n_rows]), is_cut=len(rows) > n_rows)
                rows = rows[n_rows:]
                if not rows:
                    return
                rows += answer.fetchmany(n_rows)
    except INTERRUPTED:
        raise KeyboardInterrupt from None
    except (duckdb.OutOfMemoryException, MemoryError):
        raise too_large() from None
    except duckdb.Error as error:
        raise _refused(error) from None


def _distinct(names: list[str]) -> tuple[str, ...]:
    """Make the names of columns unique: a join may give two of one name.

    Examples
    --------
    >>> _distinct(["account", "first_seen", "first_seen"])
    ('account', 'first_seen', 'first_seen_2')
    """
    found: dict[str, None] = {}
    for name in names:
        number = 1
        shown = name
        while shown in found:
            number += 1
            shown = f"{name}_{number}"
        found[shown] = None
    return tuple(found)


def _refused(error: duckdb.Error) -> InputError:
    """Quote DuckDB's error, without its copy of the query and without guesses at tables outside the run."""
    message = " ".join(_LINE.sub("", str(error)).split())
    guess = _GUESS.search(message)
    message = printable(_GUESS.sub("", message).rstrip(".!"), _LONGEST)
    fix = "SHOW TABLES and DESCRIBE list tables and columns"
    is_table = _NO_TABLE.search(message) is not None
    tables = [table.name for table in (*STORED, TRACE)]
    if guess and (guess[1] in tables or not is_table):
        message += f"; near is {printable(guess[1])}"
    if is_table:
        fix = f"the tables are {listed(tables)}; DESCRIBE shows their columns"
    return InputError("GL506", _WHERE, message, fix)
