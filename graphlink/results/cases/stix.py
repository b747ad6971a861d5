"""A case as a STIX 2.1 bundle, for platforms that exchange findings: accounts, signals, and sightings of both.

Ids are made from what they name, so the same case gives the same bytes, and an address has the same id as from other
producers. A signal becomes an indicator only if nobody outside the ring and nobody doubtful inside it has it. Values
that innocent people use appear among the observations, but in no pattern that could be blocked.
"""

import ipaddress
import json
import re
import tomllib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import pandas as pd
from pandas._libs.tslibs.nattype import NaTType

from graphlink.engine.ranks import number_rows
from graphlink.model.findings import COORDINATED, Tier
from graphlink.model.times import NO_TIME
from graphlink.model.weeks import DAY
from graphlink.results.cases.case import Case
from graphlink.results.ring_sentences import TIER_MEANING, TIER_WORDS, caution, finding
from graphlink.results.tables import time_integers
from graphlink.results.text import iso
from graphlink.words.sentences import counted

Object = dict[str, Any]
Pair = tuple[str, str]
"""The type and the value of a signal."""
ByPair = Mapping[Pair, Object]

_STIX: Final = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""The standard's own namespace: equal observables have equal ids, whoever makes them."""
_OURS: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://graphlink.invalid/stix")

_SIGNAL: Final = "graphlink-signal"
_MOST_OBSERVED: Final = 999_999_999
_ADDRESS_DAYS: Final = 30
"""An address is an indicator for this many days after its last sighting, since addresses change hands."""

_MAIL: Final = re.compile(r"[^\s@]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_DOMAIN: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9-]+)+")
_NUMBER: Final = re.compile(r"(?:AS|as)?([0-9]{1,10})")

_FIXED: Final = tomllib.loads(Path(__file__).with_name("stix.toml").read_text("utf-8"))
_AMBER: Final[Object] = _FIXED["amber"]


def write_stix(file: BinaryIO, case: Case) -> None:
    """Write the bundle, one object a line."""
    bundle = stix_bundle(case)
    file.write(b'{"type":"bundle","id":' + _dumps(bundle["id"]) + b',"objects":[\n')
    file.write(b",\n".join(map(_dumps, bundle["objects"])))
    file.write(b"\n]}\n")


def stix_bundle(case: Case) -> Object:
    """Make the bundle of a case."""
    made = _Maker(case)
    people = {row["account_id"]: made.account(row) for row in _records(case.members)}
    signals = {(row["signal_type"], row["signal_value"]): row for row in _records(case.run.findings.signals)}
    shared = {pair: made.signal(row) for pair, row in signals.items()}
    seen = dict(_observations(case, made, people, shared))
    told = [made.ring([*people.values(), *shared.values(), *seen.values()]), *_notes(case, made, people)]
    indicators = list(_indicators(case, made, signals, shared, seen))
    objects = [*people.values(), *shared.values(), *seen.values(), *told, *indicators]
    unique = {each["id"]: each for each in objects}
    head = [_AMBER, made.identity, made.extension]
    ordered = [*head, *sorted(unique.values(), key=lambda each: (each["type"], each["id"]))]
    return {"type": "bundle", "id": _id("bundle", "\n".join(each["id"] for each in ordered)), "objects": ordered}


class _Maker:
    """Makes objects with the fields that all share: ids, times, author and marking."""

    def __init__(self, case: Case) -> None:
        self._case = case
        # No file contains the clock's time: a bundle is dated by its data.
        self.now = _time(max(case.run.manifest.as_of, 0))
        self._scope = f"{case.run_digest} {case.ring.ring_id}"
        self.identity = self._dated(_FIXED["identity"] | {"id": _id("identity", "graphlink")})
        del self.identity["created_by_ref"]
        self.extension = self._dated(_FIXED["extension"] | {"id": _id("extension-definition", "signal 1")})

    def _dated(self, properties: Object) -> Object:
        common = {
            "spec_version": "2.1",
            "created": self.now,
            "modified": self.now,
            "created_by_ref": _id("identity", "graphlink"),
            "object_marking_refs": [_AMBER["id"]],
        }
        return common | properties

    def object(self, kind: str, name: str, properties: Object) -> Object:
        """Make a domain object; ``name`` separates it from others of its kind within a case."""
        return self._dated({"type": kind, "id": _id(kind, f"{self._scope} {name}"), **properties})

    def _observable(self, kind: str, identity: Object, more: Object | None = None) -> Object:
        # Sorted keys, no blanks and plain characters are what the standard asks for in ids (RFC 8785).
        text = json.dumps(identity, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return {
            "type": kind,
            "spec_version": "2.1",
            "id": f"{kind}--{uuid.uuid5(_STIX, text)}",
            "object_marking_refs": [_AMBER["id"]],
            **identity,
            **(more or {}),
        }

    def account(self, row: Mapping[str, Any]) -> Object:
        """An account; the notes give its tier and explain it."""
        created = {} if pd.isna(row["created_at"]) else {"account_created": _time(_integer(row["created_at"]))}
        return self._observable("user-account", {"user_id": row["account_id"]}, created)

    def signal(self, row: Mapping[str, Any]) -> Object:
        """A signal, as a standard type if one fits."""
        kind, value = row["signal_type"], row["signal_value"]
        known = None if self._case.key_id else _standard(kind, value)
        if known is not None:
            return self._observable(*known)
        extension = {self.extension["id"]: {"extension_type": "new-sco"}}
        more = {"family": row["family"], "provenance": row["provenance"], "extensions": extension}
        return self._observable(_SIGNAL, {"signal_type": kind, "value": value}, more)

    def ring(self, members: Iterable[Object]) -> Object:
        """The ring: what was found, with how much confidence, and what it is not."""
        ring = self._case.ring
        told = [finding(ring), caution(ring), "A ring is a finding to be checked, not a verdict; a person must decide."]
        return self.object(
            "grouping",
            "ring",
            {
                "name": f"{ring.ring_id}: {ring.assessment}",
                "description": " ".join(filter(None, told)),
                "context": "suspicious-activity" if ring.assessment == COORDINATED else "unspecified",
                "object_refs": sorted({each["id"] for each in members}),
            },
        )


def _standard(kind: str, value: str) -> tuple[str, Object] | None:
    """The standard's type for a signal, if its value has that type's form."""
    if kind in {"ip", "ip24", "ip64"}:
        try:
            return f"ipv{ipaddress.ip_interface(value).version}-addr", {"value": value}
        except ValueError:
            return None
    if kind in _FORMS:
        name, form = _FORMS[kind]
        return (name, {"value": value}) if form.fullmatch(value) else None
    number = _NUMBER.fullmatch(value) if kind == "asn" else None
    return ("autonomous-system", {"number": int(number[1])}) if number else None


_FORMS: Final = {"email": ("email-addr", _MAIL), "email_domain": ("domain-name", _DOMAIN)}


def _observations(case: Case, made: _Maker, people: Object, shared: ByPair) -> Iterator[tuple[Pair, Object]]:
    """For each signal with known times: the ring's accounts with it, and when."""
    names = ["signal_type", "signal_value"]
    for _, rows in case.evidence.groupby(number_rows(case.evidence, names), sort=False):
        pair = str(rows["signal_type"].iloc[0]), str(rows["signal_value"].iloc[0])
        known = rows.dropna(subset=["first_seen", "last_seen"])
        if pair not in shared or not len(known):
            continue
        properties = {
            "first_observed": _time(int(time_integers(known["first_seen"]).min())),
            "last_observed": _time(int(time_integers(known["last_seen"]).max())),
            "number_observed": min(int(known["count"].sum()), _MOST_OBSERVED),
            "object_refs": [shared[pair]["id"], *sorted(people[name]["id"] for name in set(known["account_id"]))],
        }
        yield pair, made.object("observed-data", shared[pair]["id"], properties)


def _notes(case: Case, made: _Maker, people: Mapping[str, Object]) -> Iterator[Object]:
    """For each tier: who is in it and what that means."""
    for tier in Tier:
        names = case.members.loc[case.members["tier"] == str(tier), "account_id"]
        if len(names):
            yield made.object(
                "note",
                str(tier),
                {
                    "abstract": f"{case.ring.ring_id}, {TIER_WORDS[tier]}: {counted(len(names), 'account')}",
                    "content": TIER_MEANING[tier],
                    "object_refs": sorted(people[name]["id"] for name in names),
                },
            )


def _indicators(case: Case, made: _Maker, signals: ByPair, shared: ByPair, seen: ByPair) -> Iterator[Object]:
    """Signals that only the ring has, each as a pattern with its observation."""
    if case.ring.assessment != COORDINATED or case.key_id is not None:
        return  # a pseudonym matches nothing in the real world
    doubtful = case.evidence[~case.evidence["tier"].isin([str(Tier.CORE), str(Tier.PROBABLE)])]
    innocent = set(zip(doubtful["signal_type"], doubtful["signal_value"], strict=True))
    for pair, row in signals.items():
        if not row["passes"] or row["accounts_outside"] or pair in innocent:
            continue
        first, last = _integer(row["first_seen"]), _integer(row["last_seen"])
        properties = {
            "name": f"{row['signal_type']} of {case.ring.ring_id} alone",
            "description": f"Borne by {counted(row['accounts_in_ring'], 'account')} of the ring and by nobody else in "
            "the data. A person must look at every account that has it.",
            "indicator_types": ["anomalous-activity"],
            "pattern": _pattern(shared[pair]),
            "pattern_type": "stix",
            "valid_from": made.now if first == NO_TIME else _time(first),
        }
        if row["family"] == "network" and last != NO_TIME:
            properties["valid_until"] = _time(last + _ADDRESS_DAYS * DAY)
        indicator = made.object("indicator", shared[pair]["id"], properties)
        yield indicator
        if pair in seen:
            ends = {"source_ref": indicator["id"], "target_ref": seen[pair]["id"]}
            yield made.object("relationship", shared[pair]["id"], {"relationship_type": "based-on", **ends})


def _pattern(signal: Mapping[str, Any]) -> str:
    kind = signal["type"]
    if kind == _SIGNAL:
        return f"[{kind}:signal_type = {_quoted(signal['signal_type'])} AND {kind}:value = {_quoted(signal['value'])}]"
    if kind == "autonomous-system":
        return f"[{kind}:number = {signal['number']}]"
    return f"[{kind}:value = {_quoted(signal['value'])}]"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _id(kind: str, name: str) -> str:
    return f"{kind}--{uuid.uuid5(_OURS, f'{kind} {name}')}"


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", frame.to_dict("records"))


def _integer(moment: pd.Timestamp | NaTType) -> int:
    return NO_TIME if pd.isna(moment) else int(moment.timestamp()) * 1_000_000


def _time(microseconds: int) -> str:
    return iso(microseconds).replace("Z", ".000Z")


def _dumps(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
