"""The folder of a case pack: a ``Case`` goes in; either all of its files come out, or none."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

import pandas as pd

from graphlink.results.cases.case import CASE_EVIDENCE, CASE_MEMBERS, CASE_TABLES, CASE_TOLD, Case
from graphlink.results.cases.drafts import draft_statements
from graphlink.results.cases.stix import write_stix
from graphlink.results.columns import Table
from graphlink.results.files.csv_files import sheets, write_csv
from graphlink.results.files.graph_files import write_gexf, write_graphml
from graphlink.results.files.json_files import write_records
from graphlink.results.formats import format_version
from graphlink.results.page.html_page import write_case_page
from graphlink.results.publish.publish import Found, check_destination, create_file, file_facts, publish_folder
from graphlink.results.tables import SIGNALS, UNTRUSTED_OF_RINGS
from graphlink.results.text import iso

MANIFEST: Final = "manifest.json"
PAGE: Final = "report.html"


def check_pack(out: Path, *, force: bool) -> Found:
    """Refuse a destination that a case pack must not replace; returns what is there.

    Raises
    ------
    DestinationError
        If it is something other than an empty folder or, with ``force``, the folder of an earlier pack.
    """
    return check_destination(out, FORMAT, force=force, manifest=MANIFEST, what="a case pack")


def write_pack(case: Case, out: Path, *, force: bool = False) -> tuple[Path, ...]:
    """Write every file of a case into a new folder, which appears only when all files are complete.

    Returns
    -------
    The files, in the order in which a reader wants them; the report comes first.

    Raises
    ------
    OSError
        If the folder may not be replaced or the disk fails. Nothing has changed then.
    """
    found = check_pack(out, force=force)
    return tuple(out / name for name in publish_folder(out, partial(_write_files, case), found))


def _write_files(case: Case, folder: Path) -> list[str]:
    findings = case.run.findings
    statuses = case.members["status"].fillna("").to_numpy(dtype=object)
    writers: dict[str, Callable[[BinaryIO], None]] = {
        PAGE: lambda file: write_case_page(file, case.run, statuses, n_rings=case.n_rings),
        "case.json": lambda file: write_case_json(file, case),
        "graph.gexf": lambda file: write_gexf(file, findings),
        "graph.graphml": lambda file: write_graphml(file, findings),
        "stix.json": lambda file: write_stix(file, case),
    }
    for name, write in writers.items():
        with create_file(folder, name) as file:
            write(file)
    names = [*writers, *_write_tables(case, folder)]
    with create_file(folder, MANIFEST) as file:
        _write_manifest(file, case, {name: file_facts(folder / name) for name in sorted(names)})
    return [*names, MANIFEST]


def _write_tables(case: Case, folder: Path) -> list[str]:
    names = []
    for table, frame in case_frames(case).items():
        for name, part in sheets(table, frame):
            with create_file(folder, name) as file:
                write_csv(file, table, part)
            names.append(name)
    return names


def _write_manifest(file: BinaryIO, case: Case, outputs: Mapping[str, Mapping[str, object]]) -> None:
    """Record what the case was made from and the digest of every file."""
    run = case.run
    document = {
        "format": FORMAT,
        "format_version": format_version(MANIFEST, _FOLDER),
        "graphlink": run.manifest.graphlink,
        "outputs": {
            name: {**facts, "format_version": format_version(name, _FOLDER)} for name, facts in outputs.items()
        },
        "pseudonyms": None if case.key_id is None else {"key_id": case.key_id},
        "ring_id": case.ring.ring_id,
        "run": {
            "as_of": iso(run.manifest.as_of),
            "config_digest": run.manifest.config_digest,
            "data_digest": run.manifest.data_digest,
            "inputs": [
                {"name": each.name, "sha256": each.sha256, "bytes": each.n_bytes, "rows": asdict(each.rows)}
                for each in run.reading.inputs
            ],
            "manifest_sha256": case.run_digest,
            "seed": run.manifest.seed,
            "window": [iso(run.manifest.window_start), iso(run.manifest.window_end)],
        },
    }
    file.write(json.dumps(document, sort_keys=True, ensure_ascii=True, allow_nan=False, indent=2).encode() + b"\n")


FORMAT: Final = "graphlink-case"
"""Marks the manifest of a case pack, and with it the folder, as ours."""
_FOLDER: Final = "case"
"""Names its formats."""


def case_frames(case: Case) -> dict[Table, pd.DataFrame]:
    """Fill every table of a case; under pseudonyms there are no drafts."""
    frames = {CASE_MEMBERS: case.members, SIGNALS: case.run.findings.signals, CASE_EVIDENCE: case.evidence}
    return frames if case.key_id is not None else {**frames, CASE_TOLD: draft_statements(case)}


def write_case_json(file: BinaryIO, case: Case) -> None:
    """Write every table in full, one record a line, with the facts of the ring."""
    facts: dict[str, object] = {
        "format": FORMAT,
        "format_version": format_version("case.json", _FOLDER),
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
