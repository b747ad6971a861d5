"""How long reading takes where somebody chose the user agents so that they met in a table that has no key.

    .venv/bin/python benchmarks/hash_flood.py [TEXTS]

Writes two exports that differ in nothing but the last digits of each text, one of texts that FNV-1a puts side by side,
which graphlink used without a key until 2026, and one as they come; reads each, and says how long both took. The times
should be alike. The search for the texts takes some seconds.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numba
import numpy as np

from graphlink.config.settings import Config
from graphlink.pipeline import read

BEGINNING = b"Mozilla/5.0 (X11; Linux x86_64) "
DIGITS = 11
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


def seconds(numbers: np.ndarray, folder: Path) -> float:
    """Time the reading of an export of these texts."""
    path = folder / "events.csv"
    rows = (f"a{n},{BEGINNING.decode()}{number:0{DIGITS}}\n" for n, number in enumerate(numbers.tolist()))
    path.write_text("account_id,user_agent\n" + "".join(rows))
    start = time.perf_counter()
    read([path], Config())
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    bits = (4 * wanted).bit_length() - 1
    chosen = search(np.frombuffer(BEGINNING, dtype=np.uint8), wanted, bits)
    with tempfile.TemporaryDirectory() as folder:
        seconds(np.arange(100), Path(folder))  # compiles
        for name, numbers in (("as they come", np.arange(wanted)), ("made to meet", chosen)):
            print(f"{wanted:,} user agents, {name}: {seconds(numbers, Path(folder)):.1f} s")


if __name__ == "__main__":
    main()
