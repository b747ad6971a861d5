"""Connections to a state file, with the same settings for every reader and writer."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from graphlink.words.errors import MachineError, Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SETTINGS: Final = (
    ("journal_mode", "DELETE", "delete"),  # a write-ahead log fails on network file systems, and had a race condition
    ("synchronous", "EXTRA", 3),  # syncs the folder too, so that a commit survives a power cut
    ("foreign_keys", "ON", 1),
    ("trusted_schema", "OFF", 0),  # views and triggers of an edited file cannot call our functions
    ("cell_size_check", "ON", 1),
    ("secure_delete", "ON", 1),  # overwrites deleted names
    ("mmap_size", "0", 0),  # reports an I/O error as an error, not as a signal
    ("temp_store", "MEMORY", 2),  # VACUUM leaves nothing in /tmp
    ("cache_size", "-262144", -262144),  # KiB: reads every page once; a state of 50 MB was read twenty times
)
_PATIENCE: Final = 10.0
"""Seconds that SQLite waits for another connection."""


@contextmanager
def connect(path: Path, *, read_only: bool) -> Iterator[sqlite3.Connection]:
    """Open a connection to a state file with the common settings."""
    mode = "ro" if read_only else "rw"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=_PATIENCE
    )
    try:
        yield connection
    finally:
        connection.close()


def prepare(connection: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    """Apply the settings and check each one.

    Raises
    ------
    MachineError
        If SQLite does not accept a setting.
    """
    for name, value, expected in _SETTINGS:
        connection.execute(f"PRAGMA {name} = {value}").fetchall()
        row = connection.execute(f"PRAGMA {name}").fetchone()
        if row is not None and row[0] != expected:
            raise MachineError(
                "GL812", Place(str(path)), f"SQLite does not set {name} to {value}", "take another build"
            )
    if read_only:
        connection.execute("PRAGMA query_only = ON")
