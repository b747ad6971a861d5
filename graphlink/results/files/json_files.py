"""The machine-readable side of a run: ``rings.json``, ``run.json`` and ``rejects.jsonl``.

``rings.json`` is the lossless twin of the CSV files: the same columns and printed numbers, with every string as read.
It stays below ``MOST`` bytes: of each table the first rows, in rank order. What it leaves out is counted in it.
Only ``rejects.jsonl`` and the inputs section of ``run.json`` name input files. Everything else has the same bytes
however the data was cut into files.
"""

import base64
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from io import BytesIO
from json.encoder import encode_basestring_ascii
from typing import BinaryIO, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.model.calibration import digest_calibration
from graphlink.model.findings import Findings, Ring, Stability
from graphlink.model.listing import Counted, count_groups
from graphlink.model.rows import InputFile, Reject
from graphlink.model.run import Run
from graphlink.results import tables
from graphlink.results.columns import Field, Kind, Table
from graphlink.results.files.trace_table import TRACE
from graphlink.results.formats import format_version
from graphlink.results.publish.publish import MANIFEST, RUN_FORMAT
from graphlink.results.text import iso

MOST: Final = 15_000_000
"""Bytes of ``rings.json`` at most; programs read larger documents slowly, or not at all."""

_SHARES: Final = {"rings": 0.35, "hubs": 0.05, "signals": 0.2, "members": 0.4}
"""Of the bytes: what each table may take, and what those before it leave."""

_FOLLOW_FILES: Final = ("rejects.jsonl", TRACE)
"""Outputs that name an input file or a line of it."""

_PLAIN: Final = r"[\x20\x21\x23-\x5B\x5D-\x7E]"
"""What JSON in ASCII holds unescaped."""

_COMPACT: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":"))

_CHUNK: Final = 1 << 16
"""Records turned into bytes at once, as for the CSV files."""

_RINGS: Final = 1 << 10
"""Rings turned into bytes at once: the reasons of each take some kilobytes."""


def write_rings_json(file: BinaryIO, run: Run) -> None:
    """Write every table, and the facts needed to read them, as one document with one record a line."""
    sections: dict[str, object] = {
        "calibration": _calibration_summary(run.findings),
        "campaigns": [asdict(campaign) for campaign in run.findings.campaigns],
        "chance": None if run.findings.chance is None else asdict(run.findings.chance),
        "config_digest": run.manifest.config_digest,
        "data_digest": run.manifest.data_digest,
        "format": "graphlink-rings",
        "format_version": format_version("rings.json"),
        "graphlink": run.manifest.graphlink,
        "rows": asdict(run.reading.rows),
        "seed": run.manifest.seed,
        "stability": _stability(run.findings.stability),
        "totals": asdict(run.findings.totals),
        "untrusted": {table.name: table.untrusted for table in tables.TABLES} | {"rings": tables.UNTRUSTED_OF_RINGS},
        "unlisted": _counted(count_groups(run.findings.unlisted)),
        "window": _window(run),
    }
    written = {name: _COMPACT.encode(section).encode() for name, section in sections.items()}
    fitting, left_out = _fitting_tables(run.findings, MOST - sum(map(len, written.values())))
    written |= fitting | {"left_out": _COMPACT.encode(left_out).encode()}
    for position, name in enumerate(sorted(written)):
        file.write(b"{\n" if position == 0 else b",\n")
        file.write(f"{encode_basestring_ascii(name)}:".encode())
        file.write(written[name])
    file.write(b"\n}\n")


def _fitting_tables(findings: Findings, room: int) -> tuple[dict[str, bytes], dict[str, int]]:
    """The records of each table that fit into so many bytes, and the numbers of those that do not."""
    frames = {table.name: (table, frame) for table, frame in tables.table_frames(findings).items()}
    written, left_out, free = {}, {}, 0
    for name, share in _SHARES.items():
        table, frame = frames[name]
        file, most = BytesIO(), int(share * room) + free
        left_out[name] = len(frame) - write_records(file, table, frame, findings.rings, most)
        written[name] = file.getvalue()
        free = most - len(written[name])
    return written, left_out


def write_rejects(file: BinaryIO, rejects: Iterable[Reject]) -> None:
    """Write a line for each rejected row; raw bytes that are no text are given in base64."""
    for reject in rejects:
        facts = {name: getattr(reject, name) for name in ("byte", "code", "column", "line", "reason", "source")}
        file.write(_COMPACT.encode(facts | _raw(reject.raw)).encode() + b"\n")


def write_run_json(file: BinaryIO, run: Run, outputs: Mapping[str, Mapping[str, object]]) -> None:
    """Write how the run can be repeated and checked; ``outputs`` maps each file's name to its digest and size."""
    manifest, findings, reading = run.manifest, run.findings, run.reading
    told = {name: {**facts, "format_version": format_version(name)} for name, facts in outputs.items()}
    document = {
        "calibration": _calibration(run),
        "calibration_digest": digest_calibration(findings.calibration),
        "config": dict(manifest.config),
        "config_digest": manifest.config_digest,
        "data_digest": manifest.data_digest,
        "degraded": run.degraded_by,
        "expected": _expected(findings),
        "format": RUN_FORMAT,
        "format_version": format_version(MANIFEST),
        "graphlink": manifest.graphlink,
        **({} if run.changes is None else {"history": run.changes.head}),
        "inputs": {
            "command": list(manifest.command),
            "files": [_input(source) for source in reading.inputs],
            "notices": [
                {"code": each.code, "text": each.text, "about_files": each.about_files} for each in reading.notices
            ],
            # Rejects and the trace name files and lines, so their digests follow the files too.
            "outputs": {name: facts for name, facts in told.items() if name in _FOLLOW_FILES},
        },
        "outputs": {name: facts for name, facts in told.items() if name not in _FOLLOW_FILES},
        "placeholders": dict(reading.placeholders),
        "pseudonyms": None if reading.key_id is None else {"key_id": reading.key_id},
        "rows": asdict(reading.rows),
        "seed": manifest.seed,
        "totals": asdict(findings.totals),
        "listed": _counted(count_groups(findings.rings)),
        "unlike": list(findings.unlike),
        "unlisted": _counted(count_groups(findings.unlisted)),
        "versions": dict(manifest.versions),
        "window": _window(run),
        **({"sampled": findings.sampled} if findings.sampled else {}),
    }
    text = json.dumps(document, sort_keys=True, ensure_ascii=True, allow_nan=False, indent=2)
    file.write(text.encode() + b"\n")


def write_records(
    file: BinaryIO, table: Table, frame: pd.DataFrame, rings: tuple[Ring, ...] = (), most: int | None = None
) -> int:
    """Write the rows of a table as an array, one record a line; records of rings include their reasons.

    Returns the number of rows that were written: all, or those that fit into ``most`` bytes.
    """
    file.write(b"[")
    free = sys.maxsize if most is None else most
    step = _RINGS if table is tables.RINGS else _CHUNK
    for start in range(0, len(frame), step):
        chunk = frame.iloc[start : start + step]
        columns = {field.name: _json_cells(chunk, field) for field in table.fields}
        if table is tables.RINGS:
            columns |= _reasons(rings[start : start + step])
        records = _records(columns)
        ends = np.cumsum(pc.binary_length(records).to_numpy() + 2)
        n_fit = int(np.searchsorted(ends, free, side="right"))
        if n_fit:
            file.write(b",\n" if start else b"\n")
            file.write(tables.lines_of(records[:n_fit], ",\n")[:-2])
            free -= int(ends[n_fit - 1])
        if n_fit < len(records):
            file.write(b"]")
            return start + n_fit
    file.write(b"]")
    return len(frame)


def _counted(groups: Iterable[Counted]) -> dict[str, dict[str, int]]:
    return {each.assessment: {"groups": each.groups, "accounts": each.accounts} for each in groups}


def _expected(findings: Findings) -> dict[str, object] | None:
    """How many of the first groups are expected to be wrong."""
    point = findings.operating_point
    if point is None:
        return None
    return {"ring_share": point.ring_share, "first": [each._asdict() for each in findings.expected]}


def _records(columns: Mapping[str, pa.LargeStringArray]) -> pa.LargeStringArray:
    pieces: list[pa.LargeStringArray | str] = []
    for position, name in enumerate(sorted(columns)):
        pieces += [f'{"," if position else "{"}"{name}":', columns[name]]
    return tables.join_text(*pieces, "}")


def _json_cells(frame: pd.DataFrame, field: Field) -> pa.LargeStringArray:
    cells = tables.column_text(frame, field)
    if field.kind is Kind.NAMES:
        cells = tables.map_distinct(cells, lambda names: json.dumps(names.split("; ") if names else []))
    elif field.kind is Kind.TEXT:
        cells = tables.map_unusual(cells, _PLAIN, encode_basestring_ascii, around='"')
    elif field.kind is Kind.TIME:
        cells = tables.join_text('"', cells, '"')
    return pc.fill_null(cells, "null")


def _reasons(rings: tuple[Ring, ...]) -> dict[str, pa.LargeStringArray]:
    """Return the reasons for a ring's score and assessment, which fit in no table."""
    told = {
        "checks": ([asdict(check) for check in ring.checks] for ring in rings),
        "factors": (
            [asdict(part) | {"points": round(part.points, 1) + 0.0} for part in ring.factors] for ring in rings
        ),
        "survives": ({family: round(share, 4) for family, share in ring.survives} for ring in rings),
    }
    return {name: pa.array(map(_COMPACT.encode, each), pa.large_string()) for name, each in told.items()}


def _stability(stability: Stability | None) -> dict[str, object] | None:
    """Return the shares of each ring; those of its members are in the table of members."""
    if stability is None:
        return None
    told = {name: getattr(stability, name) for name in ("lost_share", "n_losses", "n_seeds")}
    known = stability.rings.astype(object).where(stability.rings.notna(), None)  # a share that is not known is null
    return {**told, "rings": known.to_dict("records")}


def _calibration(run: Run) -> dict[str, object]:
    """Return the calibration with all digits; for a sweep also what chance explains, which the next sweep uses."""
    facts = asdict(run.findings.calibration)
    return facts if run.changes is not None else {name: facts[name] for name in facts if name not in _OF_CHANCE}


_OF_CHANCE: Final = ("chance_bits", "chance_rings")


def _calibration_summary(findings: Findings) -> dict[str, object]:
    calibration = findings.calibration
    bits = {name: round(getattr(calibration, name), 2) for name in ("prior_bits", "threshold_bits")}
    return {"base_rate": round(calibration.base_rate, 4), "n_accounts": calibration.n_accounts, **bits}


def _window(run: Run) -> dict[str, str]:
    manifest = run.manifest
    return {"as_of": iso(manifest.as_of), "start": iso(manifest.window_start), "end": iso(manifest.window_end)}


def _input(source: InputFile) -> dict[str, object]:
    # Without the path, which describes the machine; the name is the user's own.
    same = {name: getattr(source, name) for name in ("format", "name", "sha256", "shape")}
    return {"bytes": source.n_bytes, "rows": asdict(source.rows), **same}


def _raw(raw: bytes) -> dict[str, str]:
    try:
        return {"raw": raw.decode()}
    except UnicodeDecodeError:
        return {"raw_base64": base64.b64encode(raw).decode()}
