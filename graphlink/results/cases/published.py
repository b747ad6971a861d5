"""What a run published of one ring: its records in ``rings.json`` and its rows in the stored tables.

Every file is first compared with the digest in the run's manifest, so a case rests only on what the run wrote.
``rings.json`` holds one record a line; only the lines of the ring are parsed.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from graphlink.engine.files import DOCUMENT, open_file, parse_json, read_file
from graphlink.results.publish.publish import MANIFEST
from graphlink.results.questions.folder import OpenRun
from graphlink.results.run_folder import RINGS_JSON
from graphlink.results.stored_schema import ACCOUNTS, EVIDENCE, MEMBERS, RINGS, SIGHTINGS, SIGNALS, TRACE
from graphlink.words.errors import InputError, Place

Record = dict[str, Any]

_SECTIONS: Final = ("campaigns", "chance", "stability")
_TABLES: Final = ("members", "rings", "signals")
_USED: Final = (RINGS_JSON, *(each.file for each in (ACCOUNTS, EVIDENCE, MEMBERS, RINGS, SIGHTINGS, SIGNALS, TRACE)))

# Step by step: a plan that first joins millions of sightings with millions of names runs out of memory.
_TIES: Final = """
    WITH inside AS MATERIALIZED (SELECT account FROM members WHERE ring_id = ?),
        telling AS MATERIALIZED (SELECT signal FROM evidence WHERE ring_id = ?),
        ties AS MATERIALIZED (
            SELECT account, signal, first_seen, last_seen, count FROM sightings
            WHERE account IN (SELECT account FROM inside) AND signal IN (SELECT signal FROM telling)
        )
    SELECT account_id, signal_type, signal_value, epoch_us(ties.first_seen), epoch_us(ties.last_seen), count,
        account, signal
    FROM ties JOIN accounts USING (account) JOIN signals USING (signal)
    ORDER BY account, signal
"""
_TRACED: Final = ("account", "signal", "source", "line")
_TRACE: Final = f"SELECT {', '.join(_TRACED)} FROM trace WHERE ring_id = ?"  # noqa: S608  our names
_STATED: Final = """
    SELECT account_id, plan, country, status FROM members JOIN accounts USING (account) WHERE ring_id = ?
"""


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """A run's manifest and its digest, the sections of ``rings.json``, and a ring's records and rows."""

    manifest: Record
    digest: str
    sections: Record
    records: dict[str, list[Record]]
    ties: list[tuple[Any, ...]]
    stated: list[tuple[Any, ...]]
    trace: pd.DataFrame
    """account, signal, source, line."""


def read_published(run: OpenRun, ring_id: str) -> Published:
    """Read what a run published of a ring.

    Raises
    ------
    InputError
        GL503 if a file is missing or is not the one that the run wrote.
    """
    manifest, digest = _read_manifest(run.folder)
    written = manifest["outputs"] | manifest["inputs"]["outputs"]
    for name in _USED:
        if name in written:
            _compare(run.folder, name, str(written[name]["sha256"]))
    sections, records = _read_records(run.folder / RINGS_JSON, ring_id)
    return Published(
        manifest,
        digest,
        sections,
        records,
        ties=run.rows(_TIES, ring_id, ring_id),
        stated=run.rows(_STATED, ring_id),
        trace=pd.DataFrame(run.rows(_TRACE, ring_id) if TRACE.file in written else [], columns=list(_TRACED)),
    )


def _read_manifest(folder: Path) -> tuple[Record, str]:
    """Return the manifest of a folder that was opened as a run's."""
    content = read_file(folder / MANIFEST, DOCUMENT, follow=False)
    return parse_json(content), hashlib.sha256(content).hexdigest()


def _compare(folder: Path, name: str, wanted: str) -> None:
    where = Place(str(folder / name))
    try:
        with open_file(folder / name, follow=False) as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise InputError("GL503", where, "missing, or not a regular file", "run the analysis again") from None
    if found != wanted:
        raise InputError("GL503", where, "changed since the run wrote it", "run the analysis again")


def _read_records(path: Path, ring_id: str) -> tuple[Record, dict[str, list[Record]]]:
    """Return the sections in full, and of each table the records of one ring."""
    sections: Record = {}
    records: dict[str, list[Record]] = {name: [] for name in _TABLES}
    mark = f'"ring_id":{json.dumps(ring_id)}'.encode()
    table = ""
    with path.open("rb") as file:
        for line in file:
            if line.startswith(b'"'):
                name, _, rest = line.partition(b":")
                table = json.loads(name)
                if table in _SECTIONS:
                    sections[table] = json.loads(rest.rstrip(b",\n"))
            elif table in records and mark in line:
                # The bracket that closes a table stands behind its last record.
                record = json.loads(line.rstrip(b",\n").removesuffix(b"]"))
                if record["ring_id"] == ring_id:
                    records[table].append(record)
    return sections, records
