"""How long graphlink takes where strangers chose texts so that they meet in a hash table that has no key.

    .venv/bin/python benchmarks/hash_flood.py [TEXTS]
    .venv/bin/python benchmarks/hash_flood.py --sweep [ACCOUNTS]

Writes exports that differ in nothing but the letters of their texts: texts that FNV-1a puts side by side, which
graphlink used without a key until 2026, and texts of 16 letters that collide in Arrow's hash, each beside texts as they
come. Prints the processor time of each; two times of a kind should be alike. The search takes some seconds.

Measured on two processors in December 2026, with 32,000 texts: a Parquet file whose footer has Arrow's note of a
dictionary took 11.3 s in place of 0.1 s, one with dictionary pages 8.3 s in place of 1.1 s; both take the same now.

With ``--sweep`` it times the second sweep of a world in which all accounts are in rings. With 30,000 accounts and
18,000 values, seconds of the processor before texts were ranked by sorting, and after (texts as they come took 16.2 and
13.3; the machine was busier before):

==================================  ======  =====
texts made to meet                  before  after
==================================  ======  =====
ids, in Arrow's table                 35.8   14.2
values, in Arrow's table              28.0   14.0
values, in that of Python's texts     20.4   15.8
==================================  ======  =====

Those of the last row are twice as long: with 60,000 accounts they took 26.4 s, and others of that length 26.3.

What is left: ``evaluate`` joins accounts by pandas, and questions are answered by DuckDB, whose tables are its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from functools import partial
from itertools import islice, product
from pathlib import Path
from typing import TYPE_CHECKING

import numba
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from graphlink.config.settings import Config
from graphlink.model.weeks import end_of
from graphlink.pipeline import read
from graphlink.words.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

BEGINNING = b"Mozilla/5.0 (X11; Linux x86_64) "
DIGITS = 11
IN_PARQUET = 32_000
FREE_BITS = 12  # of a place: the texts meet on so few neighbours, whatever the size of the table


@numba.njit
def search(beginning: np.ndarray, wanted: int, fixed_bits: int) -> np.ndarray:
    """Numbers whose texts have the lowest bits of their places but the last few in common."""
    found = np.empty(wanted, dtype=np.int64)
    n_found, number = 0, 0
    start = np.uint64(0xCBF29CE484222325)
    for letter in beginning:
        start = (start ^ np.uint64(letter)) * np.uint64(0x100000001B3)
    mask = np.uint64((1 << fixed_bits) - 1 & ~((1 << FREE_BITS) - 1))
    while n_found < wanted:
        mixed, scale = start, 10 ** (DIGITS - 1)
        for _ in range(DIGITS):
            mixed = (mixed ^ np.uint64(48 + number // scale % 10)) * np.uint64(0x100000001B3)
            scale //= 10
        mixed ^= mixed >> np.uint64(29)
        if mixed * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(32) & mask == 0:
            found[n_found] = number
            n_found += 1
        number += 1
    return found


ALPHABET = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype=np.uint8)
PLAIN = np.isin(np.arange(256), [*range(ord("!"), 127)]) & ~np.isin(np.arange(256), list(b'",;`'))
"""Letters that need no quotes."""
FACTORS = 11400714785074694791, 14029467366897019727  # by which Arrow multiplies the last and the first eight letters


@numba.njit
def meeting_in_arrow(
    wanted: int, factor: np.uint64, inverse: np.uint64, plain: np.ndarray, letters: np.ndarray
) -> np.ndarray:
    """Texts of 16 letters to which Arrow 26 gives one hash: eight are counted on, the other eight follow."""
    found = np.empty((wanted, 16), dtype=np.uint8)
    n_found, number = 0, np.uint64(0)
    while n_found < wanted:
        first, rest = np.uint64(0), number
        for i in range(8):
            first |= np.uint64(letters[rest % np.uint64(len(letters))]) << np.uint64(8 * i)
            rest //= np.uint64(len(letters))
        last = inverse * (factor * first ^ np.uint64(0x0123456789ABCDEF))
        fits = True
        for i in range(8):
            fits = fits and plain[last >> np.uint64(8 * i) & np.uint64(0xFF)]
        if fits:
            for i in range(8):
                found[n_found, i] = first >> np.uint64(8 * i) & np.uint64(0xFF)
                found[n_found, 8 + i] = last >> np.uint64(8 * i) & np.uint64(0xFF)
            n_found += 1
        number += np.uint64(1)
    return found


def colliding(wanted: int) -> list[str]:
    """Texts that collide in Arrow's dictionaries."""
    factor, inverse = np.uint64(FACTORS[1]), np.uint64(pow(FACTORS[0], -1, 1 << 64))
    return [row.tobytes().decode() for row in meeting_in_arrow(wanted, factor, inverse, PLAIN, ALPHABET)]


def as_csv(texts: list[str], folder: Path) -> Path:
    """Write a row for each text."""
    path = folder / "events.csv"
    rows = (f"a{n},{text}\n" for n, text in enumerate(texts))
    path.write_text("account_id,user_agent\n" + "".join(rows))
    return path


def as_parquet(texts: list[str], folder: Path, *, has_pages: bool) -> Path:
    """Write eight rows for each text, as a dictionary: in the pages, or in nothing but the note that Arrow leaves."""
    path = folder / "events.parquet"
    place = np.arange(8 * len(texts), dtype=np.int32) // 8
    agents = pa.DictionaryArray.from_arrays(place, texts)
    table = pa.table({"account_id": [f"a{n}" for n in place.tolist()], "user_agent": agents})
    pq.write_table(
        table, path, use_dictionary=["user_agent"] if has_pages else False, dictionary_pagesize_limit=1 << 24
    )
    return path


def seconds(path: Path) -> float:
    """Time the reading of an export."""
    start = time.process_time()
    read([path], Config())
    return time.process_time() - start


def numbered(numbers: np.ndarray) -> list[str]:
    """The texts of these numbers."""
    return [f"{BEGINNING.decode()}{number:0{DIGITS}}" for number in numbers.tolist()]


RING, VALUES = 20, 12
"""Accounts of a ring, and values that its accounts share, each with three others."""


def meeting_in_pandas(wanted: int) -> list[str]:
    """Texts that collide where pandas puts Python's texts into a table: times 31, plus the next letter."""
    return ["".join(pairs) for pairs in islice(product(("Aa", "BB"), repeat=16), wanted)]


def write_rings(folder: Path, ids: list[str], values: list[str], week: str) -> None:
    """Write a week in which all accounts are in rings."""
    folder.mkdir(parents=True)
    at = (end_of(week) - timedelta(days=2)).isoformat()
    rows = []
    for number, account in enumerate(ids):
        ring, place = divmod(number, RING)
        rows += [f"{account},device,{values[ring * VALUES + (place + step) % VALUES]},{at}\n" for step in (0, 1, 5)]
        rows += [f"{account},card,c{ring}-{place % 4},{at}\n"]
    (folder / "sightings.csv").write_text("account_id,signal_type,signal_value,seen_at\n" + "".join(rows))
    created = (end_of(week) - timedelta(days=20)).date()
    (folder / "accounts.csv").write_text("account_id,created_at\n" + "".join(f"{each},{created}\n" for each in ids))


def sweep_seconds(ids: list[str], values: list[str]) -> float:
    """Time the second sweep of a world of rings, in which all rings are known."""
    times: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "graphlink.toml").write_text(
            '[[sources]]\npath = "exports/{week}"\n[method]\nnull_worlds = 1\ndisturbances = 1\n'
            '[sweep]\noutput = "sweeps"\nstate = "state"\n'
        )
        for week in ("2026-W12", "2026-W13"):
            write_rings(folder / "exports" / week, ids, values, week)
            command = [sys.executable, "-m", "graphlink", "sweep", "--config", "graphlink.toml", "--week", week, "-q"]
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            command += [] if times else ["--init"]
            done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if done.returncode not in {ExitCode.DONE, ExitCode.DEGRADED}:
                sys.exit(f"the sweep ended with {done.returncode}")
            times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return times[-1]


def flood_sweeps(n_accounts: int) -> None:
    """Measure sweeps where ids or values collide."""
    n_values = n_accounts // RING * VALUES
    ids, values = [f"account-{n:08}" for n in range(n_accounts)], [f"device-{n:09}" for n in range(n_values)]
    kinds = {
        "as they come": (ids, values),
        "ids made to meet in Arrow": (colliding(n_accounts), values),
        "values made to meet in Arrow": (ids, colliding(n_values)),
        "values made to meet in pandas": (ids, meeting_in_pandas(n_values)),
    }
    for name, (some_ids, some_values) in kinds.items():
        seconds = sweep_seconds(some_ids, some_values)
        print(f"second sweep, {n_accounts:,} accounts, {n_values:,} values, {name}: {seconds:.1f} s", flush=True)


def main() -> None:
    """Measure and print."""
    if "--sweep" in sys.argv:
        flood_sweeps(int([*sys.argv, "30000"][2]))
        return
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    bits = (4 * wanted).bit_length() - 1
    chosen = search(np.frombuffer(BEGINNING, dtype=np.uint8), wanted, bits)
    draw = np.random.default_rng(1)
    kinds = {
        "as they come": numbered(np.arange(wanted)),
        "made to meet by FNV-1a": numbered(chosen),
        "of 16 letters, as they come": [row.tobytes().decode() for row in draw.choice(ALPHABET, (wanted, 16))],
        "of 16 letters, made to meet in Arrow": colliding(wanted),
    }
    shapes: dict[str, Callable[[list[str], Path], Path]] = {
        "CSV": as_csv,
        "Parquet with Arrow's note of a dictionary": partial(as_parquet, has_pages=False),
        "Parquet with dictionary pages": partial(as_parquet, has_pages=True),
    }
    with tempfile.TemporaryDirectory() as folder:
        seconds(as_csv(numbered(np.arange(100)), Path(folder)))  # compiles
        for shape, write in shapes.items():
            for name, texts in kinds.items():
                some = texts if shape == "CSV" else texts[:IN_PARQUET]  # Arrow takes long to write those that meet
                print(f"{shape}, {len(some):,} user agents {name}: {seconds(write(some, Path(folder))):.1f} s")


if __name__ == "__main__":
    main()
