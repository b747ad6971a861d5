"""A case under pseudonyms: a case and a secret key go in, the same case without raw names comes out.

This is for packs that leave the organisation. Only the holder of the key can find the accounts behind the pseudonyms.
The ring's id changes too, since the run makes it from its members' names.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from graphlink.engine.ranks import ranks
from graphlink.model.fields import ACCOUNT
from graphlink.model.findings import TIERS, Findings, Ring
from graphlink.model.reading import Reading
from graphlink.model.rows import Notice
from graphlink.model.sweeps import OF_DECISIONS
from graphlink.model.text import TEXT
from graphlink.reading.categories import FEW
from graphlink.reading.notices import QUOTING
from graphlink.reading.pseudonyms import Key, pseudonym
from graphlink.results.cases.case import STATED, Case

_STRONGEST: Final = 3
_SHORTEST: Final = 4
_LEFT_OUT: Final = "what people decided, and why, may name somebody: it is left out under pseudonyms"


def exchange_names(case: Case, key: Key) -> Case:
    """Replace the names in a case and sort everything again, so that no order reveals the raw names.

    Raises
    ------
    ValueError
        If the names are pseudonyms already.
    """
    if case.key_id is not None:
        raise ValueError(f"names are pseudonyms already, under key {case.key_id}")
    signals = _exchanged(case.run.findings.signals, key)
    weight = (signals["bits"] * signals["accounts_in_ring"]).round(2)
    signals = _sorted(signals, {"weight": False, "signal_type": True, "signal_value": True}, weight=weight)
    evidence = _exchanged(case.evidence, key)
    members = _exchanged(case.members, key)
    for column in STATED:
        members[column] = _categories(members[column], column, key)
    members["strongest"] = members["account_id"].map(_strongest(evidence)).fillna("").astype(TEXT)
    turn = {"turn": True, "confidence": False, "n_links": False, "account_id": True}
    members = _sorted(members, turn, turn=members["tier"].map(TIERS.index))
    evidence = _sorted_evidence(evidence, members, signals)
    ring_id = _short(key, case.ring.ring_id)
    members, signals = members.assign(ring_id=ring_id), signals.assign(ring_id=ring_id)
    findings = _exchange_findings(case.run.findings, key, ring_id)
    findings = replace(
        findings,
        rings=(_exchange_texts(findings.rings[0], _names(case, key)),),
        members=members[list(case.run.findings.members.columns)],
        signals=signals,
        tied=evidence[list(case.run.findings.ties.columns.drop("ring_id"))].assign(ring_id=ring_id),
    )
    # Plain digests of few rows, or of a query with a name in it, could be found by trying.
    manifest = replace(
        case.run.manifest,
        data_digest=_keyed(key, case.run.manifest.data_digest),
        config_digest=_keyed(key, case.run.manifest.config_digest),
        config={},
        command=(),
    )
    run = replace(case.run, reading=_exchange_reading(case.run.reading, key), findings=findings, manifest=manifest)
    return Case(run, members, evidence, case.n_rings, _keyed(key, case.run_digest))


def _exchanged(frame: pd.DataFrame, key: Key) -> pd.DataFrame:
    """Return the frame with ids and values replaced."""
    new = frame.copy()
    if "account_id" in frame:
        new["account_id"] = pd.array([pseudonym(key, ACCOUNT, each) for each in frame["account_id"]], dtype=TEXT)
    if "signal_value" in frame:
        pairs = zip(frame["signal_type"], frame["signal_value"], strict=True)
        new["signal_value"] = pd.array([pseudonym(key, kind, value) for kind, value in pairs], dtype=TEXT)
    return new


def _categories(texts: pd.Series[str], kind: str, key: Key) -> pd.Series[str]:
    """Keep attributes that several members share; replace the others, which may be a note about one person."""
    (rank,) = ranks(texts)
    borne = np.bincount(rank + 1, minlength=1)[rank + 1]
    return texts.where(texts.isna() | (borne >= FEW), texts.dropna().map(lambda text: pseudonym(key, kind, text)))


def _sorted(frame: pd.DataFrame, rising: Mapping[str, bool], **by: pd.Series) -> pd.DataFrame:
    """Sort rows by some columns, and by what stands for columns that the frame lacks."""
    order = frame.assign(**by).sort_values(list(rising), ascending=list(rising.values())).index
    return frame.loc[order].reset_index(drop=True)


def _sorted_evidence(evidence: pd.DataFrame, members: pd.DataFrame, signals: pd.DataFrame) -> pd.DataFrame:
    known = members[["account_id"]].assign(member=np.arange(len(members)))
    notice = signals[["signal_type", "signal_value"]].assign(place=np.arange(len(signals)))
    placed = evidence.merge(known, on="account_id").merge(notice, on=["signal_type", "signal_value"])
    return placed.sort_values(["member", "place"]).drop(columns=["member", "place"]).reset_index(drop=True)


def _strongest(evidence: pd.DataFrame) -> dict[str, str]:
    """The three strongest signals of each member, worded as in the report."""
    ordered = evidence.sort_values(
        ["account_id", "bits", "accounts_in_ring", "signal_type", "signal_value"],
        ascending=[True, False, False, True, True],
    )
    first = ordered[ordered.groupby("account_id").cumcount() < _STRONGEST]
    words = first["signal_type"] + " " + first["signal_value"]
    joined = words.groupby(first["account_id"]).agg("; ".join)
    return dict(zip(joined.index.astype(str), joined, strict=True))


def _exchange_findings(findings: Findings, key: Key, ring_id: str) -> Findings:
    (ring,) = findings.rings
    campaign = _short(key, ring.campaign) if ring.campaign else ""
    chance, stability = findings.chance, findings.stability
    return replace(
        findings,
        rings=(replace(ring, ring_id=ring_id, campaign=campaign),),
        chance=chance and replace(chance, q_values={ring_id: chance.q_values[ring.ring_id]}),
        stability=stability
        and replace(
            stability,
            rings=stability.rings.assign(ring_id=ring_id),
            members=_exchanged(stability.members, key).assign(ring_id=ring_id),
        ),
        campaigns=tuple(
            replace(
                each,
                campaign_id=_short(key, each.campaign_id),
                ring_ids=tuple(_short(key, other) for other in each.ring_ids),
            )
            for each in findings.campaigns
        ),
    )


def _names(case: Case, key: Key) -> dict[str, str]:
    """The pseudonym of every name that a sentence could contain; replacing shorter names would damage other words."""
    pairs = [(ACCOUNT, name) for name in case.members["account_id"]]
    pairs += zip(case.evidence["signal_type"], case.evidence["signal_value"], strict=True)
    others = {each.other_ring for each in case.ring.factors} - {""}
    short = {ring_id: _short(key, ring_id) for ring_id in others}
    return short | {name: pseudonym(key, kind, name) for kind, name in pairs if len(name) >= _SHORTEST}


def _exchange_texts(ring: Ring, names: dict[str, str]) -> Ring:
    """Replace names in the ring's sentences and drop decisions, since their notes may name people."""
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    pattern = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")

    def exchanged(text: str) -> str:
        return pattern.sub(lambda found: names[found[0]], text)

    return replace(
        ring,
        headline=exchanged(ring.headline),
        factors=tuple(replace(each, because=exchanged(each.because)) for each in ring.factors),
        checks=tuple(
            replace(each, because=_LEFT_OUT if each.explanation in OF_DECISIONS else exchanged(each.because))
            for each in ring.checks
        ),
    )


def _exchange_reading(reading: Reading, key: Key) -> Reading:
    notice = Notice("GL325", f"names are pseudonyms under key {key.key_id}", about_files=False)
    return replace(
        reading,
        inputs=tuple(replace(each, sha256=_keyed(key, each.sha256)) for each in reading.inputs),
        # Notices of the files may name a column, and with JSON a column may be a name. What others quote may be borne
        # by none of the members, and then nothing here says what to exchange it for.
        notices=(*(each for each in reading.notices if not each.about_files and each.code not in QUOTING), notice),
        digest=_keyed(key, reading.digest),
        key_id=key.key_id,
    )


def _short(key: Key, minted: str) -> str:
    """A ring's or campaign's id under a key, in the usual form of an id."""
    head, _, _ = minted.partition("-")
    return f"{head}-{_keyed(key, minted)[:10].upper()}"


def _keyed(key: Key, text: str) -> str:
    return hmac.digest(key.secret, b"graphlink\0" + text.encode(), "sha256").hex()
