"""The same data gives the same bytes: whatever the order of rows, the split into files, the format, the compression,
the hash seed or the number of threads (promise P1). Only what names an input file may follow the files.
"""

import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from tracing import needed

from graphlink.lab.simulate import WorldRequest, parse_rings, simulate, write_world

pytestmark = pytest.mark.slow


FOLLOWS_FILES = {"rejects.jsonl", "tables/trace.parquet"}
TABLES = ("accounts", "sightings")
SETTINGS = """
[method]
null_worlds = 2
disturbances = 1
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world of 2,000 accounts with two small rings, as Parquet."""
    out = tmp_path_factory.mktemp("same") / "world"
    request = WorldRequest(rings=parse_rings("R1=60,R3=120"))
    write_world(simulate(n_accounts=2_000, seed=3, request=request), out)
    return out


@pytest.fixture(scope="module")
def expected(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    out = tmp_path_factory.mktemp("expected") / "run"
    found = digests([world / f"{name}.parquet" for name in TABLES], out)
    rings = json.loads((out / "rings.json").read_text())["rings"]
    assert len(rings) > 1
    assert any(ring["assessment"] == "coordinated" for ring in rings)
    return found


def digests(sources, out, before=(), *, umask=-1, **environment) -> Mapping[str, str]:
    """Run graphlink as a user does and digest what it wrote, without what names the inputs."""
    settings = out.parent / "graphlink.toml"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(SETTINGS)
    words = ["run", *map(str, sources), "-o", str(out), "--quiet", "--config", str(settings)]
    command = [*before, sys.executable, "-m", "graphlink", *words]
    subprocess.run(command, check=True, env=os.environ | environment, capture_output=True, umask=umask)
    found = {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    for name in FOLLOWS_FILES:
        del found[name]
    manifest = json.loads(found["run.json"])
    del manifest["inputs"]
    found["run.json"] = json.dumps(manifest, sort_keys=True).encode()
    return {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}


def shuffled(table: pa.Table) -> pa.Table:
    """The rows in the order of a hash of their first column and their place."""
    keys = [hashlib.sha256(f"{row}".encode()).digest() for row in range(len(table))]
    return table.take(sorted(range(len(table)), key=keys.__getitem__))


def as_csv(table: pa.Table, path: Path) -> Path:
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(place, field.name, pc.strftime(table[field.name], format="%Y-%m-%dT%H:%M:%SZ"))
    pacsv.write_csv(table, path)
    return path


def split(world: Path, folder: Path) -> list[Path]:
    for name in TABLES:
        table = shuffled(pq.read_table(world / f"{name}.parquet"))
        third = len(table) // 3
        for part, start in enumerate((0, third, 2 * third)):
            end = len(table) if part == 2 else start + third
            pq.write_table(table.slice(start, end - start), folder / f"{9 - part}-{name}.parquet")
    return [folder]


def csv_files(world: Path, folder: Path) -> list[Path]:
    return [as_csv(shuffled(pq.read_table(world / f"{name}.parquet")), folder / f"{name}.csv") for name in TABLES]


def zipped(world: Path, folder: Path) -> list[Path]:
    paths = []
    for path in csv_files(world, folder):
        packed = folder / f"{path.name}.gz"
        packed.write_bytes(gzip.compress(path.read_bytes().replace(b"\n", b"\r\n"), mtime=0))
        path.unlink()
        paths.append(packed)
    return paths


def as_json_lines(table: pa.Table, path: Path) -> Path:
    rows = [{key: value for key, value in row.items() if value is not None} for row in table.to_pylist()]
    path.write_text("".join(json.dumps(row, default=str) + "\n" for row in rows))
    return path


def json_lines(world: Path, folder: Path) -> list[Path]:
    return [
        as_json_lines(shuffled(pq.read_table(world / f"{name}.parquet")), folder / f"{name}.jsonl") for name in TABLES
    ]


def many_json_lines(world: Path, folder: Path) -> list[Path]:
    """Seven files of each table, dealt out row by row, half of them compressed."""
    for name in TABLES:
        table = pq.read_table(world / f"{name}.parquet")
        for part in range(7):
            path = as_json_lines(table.take(list(range(part, len(table), 7))), folder / f"{name}-{part}.jsonl")
            if part % 2:
                path.with_name(f"{path.name}.zst").write_bytes(pa.compress(path.read_bytes(), "zstd", asbytes=True))
                path.unlink()
    return [folder]


def of_every_format(world: Path, folder: Path) -> list[Path]:
    """A part of each table as CSV, as JSON Lines, and as Parquet of small row groups."""
    for name in TABLES:
        table = shuffled(pq.read_table(world / f"{name}.parquet"))
        first, second, third = (table.take(list(range(part, len(table), 3))) for part in range(3))
        as_csv(first, folder / f"c-{name}.csv")
        as_json_lines(second, folder / f"a-{name}.jsonl")
        pq.write_table(third, folder / f"b-{name}.parquet", row_group_size=1_000)
    return [folder]


@pytest.mark.parametrize(
    "shape", [split, csv_files, zipped, json_lines, many_json_lines, of_every_format], ids=lambda each: each.__name__
)
def test_files_make_no_difference(shape, world, expected, tmp_path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    assert digests(shape(world, folder), tmp_path / "run") == expected


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """German, where 1.5 is 1,5, and Turkish, where a small I has no dot; machines seldom have them."""
    folder = tmp_path_factory.mktemp("locales")
    for name in ("de_DE", "tr_TR"):
        command = [needed("localedef"), "-i", name, "-f", "UTF-8", str(folder / f"{name}.UTF-8")]
        subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize(
    ("before", "environment"),
    [
        (["faketime", "2031-02-03 04:05:06"], {"PYTHONHASHSEED": "1", "LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Apia"}),
        (
            ["taskset", "--cpu-list", "0", "faketime", "2026-10-25 02:30:00"],
            {"PYTHONHASHSEED": "2", "OMP_NUM_THREADS": "8", "LC_ALL": "de_DE.UTF-8", "TZ": "Europe/Berlin"},
        ),
    ],
    ids=["2031, Turkish", "repeated hour, German, one core"],
)
def test_surroundings_make_no_difference(before, environment, world, expected, locales, tmp_path) -> None:
    """Clock, zone, language, cores, threads, hash seed, user, home, umask and folder, many at once (T6)."""
    needed("faketime")
    surroundings = {"LOCPATH": str(locales), "HOME": str(tmp_path), "USER": "eve", **environment}
    sources = [world / f"{name}.parquet" for name in TABLES]
    assert digests(sources, tmp_path / "elsewhere" / "run", before, umask=0, **surroundings) == expected


def test_the_clock_and_the_language_of_these_tests_are_what_they_say(locales: Path) -> None:
    """Otherwise the test above would show less than it says."""
    code = "import locale, time; locale.setlocale(locale.LC_ALL, ''); print(time.localtime().tm_year, locale.str(1.5))"
    environment = os.environ | {"LOCPATH": str(locales), "LC_ALL": "de_DE.UTF-8"}
    command = [needed("faketime"), "2031-02-03 04:05:06", sys.executable, "-c", code]
    assert subprocess.run(command, check=True, env=environment, capture_output=True, text=True).stdout == "2031 1,5\n"


def test_rows_repeated_change_their_count_and_nothing_else(world, expected, tmp_path) -> None:
    """One row in a hundred stands there twice (T4)."""
    sightings = pq.read_table(world / "sightings.parquet")
    pq.write_table(pa.concat_tables([sightings, sightings[::100]]), tmp_path / "sightings.parquet")
    found = digests([world / "accounts.parquet", tmp_path / "sightings.parquet"], tmp_path / "run")
    changed = {name for name in expected if found[name] != expected[name]}
    assert changed <= {"report.html", "rings.json", "run.json"}  # these say how many rows were read
    first = json.loads((tmp_path / "run" / "rings.json").read_text())
    assert first["rows"]["duplicates"] == len(sightings[::100])
