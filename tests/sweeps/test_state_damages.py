"""A matrix of damages to a state: each is refused with what to do, and commands that only read change no byte."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from forgers import FORGER, bytes_in
from state_worlds import CAT, lineage, record, refusal, ring, two_weeks

from graphlink.__main__ import run
from graphlink.sweeps.state.backup import back_up
from graphlink.sweeps.state.chain import Head, read_head
from graphlink.sweeps.state.forgetting import forget_account
from graphlink.sweeps.state.key import read_key
from graphlink.sweeps.state.open_state import open_state
from graphlink.sweeps.state.recording import record_sweep
from graphlink.sweeps.state.seal import break_seal, set_seal
from graphlink.words.errors import ExitCode

pytestmark = pytest.mark.slow

Damage = Callable[[Path], object]
STATE, SEAL, KEY = "state.sqlite", "state.seal", "state.key"
READERS = (
    ("state", "check"),
    ("rings",),
    ("rings", "--all"),
    ("actions",),
    ("verdicts", "list"),
    ("verdicts", "precision"),
    ("allow", "list"),
    ("known-bad", "list"),
    ("status",),
)
"""Every command that only reads a state."""
REFUSED = {ExitCode.STATE_REFUSED, ExitCode.CONFIG_INVALID, ExitCode.ENVIRONMENT}
"""A state that others may write, or whose key they may read, is refused for that."""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written") / "state"
    two_weeks(folder)
    with open_state(folder) as state:
        back_up(state)
        forget_account(state, CAT, by="li", at=1, note="asked")
        record_sweep(state, record("2026-W03"), lineage(ring("2026-W03", "ann", "bob", "dan", "fay")))
        back_up(state)
    two_weeks(folder.parent / "other")
    return folder


@pytest.fixture
def folder(written, tmp_path):
    shutil.copytree(written.parent, tmp_path / "w")
    (tmp_path / "w" / "state").chmod(0o700)
    return tmp_path / "w" / "state"


def put(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


def of_bytes(change: Callable[[bytes], bytes], name: str = STATE) -> Damage:
    return lambda folder: put(folder / name, change((folder / name).read_bytes()))


def flipped(place: float) -> Damage:
    def flip(content: bytes) -> bytes:
        at = int(place * len(content)) if isinstance(place, float) else place
        return content[:at] + bytes([content[at] ^ 0x41]) + content[at + 1 :]

    return of_bytes(flip)


def cut_to(part: float) -> Damage:
    return of_bytes(lambda content: content[: int(len(content) * part)])


def other_digit(number: int) -> Callable[[bytes], bytes]:
    return lambda content: content[:number] + (b"1" if content[number] == ord("0") else b"0") + content[number + 1 :]


def executed(*statements: str) -> Damage:
    def execute(folder: Path) -> None:
        with closing(sqlite3.connect(folder / STATE, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement).fetchall()

    return execute


def another_program(folder: Path) -> None:
    for name in (STATE, SEAL):
        (folder / name).unlink()
    executed("CREATE TABLE notes (a)")(folder)
    (folder / STATE).chmod(0o600)


def beside(suffix: str, content: bytes | None) -> Damage:
    path = f"{STATE}-{suffix}"
    return lambda folder: (folder / path).mkdir() if content is None else put(folder / path, content)


def with_log(folder: Path) -> None:
    """In WAL mode, with a log that was not written back, as a program leaves that was killed."""
    with closing(sqlite3.connect(folder / STATE, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE more (a)")
        for name in ("-wal", "-shm"):
            shutil.copy(folder / f"{STATE}{name}", folder / f"kept{name}")
        shutil.copy(folder / STATE, folder / "kept")
    for name in ("", "-wal", "-shm"):
        (folder / f"kept{name}").replace(folder / f"{STATE}{name}")


def hot_journal(folder: Path) -> None:
    """The journal of a change by another program that was killed, which SQLite would undo."""
    copy = folder / "copy.sqlite"
    shutil.copy(folder / STATE, copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE more (a)")
        connection.executemany("INSERT INTO more VALUES (?)", [("x" * 900,)] * 200)
        shutil.copy(folder / "copy.sqlite-journal", folder / f"{STATE}-journal")
        connection.execute("ROLLBACK")
    copy.unlink()


def page(folder_content: bytes, number: int) -> bytes:
    return folder_content[4096 * number : 4096 * (number + 1)]


def exchanged(one: int, other: int) -> Damage:
    def exchange(content: bytes) -> bytes:
        pages = [page(content, number) for number in range(len(content) // 4096)]
        pages[one], pages[other] = pages[other], pages[one]
        return b"".join(pages)

    return of_bytes(exchange)


def blanked(number: int) -> Damage:
    return of_bytes(lambda content: content[: 4096 * number] + bytes(4096) + content[4096 * (number + 1) :])


def sealed(how: str) -> Damage:
    def seal(folder: Path) -> None:
        key = FORGER if "forged" in how else read_key(folder)
        with closing(sqlite3.connect(folder / STATE)) as connection:
            head = read_head(connection)
            if how == "forged whole":
                set_seal(folder, connection, key)
        if how == "forged being written":
            break_seal(folder, key, head)
        elif how == "of another history":
            break_seal(folder, key, Head(head.generation, "f" * 64))
        elif how == "of a later change":
            break_seal(folder, key, Head(head.generation + 1, "f" * 64))

    return seal


def replaced(by: Callable[[Path], Path | None], name: str = STATE) -> Damage:
    def replace(folder: Path) -> None:
        (folder / name).unlink()
        if (source := by(folder)) is not None:
            shutil.copy(source, folder / name)

    return replace


def special(name: str, how: str) -> Damage:
    def make(folder: Path) -> None:
        (folder / name).rename(folder.parent / "moved")
        if how == "folder":
            (folder / name).mkdir()
        elif how == "pipe":
            os.mkfifo(folder / name, 0o600)
        else:
            (folder / name).symlink_to(folder.parent / "moved")

    return make


def backups_in(how: str) -> Damage:
    """Backups in a folder that others own or may write: they would read the next one."""

    def move(folder: Path) -> None:
        (folder / "backups").rename(folder.parent / "moved")
        (folder / "backups").symlink_to(folder.parent / "moved")
        (folder.parent / "moved").chmod(0o777) if how == "open" else os.chown(folder.parent / "moved", 1234, 1234)

    return move


def of_a_twin(folder: Path) -> None:
    """The whole state of another folder under the same key, as two sets of settings may name one key."""
    twin = folder.parent / "twin"
    twin.mkdir(mode=0o700)
    shutil.copy(folder / KEY, twin / KEY)
    two_weeks(twin)
    with open_state(twin) as state:
        for week in ("2026-W03", "2026-W04", "2026-W05"):
            record_sweep(state, record(week), lineage(ring(week, "ann", "zed")))
    for name in (STATE, SEAL):
        shutil.copy(twin / name, folder / name)


SEALS = (
    *(b"", b"{", b"[]", b"null", b"\xff", b'{"generation": 1}', b'{"generation": "x", "sha256": 1}'),
    *(b'{"state": "being written"}\n', b"0" * 9000),
)
SEALED = ("forged whole", "forged being written", "of another history", "of a later change")
KEYS = (b"", b"x", b"0" * 63, b"0" * 63 + b"g\n", b"0" * 65, b"0" * 66 + b"\n", b"\xff" * 31, "é".encode() * 32 + b"\n")

AS_ROOT: dict[str, Damage] = {
    "backups in another user's folder": backups_in("another user's"),
    "state that is another user's": lambda folder: os.chown(folder / STATE, 12_345, -1),
}

DAMAGES: dict[str, Damage] = {
    **{f"header byte {number}": flipped(number) for number in range(100)},
    **{f"bit at {part} of 40": flipped(part / 40 + 0.012) for part in range(40)},
    **{f"cut to {part} of 10": cut_to(part / 10) for part in range(10)},
    "cut by a byte": of_bytes(lambda content: content[:-1]),
    "cut by a page": of_bytes(lambda content: content[:-4096]),
    **{
        f"{len(more)} bytes of {more[:1]!r} behind it": of_bytes(lambda content, more=more: content + more)
        for more in (b"\0", b"x", bytes(4096), b"n" * 4096, b"n" * 5000, b"n" * 1_000_000, b"\0" * 65_536)
    },
    **{f"pages {one} and {other} exchanged": exchanged(one, other) for one, other in ((0, 1), (1, 2), (3, 7), (5, -1))},
    **{f"page {number} blank": blanked(number) for number in (0, 1, 2, 5, 9)},
    "in wal mode": executed("PRAGMA journal_mode = WAL", "PRAGMA user_version"),
    "in wal mode with a log": with_log,
    "rewritten": executed("VACUUM"),
    "another page size": executed("PRAGMA page_size = 8192", "VACUUM"),
    "auto vacuum": executed("PRAGMA auto_vacuum = FULL", "VACUUM"),
    "another application": executed("PRAGMA application_id = 7"),
    "another program's database": another_program,
    "another version": executed("PRAGMA user_version = 2"),
    "another table": executed("CREATE TABLE more (a)"),
    "another view": executed("CREATE VIEW more AS SELECT 1"),
    "a view less": executed("DROP VIEW history"),
    "a trigger less": executed("DROP TRIGGER names_are_kept"),
    "an index less": executed("DROP INDEX forgotten_by_name"),
    "statistics": executed("ANALYZE"),
    **{
        f"{suffix} of {'a folder' if content is None else f'{len(content)} bytes'}": beside(suffix, content)
        for suffix in ("journal", "wal", "shm")
        for content in (b"", b"x", b"garbage " * 500, bytes(4096), None)
    },
    "a hot journal of another program": hot_journal,
    "no seal": lambda folder: (folder / SEAL).unlink(),
    **{f"seal {content[:22]!r}": of_bytes(lambda _, content=content: content, SEAL) for content in SEALS},
    **{f"seal {how}": sealed(how) for how in SEALED},
    **{
        f"seal with byte {number} changed": of_bytes(other_digit(number), SEAL)
        for number in (15, 40, 90, 120, 200, 250)
    },
    "seal of another state": replaced(lambda folder: folder.parent / "other" / SEAL, SEAL),
    "no state": lambda folder: (folder / STATE).unlink(),
    "an empty state": of_bytes(lambda _: b""),
    "a text": of_bytes(lambda _: b"hello\n"),
    "a state of another key": replaced(lambda folder: folder.parent / "other" / STATE),
    "a backup in its place": replaced(lambda folder: min((folder / "backups").glob("*.sqlite"))),
    "no key": lambda folder: (folder / KEY).unlink(),
    **{f"key of {len(text)} bytes, {text[-2:]!r}": of_bytes(lambda _, text=text: text, KEY) for text in KEYS},
    "key of another state": replaced(lambda folder: folder.parent / "other" / KEY, KEY),
    "key that others may read": lambda folder: (folder / KEY).chmod(0o644),
    "state that others may write": lambda folder: (folder / STATE).chmod(0o666),
    "folder that others may write": lambda folder: folder.chmod(0o777),
    **{f"{name} is a {how}": special(name, how) for name in (STATE, KEY) for how in ("folder", "pipe", "link")},
    "backups in an open folder": backups_in("open"),
    **(AS_ROOT if os.geteuid() == 0 else {}),
    "another state of the same key": of_a_twin,
    "seal is a folder": special(SEAL, "folder"),
    "seal is a pipe": special(SEAL, "pipe"),
}


CODES = {
    **{name: "GL702" for name in DAMAGES if name.startswith("header byte ") and int(name.split()[-1]) < 16},
    **dict.fromkeys(("in wal mode", "a text", "another program's database", "another application"), "GL702"),
    **dict.fromkeys(("rewritten", "no seal", "another view", "seal of another state"), "GL703"),
    **dict.fromkeys(("no key", *(name for name in DAMAGES if name.startswith("key of ") and "bytes" in name)), "GL706"),
    **dict.fromkeys((name for name in DAMAGES if "others may write" in name or "another user's" in name), "GL810"),
    "another version": "GL704",
    "no state": "GL701",
    "key that others may read": "GL408",
    f"{STATE} is a link": "GL810",
}
"""By which some of them are told apart."""


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damage_is_refused_and_reading_changes_no_byte(folder, name, capsys):
    DAMAGES[name](folder)
    before = bytes_in(folder)
    error = refusal(folder, read_only=True)
    assert error.exit_code in REFUSED
    assert error.problems[0].fix
    assert error.code == CODES.get(name, error.code)
    codes = {run([*words, "--state", str(folder)]) for words in READERS if name in ALL_READERS or words == READERS[0]}
    assert codes <= ({*REFUSED, ExitCode.DEGRADED} if name == "no key" else REFUSED)
    assert "Traceback" not in capsys.readouterr().err
    assert bytes_in(folder) == before
    assert refusal(folder).exit_code in REFUSED


ALL_READERS = {
    "in wal mode",
    "in wal mode with a log",
    "a hot journal of another program",
    "no seal",
    "journal of 4096 bytes",
    "wal of 0 bytes",
    "5000 bytes of b'n' behind it",
    "header byte 18",
    "seal forged being written",
}
"""Damages that every command meets that reads."""


def test_the_matrix_is_as_large_as_is_said(counted):
    counted(f"damages to a state: {len(DAMAGES)}")
    assert len(DAMAGES) >= 200
