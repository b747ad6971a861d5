"""Who is told how a sweep ended, and what: counts and a place, and never a value or an address."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import ModuleType

import pytest

from graphlink.config.sweeps import SweepSettings
from graphlink.sweeps.notifying import notifying
from graphlink.words.errors import ConfigError, ExitCode, InputError, MachineError, Place

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # what apprise imports is old
ADDRESSES = "GRAPHLINK_TEST_NOTIFY"


@pytest.fixture
def heard():
    """A server that hears what is sent, and its address."""
    messages = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            messages.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing on stderr."""

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield messages, f"json://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def told(heard, monkeypatch):
    pytest.importorskip("apprise", reason="the extra `notify` is not installed")
    messages, address = heard
    monkeypatch.setenv(ADDRESSES, address)
    return messages


def test_nobody_is_told_unless_the_settings_say_so(heard):
    with notifying(SweepSettings(), "2026-W47", pytest.fail) as report:
        report(ExitCode.DONE, {}, None)
    assert heard[0] == []


def test_an_end_is_told_with_counts_and_a_place(told, tmp_path):
    with notifying(SweepSettings(notify_env=ADDRESSES), "2026-W47", pytest.fail) as report:
        report(ExitCode.DEGRADED, {"rejects": 3, "rings": 17}, tmp_path / "report.html")
    assert [message["title"] for message in told] == ["graphlink 2026-W47: exit 3 DEGRADED"]
    assert told[0]["message"].splitlines() == ["rejects: 3", "rings: 17", f"report: {tmp_path / 'report.html'}"]


REFUSAL = InputError("GL120", Place("canary@example.org.csv"), "missing canary@example.org", "map it")


@pytest.mark.parametrize(
    ("error", "ends", "says"),
    [
        (REFUSAL, "4 INPUT_REFUSED", "GL120"),
        (OSError(28, "full"), "8 ENVIRONMENT", ""),
        (MemoryError(), "8 ENVIRONMENT", ""),
        (KeyError("canary"), "1 BUG", ""),
    ],
)
def test_an_error_is_told_by_its_exit_code_and_without_what_it_quotes(told, error, ends, says):
    with pytest.raises(type(error)), notifying(SweepSettings(notify_env=ADDRESSES), "2026-W47", pytest.fail):
        raise error
    assert told[0]["title"] == f"graphlink 2026-W47: exit {ends}"
    assert says in told[0]["message"]
    assert "canary" not in json.dumps(told)


def test_that_nobody_could_be_told_changes_nothing_and_names_no_address(told, monkeypatch):
    monkeypatch.setenv(ADDRESSES, "json://127.0.0.1:9/secret-token nonsense")
    complaints = []
    with notifying(SweepSettings(notify_env=ADDRESSES), "2026-W47", complaints.append) as report:
        report(ExitCode.DONE, {}, None)
    assert len(complaints) == 1
    assert "secret-token" not in complaints[0]


def test_a_service_that_breaks_changes_nothing_and_is_told_once(monkeypatch):
    class Apprise:
        def add(self, address):
            return bool(address)

        def notify(self, title, body):
            titles.append(title)
            raise RuntimeError(body)

    titles, complaints = [], []
    broken = ModuleType("apprise")
    broken.Apprise = Apprise
    monkeypatch.setitem(sys.modules, "apprise", broken)
    monkeypatch.setenv(ADDRESSES, "json://127.0.0.1:9")
    with notifying(SweepSettings(notify_env=ADDRESSES), "2026-W47", complaints.append) as report:
        report(ExitCode.DONE, {}, None)
    assert titles == ["graphlink 2026-W47: exit 0 DONE"]
    assert len(complaints) == 1


@pytest.mark.parametrize("place", ["notify_file", "notify_env"])
def test_addresses_that_others_can_read_or_that_are_not_set_are_refused(tmp_path, place):
    path = tmp_path / "notify.secret"
    path.write_text("json://127.0.0.1:9")
    path.chmod(0o644)
    settings = SweepSettings(**{place: str(path) if place == "notify_file" else "GRAPHLINK_NOT_SET"})
    with pytest.raises(ConfigError, match="GL408"), notifying(settings, "2026-W47", pytest.fail):
        pytest.fail("nothing is begun")


def test_without_the_extra_it_is_said_before_the_work(monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)
    monkeypatch.setenv(ADDRESSES, "json://127.0.0.1:9")
    settings = SweepSettings(notify_env=ADDRESSES)
    told = r"GL825 .*: notifications need apprise\. Fix: pip install 'graphlink\[notify\]'\.$"
    with pytest.raises(MachineError, match=told), notifying(settings, "2026-W47", pytest.fail):
        pytest.fail("nothing is begun")
