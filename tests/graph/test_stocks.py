"""Stocks of interchangeable values: communities of pairs, which false pairs do not join."""

import numpy as np
import pytest

from graphlink.graph.stocks import find_stocks


def keys(n: int) -> np.ndarray:
    return np.random.default_rng(0).integers(1 << 62, size=n).astype(np.uint64)


def whole(first: int, n: int) -> list[tuple[int, int]]:
    return [(first + i, first + j) for i in range(n) for j in range(i + 1, n)]


def ring(first: int, n: int, reach: int) -> list[tuple[int, int]]:
    return [(first + i, first + (i + step) % n) for i in range(n) for step in range(1, reach + 1)]


def find(pairs: list[tuple[int, int]], n: int, key: np.ndarray | None = None) -> np.ndarray:
    one, other = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    return find_stocks(np.minimum(one, other), np.maximum(one, other), keys(n) if key is None else key)


def test_two_values_are_no_stock_and_three_are():
    assert find([(0, 1), (2, 3), (3, 4)], 6).tolist() == [-1, -1, 0, 0, 0, -1]


def test_a_false_pair_joins_no_two_stocks():
    found = find([*whole(0, 10), *whole(10, 10), (3, 14)], 20)
    assert found.tolist() == [0] * 10 + [1] * 10


def test_what_is_held_together_by_many_pairs_stays_whole_however_large():
    assert (find(ring(0, 12, 3), 12) == 0).all()


@pytest.mark.parametrize("seed", range(5))
def test_in_whatever_order_values_are_numbered_the_stocks_are_the_same(seed: int):
    rng = np.random.default_rng(seed)
    pairs = [*whole(0, 8), *ring(8, 20, 3), *whole(28, 5), (1, 9), (20, 30), (4, 31)]
    key = keys(33)
    number = rng.permutation(33)
    moved = find([(number[a], number[b]) for a, b in pairs], 33, key[np.argsort(number)])
    found = find(pairs, 33, key)
    same = found[:, None] == found
    assert (same == (moved[number][:, None] == moved[number])).all()
