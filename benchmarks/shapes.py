"""Write docs/shapes.md: time and memory of whole runs on sixteen shapes, each at three sizes.

    python benchmarks/shapes.py                       # every shape at every size, and the page
    python benchmarks/shapes.py grid chain            # only these; the page keeps what was measured before
    python benchmarks/shapes.py plane --sizes 2       # the two smaller sizes

A run has 120 s and 6 GB of address space, so that no shape takes the machine with it. A shape that was stopped is not
run at a larger size. The slope is that of log(processor time) on log(sightings) between the two larger sizes.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, dataclass
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from processes import graphlink, measure_process
from scale import STAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Pairs = tuple[Ints, Ints]

ROOT: Final = Path(__file__).resolve().parent.parent
MEASURED: Final = Path(__file__).resolve().parent / "measured" / "shapes.json"
PAGE: Final = ROOT / "docs" / "shapes.md"
SECONDS, BYTES = 120.0, 6 * 10**9
SLOPE, FIXED, EACH = 1.15, 10**9, 600
"""The goals: the slope, and the bytes of a run and of each sighting."""
TWO: Final = ("card", "device")
SEVEN: Final = ("card", "coupon", "device", "ip", "referral", "template", "tls_fingerprint")


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape: what it is, how to make it, and the three sizes that ``make`` takes.

    ``make`` returns (accounts, values); a value's type is one of ``types``, by its number.
    """

    told: str
    make: Callable[[int], Pairs]
    sizes: tuple[int, int, int]
    types: tuple[str, ...] = TWO


def block(n_accounts: int) -> Callable[[int], Pairs]:
    """Accounts that all have the same values, n of each of two types."""
    return lambda n: (np.repeat(np.arange(n_accounts), 2 * n), np.tile(np.arange(2 * n), n_accounts))


def busy(n: int) -> Pairs:
    """One account with n values, each of which one other account has."""
    return np.repeat([np.zeros(n, dtype=np.int64), np.arange(n) + 1], 1, axis=1).ravel(), np.tile(np.arange(n), 2)


def tester(n: int) -> Pairs:
    """One account with n cards; each is on one of n / 4 other accounts, which have five values each."""
    other = np.arange(n) // 4 + 1
    own = n + np.arange(n // 4) // 2  # a device of two
    accounts = [np.zeros(n, dtype=np.int64), other, np.arange(n // 4) + 1]
    return np.concatenate(accounts), np.concatenate([2 * np.arange(n), 2 * np.arange(n), 2 * own + 1])


def plane(order: int) -> Pairs:
    """A projective plane of prime order: every two accounts share one value, and every two values one account."""
    x, y, slope = np.arange(order), np.arange(order), np.arange(order)

    def point(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        told: np.ndarray = a * order + b
        return told

    far = order * order
    m, b, at = (each.ravel() for each in np.meshgrid(slope, y, x))
    sloped = point(at, (m * at + b) % order), m * order + b
    upright = point(*(each.ravel() for each in np.meshgrid(x, y, indexing="ij"))), far + np.repeat(x, order)
    beyond = np.concatenate([far + np.repeat(slope, order), np.full(order + 1, far + order), far + x])
    lines = np.concatenate([np.arange(far), far + np.arange(order + 1), np.full(order, far + order)])
    return np.concatenate([sloped[0], upright[0], beyond]), np.concatenate([sloped[1], upright[1], lines])


def random_values(n: int) -> Pairs:
    """N accounts with nine random values of eight accounts each."""
    drawn = np.random.default_rng(1).permutation(np.repeat(np.arange(n * 9 // 8), 8))
    return np.arange(len(drawn)) % n, drawn


def overlapping(n: int) -> Pairs:
    """N blocks of twenty accounts with eight values each; a block shares half its accounts with the next."""
    start = np.repeat(10 * np.arange(n), 160)
    return start + np.tile(np.repeat(np.arange(20), 8), n), np.repeat(8 * np.arange(n), 160) + np.arange(160 * n) % 8


def chain(n: int) -> Pairs:
    """N accounts in a row, each sharing three values with the next."""
    at = np.repeat(np.arange(n), 3)
    return np.concatenate([at, at + 1]), np.tile(np.arange(3 * n), 2)


def tree(n: int) -> Pairs:
    """A tree of n accounts, each of which shares two values with each of its three children."""
    child = np.repeat(np.arange(1, n), 2)
    return np.concatenate([child, (child - 1) // 3]), np.tile(np.arange(len(child)), 2)


def cliques(n: int) -> Pairs:
    """N groups of thirty accounts with four values each."""
    return np.repeat(np.arange(30 * n), 4), np.repeat(4 * np.arange(n), 120) + np.arange(120 * n) % 4


def hubs(n: int) -> Pairs:
    """N accounts, each with three of 24 values."""
    of = np.random.default_rng(2).integers(0, 8, (n, 3)) + np.array([0, 8, 16])
    return np.repeat(np.arange(n), 3), of.ravel()


def dense(n: int) -> Pairs:
    """N accounts and n values, each account with a tenth of them."""
    accounts, values = np.nonzero(np.random.default_rng(3).integers(0, 10, (n, n)) == 0)
    return accounts, values


def one_value(n: int) -> Pairs:
    """N accounts with one value in common, and another of two accounts each."""
    return np.tile(np.arange(n), 2), np.concatenate([np.zeros(n, dtype=np.int64), 1 + np.arange(n) // 2])


def couple(n: int) -> Pairs:
    """Two accounts that share n values."""
    return np.repeat([0, 1], n), np.tile(np.arange(n), 2)


def grid(n: int) -> Pairs:
    """An account at each place of n × n, with a value of its row and one of its column."""
    row, column = np.divmod(np.arange(n * n), n)
    return np.tile(np.arange(n * n), 2), np.concatenate([2 * row, 2 * column + 1])


def heavy(n: int) -> Pairs:
    """N accounts and values of seven types, both of heavy-tailed degrees, as in a network of co-inventors."""
    draw = np.random.default_rng(4)

    def place() -> np.ndarray:
        return (n * draw.random(7 * n) ** 3).astype(np.int64)

    return place(), 7 * place() + draw.integers(0, 7, 7 * n)


SHAPES: Final = {
    "block": Shape("100 accounts that share n cards and n addresses", block(100), (250, 1_000, 4_000), ("card", "ip")),
    "few": Shape("20 accounts that share n cards and n devices", block(20), (1_250, 5_000, 20_000)),
    "couple": Shape("two accounts that share n values of two types", couple, (10_000, 40_000, 160_000)),
    "busy": Shape("one account with n values, each shared with one other", busy, (16_000, 64_000, 256_000)),
    "tester": Shape("one account with n cards, each on one of n / 4 accounts", tester, (16_000, 64_000, 256_000)),
    "plane": Shape("a projective plane of order n", plane, (31, 61, 97)),
    "random": Shape(
        "n accounts with nine random values of eight accounts each", random_values, (8_000, 32_000, 128_000)
    ),
    "heavy": Shape("n accounts, heavy-tailed on both sides, of seven types", heavy, (10_000, 40_000, 120_000), SEVEN),
    "overlapping": Shape("n blocks of 20 accounts and 8 values that overlap by half", overlapping, (300, 1_000, 3_000)),
    "chain": Shape("n accounts in a chain, three values a link", chain, (10_000, 40_000, 120_000)),
    "tree": Shape("a tree of n accounts, two values a link", tree, (12_000, 40_000, 120_000)),
    "cliques": Shape("n groups of 30 accounts with four values", cliques, (400, 1_200, 4_000)),
    "hubs": Shape("n accounts with three of 24 values each", hubs, (16_000, 64_000, 256_000)),
    "dense": Shape("n accounts and n values, a tenth of all pairs", dense, (700, 1_400, 2_800)),
    "one_value": Shape(
        "n accounts with one value in common, and a second in twos", one_value, (25_000, 100_000, 400_000)
    ),
    "grid": Shape("an account at each place of n × n, a value a row and a column", grid, (150, 300, 600)),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What a shape took at one size."""

    size: int
    sightings: int
    seconds: float
    computed: float
    peak: int
    stopped: str
    stages: dict[str, float]


def measure(shape: Shape, size: int, seconds: float = SECONDS) -> Measured:
    """Make a shape and run graphlink on it, within limits of time and memory."""
    accounts, values = shape.make(size)
    with tempfile.TemporaryDirectory() as scratch:
        table = as_sightings(accounts, values, shape.types)
        pq.write_table(table, f"{scratch}/sightings.parquet")
        run = graphlink("run", f"{scratch}/sightings.parquet", "-o", f"{scratch}/out", "--verbose", "--no-progress")
        took = measure_process(run, seconds=seconds, memory=BYTES)
    stages = {name: float(seconds) for name, seconds in STAGE.findall(took.said)}
    return Measured(size, len(table), took.seconds, took.computed, took.peak, took.stopped, stages)


def as_sightings(accounts: Ints, values: Ints, types: tuple[str, ...]) -> pa.Table:
    """Name accounts and values; the order of names has nothing to do with the numbers."""
    kind = values % len(types)
    columns = {name: _named(values[kind == at], name) for at, name in enumerate(types)}
    named = np.empty(len(values), dtype=object)
    for at, name in enumerate(types):
        named[kind == at] = columns[name]
    ids = pc.binary_join_element_wise("a", pa.array(_mixed(accounts)).cast(pa.string()), "")
    return pa.table({"account_id": ids, "signal_type": np.array(types, dtype=object)[kind], "signal_value": named})


def _mixed(numbers: Ints) -> Ints:
    return numbers * 7_368_787 % 1_073_741_789


def _named(numbers: Ints, kind: str) -> NDArray[np.object_]:
    distinct, at = np.unique(numbers, return_inverse=True)
    mixed = _mixed(distinct).tolist()
    if kind == "ip":
        texts = [f"{20 + n % 77}.{n // 77 % 250}.{n // 19_250 % 250}.{n // 4_812_500 % 250 + 1}" for n in mixed]
    else:
        texts = [f"{kind[0]}{n:x}" for n in mixed]
    return np.array(texts, dtype=object)[at]


def slope(taken: list[Measured]) -> float:
    """The slope between the two largest sizes; infinite where the largest was stopped."""
    *_, one, other = [taken[0], *taken]
    if one == other or other.stopped:
        return float("inf")
    return log(other.computed / one.computed) / log(other.sightings / one.sightings)


def page(known: dict[str, list[Measured]]) -> str:
    """Render what was measured."""
    rows = []
    for name, taken in known.items():
        cells = [_cell(each) for each in taken] + ["not run"] * (3 - len(taken))
        steep = slope(taken)
        last = next((each for each in reversed(taken) if not each.stopped), None)
        beyond = "" if last is None else f"{last.peak / 1e9:.2f} of {(FIXED + EACH * last.sightings) / 1e9:.2f} GB"
        rows.append([SHAPES[name].told, *cells, "" if steep == float("inf") else f"{steep:.2f}", beyond])
    lines = ["| " + " | ".join(row) + " |" for row in [_HEAD, ["---", *["--:"] * 5], *rows]]
    done = [each for taken in known.values() for each in taken if not each.stopped]
    busy = sum(each.seconds for each in done) / sum(each.computed for each in done)
    told = f"Over all runs, wall time is {busy:.1f} times processor time."
    return "\n".join([_INTRODUCTION, told, "", *lines, ""])


_HEAD: Final = ["shape", "small", "middle", "large", "slope", "memory at the largest, of the goal"]
_INTRODUCTION: Final = f"""\
# Any shape of data

Written by `python benchmarks/shapes.py` from what it measured: whole processes, from Parquet to the finished folder. A
run has {BYTES / 1e9:.0f} GB of address space, and {SECONDS:.0f} s unless `--seconds` gives it more. Each cell has
sightings, wall time, processor time and peak memory of all processes. The slope is that of log(processor time) on
log(sightings) between the two largest sizes that were run: 1 is linear, and the goal is at most {SLOPE}. Processor time
is what other work on the machine changes least. The goal of memory is {FIXED / 1e9:.0f} GB and {EACH} bytes a sighting.
"""


def _cell(each: Measured) -> str:
    if each.stopped:
        return f"{each.sightings:,}: stopped, {each.stopped}"
    times = f"{each.seconds:.1f} s, of processors {each.computed:.1f} s"
    return f"{each.sightings:,}: {times}, {each.peak / 1e9:.2f} GB"


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(SHAPES)))
@click.option("--sizes", default=3, show_default=True, help="How many sizes, the smallest first.")
@click.option("--seconds", default=SECONDS, show_default=True, help="Seconds of a run; more where others work, too.")
@click.option("--kept", type=click.Path(path_type=Path), default=MEASURED, help="Where measurements are kept.")
@click.option("--page", "out", type=click.Path(path_type=Path), default=PAGE, help="The page to write.")
def main(names: tuple[str, ...], sizes: int, seconds: float, kept: Path, out: Path) -> None:
    """Measure the shapes, all of them unless named, and write the page."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    found = json.loads(kept.read_text()) if kept.exists() else {}
    measure(SHAPES["couple"], 1_000)  # compiles the loops
    for name in names or SHAPES:
        taken: list[Measured] = []
        for size in SHAPES[name].sizes[:sizes]:
            taken.append(measure(SHAPES[name], size, seconds))
            longest = sorted(taken[-1].stages.items(), key=lambda each: -each[1])[:3]
            click.echo(f"{name:<12}{_cell(taken[-1])}; {longest}")
            if taken[-1].stopped:
                break
        click.echo(f"{name:<12}slope {slope(taken):.2f}")
        found[name] = [asdict(each) for each in taken]
        kept.write_text(json.dumps(found, indent=1) + "\n")
    known = {name: [Measured(**each) for each in found[name]] for name in SHAPES if name in found}
    out.write_text(page(known), encoding="utf-8")


if __name__ == "__main__":
    main()
