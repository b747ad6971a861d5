"""Account ids: what is cut from them, and what is said where those of two sources do not meet."""

from pathlib import Path

import pyarrow as pa
import pytest

from graphlink.config.settings import Config
from graphlink.model.reading import Reading
from graphlink.pipeline import read
from graphlink.reading.columns.ids import IdRule, cut_ids

TIME = "2026-01-05T10:00:00Z"


@pytest.fixture
def read_files(tmp_path: Path):
    """Read texts as sources of the names and settings given."""

    def of(files: dict[str, str], settings: dict[str, dict[str, object]] | None = None, **more: object) -> Reading:
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        sources = [{"path": str(tmp_path / name), **(settings or {}).get(name, {})} for name in files]
        return read([], Config.model_validate({"sources": tuple(sources), **more}))

    return of


def events(ids, kind: str = "device", value: str = "d{}") -> str:
    rows = (f"{account},{TIME},{value.format(number)}\n" for number, account in enumerate(ids))
    return f"account_id,time,{kind}\n" + "".join(rows)


def ids_of(reading: Reading) -> list[str]:
    return reading.sightings.accounts.ids.to_pylist()


def codes_of(reading: Reading) -> list[str]:
    return [notice.code for notice in reading.notices]


# --- what is cut ------------------------------------------------------------------------------------------------------


def test_a_prefix_is_cut_where_ids_begin_with_it_and_stands_for_itself():
    cut, lacks = cut_ids(pa.array(["a.c|1", "abc|1", "1", "xa.c|1"]), IdRule(prefix="a.c|"))
    assert (cut.to_pylist(), lacks.tolist()) == (["1", "abc|1", "1", "xa.c|1"], [False, True, True, True])


def test_a_suffix_is_cut_where_ids_end_with_it():
    cut, lacks = cut_ids(pa.array(["7.0", "7.00", "é.0"]), IdRule(suffix=".0"))
    assert (cut.to_pylist(), lacks.tolist()) == (["7", "7.00", "é"], [False, True, False])


def test_zeros_are_dropped_from_numbers_alone_and_one_is_left():
    cut, lacks = cut_ids(pa.array(["007", "000", "0", "00a", "10"]), IdRule(drop_zeros=True))
    assert (cut.to_pylist(), lacks.any()) == (["7", "0", "0", "00a", "10"], False)


def test_accounts_of_two_sources_are_one_once_their_prefix_is_cut(read_files):
    files = {"a.csv": events(["auth0|1", "auth0|2"]), "b.csv": events(["1", "2"], "card", "c{}")}
    assert ids_of(read_files(files)) == ["1", "2", "auth0|1", "auth0|2"]
    assert ids_of(read_files(files, {"a.csv": {"account_prefix": "auth0|"}})) == ["1", "2"]


def test_padded_ids_are_one_account_once_zeros_are_dropped(read_files):
    files = {"a.csv": events(["0001", "0002"]), "b.csv": events(["1", "2"], "card", "c{}")}
    (told,) = [notice.text for notice in read_files(files).notices if notice.code == "GL304"]
    assert "account_drop_zeros = true" in told
    reading = read_files(files, {"a.csv": {"account_drop_zeros": True}})
    assert ids_of(reading) == ["1", "2"]
    assert "GL304" not in codes_of(reading)


def test_ids_of_which_nothing_is_left_are_rejects_with_a_reason(read_files):
    rows = events([*(f"auth0|{n}" for n in range(200)), "auth0|", "auth0| ", "auth0|null"])
    reading = read_files({"a.csv": rows}, {"a.csv": {"account_prefix": "auth0|"}}, reading={"max_reject_share": 0.1})
    assert [(reject.line, reject.code, "nothing is left" in reject.reason) for reject in reading.rejects] == [
        (202, "GL220", True),
        (203, "GL220", True),
        (204, "GL220", False),
    ]


def test_ids_without_the_text_that_is_to_be_cut_are_counted_by_rows(read_files):
    rows = events(["auth0|1", "sms|2", "sms|2", ""])
    settings = {"a.csv": {"account_prefix": "auth0|"}}
    reading = read_files({"a.csv": rows}, settings, reading={"max_reject_share": 1.0})
    (told,) = [notice.text for notice in reading.notices if notice.code == "GL317"]
    assert told.startswith("a.csv: 2 account ids lack")
    assert ids_of(reading) == ["1", "sms|2"]
    one = read_files({"b.csv": events(["auth0|1", "sms|2"])}, {"b.csv": {"account_prefix": "auth0|"}})
    assert "b.csv: 1 account id lacks" in next(notice.text for notice in one.notices if notice.code == "GL317")


# --- ids that do not meet ---------------------------------------------------------------------------------------------

ACCOUNTS = "account_id,created_at\n" + "".join(f"{n},{TIME}\n" for n in range(40))


def told(reading: Reading, code: str) -> list[str]:
    return [notice.text for notice in reading.notices if notice.code == code]


def test_a_source_whose_ids_meet_no_others_is_named_with_forms_and_cure(read_files):
    files = {
        "accounts.csv": ACCOUNTS,
        "auth0.csv": events([f"auth0|{n}" for n in range(40)]),
        "cards.csv": events(range(30), "card"),
    }
    reading = read_files(files)
    (text,) = told(reading, "GL316")
    assert text == (
        "auth0.csv: none of 40 accounts occurs in any other source; ids look like `auth0|99` and `auth0|9` here, and "
        "like `99` and `9` there (9 any digit but 0, x any letter). If they are the same accounts, set "
        '`account_prefix = "auth0|"` for the source'
    )
    assert told(reading, "GL315") == [
        "40 of 70 accounts that were seen are in no accounts export; nothing is known of their age and plan"
    ]
    cured = read_files(files, {"auth0.csv": {"account_prefix": "auth0|"}})
    assert {"GL315", "GL316"}.isdisjoint(codes_of(cured))


@pytest.mark.parametrize(
    ("form", "cure"),
    [("{}.0", 'account_suffix = ".0"'), ("{:05}", "account_drop_zeros = true"), ("U{}", 'account_prefix = "U"')],
)
def test_of_two_exports_that_do_not_meet_the_one_is_named_that_can_be_cured(read_files, form, cure):
    files = {"accounts.csv": ACCOUNTS, "seen.csv": events([form.format(n) for n in range(1, 40)])}
    (text,) = told(read_files(files), "GL316")
    assert text.startswith("seen.csv: none of 39 accounts")
    assert f"`{cure}` for the source" in text


def test_ids_that_differ_by_capitals_are_one_once_the_settings_say_so(read_files):
    uuids = [f"a0eebc99-9c0b-4ef8-bb6d-6bb9bd38{n:04x}" for n in range(40)]
    files = {"devices.csv": events(uuids), "cards.csv": events([each.upper() for each in uuids], "card", "c{}")}
    reading = read_files(files)
    assert len(ids_of(reading)) == 80
    (text,) = told(reading, "GL304")
    assert text.startswith("at least 40 account ids differ from others only by capitals; if they are the same accounts")
    (text,) = told(reading, "GL316")
    assert "`account_lower_case = true` for" in text
    cured = read_files(files, {"cards.csv": {"account_lower_case": True}})
    assert ids_of(cured) == uuids
    assert {"GL304", "GL316"}.isdisjoint(codes_of(cured))


def test_pieces_of_one_export_may_hold_other_accounts(read_files):
    pieces = {"a.csv": events(range(40)), "b.csv": events(range(40, 80))}
    assert told(read_files(pieces), "GL316") == []


def test_pieces_that_meet_nobody_are_named_together(read_files):
    files = {f"week{week}.csv": events([f"x{n}" for n in range(40)], value=f"{week}-{{}}") for week in (1, 2, 3)}
    (text,) = told(read_files({**files, "accounts.csv": ACCOUNTS}), "GL316")
    assert text.startswith("week1.csv and 2 more of these columns: none of 40 accounts")


def test_a_large_accounts_export_of_which_few_were_seen_is_as_it_should_be(read_files):
    rows = "".join(f"{n},{TIME}\n" for n in range(4_000))
    files = {"accounts.csv": "account_id,created_at\n" + rows, "seen.csv": events(range(30))}
    assert {"GL315", "GL316"}.isdisjoint(codes_of(read_files(files)))


@pytest.mark.parametrize(("n", "alike", "says"), [(19, 0, 0), (20, 0, 1), (40, 3, 1), (40, 4, 0)])
def test_nothing_is_said_of_few_accounts_nor_of_a_tenth_that_meet(read_files, n, alike, says):
    ids = [*range(alike), *(f"x{number}" for number in range(n - alike))]
    files = {"accounts.csv": ACCOUNTS, "seen.csv": events(ids)}
    assert len(told(read_files(files), "GL316")) == says


def test_hostile_ids_are_shown_escaped_and_no_setting_is_made_of_them(read_files):
    files = {"accounts.csv": ACCOUNTS, "seen.csv": events([f"\x1b]0;x|{n}" for n in range(40)])}
    (text,) = told(read_files(files), "GL316")
    assert "`\\u{1B}]0;x|99`" in text
    assert "\x1b" not in text
    assert "account_prefix" not in text


def test_the_notice_names_no_id(read_files):
    names = [f"canary{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(40)]
    files = {"accounts.csv": ACCOUNTS, "seen.csv": events([f"{name}@{name}.org" for name in names])}
    (text,) = told(read_files(files), "GL316")
    assert "`xxxxxxxx@xxxxxxxx.xxx`" in text
    assert "canary" not in text


def test_nothing_of_ids_is_shown_where_names_are_pseudonyms(read_files, tmp_path):
    (tmp_path / "key").write_bytes(bytes(range(32)))
    (tmp_path / "key").chmod(0o600)
    privacy = {"pseudonymise": True, "key_file": str(tmp_path / "key")}
    files = {"accounts.csv": ACCOUNTS, "seen.csv": events([f"canary|{n}" for n in range(40)])}
    (text,) = told(read_files(files, privacy=privacy), "GL316")
    assert text == "seen.csv: none of 40 accounts occurs in any other source"
