"""The installed program: signals, pipes and terminals, which only a process of its own has."""

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import case_worlds
import pytest
from state_worlds import CAT, two_weeks
from sweep_worlds import FIRST, write_week

from graphlink.sweeps.state.backup import back_up
from graphlink.sweeps.state.open_state import open_state

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """Settings under which a run is short: how it ends does not hang on the number of worlds shuffled."""
    path = tmp_path_factory.mktemp("quick") / "graphlink.toml"
    path.write_text("[method]\nnull_worlds = 1\ndisturbances = 1\n")
    return f"--config={path}"


def test_the_version_is_printed(graphlink_program):
    outcome = subprocess.run([graphlink_program, "--version"], check=True, capture_output=True, text=True)
    assert outcome.stdout.startswith("graphlink ")


@pytest.fixture
def with_full_stdout(graphlink_program, tmp_path):
    """Runs the program with a stdout that takes nothing."""

    def start(*words):
        with Path("/dev/full").open("w") as full:
            return subprocess.run(
                [graphlink_program, *words], check=False, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True
            )

    return start


def test_a_reader_that_goes_away_ends_it_quietly(graphlink_program):
    reader, writer = os.pipe()
    os.close(reader)
    outcome = subprocess.run(
        [graphlink_program, "explain"], check=False, stdout=writer, stderr=subprocess.PIPE, text=True
    )
    os.close(writer)
    assert outcome.returncode == 141
    assert "Traceback" not in outcome.stderr


def test_a_full_stdout_is_the_machine_standing_in_the_way(with_full_stdout):
    outcome = with_full_stdout("explain")
    assert outcome.returncode == 8
    assert "No space left on device" in outcome.stderr


def test_a_full_stdout_leaves_what_is_published_and_asks_to_look(with_full_stdout, samples, tmp_path, quick):
    """Exit 8 would say that nothing was published, exit 0 that the listing is whole."""
    outcome = with_full_stdout("run", samples / "tiny", "-o", tmp_path / "result", "--json", quick)
    assert outcome.returncode == 3
    assert f"{tmp_path / 'result'} is whole, but stdout cannot be written (No space left on device)" in outcome.stderr
    assert outcome.stderr.splitlines()[-1] == "graphlink: exit 3 DEGRADED"
    assert (tmp_path / "result" / "report.html").exists()


SIGNED = ("--by", "li", "--note", "case 4711")


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        (["verdict", CAT, "unsure", *SIGNED], "change 5 of state"),
        (["allow", "account", "acct-9", *SIGNED], "change 5 of state"),
        (["known-bad", "signal", "ip", "62.99.1.5", *SIGNED], "change 5 of state"),
        (["verdicts", "import", "given.csv"], "change 5 of state"),
        (["allow", "import", "listed.csv"], "change 5 of state"),
        (["forget", CAT, *SIGNED], "change 5 of state"),
        (["prune", *SIGNED], "the pruning of state"),
        (["actions", "-c", "one.toml"], "actions"),
        (["state", "backup"], "state/backups/state-2026-w02-g000004.sqlite"),
        (["state", "restore"], "state, restored from state/backups/state-2026-w02-g000004.sqlite,"),
        (["config", "init"], "graphlink.toml"),
        (["simulate", "world", "--accounts", "1000"], "world"),
    ],
    ids=lambda words: " ".join(words[:2]) if isinstance(words, list) else "",
)
def test_what_was_done_stays_though_stdout_is_full_and_exit_8_does_not_deny_it(
    with_full_stdout, tmp_path, words, whole
):
    """A script gave the verdict a second time, and put another state aside."""
    two_weeks(tmp_path / "state")
    with open_state(tmp_path / "state") as state:
        back_up(state)
    (tmp_path / "given.csv").write_text(f"account_id,verdict,note,by\n{CAT},unsure,n,li\n")
    (tmp_path / "listed.csv").write_text("account_id,note,by\nacct-9,n,li\n")
    (tmp_path / "one.toml").write_text("[sweep]\nsecond_name_share = 1\n")
    outcome = with_full_stdout(*words)
    told = f"graphlink: {whole} is whole, but stdout cannot be written (No space left on device). Fix: "
    assert (outcome.returncode, told in outcome.stderr) == (3, True), outcome.stderr


def test_what_was_not_decided_yet_is_not_called_whole(with_full_stdout, tmp_path):
    two_weeks(tmp_path / "state")
    outcome = with_full_stdout("verdicts", "list")
    assert (outcome.returncode, "is whole" in outcome.stderr) == (8, False)


def test_a_stderr_that_cannot_be_written_leaves_a_run_as_it_is(graphlink_program, samples, tmp_path, quick):
    words = f"{graphlink_program} run {samples / 'tiny'} -o {tmp_path / 'result'} {quick} -v"
    outcome = subprocess.run(["sh", "-c", f"{words} 2>/dev/full >/dev/null"], check=False)
    assert outcome.returncode == 0
    assert (tmp_path / "result" / "report.html").exists()


@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-"])
def test_a_stderr_that_cannot_be_written_changes_nothing(graphlink_program, redirection):
    outcome = subprocess.run(["sh", "-c", f"{graphlink_program} check /nosuch.csv {redirection}"], check=False)
    assert outcome.returncode == 4


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_a_run_with_its_code_and_no_folder(graphlink_program, samples, tmp_path, sent, code):
    command = [graphlink_program, "run", str(samples / "campaign"), "-o", str(tmp_path / "result"), "-v"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        for line in process.stderr:
            if line.startswith("reading: "):
                break
        process.send_signal(sent)
        rest = process.stderr.read()
    assert process.returncode == code
    assert "Traceback" not in rest
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_a_query_with_its_code(graphlink_program, sent, code):
    """DuckDB works through what a signal raises, and then tells only that there was one."""
    endless = "SELECT count(*) FROM range(10000000) a, range(100000) b"
    command = [graphlink_program, "sql", endless, "-r", str(case_worlds.run_folder())]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        while "duckdb" not in Path(f"/proc/{process.pid}/maps").read_text():
            time.sleep(0.1)
        time.sleep(2)  # the query is sent at once, and goes on for days
        process.send_signal(sent)
        rest = process.stderr.read()
    assert process.returncode == code
    assert "Traceback" not in rest


def test_a_hang_up_that_is_ignored_ends_nothing(graphlink_program, samples, tmp_path, quick):
    """As under `nohup`."""
    run = [graphlink_program, "run", str(samples / "tiny"), "-o", str(tmp_path / "result"), quick, "-v"]
    command = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *run]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        process.stderr.readline()
        process.send_signal(signal.SIGHUP)
        process.stderr.read()
    assert process.returncode == 0


def test_an_interruption_while_modules_load_says_nothing(tmp_path):
    """Python itself takes a moment before the first line of ours; from there on nobody is to read a traceback."""
    slow = tmp_path / "click.py"
    slow.write_text("import sys, time\nsys.stderr.write('loading\\n')\ntime.sleep(60)\n")
    command = [sys.executable, "-m", "graphlink", "--help"]
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=env, text=True) as process:
        assert process.stderr.readline() == "loading\n"
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == ""
    assert process.returncode == -signal.SIGINT  # which a shell calls 130


@pytest.mark.parametrize(
    ("settings", "moves"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, True)],
)
def test_only_a_capable_terminal_sees_anything_move(graphlink_program, samples, tmp_path, quick, settings, moves):
    command = [graphlink_program, "run", str(samples / "tiny"), "-o", str(tmp_path / "result"), quick]
    shown = in_terminal(command, settings)
    assert (b"\x1b[" in shown) is moves


def test_without_progress_nothing_moves_on_a_terminal(graphlink_program, samples, tmp_path, quick):
    command = [graphlink_program, "run", str(samples / "tiny"), "-o", str(tmp_path / "result"), quick, "--no-progress"]
    assert b"\x1b" not in in_terminal(command, {"TERM": "xterm"})


def in_terminal(command: list[str], settings: dict[str, str]) -> bytes:
    """Run a command with its stderr on a terminal and give what the terminal got."""
    main, terminal = pty.openpty()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=terminal, env={**os.environ, **settings}
    ) as process:
        os.close(terminal)
        shown = b""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                shown += os.read(main, 65_536)
            except OSError:
                break
    os.close(main)
    assert process.returncode == 0
    return shown


# --- nonsense in the variables that libraries read ends no command, and changes no result -----------------------------

NUMBA = ("NUM_THREADS", "OPT", "DEBUG", "CPU_NAME", "CPU_FEATURES", "THREADING_LAYER", "DISABLE_JIT", "BOUNDSCHECK")
VARIABLES = {
    "no threads": {"NUMBA_NUM_THREADS": "0"},
    "numba": {f"NUMBA_{name}": "nonsense" for name in NUMBA},
    "many threads": {"NUMBA_NUM_THREADS": "-1", "OMP_NUM_THREADS": "99999999999", "OPENBLAS_NUM_THREADS": "0"},
    "arithmetic": {f"{name}_NUM_THREADS": "x" for name in ("OMP", "OPENBLAS", "MKL", "ARROW")},
    "time and language": {"TZ": "No/Where:\x01", "LANG": "xx_XX.nonsense", "LC_ALL": "\u00e9", "LANGUAGE": "%s"},
    "folders": {"TMPDIR": "/no/such/folder", "HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/zero", "TEMP": "\x02"},
    "terminal": {"COLUMNS": "nonsense", "LINES": "-1", "TERM": "%p1", "NO_COLOR": "x", "FORCE_COLOR": "x"},
    "columns": {"COLUMNS": "0"},
    "ours": {"ARROW_IO_THREADS": "-7", "ARROW_DEFAULT_MEMORY_POOL": "nonsense", "ARROW_USER_SIMD_LEVEL": "nonsense"},
}


@pytest.mark.parametrize("name", VARIABLES)
def test_no_variable_ends_a_command(tmp_path, name):
    write_week(tmp_path / "exports", FIRST)
    done = subprocess.run(
        [sys.executable, "-m", "graphlink", "check", "exports"],
        cwd=tmp_path,
        env={**os.environ, **VARIABLES[name]},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    assert done.returncode == 0, done.stderr
    assert "exit 0 DONE" in done.stderr


# --- a compiled loop that reaches outside its arrays ------------------------------------------------------------------

SHORT = """
from graphlink.reading.columns import codebook

loop = codebook.number_texts
codebook.number_texts = lambda *given: loop(*given[:5], given[5][:1], given[6])
"""
"""What Python runs at its start: from then on a loop gets an array that is too short for what it writes."""


@pytest.mark.parametrize("command", ["check", "run"])
def test_an_index_outside_an_array_is_an_internal_error(samples, tmp_path, command):
    (tmp_path / "sitecustomize.py").write_text(SHORT)
    words = [sys.executable, "-m", "graphlink", command, str(samples / "tiny")]
    done = subprocess.run(
        [*words, "--output", str(tmp_path / "out")] if command == "run" else words,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 1, done.stderr
    assert "graphlink: GL002 internal error (IndexError); the traceback is in" in done.stderr
    (log,) = tmp_path.glob("graphlink-*.log")
    assert "out of bounds" in log.read_text()
    assert not (tmp_path / "out").exists()
