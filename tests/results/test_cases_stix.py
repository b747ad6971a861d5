"""The STIX bundle: what the reference library accepts, and no pattern that an innocent account would match."""

import io
import json
import uuid
from collections import Counter
from dataclasses import replace

import case_worlds
import pytest
import stix2
from report_worlds import harmless, hostile
from stix2.properties import StringProperty
from stix2patterns.validator import run_validator

from graphlink.reading.pseudonyms import Key
from graphlink.results.cases.exchange import exchange_names
from graphlink.results.cases.stix import stix_bundle, write_stix

KEY = Key(bytes(range(32)))


def extension_id():
    return objects(case_worlds.case_by_hand(), "extension-definition")[0]["id"]


def objects(case, kind=None):
    """The objects of a bundle: all, or those of one type."""
    return [each for each in stix_bundle(case)["objects"] if kind in (None, each["type"])]


@pytest.fixture(scope="module", autouse=True)
def signal_type():
    """Teach the library the type that the bundle's own extension definition declares, as a receiver would."""

    @stix2.v21.CustomObservable(
        "graphlink-signal",
        [
            ("signal_type", StringProperty(required=True)),
            ("value", StringProperty(required=True)),
            ("family", StringProperty()),
            ("provenance", StringProperty()),
        ],
        ["signal_type", "value"],
        extension_name=extension_id(),
    )
    class Signal:
        pass

    return Signal


def written(case):
    file = io.BytesIO()
    write_stix(file, case)
    return file.getvalue()


@pytest.mark.parametrize("disguise", [harmless, hostile])
@pytest.mark.parametrize("exchanged", [False, True])
def test_the_reference_library_accepts_the_bundle(disguise, exchanged):
    case = case_worlds.case_by_hand(disguise)
    case = exchange_names(case, KEY) if exchanged else case
    bundle = stix2.parse(written(case), allow_custom=False)
    assert len(bundle.objects) == len(objects(case))
    assert {"user-account", "grouping", "note", "observed-data"} <= {each["type"] for each in bundle.objects}


def test_observables_have_the_ids_that_every_producer_gives_them():
    for each in objects(case_worlds.case_by_hand()):
        if each["type"] in ("user-account", "ipv4-addr", "domain-name"):
            made = {"user-account": stix2.UserAccount, "ipv4-addr": stix2.IPv4Address, "domain-name": stix2.DomainName}
            name = "user_id" if each["type"] == "user-account" else "value"
            assert each["id"] == made[each["type"]](**{name: each[name]}).id


def test_the_same_case_gives_the_same_bytes_and_every_id_is_once_in_it():
    one, two = written(case_worlds.case_by_hand()), written(case_worlds.case_by_hand())
    assert one == two
    counts = Counter(each["id"] for each in json.loads(one)["objects"])
    assert set(counts.values()) == {1}
    assert all(uuid.UUID(name.partition("--")[2]).version in (4, 5) for name in counts)


def test_every_reference_stands_in_the_bundle():
    told = objects(case_worlds.case_by_hand())
    known = {each["id"] for each in told}
    for each in told:
        refs = [*each.get("object_refs", []), *each.get("object_marking_refs", [])]
        refs += [value for name, value in each.items() if name.endswith("_ref")]
        assert set(refs) <= known


def indicated(case):
    return {each["name"].partition(" ")[0]: each["pattern"] for each in objects(case, "indicator")}


def alone(case):
    """The same case where nobody outside bears any signal."""
    signals = case.run.findings.signals.assign(accounts_outside=0, passes=True)
    return replace(case, run=replace(case.run, findings=replace(case.run.findings, signals=signals)))


def test_what_outsiders_bear_too_is_no_indicator():
    case = case_worlds.case_by_hand()
    outside = case.run.findings.signals.set_index("signal_type")["accounts_outside"]
    assert outside.max() > 0
    for kind in indicated(case):
        assert outside[[kind]].min() == 0
    assert len(indicated(alone(case))) > len(indicated(case))


def test_what_a_possible_victim_or_a_peripheral_account_bears_is_no_indicator():
    case = alone(case_worlds.case_by_hand())
    doubtful = case.evidence[case.evidence["tier"].isin(["possible_victim", "peripheral"])]
    assert len(doubtful)
    patterns = [each["pattern"] for each in objects(case, "indicator")]
    assert patterns
    for value in doubtful["signal_value"]:
        assert not any(f"'{value}'" in pattern for pattern in patterns)


@pytest.mark.parametrize("assessment", ["organisation", "household", "inconclusive"])
def test_a_group_that_is_not_called_coordinated_gives_no_indicator(assessment):
    case = alone(case_worlds.case_by_hand())
    ring = replace(case.ring, assessment=assessment)
    case = replace(case, run=replace(case.run, findings=replace(case.run.findings, rings=(ring,))))
    assert indicated(case) == {}
    (grouping,) = objects(case, "grouping")
    assert grouping["context"] == "unspecified"


def test_a_pseudonym_is_no_indicator():
    assert indicated(exchange_names(alone(case_worlds.case_by_hand()), KEY)) == {}


@pytest.mark.parametrize("disguise", [harmless, hostile])
def test_patterns_are_valid_and_match_one_value(disguise):
    case = alone(case_worlds.case_by_hand(disguise))
    patterns = [each["pattern"] for each in objects(case, "indicator")]
    assert patterns
    for pattern in patterns:
        assert run_validator(pattern, stix_version="2.1") == []


def test_hostile_text_stands_in_values_and_patterns_alone():
    for each in objects(case_worlds.case_by_hand(hostile)):
        trusted = {name: value for name, value in each.items() if name not in ("value", "user_id", "pattern")}
        assert "alert(" not in json.dumps(trusted)
        assert "\x1b" not in json.dumps(trusted, ensure_ascii=False)


def test_personal_data_is_marked_and_no_clock_is_read():
    case = case_worlds.case_by_hand()
    for each in objects(case):
        assert each["type"] == "marking-definition" or each["object_marking_refs"]
        if each["type"] in ("grouping", "note", "observed-data"):
            assert each["created"] == each["modified"]
            assert each["created"].startswith("2026-0")


def test_sightings_without_times_are_no_observations():
    case = case_worlds.case_by_hand()
    untimed = case.evidence.assign(first_seen=case.evidence["first_seen"].where(case.evidence["line"] < 0))
    case = replace(case, evidence=untimed)
    assert not objects(case, "observed-data")
    stix2.parse(written(case), allow_custom=False)
