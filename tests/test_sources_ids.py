"""Account ids: what is cut from them, and what is said where those of two sources do not meet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from graphlink.config import Config
from graphlink.pipeline import read
from graphlink.sources.ids import IdRule, cut_ids

if TYPE_CHECKING:
    from pathlib import Path

    from graphlink.model import Reading

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


def test_numbers_of_json_lines_are_ids_that_are_cut_too(read_files):
    lines = "".join(json.dumps({"account_id": n, "time": TIME, "device": f"d{n}"}) + "\n" for n in (70, 71))
    assert ids_of(read_files({"a.jsonl": lines}, {"a.jsonl": {"account_prefix": "7"}})) == ["0", "1"]
