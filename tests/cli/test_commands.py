"""The command line as a user meets it: what is printed where, and with which exit code it ends."""

import errno
import json
import os
import re
import resource
import stat
import tempfile
from pathlib import Path

import click
import pytest

from graphlink.__main__ import run
from graphlink.cli.commands import HEADINGS, app
from graphlink.results.ring_sentences import TIER_WORDS
from graphlink.words.errors import ExitCode
from graphlink.words.glossary import GLOSSARY

pytestmark = pytest.mark.usefixtures("worker_here")

SIGHTINGS = "account_id,signal_type,signal_value,first_seen\n"


@pytest.fixture
def broken(monkeypatch, tmp_path):
    """A command that raises what it is given; what a bug leaves behind goes with the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def add(error: BaseException) -> None:
        def callback() -> None:
            raise error

        monkeypatch.setitem(app.commands, "broken", click.Command("broken", callback=callback))

    return add


@pytest.fixture
def three_accounts(tmp_path: Path, tmp_path_factory, monkeypatch) -> Path:
    """A small export in order: three accounts, two of them on one card; a run of it shuffles no links."""
    quick = tmp_path_factory.mktemp("quick") / "graphlink.toml"
    quick.write_text("[method]\nnull_worlds = 0\ndisturbances = 0\n")
    monkeypatch.setenv("GRAPHLINK_RUN_CONFIG", str(quick))
    rows = ["ann,card,c1,2026-01-05T10:00:00Z", "bob,card,c1,2026-01-06T10:00:00Z", "eve,card,c2,2026-01-07T10:00:00Z"]
    path = tmp_path / "three.csv"
    path.write_text(SIGHTINGS + "\n".join(rows) + "\n")
    return path


@pytest.fixture
def two_hundred_rows(tmp_path: Path) -> Path:
    """An export in which one row of two hundred lacks its account."""
    rows = [f"a{number},card,c{number},2026-01-05T10:00:00Z" for number in range(199)]
    path = tmp_path / "most.csv"
    path.write_text(SIGHTINGS + "\n".join([*rows, ",card,c7,2026-01-05T10:00:00Z"]) + "\n")
    return path


# --- how a command ends -----------------------------------------------------------------------------------------------


def test_a_wrong_command_line_is_a_usage_error(capsys):
    assert run(["rnu"]) == ExitCode.USAGE
    assert capsys.readouterr().err.splitlines()[-1] == "graphlink: exit 2 USAGE"


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_is_data_and_all_is_well(capsys, flag):
    assert run([flag]) == ExitCode.DONE
    shown = capsys.readouterr()
    assert "Examples:" in shown.out
    assert shown.err == ""


def test_the_help_lists_every_command_once_under_a_heading(capsys):
    first, *others = HEADINGS
    assert run(["--help"]) == ExitCode.DONE
    listed = capsys.readouterr().out.partition(f"\n{first}:\n")[2]
    assert re.findall(r"^(\S.*):$", listed, re.MULTILINE) == others
    assert sorted(re.findall(r"^  ([\w-]+)  ", listed, re.MULTILINE)) == sorted(app.commands)


def test_a_missing_file_is_refused_by_name(capsys, tmp_path):
    assert run(["check", str(tmp_path / "nosuch.csv")]) == ExitCode.INPUT_REFUSED
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("graphlink: GL101 ")
    assert "nosuch.csv" in lines[0]
    assert "Fix: " in lines[0]
    assert lines[1:] == ["More: graphlink explain GL101", "graphlink: exit 4 INPUT_REFUSED"]


def test_all_mistakes_of_a_settings_file_are_shown_at_once(capsys, tmp_path):
    path = tmp_path / "graphlink.toml"
    path.write_text("[reading]\ntrimm = true\nmax_value_bytes = 'many'\n")
    assert run(["config", "validate", str(path)]) == ExitCode.CONFIG_INVALID
    shown = capsys.readouterr().err
    assert "GL402" in shown
    assert "GL403" in shown


def test_an_output_that_is_not_ours_is_refused_before_anything_is_read(capsys, tmp_path):
    (tmp_path / "precious.txt").write_text("keep")
    unread = tmp_path / "unread.csv"
    unread.write_text("no such column")
    assert run(["run", str(unread), "-o", str(tmp_path)]) == ExitCode.ENVIRONMENT
    assert "holds something other than a run" in capsys.readouterr().err
    assert (tmp_path / "precious.txt").read_text() == "keep"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), ExitCode.INTERRUPTED),
        (click.Abort(), ExitCode.INTERRUPTED),
        (MemoryError(), ExitCode.ENVIRONMENT),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "out/members.csv"), ExitCode.ENVIRONMENT),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES), "in.csv"), ExitCode.ENVIRONMENT),
        (RuntimeError("a bug"), ExitCode.BUG),
        (BaseException("as igraph raises it"), ExitCode.BUG),
    ],
    ids=repr,
)
def test_every_error_has_its_code_and_no_traceback(capsys, broken, error, code):
    broken(error)
    assert run(["broken"]) == code
    shown = capsys.readouterr().err
    assert "Traceback" not in shown
    assert shown.splitlines()[-1] == f"graphlink: exit {int(code)} {code.name}"


def test_a_system_error_says_which_file_and_what(capsys, broken):
    broken(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "out/members.csv"))
    run(["broken"])
    assert "out/members.csv: No space left on device" in capsys.readouterr().err


def test_the_traceback_of_a_bug_is_kept_for_its_owner_alone(capsys, broken):
    broken(RuntimeError("value of an export"))
    run(["broken"])
    shown = capsys.readouterr().err
    log = Path(shown.split(" is in ")[1].split(".log")[0] + ".log")
    assert "value of an export" not in shown
    assert "value of an export" in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_usage_error_shows_a_hostile_argument_and_does_not_obey_it(capsys):
    assert run(["run", "x", "-o", "y", "--seed", "\x1b]0;owned\x07"]) == ExitCode.USAGE
    shown = capsys.readouterr().err
    assert "\x1b" not in shown
    assert "owned" in shown


def test_a_command_group_without_a_command_shows_its_help(capsys):
    assert run(["config"]) == ExitCode.USAGE
    assert "graphlink config init" in capsys.readouterr().err


# --- check ------------------------------------------------------------------------------------------------------------


def test_check_lists_sources_and_signals_and_the_next_command(capsys, three_accounts):
    assert run(["check", str(three_accounts)]) == ExitCode.DONE
    shown = capsys.readouterr()
    assert "three.csv" in shown.out
    assert "payment" in shown.out
    assert shown.out.splitlines()[-1] == f"Next: graphlink run {three_accounts} -o result"
    assert shown.err.splitlines()[-1] == "graphlink: exit 0 DONE rejects=0"


def test_check_gives_the_same_as_json(capsys, three_accounts):
    assert run(["check", str(three_accounts), "--json"]) == ExitCode.DONE
    document = json.loads(capsys.readouterr().out)
    assert document["inputs"][0]["accepted"] == 3
    assert document["signals"][0]["sightings"] == 3
    assert document["rejects"] == []


def test_many_rejects_make_a_check_degraded_and_say_why(capsys, two_hundred_rows):
    assert run(["check", str(two_hundred_rows)]) == ExitCode.DEGRADED
    shown = capsys.readouterr()
    assert "GL220" in shown.out
    assert shown.err.splitlines()[-1] == "graphlink: exit 3 DEGRADED rejects=1"


def test_times_after_as_of_are_rejected(capsys, two_hundred_rows):
    assert run(["check", str(two_hundred_rows), "--as-of", "2026-01-01"]) == ExitCode.INPUT_REFUSED
    said = capsys.readouterr().err
    assert "(later than the end)" in said
    assert "give the time of the snapshot with --as-of" in said
    assert "time_format" not in said


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-01-01T10:00:00", "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+14:00", "0001-01-01"]
)
def test_as_of_without_a_sure_meaning_is_a_usage_error(capsys, three_accounts, text):
    assert run(["check", str(three_accounts), "--as-of", text]) == ExitCode.USAGE


def test_a_hostile_file_name_is_shown_and_not_obeyed(capsys, tmp_path):
    path = tmp_path / "\x1b]0;owned\x07.csv"
    path.write_text(SIGHTINGS + "ann,card,c1,2026-01-05T10:00:00Z\n")
    assert run(["check", str(path)]) == ExitCode.DONE
    shown = capsys.readouterr()
    assert "\x1b" not in shown.out + shown.err


# --- run --------------------------------------------------------------------------------------------------------------


def test_run_writes_the_folder_and_leads_on(capsys, three_accounts, tmp_path):
    out = tmp_path / "result"
    assert run(["run", str(three_accounts), "-o", str(out)]) == ExitCode.DONE
    shown = capsys.readouterr()
    assert {"report.html", "rings.csv", "members.csv", "run.json"} <= {path.name for path in out.iterdir()}
    assert shown.out.splitlines()[-2:] == [f"Report: {out}/report.html", f"Next:   xdg-open {out}/report.html"]
    assert shown.err.splitlines()[-1] == "graphlink: exit 0 DONE rejects=0 rings=0"


def test_quiet_says_nothing_when_all_is_well(capsys, three_accounts, tmp_path):
    assert run(["run", str(three_accounts), "-o", str(tmp_path / "result"), "-q"]) == ExitCode.DONE
    assert capsys.readouterr().err == ""


def test_the_log_can_be_json(capsys, three_accounts, tmp_path):
    assert run(["run", str(three_accounts), "-o", str(tmp_path / "result"), "-v", "--log-format", "json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert lines[-1]["exit"] == 0
    assert lines[-1]["rejects"] == 0


def test_a_run_is_not_replaced_unless_asked(capsys, three_accounts, tmp_path):
    command = ["run", str(three_accounts), "-o", str(tmp_path / "result")]
    assert run(command) == ExitCode.DONE
    assert run(command) == ExitCode.ENVIRONMENT
    assert "--force" in capsys.readouterr().err
    assert run([*command, "--force"]) == ExitCode.DONE


def _options(command, words=("graphlink",)):
    """Every option of every command, with the words that a user writes before it."""
    yield from ((words, command, each) for each in command.params if isinstance(each, click.Option))
    for name, each in getattr(command, "commands", {}).items():
        yield from _options(each, (*words, name))


OPTIONS = [
    (words, command, option) for words, command, option in _options(app) if words != ("graphlink",)
]  # that of all is --version


def _variable(words, option):
    (long,) = [each for each in option.opts if each.startswith("--")]
    return "_".join((*words, long[2:])).replace("-", "_").upper()


ABOVE = click.Context(app, **app.context_settings)
"""Below no other, a command keeps help options for good that are not the program's."""


@pytest.mark.parametrize(
    ("words", "command", "option"),
    OPTIONS,
    ids=[" ".join((*words[1:], option.opts[-1])) for words, _, option in OPTIONS],
)
def test_every_option_is_set_by_the_variable_that_its_name_tells(words, command, option, monkeypatch):
    several = isinstance(option.type, click.Choice)
    monkeypatch.setenv(_variable(words, option), option.type.choices[-1] if several else "1")
    context = command.make_context(words[-1], [], ABOVE, resilient_parsing=True)
    assert context.get_parameter_source(option.name) == click.core.ParameterSource.ENVIRONMENT


def test_no_two_options_have_one_variable():
    names = [_variable(words, option) for words, _, option in OPTIONS]
    assert len(names) == len(set(names)) > 100
    assert not {"GRAPHLINK_CONFIG", "GRAPHLINK_STATE"} & {*names}


def test_the_variable_of_one_command_counts_before_that_of_all(monkeypatch):
    monkeypatch.setenv("GRAPHLINK_CONFIG", "all.toml")
    monkeypatch.setenv("GRAPHLINK_SWEEP_CONFIG", "one.toml")
    sweep, run_command = (
        app.commands[name].make_context(name, [], ABOVE, resilient_parsing=True) for name in ("sweep", "run")
    )
    assert (sweep.params["config_path"].name, run_command.params["config_path"].name) == ("one.toml", "all.toml")


@pytest.mark.parametrize(
    ("variables", "words", "form"),
    [
        *(({"FORMAT": "csv"}, [], "csv"), ({"JSON": "1"}, [], "json"), ({"JSON": "0"}, [], "table")),
        *(({"JSON": "0", "FORMAT": "csv"}, [], "csv"), ({"JSON": "1"}, ["--format", "csv"], "csv")),
        ({"FORMAT": "csv"}, ["--json"], "json"),
    ],
)
def test_what_is_written_counts_before_a_variable(variables, words, form, monkeypatch):
    for name, value in variables.items():
        monkeypatch.setenv(f"GRAPHLINK_RINGS_{name}", value)
    assert app.commands["rings"].make_context("rings", words, ABOVE).params["form"] == form


def test_a_switch_whose_variable_is_no_boolean_is_refused(monkeypatch, capsys):
    """It counted as not set, in silence, where other switches end in exit 2."""
    monkeypatch.setenv("GRAPHLINK_RINGS_JSON", "junk")
    assert run(["rings"]) == ExitCode.USAGE
    assert "Invalid value for '--json': 'junk' is not a valid boolean." in capsys.readouterr().err


def test_a_version_in_the_environment_ends_no_command(monkeypatch, capsys):
    monkeypatch.setenv("GRAPHLINK_VERSION", "1")
    assert run(["explain", "GL120"]) == ExitCode.DONE
    assert "GL120" in capsys.readouterr().out


def test_the_manifest_repeats_the_command_without_places(three_accounts, tmp_path, monkeypatch):
    monkeypatch.delenv("GRAPHLINK_RUN_CONFIG")
    assert run(["run", str(three_accounts), "-o", str(tmp_path / "result"), "--seed", "3"]) == ExitCode.DONE
    manifest = (tmp_path / "result" / "run.json").read_text()
    assert json.loads(manifest)["inputs"]["command"] == ["graphlink", "run", "three.csv", "--seed", "3"]
    assert str(tmp_path) not in manifest


# --- settings and messages --------------------------------------------------------------------------------------------


def test_config_init_writes_settings_that_are_valid(tmp_path):
    path = str(tmp_path / "graphlink.toml")
    assert run(["config", "init", path]) == ExitCode.DONE
    assert run(["config", "validate", path]) == ExitCode.DONE


@pytest.mark.parametrize(
    ("settings", "following"), [("", "check SOURCE... --config"), ("[[sources]]\npath = 'x.csv'\n", "check --config")]
)
def test_settings_that_name_sources_need_none_on_the_command_line(tmp_path, capsys, settings, following):
    path = tmp_path / "graphlink.toml"
    path.write_text(settings)
    (tmp_path / "x.csv").write_text("account_id,ip\na,9.9.9.9\n")
    assert run(["config", "validate", str(path)]) == ExitCode.DONE
    assert f"Next: graphlink {following} {path}\n" in capsys.readouterr().out


@pytest.mark.parametrize(("mode", "told"), [(None, "cannot be read"), (0o644, "others can read this secret")])
def test_settings_whose_key_is_out_of_reach_are_not_valid(tmp_path, capsys, mode, told):
    path = tmp_path / "graphlink.toml"
    path.write_text("[privacy]\npseudonymise = true\nkey_file = 'my.key'\n")
    if mode is not None:
        (tmp_path / "my.key").write_bytes(bytes(range(32)))
        (tmp_path / "my.key").chmod(mode)
    assert run(["config", "validate", str(path)]) == ExitCode.CONFIG_INVALID
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("graphlink: GL408 ")
    assert told in said.err
    (tmp_path / "my.key").write_bytes(bytes(range(32)))
    (tmp_path / "my.key").chmod(0o600)
    assert run(["config", "validate", str(path)]) == ExitCode.DONE


@pytest.fixture
def weekly(three_accounts, tmp_path):
    """Settings that name the exports of a week, of which one is there."""
    (tmp_path / "exports" / "2026-W47").mkdir(parents=True)
    three_accounts.rename(tmp_path / "exports" / "2026-W47" / "three.csv")
    path = tmp_path / "graphlink.toml"
    path.write_text("[[sources]]\npath = 'exports/{week}'\n")
    return path


def test_a_week_s_exports_are_checked_before_they_are_swept(capsys, weekly):
    assert run(["check", "-c", str(weekly), "--week", "2026-W47"]) == ExitCode.DONE
    out = capsys.readouterr().out
    assert "three.csv" in out
    assert out.splitlines()[-1] == f"Next: graphlink sweep --config {weekly} --week 2026-W47 --init --dry-run"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "give the week: --week"),
        (["--week", "47"], "is not an ISO week"),
        (["--week", "9999-W52"], "is not an ISO week"),
        (["x.csv", "--week", "2026-W47"], "SOURCE"),
    ],
)
def test_a_week_that_cannot_be_checked_is_a_usage_error(capsys, weekly, words, said):
    assert run(["check", "-c", str(weekly), *words]) == ExitCode.USAGE
    assert said in capsys.readouterr().err


def test_a_run_written_among_its_exports_can_be_repeated(three_accounts, capsys):
    folder = three_accounts.parent
    command = ["run", str(folder), "-o", str(folder / "result")]
    assert run(command) == ExitCode.DONE
    before = (folder / "result" / "rings.json").read_bytes()
    assert run([*command, "--force"]) == ExitCode.DONE
    assert (folder / "result" / "rings.json").read_bytes() == before
    assert "GL319" in capsys.readouterr().err


def test_config_init_never_overwrites(tmp_path, capsys):
    path = tmp_path / "graphlink.toml"
    path.write_text("# mine\n")
    assert run(["config", "init", str(path)]) == ExitCode.ENVIRONMENT
    assert path.read_text() == "# mine\n"
    assert f"{path} is there already. Fix: name another file" in capsys.readouterr().err


def test_a_name_like_an_option_is_pasted_as_a_name(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["config", "init", "--", "-y.toml"]) == ExitCode.DONE
    following = capsys.readouterr().out.partition("Next: graphlink ")[2]
    assert following == "config validate ./-y.toml\n"
    assert run(following.split()) == ExitCode.DONE


def test_settings_for_which_there_is_no_room_leave_no_file(tmp_path, capsys):
    """An empty file was left, which `config validate` called valid."""
    path = tmp_path / "graphlink.toml"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limits[1]))
    try:
        assert run(["config", "init", str(path)]) == ExitCode.ENVIRONMENT
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert f"{path}: File too large. Fix: give it the space" in capsys.readouterr().err
    assert not path.exists()


def test_settings_in_a_folder_that_is_not_there_are_told_what_lacks(tmp_path, capsys):
    path = tmp_path / "no" / "graphlink.toml"
    assert run(["config", "init", str(path)]) == ExitCode.ENVIRONMENT
    assert f"{path}: No such file or directory. Fix: correct the path, or make its folder" in capsys.readouterr().err


def test_config_schema_is_json_schema(capsys):
    assert run(["config", "schema"]) == ExitCode.DONE
    assert "reading" in json.loads(capsys.readouterr().out)["properties"]


def test_explain_gives_the_words_of_the_report(capsys):
    assert run(["explain", "word:Lift"]) == ExitCode.DONE
    assert " ".join(capsys.readouterr().out.split()) == f"lift: {GLOSSARY['lift']}"
    assert run(["explain", "word:", "--json"]) == ExitCode.DONE
    assert {each["word"]: each["meaning"] for each in json.loads(capsys.readouterr().out)} == GLOSSARY
    for tier in TIER_WORDS:
        assert run(["explain", f"word:{tier}"]) == ExitCode.DONE, "as members.csv spells it"
    assert run(["explain", "word:nothing"]) == ExitCode.USAGE


def test_a_word_that_is_pasted_with_a_line_break_is_found(capsys):
    assert run(["explain", "word:telling\nvalue"]) == ExitCode.DONE
    assert capsys.readouterr().out.startswith("telling value: ")


def test_explain_lists_every_message_in_every_form(capsys):
    counts = []
    for form in ("table", "json", "jsonl", "csv"):
        assert run(["explain", "--format", form]) == ExitCode.DONE
        shown = capsys.readouterr().out
        counts.append(len(json.loads(shown)) + 1 if form == "json" else len(shown.splitlines()))
    table, as_json, jsonl, csv = counts
    assert table == as_json == jsonl + 1 == csv


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_every_shell(capsys, shell):
    assert run(["completion", shell]) == ExitCode.DONE
    assert "_GRAPHLINK_COMPLETE" in capsys.readouterr().out


def test_a_mapping_of_a_name_that_is_none_of_ours_is_the_settings_mistake(tmp_path, capsys):
    """The export was said to be wrong, with the advice to write `count`."""
    settings, export = tmp_path / "graphlink.toml", tmp_path / "a.csv"
    settings.write_text('[columns]\naccount = "customer"\n')
    export.write_text("customer,ip\na,203.0.113.9\n")
    assert run(["check", str(export), "--config", str(settings)]) == ExitCode.CONFIG_INVALID
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "graphlink: GL402 settings:columns.account: no such field or signal. Fix: write `account_id`."
