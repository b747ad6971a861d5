"""With `pseudonymise = true` no raw name is in any output, in no encoding: files, stdout, stderr, answers to questions.

A run of simulated exports is searched for every id and value that was read, and for planted ones that are quoted in
rows set aside, in notes about one account and in names of JSON keys.
"""

import base64
import hashlib
import html
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import case_worlds
import pyarrow.parquet as pq
import pytest
import sweep_worlds

from graphlink.api import library
from graphlink.reading.normalise.mail_providers import anyones_domain

pytestmark = pytest.mark.slow

AGAIN = {"plan": "canary-plan-of-jane", "country": "canary-country", "status": "canary-note-on-jane"}
"""Said of an account that other rows describe otherwise."""
PLANTED = (
    *("canary-note-about-jane", "canary.key@jane.example.net", "canary-malformed-address", "canary-late-time"),
    *AGAIN.values(),
)
SETTINGS = """
[reading]
max_reject_share = 0.5
placeholders = { device = ["canary-placeholder-device"] }

[method]
null_worlds = 1
disturbances = 1

[privacy]
pseudonymise = true
key_file = "graphlink.key"
"""


class Private(NamedTuple):
    """A finished run under pseudonyms: its folder, everything that was said, and all raw names."""

    folder: Path
    said: str
    names: frozenset[str]
    rings: list[str]


def graphlink(*words: str | Path, folder: Path) -> str:
    """What a command says on both streams; it must end well or degraded."""
    done = subprocess.run(
        [sys.executable, "-m", "graphlink", *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
    )
    assert done.returncode in (0, 3), done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Private:
    folder = tmp_path_factory.mktemp("private")
    exports = folder / "exports"
    exports.mkdir()
    for path in case_worlds.exports().iterdir():
        (exports / path.name).write_bytes(path.read_bytes())
    noted = {"account_id": "acct_canary_jane", "status": PLANTED[0], PLANTED[1]: "x"}
    ordinary = [
        {"account_id": f"acct_canary_{n:06d}", "plan": "pro", "country": "DE", "status": "active"} for n in range(40)
    ]
    again = [{"account_id": "acct_canary_000007"} | AGAIN, {"account_id": "acct_canary_jane"} | AGAIN]
    (exports / "more.jsonl").write_text("".join(json.dumps(row) + "\n" for row in [noted, *ordinary, *again]))
    with (exports / "sightings.csv").open("a") as file:
        file.write(f'"acct_canary_rejected","ip","{PLANTED[2]}","2026-07-01T00:00:00Z","2026-07-01T00:00:00Z",1\n')
        file.write(f'"acct_canary_rejected","device","canary-device","{PLANTED[3]}","2026-07-01T00:00:00Z",1\n')
    (folder / "graphlink.toml").write_text(SETTINGS)
    (folder / "graphlink.key").write_bytes(hashlib.sha256(b"a key for tests").digest())
    (folder / "graphlink.key").chmod(0o600)
    raw = library.read(exports, config=case_worlds.config(reading={"max_reject_share": 0.5})).sightings
    said = graphlink("run", "exports", "-o", "result", "-c", "graphlink.toml", "--verbose", folder=folder)
    said += graphlink("check", "exports", "-c", "graphlink.toml", "--json", folder=folder)
    rings = [ring["ring_id"] for ring in json.loads((folder / "result" / "rings.json").read_text())["rings"]]
    names = {*raw.accounts.ids.to_pylist(), *raw.signal_value.to_pylist(), *PLANTED, "acct_canary_rejected"}
    names |= {"canary-placeholder-device", "canary-device"}
    return Private(folder, said, frozenset(name for name in names if anyones_domain(name) != name), rings)


def contents(folder: Path) -> dict[str, str]:
    """Every file as text; of Parquet its cells too, which stand compressed in it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = path.read_bytes().decode("utf-8", "replace")
            if path.suffix == ".parquet":
                found[f"{path.name}: cells"] = pq.read_table(path).to_pandas().to_csv()
    return found


def words(text: str) -> set[str]:
    """All runs of characters that a name of the simulated world can be made of, and their beginnings and ends."""
    runs = set(re.findall(r"[A-Za-z0-9_.:/@+-]+", text))
    return runs | {part for run in runs for part in re.split(r"[;,]", run)}


def encoded(name: str) -> Iterable[str]:
    """The forms in which a name could hide."""
    data = name.encode()
    yield name
    yield json.dumps(name)[1:-1]
    yield html.escape(name)
    yield quote(name, safe="")
    yield data.hex()
    yield data[::-1].decode("utf-8", "replace")
    for digest in ("sha256", "sha1", "md5"):
        yield hashlib.new(digest, data).hexdigest()
    for shift in range(3):  # wherever it begins within a longer text
        cut = base64.b64encode(b"\0" * shift + data).decode()
        yield cut[-(-shift * 4 // 3) + (shift > 0) : len(cut) - 4]


def test_no_file_says_a_raw_name(private: Private) -> None:
    told = contents(private.folder / "result")
    assert {"report.html", "rejects.jsonl", "run.json", "tables/accounts.parquet", "trace.parquet: cells"} <= set(told)
    assert len(private.names) > 5_000
    for name, text in told.items():
        # Numbers of networks and of banks occur as plain numbers too; what is long enough cannot.
        found = {word for word in words(text) & private.names if len(word) >= 8 and not word.isdigit()}
        assert not found, name


def test_no_file_hides_a_raw_name_in_another_form(private: Private) -> None:
    told = "\n".join(contents(private.folder / "result").values())
    chosen = sorted(private.names, key=lambda name: hashlib.sha256(name.encode()).digest())[:150]
    for name in {*PLANTED, *(name for name in chosen if len(name) >= 8)}:
        assert not [form for form in encoded(name) if len(form) >= 8 and form in told], name


def test_neither_stdout_nor_stderr_says_a_raw_name(private: Private) -> None:
    assert {"GL303", "GL325"} <= set(re.findall("GL[0-9]{3}", private.said))
    assert not words(private.said) & {name for name in private.names if len(name) >= 8 and not name.isdigit()}
    assert not [name for name in PLANTED if name in private.said]


def test_rows_set_aside_are_counted_and_placed_and_not_kept(private: Private) -> None:
    rejects = [json.loads(line) for line in (private.folder / "result" / "rejects.jsonl").read_text().splitlines()]
    assert {reject["code"] for reject in rejects} == {"GL230", "GL240"}
    assert all(reject["line"] and reject["raw"] == "" for reject in rejects)


def test_the_key_and_its_place_stay_out(private: Private) -> None:
    key = (private.folder / "graphlink.key").read_bytes()
    told = contents(private.folder / "result")
    assert json.loads(told["run.json"])["pseudonyms"]["key_id"] in private.said
    for text in (*told.values(), private.said):
        assert key.hex() not in text
        assert base64.b64encode(key).decode() not in text
        assert str(private.folder) not in text


def test_answers_and_case_packs_say_no_raw_name(private: Private) -> None:
    ring = private.rings[0]
    said = graphlink("explain", ring, "--json", folder=private.folder)
    said += graphlink("sql", "SELECT * FROM accounts LIMIT 50", folder=private.folder)
    graphlink("case", ring, "-o", "case", folder=private.folder)
    told = contents(private.folder / "case") | {"said": said}
    for name, text in told.items():
        assert not {word for word in words(text) & private.names if len(word) >= 8 and not word.isdigit()}, name


@pytest.fixture(scope="module")
def exchanged_pack(private: Private) -> tuple[Path, str]:
    """A pack of a run with raw names, exchanged under the same key, and what the command said."""
    run = case_worlds.run_folder()
    ring = json.loads((run / "rings.json").read_text())["rings"][0]["ring_id"]
    words_of_it = ("case", ring, "--run", run, "-o", "partner", "--pseudonymise", "--key-file", "graphlink.key")
    said = graphlink(*words_of_it, folder=private.folder)
    assert ring not in said
    return private.folder / "partner", ring


def test_a_pack_of_a_raw_run_can_be_exchanged(private: Private, exchanged_pack: tuple[Path, str]) -> None:
    pack, ring = exchanged_pack
    for name, text in contents(pack).items():
        assert not {word for word in words(text) & private.names if len(word) >= 8 and not word.isdigit()}, name
        assert ring not in text
    assert {stat.S_IMODE(path.stat().st_mode) for path in pack.iterdir()} == {0o600}


def test_one_key_gives_one_name_wherever_it_is_used(private: Private, exchanged_pack: tuple[Path, str]) -> None:
    """A pack that was exchanged afterwards names accounts as a run under the same key does."""
    pack, _ = exchanged_pack
    members = {each["account_id"] for each in json.loads((pack / "case.json").read_text())["members"]}
    accounts = pq.read_table(private.folder / "result" / "tables" / "accounts.parquet")["account_id"].to_pylist()
    assert members <= set(accounts)


def test_the_search_finds_names_where_they_are(private: Private) -> None:
    told = contents(case_worlds.run_folder())
    for name in ("report.html", "members.csv", "rings.json", "graph.graphml", "accounts.parquet: cells"):
        assert len(words(told[name]) & private.names) > 50, name


@pytest.mark.parametrize("name", [*PLANTED, "acct_0123456789abcdef", "203.0.114.77"])
def test_the_search_finds_a_name_in_every_form(name: str) -> None:
    hidden = [name, name.encode().hex(), hashlib.sha256(name.encode()).hexdigest(), quote(name, safe="")]
    hidden += [base64.b64encode(b"xyz"[:shift] + name.encode() + b"...").decode() for shift in range(4)]
    for text in hidden:
        assert [form for form in encoded(name) if len(form) >= 8 and form in text], text


def _swept_names() -> list[bytes]:
    """Beginnings of every id and value in the weeks' exports."""
    own = [f"{ring}-{what}" for ring in sweep_worlds.RINGS for what in ("0", "1", "card", "device", "template")]
    shared = ["person-0", "person-1", "card-1", "device-1", "common-", "198.51.", "203.0."]
    return [name.encode() for name in (*own, *shared)]


def test_what_sweeps_remember_and_publish_holds_no_raw_name(tmp_path: Path) -> None:
    """Two weeks swept under pseudonyms: state, backups and published sweeps are searched byte by byte."""
    week, following = sweep_worlds.WEEKS[3:5]
    privacy = '\n[privacy]\npseudonymise = true\nkey_file = "graphlink.key"\n'
    settings = sweep_worlds.write_world(tmp_path, (week, following), sweep_worlds.SETTINGS + privacy)
    (tmp_path / "graphlink.key").write_bytes(hashlib.sha256(b"a key for tests").digest())
    (tmp_path / "graphlink.key").chmod(0o600)
    sweep_worlds.sweep(settings, week, init=True)
    sweep_worlds.sweep(settings, following)
    known = 0
    for path in sorted(tmp_path.rglob("*")):
        if not path.is_file() or "exports" in path.parts:
            continue
        told = path.read_bytes()
        if path.suffix == ".parquet":
            told += pq.read_table(path).to_pandas().to_csv().encode()
        known += told.count(b"p-")
        for name in _swept_names():
            assert name not in told, path.name
    assert known > 100
