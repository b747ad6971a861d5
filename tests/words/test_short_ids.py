"""Ids that two things would share are lengthened, in a run and in a sweep, and any unique beginning is enough."""

import hashlib
import json
import re
from pathlib import Path

import pandas as pd
import pytest
import sweep_worlds
from hypothesis import given
from hypothesis import strategies as st
from sweep_worlds import FIRST, SECOND, sweep, write_week

from graphlink.cli import main as program
from graphlink.words.short_ids import unique_beginnings

CAT = [*(f"cat-{number:02}" for number in range(1, 8)), "cat-2114611"]
DOG = [*(f"dog-{number:02}" for number in range(1, 8)), "dog-1383048"]
"""Found among two million last names of each: the digests of both begin with the same forty bits."""
EMU = [f"emu-{number:02}" for number in range(9)]
SHARED = "769DD3C8AB"
IDS = {"R-769DD3C8AB0", "R-769DD3C8AB8"}
SETTINGS = sweep_worlds.SETTINGS + '\n[sweep]\noutput = "sweeps"\nstate = "state"\n'


def digest(names):
    return hashlib.sha256("\0".join(sorted(names)).encode()).hexdigest().upper()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Two weeks in which two rings are found whose ids would be one."""
    folder = tmp_path_factory.mktemp("minting")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sweep_worlds, "RINGS", {})
        for week in (FIRST, SECOND):
            place = folder / "exports" / week
            write_week(place, week)
            day = (sweep_worlds.end_of(week) - sweep_worlds.timedelta(days=10)).isoformat().replace("+00:00", "Z")
            with (place / "sightings.csv").open("a") as seen, (place / "accounts.csv").open("a") as accounts:
                for number, ring in enumerate((CAT, DOG, EMU)):
                    for member, name in enumerate(ring):
                        accounts.write(f"{name},2025-11-01T00:00:00Z,active\n")
                        for kind, many in (("card", 3), ("template", 1), ("device", 5)):
                            seen.write(f"{name},{kind},{number}-{kind}-{member % many},{day}\n")
                        seen.write(f"{name},ip,198.51.{number}.{member % 4},{day}\n")
    (folder / "graphlink.toml").write_text(SETTINGS)
    return folder


@pytest.fixture(scope="module")
def result(world):
    out = world / "result"
    arguments = ["run", str(world / "exports" / FIRST), "-c", str(world / "own.toml"), "-o", str(out)]
    (world / "own.toml").write_text("[method]\nnull_worlds = 1\ndisturbances = 1\n")
    assert program.run(arguments) == 0
    return out


def test_the_ids_would_be_one():
    assert digest(CAT)[:10] == digest(DOG)[:10] == SHARED


def test_a_run_lengthens_both(result):
    rings = pd.read_csv(result / "rings.csv")
    assert set(rings["ring_id"]) >= IDS
    assert rings["ring_id"].is_unique
    members = pd.read_csv(result / "members.csv")
    for ring in (CAT, DOG):
        of_ring = "R-" + digest(ring)[:11]
        assert sorted(members["account_id"][members["ring_id"] == of_ring]) == sorted(ring)


def test_the_stored_tables_and_the_page_have_both(result):
    page = (result / "report.html").read_text()
    anchors, links = set(re.findall(r'\bid="ring-(R-[^"]+)"', page)), set(re.findall(r'href="#ring-(R-[^"]+)"', page))
    assert anchors >= IDS
    assert links >= IDS
    for name in ("rings", "members"):
        assert set(pd.read_parquet(result / "tables" / f"{name}.parquet")["ring_id"]) >= IDS, name


@pytest.mark.parametrize("name", ["R-769DD3C8AB0", "r-769dd3c8ab8", "ring:R-769DD3C8AB0"])
def test_each_is_explained(result, capsys, name):
    assert program.run(["explain", name, "-r", str(result), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ring_id"] == name.rpartition(":")[2].upper()


def test_what_both_begin_with_means_neither(result, capsys):
    for command in (["explain", "R-769D"], ["case", "R-769DD3C8AB", "-o", str(result / "case")]):
        assert program.run([*command, "-r", str(result)]) == 4
        told = capsys.readouterr().err
        assert "GL505" in told
        assert all(each in told for each in IDS)


def test_a_beginning_is_enough_where_no_other_ring_begins_so(world, result, capsys):
    meant = "R-" + digest(EMU)[:10]
    for name in (meant[:4].lower(), meant[:-1]):
        assert program.run(["explain", name, "-r", str(result), "--json"]) == 0
        said = capsys.readouterr()
        assert json.loads(said.out)["ring_id"] == meant
        assert f"{name} is read as {meant}" in said.err
    assert program.run(["case", meant[:4], "-r", str(result), "-o", str(world / "case")]) == 0


def test_sweeps_know_both_and_take_beginnings(world, capsys, monkeypatch):
    monkeypatch.chdir(world)
    settings = Path("graphlink.toml")
    for week in (FIRST, SECOND):
        sweep(settings, week, init=week == FIRST)
        folder = world / "sweeps" / "latest"
        rings = pd.read_csv(folder / "rings.csv")
        assert rings["ring_id"].is_unique
        assert len(rings) >= 3
    ring = rings["ring_id"][0]
    for length in range(len("R-2026-W01-"), len(ring)):
        begins = [each for each in rings["ring_id"] if each.startswith(ring[:length])]
        code = program.run(["show", ring[:length].lower(), "-c", "graphlink.toml", "--json"])
        said = capsys.readouterr()
        assert code == (0 if len(begins) == 1 else 4)
        if code == 0:
            assert json.loads(said.out)["ring_id"] == ring
        else:
            assert "GL505" in said.err
    verdict = ["verdict", ring[:-1], "benign", "--by", "maria", "--note", "a fair", "-c", "graphlink.toml"]
    assert program.run(verdict) == 0
    assert f"{ring[:-1]} is read as {ring}" in capsys.readouterr().out


@given(st.lists(st.text("ab", min_size=6, max_size=6), unique=True, max_size=40), st.integers(1, 6), st.randoms())
def test_whatever_is_told_apart_is_so_in_any_order(digests, shortest, random):
    short = unique_beginnings(digests, shortest)
    assert len(set(short)) == len(digests)
    assert all(whole.startswith(name) and len(name) >= shortest for whole, name in zip(digests, short, strict=True))
    for whole, name in zip(digests, short, strict=True):
        assert [each for each in digests if each.startswith(name)] == [whole]
    shuffled = random.sample(digests, len(digests))
    assert dict(zip(shuffled, unique_beginnings(shuffled, shortest), strict=True)) == dict(
        zip(digests, short, strict=True)
    )
