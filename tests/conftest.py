"""What tests share: where real data, samples and other programs are, and that CI skips nothing.

A developer's machine may lack Chromium, PostgreSQL or the labelled sets; the tests that need them say so and are
skipped. With ``GRAPHLINK_REQUIRE_ALL=1``, as CI sets it, whatever would be skipped fails.
"""

import fcntl
import os
import pickle
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from functools import partialmethod
from importlib.util import find_spec
from inspect import signature
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import Phase, settings
from pandas._libs import hashtable
from pandas.core import algorithms

ROOT = Path(__file__).resolve().parents[1]
BESIDE_LOWEST = find_spec("sphinx") is None  # no tool that asks for newer versions is there
REQUIRE_ALL = os.environ.get("GRAPHLINK_REQUIRE_ALL") == "1"

# Idle threads of compiled loops wait for their next loop by turning round and round; here, where two processes have two
# threads each and small worlds have short loops, that took three quarters of the processors' time.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# A shell that starts the tests in the background has them ignore Ctrl-C, and what they start would ignore it too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

if "mix_stderr" in signature(CliRunner).parameters:  # click 8.1 mixes the streams unless it is told not to
    CliRunner.__init__ = partialmethod(CliRunner.__init__, mix_stderr=False)

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "test")
settings.register_profile("test", deadline=None, derandomize=True, max_examples=50, print_blob=True)
settings.register_profile("nightly", deadline=None, max_examples=20_000, print_blob=True)
settings.register_profile("mutants", deadline=None, derandomize=True, max_examples=30, phases=[Phase.generate])
settings.load_profile(PROFILE)


class _ObjectTexts(hashtable.StringHashTable):
    """What pandas numbers texts with that are Python objects; pandas 2 compares them up to their first NUL."""

    def __init__(self, *sizes):
        super().__init__(*sizes)
        frame = sys._getframe(1)
        while "/pandas/" in frame.f_code.co_filename:
            if frame.f_code.co_name in {"from_tuples", "_make_concat_multiindex"}:  # names of columns
                return
            frame = frame.f_back
        where = f"{frame.f_code.co_filename}:{frame.f_lineno}"
        assert not where.startswith(f"{ROOT}/graphlink/"), f"{where} numbers texts that are no Arrow column"


@pytest.fixture
def only_arrow_texts(monkeypatch):
    """Fail where graphlink has pandas number texts that are no Arrow column."""
    monkeypatch.setitem(algorithms._hashtables, "string", _ObjectTexts)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def samples(root: Path) -> Path:
    """The sample worlds that come with graphlink."""
    return root / "data" / "samples"


@pytest.fixture(scope="session")
def campaign(samples: Path, tmp_path_factory):
    """The larger sample, read and analysed once for all tests; whichever process comes second waits for the first."""
    from graphlink.api import library  # noqa: PLC0415  most tests need neither

    base = tmp_path_factory.getbasetemp()
    kept = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "campaign.pickle"
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            reading = library.read(samples / "campaign")
            kept.write_bytes(pickle.dumps((reading, library.analyse(reading))))
    return pickle.loads(kept.read_bytes())  # noqa: S301  written by the other process of these tests


@pytest.fixture(scope="session")
def shared_data(root: Path) -> Path:
    """The real, labelled sets, which lie beside the checkout."""
    folder = Path(os.environ.get("GRAPHLINK_SHARED_DATA", root.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no labelled sets at {folder}; GRAPHLINK_SHARED_DATA names another place")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser that opens the report."""
    return _program("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def soffice() -> str:
    """The spreadsheet that opens the tables."""
    return _program("soffice", "libreoffice")


@pytest.fixture(scope="session")
def graphlink_program() -> str:
    """The installed command, as a user starts it."""
    return str(Path(sys.executable).with_name("graphlink"))


@pytest.fixture(scope="session")
def strace() -> str:
    """What kills a process, or fails it, at a system call."""
    return _program("strace")


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """A folder where nobody waits for a disk; what a killed process leaves there is the same."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as place:
        yield Path(place)


@pytest.fixture
def counted(record_property):
    """Say how much was tried, at the end of the whole run: what a test of faults shows depends on it."""
    return lambda text: record_property("counted", text)


def pytest_terminal_summary(terminalreporter):
    """List what was counted, also by the processes beside this one."""
    reports = [each for outcome in ("passed", "failed") for each in terminalreporter.stats.get(outcome, [])]
    told = sorted(text for each in reports for name, text in each.user_properties if name == "counted")
    if told:
        terminalreporter.section("how much was tried")
        terminalreporter.write_line("\n".join(told))


@pytest.fixture
def worker_here(monkeypatch):
    """Have workers' tasks done in this process."""
    from sweep_worlds import begun_with  # noqa: PLC0415  the tests' folder is on the path by now
    from worker_here import do_here  # noqa: PLC0415

    from graphlink.engine.worker import supervise  # noqa: PLC0415
    from graphlink.sweeps import sweeping, verifying  # noqa: PLC0415  most tests need neither

    monkeypatch.setattr(supervise, "do_in_worker", do_here)
    monkeypatch.setattr(supervise, "begin_in_worker", begun_with(do_here))
    for function in (sweeping.sweep_week, verifying.verify_sweep):
        monkeypatch.setattr(function, "__defaults__", (begun_with(do_here),))


def _program(*names: str) -> str:
    for name in names:
        if path := shutil.which(name):
            return path
    pytest.skip(f"{names[0]} is not installed")


def pytest_collection_modifyitems(config, items):
    """Leave out what is only for the night or for the locked versions, unless it is night, or they are here."""
    left_out = {item for item in items if _is_for_the_night(item) or _is_for_the_locked(item)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _is_for_the_locked(item):
    return BESIDE_LOWEST and item.get_closest_marker("locked") is not None


def _is_for_the_night(item):
    return PROFILE != "nightly" and any(mark.kwargs.get("only") for mark in item.iter_markers("nightly"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return _refuse_skip((yield), item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _refuse_skip((yield), collector.nodeid)


def _refuse_skip(report, name):
    """Where everything is required, turn a skip into a failure that says what is missing."""
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{name} may not be skipped where GRAPHLINK_REQUIRE_ALL=1: {reason}"
    return report
