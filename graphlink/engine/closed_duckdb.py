"""DuckDB closed to everything but the files that it is given: queries may come from anyone, and files from anywhere."""

from __future__ import annotations

import glob
import os
from typing import TYPE_CHECKING, Final

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MEMORY: Final = "2GB"
"""Of a hostile or careless query; reading itself streams."""


def closed_connection(paths: Iterable[str]) -> duckdb.DuckDBPyConnection:
    """Open DuckDB in memory so that it reads the paths listed and reaches nothing else.

    One thread, since sums of several differ in their last digits; no extension is fetched, no other file opened, no
    Python variable taken for a table, and no query can change that.

    Parameters
    ----------
    paths
        Absolute and without links on the way. A name that reads as a pattern is read under its escaped form.
    """
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "memory_limit": MEMORY,
            "max_temp_directory_size": "0B",
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        },
    )
    # With external access off, a name such as a[1] is read only where it is allowed both as it is and escaped.
    allowed = dict.fromkeys(form for path in paths for form in (path, glob.escape(path)))
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_paths = [{', '.join(quoted(path) for path in allowed)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def utf8_path(path: Path) -> str:
    """A path as DuckDB takes it, which knows UTF-8 alone, whatever the locale has Python make of a name.

    Raises
    ------
    UnicodeDecodeError
        If a name on the way is no UTF-8.
    """
    return os.fsencode(path).decode()


def quoted(text: str) -> str:
    """Write a text as SQL does, where no parameter may stand.

    Examples
    --------
    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
