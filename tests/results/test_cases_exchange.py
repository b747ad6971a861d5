"""A case under pseudonyms: the same case, no raw name, and no order that tells of the raw ones."""

import json
from dataclasses import replace

import case_worlds
import pandas as pd
import pytest
from report_worlds import harmless, hostile

from graphlink.model.findings import ANOTHER_RING, Check, Factor
from graphlink.model.rows import Notice
from graphlink.reading.pseudonyms import Key, pseudonym
from graphlink.results.cases.exchange import exchange_names
from graphlink.results.cases.pack import write_pack

KEY = Key(bytes(range(32)))
OTHER = Key(bytes(range(1, 33)))


@pytest.fixture(scope="module", params=[harmless, hostile], ids=lambda each: each.__name__)
def case(request):
    return case_worlds.case_by_hand(request.param)


@pytest.fixture(scope="module")
def exchanged(case):
    return exchange_names(case, KEY)


def test_every_row_says_the_same_under_other_names(case, exchanged):
    for before, after in (
        (case.evidence, exchanged.evidence),
        (case.run.findings.signals, exchanged.run.findings.signals),
        (case.members, exchanged.members),
    ):
        wanted = before.copy()
        if "account_id" in wanted:
            wanted["account_id"] = [pseudonym(KEY, "account_id", name) for name in wanted["account_id"]]
        if "signal_value" in wanted:
            pairs = zip(wanted["signal_type"], wanted["signal_value"], strict=True)
            wanted["signal_value"] = [pseudonym(KEY, kind, value) for kind, value in pairs]
        told = [name for name in wanted if name not in ("ring_id", "strongest", "status", "plan", "country")]
        order = [name for name in ("account_id", "signal_type", "signal_value") if name in told]
        left, right = (frame[told].sort_values(order).reset_index(drop=True) for frame in (wanted, after))
        pd.testing.assert_frame_equal(left, right, check_dtype=False)


def test_the_strongest_signals_are_told_by_their_pseudonyms(exchanged):
    borne = exchanged.evidence.groupby("account_id")[["signal_type", "signal_value"]].apply(
        lambda rows: set(rows["signal_type"] + " " + rows["signal_value"])
    )
    for account, told in zip(exchanged.members["account_id"], exchanged.members["strongest"], strict=True):
        if told:
            assert set(told.split("; ")) <= borne[account]


def test_no_order_tells_of_the_raw_names(exchanged):
    rows = exchanged.members[["tier", "confidence", "account_id"]]
    tiers = ["core", "probable", "peripheral", "possible_victim"]
    keys = [(tiers.index(tier), -confidence, account) for tier, confidence, account in rows.itertuples(index=False)]
    assert keys == sorted(keys)
    signals = exchanged.run.findings.signals
    weights = (signals["bits"] * signals["accounts_in_ring"]).round(2)
    told = list(zip(-weights, signals["signal_type"], signals["signal_value"], strict=True))
    assert told == sorted(told)


def test_the_ring_has_another_id_that_depends_on_the_key(case, exchanged):
    ids = {case.ring.ring_id, exchanged.ring.ring_id, exchange_names(case, OTHER).ring.ring_id}
    assert len(ids) == 3
    assert exchanged.ring.ring_id == exchange_names(case, KEY).ring.ring_id
    assert set(exchanged.members["ring_id"]) == {exchanged.ring.ring_id}


def test_no_file_of_the_pack_holds_a_raw_name(case, exchanged, tmp_path):
    write_pack(exchanged, tmp_path / "case")
    raw = {*case.members["account_id"], *case.evidence["signal_value"], case.ring.ring_id, case.run_digest}
    raw |= {case.run.manifest.data_digest}
    for path in (tmp_path / "case").iterdir():
        text = path.read_text()
        told = text + json.dumps(text) + text.encode().decode("unicode_escape", "replace")
        assert not [name for name in raw if name in told]


def test_another_ring_that_a_reason_names_has_an_id_under_the_key_too(tmp_path):
    case = case_worlds.case_by_hand(harmless)
    tie = Factor(ANOTHER_RING, 6.0, "30 % of the accounts share values with R-41C6C0E3E0, a coordinated ring")
    rings = (replace(case.ring, factors=(*case.ring.factors, tie)),)
    case = replace(case, run=replace(case.run, findings=replace(case.run.findings, rings=rings)))
    one, other = (exchange_names(case, key).ring.factors[-1].other_ring for key in (KEY, OTHER))
    assert one.startswith("R-")
    assert len({one, other, tie.other_ring}) == 3
    write_pack(exchange_names(case, KEY), tmp_path / "case")
    assert not [path for path in (tmp_path / "case").iterdir() if tie.other_ring in path.read_text()]


def test_no_notice_of_a_pack_quotes_a_value(tmp_path):
    """A notice of values that are spelt in two ways quoted both of them, under pseudonyms too."""
    told = (
        Notice("GL301", "device 9F3C77DEAD is borne by 900 of 1,000 accounts", about_files=False),
        Notice("GL323", "2 shared values of device differ, as 9F3C77DEAD and 9f3c77dead", about_files=False),
        Notice("GL314", "all signals are of one family (network)", about_files=False),
    )
    case = case_worlds.case_by_hand(harmless)
    case = replace(case, run=replace(case.run, reading=replace(case.run.reading, notices=told)))
    exchanged = exchange_names(case, KEY)
    assert [each.code for each in exchanged.run.reading.notices] == ["GL314", "GL325"]
    write_pack(exchanged, tmp_path / "case")
    assert not [path for path in (tmp_path / "case").iterdir() if "9f3c77dead" in path.read_text().casefold()]


def test_what_is_exchanged_once_is_not_exchanged_again(exchanged):
    with pytest.raises(ValueError, match="already"):
        exchange_names(exchanged, KEY)


def test_a_status_of_many_stays_and_of_one_does_not(case):
    status = case.members["status"].copy()
    status.iloc[3] = "refund for jane"
    after = exchange_names(replace(case, members=case.members.assign(status=status)), KEY).members["status"]
    counts = after.value_counts()
    assert counts[status.iloc[0]] == len(status) - 1
    assert pseudonym(KEY, "status", "refund for jane") in counts.index


def test_what_people_decided_is_left_out_since_it_may_name_somebody(case):
    told = [
        Check("nobody known to be bad", fits=False, because="known to be bad: account u17"),
        Check("cleared by a person", fits=True, because="maria cleared it (jane@roe.example called us)"),
        Check("household", fits=False, because="120 accounts"),
    ]
    findings = replace(case.run.findings, rings=(replace(case.ring, checks=tuple(told)),))
    left = exchange_names(replace(case, run=replace(case.run, findings=findings)), KEY).ring.checks
    assert [each.explanation for each in left] == [each.explanation for each in told]
    assert not {"u17", "maria", "jane@roe.example"} & set(
        " ".join(each.because for each in left).replace("(", "").split()
    )
    assert left[2] == told[2]
