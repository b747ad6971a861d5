"""The tables of a case pack, declared once: CSV for a spreadsheet, and ``case.json`` as their lossless twin."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import BinaryIO, Final

import pandas as pd

from graphlink.results.cases.case import Case
from graphlink.results.cases.drafts import draft_statements
from graphlink.results.columns import DECLARED, Table
from graphlink.results.files.json_files import write_records
from graphlink.results.tables import MEMBERS, SIGNALS, UNTRUSTED_OF_RINGS

FORMAT: Final = "graphlink-case"
"""Marks the manifest of a case pack, and with it the folder, as ours."""
FORMAT_VERSION: Final = 1
"""Version of ``case.json`` and ``manifest.json``. 1: first version."""

_MORE_OF_MEMBERS, CASE_EVIDENCE, CASE_TOLD = (DECLARED["case"][name] for name in ("members", "evidence", "told"))
CASE_MEMBERS: Final = Table("members", (*MEMBERS.fields, *_MORE_OF_MEMBERS.fields))
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
