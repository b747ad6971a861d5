"""Accounts of very many values: what is left out is counted, chosen by names, and the same in any order."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import sightings

from graphlink.engine.kernels.basic import count_bearers
from graphlink.graph.bipartite import build_bipartite
from graphlink.graph.wide_accounts import MOST_VALUES, find_surplus

FAMILIES = {"ip": "network", "ip24": "network", "card": "payment", "device": "device"}
ROWS = st.sets(
    st.tuples(st.sampled_from("abcde"), st.sampled_from(list(FAMILIES)), st.sampled_from("qrstuvwxyz")),
    min_size=1,
    max_size=80,
).map(lambda rows: [(*row, -1) for row in sorted(rows)])


def kept(rows, most: int) -> set[tuple[str, str, str]]:
    """The sightings that are not left out, by name."""
    world = sightings(rows)
    surplus = find_surplus(world, count_bearers(world.signal, len(world.signal_type)), most)
    left = np.flatnonzero(~surplus) if surplus is not None else np.arange(len(world))
    ids, values = world.accounts.ids.to_pylist(), world.signal_value.to_pylist()
    return {
        (ids[world.account[row]], world.types[world.signal_type[s]].name, values[s])
        for row in left.tolist()
        for s in [world.signal[row]]
    }


def shared(rows) -> dict[tuple[str, str], set[str]]:
    """By account and family: the values that other accounts have, too."""
    found: dict[tuple[str, str], set[str]] = {}
    for account, kind, value, _ in rows:
        if any(row[1:3] == (kind, value) and row[0] != account for row in rows):
            found.setdefault((account, FAMILIES[kind]), set()).add((kind, value))
    return found


@given(ROWS, st.integers(1, 6))
def test_an_account_keeps_as_many_shared_values_of_a_family_as_it_may_and_all_of_its_own(rows, most):
    left, by_family = kept(rows, most), shared(rows)
    for (account, _), values in by_family.items():
        assert len({row for row in left if row[0] == account and row[1:] in values}) == min(most, len(values))
    alone = {row[:3] for row in rows if row[1:3] not in by_family.get((row[0], FAMILIES[row[1]]), set())}
    assert alone <= left
    assert kept(rows, 40) == {row[:3] for row in rows}


@given(ROWS, st.integers(1, 6), st.randoms())
def test_what_is_kept_depends_on_neither_the_order_of_rows_nor_that_of_accounts(rows, most, random):
    renamed = dict(zip("abcde", random.sample("abcde", 5), strict=True))
    other = [(renamed[row[0]], *row[1:]) for row in random.sample(rows, len(rows))]
    assert kept(other, most) == {(renamed[account], *value) for account, *value in kept(rows, most)}


@given(ROWS, st.integers(1, 6), st.sampled_from("abcde"))
def test_what_an_account_keeps_does_not_depend_on_how_many_values_others_share(rows, most, account):
    """Accounts that have the same values keep the same ones."""
    twins = [("one", *row[1:]) for row in rows if row[0] == account]
    twins += [("two", *row[1:]) for row in twins]
    left = kept([*rows, *twins], most)
    assert {row[1:] for row in left if row[0] == "one"} == {row[1:] for row in left if row[0] == "two"}


def test_the_graph_has_what_is_kept_and_counts_the_rest():
    n = MOST_VALUES + 44
    rows = [
        (name, kind, f"{kind}{at}", -1) for name in ("ann", "bob") for kind in ("card", "device") for at in range(n)
    ]
    rows += [("cat", "card", "card7", -1), ("cat", "ip", "192.0.2.1", -1)]
    world = sightings(rows)
    graph = build_bipartite(world)
    assert graph.n_left_out == 4 * 44
    ann, bob = (graph.signals[low:high] for low, high in pairwise(graph.account_start[:3].tolist()))
    assert len(ann) == 2 * MOST_VALUES
    assert ann.tolist() == bob.tolist()
    assert (world.account[graph.sighting] == graph.accounts).all()
    assert (world.signal[graph.sighting] == np.repeat(graph.origin, graph.degree)).all()


def _block(n_accounts: int, n_values: int) -> Iterator[tuple[str, str, str]]:
    for account in range(n_accounts):
        for value in range(n_values):
            yield f"a{account}", "card", f"c{value:x}f"
            yield f"a{account}", "device", f"d{value:x}f"


def _star(n_values: int) -> Iterator[tuple[str, str, str]]:
    for value in range(n_values):
        kind = ("card", "device")[value % 2]
        yield "hub", kind, f"{value:x}f"
        yield f"a{value}", kind, f"{value:x}f"


@pytest.mark.slow
@pytest.mark.parametrize("rows", [_block(100, 1_000), _block(20, 5_000), _star(50_000)], ids=["many", "few", "one"])
def test_accounts_of_thousands_of_values_end_no_run(tmp_path, rows):
    """They took 13 and 22 GB, and more than 837 s."""
    export = tmp_path / "sightings.csv"
    with export.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("account_id", "signal_type", "signal_value"), *rows])
    command = [sys.executable, "-m", "graphlink", "run", str(export), "-o", str(tmp_path / "out")]
    done = subprocess.run(["prlimit", "--as=4000000000", "--cpu=60", *command], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out" / "run.json").read_text())["sampled"]["sightings_left_out"] > 0
