"""DuckDB that can read only the given files, since queries and files may be hostile."""

import glob
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import duckdb

MEMORY: Final = "2GB"
"""Limit for a hostile or careless query. Reading itself streams."""


def closed_connection(paths: Iterable[str]) -> duckdb.DuckDBPyConnection:
    """Open DuckDB in memory with access to the given paths and nothing else.

    It uses one thread, since sums of several differ in their last digits. It loads no extension, opens no other file
    and takes no Python variable for a table. No query can change these settings.

    Parameters
    ----------
    paths
        Absolute paths without links. A name that is also a pattern is read under its escaped form.
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
    # Without external access, a name such as a[1] must be allowed both as it is and escaped.
    allowed = dict.fromkeys(form for path in paths for form in (path, glob.escape(path)))
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_paths = [{', '.join(quoted(path) for path in allowed)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def utf8_path(path: Path) -> str:
    """A path for DuckDB, which knows only UTF-8, whatever the locale is.

    Raises
    ------
    UnicodeDecodeError
        If a part of the path is not UTF-8.
    """
    return os.fsencode(path).decode()


def quoted(text: str) -> str:
    """Quote a text for SQL where no parameter is allowed.

    Examples
    --------
    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"
