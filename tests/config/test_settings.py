"""The configuration: what is accepted, and how every mistake is reported."""

import os
import re
import tomllib
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from graphlink.config.settings import (
    Config,
    config_digest,
    config_schema,
    config_template,
    load_config,
    with_columns,
)
from graphlink.model.signals import Provenance
from graphlink.words.errors import ConfigError, GraphlinkError


@pytest.fixture
def loaded(tmp_path: Path):
    """Read settings of this text."""

    def of(text: str) -> Config:
        path = tmp_path / "graphlink.toml"
        path.write_text(text, encoding="utf-8")
        return load_config(path)

    return of


@pytest.fixture
def problems(loaded):
    """Read settings with mistakes: the code, line and key of each."""

    def of(text: str) -> list[tuple[str, int | None, str | None]]:
        with pytest.raises(ConfigError) as raised:
            loaded(text)
        return [(each.code, each.where.line, each.where.column) for each in raised.value.problems]

    return of


def test_all_mistakes_are_reported_at_once_with_their_lines(problems):
    assert problems('ignor_types = []\n\n[reading]\nmax_id_bytes = "12"\ntimezone = "Europe/Berln"\n') == [
        ("GL402", 1, "ignor_types"),
        ("GL403", 4, "reading.max_id_bytes"),
        ("GL404", 5, "reading.timezone"),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[sources]]\npath = "a"\n[[sources]]\npath = "b"\nshap = "events"\n', ("GL402", 5, "sources[1].shap")),
        ('[[sources]]\npath = "a"\n[[sources]]\npath = "./a"\n', ("GL406", 3, "sources[1]")),
        ("[reading]\ntrim = yes\n", ("GL401", 2, "8")),
        ('[[sources]]\nquery = "SELECT 1"\n', ("GL405", 1, "sources[0]")),
        ('[[sources]]\nquery = "SELECT 1"\ndatabase = "a"\ndsn_env = "B"\n', ("GL405", 1, "sources[0]")),
        ("[reading]\nwindow_start = 2026-02-01\nwindow_end = 2026-01-01\n", ("GL404", 1, "reading")),
    ],
)
def test_a_mistake_is_reported_with_its_line_and_key(problems, text, problem):
    assert problems(text) == [problem]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('[[sources]]\npath = ""\n', 2, "sources[0].path"),
        ('[[sources]]\npath = "exports/{weak}"\n', 2, "sources[0].path"),
        ('[[sources]]\nquery = "SELECT 1"\ndatabase = "{Week}.duckdb"\n', 3, "sources[0].database"),
        ('[columns]\nip = "a"\nemail = "A "\n', 1, "columns"),
        ('[[sources]]\npath = "x"\n[sources.columns]\nip = "a"\nemail = "a"\n', 3, "sources[0].columns"),
        ('[sweep]\nstate = "sweeps"\n', 1, "sweep"),
        ('[sweep]\nstate = "sweeps/./state"\n', 1, "sweep"),
        ('[sweep]\noutput = "state/sweeps"\n', 1, "sweep"),
        ('[sweep]\nstate = ""\n', 2, "sweep.state"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(problems, text, line, column):
    assert problems(text) == [("GL404", line, column)]


def test_folders_that_are_one_by_a_link_are_one(tmp_path: Path, problems):
    (tmp_path / "sweeps").mkdir()
    (tmp_path / "memory").symlink_to("sweeps")
    assert problems('[sweep]\nstate = "memory"\n') == [("GL404", 1, "sweep")]


def test_braces_that_stand_for_nothing_by_their_looks_are_a_folders_own(tmp_path: Path):
    folder = tmp_path / "{home}"
    folder.mkdir()
    path = folder / "graphlink.toml"
    path.write_text('[[sources]]\npath = "exports/{week}/{1}"\n[columns]\nip = "a"\nemail = "b"\n')
    config = load_config(path)
    assert Config.model_validate_json(config.model_dump_json()) == config  # as the worker is told


def test_the_template_is_the_default_configuration(loaded, tmp_path):
    expected = Config()
    assert loaded(config_template()) == expected.model_copy(update={"sweep": expected.sweep.below(tmp_path)})


def test_every_line_of_the_template_can_be_switched_on():
    text = re.sub(r"(?m)^# (?=\[|\w+ = )", "", config_template())
    assert tomllib.loads(text)["reading"]["max_value_bytes"] == 65_536


def test_the_schema_knows_every_section():
    properties = config_schema()["properties"]
    assert isinstance(properties, dict)
    assert set(properties) == set(Config.model_fields)


@pytest.mark.parametrize(("name", "asked"), [("phone", set()), ("badge", {"family", "provenance"})])
def test_an_editor_asks_of_a_signal_type_what_reading_asks(name, asked):
    schema = config_schema()
    signals = schema["properties"]["signals"]
    told = signals["properties"].get(name, signals["additionalProperties"])
    assert set(schema["$defs"][told["$ref"].removeprefix("#/$defs/")]["required"]) == asked
    with pytest.raises(ValidationError) if asked else nullcontext():
        Config.model_validate({"signals": {name: {"normalise": "text"}}})


def test_the_digest_ignores_where_files_stand():
    here = Config.model_validate({"sources": ({"path": "/a/x.csv", "shape": "events"},)})
    there = Config.model_validate({"sources": ({"path": "/b/x.csv", "shape": "events"},)})
    other = Config.model_validate({"sources": ({"path": "/b/x.csv", "shape": "accounts"},)})
    assert config_digest(here) == config_digest(there) != config_digest(other)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=80) | st.from_regex(r"\[?\[?[a-z_.]{1,12}\]?\]?\n[a-z_]{1,12} = [0-9\"a-z\[\]{}]{0,8}\n"))
def test_whatever_stands_in_the_file_ends_in_a_config_or_a_named_mistake(tmp_path: Path, text: str):
    path = tmp_path / "graphlink.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        assert isinstance(load_config(path), Config)
    except GraphlinkError as error:
        assert os.linesep not in error.problems[0].what  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    "line",
    ['encoding = "utf-nine"', 'time_format = "iso8601"', "latest = 2026-01-01T00:00:00", 'phone_region = "Britain"'],
)
def test_a_value_that_names_nothing_is_refused(problems, line):
    assert problems(f"[reading]\n{line}\n") == [("GL404", 2, f"reading.{line.split(' =')[0]}")]


def test_a_date_alone_begins_its_day_in_utc(loaded):
    assert loaded("[reading]\nwindow_start = 2026-01-01\n").reading.window[0] == 1_767_225_600_000_000


def test_a_known_type_that_is_declared_anew_keeps_what_is_not_told(loaded):
    signals = loaded('[signals.card]\nnormalise = "text"\n[signals.phone]\nfamily = "handset"\n').signals
    card, phone = signals["card"], signals["phone"]
    assert (card.family, card.provenance, card.adds_up) == ("payment", Provenance.OBSERVED, True)
    assert (phone.family, phone.provenance, phone.adds_up) == ("handset", Provenance.FREE_TEXT, False)


def test_a_type_of_ones_own_has_a_family_and_a_provenance(problems):
    missing = [column for _, _, column in problems("[signals.desk]\n")]
    assert missing == ["signals.desk.family", "signals.desk.provenance"]


# --- what validates and what does not ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        *('phone_region = "XX"', 'phone_region = "gb"', 'time_format = "%Q"', 'time_format = "%Y %Y"'),
        *('time_format = "%s"', 'time_format = "%"', 'encoding = "hex"', 'encoding = "rot13"'),
        *('encoding = "utf-8\\u0000"', "max_bytes = 99999999999999999999999999"),
        *("latest = 0001-01-01T00:00:00+14:00", "window_end = 9999-12-31T23:59:59-12:00"),
        "latest = 9999-12-31T23:59:59.9Z",
    ],
)
def test_what_reading_could_not_use_does_not_validate(problems, line):
    assert problems(f"[reading]\n{line}\n") == [("GL404", 2, f"reading.{line.split(' ')[0]}")]


@pytest.mark.parametrize(
    "line", ['phone_region = "DE"', 'time_format = "%d.%m.%Y %H:%M:%S"', 'time_format = "%Y%m%d%z"']
)
def test_what_reading_can_use_validates(loaded, line):
    assert loaded(f"[reading]\n{line}\n").reading != Config().reading


@pytest.mark.parametrize(
    ("section", "line"),
    [
        *(("method", f"{key} = inf") for key in ("shrinkage", "caution", "margin_bits", "largest_strength")),
        *(("method", f"{key} = 99999999999999999999") for key in ("typical_group", "hub_accounts", "null_worlds")),
        ("method", "margin_bits = 1e300"),
        ("method", "passing_share = nan"),
        ("lineage", "change_share = nan"),
        ("sweep", "refused_high = inf"),
        ("sweep", "keep_weeks = 999999"),
        ("sweep", 'output = "sweeps\\u0000"'),
        ("limits", "max_memory_mb = 99999999999999999999"),
        ("limits", "max_stage_seconds = 99999999999999999999"),
        ("privacy", 'key_file = "key\\u0000"'),
        ("[sources]", 'path = "a\\u0000b"'),
        ("[sources]", 'delimiter = "\\n"'),
        ("[sources]", 'delimiter = "é"'),
        ("[sources]", 'delimiter = ""'),
        ("[sources]", 'delimiter = "tab"'),
    ],
)
def test_what_no_run_could_work_with_does_not_validate(problems, section, line):
    key = f"{section.replace('[sources]', 'sources[0]')}.{line.split(' ')[0]}"
    assert ("GL404", 2, key) in problems(f"[{section}]\n{line}\n")


def test_a_mark_that_an_editor_put_in_front_is_passed_over(tmp_path: Path):
    path = tmp_path / "graphlink.toml"
    path.write_bytes(b"\xef\xbb\xbfignore_types = ['asn']\n")
    assert load_config(path).ignore_types == ("asn",)


def test_a_bracket_that_is_never_closed_names_a_line(loaded):
    with pytest.raises(ConfigError, match=r"graphlink.toml:3: not TOML: .* at the end of the file. Fix: close what is"):
        loaded("[reading]\ntrim = true\na=[\n")


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ('banned_statuses = ["locked"]\nopen_statuses = ["active", "Locked "]', 3, "open_statuses"),
        ('open_statuses = ["suspended"]', 2, "open_statuses"),
        ('banned_statuses = ["gone"]\nclosed_statuses = ["gone"]', 3, "closed_statuses"),
    ],
)
def test_a_status_stands_in_one_list(problems, text, line, key):
    assert problems(f"[lineage]\n{text}\n") == [("GL404", line, f"lineage.{key}")]


def test_a_status_that_is_told_takes_it_from_the_defaults_of_another_list(loaded):
    config = loaded('[lineage]\nbanned_statuses = ["banned", "closed", "inactive"]\n')
    assert Config.model_validate_json(config.model_dump_json()) == config


# --- settings as a program writes them --------------------------------------------------------------------------------


def test_a_program_writes_lists_dicts_and_paths():
    config = Config(ignore_types=["note"], sources=[{"path": Path("exports"), "columns": {"ip": "addr"}}])
    assert config.ignore_types == ("note",)
    assert config.sources[0].path == "exports"
    assert config == Config(ignore_types=("note",), sources=config.sources)


def test_all_mistakes_of_a_program_are_told_in_the_words_of_the_file():
    with pytest.raises(ConfigError) as caught:
        Config(readnig={}, ignore_types=3, reading={"timezone": "Berlin"})
    assert str(caught.value).splitlines() == [
        "GL402 config:readnig: unknown key. Fix: write `reading`.",
        "GL403 config:ignore_types: found 3. Fix: it should be a list.",
        "GL404 config:reading.timezone: should be a time zone such as 'UTC' or 'Europe/Berlin'. Fix: change it.",
    ]


def test_several_names_of_a_column_are_one_mapping_and_none_is_mapped_twice():
    columns = Config(columns={"ip": ["client_ip", "peer"], "account_id": "uid"}).columns
    assert columns == {"ip": ("client_ip", "peer"), "account_id": "uid"}
    assert Config.model_validate_json(Config(columns=columns).model_dump_json()).columns == columns
    with pytest.raises(ConfigError, match="both mapped to `UID`"):
        Config(columns={"account_id": ["uid", "id"], "device": "UID"})
    with pytest.raises(ConfigError, match="should be mapped to a name"):
        Config(columns={"ip": []})


def test_a_mapping_by_option_stands_in_place_of_the_files_and_declares_what_is_known_to_be_declared():
    config = with_columns(Config(columns={"ip": "a", "card": "b"}), [("ip", "x"), ("ip", "y"), ("api_key", "k")])
    assert config.columns == {"ip": ("x", "y"), "card": "b", "api_key": "k"}
    assert config.signals["api_key"].family == "credential"
