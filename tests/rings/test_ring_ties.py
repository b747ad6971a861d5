"""The coordinated ring that a group shares values with, against a search through all of them."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from graphlink.rings.ring_ties import find_ring_ties

N_GROUPS, GROUP_SIZE, N_SIGNALS = 5, 4, 6
borne = st.sets(st.tuples(st.integers(0, N_GROUPS * GROUP_SIZE - 1), st.integers(0, N_SIGNALS - 1)))
"""Pairs of an account and a signal; account a is of group a // ``GROUP_SIZE``."""
outside = st.lists(st.integers(0, 5), min_size=N_SIGNALS, max_size=N_SIGNALS)
"""By signal: how many others have it."""


def evidence(pairs: set[tuple[int, int]], n_outside: list[int], order: list[int] | None = None) -> SimpleNamespace:
    """What a group needs for its ties: its signals with their accounts; ``order`` names the groups anew."""
    place = order or list(range(N_GROUPS))
    rows, ties = [], []
    for group in range(N_GROUPS):
        for signal in range(N_SIGNALS):
            held = [a for a, s in pairs if s == signal and a // GROUP_SIZE == group]
            if held:
                everybody = sum(s == signal for _, s in pairs) + n_outside[signal]
                ties += [(len(rows), account) for account in held]
                rows.append((place[group], signal, len(held), everybody - len(held)))
    return SimpleNamespace(
        signals=pd.DataFrame(rows, columns=["community", "signal", "inside", "outside"], dtype=np.int64),
        ties=pd.DataFrame(ties, columns=["row", "account"], dtype=np.int64),
        size=np.full(N_GROUPS, GROUP_SIZE),
    )


def most_tied(pairs: set[tuple[int, int]], n_outside: list[int], rings: list[int], group: int) -> tuple[float, int]:
    """The largest share of a group's accounts that one ring's values tie, and the ring."""
    best = (0.0, -1)
    for ring in rings:
        tied = set()
        for signal in range(N_SIGNALS):
            accounts = [a for a, s in pairs if s == signal]
            mine, theirs = ([a for a in accounts if a // GROUP_SIZE == each] for each in (group, ring))
            n_both, n_all = len(mine) + len(theirs), len(accounts) + n_outside[signal]
            if ring != group and theirs and 2 * n_both > n_all:
                tied |= set(mine)
        if len(tied) / GROUP_SIZE > best[0]:
            best = (len(tied) / GROUP_SIZE, ring)
    return best


@given(
    borne, st.lists(st.integers(0, 5), min_size=N_SIGNALS, max_size=N_SIGNALS), st.sets(st.integers(0, N_GROUPS - 1))
)
def test_the_ring_found_is_the_one_that_most_accounts_share_values_with(pairs, n_outside, rings):
    is_ring = np.isin(np.arange(N_GROUPS), list(rings))
    found = find_ring_ties(evidence(pairs, n_outside), is_ring)
    expected = [most_tied(pairs, n_outside, sorted(rings), group) for group in range(N_GROUPS)]
    assert list(zip(found.share.tolist(), found.other.tolist(), strict=True)) == expected


@given(borne, st.permutations(range(N_GROUPS)), st.integers(0, N_GROUPS - 1))
def test_how_many_are_tied_does_not_depend_on_the_numbers_of_the_groups(pairs, order, ring):
    plain = find_ring_ties(evidence(pairs, [0] * N_SIGNALS), np.arange(N_GROUPS) == ring)
    renamed = find_ring_ties(evidence(pairs, [0] * N_SIGNALS, order), np.arange(N_GROUPS) == order[ring])
    assert renamed.share[list(order)].tolist() == plain.share.tolist()
