"""Whatever stands where somebody names a file or a folder, a command ends in time, with a code, and in a sentence."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sweep_worlds
from hostile_files import KINDS
from sweep_worlds import FIRST, sweep, write_world

from graphlink.cli import main as program
from graphlink.words.errors import ExitCode

pytestmark = [pytest.mark.slow, pytest.mark.nightly(only=True), pytest.mark.timeout(1_800)]

SETTINGS = sweep_worlds.SETTINGS + '\n[sweep]\noutput = "sweeps"\nstate = "state"\n'
SECONDS, MEGABYTES = 5, 1_000

# Where something is named, the file that is put there, and the command that comes upon it.
PLACES = {
    "settings": (["X.toml"], "check exports -c X.toml"),
    "settings that are checked": (["X.toml"], "config validate X.toml"),
    "settings of a state": (["X.toml"], "rings -c X.toml"),
    "export": (["X.csv"], "check X.csv"),
    "export in JSON": (["X.jsonl"], "check X.jsonl"),
    "export in Parquet": (["X.parquet"], "check X.parquet"),
    "packed export": (["X.csv.gz"], "check X.csv.gz"),
    "manifest of exports": ([f"exports/{FIRST}/manifest.json"], f"check exports/{FIRST}"),
    "manifest of a run among exports": ([f"exports/{FIRST}/run.json"], f"check exports/{FIRST}"),
    "key": (["X.key"], "pseudonym account_id ann --key-file X.key"),
    "key of a case": (["X.key"], "case R- -r result -o case --pseudonymise --key-file X.key"),
    "key in settings": (["X.key"], f"check exports/{FIRST} -c key.toml"),
    "addresses in settings": (["X.secret"], f"sweep --week {FIRST} --dry-run -c notify.toml"),
    "database": (["X.duckdb"], "check -c database.toml"),
    "address of a database": (["X.dsn"], "check -c dsn.toml"),
    "verdicts": (["X.csv"], "verdicts import X.csv --by maria -c graphlink.toml"),
    "allowed": (["X.csv"], "allow import X.csv --by maria -c graphlink.toml"),
    "known bad": (["X.csv"], "known-bad import X.csv --by maria -c graphlink.toml"),
    "answer key": (["X.csv"], "evaluate X.csv result"),
    "answer key in Parquet": (["X.parquet"], "evaluate X.parquet result"),
    "packed answer key": (["X.csv.gz"], "evaluate X.csv.gz result"),
    "answer key in a folder": (["X/truth.parquet"], "evaluate X result"),
    "sightings of baselines": (["X.csv"], "evaluate labels.csv result --baselines X.csv"),
    "run to evaluate": (["X/rings.json"], "evaluate labels.csv X"),
    "run to evaluate by its tables": (["copy/tables/rings.parquet"], "evaluate labels.csv copy"),
    "run to evaluate in CSV": (["X/rings.csv", "X/members.csv"], "evaluate labels.csv X"),
    "run": (["X"], "explain person-001 -r X"),
    "manifest of a run": (["copy/run.json"], "explain person-001 -r copy"),
    "table of a run": (["copy/tables/accounts.parquet"], "explain person-001 -r copy"),
    "rings of a run": (["copy/rings.json"], "case R- -r copy -o case"),
    "run that is compared": (["copy/tables/members.parquet"], "compare result copy"),
    "run without tables that is compared": (["X/rings.json"], "compare result X"),
    "decisions of a run": (["copy/ruling.json"], "explain person-001 -r copy"),
    "manifest of a sweep": (["sweeps/latest/run.json"], "verify sweeps/latest -c graphlink.toml"),
    "memory of a sweep": (["sweeps/latest/before.json"], "verify sweeps/latest -c graphlink.toml"),
    "inputs of a sweep": (["sweeps/latest/inputs.json"], f"sweep --week {FIRST} -c graphlink.toml"),
    "state": (["X"], "rings --state X"),
    "file of a state": (["state/state.sqlite"], "rings --state state"),
    "key of a state": (["state/state.key"], "rings --state state"),
    "seal of a state": (["state/state.seal"], "rings --state state"),
    "lock of a state": (["state/sweep.lock"], "prune --ended-weeks 5 --by m --note n -c graphlink.toml"),
    "journal of a state": (["state/state.sqlite-journal"], "rings --state state"),
    "backup": (["X.sqlite"], "state check --backup X.sqlite --state state"),
    "backup that is restored": (["X.sqlite"], "state restore --backup X.sqlite --state state"),
    "output": (["X"], "actions -o X -c graphlink.toml"),
    "world": (["X"], "simulate X --accounts 100"),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory, request):
    """A week that was swept, a run, an answer key, and settings that name further files."""
    folder = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        write_world(folder, (FIRST,), SETTINGS)
        sweep(Path("graphlink.toml"), FIRST, init=True)
        (folder / "own.toml").write_text("[method]\nnull_worlds = 1\ndisturbances = 1\n")
        assert program.run(["run", f"exports/{FIRST}", "-c", "own.toml", "-o", "result", "-q"]) == 0
    (folder / "labels.csv").write_text("account_id,ring_id\n" + "".join(f"cat-{n:02},cat\n" for n in range(8)))
    (folder / "key.toml").write_text('[privacy]\npseudonymise = true\nkey_file = "X.key"\n')
    (folder / "notify.toml").write_text(SETTINGS + 'notify_file = "X.secret"\n')
    (folder / "database.toml").write_text('[[sources]]\ndatabase = "X.duckdb"\nquery = "SELECT 1"\n')
    (folder / "dsn.toml").write_text('[[sources]]\ndsn_file = "X.dsn"\nquery = "SELECT 1"\n')
    return folder


@pytest.fixture
def copied(world, tmp_path):
    shutil.copytree(world, tmp_path / "world", symlinks=True)
    shutil.copytree(world / "result", tmp_path / "world" / "copy")
    return tmp_path / "world"


def outcomes(folder, paths, command, kinds, **environment):
    asked = {
        "paths": [str(folder / path) for path in paths],
        "arguments": command.split(),
        "folder": str(folder),
        "kinds": kinds,
        "environment": environment,
    }
    program_of_kinds = Path(__file__).parents[1] / "fakes" / "hostile_files.py"
    done = subprocess.run(
        [sys.executable, program_of_kinds], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def wrong(outcome):
    """What is wrong with how a command ended; nothing where all is well."""
    code, said = outcome["code"], outcome["said"]
    faults = []
    if code not in {each.value for each in ExitCode} - {ExitCode.BUG}:
        faults.append(f"exit {code}")
    if "Traceback" in said or "internal error" in said:
        faults.append("traceback")
    if code not in {ExitCode.DONE, ExitCode.DEGRADED, ExitCode.USAGE} and not re.search(r"\bGL[1-8]\d\d\b", said):
        faults.append("no code")
    if outcome["is_late"]:
        faults.append("without end")
    if outcome["seconds"] > SECONDS:
        faults.append(f"{outcome['seconds']} s")
    if outcome["megabytes"] > MEGABYTES:
        faults.append(f"{outcome['megabytes']} MB")
    return faults


@pytest.mark.parametrize("place", PLACES)
def test_whatever_stands_there_is_told_in_a_sentence(copied, place):
    paths, command = PLACES[place]
    found = outcomes(copied, paths, command, KINDS)
    faults = {kind: (*wrong(each), each["said"][:300]) for kind, each in found.items() if wrong(each)}
    assert {each["code"] for each in found.values()} != {ExitCode.USAGE}, "the command line is wrong"
    assert not faults, json.dumps(faults, indent=1)
