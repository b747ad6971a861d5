"""The samples that come with graphlink: what is planted in them is found, and the script makes them anew."""

import gzip
import subprocess
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import graphlink as gl
from graphlink.lab.evaluate import Reported, evaluate, read_truth
from graphlink.pipeline import analyse, read

CAMPAIGN_REJECTS = [
    *(("campaign/accounts.csv.gz", "GL220"), ("campaign/accounts.csv.gz", "GL210")),
    *(("campaign/events.jsonl.zst", "GL250"), ("campaign/events.jsonl.zst", "GL240")),
    *(("campaign/sightings.parquet", "GL220"), ("campaign/sightings.parquet", "GL221")),
    ("campaign/sightings.parquet", "GL245"),
]


@pytest.fixture(scope="module")
def reading(campaign):
    return campaign[0]


@pytest.fixture(scope="module")
def judged(samples, campaign):
    return _judge(campaign[1].run.findings, samples / "campaign" / "_truth")


def test_every_planted_ring_is_found(judged):
    assert len(judged.planted) == 4
    assert {ring.ring_id: ring.jaccard for ring in judged.planted if ring.jaccard < 0.9} == {}


def test_every_planted_ring_is_called_coordinated_and_ranked_above_every_honest_group(judged):
    called = ["coordinated"] * 4
    assert sorted((ring.rank, ring.assessment) for ring in judged.planted) == list(enumerate(called, start=1))


def test_the_largest_ring_is_one_ring(judged):
    largest = max(judged.planted, key=lambda ring: ring.size)
    assert (largest.size, largest.fragments) == (1_500, 1)


def test_no_honest_account_is_core_of_a_ring(judged):
    assert judged.innocents.in_core == 0


def test_nothing_else_is_accused(judged):
    assert judged.false_rings == ()


def test_the_campaign_comes_in_all_shapes_and_its_answer_key_is_not_read(reading):
    assert [(each.name, each.shape) for each in reading.inputs] == [
        ("campaign/accounts.csv.gz", "accounts"),
        ("campaign/events.jsonl.zst", "events"),
        ("campaign/sightings.parquet", "sightings"),
    ]


def test_only_the_dirty_rows_of_the_campaign_are_set_aside(reading):
    assert [(each.source, each.code) for each in reading.rejects] == CAMPAIGN_REJECTS


def test_only_the_doubled_rows_of_the_campaign_are_duplicates(reading):
    assert [each.rows.duplicates for each in reading.inputs] == [1, 1, 2]


@pytest.mark.parametrize("kind", ["company", "enterprise", "course", "carrier", "vendor", "agency"])
def test_the_campaign_holds_honest_groups_that_deceive(samples, kind):
    assert kind in set(read_truth(samples / "campaign" / "_truth").groups["kind"])


def test_the_ring_of_the_tiny_world_is_found_and_nobody_else_accused(samples):
    tiny = read([samples / "tiny"], gl.Config()).sightings
    judged = _judge(analyse(tiny, gl.Config().method, seed=gl.SEED), samples / "tiny" / "_truth")
    assert [(ring.jaccard, ring.rank, ring.assessment) for ring in judged.planted] == [(1.0, 1, "inconclusive")]
    assert judged.n_coordinated == 0  # eight accounts are too few for so rare a thing


@pytest.mark.nightly(only=True)
def test_the_script_makes_the_same_rows(root, samples, tmp_path):
    # Rows and not bytes: another version of zlib, zstd or Parquet packs the same rows differently.
    subprocess.run([sys.executable, root / "scripts" / "make_samples.py", tmp_path], check=True)
    assert _rows(tmp_path) == _rows(samples / "campaign")


def _judge(findings, truth):
    rings = pd.DataFrame(
        [{"ring_id": ring.ring_id, "rank": ring.rank, "assessment": ring.assessment} for ring in findings.rings]
    )
    return evaluate(read_truth(truth), Reported("sample", rings, findings.members))


def _rows(folder):
    return {
        "accounts": gzip.decompress((folder / "accounts.csv.gz").read_bytes()),
        "events": pa.input_stream(folder / "events.jsonl.zst", compression="zstd").read(),
        "sightings": pq.read_table(folder / "sightings.parquet"),
        "truth": (folder / "_truth" / "truth.csv").read_bytes(),
    }
