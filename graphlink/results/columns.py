"""The columns of every published table, read once from ``columns.toml``."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final


class Kind(StrEnum):
    """The kind of a column's cells."""

    TEXT = "text"
    NAME = "name"
    """Text with few distinct values."""
    NAMES = "names"
    """Several names in one cell, joined by "; "."""
    COUNT = "count"
    LARGE = "large"
    DECIMAL = "decimal"
    """A number printed with fixed decimals."""
    NUMBER = "number"
    FLAG = "flag"
    TIME = "time"
    FACTORS = "factors"
    """The parts of a ring's score: name, points, because."""
    CHECKS = "checks"
    """Honest explanations: explanation, fits, because."""
    SURVIVES = "survives"
    """By family: family, share."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, the kind of its cells, whether an account holder may have written them, and their meaning."""

    name: str
    kind: Kind = Kind.TEXT
    decimals: int = 0
    is_untrusted: bool = False
    means: str = ""
    formerly: str = ""
    """The name that it had until this release, under which its cells are written once more."""
    repeats: str = ""
    """For such a former name: the column whose cells it has."""

    @property
    def source(self) -> str:
        """The name under which its cells are made."""
        return self.repeats or self.name


@dataclass(frozen=True, slots=True)
class Table:
    """A published table: its name, its columns, and what a row is.

    The name is that of its file without the ending, its key in ``rings.json``, or its name in SQL.
    """

    name: str
    fields: tuple[Field, ...]
    row: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return tuple(field.name for field in self.fields)

    def filled(self, rows: Iterable[Sequence[Any]]) -> tuple[tuple[Any, ...], ...]:
        """Rows of its own columns, with the cells of renamed ones once more under their former names."""
        own = [field.name for field in self.fields if not field.repeats]
        places = [own.index(field.source) for field in self.fields]
        return tuple(tuple(row[place] for place in places) for row in rows)

    @property
    def untrusted(self) -> list[str]:
        """The names of the columns that an account holder may have written."""
        return [field.name for field in self.fields if field.is_untrusted]

    @property
    def file(self) -> str:
        """The path of a stored table in the folder of a run.

        Examples
        --------
        >>> DECLARED["stored"]["rings"].file
        'tables/rings.parquet'
        """
        return f"{FOLDER}/{self.name}.parquet"


FOLDER: Final = "tables"
"""Of the stored tables, within a run's folder."""


def _tables(declared: dict[str, dict[str, Any]]) -> dict[str, Table]:
    return {name: Table(name, _fields(each["columns"]), each.get("row", "")) for name, each in declared.items()}


def _fields(columns: dict[str, dict[str, Any]]) -> tuple[Field, ...]:
    """Read columns. Those that were renamed come once more, at the end and under their former names."""
    fields = [Field(name, **facts | {"kind": Kind(facts.get("kind", "text"))}) for name, facts in columns.items()]
    former = [
        replace(each, name=each.formerly, means=f"the former name of `{each.name}`", formerly="", repeats=each.name)
        for each in fields
        if each.formerly
    ]
    return (*fields, *former)


DECLARED: Final = {
    kind: _tables(tables)
    for kind, tables in tomllib.loads(Path(__file__).with_name("columns.toml").read_text("utf-8")).items()
}
"""By kind (files, case, graph, stored) and by name."""
