"""Tables that a program hands over: written so that the reader takes them as files, and spoken of as what they are.

An error that names a file nobody has, and a line for a settings file, helps nobody who called a function. So the
table is named, and what to do is said in Python.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from graphlink.errors import InputError, Place, Problem

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

_SUFFIX: Final = ".parquet"
_MAPPED: Final = re.compile(r"\[columns\] (?P<ours>\w+) = '(?P<theirs>.*)', in a file that --config names")
_CURES: Final = {
    "GL103": "give it rows, or leave it out",
    "GL111": "give ids and values as text (`.astype('str')`), times as timestamps, counts as whole numbers",
    "GL120": "rename its columns, or map them: config=gl.Config(columns={'ip': 'name in the table'})",
    "GL124": "declare it: config=gl.Config(signals={'NAME': {'family': 'device', 'provenance': 'observed'}}), or leave "
    "it out: config=gl.Config(ignore_types=['NAME'])",
    "GL241": "give its times a zone (`.dt.tz_localize('UTC')`), or config=gl.Config(reading={'timezone': 'UTC'})",
    "GL243": "give its times as timestamps (`pandas.to_datetime`, with the unit that they are in)",
    "GL244": "leave out the rows that are later than now",
}
"""What to do in Python, by the code of the message or of the reason that it names."""


def hand_over(frame: pd.DataFrame, folder: Path, name: str) -> Path:
    """Write a frame as it is; what its columns may hold is for the reader to judge."""
    path = folder / f"{name}{_SUFFIX}"
    path.touch(mode=0o600)  # the umask is the caller's
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path, write_page_checksum=True)
    return path


def of_tables(error: InputError) -> InputError:
    """Tell a reader's error of the tables that were handed over.

    Examples
    --------
    >>> place = Place("sightings.parquet")
    >>> fix = "[columns] account_id = 'user', in a file that --config names"
    >>> what, cure = str(of_tables(InputError("GL120", place, "missing `account_id`", fix))).split(" Fix: ")
    >>> print(what)
    GL120 table sightings: missing `account_id`.
    >>> print(cure)
    .rename(columns={'user': 'account_id'}), or config=gl.Config(columns={'account_id': 'user'}).
    """
    problems = tuple(_of_table(problem) for problem in error.problems)
    first = problems[0]
    told = InputError(first.code, first.where, first.what, first.fix)
    told.problems = problems
    return told


def _of_table(problem: Problem) -> Problem:
    where = problem.where
    table = Place(f"table {where.name.removesuffix(_SUFFIX)}", where.line, where.column)
    return Problem(problem.code, table, problem.what, _in_python(problem))


def _in_python(problem: Problem) -> str:
    mapped = _MAPPED.fullmatch(problem.fix)
    if mapped:
        ours, theirs = mapped["ours"], mapped["theirs"]
        return f".rename(columns={{{theirs!r}: {ours!r}}}), or config=gl.Config(columns={{{ours!r}: {theirs!r}}})"
    cures = (cure for code, cure in _CURES.items() if code == problem.code or code in problem.what)
    return next(cures, problem.fix)
