"""Make a ``Case`` from the folder of a finished run and the name of a ring, without analysing again.

Numbers that were published in rounded form are taken as published, so a case and the report agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from graphlink.engine.ranks import ranks
from graphlink.model.arrays import Int32s
from graphlink.model.calibration import Calibration
from graphlink.model.findings import Campaign, Chance, Check, Factor, Findings, Ring, Stability, Totals
from graphlink.model.reading import Reading
from graphlink.model.rows import InputFile, Notice, RowCounts
from graphlink.model.run import Manifest, Run
from graphlink.model.sightings import Accounts, Sightings
from graphlink.model.signals import Provenance, SignalType
from graphlink.model.text import TEXT
from graphlink.model.times import NO_TIME, Moments
from graphlink.results.cases.case import Case
from graphlink.results.cases.published import Published, Record, read_published
from graphlink.results.columns import Kind, Table
from graphlink.results.questions.folder import open_run
from graphlink.results.questions.naming import find_named
from graphlink.results.tables import HUBS, MEMBERS, SIGNALS, published_frame, time_integers
from graphlink.words.errors import InputError

_TIMES: Final = "datetime64[us, UTC]"
STATED: Final = ("status", "plan", "country")
"""The columns of an account's attributes in the export."""


def open_case(folder: Path, name: str) -> Case:
    """Open a run and collect what it published of one ring.

    Raises
    ------
    InputError
        GL501 to GL503 if the folder is no finished run or was changed; GL504 if it has no ring of that name.
    """
    with open_run(folder) as run:
        ring_id = str(find_named(run, f"ring:{name.removeprefix('ring:')}").key)
        published = read_published(run, ring_id)
        n_rings = int(run.rows("SELECT count(*) FROM rings")[0][0])
    try:
        return _case(published, n_rings)
    except (KeyError, IndexError, TypeError, ValueError):
        what = "its files cannot be understood: made by another version"
        raise InputError("GL503", folder, what, "run the analysis again") from None


def _case(published: Published, n_rings: int) -> Case:
    ring = _ring(published.ring)
    members, signals = _frame(published.members, MEMBERS), _frame(published.signals, SIGNALS)
    for column in STATED:
        members[column] = pd.array([record[column] for record in published.members], dtype=TEXT)
    evidence = _evidence(published, members, signals)
    findings = Findings(
        rings=(ring,),
        members=members[list(MEMBERS.columns)],
        signals=signals,
        tied=evidence[["account_id", "signal_type", "signal_value", "first_seen", "last_seen", "count"]].assign(
            ring_id=ring.ring_id
        ),
        hubs=_frame([], HUBS),
        calibration=Calibration(**published.manifest["calibration"]),
        totals=Totals(**published.manifest["totals"]),
        chance=_chance(published.sections.get("chance"), published.ring),
        stability=_stability(published.sections.get("stability"), published),
        campaigns=_campaigns(published.sections.get("campaigns") or [], ring.campaign),
    )
    run = Run(_reading(published.manifest, members, signals), findings, _manifest(published.manifest))
    return Case(run, members, evidence, n_rings, published.digest)


# --- the ring and its tables ------------------------------------------------------------------------------------------


def _ring(record: Record) -> Ring:
    counts = ("members", "core", "probable", "peripheral", "possible_victims", "cells")
    return Ring(
        **{name: record[name] for name in ("ring_id", "rank", "score", "assessment", "headline")},
        **{f"n_{name}": record[name] for name in counts},
        families=tuple(record["families"].split("; ")) if record["families"] else (),
        first_seen=NO_TIME if record["first_seen"] is None else record["first_seen"],
        last_seen=NO_TIME if record["last_seen"] is None else record["last_seen"],
        factors=tuple(Factor(each["name"], each["points"], each["because"]) for each in record["factors"]),
        checks=tuple(Check(each["explanation"], each["fits"], each["because"]) for each in record["checks"]),
        survives=tuple((each["family"], each["share"]) for each in record["survives"]),
        campaign=record["campaign"] or "",
    )


def _frame(records: Sequence[Record], table: Table) -> pd.DataFrame:
    """Turn a table's records into the columns that the reporters take."""
    columns: dict[str, Any] = {}
    for field in table.fields:
        cells = [record[field.name] for record in records]
        if field.kind is Kind.TIME:
            moments = pd.Series(pd.array(cells, dtype="Int64"))
            columns[field.name] = pd.to_datetime(moments, unit="us", utc=True).astype(_TIMES)
        elif field.kind in (Kind.TEXT, Kind.NAMES):
            columns[field.name] = pd.array(cells, dtype=TEXT)
        else:
            kinds = {Kind.COUNT: np.int64, Kind.DECIMAL: np.float64, Kind.FLAG: np.bool_}
            columns[field.name] = np.array([np.nan if cell is None else cell for cell in cells], kinds[field.kind])
    return published_frame(table, pd.DataFrame(columns))


def _evidence(published: Published, members: pd.DataFrame, signals: pd.DataFrame) -> pd.DataFrame:
    """Who has which signal, with the row that shows it, in the order of the members and then of the signals."""
    names = ["account_id", "signal_type", "signal_value", "first_seen", "last_seen", "count", "account", "signal"]
    ties = pd.DataFrame(published.ties, columns=names)
    ties = ties.astype({"account_id": TEXT, "signal_type": TEXT, "signal_value": TEXT})
    for column in ("first_seen", "last_seen"):
        ties[column] = pd.to_datetime(ties[column].astype("Int64"), unit="us", utc=True).astype(_TIMES)
    traced = ties.merge(published.trace, on=["account", "signal"], how="left")
    bearer, bearer_of = ranks(traced["account_id"], members["account_id"])
    value, value_of = ranks(traced["signal_value"], signals["signal_value"])
    known = members[["tier"]].assign(bearer=bearer_of, member=np.arange(len(members)))
    facts = ["signal_type", "family", "provenance", "accounts_in_ring", "accounts_outside", "bits"]
    facts_of_signals = signals[facts].assign(value=value_of, place=np.arange(len(signals)))
    rows = traced.assign(bearer=bearer, value=value).merge(known, on="bearer")
    rows = rows.merge(facts_of_signals, on=["signal_type", "value"])
    rows = rows.sort_values(["member", "place"]).reset_index(drop=True)
    rows["source"] = pd.array(rows["source"].astype(object).where(rows["source"].notna(), None).tolist(), dtype=TEXT)
    rows["line"] = rows["line"].astype("Int64")
    return rows[
        [
            *("account_id", "tier", "signal_type", "signal_value", "family", "provenance", "first_seen", "last_seen"),
            *("count", "accounts_in_ring", "accounts_outside", "bits", "source", "line"),
        ]
    ]


def _chance(section: Record | None, ring: Record) -> Chance | None:
    return None if section is None else Chance(**section | {"q_values": {ring["ring_id"]: ring["q_value"]}})


def _stability(section: Record | None, published: Published) -> Stability | None:
    """The shares of the ring and of its members."""
    if section is None:
        return None
    shares = ["over_seeds", "over_losses"]
    rings, members = (
        pd.DataFrame(records, columns=columns).astype(dict.fromkeys(shares, np.float64))
        for records, columns in (
            ([published.ring], ["ring_id", *shares]),
            (published.members, ["ring_id", "account_id", *shares]),
        )
    )
    told = {name: section[name] for name in ("n_seeds", "n_losses", "lost_share")}
    return Stability(**told, rings=rings, members=members)


def _campaigns(section: Sequence[Record], campaign_id: str) -> tuple[Campaign, ...]:
    return tuple(
        Campaign(**each | {"ring_ids": tuple(each["ring_ids"]), "families": tuple(each["families"])})
        for each in section
        if each["campaign_id"] == campaign_id
    )


# --- the run ----------------------------------------------------------------------------------------------------------


def _reading(manifest: Record, members: pd.DataFrame, signals: pd.DataFrame) -> Reading:
    """What was read, as far as the run keeps it, with the ring's own accounts."""
    nothing = np.zeros(0, np.int64)
    kinds = signals.drop_duplicates("signal_type").sort_values("signal_type")
    types = tuple(
        SignalType(name, family, Provenance(provenance))
        for name, family, provenance in kinds[["signal_type", "family", "provenance"]].itertuples(index=False)
    )
    sightings = Sightings(
        accounts=case_accounts(members),
        types=types,
        signal_type=np.zeros(0, np.int16),
        signal_value=pa.array([], pa.string()),
        account=np.zeros(0, np.int32),
        signal=np.zeros(0, np.int32),
        first_seen=Moments.of(nothing),
        last_seen=Moments.of(nothing),
        count=nothing,
    )
    inputs = manifest["inputs"]
    pseudonyms = manifest.get("pseudonyms") or {}
    return Reading(
        sightings=sightings,
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


def case_accounts(members: pd.DataFrame) -> Accounts:
    """The members as accounts, sorted by id."""
    ordered = members.iloc[np.argsort(members["account_id"].map(str.encode).to_numpy())]
    status, statuses = _coded(ordered["status"])
    plan, plans = _coded(ordered["plan"])
    country, countries = _coded(ordered["country"])
    ids = pa.array(ordered["account_id"].tolist(), pa.string())
    return Accounts(ids, time_integers(ordered["created_at"]), plan, country, status, plans, countries, statuses)


def _coded(texts: pd.Series[str]) -> tuple[Int32s, tuple[str, ...]]:
    names = sorted(texts.dropna().unique(), key=str.encode)
    return pd.Categorical(texts, categories=names).codes.astype(np.int32), tuple(names)


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


# --- cells ------------------------------------------------------------------------------------------------------------


def _microseconds(text: str | None) -> int:
    return NO_TIME if not text else int(pd.Timestamp(text).timestamp()) * 1_000_000
