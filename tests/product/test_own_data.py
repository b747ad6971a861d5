"""A new user with a warehouse's exports: one command for the settings, no edit, then a run that finds the ring."""

import gzip
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from dialects import DIALECTS, STRONG, write_dialect

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("own") / "world"
    _graphlink(folder.parent, "simulate", folder.name, "--accounts", "4000", "--seed", "1")
    return folder


def _graphlink(where: Path, *words: str) -> tuple[int, str, str]:
    """Run a command as a user does; its exit code, and what it said."""
    command, wide = [sys.executable, "-m", "graphlink", *words], {**os.environ, "COLUMNS": "200"}
    done = subprocess.run(command, check=False, cwd=where, capture_output=True, text=True, env=wide)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("dialect", DIALECTS)
def test_one_command_and_no_edit_lead_to_a_run_that_finds_the_ring(world, tmp_path, dialect):
    write_dialect(dialect, world, tmp_path / "exports")
    code, _, said = _graphlink(tmp_path, "config", "init", "--from", "exports")
    assert code == 0, said
    settings = (tmp_path / "graphlink.toml").read_text()
    assert "acct_" not in settings  # examples are masked

    assert {name for name in _columns(tmp_path / "exports") if name not in settings} == set()  # nothing unsaid

    code, listed, said = _graphlink(tmp_path, "check", "--config", "graphlink.toml", "--strict", "--json")
    assert code == 0, said
    found = json.loads(listed)
    assert {row["signal_type"] for row in found["signals"]} >= STRONG
    assert (found["left_out"], sum(row["rejected"] for row in found["inputs"])) == ([], 0)

    code, _, said = _graphlink(tmp_path, "run", "--config", "graphlink.toml", "-o", "result")
    assert code == 0, said
    members = pd.read_csv(tmp_path / "result" / "members.csv")
    truth = pd.read_parquet(world / "_truth" / "truth.parquet")
    planted = set(truth.loc[truth["ring_id"].notna(), "account_id"])
    groups = members.groupby(["rank", "ring_id"])["account_id"].agg(set)
    (rank, _), found = max(groups.items(), key=lambda group: len(group[1] & planted))
    assert rank == 1
    assert len(found & planted) >= 0.9 * max(len(planted), len(found))


def test_whatever_the_tutorial_and_the_page_on_thresholds_tell_to_run_runs(root, world, tmp_path):
    write_dialect("snowflake", world, tmp_path / "exports")
    truth = pd.read_parquet(world / "_truth" / "truth.parquet", columns=["account_id", "ring_id"])
    truth.to_csv(tmp_path / "labels.csv", index=False)
    pages = "".join((root / "docs" / f"{page}.md").read_text() for page in ("own-data", "threshold"))
    blocks = re.findall(r"```(sh|python)\n(.*?)```", pages, re.DOTALL)
    assert {language for language, _ in blocks} == {"sh", "python"}
    for language, text in blocks:
        if language == "python":
            done = subprocess.run(
                [sys.executable, "-c", text], check=False, cwd=tmp_path, capture_output=True, text=True
            )
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout
        for name, *words in map(shlex.split, text.splitlines() if language == "sh" else ()):
            code, _, said = _graphlink(tmp_path, *words)
            assert (name, code) == ("graphlink", 0), said


def _columns(folder: Path) -> Iterator[str]:
    """The names of all columns, those inside objects by their paths."""
    for path in folder.rglob("*"):
        if path.suffix == ".parquet":
            yield from pq.read_schema(path).names
        elif ".csv" in path.suffixes:
            yield from pd.read_csv(path, nrows=0).columns
        elif path.is_file():
            text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            yield from {name for line in text.splitlines() for name in _keys(json.loads(line))}


def _keys(row: dict[str, object], above: str = "") -> Iterator[str]:
    for key, value in row.items():
        yield from _keys(value, f"{above}{key}.") if isinstance(value, dict) else [f"{above}{key}"]
