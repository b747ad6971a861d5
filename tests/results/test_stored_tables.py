"""The tables that a run stores: they say what the analysis said, and nothing of who ran it where."""

import hashlib
import stat

import networkx as nx
import pandas as pd
import pyarrow.parquet as pq
import pytest
import worlds
from questions_worlds import run_of
from report_worlds import two_rings
from worlds import among

from graphlink.engine.fork import run_beside
from graphlink.model.findings import Tier
from graphlink.model.graph import BIT_SCALE
from graphlink.model.times import NO_TIME
from graphlink.results import stored_schema as stored
from graphlink.results.files.stored_tables import stored_tables
from graphlink.results.run_folder import write_files, write_run

NEVER = 1 << 63


@pytest.fixture(scope="module")
def run():
    told = "card shared @3: s1 s2\n email alone: s1"
    created = {"s1": 1, "s2": 2}
    return run_of(among(f"{worlds.campaign}\n{told}", 300), disturbances=1, created=created, plans={"s1": "pro"})


def write_tables(run, folder):
    (folder / stored.FOLDER).mkdir()
    for name, write in stored_tables(run).items():
        with (folder / name).open("wb") as file:
            write(file)


@pytest.fixture(scope="module")
def tables(run, tmp_path_factory):
    """The stored tables as frames, by name."""
    folder = tmp_path_factory.mktemp("stored")
    write_tables(run, folder)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.parquet")}
    assert files == {table.file for table in stored.STORED}
    return {table.name: pq.read_table(folder / table.file).to_pandas() for table in stored.STORED}


@pytest.mark.parametrize("table", stored.STORED, ids=lambda table: table.name)
def test_a_table_has_the_columns_that_are_declared(table, tables):
    assert list(tables[table.name].columns) == list(table.columns)


def test_files_that_a_copy_writes_are_those_of_the_run(run, tmp_path):
    whole, begun = tmp_path / "whole", tmp_path / "begun"
    whole.mkdir()
    begun.mkdir()
    names = write_files(run, whole)
    (begun / stored.FOLDER).mkdir()
    (begun / stored.BEARERS.file).write_bytes(b"half of it")
    assert write_files(run, begun, runner=run_beside) == names
    assert [(begun / name).read_bytes() for name in names] == [(whole / name).read_bytes() for name in names]


def test_accounts_stand_in_order_with_what_the_export_says_of_them(run, tables):
    accounts = run.reading.sightings.accounts
    table = tables["accounts"]
    assert table["account_id"].tolist() == accounts.ids.to_pylist()
    assert table["account"].tolist() == list(range(len(accounts)))
    one, two, three = (table[table["account_id"] == name].iloc[0] for name in ("s1", "s2", "s3"))
    assert one["plan"] == "pro"
    assert pd.isna(two["plan"])
    assert two["created_at"] - one["created_at"] == pd.Timedelta(days=1)
    assert pd.isna(three["created_at"])


def test_values_that_one_account_alone_bears_are_counted_and_not_stored(tables):
    one = tables["accounts"].set_index("account_id").loc["s1"]
    assert one["signals"] == one["shared"] + 1
    assert "alone" not in set(tables["signals"]["signal_value"])
    assert len(tables["sightings"]) == tables["accounts"]["shared"].sum() == tables["signals"]["accounts"].sum()


def test_sightings_and_bearers_name_the_pairs_that_were_read(run, tables):
    read = run.reading.sightings
    ids = read.accounts.ids.to_pylist()
    names = [(read.types[t].name, v) for t, v in zip(read.signal_type, read.signal_value.to_pylist(), strict=True)]
    told = {
        (ids[a], names[s], int(first), int(last), int(n))
        for a, s, first, last, n in zip(
            read.account, read.signal, read.first_seen[:], read.last_seen[:], read.count, strict=True
        )
        if (read.signal == s).sum() > 1
    }
    signals = tables["signals"]
    named = list(zip(signals["signal_type"], signals["signal_value"], strict=True))
    table = tables["sightings"]
    times = {name: microseconds(table[name]) for name in ("first_seen", "last_seen")}
    stored_pairs = {
        (ids[a], named[s], first, last, n)
        for a, s, first, last, n in zip(
            table["account"], table["signal"], times["first_seen"], times["last_seen"], table["count"], strict=True
        )
    }
    assert stored_pairs == told
    bearers = tables["bearers"]
    seen = {
        (s, a): NEVER if t == NO_TIME else t
        for a, s, t in zip(table["account"], table["signal"], times["first_seen"], strict=True)
    }
    assert list(zip(bearers["signal"], bearers["account"], strict=True)) == sorted(
        seen, key=lambda pair: (pair[0], seen[pair], pair[1])
    )
    assert len(set(times["first_seen"])) > 1


def microseconds(times):
    return [NO_TIME if pd.isna(each) else each.value // 1000 for each in times]


def test_every_link_stands_both_ways(run, tables):
    links = run.findings.groups.projection
    one_way = set(zip(links.source.tolist(), links.target.tolist(), (links.bits / BIT_SCALE).tolist(), strict=True))
    table = tables["edges"]
    both = list(zip(table["account"], table["other"], table["bits"], strict=True))
    assert both == sorted(one_way | {(two, one, bits) for one, two, bits in one_way})
    families = run.findings.groups.bipartite.families
    masks = dict(zip(zip(links.source.tolist(), links.target.tolist(), strict=True), links.families, strict=True))
    for one, two, joined in zip(table["account"], table["other"], table["families"], strict=True):
        mask = masks[min(one, two), max(one, two)]
        assert joined.split("; ") == [name for f, name in enumerate(families) if mask >> f & 1]


def test_a_component_is_what_chains_of_links_join(tables):
    links = nx.Graph(zip(tables["edges"]["account"], tables["edges"]["other"], strict=True))
    first = {account: min(each) for each in nx.connected_components(links) for account in each}
    table = tables["accounts"]
    joined = table[table["component"].notna()]
    assert dict(zip(joined["account"], joined["component"].astype(int), strict=True)) == first
    assert len(joined) < len(table)


def test_rings_members_and_evidence_are_those_of_the_report(run, tables):
    ids = tables["accounts"]["account_id"]
    members = tables["members"]
    assert ids[members["account"]].tolist() == run.findings.members["account_id"].tolist()
    for name in ("ring_id", "tier", "confidence", "cell", "n_links", "families", "survives_any_value"):
        assert members[name].tolist() == run.findings.members[name].tolist()
    assert set(members["tier"]) <= set(Tier)
    for ring, row in zip(run.findings.rings, tables["rings"].to_dict("records"), strict=True):
        assert (row["ring_id"], row["rank"], row["score"]) == (ring.ring_id, ring.rank, ring.score)
        assert [part["because"] for part in row["factors"]] == [part.because for part in ring.factors]
        assert [check["fits"] for check in row["checks"]] == [check.fits for check in ring.checks]
        assert {part["family"]: part["share"] for part in row["survives"]} == dict(ring.survives)
        assert row["q_value"] == run.findings.chance.q_values[ring.ring_id]
    evidence = tables["evidence"].merge(tables["signals"], on="signal", suffixes=("", "_of_signal"))
    for name in ("ring_id", "signal_type", "signal_value", "accounts_in_ring", "accounts_outside"):
        assert evidence[name].tolist() == run.findings.signals[name].tolist()


def test_a_world_in_which_nobody_shares_anything_has_empty_tables(tmp_path):
    write_run(run_of("card a: ann\n card b: bob", disturbances=1), tmp_path / "run")
    counts = {table.name: pq.read_table(tmp_path / "run" / table.file).num_rows for table in stored.STORED}
    assert counts == {table.name: 2 if table is stored.ACCOUNTS else 0 for table in stored.STORED}


def test_a_run_put_together_by_hand_stores_no_tables(tmp_path):
    write_run(two_rings(), tmp_path / "run")
    assert not (tmp_path / "run" / stored.FOLDER).exists()


@pytest.mark.slow
def test_the_tables_are_private_repeatable_and_part_of_the_run(run, tmp_path):
    for name in ("one", "two"):
        write_run(run, tmp_path / name)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*"))
    assert stat.S_IMODE((tmp_path / "one" / stored.FOLDER).stat().st_mode) == 0o700
    for name in files:
        one, two = tmp_path / "one" / name, tmp_path / "two" / name
        if one.is_file():
            assert stat.S_IMODE(one.stat().st_mode) == 0o600
            assert hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(two.read_bytes()).digest()
    write_run(run, tmp_path / "one", force=True)
    assert sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*")) == files


@pytest.mark.parametrize(
    "name", ["notes.txt", "tables/notes.txt", "tables/old/notes.txt", "tables/old", "mine", stored.FOLDER]
)
def test_what_somebody_put_among_the_tables_is_not_thrown_away_and_no_link_is_followed(name, run, tmp_path):
    out = tmp_path / "run"
    write_run(run, out)
    path = out / name
    if path.exists():
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    elif path.suffix:
        path.parent.mkdir(exist_ok=True)
        path.write_text("call back")
    else:
        path.mkdir()
    with pytest.raises(FileExistsError, match="did not write"):
        write_run(run, out, force=True)
    assert path.exists()
