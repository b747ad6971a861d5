"""Killed or failed at any system call, a state is as it was before or after, and doing it again succeeds."""

import itertools
import shutil
import signal
from pathlib import Path

import pytest
import state_operation
from faults import FAULTS, NIGHTLY, Faults, chosen, moments
from forgers import bytes_in
from state_operation import OPERATIONS
from state_worlds import CAT, two_weeks
from warm_process import warm

from graphlink.sweeps.state.backup import back_up
from graphlink.sweeps.state.chain import digest_content
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.words.errors import StateError

KILLS = 60 if NIGHTLY else 6
"""Of each operation, at random times."""
pytestmark = [pytest.mark.nightly, pytest.mark.slow, pytest.mark.timeout(900 if NIGHTLY else 300)]

CASES = [
    (name, fault)
    for name, fault in itertools.product(OPERATIONS, FAULTS)
    if NIGHTLY or fault == FAULTS[0] or name in {"sweep", "forget"}
]
"""By day every operation is killed; the disk fails and is full where a week or a person could be lost."""


@pytest.fixture(scope="module")
def warm_states():
    with warm(Path(state_operation.__file__)) as process:
        yield process


@pytest.fixture
def faults(warm_states, strace, in_memory):
    return Faults(warm_states, [strace, "-f"], in_memory / "calls")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written") / "state"
    two_weeks(folder)
    with open_state(folder) as state:
        back_up(state)
    return folder


@pytest.fixture(scope="module")
def digests(written, tmp_path_factory):
    """What the state knows before and after each operation."""
    found = {}
    for name, operation in OPERATIONS.items():
        folder = fresh(written, tmp_path_factory.mktemp(name))
        before = digest_of(folder)
        operation(folder)
        found[name] = (before, digest_of(folder))
    return found


def fresh(written: Path, place: Path) -> Path:
    folder = place / "state"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(written, folder)
    folder.chmod(0o700)
    return folder


def digest_of(folder: Path) -> str:
    """What a state knows, as who only reads can tell."""
    with open_state(folder, Opening(read_only=True)) as state:
        return digest_content(state.connection)


def read_or_refused(name: str, folder: Path) -> str:
    """Who only reads is told of what was interrupted, and changes nothing; then the next writer has ended it."""
    there = bytes_in(folder)
    try:
        return digest_of(folder)
    except StateError as refusal:
        code = refusal.code
    finally:
        assert bytes_in(folder) == there
    if name == "restore":  # without a seal, until the same command is given again
        assert code == "GL703"
        OPERATIONS[name](folder)
    else:
        assert code == "GL708"
        with open_state(folder):
            pass
    return digest_of(folder)


def assert_whole(name: str, folder: Path, digests) -> str:
    """It is as it was before or after, and doing it again succeeds; gives the digest that was found."""
    before, after = digests[name]
    found = read_or_refused(name, folder)
    assert found in {before, after}
    OPERATIONS[name](folder)  # here: a process of its own would take most of the time, and open the state no other way
    assert digest_of(folder) == after
    assert not list(folder.rglob(".tmp-*"))
    if name == "forget":
        assert CAT.encode() not in (folder / "state.sqlite").read_bytes()
    return found


@pytest.mark.parametrize("name", OPERATIONS)
def test_killed_at_a_random_time_it_is_before_or_after(written, digests, in_memory, warm_states, name, counted):
    n_killed = 0
    for moment in moments(warm_states, name, 10 * KILLS, name, fresh(written, in_memory)):
        folder = fresh(written, in_memory)
        n_killed += warm_states.killed(moment, name, folder).code == -signal.SIGKILL
        assert_whole(name, folder, digests)
        if n_killed == KILLS:
            break
    counted(f"state ({name}): {n_killed} random kills")
    assert n_killed == KILLS


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_failed_at_any_system_call_it_is_before_or_after(written, digests, in_memory, faults, case, counted):
    name, fault = case
    made = faults.calls(name, fresh(written, in_memory))
    ended = []
    for call, number in chosen(made):
        folder = fresh(written, in_memory)
        code, stderr = faults.fail(call, number, fault, name, folder)
        assert code != 1 or "Error" in stderr
        ended.append(assert_whole(name, folder, digests))
    counted(f"state ({name}): {fault} at {len(ended)} of {len(made)} system calls, whole each time")
    assert len(ended) >= 4
    assert set(ended) == set(digests[name])
