"""Columns of somebody's own names: mapped on the command line, written by `config init --from`, refused if left out."""

import json
import tomllib

import pytest

from graphlink.__main__ import run
from graphlink.words.errors import ExitCode

pytestmark = pytest.mark.usefixtures("worker_here")

LOG = "uid,at,install_id,ip_count,client_ip\n" + "".join(
    f"u{n % 7},2026-01-0{n % 9 + 1}T10:00:00Z,i{n % 5},3,77.66.{n % 6}.7\n" for n in range(40)
)


@pytest.fixture
def exports(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "log.csv").write_text(LOG)
    return tmp_path / "exports"


def test_an_option_maps_columns_and_the_next_command_repeats_it(exports, capsys):
    options = ["--map", "account_id=uid", "--map", "seen_at=at", "--map", "device=install_id"]
    assert run(["check", "exports", *options, "--strict"]) == ExitCode.DONE
    told = capsys.readouterr().out
    assert "device" in told
    assert "Next: graphlink run exports --map account_id=uid --map seen_at=at --map device=install_id -o result" in told
    assert run(["run", "exports", *options, "-o", "result"]) == ExitCode.DONE
    assert "account_id=uid" in json.loads((exports.parent / "result" / "run.json").read_text())["inputs"]["command"]


def guessed(exports):
    """The settings that are written for the exports, which can be checked without an edit."""
    assert run(["config", "init", "--from", "exports"]) == ExitCode.DONE
    assert run(["check", "--config", "graphlink.toml"]) == ExitCode.DONE
    return tomllib.loads((exports.parent / "graphlink.toml").read_text())


@pytest.mark.parametrize("strict", [True, False])
def test_likely_signals_are_the_last_that_check_says_and_strict_fails_on_them(exports, capsys, strict):
    words = ["check", "exports", "--map", "account_id=uid", *(["--strict"] if strict else [])]
    assert run(words) == (ExitCode.INPUT_REFUSED if strict else ExitCode.DONE)
    last = capsys.readouterr().out.splitlines()[-1]
    assert "--map device=install_id" in last
    assert "exports/log.csv" in last


def test_what_settings_leave_out_is_no_likely_signal(exports):
    (exports.parent / "g.toml").write_text('ignore_columns = ["install_id"]\n[columns]\naccount_id = "uid"\n')
    assert run(["check", "exports", "--config", "g.toml", "--strict"]) == ExitCode.DONE


@pytest.mark.parametrize("text", ["card", "=card", "card=", " = "])
def test_a_mapping_without_two_names_is_a_usage_error(exports, capsys, text):
    assert run(["check", "exports", "--map", text]) == ExitCode.USAGE
    assert "card=pm_token" in capsys.readouterr().err


def test_settings_of_exports_map_what_is_likely_and_show_no_value(exports, capsys):
    assert run(["config", "init", "--from", "exports"]) == ExitCode.DONE
    text = (exports.parent / "graphlink.toml").read_text()
    assert tomllib.loads(text) == {
        "columns": {"account_id": "uid", "seen_at": "at", "device": "install_id", "ip": "client_ip"},
        "sources": [{"path": "exports"}],
    }
    assert "in 40 of 40 rows, 7 distinct, such as x" in text
    assert "77.66" not in text
    assert "Next: graphlink check --config graphlink.toml" in capsys.readouterr().out
    assert run(["check", "--config", "graphlink.toml", "--strict"]) == ExitCode.DONE


def test_a_file_of_something_else_is_left_out_with_its_reason(exports, capsys):
    (exports / "prices.csv").write_text("sku,price\na,1\n")
    guessed(exports)
    assert "prices.csv: no column that may hold accounts; it is left out" in capsys.readouterr().err


def test_a_known_column_whose_values_would_have_the_file_refused_is_left_out(exports):
    rows = "".join(f"u{n},2026-01-05T10:00:00Z,town {n},d{n % 3}\n" for n in range(40))
    (exports / "log.csv").write_text("account_id,seen_at,client_ip,device_id\n" + rows)
    assert guessed(exports)["ignore_columns"] == ["client_ip"]


def test_hostile_names_of_columns_stay_names(exports):
    hostile = 'user"\\\x7fid'
    row = {hostile: "x", "user_id": "a", 'device"\n[privacy]\nid': "d1", "ip": "9.9.9.9", "ts": "2026-01-05T10:00:00Z"}
    (exports / "log.csv").unlink()
    (exports / "log.jsonl").write_text("".join(json.dumps(row | {"user_id": f"a{n}"}) + "\n" for n in range(20)))
    settings = guessed(exports)
    assert settings.keys() <= {"columns", "sources", "ignore_columns"}
    assert settings["columns"]["account_id"] == "user_id"


def test_the_time_of_an_event_is_no_account_s_creation(exports):
    (exports / "log.csv").write_text(LOG.replace("uid,at", "user_id,created_at"))
    columns = guessed(exports)["columns"]
    assert (columns["seen_at"], "created_at" in columns) == ("created_at", False)


def test_validate_finds_a_mapping_to_no_name_of_ours_and_a_missing_export(exports, capsys):
    settings = exports.parent / "g.toml"
    settings.write_text('[columns]\ncardd = "x"\n[[sources]]\npath = "exports"\n[sources.columns]\nbogus_thing = "y"\n')
    assert run(["config", "validate", "g.toml"]) == ExitCode.CONFIG_INVALID
    said = capsys.readouterr().err
    assert "columns.cardd" in said
    assert "columns.bogus_thing" in said
    settings.write_text('[[sources]]\npath = "nowhere"\n')
    assert run(["config", "validate", "g.toml"]) == ExitCode.INPUT_REFUSED


def test_times_that_are_not_understood_are_said_and_keep_no_file_from_being_read(exports):
    rows = "".join(f"u{n % 5},0{n % 9 + 1}/02/2026 10:00,d{n % 3},9.8.7.{n}\n" for n in range(40))
    (exports / "log.csv").write_text("account_id,timestamp,device_id,ip\n" + rows)
    assert guessed(exports)["ignore_columns"] == ["timestamp"]


def test_a_log_of_payments_with_one_of_each_customer_is_no_list_of_accounts(exports):
    rows = "".join(f"u{n},2026-01-0{n % 9 + 1} 10:00,20.00,usd,fp{n % 3},Paid\n" for n in range(40))
    (exports / "log.csv").write_text("Customer ID,Created date (UTC),Amount,Currency,Card Fingerprint,Status\n" + rows)
    assert guessed(exports)["columns"] == {
        "account_id": "Customer ID",
        "seen_at": "Created date (UTC)",
        "card": "Card Fingerprint",
    }
