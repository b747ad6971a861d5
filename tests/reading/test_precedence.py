"""Of an account that several rows describe the newest week counts, and what was true before hides no ban."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphlink.config.settings import Config, SourceConfig
from graphlink.model.reading import Reading
from graphlink.pipeline import read
from graphlink.reading.categories import FEW
from graphlink.reading.precedence import choose

HEADER = "account_id,created_at,plan,country,status"


def weeks_of(folder: Path, *weeks: str) -> Reading:
    """Read accounts of some weeks as a sweep does, the oldest first; a row is ``created_at,plan,country,status``."""
    sources = []
    for number, rows in enumerate(weeks):
        path = folder / f"week-{number}" / "accounts.csv"
        path.parent.mkdir()
        path.write_text("\n".join([HEADER, *(f"ann,{row}" for row in rows.split())]) + "\n")
        sources.append(SourceConfig(path=str(path.parent)))
    return read((), Config(sources=tuple(sources)), range(len(weeks) - 1, -1, -1))


def told_of(reading: Reading) -> tuple[str, ...]:
    accounts = reading.sightings.accounts
    columns = ((accounts.plan_names, accounts.plan), (accounts.country_names, accounts.country))
    return tuple(
        names[code[0]] if code[0] >= 0 else "" for names, code in (*columns, (accounts.status_names, accounts.status))
    )


def notice(reading: Reading) -> str:
    return next(notice.text for notice in reading.notices if notice.code == "GL303")


def test_the_newest_week_counts_and_not_what_most_weeks_say(tmp_path):
    before = "2026-01-01T00:00:00Z,free,DE,active"
    reading = weeks_of(tmp_path, before, before.replace(",DE", ",AT"), "2026-01-09T00:00:00Z,pro,FR,suspended")
    assert told_of(reading) == ("pro", "FR", "suspended")
    assert str(np.datetime64(int(reading.sightings.accounts.created_at[0]), "us")).startswith("2026-01-01")
    assert notice(reading).endswith("status: suspended counts, not active (1 account)")


def test_who_is_open_again_counts_as_open_though_an_older_week_said_the_same(tmp_path):
    active, banned = ",free,DE,active", ",free,DE,banned"
    assert told_of(weeks_of(tmp_path, active, banned, active))[-1] == "active"


def test_of_an_account_that_newer_weeks_do_not_describe_the_last_word_counts(tmp_path):
    assert told_of(weeks_of(tmp_path, ",free,DE,active", ",pro,,banned", ",,,")) == ("pro", "DE", "banned")


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        (",,,active ,pro,,active ,,DE,banned", "banned"),
        (",,,Closed ,,,active", "Closed"),
        (",,,closed ,,,BANNED", "BANNED"),
        (",,,trial ,,,active ,pro,,trial", "trial"),
    ],
)
def test_rows_without_an_order_hide_no_ban(tmp_path, rows, status):
    assert told_of(weeks_of(tmp_path, rows))[-1] == status


def test_the_notice_names_no_value_that_few_accounts_have(tmp_path):
    """It may be a note about somebody; a status of the settings' lists is none."""
    rows = ["a0,,pro,XK,active", "a0,,called Jane,,banned", "a1,,told Joe,,", "a1,,zero,YY,", "a1,,,ZZ,"]
    others = [f"b{n},,pro,," for n in range(FEW)]
    (tmp_path / "accounts.csv").write_text("\n".join([HEADER, *rows, *others]) + "\n")
    assert notice(read([tmp_path / "accounts.csv"], Config())) == (
        "2 accounts are described by more than one row; plan: a rare one counts, not pro (1 account), a rare one "
        "counts, not another (1 account); country: a rare one counts, not another (1 account); status: banned counts, "
        "not active (1 account)"
    )


def test_a_value_that_many_accounts_have_and_that_never_counts_is_not_rare(tmp_path):
    """Of every account free counted, and zz, which all of them had as well, was called a rare one."""
    rows = [f"a{n},,{plan},," for n in range(FEW) for plan in ("free", "zz")]
    rows += [f"b{n},,{plan},," for n in range(FEW - 1) for plan in ("free", "note")]
    (tmp_path / "accounts.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    assert notice(read([tmp_path / "accounts.csv"], Config())).endswith(
        "plan: free counts, not zz (5 accounts), free counts, not a rare one (4 accounts)"
    )


def plainly(rows: list[tuple[int, int, int]], weight: list[int], size: int) -> list[int]:
    chosen = []
    for account in range(size):
        mine = [(age, value) for whose, value, age in rows if whose == account and value >= 0]
        newest = [value for age, value in mine if age == min(each for each, _ in mine)]
        chosen.append(max(newest, key=lambda value: (weight[value], newest.count(value), -value), default=-1))
    return chosen


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 3), st.integers(0, 2))), st.integers())
def test_the_choice_is_that_of_a_plain_reference(rows, seed):
    weight = [0, 2, 0, 1]
    random.Random(seed).shuffle(rows)
    account, value, ages = (np.array([row[column] for row in rows], dtype=np.int64) for column in range(3))
    found = choose(account.astype(np.int32), value.astype(np.int32), ages, np.array(weight, dtype=np.int8), 4)
    assert found.tolist() == plainly(rows, weight, 4)
