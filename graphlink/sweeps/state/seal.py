"""The seal: a digest of every byte of the state, stored beside it, which detects even unused bits that changed.

It is broken before a change and set after it. A state with a broken seal was interrupted during a change: SQLite
repairs it, and the digest chain checks the result.
"""

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graphlink.engine.files import load_json
from graphlink.sweeps.state.folder import SEAL, replace_file

_MOST_BYTES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Seal:
    """SHA-256 of the state file after its last change, and that change's number."""

    generation: int
    sha256: str


def break_seal(folder: Path) -> None:
    """Mark that a change has started.

    Raises
    ------
    OSError
        If the disk fails.
    """
    replace_file(folder / SEAL, b'{"state": "being written"}\n')


def set_seal(folder: Path, connection: sqlite3.Connection, generation: int) -> None:
    """Store the digest of the state's current bytes.

    Raises
    ------
    OSError
        If the disk fails; the seal then stays broken.
    """
    seal = {"generation": generation, "sha256": digest_bytes(connection)}
    replace_file(folder / SEAL, json.dumps(seal, sort_keys=True).encode() + b"\n")


def read_seal(folder: Path) -> Seal | None:
    """Read the seal. None while it is broken, or if it was never set.

    Raises
    ------
    ValueError
        If the file holds anything else.
    """
    try:
        document = load_json(folder / SEAL, _MOST_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(error.strerror) from None
    if document == {"state": "being written"}:
        return None
    if not isinstance(document, dict) or document.keys() != {"generation", "sha256"}:
        message = "not a seal"
        raise ValueError(message)
    return Seal(int(document["generation"]), str(document["sha256"]))


def digest_bytes(connection: sqlite3.Connection) -> str:
    """SHA-256 of the file, read through SQLite: closing a second handle would release SQLite's locks."""
    return hashlib.sha256(connection.serialize()).hexdigest()
