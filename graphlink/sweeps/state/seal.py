"""The seal: what the state was after its last change, signed, which detects even unused bits that changed.

Before a change it says from which change on the state is being written, after it the digest of every byte. A state that
is being written, though nobody writes, was interrupted: the next writer lets SQLite repair it, and the digest chain
checks the result. Without a seal, or under one that another key signed, nothing is known of the file.
"""

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graphlink.engine.files import load_json
from graphlink.sweeps.state.chain import Head, read_head
from graphlink.sweeps.state.folder import SEAL, replace_file
from graphlink.sweeps.state.key import Keys, sign

_MOST_BYTES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Seal:
    """The newest change, and SHA-256 of the state file after it. None while a further change is being written."""

    head: Head
    content: str | None


def break_seal(folder: Path, key: Keys, head: Head) -> None:
    """Mark that a change has started.

    Raises
    ------
    OSError
        If the disk fails.
    """
    _write(folder, key, Seal(head, None))


def set_seal(folder: Path, connection: sqlite3.Connection, key: Keys) -> None:
    """Store the digest of the state's current bytes.

    Raises
    ------
    OSError
        If the disk fails; the seal then stays broken.
    """
    _write(folder, key, Seal(read_head(connection), digest_bytes(connection)))


def read_seal(folder: Path, key: Keys) -> Seal:
    """Read the seal.

    Raises
    ------
    ValueError
        If it is missing, holds anything else, or was signed with another key.
    """
    try:
        document = load_json(folder / SEAL, _MOST_BYTES)
        seal = Seal(Head(int(document["generation"]), str(document["digest"])), document["content"])
        expected = _document(seal, key) | ({} if key else {"signature": document.get("signature")})
    except (OSError, KeyError, TypeError, ValueError) as error:
        message = "its seal is missing" if isinstance(error, FileNotFoundError) else "its seal cannot be read"
        raise ValueError(message) from None
    if document != expected:
        message = "its seal was not made with this key"
        raise ValueError(message)
    return seal


def digest_bytes(connection: sqlite3.Connection) -> str:
    """SHA-256 of the file, read through SQLite: closing a second handle would release SQLite's locks."""
    return hashlib.sha256(connection.serialize()).hexdigest()


def _write(folder: Path, key: Keys, seal: Seal) -> None:
    replace_file(folder / SEAL, json.dumps(_document(seal, key), sort_keys=True).encode() + b"\n")


def _document(seal: Seal, key: Keys) -> dict[str, object]:
    state = "being written" if seal.content is None else "whole"
    facts = {"state": state, "generation": seal.head.generation, "digest": seal.head.digest, "content": seal.content}
    return {**facts, "signature": sign(key.seal, json.dumps(facts, sort_keys=True))}
