"""What a person said is not lost, nor acted on without its second name, whatever folder is lost, moved, restored."""

import csv
import json
import os
import shutil
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sweep_worlds import FIRST, SECOND, WEEKS, sweep, write_week, write_world

from graphlink.__main__ import run
from graphlink.sweeps.state.decisions import read_counting, read_decisions
from graphlink.sweeps.state.open_state import Opening, open_state

NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
pytestmark = [pytest.mark.nightly, pytest.mark.slow, pytest.mark.timeout(3_600 if NIGHTLY else 300)]

OLD = {"cat-00", "cat-01", "cat-02"}
CATS = {f"cat-{number:02}" for number in range(8)}
_ROOM = TemporaryDirectory(prefix="graphlink-second-names-")


@lru_cache(maxsize=1)
def begun() -> tuple[Path, str]:
    """A world of two weeks: a third of a ring is years old, one person confirmed it, and it waits; and the ring."""
    path = write_world(Path(_ROOM.name) / "world", [FIRST])
    sweep(path, FIRST, init=True)
    members = json.loads((path.parent / "sweeps" / "latest" / "rings.json").read_text())["members"]
    ring_id = next(each["ring_id"] for each in members if each["account_id"] == "cat-00")
    confirm(path, ring_id, "maria")
    write_exports(path.parent, SECOND, "old")
    sweep(path, SECOND)
    return path.parent, ring_id


def confirm(path: Path, ring_id: str, name: str) -> None:
    words = ("verdict", ring_id, "confirmed", "--week", FIRST, "--by", name, "--note", "n", "-c", str(path))
    assert run([*words]) == 0


def write_exports(world: Path, week: str, tells: str) -> None:
    """Write a week whose accounts are old, or young and on no paid plan, or of which nothing is told."""
    write_week(world / "exports" / week, week)
    path = world / "exports" / week / "accounts.csv"
    head, *rows = [row.split(",") for row in path.read_text().splitlines()]
    if tells == "old":
        rows = [[name, "2021-01-01T00:00:00Z" if name in OLD else made, status] for name, made, status in rows]
    elif tells == "young":
        head, rows = [*head, "plan"], [[*row, "free"] for row in rows]
    else:
        head, rows = ["account_id", "status"], [[name, status] for name, _, status in rows]
    path.write_text("\n".join(map(",".join, [head, *rows])) + "\n")


class Confirmations(RuleBasedStateMachine):
    """Weeks that tell of ages or not, two people, and a hand that loses and moves folders and brings back backups."""

    @initialize()
    def begin(self):
        template, self.ring = begun()
        self.room = TemporaryDirectory(prefix="graphlink-second-names-")
        self.world = shutil.copytree(template, Path(self.room.name) / "world", symlinks=True)
        self.config = str(self.world / "graphlink.toml")
        self.n_swept, self.moved, self.names = 2, None, {"maria"}
        self.must_wait = True  # since a sweep, and no export told otherwise
        self.may_wait = False  # since a sweep could not tell, and no export did
        self.changed: set[Path] = set()
        self.at_sweep = (frozenset(self.names), True, False)

    def teardown(self):
        self.room.cleanup()

    def confirm(self, name: str) -> None:
        confirm(Path(self.config), self.ring, name)
        self.names.add(name.strip().casefold())

    @property
    def newest(self) -> Path:
        return self.world / "sweeps" / f"run-{WEEKS[self.n_swept - 1].lower()}"

    @precondition(lambda self: self.n_swept < 7)
    @rule()
    def sweep_a_silent_week(self):
        self.sweep_a_week("nothing")

    @precondition(lambda self: self.n_swept < 7)
    @rule(tells=st.sampled_from(["old", "young"]))
    def sweep_a_telling_week(self, tells):
        self.sweep_a_week(tells)

    def sweep_a_week(self, tells):
        week, is_whole = WEEKS[self.n_swept], self.newest.is_dir() and self.newest not in self.changed
        write_exports(self.world, week, tells)
        ruling = sweep(self.world / "graphlink.toml", week, allow_partial=True, accept_rollback=True).ruling
        self.n_swept += 1
        self.must_wait = tells == "old" or (self.must_wait and tells == "nothing")
        self.may_wait = tells == "nothing" and (self.may_wait or not is_whole)
        acted = {each.account_id for each in ruling.actions}
        if self.names == {"maria", "li"}:
            assert acted == CATS
            self.must_wait = self.may_wait = False
        elif self.must_wait:
            assert acted == set()
            assert [each.ring_id for each in ruling.waiting] == [self.ring]
        elif not self.may_wait:
            assert acted == CATS
        self.at_sweep = (frozenset(self.names), self.must_wait, self.may_wait)

    @precondition(lambda self: "li" not in self.names and self.n_swept > 3)
    @rule()
    def confirm_as_another_person(self):
        self.confirm("li")

    @rule()
    def confirm_once_more(self):
        self.confirm("Maria ")

    @precondition(lambda self: self.newest.is_dir())
    @rule()
    def lose_the_newest_folder(self):
        shutil.rmtree(self.newest)

    @precondition(lambda self: self.n_swept > 1)
    @rule()
    def lose_an_older_folder(self):
        shutil.rmtree(self.world / "sweeps" / f"run-{WEEKS[self.n_swept - 2].lower()}", ignore_errors=True)

    @precondition(lambda self: self.newest.is_dir() and self.moved is None)
    @rule()
    def move_the_newest_folder(self):
        self.moved = self.world / "elsewhere" / self.newest.name
        self.moved.parent.mkdir(exist_ok=True)
        shutil.move(self.newest, self.moved)

    @precondition(lambda self: self.moved is not None)
    @rule()
    def move_it_back(self):
        place = self.world / "sweeps" / self.moved.name
        if not place.exists():
            shutil.move(self.moved, place)
        shutil.rmtree(self.moved.parent)
        self.moved = None

    @precondition(lambda self: self.newest.is_dir())
    @rule(name=st.sampled_from(["ruling.json", "tables/accounts.parquet", "run.json"]))
    def change_the_newest_folder(self, name):
        self.changed.add(self.newest)
        path = self.newest / name
        if name == "ruling.json":
            path.write_text(json.dumps(json.loads(path.read_text()) | {"waiting": []}))
        else:
            path.write_bytes(b"no table")

    @rule()
    def restore_the_newest_backup(self):
        assert run(["state", "restore", "-c", self.config]) == 0
        self.names, self.must_wait, self.may_wait = set(self.at_sweep[0]), *self.at_sweep[1:]

    @invariant()
    def the_action_file_has_nobody_who_waits(self):
        if not hasattr(self, "config"):
            return
        out = self.world / "out"
        shutil.rmtree(out, ignore_errors=True)
        code = run(["actions", "-o", str(out), "-c", self.config])
        assert code in {0, 5}
        acted = set()
        if code == 0:
            with (out / "actions.csv").open(newline="") as file:
                acted = {row["account_id"] for row in csv.DictReader(file)}
        if "li" in self.names:
            assert acted == CATS
        elif self.must_wait:
            assert acted == set()

    @invariant()
    def what_people_said_is_remembered(self):
        if hasattr(self, "config"):
            with open_state(self.world / "state", Opening(read_only=True)) as state:
                assert [each.subject for each in read_counting(state, "2026-02-01")] == [self.ring]
                assert set(read_decisions(state, "2026-02-01").seconded) == (CATS if "li" in self.names else set())


def test_no_folder_that_is_lost_moved_or_restored_is_a_second_name():
    n_runs = 100 if NIGHTLY else 6
    quietly = settings(
        max_examples=n_runs,
        stateful_step_count=8,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    run_state_machine_as_test(Confirmations, settings=quietly)
