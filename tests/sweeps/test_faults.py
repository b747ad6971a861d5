"""Killed or failed at any system call, a sweep has happened or not, and the same command then gives the same bytes."""

import itertools
import json
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
import sweep_operation
from faults import FAULTS, NIGHTLY, Faults, chosen, moments
from forgers import bytes_in
from sweep_worlds import FIRST, SECOND, WEEKS, contents, state_digest, sweep, work_here, write_week, write_world
from warm_process import warm

from graphlink.sweeps.publication import check_outputs
from graphlink.sweeps.state.chain import digest_content
from graphlink.sweeps.state.open_state import open_state
from graphlink.words.errors import StateError

KILLS = 300 if NIGHTLY else 12
WHOLE = 200 if NIGHTLY else 2
PAIRS = 50 if NIGHTLY else 10
pytestmark = [pytest.mark.nightly, pytest.mark.slow, pytest.mark.timeout(900 if NIGHTLY else 300)]


@pytest.fixture(scope="module")
def warm_sweeps():
    with warm(Path(sweep_operation.__file__)) as process:
        yield process


@pytest.fixture
def faults(warm_sweeps, strace, in_memory):
    return Faults(warm_sweeps, [strace], in_memory / "calls")


def keeper(folder: Path):
    """A worker of which everything that it writes and tells is kept."""

    def keep(module, task, limits, listener, rest):
        told = work_here(module, task, limits, listener, rest)
        shutil.copytree(task["folder"], folder, dirs_exist_ok=True)
        (folder / sweep_operation.TOLD).write_text(json.dumps(told))
        return told

    return keep


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """What the worker wrote for the second week."""
    folder = tmp_path_factory.mktemp("done")
    settings = write_world(tmp_path_factory.mktemp("once") / "world", WEEKS[:2])
    sweep(settings, FIRST, init=True)
    sweep(settings, SECOND, keeper(folder))
    return folder


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """A world of which the first week is swept."""
    settings = write_world(tmp_path_factory.mktemp("swept") / "world", WEEKS[:2])
    sweep(settings, FIRST, init=True)
    return settings.parent


@pytest.fixture(scope="module")
def interrupted(swept, done, tmp_path_factory):
    """The same, where a sweep was cut off before its commit and left everything behind that it can leave."""
    world = tmp_path_factory.mktemp("interrupted") / "world"
    shutil.copytree(swept, world, symlinks=True)
    for name in (".tmp-run-2026-w02", "run-2026-w02"):
        shutil.copytree(done, world / "sweeps" / name)
    (world / "sweeps" / ".tmp-latest").symlink_to("run-2026-w02")
    return world


class Once(NamedTuple):
    """What a sweep makes: of the worker, of the state before and after, and of the folder of sweeps."""

    done: Path
    before: str
    after: str
    published: dict[str, bytes]
    latest: Path


def swept_once(world: Path, done: Path) -> Once:
    before = state_digest(world / "graphlink.toml")
    sweep_operation.sweep(world / "graphlink.toml", SECOND, done)
    after, latest = state_digest(world / "graphlink.toml"), (world / "sweeps" / "latest").readlink()
    return Once(done, before, after, contents(world / "sweeps"), latest)


@pytest.fixture(scope="module")
def once(swept, done, tmp_path_factory):
    return swept_once(fresh(swept, tmp_path_factory.mktemp("once")), done)


@pytest.fixture(scope="module")
def corrected(swept, tmp_path_factory):
    """A world of which both weeks are swept, and whose second export was corrected afterwards."""
    world = fresh(swept, tmp_path_factory.mktemp("corrected"))
    sweep(world / "graphlink.toml", SECOND)
    write_week(world / "exports" / SECOND, SECOND, "late-comer,card,cat-card-1,2026-01-08T00:00:00Z\n")
    return world


@pytest.fixture(scope="module")
def superseded(corrected, tmp_path_factory):
    done, place = tmp_path_factory.mktemp("done"), tmp_path_factory.mktemp("superseded")
    sweep(fresh(corrected, place) / "graphlink.toml", SECOND, keeper(done), supersede=True)
    return swept_once(fresh(corrected, place), done)


def fresh(world: Path, place: Path) -> Path:
    copy = place / "world"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(world, copy, symlinks=True)
    return copy


def words(world: Path, done: Path) -> tuple[Path, str, Path]:
    """What a child of the warm process is told."""
    return world / "graphlink.toml", SECOND, done


def known_by(world: Path) -> str:
    """What the state knows. Who only reads may be told of a change that was cut off: then what a writer makes of it."""
    there = bytes_in(world / "state")
    try:
        return state_digest(world / "graphlink.toml")
    except StateError as refusal:
        code = refusal.code
    finally:
        assert bytes_in(world / "state") == there
    assert code == "GL708"
    with tempfile.TemporaryDirectory(dir=world.parent) as place:
        shutil.copytree(world / "state", Path(place) / "state")
        with open_state(Path(place) / "state") as state:
            return digest_content(state.connection)


def assert_whole(world: Path, once: Once) -> str:
    """Whether it happened or not, ``latest`` names a whole sweep, and the same command brings about the same bytes."""
    found = known_by(world)
    assert found in {once.before, once.after}
    check_outputs((world / "sweeps" / "latest").resolve(strict=True))
    sweep_operation.sweep(world / "graphlink.toml", SECOND, once.done)
    assert state_digest(world / "graphlink.toml") == once.after
    assert contents(world / "sweeps") == once.published
    assert (world / "sweeps" / "latest").readlink() == once.latest
    assert list((world / "state" / "backups").glob("*2026-w02*"))
    assert not [path for path in world.rglob("*") if path.name.startswith(".tmp-")]
    return "before" if found == once.before else "after"


STARTS = {"swept": "once", "interrupted": "once", "corrected": "superseded"}
CASES = [case for case in itertools.product(STARTS, FAULTS) if NIGHTLY or case[0] == "swept" or case[1] == FAULTS[0]]
"""By day the disk fails from one beginning only; killed, a sweep is from all."""


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_failed_at_any_system_call_a_sweep_has_happened_or_not(request, case, in_memory, faults, counted):
    start, fault = case
    world, once = request.getfixturevalue(start), request.getfixturevalue(STARTS[start])
    made = faults.calls(*words(fresh(world, in_memory), once.done))
    ended = []
    for call, number in chosen(made):
        copy = fresh(world, in_memory)
        code, stderr = faults.fail(call, number, fault, *words(copy, once.done))
        assert code in {0, 6, 7, 8, -signal.SIGKILL}, stderr
        assert "Traceback" not in stderr, stderr
        ended.append(assert_whole(copy, once))
    what = f"{fault} at {len(ended)} of {len(made)} system calls, {ended.count('after')} after the commit"
    counted(f"sweep ({start}): {what}")
    assert {"before", "after"} == set(ended)


def test_killed_at_a_random_time_a_sweep_has_happened_or_not(swept, once, in_memory, warm_sweeps, counted):
    ended = []
    for moment in moments(warm_sweeps, "sweep", 10 * KILLS, *words(fresh(swept, in_memory), once.done)):
        copy = fresh(swept, in_memory)
        if warm_sweeps.killed(moment, *words(copy, once.done)).code == -signal.SIGKILL:
            ended.append(assert_whole(copy, once))
        if len(ended) == KILLS:
            break
    counted(f"sweep: {len(ended)} random kills, {ended.count('after')} after the commit")
    assert len(ended) == KILLS
    if NIGHTLY:
        assert {"before", "after"} == set(ended)


@pytest.mark.timeout(7200 if NIGHTLY else 300)
def test_killed_with_its_worker_at_a_random_time_the_next_sweep_gives_the_same_bytes(
    graphlink_program, swept, once, in_memory, counted
):
    """The whole command, as cron starts it, which reads and analyses in a process of its own."""

    def begin():
        command = [graphlink_program, "sweep", "--config", fresh(swept, in_memory) / "graphlink.toml", "--week", SECOND]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    draw, ended, begun = random.Random("whole sweep"), [], time.monotonic()
    with begin() as process:
        assert process.wait() == 0
    took = time.monotonic() - begun
    for _ in range(10 * WHOLE):
        with begin() as process, suppress(subprocess.TimeoutExpired):
            try:
                process.wait(draw.uniform(0, took))
            finally:
                process.kill()
        if process.returncode == -signal.SIGKILL:
            ended.append(assert_whole(in_memory / "world", once))
        if len(ended) == WHOLE:
            break
    counted(f"sweep with its worker: {len(ended)} random kills, {ended.count('after')} after the commit")
    assert len(ended) == WHOLE


def test_of_two_at_once_one_works_and_the_other_changes_nothing(swept, once, in_memory, warm_sweeps, counted):
    """One that comes later than the other's end finds the week swept, and does nothing."""
    codes = []
    for _ in range(PAIRS):
        world = fresh(swept, in_memory)
        pair = [warm_sweeps.begin(*words(world, once.done)) for _ in range(2)]
        warm_sweeps.let_go(*pair)
        codes.append(tuple(sorted(warm_sweeps.ended(child).code for child in pair)))
        assert codes[-1] in {(0, 6), (0, 0)}
        assert_whole(world, once)
    counted(f"sweep: {len(codes)} pairs at once, in {codes.count((0, 6))} of them one was locked out")
    assert (0, 6) in codes


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_worker_and_leaves_nothing(graphlink_program, swept, once, tmp_path, sent):
    world = fresh(swept, tmp_path)
    command = [graphlink_program, "sweep", "--config", str(world / "graphlink.toml"), "--week", SECOND, "-v"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        for line in process.stderr:
            if line.startswith("reading: "):
                break
        process.send_signal(sent)
        rest = process.stderr.read()
    assert process.returncode == 128 + sent
    assert "Traceback" not in rest
    assert not [path for path in world.rglob("*") if path.name.startswith(".tmp-")]
    assert assert_whole(world, once) == "before"


@pytest.mark.parametrize("limit", [100, 252, 256, 260] if NIGHTLY else [100, 256])
def test_without_memory_a_sweep_changes_nothing(graphlink_program, swept, once, tmp_path, limit):
    world = fresh(swept, tmp_path)
    command = [graphlink_program, "sweep", "--config", str(world / "graphlink.toml"), "--week", SECOND]
    outcome = subprocess.run(
        [*command, f"--max-memory={limit}MB"], check=False, capture_output=True, text=True, timeout=120
    )
    assert outcome.returncode == 8
    assert len([line for line in outcome.stderr.splitlines() if line.startswith("graphlink: ")]) == 2
    assert assert_whole(world, once) == "before"


@pytest.mark.parametrize("limit", [1_000, 30_000, 300_000])
def test_a_disk_that_fails_the_worker_changes_nothing(graphlink_program, swept, once, tmp_path, limit):
    """A limit on the size of files makes the disk itself fail in the middle of a write."""
    world = fresh(swept, tmp_path)
    command = [graphlink_program, "sweep", "--config", str(world / "graphlink.toml"), "--week", SECOND]
    outcome = subprocess.run(
        ["prlimit", f"--fsize={limit}", *command], check=False, capture_output=True, text=True, timeout=120
    )
    assert outcome.returncode == 8
    assert "GL830" in outcome.stderr
    assert not [path for path in world.rglob("*") if path.name.startswith(".tmp-")]
    assert assert_whole(world, once) == "before"


def test_everything_is_on_the_disk_before_the_commit_and_latest_comes_after(swept, once, tmp_path, warm_sweeps, strace):
    """What a power cut would leave behind hangs on this order."""
    world = fresh(swept, tmp_path)
    log = tmp_path / "calls"
    trace = [strace, "-y", "-o", str(log), "--trace=fsync,fdatasync,rename"]
    assert warm_sweeps.run(*words(world, once.done), trace=trace).code == 0
    calls = log.read_text().splitlines()

    def places(pattern):
        return [number for number, call in enumerate(calls) if re.search(pattern, call)]

    (published,) = places(r'^rename\(".*/\.tmp-run-2026-w02", ')
    files = {path.name for path in (world / "sweeps" / "run-2026-w02").rglob("*")}
    forced = {Path(call.partition("<")[2].partition(">")[0]).name for call in calls[:published]}
    assert files <= forced
    assert places(r"^fsync\(.*/\.tmp-run-2026-w02>")[-1] < published  # its folder, last of all
    commit = places(r"sync\(.*/state\.sqlite>")[0]
    assert published < places(r"^fsync\(.*/sweeps>")[0] < commit
    (named,) = places(r'^rename\(".*/\.tmp-latest", ')
    assert places(r"sync\(.*/state\.sqlite>")[-1] < named


def test_what_has_no_name_of_a_sweep_stays_in_the_folder_of_sweeps(swept, done, tmp_path):
    """A copy for the lawyers was gone after the next sweep, since its name began as those of sweeps do."""
    world = fresh(swept, tmp_path)
    folder = world / "sweeps"
    others = ("run-before-the-change", "run-2026-w01-for-the-lawyer", ".tmp-notes")
    for name in others:
        shutil.copytree(folder / "run-2026-w01", folder / name)
    (folder / "run-notes.txt").write_text("mine")
    sweep_operation.sweep(world / "graphlink.toml", SECOND, done)
    assert all((folder / name / "rings.csv").is_file() for name in others)
    assert (folder / "run-notes.txt").read_text() == "mine"
    assert (folder / "latest").readlink().name == "run-2026-w02"
