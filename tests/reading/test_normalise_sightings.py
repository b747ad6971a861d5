"""Rows become distinct sightings, the same ones in whatever order and numbering they were read."""

import dataclasses
from collections import defaultdict

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sighting_worlds import sightings_of
from signal_values import RAW_VALUES, TABLE

from graphlink.model.sightings import Accounts, BadSighting, RawSightings
from graphlink.model.times import NO_TIME, Moments
from graphlink.reading.normalise.sightings import forget_lone_values, merge_sightings, understand_values


def accounts_of(*names: str) -> Accounts:
    """Accounts of which nothing but the id is known."""
    ids = sorted(names, key=str.encode)
    missing = np.full(len(ids), -1, dtype=np.int32)
    return Accounts(pa.array(ids, pa.string()), np.full(len(ids), NO_TIME), missing, missing, missing)


def raw_of(rows, accounts, shuffle=0):
    """Code rows (account, column, value, first, last, count, origin); a seed decides how names are numbered."""
    rng = np.random.default_rng(shuffle)
    rows = [rows[at] for at in rng.permutation(len(rows))] if shuffle else list(rows)

    def numbered(names):
        distinct = sorted(set(names), key=lambda name: (rng.random() if shuffle else 0, name))
        return distinct, {name: number for number, name in enumerate(distinct)}

    account_number = {name: number for number, name in enumerate(accounts.ids.to_pylist())}
    columns, column_number = numbered([row[1] for row in rows])
    values, value_number = [], {}
    for column in columns:
        distinct, number = numbered([row[2] for row in rows if row[1] == column])
        values.append(pa.array(distinct, pa.string()))
        value_number[column] = number
    return RawSightings(
        account=np.array([account_number[row[0]] for row in rows], dtype=np.int32),
        column=np.array([column_number[row[1]] for row in rows], dtype=np.int16),
        columns=tuple(columns),
        value=np.array([value_number[row[1]][row[2]] for row in rows], dtype=np.int32),
        values=tuple(values),
        first_seen=Moments.of(np.array([row[3] for row in rows], dtype=np.int64)),
        last_seen=Moments.of(np.array([row[4] for row in rows], dtype=np.int64)),
        count=np.array([row[5] for row in rows], dtype=np.int64),
        origin=np.array([row[6] for row in rows], dtype=np.int64),
    )


def merged(rows, accounts, shuffle=0):
    """Rows as distinct sightings, by the steps of the pipeline."""
    raw = raw_of(rows, accounts, shuffle)
    return merge_sightings(raw, understand_values(raw, TABLE), accounts, TABLE)


def listed(sightings):
    """Sightings as (account, type, value, first, last, count), in their order."""
    ids, values = sightings.accounts.ids.to_pylist(), sightings.signal_value.to_pylist()
    names = [sightings.types[number].name for number in sightings.signal_type.tolist()]
    return [
        (ids[account], names[signal], values[signal], first, last, count)
        for account, signal, first, last, count in zip(
            sightings.account.tolist(),
            sightings.signal.tolist(),
            sightings.first_seen[:].tolist(),
            sightings.last_seen[:].tolist(),
            sightings.count.tolist(),
            strict=True,
        )
    ]


def told_slowly(rows):
    """What `merged` does, row by row."""
    read = {
        (column, value): TABLE.columns[column].normalise(pa.array([value], pa.string()))
        for _, column, value, *_ in rows
    }
    bad_origins = {row[6] for row in rows if read[row[1], row[2]].bad}
    found, placeholders = {}, defaultdict(int)
    for account, column, value, first, last, count, origin in rows:
        if origin in bad_origins:
            continue
        normalised = read[column, value]
        placeholders[TABLE.columns[column].types[0]] += int(normalised.unlinkable[0])
        for name, signal in normalised.signals.items():
            if signal[0].is_valid:
                key = account, name, signal[0].as_py()
                old = found.get(key, (NO_TIME, NO_TIME, 0))
                firsts = [time for time in (old[0], first) if time != NO_TIME]
                found[key] = min(firsts, default=NO_TIME), max(old[1], last), old[2] + count
    ordered = sorted(found.items(), key=lambda item: (item[0][0].encode(), item[0][1], item[0][2].encode()))
    return [(*key, *rest) for key, rest in ordered], {name: n for name, n in sorted(placeholders.items()) if n}


_TIMES = st.one_of(st.just(NO_TIME), st.integers(0, 20))
_COLUMNS = st.sampled_from(["ip", "email", "email_domain", "device", "card", "template", "prompt", "asn"])
_VALUES = st.one_of(
    st.sampled_from(["9.9.9.9", "9.9.9.7", "::ffff:9.9.9.9", "10.0.0.1", "jane@gmail.com", "Ja.Ne@googlemail.com"]),
    st.sampled_from(["gmail.com", "unknown", "a1", " a1", "AS3320", "3320", "5500005555555559", "t_" + "0a" * 10]),
    RAW_VALUES,
)
_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "Ä", "z9", "a\x00b"]),
        _COLUMNS,
        _VALUES,
        _TIMES,
        _TIMES,
        st.integers(1, 3),
        st.integers(0, 30),
    ),
    max_size=40,
)


@given(_ROWS)
def test_rows_become_the_sightings_that_a_plain_loop_finds(rows):
    result = merged(rows, accounts_of("a", "b", "Ä", "z9", "a\x00b", "idle"))
    assert (listed(result.sightings), dict(result.placeholders)) == told_slowly(rows)


@pytest.mark.parametrize("n_distinct", [1, 7, 500])
def test_values_that_repeat_others_are_numbered_as_a_plain_loop_does(n_distinct):
    rows = [_row(f"{i:04}", "device", f"d{'x' * (i % 3)}{(7 * i) % n_distinct}", origin=i) for i in range(500)]
    result = merged(rows, accounts_of(*(f"{i:04}" for i in range(500))))
    assert (listed(result.sightings), dict(result.placeholders)) == told_slowly(rows)


@given(_ROWS, st.integers(1, 1000))
def test_order_of_rows_and_numbering_of_names_change_nothing(rows, shuffle):
    accounts = accounts_of("a", "b", "Ä", "z9", "a\x00b")
    one = merged(rows, accounts)
    other = merged(rows, accounts, shuffle)
    for field in dataclasses.fields(one.sightings):
        mine, theirs = getattr(one.sightings, field.name), getattr(other.sightings, field.name)
        if isinstance(mine, Moments):
            mine, theirs = mine.kept, theirs.kept
        same = mine.equals(theirs) if isinstance(mine, pa.Array) else np.array_equal(mine, theirs)
        assert same or mine is theirs, field.name
    assert one.bad == other.bad
    assert one.notices == other.notices
    assert list(one.placeholders.items()) == list(other.placeholders.items())


def _row(account, column, value, origin=0, times=(NO_TIME, NO_TIME), count=1):
    return account, column, value, *times, count, origin


def test_two_spellings_in_one_account_are_one_sighting_with_both_times_and_counts():
    rows = [_row("a", "ip", "9.9.9.9", 1, (5, 6), 2), _row("a", "ip", "::ffff:9.9.9.9", 2, (3, 4), 1)]
    result = merged(rows, accounts_of("a"))
    assert listed(result.sightings) == [("a", "ip", "9.9.9.9", 3, 6, 3), ("a", "ip24", "9.9.9.0/24", 3, 6, 3)]


def test_a_row_without_times_does_not_hide_those_of_another():
    rows = [_row("a", "device", "d", 1), _row("a", "device", "d", 2, (7, 9))]
    result = merged(rows, accounts_of("a"))
    assert listed(result.sightings) == [("a", "device", "d", 7, 9, 2)]


def test_a_bad_cell_takes_its_whole_row_and_is_handed_back_with_its_origin():
    rows = [
        _row("a", "ip", "9.9.9", origin=1 << 40 | 7),
        _row("a", "device", "d", origin=1 << 40 | 7),
        _row("b", "device", "d", origin=1 << 40 | 8),
    ]
    result = merged(rows, accounts_of("a", "b"))
    assert [row[:3] for row in listed(result.sightings)] == [("b", "device", "d")]
    assert result.bad == (BadSighting(1 << 40 | 7, "ip", "GL230", "neither an IPv4 nor an IPv6 address"),)


def test_signals_of_rows_that_were_left_out_are_not_numbered():
    rows = [
        _row("a", "ip", "9.9.9", origin=7),
        _row("a", "device", "gone", origin=7),
        _row("a", "asn", "3320", origin=8),
    ]
    sightings = merged(rows, accounts_of("a")).sightings
    assert sightings.signal_value.to_pylist() == ["AS3320"]
    assert [each.name for each in sightings.types] == ["asn"]


def test_placeholders_are_counted_by_the_first_type_of_their_column():
    rows = [
        _row("a", "ip", "unknown", origin=1),
        _row("b", "ip", "10.0.0.1", origin=2),
        _row("a", "user_agent", "-", origin=3),
    ]
    result = merged(rows, accounts_of("a", "b"))
    assert dict(result.placeholders) == {"ip": 2, "user_agent": 1}
    assert len(result.sightings) == 0


def test_a_placeholder_in_a_row_that_is_left_out_is_not_counted():
    rows = [_row("a", "device", "unknown", origin=1), _row("a", "ip", "x", origin=1)]
    assert not merged(rows, accounts_of("a")).placeholders


def test_one_signal_may_come_from_several_columns():
    rows = [_row("a", "email", "jane@googlemail.com", origin=1), _row("b", "email_domain", "gmail.com", origin=2)]
    sightings = merged(rows, accounts_of("a", "b")).sightings
    assert [row[:3] for row in listed(sightings)] == [
        ("a", "email", "jane@gmail.com"),
        ("a", "email_domain", "gmail.com"),
        ("b", "email_domain", "gmail.com"),
    ]


def test_an_account_without_sightings_keeps_its_number():
    sightings = merged([_row("b", "device", "d")], accounts_of("a", "b")).sightings
    assert sightings.account.tolist() == [1]


def test_no_rows_are_no_sightings():
    result = merged([], accounts_of("a"))
    assert len(result.sightings) == 0
    assert result.sightings.types == ()


def test_a_notice_names_its_column():
    result = merged([_row("a", "card", "5500005555555559")], accounts_of("a"))
    assert [notice.text.partition(":")[0] for notice in result.notices if notice.code == "GL320"] == ["column card"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("ip", "0.0.0.0")], "no value tells anything; "),  # noqa: S104  a placeholder
        ([("ip", "5.6.7.8"), ("ip", "5.6.7.9")], "all signals are of one family (network); "),
        ([("ip", "5.6.7.8"), ("device", "d1")], ""),
    ],
)
def test_it_is_said_where_no_two_families_can_agree(rows, told):
    result = merged([_row("a", *each) for each in rows], accounts_of("a"))
    said = [notice.text for notice in result.notices if notice.code == "GL314"]
    assert said == ([told + "rings are found only where two families agree"] if told else [])


def test_an_account_with_many_signals_is_sorted_like_one_with_few():
    rows = [_row("a", "device", f"d{number * 7919 % 1000:03}", number) for number in range(1000)] * 2
    sightings = merged(rows, accounts_of("a"), shuffle=3).sightings
    assert [row[2] for row in listed(sightings)] == [f"d{number:03}" for number in range(1000)]
    assert set(sightings.count.tolist()) == {2}


# --- forget_lone_values -------------------------------------------------------------------------------------------


def test_the_values_of_one_account_are_forgotten_but_for_mail_domains():
    seen = sightings_of(
        [
            ("ann", "card", "shared"),
            ("bob", "card", "shared"),
            ("ann", "card", "own"),
            ("ann", "email_domain", "own.example"),
        ]
    )
    left = forget_lone_values(seen)
    assert left.signal_value.to_pylist() == ["", "shared", "own.example"]
    assert (left.signal == seen.signal).all()
    assert left.signal_value.type == seen.signal_value.type
