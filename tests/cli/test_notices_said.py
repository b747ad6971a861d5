"""Notices that quote a value quote none on stderr, which schedulers mail and keep; the report and `--json` show it."""

import csv
import json

import pytest

from graphlink.cli.main import run

PHONE = "+441632960123"


@pytest.fixture
def export(tmp_path):
    """A thousand accounts, a tenth of which share one telephone number, and two prompts that differ in capitals."""
    path = tmp_path / "sightings.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("account_id", "signal_type", "signal_value"))
        for n in range(1_000):
            rows.writerow((f"a{n:04}", "phone", f"+4416329{70000 + n // 2}"))
            rows.writerow((f"a{n:04}", "device", f"Device-{n // 2}x"))
        rows.writerows((f"a{n:04}", "phone", PHONE) for n in range(100))
        rows.writerows((f"a{n:04}", "device", value) for n in range(4) for value in ("Canary-77a", "canary-77A"))
    return path


@pytest.mark.usefixtures("worker_here")
@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize("command", ["check", "run"])
def test_no_value_of_a_notice_is_said_on_stderr(export, tmp_path, capsys, command, log_format):
    out = [] if command == "check" else ["-o", str(tmp_path / "result")]
    assert run([command, str(export), *out, "--log-format", log_format]) in {0, 3}
    said = capsys.readouterr().err
    assert "GL301" in said
    assert "GL323" in said
    assert "960123" not in said
    assert "canary" not in said.casefold()
    if command == "run":
        manifest = json.loads((tmp_path / "result" / "run.json").read_text())
        texts = {each["code"]: each["text"] for each in manifest["inputs"]["notices"]}
        assert PHONE in texts["GL301"]
        assert "Canary-77a" in texts["GL323"]
        assert {tuple(sorted(each)) for each in manifest["inputs"]["notices"]} == {("about_files", "code", "text")}


@pytest.mark.usefixtures("worker_here")
def test_who_asks_for_the_value_gets_it(export, capsys):
    assert run(["check", str(export), "--json"]) == 0
    told = {each["code"]: each["text"] for each in json.loads(capsys.readouterr().out)["notices"]}
    assert PHONE in told["GL301"]
