"""What a run reaches beyond its files: no network, no other program, no file that others could read, no raw value on
the terminal (P16, P19).
"""

import csv
import re
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from tracing import CHANGING, CREATING, Call, needed, parse, traced

from graphlink.__main__ import run as run_command

pytestmark = pytest.mark.slow


CANARY = "c4n4ry"
"""Stands in every field that an account holder can choose."""

OWN = stat.S_IRWXU
NAMES_NO_DATA = re.compile(r"/dev/|/proc/|/__pycache__/")
"""Devices, and compiled code: nothing in them comes from an export."""


@pytest.fixture(scope="module")
def export(samples, tmp_path_factory) -> Path:
    """The tiny sample with a canary in every value, its rows among so many others that one bad row is tolerated."""
    folder = tmp_path_factory.mktemp("canary")
    with (samples / "tiny" / "events.csv").open(newline="") as file:
        rows = [
            {name: value if name in {"time", "ip"} or not value else f"{CANARY}-{value}" for name, value in row.items()}
            for row in csv.DictReader(file)
        ]
    ends = [{"account_id": f"{CANARY}-{n}", "time": "2026-07-01", "device": f"{CANARY}-{n}"} for n in range(400)]
    bad = {"account_id": f"{CANARY}-bad", "time": f"01/02/2026 {CANARY}", "device": f"{CANARY}-bad"}
    with (folder / "events.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows([*rows, *ends, bad])
    return folder


@pytest.fixture(scope="module")
def run(export, tmp_path_factory, graphlink_program) -> tuple[Path, subprocess.CompletedProcess[str], list[Call]]:
    """A run of it under a umask that forbids nothing, and what it asked of the system."""
    folder = tmp_path_factory.mktemp("traced")
    (folder / "tmp").mkdir(mode=OWN)
    calls = ("network", "execve", "execveat", *CREATING, *CHANGING)
    command = [graphlink_program, "run", export, "--all", "-o", folder / "result"]
    outcome, found = traced(command, calls, folder, {"TMPDIR": str(folder / "tmp")})
    assert outcome.returncode == 3, outcome.stderr
    return folder, outcome, found


# --- the network and other programs -----------------------------------------------------------------------------------


def connections(calls: Sequence[Call]) -> list[Call]:
    """Sockets that lead out of the machine, and what is done with them."""
    talk = {"connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "sendmmsg"}
    return [call for call in calls if call.name in talk or (call.name == "socket" and "AF_UNIX" not in call.arguments)]


def started(calls: Sequence[Call]) -> list[str]:
    return [call.path() for call in calls if call.name in {"execve", "execveat"}]


def test_a_run_opens_no_connection(run):
    assert connections(run[2]) == []


def test_a_run_starts_nothing_but_itself(run, graphlink_program):
    programs = {Path(path).name for path in started(run[2])}
    assert programs <= {Path(graphlink_program).name, Path(sys.executable).name, "python", "python3"}


def test_a_trace_shows_connections_and_programs(tmp_path):
    """Otherwise the two tests above would show nothing."""
    code = "import socket, subprocess; socket.socket().connect_ex(('127.0.0.1', 9)); subprocess.run(['true'])"
    outcome, found = traced([sys.executable, "-c", code], ("network", "execve"), tmp_path)
    assert outcome.returncode == 0
    assert [call.name for call in connections(found)] == ["socket"]  # the connection itself is refused
    assert Path(started(found)[-1]).name == "true"


def test_a_run_succeeds_where_there_is_no_network(export, graphlink_program, tmp_path):
    unshare = [needed("unshare"), "--map-root-user", "--net"]
    if subprocess.run([*unshare, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("namespaces for users are switched off here")
    command = [*unshare, graphlink_program, "run", export, "-o", tmp_path / "result", "--quiet"]
    outcome = subprocess.run(command, check=False, capture_output=True, text=True)
    assert outcome.returncode == 3, outcome.stderr
    assert (tmp_path / "result" / "report.html").exists()


# --- files ------------------------------------------------------------------------------------------------------------


def too_open(calls: Sequence[Call]) -> list[Call]:
    """Files and folders that others could have entered or read for a moment, given the umask of that moment."""
    umask, closed, found = 0, set(), []
    for call in calls:
        if call.name == "umask":
            umask = call.modes()[0]
        elif call.name in CHANGING:
            found += [call] if call.modes()[-1] & 0o077 else []
        elif call.creates and call.path() not in closed and not NAMES_NO_DATA.search(call.path()):
            is_open = bool(call.modes()[-1] & ~umask & 0o077)
            found += [call] if is_open else []
            closed |= set() if is_open else {call.path()}  # opening it again does not open it to others
    return found


def test_no_file_or_folder_is_open_to_others_even_for_a_moment(run):
    made = [call.path() for call in run[2] if call.creates]
    assert len([path for path in made if path.endswith((".csv", ".html", ".jsonl", ".json"))]) >= 7
    assert too_open(run[2]) == []


def test_the_umask_is_never_widened(run):
    assert {call.modes()[0] for call in run[2] if call.name == "umask"} == {0o077}


def test_what_is_left_is_for_its_owner_alone(run):
    folder, *_ = run
    left = [folder / "result", *(folder / "result").rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in left if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in left if path.is_file()} == {0o600}
    assert list((folder / "tmp").iterdir()) == []


def test_a_trace_shows_what_is_open_to_others():
    """Otherwise the tests above would show nothing."""
    log = """7 openat(AT_FDCWD, "/a", O_WRONLY|O_CREAT, 0666) = 3
7 umask(077) = 000
7 openat(AT_FDCWD, "/b", O_WRONLY|O_CREAT, 0666 <unfinished ...>
8 mkdir("/c", 0755) = 0
7 <... openat resumed>) = 4
7 fchmod(3, 0644) = 0
"""
    assert [call.path() or call.name for call in too_open(parse(log))] == ["/a", "fchmod"]


LIBRARY = """
import sys
import pandas as pd
import graphlink as gl
result = gl.link(pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False).iloc[:-1])
result.write(sys.argv[2])
"""


def test_the_library_keeps_files_closed_too(export, tmp_path):
    """It leaves the umask of its process alone, so it must ask for each mode itself."""
    command = [sys.executable, "-c", LIBRARY, export / "events.csv", tmp_path / "result"]
    outcome, found = traced(command, (*CREATING, *CHANGING), tmp_path)
    assert outcome.returncode == 0, outcome.stderr
    assert any(call.path().endswith("rings.csv") for call in found if call.creates)
    assert too_open(found) == []


# --- what is said -----------------------------------------------------------------------------------------------------


def test_no_raw_value_is_said_on_stderr(run):
    assert "GL240" in (run[0] / "result" / "rejects.jsonl").read_text()
    assert CANARY not in run[1].stderr


BAD_ROWS = {
    "GL201": f"{CANARY},\ufeff{CANARY},device,2026-01-05T10:00:00Z",
    "GL203": f"{CANARY},{CANARY}\x00,device,2026-01-05T10:00:00Z",
    "GL210": f"{CANARY},{CANARY}",
    "GL212": f'{CANARY},"{CANARY}"{CANARY},device,2026-01-05T10:00:00Z',
    "GL213": f"{CANARY},{CANARY * 12_000},device,2026-01-05T10:00:00Z",
    "GL220": f"NULL,{CANARY},device,2026-01-05T10:00:00Z",
    "GL230": f"{CANARY},{CANARY},ip,2026-01-05T10:00:00Z",
    "GL240": f"{CANARY},{CANARY},device,01/02/2026 {CANARY}",
    "GL241": f"{CANARY},{CANARY},device,2026-01-05T10:00:00",
}


@pytest.mark.usefixtures("worker_here")
@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize("code", BAD_ROWS)
def test_no_raw_value_of_a_refused_file_is_said(tmp_path, capsys, code, log_format):
    good = [f"{CANARY}-{n},{CANARY},device,2026-01-05T10:00:00Z" for n in range(9)]
    lines = ["account_id,signal_value,signal_type,first_seen", *good, BAD_ROWS[code], BAD_ROWS[code], ""]
    (tmp_path / "sightings.csv").write_text("\n".join(lines))
    ended = run_command(["check", str(tmp_path / "sightings.csv"), "--log-format", log_format])
    said = capsys.readouterr()
    assert (ended, "GL140" in said.err, code in said.err) == (4, True, True)
    assert CANARY not in said.out + said.err


def test_a_canary_is_found_where_it_may_stand(run):
    """The report and the rejected rows are for it; a search that finds nothing there would show nothing."""
    texts = [(run[0] / "result" / name).read_text() for name in ("report.html", "rejects.jsonl", "members.csv")]
    assert all(CANARY in text for text in texts)
