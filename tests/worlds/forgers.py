"""Forgers of a state's history: what they do to it, and how well they cover it up."""

# ruff: noqa: S608 - tables and columns are ours

import random
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from graphlink.sweeps.state.chain import START, digest_change
from graphlink.sweeps.state.key import Keys, sign
from graphlink.sweeps.state.schema import digested_tables
from graphlink.sweeps.state.seal import set_seal

CELLS = ("benign", "confirmed", "maria", "li", "core", "active", "2026-W01", "2026-W02", 0, 1, 2, 3, 60.5, None)
"""Cells that some column takes."""

FORGER = Keys(bytes(range(100, 132)))
"""The key of a forger who does not have that of the state."""

Forgery = Callable[[sqlite3.Connection, random.Random], int]
"""What a forger does to a history without triggers; gives the first change that it alters, 0 for names."""


@contextmanager
def forging(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a state without what guards it, which comes back afterwards."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers:
            connection.execute(sql)


def last(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT max(generation) FROM changes").fetchone()[0])


def change_a_cell(connection: sqlite3.Connection, chance: random.Random) -> int:
    while True:
        table = chance.choice(digested_tables())
        rows = connection.execute(f"SELECT * FROM {table.name}").fetchall()
        if not rows:
            continue
        row, number = chance.choice(rows), chance.randrange(1, len(table.columns))
        others = [each[number] for each in rows] + list(CELLS)
        cell = chance.choice([other for other in others if other != row[number]])
        where = " AND ".join(f"{column} IS ?" for column in table.columns)
        try:
            connection.execute(f"UPDATE {table.name} SET {table.columns[number]} = ? WHERE {where}", (cell, *row))
        except sqlite3.IntegrityError:
            continue
        after = connection.execute(f"SELECT count(*) FROM {table.name} WHERE {where}", row).fetchone()[0]
        if not after and connection.execute("PRAGMA foreign_key_check").fetchone() is None:
            return int(row[0])
        connection.execute(
            f"UPDATE {table.name} SET {table.columns[number]} = ? WHERE {where}",
            (row[number], *row[:number], cell, *row[number + 1 :]),
        )


def delete_a_row(connection: sqlite3.Connection, chance: random.Random) -> int:
    tables = [table for table in digested_tables() if table.name not in {"changes", "sweeps"}]
    while True:
        table = chance.choice(tables)
        rows = connection.execute(f"SELECT * FROM {table.name}").fetchall()
        if rows:
            row = chance.choice(rows)
            where = " AND ".join(f"{column} IS ?" for column in table.columns)
            connection.execute(f"DELETE FROM {table.name} WHERE {where}", row)
            return int(row[0])


def cut(connection: sqlite3.Connection, chance: random.Random) -> int:
    first = chance.randint(2, last(connection))
    for table in ("digests", *(table.name for table in digested_tables())):
        connection.execute(f"DELETE FROM {table} WHERE generation >= ?", (first,))
    uses = " UNION ".join(
        f"SELECT {column} FROM {table.name} WHERE {column} IS NOT NULL"
        for table in digested_tables()
        for column in table.names
    )
    connection.execute(f"DELETE FROM names WHERE name NOT IN ({uses})")
    return first


def extend(connection: sqlite3.Connection, chance: random.Random) -> int:
    first = last(connection) + 1
    note = connection.execute("SELECT note FROM changes ORDER BY generation LIMIT 1").fetchone()[0]
    ring = connection.execute("SELECT ring_id FROM ring_records LIMIT 1").fetchone()[0]
    for generation in range(first, first + chance.randint(1, 3)):
        connection.execute("INSERT INTO changes VALUES (?, 'verdict', 'maria', ?, ?)", (generation, generation, note))
        kind = chance.choice(["confirmed", "benign"])
        row = (generation, 0, ring, None, kind, "maria", note, "2026-W02", None, 1, generation)
        connection.execute(f"INSERT INTO verdicts VALUES ({', '.join('?' * len(row))})", row)
        connection.execute("INSERT INTO digests VALUES (?, ?, ?)", (generation, f"{generation:064x}", "0" * 64))
    return first


def reorder(connection: sqlite3.Connection, chance: random.Random) -> int:
    one, other = sorted(chance.sample(range(1, last(connection) + 1), 2))
    for table in digested_tables():
        for old, new in ((one, -1), (other, one), (-1, other)):
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute(f"UPDATE {table.name} SET generation = ? WHERE generation = ?", (new, old))
    return one


def take_out_a_name(connection: sqlite3.Connection, chance: random.Random) -> int:
    """The careful forger also says so, in a change that forgot somebody."""
    names = connection.execute("SELECT name FROM names WHERE value IS NOT NULL").fetchall()
    (name,) = chance.choice(names)
    connection.execute("UPDATE names SET value = NULL WHERE name = ?", (name,))
    if chance.random() < 0.5:
        generation = connection.execute("SELECT max(generation) FROM taken_out").fetchone()[0]
        connection.execute("INSERT INTO taken_out VALUES (?, ?, 0)", (generation, name))
    return 0


def put_back_a_name(connection: sqlite3.Connection, chance: random.Random) -> int:
    """The forger knows who it was; the careful one also takes back that it was taken out."""
    (name,) = chance.choice(connection.execute("SELECT name FROM taken_out").fetchall())
    connection.execute("UPDATE names SET value = 'cat-3b7f2a9c' WHERE name = ?", (name,))
    if chance.random() < 0.5:
        connection.execute("DELETE FROM taken_out WHERE name = ?", (name,))
    return 0


def exchange_names(connection: sqlite3.Connection, chance: random.Random) -> int:
    """Two accounts in each other's place: their texts, or their rows with their hashes."""
    sql = "SELECT name, value, hash FROM names WHERE kind = 'account' AND value IS NOT NULL"
    (one, text, digest), (other, text_2, digest_2) = chance.sample(connection.execute(sql).fetchall(), 2)
    connection.execute("UPDATE names SET value = ? WHERE name = ?", (text_2, one))
    connection.execute("UPDATE names SET value = ? WHERE name = ?", (text, other))
    if chance.random() < 0.5:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE names SET hash = 'x' WHERE name = ?", (one,))
        connection.execute("UPDATE names SET hash = ? WHERE name = ?", (digest, other))
        connection.execute("UPDATE names SET hash = ? WHERE name = ?", (digest_2, one))
    return 0


FORGERIES: dict[str, Forgery] = {
    each.__name__: each
    for each in (
        change_a_cell,
        delete_a_row,
        cut,
        extend,
        reorder,
        take_out_a_name,
        put_back_a_name,
        exchange_names,
    )
}


def make_digests(connection: sqlite3.Connection, key: Keys) -> None:
    """Make the chain again, from its first change on, signed with the forger's key."""
    previous = START
    for (generation,) in connection.execute("SELECT generation FROM digests ORDER BY generation").fetchall():
        digest = digest_change(connection, previous, generation)
        row = (digest, sign(key.chain, digest), generation)
        connection.execute("UPDATE digests SET digest = ?, signature = ? WHERE generation = ?", row)
        previous = digest


def seal_again(folder: Path, key: Keys) -> None:
    with closing(sqlite3.connect(folder / "state.sqlite", isolation_level=None)) as connection:
        set_seal(folder, connection, key)


def forge(folder: Path, forgery: Forgery, chance: random.Random, key: Keys | None) -> int:
    """Forge a history. Without a key, digests and seal stay as they are."""
    with forging(folder / "state.sqlite") as connection:
        first = forgery(connection, chance)
        if key is not None:
            make_digests(connection, key)
    if key is not None:
        seal_again(folder, key)
    return first


def swap(folder: Path, backup: Path, seal: bytes | None) -> None:
    shutil.copyfile(backup, folder / "state.sqlite")
    (folder / "state.seal").unlink()
    if seal is not None:
        (folder / "state.seal").write_bytes(seal)


def bytes_in(folder: Path) -> dict[str, object]:
    """Every file below a folder, as it is."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        is_file = stat.S_ISREG(mode)
        found[str(path.relative_to(folder))] = (stat.S_IFMT(mode), path.read_bytes() if is_file else b"")
    return found
