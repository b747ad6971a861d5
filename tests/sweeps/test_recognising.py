"""A week that was swept before: what is otherwise now is named, taken up where that is asked for, else left alone."""

import csv
import io
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sweep_worlds import SECOND, SETTINGS, THIRD, WEEKS, banned, everything, sweep, write_world

from graphlink.__main__ import run
from graphlink.config.settings import Config, config_settings
from graphlink.model.sweeps import Listed
from graphlink.model.weeks import end_of
from graphlink.results.publish.publish import file_digest
from graphlink.sweeps import sweeping
from graphlink.sweeps.publication import check_outputs
from graphlink.sweeps.recognising import _changed_settings
from graphlink.sweeps.state.decisions import KNOWN_BAD, record_list
from graphlink.sweeps.state.open_state import open_state
from graphlink.words.errors import ConfigError, ExitCode, InputError, MachineError

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("worker_here")]


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """A world of which two weeks are swept, and in whose exports accounts are called `gesperrt` and not banned."""
    settings = write_world(tmp_path_factory.mktemp("swept") / "world", WEEKS[:5])
    for path in settings.parent.glob("exports/*/accounts.csv"):
        path.write_text(path.read_text().replace(",banned", ",gesperrt"))
    sweep(settings, THIRD, init=True)
    sweep(settings, WEEKS[3])
    return settings


# --- settings and decisions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "name", "cure"),
    [
        ("smallest_ring = 3", "method.smallest_ring", "--supersede"),
        ("[lineage]\nsame_members = 0.4", "lineage.same_members", "--supersede"),
        ("[sweep]\nwindow_days = 21", "sweep.window_days", "--supersede"),
        ("margin_bits = 2.5", "method.margin_bits", "graphlink calibrate --week 2026-W04"),
    ],
)
def test_other_settings_are_named_with_the_command_that_takes_them_up(world, more, name, cure):
    world.write_text(SETTINGS + more + "\n")
    before = everything(world)
    with pytest.raises(ConfigError, match="GL413") as refused:
        sweep(world, WEEKS[3])
    assert f"({name})" in str(refused.value)
    assert cure in str(refused.value)
    assert everything(world) == before


def test_a_status_that_is_declared_banned_counts_once_the_week_is_swept_again(world):
    assert banned(world) == 0
    world.write_text(SETTINGS + '[lineage]\nbanned_statuses = ["banned", "gesperrt"]\n')
    assert sweep(world, WEEKS[3], supersede=True).folder.name == "run-2026-w04-r2"
    assert banned(world) == 6
    assert sweep(world, WEEKS[3], supersede=True).already


def test_what_is_frozen_with_the_calibration_is_not_swept_again_in_vain(world):
    world.write_text(SETTINGS.replace("null_worlds = 1", "null_worlds = 2"))
    with pytest.raises(ConfigError, match="calibrate"):
        sweep(world, WEEKS[3], supersede=True)
    assert not sweep(world, WEEKS[3], supersede=True, renew=True).already
    assert sweep(world, WEEKS[3]).already


def test_what_an_earlier_version_did_not_ask_of_declared_types_is_what_its_default_says(tmp_path):
    declared = Config(signals={"kit": {"family": "device", "provenance": "claimed"}})
    then = json.loads(json.dumps(config_settings(declared)))
    del then["signals"]["kit"]["tells_apart"]
    as_of = datetime(2026, 1, 31, tzinfo=UTC)
    done = SimpleNamespace(as_of=round(as_of.timestamp()) * 1_000_000, config_digest="another")
    plan = SimpleNamespace(as_of=as_of, base_digest="this", config=declared)
    for family, changed in (("device", []), ("client", ["signals.kit.family"])):
        then["signals"]["kit"]["family"] = family
        (tmp_path / "run.json").write_text(json.dumps({"config": then}), encoding="utf-8")
        assert [*_changed_settings(done, plan, tmp_path)] == changed


def test_settings_that_only_one_of_two_versions_has_are_none_that_somebody_changed(world, monkeypatch):
    def checked_by_another_version(private: Path) -> str:
        check_outputs(private)
        path = private / "run.json"
        document = json.loads(path.read_text())
        del document["config"]["lineage"]["closed_share"]
        document["config"]["lineage"]["setting_of_old"] = 1
        path.write_text(json.dumps(document))
        return file_digest(path)  # the state knows the sweep as that version wrote it

    world.write_text(SETTINGS + "smallest_ring = 4\n")
    with monkeypatch.context() as patch:
        patch.setattr(sweeping, "check_outputs", checked_by_another_version)
        assert sweep(world, WEEKS[3], supersede=True).folder.name == "run-2026-w04-r2"
    world.write_text(SETTINGS + "smallest_ring = 3\n")
    with pytest.raises(ConfigError, match=r"\(method\.smallest_ring\)"):
        sweep(world, WEEKS[3])


def test_a_sweep_as_of_a_fraction_of_a_second_is_verified(world):
    moment = ["--as-of", f"{end_of(WEEKS[4]) + timedelta(seconds=5.6):%Y-%m-%dT%H:%M:%S.%fZ}"]
    assert run(["sweep", "-c", str(world), "--week", WEEKS[4], *moment, "-q"]) == ExitCode.DONE
    folder = (world.parent / "sweeps" / "latest").resolve()
    assert run(["verify", str(folder), "-c", str(world), "-q"]) == ExitCode.DONE
    assert run(["sweep", "-c", str(world), "--week", WEEKS[4], *moment, "-q"]) == ExitCode.DONE
    assert (world.parent / "sweeps" / "latest").resolve() == folder


def test_decisions_leave_a_swept_week_alone_until_it_is_to_be_swept_again(capsys, world):
    with open_state(world.parent / "state") as state:
        entry = Listed("fox-00", "maria", "chargebacks")
        record_list(state, KNOWN_BAD, [entry], by="maria", at=0)
    before = everything(world)
    assert run(["sweep", "-c", str(world), "--week", WEEKS[3]]) == ExitCode.DONE
    assert "What people decided since counts from the next sweep on" in capsys.readouterr().out
    assert everything(world) == before
    assert not sweep(world, WEEKS[3], supersede=True).already
    assert sweep(world, WEEKS[3], supersede=True).already


# --- what is printed --------------------------------------------------------------------------------------------------


READ = {
    "json": json.loads,
    "jsonl": lambda text: [json.loads(line) for line in text.splitlines()],
    "csv": lambda text: list(csv.DictReader(io.StringIO(text))),
}


@pytest.mark.parametrize("form", READ)
def test_a_program_that_asks_again_gets_what_it_got(says, world, form):
    words = ["sweep", "-c", str(world), "--format", form, "-q", "--week"]
    first = says(*words, WEEKS[4]).out
    assert {row["event"] for row in READ[form](first)} >= {"continued"}
    assert says(*words, WEEKS[4]).out == first


def test_a_dry_run_of_a_swept_week_says_so(says, world):
    assert "already swept, nothing to do." in says("sweep", "-c", str(world), "--week", WEEKS[3], "--dry-run").out


# --- what is gone, and what comes twice -------------------------------------------------------------------------------


def test_a_sweep_whose_folder_is_gone_is_not_said_to_be_there(world):
    shutil.rmtree(world.parent / "sweeps" / "run-2026-w04")
    with pytest.raises(MachineError, match="GL827") as refused:
        sweep(world, WEEKS[3])
    assert "`latest` names run-2026-w03" in str(refused.value)
    assert sweep(world, WEEKS[3], supersede=True).folder.name == "run-2026-w04-r2"
    assert (world.parent / "sweeps" / "latest").readlink().name == "run-2026-w04-r2"
    assert sweep(world, WEEKS[3]).already


def test_an_older_sweep_whose_folder_is_gone_is_said_to_be_gone(world):
    """It was called older than the newest, as if it had never been swept."""
    shutil.rmtree(world.parent / "sweeps" / "run-2026-w03")
    before = everything(world)
    with pytest.raises(MachineError, match=r"GL827 2026-W03: was swept, but run-2026-w03 is not in .* leave the week"):
        sweep(world, THIRD)
    with pytest.raises(InputError, match="GL163"):
        sweep(world, THIRD, supersede=True)
    assert everything(world) == before


def test_the_export_of_the_week_before_is_known_again(world):
    exports = world.parent / "exports"
    shutil.rmtree(exports / WEEKS[4])
    shutil.copytree(exports / WEEKS[3], exports / WEEKS[4])
    (exports / WEEKS[4] / "accounts.csv").rename(exports / WEEKS[4] / "accounts2.csv")
    before = everything(world)
    with pytest.raises(InputError, match="GL165") as refused:
        sweep(world, WEEKS[4])
    assert WEEKS[3] in str(refused.value)
    assert everything(world) == before
    outcome = sweep(world, WEEKS[4], allow_partial=True)
    assert outcome.code(1.0, exit_on_rings=False) is ExitCode.DEGRADED
    assert run(["verify", str(outcome.folder), "-c", str(world)]) == ExitCode.DONE


def test_so_it_is_where_several_weeks_are_read_together(tmp_path):
    settings = write_world(tmp_path / "world", WEEKS[:4], SETTINGS + "[sweep]\nexport_weeks = 2\n")
    sweep(settings, SECOND, init=True)
    sweep(settings, THIRD)
    exports = settings.parent / "exports"
    shutil.rmtree(exports / WEEKS[3])
    shutil.copytree(exports / THIRD, exports / WEEKS[3])
    with pytest.raises(InputError, match="GL165"):
        sweep(settings, WEEKS[3])
