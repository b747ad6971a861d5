"""Whoever lacks the key cannot change a history unseen; a head kept outside tells what anybody rewrote before it."""

import random
import re
import shutil
from pathlib import Path

import pytest
from forgers import FORGER, FORGERIES, bytes_in, change_a_cell, forge, last, swap
from state_worlds import CAT, DAY, RING, lineage, record, refusal, ring, two_weeks, verdict

from graphlink.config.sweeps import SweepSettings
from graphlink.model.sweeps import Listed, VerdictKind
from graphlink.sweeps.state.backup import back_up, check_file
from graphlink.sweeps.state.chain import Head, read_head
from graphlink.sweeps.state.checking import connect, refuse_other_past
from graphlink.sweeps.state.decisions import ALLOWED, record_list, record_verdicts
from graphlink.sweeps.state.forgetting import forget_account
from graphlink.sweeps.state.key import Keys, read_key
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.recording import record_sweep
from graphlink.sweeps.state.seal import break_seal, set_seal
from graphlink.words.errors import ExitCode, StateError

pytestmark = pytest.mark.slow

TRIES = 9
"""Of each forgery by each forger."""


def key_beside(folder: Path) -> SweepSettings:
    """The key lies in another folder than the state."""
    return SweepSettings(key_file=str(folder.parent / "elsewhere.key"))


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """A state of eight changes whose key is elsewhere: two weeks, decisions, somebody forgotten, backups."""
    place = tmp_path_factory.mktemp("history")
    folder = place / "state"
    two_weeks(folder)
    (folder / "state.key").rename(place / "elsewhere.key")
    with open_state(folder, Opening(settings=key_beside(folder))) as state:
        back_up(state)
        shutil.copytree(folder, place / "earlier")
        record_list(state, ALLOWED, [Listed("9.9.9.9", "li", "office", "ip")], by="li", at=3 * DAY)
        forget_account(state, CAT, by="li", at=4 * DAY, note="asked")
        record_sweep(state, record("2026-W03"), lineage(ring("2026-W03", "ann", "bob", "dan", "fay")))
        record_verdicts(state, [verdict("dan", VerdictKind.BENIGN, "2026-W03")], by="li", at=5 * DAY)
        back_up(state)
    return place


def copied(history: Path, place: Path) -> Path:
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(history, place)
    (place / "state").chmod(0o700)
    return place / "state"


def assert_named(folder: Path, first: int = 0) -> None:
    """Readers and writers refuse it, reading changes no byte, and the first change that was altered is named."""
    key = key_beside(folder)
    before = bytes_in(folder)
    error = refusal(folder, read_only=True, settings=key)
    assert bytes_in(folder) == before
    assert error.exit_code is ExitCode.STATE_REFUSED
    if first:
        assert re.search(rf"\bchange {first}\b", str(error)), str(error)
    assert refusal(folder, settings=key).exit_code is ExitCode.STATE_REFUSED


# --- without the key --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("forger", ["careless", "careful", "replaying"])
@pytest.mark.parametrize("name", FORGERIES)
def test_without_the_key_every_forgery_is_named(history, tmp_path, name, forger, counted):
    """The careful one makes digests, signatures and seal again; the replaying one keeps a seal of a running change."""
    for number in range(TRIES):
        folder = copied(history, tmp_path / "h")
        key = read_key(folder, key_beside(folder))
        first = forge(
            folder, FORGERIES[name], random.Random(f"{name} {number}"), None if forger == "careless" else FORGER
        )
        if forger == "replaying":
            replay_a_running_change(history, folder, key, number % 2)
        names_it = name in {"change_a_cell", "delete_a_row", "extend", "reorder"}
        # the careful one signs every change anew, and the first of them is the first that is not ours
        assert_named(folder, 1 if forger != "careless" else first if names_it else 0)
    counted(f"forgeries: {TRIES} of {name}, {forger}")


def replay_a_running_change(history: Path, folder: Path, key: Keys, earlier: int) -> None:
    """Put the seal there that somebody copied while graphlink wrote."""
    of = history / ("earlier" if earlier else "state")
    with connect(of / "state.sqlite", read_only=True) as connection:
        break_seal(folder, key, read_head(connection))


@pytest.mark.parametrize("forger", ["no seal", "the seal as it was", "a seal of one's own", "the seal of then"])
def test_a_backup_in_place_of_the_state_is_named(history, tmp_path, forger):
    for backup in sorted((history / "state" / "backups").glob("*.sqlite"))[:-1]:
        folder = copied(history, tmp_path / "h")
        now, then = ((history / name / "state.seal").read_bytes() for name in ("state", "earlier"))
        swap(folder, backup, {"the seal as it was": now, "the seal of then": then}.get(forger))
        if forger == "a seal of one's own":
            with connect(folder / "state.sqlite", read_only=True) as connection:
                set_seal(folder, connection, FORGER)
        assert_named(folder)


def test_a_backup_under_the_name_of_a_newer_one_is_not_restored(history, tmp_path):
    folder = copied(history, tmp_path / "h")
    older, newer = sorted((folder / "backups").glob("*.sqlite"))
    shutil.copyfile(older, newer)
    key = read_key(folder, key_beside(folder))
    with pytest.raises(StateError, match="ends at change 4"):
        check_file(newer, key)


# --- with the key, against a head kept outside ------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORGERIES)
def test_with_the_key_a_head_kept_outside_still_names_it(history, tmp_path, name, counted):
    """The forger makes everything again with the real key; the heads of all changes were kept."""
    with connect(history / "state" / "state.sqlite", read_only=True) as connection:
        heads = [Head(*row) for row in connection.execute("SELECT generation, digest FROM digests ORDER BY 1")]
    for number in range(TRIES):
        folder = copied(history, tmp_path / "h")
        key = read_key(folder, key_beside(folder))
        first = forge(folder, FORGERIES[name], random.Random(f"{name} {number}"), key)
        shutil.rmtree(folder / "backups")
        told = history_checked(folder, heads)
        if name == "extend":  # what was appended with the key, no head of before can tell
            assert not told
        else:
            assert told
            if first and "is not the one" in told:  # where the key alone does not tell it
                assert f"change {first} is not the one" in told
    counted(f"forgeries with the key: {TRIES} of {name}")


def history_checked(folder: Path, heads) -> str:
    """What is wrong with a state, looked at with the key and heads."""
    try:
        with open_state(folder, Opening(read_only=True, settings=key_beside(folder))) as state:
            refuse_other_past(state.connection, folder, heads)
    except StateError as refusal:
        return str(refusal)
    return ""


def last_change(folder: Path, first: int) -> int:
    """How many changes there are from one on."""
    with connect(folder / "state.sqlite", read_only=True) as connection:
        return last(connection) - first + 1


def test_a_whole_folder_of_last_week_is_named_by_the_head(history, tmp_path, says, monkeypatch):
    folder = copied(history, tmp_path / "h")
    (folder.parent / "graphlink.toml").write_text('[sweep]\nstate = "state"\nkey_file = "elsewhere.key"\n')
    monkeypatch.chdir(folder.parent)
    check = ("state", "check", "--config", "graphlink.toml")
    head = re.search(r"head +(\d+:[0-9a-f]{48})\b", says(*check).out)[1]
    assert re.search(r"since head +0", says(*check, "--head", head).out)
    key = read_key(folder, key_beside(folder))
    appended = copied(history, tmp_path / "appended")
    n_more = last_change(appended, forge(appended, FORGERIES["extend"], random.Random(2), key))
    (appended.parent / "graphlink.toml").write_text('[sweep]\nstate = "state"\nkey_file = "elsewhere.key"\n')
    monkeypatch.chdir(appended.parent)
    assert re.search(rf"since head +{n_more}", says(*check, "--head", head).out)
    monkeypatch.chdir(folder.parent)
    shutil.rmtree(folder)
    shutil.copytree(history / "earlier", folder)
    (folder).chmod(0o700)
    assert "4:" in says(*check).out
    assert "it ends at change 4" in says(*check, "--head", head, code=ExitCode.STATE_REFUSED).err


# --- what check says --------------------------------------------------------------------------------------------------


def test_without_the_key_it_is_consistent_and_not_authenticated(history, tmp_path, says, monkeypatch):
    folder = copied(history, tmp_path / "h")
    monkeypatch.chdir(folder.parent)
    said = says("state", "check", "--state", "state", code=ExitCode.DEGRADED).out
    assert "consistent, not authenticated" in said
    forge(folder, change_a_cell, random.Random(1), None)
    says("state", "check", "--state", "state", code=ExitCode.STATE_REFUSED)
    folder = copied(history, tmp_path / "forged")
    monkeypatch.chdir(folder.parent)
    forge(folder, change_a_cell, random.Random(1), FORGER)  # which only the key can tell
    assert "not authenticated" in says("state", "check", "--state", "state", code=ExitCode.DEGRADED).out
    assert "key of the state is missing" in says("rings", "--state", "state", code=ExitCode.STATE_REFUSED).err


@pytest.mark.parametrize("place", ["key_file", "key_env", "key_credential"])
def test_the_key_lies_where_the_settings_say(history, tmp_path, says, monkeypatch, place):
    folder = copied(history, tmp_path / "h")
    monkeypatch.chdir(folder.parent)
    secret = (folder.parent / "elsewhere.key").read_text()
    (folder.parent / "credentials").mkdir()
    (folder.parent / "credentials" / "state-key").write_text(secret)
    (folder.parent / "credentials" / "state-key").chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder.parent / "credentials"))
    monkeypatch.setenv("STATE_KEY", secret.strip())
    name = {"key_file": "elsewhere.key", "key_env": "STATE_KEY", "key_credential": "state-key"}[place]
    (folder.parent / "graphlink.toml").write_text(f'[sweep]\nstate = "state"\n{place} = "{name}"\n')
    check = ("state", "check", "--config", "graphlink.toml")
    assert "authenticated" in says(*check).out
    says("verdict", RING, "benign", "--by", "li", "--note", "x", "--config", "graphlink.toml")
    assert re.search(r"key copies +none", says(*check).out)
    shutil.copy(folder.parent / "elsewhere.key", folder / "backups" / "state.key")
    assert re.search(r"key copies +state/backups/state.key", says(*check).out)
