"""The compiled loops that look for values of one type whose accounts meet again and again by values of other families.

Their slow, plain twin stands in the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.compile import compiled
from graphlink.engine.kernels.basic import is_likely, take_entries
from graphlink.engine.threads import in_blocks

if TYPE_CHECKING:
    from graphlink.model.arrays import Bools, Int8s, Int16s, Int32s, Int64s
    from graphlink.model.graph import Graph

_FEWEST = 2
"""Meetings that siblings have at least: once, two values meet wherever somebody moves house."""


@compiled
def keep_meeting(graph: Graph, family: Int8s, candidate: Bools, fewest: int) -> None:
    """Strike, in place, those of some signals of which fewer accounts than ``fewest`` bear one of another family.

    ``graph`` is signals by account and accounts by signal. What is struck counts for no other, until none is.
    """
    account_start, signals, signal_start, accounts = graph
    families = np.empty(len(account_start) - 1, dtype=np.int64)
    again = True
    while again:
        again = False
        for i in range(len(families)):
            families[i] = 0
            for e in range(account_start[i], account_start[i + 1]):
                if candidate[signals[e]]:
                    families[i] |= np.int64(1) << np.int64(family[signals[e]])
        for s in range(len(candidate)):
            if not candidate[s]:
                continue
            others = ~(np.int64(1) << np.int64(family[s]))
            n = 0
            for e in range(signal_start[s], signal_start[s + 1]):
                n += families[accounts[e]] & others != 0
            if n < fewest:
                candidate[s] = False
                again = True


def find_siblings(
    graph: Graph, kinds: tuple[Int16s, Int8s], n_accounts: int, false_siblings: float, n_blocks: int
) -> tuple[Int32s, Int32s]:
    """For each signal s the later ones u of its type whose accounts its own accounts meet, far beyond chance.

    ``graph`` is signals by account and accounts by signal; ``kinds`` is (type, family). An account of s and one of u
    meet by a signal t of another family that both bear. Of the values t, of the accounts of s and of those of u that
    have a part in such meetings, the fewest are counted, so that neither one busy account nor one popular value makes
    siblings. Chance would have each of the accounts that the accounts of s meet be one of u; so many meetings are a
    surprise when of all later signals of the type that they reach chance would give fewer than ``false_siblings``.

    Returns the pairs (s, u), sorted by s.
    """
    found = [
        pairs
        for kind in np.unique(kinds[0])
        for pairs in _find_of_type(graph, kinds, kind, n_accounts, false_siblings, n_blocks)
    ]
    if not found:
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)
    one, other = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort(one, kind="stable")
    return one[order], other[order]


def _find_of_type(
    graph: Graph,
    kinds: tuple[Int16s, Int8s],
    kind: np.int16,
    n_accounts: int,
    false_siblings: float,
    n_blocks: int,
) -> list[tuple[Int32s, Int32s]]:
    """The pairs of one type, block by block."""
    is_own = kinds[0] == kind
    own, asked = take_entries(graph[:2], is_own), np.flatnonzero(is_own)

    def find(block: int) -> tuple[Int32s, Int32s]:
        return _find_in_block(graph, own, kinds[1], asked[block::n_blocks], n_accounts, false_siblings)

    return in_blocks(find, n_blocks)


@compiled
def _find_in_block(
    graph: Graph, own: tuple[Int64s, Int32s], family: Int8s, asked: Int64s, n_accounts: int, false_siblings: float
) -> tuple[Int32s, Int32s]:
    """What ``find_siblings`` gives for some signals of one type; ``own`` is the signals of this type by account."""
    account_start, signals, signal_start, accounts = graph
    n_signals = len(signal_start) - 1
    n_found = 0
    found = np.empty((2, 16), dtype=np.int32)
    mine = np.full(len(account_start) - 1, -1, dtype=np.int32)  # the signal whose account it is
    met_by = np.full(n_signals, -1, dtype=np.int32)  # the signal whose accounts bear this one ...
    counted = np.full(n_signals, -1, dtype=np.int32)  # ... and the sibling for which it has been counted
    reached = np.full((n_signals, 3), -1, dtype=np.int32)
    candidates = np.empty(n_signals, dtype=np.int32)
    for s in asked:
        n_candidates, n_met = meet_others(graph, own, family, s, (mine, met_by, reached, candidates))
        for u in candidates[:n_candidates]:
            share = (signal_start[u + 1] - signal_start[u]) / n_accounts
            n_reached = reached[u, 2]
            if n_reached < _FEWEST or is_likely(n_reached, n_met, share, false_siblings / n_candidates):
                continue  # no more of the others than these will meet them
            n_values = 0
            n_others = 0
            for j in accounts[signal_start[u] : signal_start[u + 1]]:
                meets = False
                for t in signals[account_start[j] : account_start[j + 1]]:
                    if mine[j] != s and met_by[t] == s and family[t] != family[s]:
                        meets = True
                        n_values += counted[t] != u
                        counted[t] = u
                n_others += meets
            n = min(n_values, n_others, n_reached)
            if n >= _FEWEST and not is_likely(n, n_met, share, false_siblings / n_candidates):
                if n_found == found.shape[1]:
                    found = _with_room(found)
                found[0, n_found] = s
                found[1, n_found] = u
                n_found += 1
        # What was counted for a sibling of s may be counted for the same sibling of the next.
        for i in accounts[signal_start[s] : signal_start[s + 1]]:
            for e in range(account_start[i], account_start[i + 1]):
                counted[signals[e]] = -1
    return found[0, :n_found].copy(), found[1, :n_found].copy()


@compiled
def _with_room(found: Int32s) -> Int32s:
    """The same with room for twice as many; an assignment of a slice takes seconds to compile."""
    larger = np.empty((2, 2 * found.shape[1]), dtype=np.int32)
    for k in range(found.shape[1]):
        larger[0, k] = found[0, k]
        larger[1, k] = found[1, k]
    return larger


@compiled
def meet_others(
    graph: Graph,
    own: tuple[Int64s, Int32s],
    family: Int8s,
    s: int | np.int64,
    notes: tuple[Int32s, Int32s, Int32s, Int32s],
) -> tuple[int, int]:
    """How many later signals of its type, which are ``own`` by account, the accounts of s reach; how many they meet.

    Notes in ``mine`` whose accounts are those of s, in ``met_by`` what they bear, in ``candidates`` what they reach,
    and in ``reached`` for each of these s, the account that reached it last, and how many did.
    """
    account_start, signals, signal_start, accounts = graph
    own_start, own_signals = own
    mine, met_by, reached, candidates = notes
    n_candidates = 0
    n_met = 0
    members = accounts[signal_start[s] : signal_start[s + 1]]
    for i in members:
        mine[i] = s
    for i in members:
        for t in signals[account_start[i] : account_start[i + 1]]:
            if family[t] == family[s]:
                continue
            if met_by[t] != s:
                met_by[t] = s
                n_met += signal_start[t + 1] - signal_start[t] - 1
            for j in accounts[signal_start[t] : signal_start[t + 1]]:
                if mine[j] == s:
                    continue
                for u in own_signals[own_start[j] : own_start[j + 1]]:
                    if u <= s:
                        continue
                    if reached[u, 0] != s:
                        reached[u, 0] = s
                        reached[u, 1] = -1
                        reached[u, 2] = 0
                        candidates[n_candidates] = u
                        n_candidates += 1
                    reached[u, 2] += reached[u, 1] != i
                    reached[u, 1] = i
    return n_candidates, n_met
