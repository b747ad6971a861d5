"""However a worker ends, its supervisor gives the outcome or says in one sentence what happened."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from worker_calls import AMPLE, begin, do

from graphlink.engine.worker import deadlock_watch as standstill
from graphlink.engine.worker import isolation, supervise
from graphlink.engine.worker.protocol import Limits, WorkerBugError
from graphlink.words.errors import ConfigError, MachineError

pytestmark = pytest.mark.usefixtures("worker_jobs")


def test_an_outcome_comes_back_and_is_heard_on_its_way():
    outcome, heard = do("all_is_well")
    assert ("counting", 0.0) in heard
    assert ("GL306", "3 empty values") in heard
    assert outcome["umask"] == 0o077


def test_the_rest_of_a_task_may_come_when_the_work_has_begun():
    with begin("hear_the_rest") as worker:
        worker.tell({"known": "x" * 1_000_000})
        assert worker.outcome() == {"known": "x" * 1_000_000}


def test_nobody_waits_for_a_worker_that_does_not_hear_the_rest():
    limits = Limits(memory=AMPLE.memory, seconds=1)
    with begin("sleep", limits) as worker:
        worker.tell({"known": "x" * 1_000_000})
        with pytest.raises(MachineError, match="GL822"):
            worker.outcome()


def test_whoever_leaves_ends_the_worker():
    with begin("hear_the_rest") as worker:
        assert worker.process.poll() is None
    assert worker.process.poll() == -signal.SIGKILL


def test_warnings_of_ours_are_passed_on():
    heard = do("warn")[1]
    assert [text for code, text in heard if code == ""] == ["graphlink compiles its loops at each start"]


def test_no_image_of_the_memory_is_left():
    assert do("all_is_well")[0]["core"] == "0"


def death(ending: str, limits: Limits = AMPLE, **task: object) -> str:
    """The sentence that a user is told."""
    with pytest.raises(MachineError) as died:
        do(ending, limits, **task)
    assert died.value.code == "GL821"
    return str(died.value)


@pytest.mark.parametrize(
    ("ending", "how", "cure"),
    [
        ("segfault", "was killed by signal 11 (SIGSEGV)", "report it"),
        ("abort_quietly", "was killed by signal 6 (SIGABRT)", "report it"),
        ("kill", "was killed by signal 9 (SIGKILL)", "who ended it"),
        ("exit_127", "ended without a word (exit 127)", "report it"),
        ("leave", "gave up (SystemExit)", "report it"),
        ("say_too_much", "ended without a word (exit 0)", "report it"),
    ],
)
def test_nobody_is_sent_for_memory_that_was_there(ending, how, cure, capfd):
    told = death(ending)
    assert "\n" not in told
    assert capfd.readouterr() == ("", "")  # what a dying library says is not for the user
    assert f"{how} while counting. Fix: " in told
    assert cure in told
    assert "want of memory" not in told
    assert "--max-memory" not in told


@pytest.mark.parametrize(
    ("ending", "how"), [("abort", "was killed by signal 6 (SIGABRT)"), ("raise_bare", "gave up (BaseException)")]
)
def test_a_library_that_says_that_it_got_no_memory_is_believed(ending, how):
    assert f"{how} while counting, for want of memory. Fix: give it more" in death(ending)


def test_who_had_filled_nearly_all_died_for_the_rest():
    told = death("fill_and_fall", Limits(memory=600_000_000, seconds=30), size=530_000_000)
    assert "was killed by signal 11 (SIGSEGV) while counting, for want of memory" in told


def test_a_system_that_ended_something_for_want_of_memory_ended_this(monkeypatch):
    counts = iter([3, 4])
    monkeypatch.setattr(supervise, "n_starved", lambda: next(counts))
    assert "was killed by signal 9 (SIGKILL) while counting, for want of memory" in death("kill")


@pytest.mark.parametrize(
    ("need", "told"),
    [(3_000_000_000, "; it needs about 3,000 MB"), (1, "; about 1 MB were reckoned, and it needs more")],
)
def test_a_worker_out_of_memory_says_how_much_it_needs_where_it_is_known(need, told):
    with pytest.raises(MachineError) as refused:
        do("raise_memory_error", need=need)
    assert f"was reached while counting{told}. Fix:" in str(refused.value)


def test_a_limit_on_address_space_is_named_as_what_it_is():
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (1 << 40, before[1]))
    try:
        with pytest.raises(MachineError, match=r"the limit of 1,099,512 MB on address space was reached .*`ulimit -v`"):
            do("raise_memory_error", Limits(memory=1 << 41, seconds=60))
        with pytest.raises(MachineError, match="the memory limit of 2,000 MB was reached"):
            do("raise_memory_error")
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.parametrize("how", ["exit at import", "cannot be loaded", "killed at import"])
def test_a_library_that_cannot_be_loaded_is_the_machine_standing_in_the_way(how, monkeypatch):
    monkeypatch.setenv("WORKER_TASKS", how)
    with pytest.raises(MachineError, match=r"GL821 worker: .* while starting"):
        do("all_is_well")


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(standstill, "_LOOKS", 2)


@pytest.mark.usefixtures("impatient")
def test_a_worker_that_waits_for_a_thread_that_could_not_begin_is_given_up():
    with pytest.raises(MachineError, match="GL820 worker: the memory limit of 2,000 MB was reached while counting"):
        do("begin_no_thread")


@pytest.mark.usefixtures("impatient")
def test_a_copy_that_cannot_begin_a_thread_leaves_the_work_to_its_original():
    assert do("begin_no_thread_in_a_copy")[0] == {"n": [0, 1, 2]}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("ending", "left", "network"),
    [("begin_no_thread", 1_000, False), ("begin_no_thread", 32, True), ("work_slowly", 32, False)],
    ids=["memory is free", "it may wait for a server", "it works now and then"],
)
@pytest.mark.slow
def test_a_worker_that_only_waits_is_let_wait(ending, left, network):
    with pytest.raises(MachineError, match="GL822 worker: counting took longer than 6 s"):
        do(ending, Limits(memory=AMPLE.memory, seconds=6, network=network), left=left)


def test_memory_beyond_the_limit_is_refused():
    with pytest.raises(MachineError, match="memory limit of 300 MB"):
        do("fill_memory", Limits(memory=300_000_000, seconds=30))


def test_a_limit_below_what_python_needs_is_refused():
    with pytest.raises(MachineError, match="memory limit of 1 MB"):
        do("all_is_well", Limits(memory=1_000_000, seconds=30))


@pytest.mark.parametrize("ending", ["sleep", "compute"])
@pytest.mark.slow
def test_a_stage_that_does_not_end_is_ended(ending):
    started = time.monotonic()
    with pytest.raises(MachineError, match="GL822 worker: counting took longer than 3 s"):
        do(ending, Limits(memory=AMPLE.memory, seconds=3))  # a worker alone takes a second to start beside other work
    assert time.monotonic() - started < 20


def test_a_refusal_is_the_same_on_both_sides():
    with pytest.raises(ConfigError) as refused:
        do("refuse")
    assert str(refused.value) == "GL407 graphlink.toml:7:signals.ip: family missing. Fix: name it."


def test_a_system_error_is_the_same_on_both_sides():
    with pytest.raises(OSError, match="No space left on device") as refused:
        do("fail_to_write")
    assert (refused.value.errno, refused.value.filename) == (28, "out/members.csv")


def test_a_bug_keeps_its_traceback():
    with pytest.raises(WorkerBugError) as bug:
        do("stumble")
    assert bug.value.name == "KeyError"
    assert "in stumble" in bug.value.__notes__[0]


def test_the_network_is_out_of_reach():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert do("connect", Limits(AMPLE.memory, AMPLE.seconds, network=True), port=port)[0]["refusal"] == 0
        outcome, heard = do("connect", port=port)
    kept = [text for code, text in heard if code == "GL321"]
    assert outcome["refusal"] != 0 or kept


def test_it_writes_into_its_folder_and_nowhere_else(tmp_path):
    (tmp_path / "own").mkdir()
    limits = Limits(AMPLE.memory, AMPLE.seconds, folder=str(tmp_path / "own"))
    outcome, heard = do("write_to", limits, inside=str(tmp_path / "own" / "a"), outside=str(tmp_path / "b"))
    assert outcome["inside"] == "written"
    assert outcome["outside"] == "Permission denied" or "GL322" in dict(heard)


def test_it_starts_no_program():
    outcome, heard = do("start")
    assert outcome["said"] == "Permission denied" or "GL322" in dict(heard)


@pytest.mark.parametrize(("limit", "memory"), [("1000000", 1_000_000), ("max", None)])
def test_a_container_has_less_memory_than_its_machine(tmp_path, monkeypatch, limit, memory):
    (tmp_path / "memory.max").write_text(f"{limit}\n")
    monkeypatch.setattr(isolation, "_CGROUPS", tmp_path)
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert isolation.machine_memory() == (memory or whole)


SUPERVISOR = """
from graphlink.engine.worker import supervise
from graphlink.engine.worker.protocol import Job, Limits
supervise._JOBS = "worker_jobs"
listener = supervise.Listener(lambda stage, done: print(stage, flush=True), lambda code, text: None)
supervise.do_in_worker(Job.RUN, {"ending": "sleep"}, Limits(10**9, 60), listener)
"""


def test_a_worker_does_not_outlive_its_supervisor():
    with subprocess.Popen([sys.executable, "-c", SUPERVISOR], stdout=subprocess.PIPE) as supervisor:
        assert supervisor.stdout.readline() == b"counting\n"
        children = Path(f"/proc/{supervisor.pid}/task/{supervisor.pid}/children").read_text().split()
        supervisor.send_signal(signal.SIGKILL)
        supervisor.wait()
    assert children
    deadline = time.monotonic() + 10
    while any(is_running(child) for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(is_running(child) for child in children)


def is_running(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


# --- graphlink run ----------------------------------------------------------------------------------------------------


def run_with(graphlink_program, samples, out, *options, prefix=()):
    command = [*prefix, graphlink_program, "run", str(samples), "-o", str(out), *options]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("limit", [100, 270, 300, 340])  # from none for the imports to nearly enough
@pytest.mark.slow
def test_a_run_without_memory_ends_in_one_sentence_and_no_folder(graphlink_program, samples, tmp_path, limit):
    outcome = run_with(graphlink_program, samples / "campaign", tmp_path / "result", f"--max-memory={limit}MB")
    assert outcome.returncode == 8
    assert "GL82" in outcome.stderr
    assert len([line for line in outcome.stderr.splitlines() if line.startswith("graphlink: ")]) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("address_space", [60, 100, 300, 600])
def test_a_starved_process_ends_in_one_sentence_and_no_folder(graphlink_program, samples, tmp_path, address_space):
    limit = ["prlimit", f"--as={address_space}000000"]
    outcome = run_with(graphlink_program, samples / "tiny", tmp_path / "result", prefix=limit)
    assert outcome.returncode == 8, outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert len([line for line in outcome.stderr.splitlines() if line.startswith("graphlink: ")]) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", ["0MB", "much", "-1GB", "4"])
def test_a_size_without_a_meaning_is_a_usage_error(graphlink_program, samples, tmp_path, size):
    outcome = run_with(graphlink_program, samples / "tiny", tmp_path / "result", f"--max-memory={size}")
    assert outcome.returncode == 2
    assert list(tmp_path.iterdir()) == []
