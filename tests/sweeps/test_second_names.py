"""Before people act: who is hit by the action file, and which accounts wait until a second person confirms them."""

import csv
import json
import os
import shutil
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from state_worlds import RING, lineage, record, ring
from sweep_worlds import FIRST, SECOND, THIRD, WEEKS, sweep, write_week

from graphlink.config.sweeps import SweepSettings
from graphlink.model.sweeps import Action, Decisions, Verdict, VerdictKind
from graphlink.model.times import NO_TIME
from graphlink.model.weeks import DAY
from graphlink.results.questions.folder import open_run
from graphlink.sweeps.decisions import hit as hit_module
from graphlink.sweeps.decisions.hit import Facts, ask_second_name, count_hit, facts_of_run, read_spend
from graphlink.sweeps.decisions.standing import list_actions
from graphlink.sweeps.state.decisions import read_decisions, record_verdicts
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.reading import known_rings, read_sweeps
from graphlink.sweeps.state.recording import record_sweep
from graphlink.words.errors import ConfigError, ExitCode

SETTINGS = SweepSettings(second_name_share=0.25)
AS_OF = 2_000 * DAY
KINDS = {"yes": VerdictKind.CONFIRMED, "no": VerdictKind.BENIGN, "hm": VerdictKind.UNSURE}


def action(account: str, ring_id: str = "R-1") -> Action:
    return Action(account, ring_id, "core", "ring", "maria", 0, FIRST, "looked")


@st.composite
def confirmed(draw):
    """Confirmed accounts of three rings, with what is known of each, and who was confirmed twice."""
    rings = draw(st.lists(st.sampled_from(["R-1", "R-2", "R-3"]), min_size=1, max_size=14))
    actions = tuple(action(f"acc-{number:02}", ring_id) for number, ring_id in enumerate(rings))
    ids = [each.account_id for each in actions]
    some = st.lists(st.sampled_from(ids), unique=True).map(frozenset)
    ages = {each: draw(st.sampled_from([None, 0, 29, 30, 364, 365, 900])) for each in ids}
    plans = {each: draw(st.sampled_from([None, "Free ", "TRIAL", "pro", "<b>"])) for each in ids}
    facts = Facts(
        AS_OF,
        {each: AS_OF - age * DAY for each, age in ages.items() if age is not None},
        {each: plan for each, plan in plans.items() if plan is not None},
        draw(some),
        draw(some),
        has_values=True,
        spend=draw(st.none() | st.dictionaries(st.sampled_from(ids), st.sampled_from([Decimal(0), Decimal("2.5")]))),
    )
    return actions, ages, plans, facts, Decisions(seconded=tuple(draw(some)), doubted=tuple(draw(some)))


@given(confirmed())
def test_of_a_ring_with_many_settled_accounts_only_the_twice_confirmed_are_acted_on(drawn):
    actions, ages, plans, facts, decisions = drawn
    kept, waiting = ask_second_name(actions, facts, decisions, SETTINGS)
    for ring_id in {each.ring_id for each in actions}:
        own = [each for each in actions if each.ring_id == ring_id]
        settled = [
            each
            for each in own
            if (ages[each.account_id] or 0) >= 365
            or plans[each.account_id] in {"pro", "<b>"}
            or (facts.spend or {}).get(each.account_id, 0) > 0
        ]
        stay = own if len(settled) / len(own) <= 0.25 else [e for e in own if e.account_id in decisions.seconded]
        assert [each for each in kept if each.ring_id == ring_id] == stay
        told = [each for each in waiting if each.ring_id == ring_id]
        assert [each.n_waiting for each in told] == [len(own) - len(stay)] * (len(own) > len(stay))
        assert all((each.n_settled, each.n_confirmed) == (len(settled), len(own)) for each in told)


@given(confirmed())
def test_every_account_is_counted_once_by_tier_age_and_plan(drawn):
    actions, ages, plans, facts, decisions = drawn
    rows = count_hit(actions, (), facts, decisions, SETTINGS)
    n_of = Counter()
    for each in rows:
        n_of[each.counted] += each.accounts
    assert {n_of[name] for name in ("accounts", "tier", "age", "plan")} == {len(actions)}
    found = {(each.counted, each.group): each for each in rows}
    old = sum(1 for age in ages.values() if age is not None and age >= 365)
    assert found["age", "365 days and more"].accounts == old if old else ("age", "365 days and more") not in found
    assert sum(each.accounts for (of, name), each in found.items() if (of, name) == ("plan", "plan pro")) == list(
        plans.values()
    ).count("pro")
    assert found["values", hit_module.FIRST].accounts == len(facts.first)
    assert found["values", hit_module.SHARED].accounts == len(facts.shared)
    assert found["earlier verdicts", hit_module.DOUBTED].accounts == len(decisions.doubted)
    spent = None if facts.spend is None else float(sum(facts.spend.values()))
    assert found["accounts", "all"].spend == spent


TIES = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from("abcd"), st.sampled_from([NO_TIME, 0, DAY - 1, DAY, 3 * DAY])),
    unique_by=lambda tie: tie[:2],
)


@given(TIES, st.sets(st.integers(0, 3)))
def test_who_had_each_value_first_is_found_as_by_hand(ties, shared):
    first, no_own = hit_module._find_doubtful(
        [row for row, *_ in ties],
        [account for _, account, _ in ties],
        [time for *_, time in ties],
        [row in shared for row, *_ in ties],
    )

    def leads(row: int, account: str, time: int) -> bool:
        others = [each for number, name, each in ties if number == row and name != account]
        return time != NO_TIME and bool(others) and NO_TIME not in others and min(others) - time >= DAY

    accounts = {account for _, account, _ in ties}
    own = {account: [tie for tie in ties if tie[1] == account] for account in accounts}
    assert first == {account for account in accounts if all(leads(*tie) for tie in own[account])}
    assert no_own == {account for account in accounts if all(row in shared for row, *_ in own[account])}


# --- who confirmed ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "seconded", "doubted"),
    [
        (["maria yes"], False, False),
        (["maria yes", "maria yes", "Maria  yes"], False, False),
        (["maria yes", "ma\u200bria yes", "\uff2d\uff41ria. yes", "ma\u00adria yes"], False, False),
        (["maria yes", "li yes"], True, False),
        (["li no", "maria yes", "li yes"], True, True),
        (["maria yes", "li yes", "li no", "maria yes"], False, True),
        (["maria yes 2026-01-20", "li yes"], False, False),
        (["li hm 2026-01-20", "maria yes"], False, True),
    ],
)
@pytest.mark.parametrize("is_ring", [True, False])
def test_two_people_have_to_say_so_by_the_newest_that_each_said(tmp_path, said, seconded, doubted, is_ring):
    with open_state(tmp_path / "state", Opening(init=True)) as state:
        record_sweep(state, record("2026-W01"), lineage(ring("2026-W01", "ann", "bob")))
        for number, words in enumerate(said):
            name, kind, *expires = words.split()
            subject = RING if is_ring else "ann"
            verdict = Verdict(subject, is_ring, KINDS[kind], name, "n", "2026-W01", number + 1, *expires)
            record_verdicts(state, [verdict], by=name, at=number + 1)
        decisions = read_decisions(state, "2026-02-01")
    assert ("ann" in decisions.seconded, "ann" in decisions.doubted) == (seconded, doubted)
    assert ("bob" in decisions.seconded) is (seconded and is_ring)


def test_a_second_person_confirms_whom_the_first_did_and_no_later_member(tmp_path):
    with open_state(tmp_path / "state", Opening(init=True)) as state:
        record_sweep(state, record("2026-W01"), lineage(ring("2026-W01", "ann", "bob")))
        verdict = Verdict(RING, is_ring=True, kind=VerdictKind.CONFIRMED, by="maria", note="n", week="2026-W01", at=1)
        record_verdicts(state, [verdict], by="maria", at=1)
        record_sweep(state, record("2026-W02"), lineage(ring("2026-W02", "ann", "bob", "eve")))
        record_verdicts(state, [replace(verdict, by="li", week="2026-W02", at=2)], by="li", at=2)
        assert read_decisions(state, "2026-02-01").seconded == ("ann", "bob")


# --- what accounts spend ----------------------------------------------------------------------------------------------


def test_the_rows_of_an_account_add_up(tmp_path):
    (tmp_path / "spend.csv").write_text('\ufeffx,account_id,spend\n1, ann ,2.50\n2,"ann",-0.5\n3,bob,0\n')
    assert read_spend(tmp_path / "spend.csv") == {"ann": Decimal("2.00"), "bob": Decimal(0)}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "spend.csv:1: no columns account_id and spend"),
        (b"account,spend\nann,1\n", "spend.csv:1: no columns account_id and spend"),
        (b'account_id,spend\nann,1\n"bob\nby",nan\n', "spend.csv:4: 'nan' is no amount"),
        (b'account_id,spend\nann,"1,5"\n', "spend.csv:2: '1,5' is no amount"),
        (b"account_id,spend\nann\n", "spend.csv:2: 1 fields, expected 2"),
        (b"account_id,spend\nann,\n", "spend.csv:2: '' is no amount"),
        (b"account_id,spend\nann,1,234.50\n", "spend.csv:2: 3 fields, expected 2"),
        (b"account_id,spend,spend\nann,1,9\n", "spend.csv:1: column 'spend' is twice"),
        (b"account_id;spend\nann;1\n", "spend.csv:1: the separator is `;`"),
        (b"account_id,spend\na\0nn,1\n", "spend.csv:2: a NUL character"),
        (b"account_id,spend\nann,1e9\x1b[2J\n", "is no amount"),
        (b"account_id,spend\n\xff,1\n", "spend.csv:2: not UTF-8"),
        (b'account_id,spend\n"ann"x,1\n', "spend.csv:2: no CSV"),
    ],
)
def test_a_file_of_amounts_that_cannot_be_read_is_refused_with_its_row(tmp_path, content, told):
    (tmp_path / "spend.csv").write_bytes(content)
    with pytest.raises(ConfigError, match="GL461") as refused:
        read_spend(tmp_path / "spend.csv")
    assert told in str(refused.value)
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path, make):
    make(tmp_path / "spend.csv")
    with pytest.raises(ConfigError, match=r"GL461 .*cannot be read"):
        read_spend(tmp_path / "spend.csv")


# --- from sweep to action ---------------------------------------------------------------------------------------------

SWEPT = WEEKS[:2], (FIRST,)
OURS = pytest.mark.slow


def counts(folder: Path) -> dict[tuple[str, str], int]:
    with (folder / "action_counts.csv").open(newline="") as file:
        return {(row["counted"], row["group"]): int(row["accounts"]) for row in csv.DictReader(file)}


@pytest.fixture
def old_cats(world, says, monkeypatch):
    """A world swept twice, in whose second week a third of a ring is found to be years old, confirmed by one person."""
    monkeypatch.chdir(world.parent)
    path = world.parent / "exports" / SECOND / "accounts.csv"
    rows = path.read_text().splitlines()
    old = [
        row.replace("2025-11-01", "2023-01-01") if row[:6] in {"cat-00", "cat-01", "cat-02"} else row for row in rows
    ]
    path.write_text("\n".join(old) + "\n")
    document = json.loads((world.parent / "sweeps" / "latest" / "rings.json").read_text())
    cat = next(each["ring_id"] for each in document["members"] if each["account_id"] == "cat-00")
    says("verdict", cat, "confirmed", "--by", "maria", "--note", "n", "-c", str(world))
    sweep(world, SECOND)
    return cat


@OURS
def test_a_ring_with_many_old_accounts_waits_for_a_second_person(world, old_cats, says, tmp_path):
    latest = world.parent / "sweeps" / "latest"
    assert not (latest / "actions.csv").exists()
    (waiting,) = json.loads((latest / "ruling.json").read_text())["waiting"]
    assert (waiting["ring_id"], waiting["n_settled"]) == (old_cats, 3)
    place = ("-c", str(world))
    refused = says("actions", *place, code=ExitCode.CONFIG_INVALID).err
    assert "GL460" in refused
    assert old_cats in refused
    assert not (world.parent / "actions").exists()
    spoken = says("verdict", old_cats, "confirmed", "--by", "Maria ", "--note", "again", *place).out
    assert "9 accounts wait for a second person, since 3 of the 9" in spoken.replace("\n", " ")  # Maria is the same
    assert "wait for a second" not in says("verdict", old_cats, "confirmed", "--by", "li", "--note", "y", *place).out
    spent = ("--spend", str(tmp_path / "spend.csv"))
    (tmp_path / "spend.csv").write_text("account_id,spend\n0000cat,12.5\nCAT-00,1\n")
    others = says("actions", "--preview", *spent, *place, code=ExitCode.CONFIG_INVALID).err
    assert "GL461" in others
    assert "none of its 2 accounts is in the newest sweep" in others
    (tmp_path / "spend.csv").write_text("account_id,spend\ncat-00,12.5\n")
    (_, *preview) = json.loads(says("actions", "--preview", "--json", *spent, *place).out)
    assert not (world.parent / "actions").exists()
    assert {"counted": "spend", "group": "spends", "accounts": 1, "share": 0.1111, "spend": 12.5} in preview
    says("actions", *place)
    found = counts(world.parent / "actions")
    assert found["accounts", "all"] == found["second name", "confirmed by two people"] == 9
    assert (found["age", "365 days and more"], found["age", "30 to 364 days"]) == (3, 6)
    sweep(world, SECOND, supersede=True)
    latest = world.parent / "sweeps" / "latest"
    assert counts(latest) == {key: n for key, n in found.items() if key[0] != "spend"}


@OURS
def test_a_ring_waits_on_though_exports_stop_telling_why(world, old_cats, says):
    """Neither a lost column nor a ring that went quiet is a second name; what exports tell otherwise counts."""
    folder = world.parent / "exports" / THIRD
    write_week(folder, THIRD)
    rows = [row.split(",") for row in (folder / "accounts.csv").read_text().splitlines()]
    (folder / "accounts.csv").write_text("\n".join(f"{name},{status}" for name, _, status in rows) + "\n")
    ruling = sweep(world, THIRD, allow_partial=True).ruling
    assert ruling.actions == ()
    assert [(each.ring_id, each.n_settled) for each in ruling.waiting] == [(old_cats, 3)]
    assert old_cats in says("actions", "-c", str(world), code=ExitCode.CONFIG_INVALID).err
    write_week(folder, THIRD)  # with ages by which they are young, and plans that they do not pay for
    rows = (folder / "accounts.csv").read_text().splitlines()
    (folder / "accounts.csv").write_text("\n".join([f"{rows[0]},plan", *(f"{row},free" for row in rows[1:])]) + "\n")
    ruling = sweep(world, THIRD, supersede=True).ruling
    assert (len(ruling.actions), ruling.waiting) == (8, ())


@OURS
def test_tables_that_are_not_those_of_the_state_tell_nothing_and_a_verdict_stands(world, old_cats, says):
    """Whatever the published folder has become, what was recorded is not answered by a failure."""
    place, latest = ("-c", str(world)), world.parent / "sweeps" / "latest"
    for path in (latest / "tables" / "accounts.parquet", latest / "run.json"):
        path.write_bytes(b"no table")
        said = says("verdict", old_cats, "confirmed", "--by", "maria", "--note", "n", *place).out
        assert "it is not known how many of the 9 confirmed accounts" in " ".join(said.split())
        assert "GL460" in says("actions", *place, code=ExitCode.CONFIG_INVALID).err
        said = says("verdict", "cat-0o", "confirmed", "--by", "maria", "--note", "n", *place)
        assert "Account cat-0o: confirmed; it goes into the action file once a sweep finds it" in said.out
        assert "GL330" in said.err


@OURS
def test_a_sweep_and_its_tables_tell_the_same_of_confirmed_accounts(world, old_cats, monkeypatch):
    """The counts of a sweep are made of what it analyses, those of the command of the tables that it wrote."""
    made = []
    monkeypatch.setattr(
        "graphlink.sweeps.analysis.facts_of_week",
        lambda *given: made.append(hit_module.facts_of_week(*given)) or made[0],
    )
    sweep(world, SECOND, supersede=True, renew=True)
    with open_state(world.parent / "state") as state:
        actions = list_actions(known_rings(state), read_decisions(state, "2026-03-01"))
        record_of = read_sweeps(state)[-1]
    with open_run(world.parent / "sweeps" / "latest") as opened:
        assert facts_of_run(opened, actions, record_of.as_of) == made[0]
    assert len(made[0].created_at) == 8


@OURS
@pytest.mark.parametrize("lost", ["folder", "ruling.json"])
def test_a_ring_waits_on_though_the_sweep_that_asked_is_lost_or_changed(world, old_cats, lost):
    """Nobody is acted on since a folder was deleted, or changed by somebody without the key."""
    latest = (world.parent / "sweeps" / "latest").resolve()
    if lost == "folder":
        shutil.rmtree(latest)
    else:
        told = json.loads((latest / lost).read_text())
        (latest / lost).write_text(json.dumps({**told, "waiting": []}))
    folder = world.parent / "exports" / THIRD
    write_week(folder, THIRD)
    rows = [row.split(",") for row in (folder / "accounts.csv").read_text().splitlines()]
    (folder / "accounts.csv").write_text("\n".join(f"{name},{status}" for name, _, status in rows) + "\n")
    ruling = sweep(world, THIRD, allow_partial=True).ruling
    assert ruling.actions == ()
    assert [(each.ring_id, each.n_settled) for each in ruling.waiting] == [(old_cats, None)]


@OURS
def test_ages_that_somebody_wrote_into_a_published_table_bring_nobody_into_the_file(world, old_cats, says):
    tables = world.parent / "sweeps" / "latest" / "tables"
    with_ages = pq.read_table(tables / "accounts.parquet")
    young = pa.array([pc.max(with_ages["created_at"]).as_py()] * len(with_ages), with_ages["created_at"].type)
    place = with_ages.schema.get_field_index("created_at")
    pq.write_table(with_ages.set_column(place, with_ages.schema.field(place), young), tables / "accounts.parquet")
    refused = says("actions", "-c", str(world), code=ExitCode.CONFIG_INVALID).err
    assert "it is not known how many of the 8 confirmed accounts" in " ".join(refused.split())
