"""A damaged, altered or rolled back state, one of another version, or one that others may write, is refused unread."""

import os
import shutil
import sqlite3
from contextlib import closing

import pytest
from state_worlds import refusal, two_weeks, verdict

from graphlink.model.sweeps import VerdictKind
from graphlink.sweeps.state.backup import back_up
from graphlink.sweeps.state.decisions import record_verdicts
from graphlink.sweeps.state.folder import check_folder, filesystem_of
from graphlink.sweeps.state.key import read_key
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.restoring import restore_state
from graphlink.sweeps.state.seal import set_seal
from graphlink.words.errors import ExitCode, MachineError


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written") / "state"
    two_weeks(folder)
    return folder


@pytest.fixture
def folder(written, tmp_path):
    shutil.copytree(written, tmp_path / "state")
    (tmp_path / "state").chmod(0o700)
    return tmp_path / "state"


def alter(folder, *statements):
    """Write to the file as another program would, and seal it again with the key: what was changed must tell."""
    with closing(sqlite3.connect(folder / "state.sqlite", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
        set_seal(folder, connection, read_key(folder))


# --- damage -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statements",
    [
        ("INSERT INTO pruned VALUES (2, 'R-1')",),
        ("INSERT INTO forgotten VALUES (7, 1)",),
        ("DELETE FROM digests WHERE generation = 4",),
        ("DELETE FROM digests WHERE generation = 4", "DELETE FROM changes WHERE generation = 4"),
        ("UPDATE ring_records SET score = 61.25 WHERE generation = 2",),
        ("UPDATE verdicts SET kind = 'benign' WHERE kind = 'confirmed'",),
        ("UPDATE verdicts SET account = (SELECT name FROM names WHERE value = 'dan') WHERE ring_id IS NULL",),
        ("UPDATE names SET value = 'zoe' WHERE value = 'ann'",),
        ("UPDATE names SET hash = replace(hash, 'a', 'b')",),
        ("UPDATE changes SET by = 'nobody' WHERE generation = 3",),
        ("DROP VIEW history",),
        ("CREATE TABLE more (a)",),
    ],
    ids=lambda statements: statements[0][:40],
)
def test_a_change_by_hand_is_found_though_it_is_sealed_again(folder, statements):
    with closing(sqlite3.connect(folder / "state.sqlite")) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    drops = [f"DROP TRIGGER {name}" for name, _ in triggers]
    alter(folder, "PRAGMA foreign_keys = OFF", *drops, *statements, *(sql for _, sql in triggers))
    assert refusal(folder).code == "GL703"


def test_a_dropped_trigger_is_found(folder):
    alter(folder, "DROP TRIGGER names_are_kept")
    assert refusal(folder).code == "GL703"


def test_a_state_without_its_seal_is_taken_only_on_request(folder):
    (folder / "state.seal").unlink()
    for read_only in (True, False):
        error = refusal(folder, read_only=read_only)
        assert (error.code, "seal is missing" in str(error)) == ("GL703", True)
    assert f"--backup {folder / 'state.sqlite'}" in error.problems[0].fix
    restore_state(folder, folder / "state.sqlite")
    with open_state(folder) as state:
        assert state.generation == 4


# --- key --------------------------------------------------------------------------------------------------------------


def test_a_lost_key_is_named_and_where_its_copy_is(folder):
    (folder / "state.key").unlink()
    assert "backups" in refusal(folder).problems[0].fix


# --- versions and rollback --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [2, 999])
def test_another_version_is_named_and_left_untouched(folder, version):
    with closing(sqlite3.connect(folder / "state.sqlite", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for read_only in (True, False):
        refused = refusal(folder, read_only=read_only)
        assert (refused.code, refused.exit_code) == ("GL704", ExitCode.STATE_REFUSED)
        assert f"version {version}, and this graphlink knows version 1" in str(refused)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("init", [False, True])
def test_a_state_older_than_a_good_backup_beside_it_is_refused(folder, tmp_path, init):
    shutil.copytree(folder, tmp_path / "earlier")
    with open_state(folder) as state:
        record_verdicts(state, [verdict("dan", VerdictKind.UNSURE)], by="maria", at=0)
        back_up(state)
    for name in ("state.sqlite", "state.seal"):
        shutil.copy2(tmp_path / "earlier" / name, folder / name)
    assert refusal(folder, init=init).code == "GL705"
    with open_state(folder, Opening(init=init, accept_rollback=True)) as state:
        assert state.generation == 4


# --- whose folder, and where ------------------------------------------------------------------------------------------


def test_everything_is_for_its_owner_alone(tmp_path):
    before = os.umask(0)
    try:
        two_weeks(tmp_path / "state")
        with open_state(tmp_path / "state") as state:
            back_up(state)
    finally:
        os.umask(before)
    for path in [tmp_path / "state", *(tmp_path / "state").rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
30 22 0:26 / {home} rw - {kind} server:/home rw
31 22 0:27 / {home}/local\\040disk rw - xfs /dev/sdb rw
"""


@pytest.mark.parametrize("kind", ["nfs4", "nfs", "cifs", "smb3", "fuse.sshfs", "fuse", "9p"])
def test_a_network_file_system_is_refused_unless_forced(tmp_path, kind):
    mounts = tmp_path / "mountinfo"
    home = tmp_path / "home"
    (home / "local disk" / "state").mkdir(parents=True)
    (home / "state").mkdir()
    mounts.write_text(MOUNTS.format(home=home, kind=kind))
    for folder in (home, home / "state", home / "local disk"):
        folder.chmod(0o700)
    with pytest.raises(MachineError, match="GL811"):
        check_folder(home / "state", mounts=mounts)
    check_folder(home / "state", mounts=mounts, on_network=True)
    check_folder(home / "local disk" / "state", mounts=mounts)
    assert filesystem_of(tmp_path, mounts) == "ext4"


def test_where_the_system_does_not_tell_its_mounts_nothing_is_refused(tmp_path):
    assert filesystem_of(tmp_path, tmp_path / "nothing") == ""
