"""What is written: the contract's shapes, ids and addresses that look real, a truth that fits, and mess on request."""

import ipaddress
import resource
import shlex
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from simulate_worlds import six_kinds

from graphlink.__main__ import run
from graphlink.cli.commands import app
from graphlink.config.settings import Config
from graphlink.lab.evaluate import read_truth
from graphlink.lab.simulate import WorldRequest, load_parameters, parse_rings, simulate, write_world
from graphlink.pipeline import read
from graphlink.words.errors import ExitCode


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("simulate") / "world"
    write_world(six_kinds(), out)
    return out


@pytest.fixture(scope="module")
def sightings(folder):
    return pq.read_table(folder / "sightings.parquet")


@pytest.fixture(scope="module")
def accounts(folder):
    return pq.read_table(folder / "accounts.parquet")


@pytest.fixture(scope="module")
def messy(tmp_path_factory):
    out = tmp_path_factory.mktemp("simulate") / "messy"
    write_world(simulate(n_accounts=5_000, seed=4), out, messy=True)
    return out


def of_type(sightings, name):
    return sightings.filter(pc.equal(sightings["signal_type"], name))["signal_value"].to_pylist()


def test_columns_of_the_contract(sightings, accounts):
    assert sightings.column_names == ["account_id", "signal_type", "signal_value", "first_seen", "last_seen", "count"]
    assert accounts.column_names == ["account_id", "created_at", "email", "phone", "plan", "country", "status"]


def test_signal_types(sightings):
    assert set(pc.unique(sightings["signal_type"]).to_pylist()) == {
        "ip",
        "card",
        "card_bin",
        "device",
        "template",
        "user_agent",
    }


def test_accounts_are_unique_and_all_sightings_name_one(sightings, accounts):
    ids = accounts["account_id"].to_pylist()
    assert len(set(ids)) == len(ids) == 50_000
    assert set(pc.unique(sightings["account_id"]).to_pylist()) <= set(ids)


def test_times_lie_in_the_window_and_in_order(sightings, accounts):
    assert pc.all(pc.less_equal(sightings["first_seen"], sightings["last_seen"])).as_py()
    assert str(pc.min(sightings["first_seen"]).as_py())[:10] >= "2026-06-29"
    assert str(pc.max(sightings["last_seen"]).as_py())[:10] <= "2026-07-27"
    assert pc.max(accounts["created_at"]).as_py() <= pc.max(sightings["last_seen"]).as_py()


def test_addresses_are_public_and_in_canonical_form(sightings):
    for text in of_type(sightings, "ip")[:20_000]:
        parsed = ipaddress.ip_address(text)
        assert str(parsed) == text
        assert parsed.is_global, text


def test_truth_covers_every_account(folder, accounts):
    truth = pq.read_table(folder / "_truth" / "truth.parquet")
    assert truth["account_id"].to_pylist() == accounts["account_id"].to_pylist()


def test_every_group_has_the_members_that_it_claims(folder):
    groups = pq.read_table(folder / "_truth" / "truth_groups.parquet").to_pandas()
    members = pq.read_table(folder / "_truth" / "truth_members.parquet").to_pandas()
    counted = members.drop_duplicates().groupby("group_id").size()
    assert groups.set_index("group_id")["size"].to_dict() == counted.to_dict()
    assert groups["size"].min() >= 2
    assert {
        "R1",
        "R7",
        "company",
        "course",
        "vendor",
        "agency",
        "campus",
        "household",
        "hackathon",
        "carrier",
        "vpn",
    } <= set(groups.kind)


def test_a_folder_in_use_is_refused(folder):
    with pytest.raises(FileExistsError, match="name a new folder"):
        write_world(six_kinds(), folder)


def test_columns_that_a_provider_lacks_are_not_written(tmp_path):
    write_world(simulate(load_parameters("noisy"), n_accounts=2_000, seed=1), tmp_path / "world")
    assert "created_at" not in pq.read_schema(tmp_path / "world" / "accounts.parquet").names
    types = pq.read_table(tmp_path / "world" / "sightings.parquet", columns=["signal_type"])
    assert "device" not in pc.unique(types["signal_type"]).to_pylist()


def read_text(path):
    schema = dict.fromkeys(pcsv.read_csv(path).column_names, "string")
    return pcsv.read_csv(
        path, convert_options=pcsv.ConvertOptions(column_types=schema, strings_can_be_null=False)
    ).to_pandas()


def test_mess_in_sightings(messy):
    rows = read_text(messy / "sightings.csv")
    assert 0.005 < (rows.account_id.str.strip() == "").mean() < 0.03
    assert 0.003 < rows.duplicated().mean() < 0.03
    assert rows.signal_value.str.startswith("::ffff:").any()
    assert (rows.account_id != rows.account_id.str.strip()).any()
    assert {"location"} <= set(rows.signal_type)
    assert {"unknown", "none", "0.0.0.0", "no"} <= set(rows.signal_value)  # noqa: S104 (a value, nothing is bound)
    assert rows.first_seen.str.fullmatch(r"\d{10}").any()
    assert rows.first_seen.str.contains(r"\+02:00$").any()
    assert rows.first_seen.str.contains("Z$").any()
    assert rows.first_seen.str.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?").any()


def test_mess_in_accounts(messy):
    rows = read_text(messy / "accounts.csv")
    assert (rows.account_id.str.strip() == "").any()
    assert (rows.email != rows.email.str.lower()).any()
    assert rows.duplicated().any()


@pytest.mark.parametrize("weeks", [1, 2])
def test_a_messy_world_is_read_as_its_output_says(tmp_path, capsys, weeks):
    """GL124 refused it, and nothing told which settings go with it."""
    out = tmp_path / "a world"
    assert run(["simulate", str(out), "--accounts", "2000", "--weeks", str(weeks), "--messy"]) == ExitCode.DONE
    following = " ".join(capsys.readouterr().out.partition("Next: graphlink ")[2].split())
    assert run(shlex.split(following)) == ExitCode.DEGRADED  # for the ids that are missing


def test_mess_leaves_the_truth_alone(messy, tmp_path):
    write_world(simulate(n_accounts=5_000, seed=4), tmp_path / "clean")
    name = "_truth/truth.parquet"
    assert (messy / name).read_bytes() == (tmp_path / "clean" / name).read_bytes()


def test_command_writes_a_world_and_says_what_it_holds(tmp_path):
    arguments = ["simulate", str(tmp_path / "world"), "--accounts=3000", "--seed=2", "--rings=R1=60"]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    assert "R1: 1 ring of 60 accounts" in result.output
    assert (tmp_path / "world" / "_truth" / "truth.parquet").exists()


def test_a_folder_that_is_named_like_an_unfinished_world_is_left_alone(tmp_path):
    """`OUT.partial` was removed unasked, with all that a person had in it."""
    notes = tmp_path / "world.partial" / "notes.txt"
    notes.parent.mkdir()
    notes.write_text("mine")
    assert run(["simulate", str(tmp_path / "world"), "--accounts", "1000"]) == ExitCode.DONE
    assert notes.read_text() == "mine"


@pytest.mark.parametrize("more", [(), ("--messy",)])
def test_a_world_for_which_there_is_no_room_leaves_nothing(tmp_path, capsys, more):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        code = run(["simulate", str(tmp_path / "world"), "--accounts", "1000", *more])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert code == ExitCode.ENVIRONMENT
    assert f"{tmp_path / 'world'}: File too large. Fix: " in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("make", [Path.write_text, Path.symlink_to])
def test_a_world_is_not_written_over_what_is_there(tmp_path, capsys, make):
    make(tmp_path / "world", "elsewhere")
    assert run(["simulate", str(tmp_path / "world"), "--accounts", "1000"]) == ExitCode.ENVIRONMENT
    assert "is there already. Fix: name a new folder" in capsys.readouterr().err


def test_a_world_is_read_whole_and_its_truth_left_alone(folder):
    reading = read([folder], Config())
    assert {source.name.partition("/")[2] for source in reading.inputs} == {"accounts.parquet", "sightings.parquet"}
    assert reading.rows.accepted > 0
    assert "GL308" not in {notice.code for notice in reading.notices}  # damage to these files would be noticed


def test_truth_can_be_read_by_the_evaluation(folder):
    truth = read_truth(folder)
    assert set(truth.rings.kind) == {"R1", "R2", "R3", "R6", "R7", "R9"}


def test_no_victims_without_a_wish(folder):
    assert not any(pq.read_table(folder / "_truth" / "truth.parquet")["victim"].to_pylist())


def test_a_world_can_be_too_small():
    with pytest.raises(ValueError, match="too few"):
        simulate(n_accounts=500, seed=1, request=WorldRequest(rings=parse_rings("R1=50")))
