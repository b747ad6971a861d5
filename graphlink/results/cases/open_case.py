"""Make a ``Case`` from the folder of a finished run and the name of a ring, without analysing again.

Every file is first compared with the digest in the run's manifest, so a case rests only on what the run wrote. Numbers
that were published in rounded form are taken as published, so a case and the report agree.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from graphlink.engine.files import DOCUMENT, open_file, parse_json, read_file
from graphlink.model.calibration import Calibration
from graphlink.model.findings import TIERS, Campaign, Chance, Check, Factor, Findings, Ring, Stability, Totals
from graphlink.model.reading import Reading
from graphlink.model.rows import InputFile, Notice, RowCounts
from graphlink.model.run import Manifest, Run
from graphlink.model.sightings import Accounts, Sightings
from graphlink.model.times import NO_TIME, Moments
from graphlink.results.cases.case import CASE_EVIDENCE, CASE_MEMBERS, Case
from graphlink.results.columns import Kind, Table
from graphlink.results.publish.publish import MANIFEST
from graphlink.results.questions.folder import OpenRun, open_run
from graphlink.results.questions.known import split_names
from graphlink.results.questions.naming import find_named
from graphlink.results.run_folder import RINGS_JSON
from graphlink.results.stored_schema import ACCOUNTS, EVIDENCE, MEMBERS, RINGS, SIGHTINGS, SIGNALS, TRACE
from graphlink.results.tables import DTYPES, HUBS, published_frame
from graphlink.results.tables import MEMBERS as MEMBER_ROWS
from graphlink.results.tables import SIGNALS as SIGNAL_ROWS
from graphlink.words.errors import InputError, Place

Record = dict[str, Any]

_TIMES: Final = "datetime64[us, UTC]"
_SHARES: Final = ["over_seeds", "over_losses"]
_SECTIONS: Final = ("campaigns", "chance", "stability")
_USED: Final = (RINGS_JSON, *(each.file for each in (ACCOUNTS, EVIDENCE, MEMBERS, RINGS, SIGHTINGS, SIGNALS, TRACE)))


def open_case(folder: Path, name: str) -> Case:
    """Open a run and collect what it published of one ring.

    Raises
    ------
    InputError
        GL501 to GL503 if the folder is no finished run or was changed; GL504 if it has no ring of that name.
    """
    with open_run(folder) as run:
        ring_id = str(find_named(run, f"ring:{name.removeprefix('ring:')}").key)
        try:
            return _case(run, ring_id)
        except (KeyError, IndexError, TypeError, ValueError):
            what = "its files cannot be understood: made by another version"
            raise InputError("GL503", folder, what, "run the analysis again") from None


def _case(run: OpenRun, ring_id: str) -> Case:
    content = read_file(run.folder / MANIFEST, DOCUMENT, follow=False)
    manifest = parse_json(content)
    written = manifest["outputs"] | manifest["inputs"]["outputs"]
    for name in _USED:
        if name in written:
            _compare(run.folder, name, str(written[name]["sha256"]))
    sections = _read_sections(run.folder / RINGS_JSON)
    (ring,) = run.records(_RING, ring_id)
    tiers = [tier.value for tier in TIERS]
    member_records = run.records(_MEMBERS, ring_id, tiers)
    members, signals = _frame(member_records, CASE_MEMBERS), _frame(run.records(_SIGNALS, ring_id), SIGNAL_ROWS)
    traced = _TRACED if TRACE.file in written else _UNTRACED
    evidence = _frame(run.records(_ties(traced), ring_id, ring_id, ring_id, tiers), CASE_EVIDENCE)
    findings = Findings(
        rings=(_ring(ring),),
        members=members[list(MEMBER_ROWS.columns)],
        signals=signals,
        tied=evidence[["account_id", "signal_type", "signal_value", "first_seen", "last_seen", "count"]].assign(
            ring_id=ring_id
        ),
        hubs=_frame([], HUBS),
        calibration=Calibration(**manifest["calibration"]),
        totals=Totals(**manifest["totals"]),
        chance=_chance(sections.get("chance"), ring),
        stability=_stability(sections.get("stability"), ring, member_records),
        campaigns=_campaigns(sections.get("campaigns") or [], ring["campaign"]),
    )
    made = Run(_reading(manifest), findings, _manifest(manifest))
    n_rings = int(run.rows("SELECT count(*) FROM rings")[0][0])
    return Case(made, members, evidence, n_rings, hashlib.sha256(content).hexdigest())


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
    """Return the sections of ``rings.json`` that are no tables; each is a line."""
    sections = {}
    with path.open("rb") as file:
        for line in file:
            name, _, rest = line.partition(b":")
            if name.strip(b'"').decode("ascii", "replace") in _SECTIONS:
                sections[json.loads(name)] = json.loads(rest.rstrip(b",\n"))
    return sections


# --- the ring and its tables ------------------------------------------------------------------------------------------


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

_TRACED: Final = "SELECT account, signal, source, line FROM trace WHERE ring_id = ?"
_UNTRACED: Final = "SELECT 0 AS account, 0 AS signal, NULL AS source, NULL AS line WHERE ? IS NULL"


def _ties(traced: str) -> str:
    """Who has which signal, with the row that shows it, in the order of the members and then of the signals.

    Step by step: a plan that first joins millions of sightings with millions of names runs out of memory.
    """
    return f"""
        WITH inside AS MATERIALIZED (SELECT account, tier, confidence, n_links FROM members WHERE ring_id = ?),
            telling AS MATERIALIZED (SELECT signal, accounts_in_ring, accounts_outside FROM evidence WHERE ring_id = ?),
            ties AS MATERIALIZED (
                SELECT account, signal, first_seen, last_seen, count FROM sightings
                WHERE account IN (SELECT account FROM inside) AND signal IN (SELECT signal FROM telling)
            ),
            traced AS MATERIALIZED ({traced})
        SELECT account_id, tier, signal_type, signal_value, family, provenance, epoch_us(ties.first_seen) AS first_seen,
            epoch_us(ties.last_seen) AS last_seen, count, accounts_in_ring, accounts_outside, bits, source, line
        FROM ties JOIN inside USING (account) JOIN telling USING (signal) LEFT JOIN traced USING (account, signal)
            JOIN accounts USING (account) JOIN signals USING (signal)
        ORDER BY list_position(?, tier), confidence DESC, n_links DESC, account, bits * accounts_in_ring DESC, signal
    """  # noqa: S608  our names


def _ring(record: Record) -> Ring:
    counts = ("members", "core", "probable", "peripheral", "possible_victims", "cells")
    return Ring(
        **{name: record[name] for name in ("ring_id", "rank", "score", "assessment", "headline")},
        **{f"n_{name}": record[name] for name in counts},
        families=split_names(record["families"]),
        first_seen=NO_TIME if record["first_seen"] is None else record["first_seen"],
        last_seen=NO_TIME if record["last_seen"] is None else record["last_seen"],
        factors=tuple(Factor(**each) for each in record["factors"]),
        checks=tuple(Check(**each) for each in record["checks"]),
        survives=tuple((each["family"], each["share"]) for each in record["survives"]),
        campaign=record["campaign"] or "",
    )


def _frame(records: Sequence[Record], table: Table) -> pd.DataFrame:
    """Turn a table's records into the columns that the reporters take."""
    kinds = DTYPES | {Kind.TIME: "Int64"}
    types = {field.name: "Int64" if field.name == "line" else kinds[field.kind] for field in table.fields}
    frame = pd.DataFrame(records, columns=list(types), dtype=object).astype(types)
    times = (field.name for field in table.fields if field.kind is Kind.TIME)
    moments = {name: pd.to_datetime(frame[name], unit="us", utc=True).astype(_TIMES) for name in times}
    return published_frame(table, frame.assign(**moments))


def _chance(section: Record | None, ring: Record) -> Chance | None:
    return None if section is None else Chance(**section | {"q_values": {ring["ring_id"]: ring["q_value"]}})


def _stability(section: Record | None, ring: Record, members: Sequence[Record]) -> Stability | None:
    """The shares of the ring and of its members."""
    if section is None:
        return None
    told = {name: section[name] for name in ("n_seeds", "n_losses", "lost_share")}
    return Stability(**told, rings=_shares([ring], "ring_id"), members=_shares(members, "ring_id", "account_id"))


def _shares(records: Sequence[Record], *names: str) -> pd.DataFrame:
    return pd.DataFrame(records, columns=[*names, *_SHARES]).astype(dict.fromkeys(_SHARES, np.float64))


def _campaigns(section: Sequence[Record], campaign_id: str | None) -> tuple[Campaign, ...]:
    return tuple(
        Campaign(**each | {"ring_ids": tuple(each["ring_ids"]), "families": tuple(each["families"])})
        for each in section
        if each["campaign_id"] == campaign_id
    )


# --- the run ----------------------------------------------------------------------------------------------------------


def _reading(manifest: Record) -> Reading:
    """What was read, as far as a case tells of it: no account and no sighting."""
    none, texts, never = np.zeros(0, np.int32), pa.array([], pa.string()), Moments.of(np.zeros(0, np.int64))
    nobody = Accounts(texts, np.zeros(0, np.int64), none, none, none)
    inputs = manifest["inputs"]
    pseudonyms = manifest.get("pseudonyms") or {}
    return Reading(
        sightings=Sightings(nobody, (), none.astype(np.int16), texts, none, none, never, never, count=none),
        inputs=tuple(
            InputFile(
                **{fact: file[fact] for fact in ("name", "format", "shape", "sha256")},
                path=None,
                n_bytes=file["bytes"],
                rows=RowCounts(**file["rows"]),
            )
            for file in inputs["files"]
        ),
        rows=RowCounts(**manifest["rows"]),
        rejects=(),
        notices=tuple(Notice(each["code"], each["text"], each["about_files"]) for each in inputs["notices"]),
        placeholders=manifest["placeholders"],
        digest=manifest["data_digest"],
        key_id=pseudonyms.get("key_id"),
    )


def _manifest(manifest: Record) -> Manifest:
    window = {name: _microseconds(time) for name, time in manifest["window"].items()}
    same = ("graphlink", "versions", "config_digest", "config", "data_digest", "seed")
    return Manifest(
        **{name: manifest[name] for name in same},
        command=tuple(manifest["inputs"]["command"]),
        as_of=window["as_of"],
        window_start=window["start"],
        window_end=window["end"],
    )


def _microseconds(text: str) -> int:
    return int(pd.Timestamp(text).timestamp()) * 1_000_000 if text else NO_TIME
