"""What a run stored of one ring, listed or not: its rows in the tables, and what ``rings.json`` says of all rings.

Every file is first compared with the digest in the run's manifest, so a case rests only on what the run wrote.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from graphlink.engine.files import DOCUMENT, open_file, parse_json, read_file
from graphlink.model.findings import TIERS
from graphlink.results.publish.publish import MANIFEST
from graphlink.results.questions.folder import OpenRun
from graphlink.results.run_folder import RINGS_JSON
from graphlink.results.stored_schema import ACCOUNTS, EVIDENCE, MEMBERS, RINGS, SIGHTINGS, SIGNALS, TRACE
from graphlink.words.errors import InputError, Place

Record = dict[str, Any]

_SECTIONS: Final = ("campaigns", "chance", "stability")
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


def _seconds(column: str) -> str:
    """A time of a table as microseconds, cut to seconds as in the published files."""
    return f"epoch_us(date_trunc('second', {column})) AS {column.partition('.')[2] or column}"


_RING: Final = f"""
    SELECT * EXCLUDE (first_seen, last_seen), {_seconds("first_seen")}, {_seconds("last_seen")}
    FROM rings WHERE ring_id = ?
"""  # noqa: S608  our names
_MEMBERS: Final = f"""
    SELECT account_id, members.* EXCLUDE (account, first_seen, last_seen), rank, assessment, plan, country, status,
        {_seconds("accounts.created_at")}, {_seconds("members.first_seen")}, {_seconds("members.last_seen")}
    FROM members JOIN accounts USING (account) JOIN rings USING (ring_id) WHERE ring_id = ?
    ORDER BY list_position(?, tier), confidence DESC, n_links DESC, account
"""  # noqa: S608  our names
_SIGNALS: Final = f"""
    SELECT evidence.* EXCLUDE (signal, first_seen, last_seen), signal_type, signal_value, family, provenance,
        coordinated_share, bits, passes, accounts_in_ring / (members + possible_victims) AS share_of_ring,
        {_seconds("evidence.first_seen")}, {_seconds("evidence.last_seen")}
    FROM evidence JOIN signals USING (signal) JOIN rings USING (ring_id) WHERE ring_id = ?
    ORDER BY signals.bits * accounts_in_ring DESC, signal
"""  # noqa: S608  our names


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """A run's manifest and its digest, sections of ``rings.json``, and a ring's rows. Times are microseconds."""

    manifest: Record
    digest: str
    sections: Record
    ring: Record
    members: list[Record]
    signals: list[Record]
    ties: list[tuple[Any, ...]]
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
    (ring,) = run.records(_RING, ring_id)
    return Published(
        manifest,
        digest,
        _read_sections(run.folder / RINGS_JSON),
        ring,
        members=run.records(_MEMBERS, ring_id, [tier.value for tier in TIERS]),
        signals=run.records(_SIGNALS, ring_id),
        ties=run.rows(_TIES, ring_id, ring_id),
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


def _read_sections(path: Path) -> Record:
    """Return the sections that are no tables; each is a line."""
    sections = {}
    with path.open("rb") as file:
        for line in file:
            name, _, rest = line.partition(b":")
            if name.strip(b'"').decode("ascii", "replace") in _SECTIONS:
                sections[json.loads(name)] = json.loads(rest.rstrip(b",\n"))
    return sections
