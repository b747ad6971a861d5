"""The tables of a case pack, declared once: CSV for a spreadsheet, and ``case.json`` as their lossless twin."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from graphlink.results.cases.drafts import draft_statements
from graphlink.results.files.json_files import write_records
from graphlink.results.tables import MEMBERS, SIGNALS, UNTRUSTED_OF_RINGS, Field, Kind, Table

if TYPE_CHECKING:
    from typing import BinaryIO

    import pandas as pd

    from graphlink.results.cases.case import Case

FORMAT: Final = "graphlink-case"
"""Marks the manifest of a case pack, and with it the folder, as ours."""
FORMAT_VERSION: Final = 1
"""Version of ``case.json`` and ``manifest.json``. 1: first version."""

CASE_MEMBERS: Final = Table(
    "members",
    (
        *MEMBERS.fields,
        Field("status", is_untrusted=True),
        Field("plan", is_untrusted=True),
        Field("country", is_untrusted=True),
    ),
)
CASE_EVIDENCE: Final = Table(
    "evidence",
    (
        Field("account_id", is_untrusted=True),
        Field("tier"),
        Field("signal_type"),
        Field("signal_value", is_untrusted=True),
        Field("family"),
        Field("provenance"),
        Field("first_seen", Kind.TIME),
        Field("last_seen", Kind.TIME),
        Field("count", Kind.COUNT),
        Field("accounts_in_ring", Kind.COUNT),
        Field("accounts_outside", Kind.COUNT),
        Field("bits", Kind.DECIMAL, 2),
        Field("source", is_untrusted=True),
        Field("line", Kind.COUNT),
    ),
)
CASE_TOLD: Final = Table(
    "told",
    (Field("account_id", is_untrusted=True), Field("tier"), Field("draft", is_untrusted=True)),
)
CASE_TABLES: Final = (CASE_MEMBERS, SIGNALS, CASE_EVIDENCE, CASE_TOLD)


def case_frames(case: Case) -> dict[Table, pd.DataFrame]:
    """Fill every table of a case; under pseudonyms there are no drafts."""
    frames = {CASE_MEMBERS: case.members, SIGNALS: case.run.findings.signals, CASE_EVIDENCE: case.evidence}
    return frames if case.key_id is not None else {**frames, CASE_TOLD: draft_statements(case)}


def write_case_json(file: BinaryIO, case: Case) -> None:
    """Write every table in full, one record a line, with the facts of the ring."""
    facts: dict[str, object] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "ring": {name: value for name, value in asdict(case.ring).items() if name not in ("first_seen", "last_seen")},
        "rings_in_run": case.n_rings,
        "untrusted": {table.name: table.untrusted for table in CASE_TABLES} | {"ring": UNTRUSTED_OF_RINGS},
    }
    file.write(b"{\n")
    lines = (
        f"{json.dumps(name)}:{json.dumps(facts[name], sort_keys=True, allow_nan=False)},\n" for name in sorted(facts)
    )
    file.writelines(line.encode() for line in lines)
    for position, (table, frame) in enumerate(case_frames(case).items()):
        file.write(b",\n" if position else b"")
        file.write(f"{json.dumps(table.name)}:".encode())
        write_records(file, table, frame)
    file.write(b"\n}\n")
