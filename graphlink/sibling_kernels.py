"""The compiled loops that look for values of one type whose accounts meet again and again by values of other families.

Their slow, plain twin stands in the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.kernel_cache import compiled
from graphlink.kernels import is_likely
from graphlink.together import in_blocks

if TYPE_CHECKING:
    from graphlink.model import Int8s, Int16s, Int32s
    from graphlink.signal_batch import Graph

_FEWEST = 2
"""Meetings that siblings have at least: once, two values meet wherever somebody moves house."""


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
    found = in_blocks(
        lambda block: _find_in_block(graph, kinds, n_accounts, false_siblings, (block, n_blocks)), n_blocks
    )
    one, other = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.argsort(one, kind="stable")
    return one[order], other[order]


@compiled
def _find_in_block(
    graph: Graph, kinds: tuple[Int16s, Int8s], n_accounts: int, false_siblings: float, block: tuple[int, int]
) -> tuple[Int32s, Int32s]:
    """What ``find_siblings`` gives for the signals of a block, the first number of ``block`` of the second."""
    account_start, signals, signal_start, accounts = graph
    _, family = kinds
    n_signals = len(signal_start) - 1
    first, n_blocks = block
    n_found = 0
    found = np.empty((2, 16), dtype=np.int32)
    mine = np.full(len(account_start) - 1, -1, dtype=np.int32)  # the signal whose account it is
    met_by = np.full(n_signals, -1, dtype=np.int32)  # the signal whose accounts bear this one ...
    counted = np.full(n_signals, -1, dtype=np.int32)  # ... and the sibling for which it has been counted
    reached = np.full((3, n_signals), -1, dtype=np.int32)
    candidates = np.empty(n_signals, dtype=np.int32)
    for s in range(first, n_signals, n_blocks):
        n_candidates, n_met = meet_others(graph, kinds, s, (mine, met_by, reached, candidates))
        for u in candidates[:n_candidates]:
            share = (signal_start[u + 1] - signal_start[u]) / n_accounts
            if reached[2, u] < _FEWEST or is_likely(reached[2, u], n_met, share, false_siblings / n_candidates):
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
            n = min(n_values, n_others, reached[2, u])
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
    kinds: tuple[Int16s, Int8s],
    s: int,
    notes: tuple[Int32s, Int32s, Int32s, Int32s],
) -> tuple[int, int]:
    """How many later signals of its type the accounts of s reach, and how many accounts they meet.

    Notes in ``mine`` whose accounts are those of s, in ``met_by`` what they bear, in ``candidates`` what they reach,
    and in ``reached`` for each of these s, the account that reached it last, and how many did.
    """
    account_start, signals, signal_start, accounts = graph
    kind, family = kinds
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
                for u in signals[account_start[j] : account_start[j + 1]]:
                    if u <= s or kind[u] != kind[s]:
                        continue
                    if reached[0, u] != s:
                        reached[0, u] = s
                        reached[1, u] = -1
                        reached[2, u] = 0
                        candidates[n_candidates] = u
                        n_candidates += 1
                    reached[2, u] += reached[1, u] != i
                    reached[1, u] = i
    return n_candidates, n_met
