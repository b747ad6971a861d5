"""Compiled loops that find interchangeable values: values of one type whose accounts share values of other families.

The tests compare them with a slow, plain implementation.
"""

from collections.abc import Callable
from functools import cache

import numpy as np

from graphlink.engine.compile import compiled
from graphlink.engine.kernels.basic import ALL, is_likely, take_entries
from graphlink.engine.threads import in_blocks
from graphlink.model.arrays import Bools, Int8s, Int16s, Int32s, Int64s, Keys
from graphlink.model.graph import Graph

_FEWEST = 2
"""The fewest meetings of interchangeable values. One meeting occurs whenever somebody moves house."""


@compiled
def keep_meeting(graph: Graph, family: Int8s, candidate: Bools, fewest: int) -> None:
    """Remove candidates, in place, of which fewer than ``fewest`` accounts have a candidate of another family.

    ``graph`` is signals by account and accounts by signal. Removed signals no longer count, so this is repeated until
    nothing changes.
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
    graph: Graph,
    kinds: tuple[Int16s, Int8s],
    name: Callable[[], Keys],
    n_accounts: int,
    limits: tuple[float, int],
    n_blocks: int,
) -> tuple[Int32s, Int32s, int]:
    """For each signal s, find the later signals u of its type whose accounts meet those of s far beyond chance.

    ``graph`` is signals by account and accounts by signal; ``kinds`` is (type, family), ``name`` makes a hash of each
    signal's name, ``limits`` are (false_siblings, most_ways). An account of s and one of u meet if both have a signal t
    of another family. Of the values t, the accounts of s and the accounts of u in such meetings, the smallest number
    counts, so that neither one busy account nor one popular value decides. By chance, each account that the accounts of
    s meet has u with the share of u among all accounts. The number is significant if chance gives fewer than
    ``false_siblings`` among all later signals of the type that s reaches.

    A way leads from an account of s by t and an account of t to u. If s has more than ``most_ways`` for each of its
    accounts, only values t with small hashes count, for what is met by chance, too.

    Returns the pairs (s, u), sorted by s, and the number of signals s whose ways were limited.
    """
    hashes = cache(name)
    found = [
        pairs
        for kind in np.unique(kinds[0])
        for pairs in _find_of_type(graph, kinds, hashes, kind, n_accounts, limits, n_blocks)
    ]
    if not found:
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32), 0
    one, other = (np.concatenate(parts) for parts in ([each[side] for each in found] for side in range(2)))
    order = np.argsort(one, kind="stable")
    return one[order], other[order], sum(each[2] for each in found)


def _find_of_type(
    graph: Graph,
    kinds: tuple[Int16s, Int8s],
    name: Callable[[], Keys],
    kind: np.int16,
    n_accounts: int,
    limits: tuple[float, int],
    n_blocks: int,
) -> list[tuple[Int32s, Int32s, int]]:
    """The pairs of one type, per block."""
    is_own = kinds[0] == kind
    own, asked = take_entries(graph[:2], is_own), np.flatnonzero(is_own)
    n_ways, of_account = _count_ways(graph, own[0])
    names = name() if of_account.max(initial=0) > limits[1] else np.empty(0, dtype=np.uint64)  # else all count
    others = names, n_ways, of_account

    def find(block: int) -> tuple[Int32s, Int32s, int]:
        return _find_in_block(graph, own, others, kinds[1], asked[block::n_blocks], n_accounts, limits)

    return in_blocks(find, n_blocks)


@compiled
def _count_ways(graph: Graph, own_start: Int64s) -> tuple[Int64s, Int64s]:
    """By signal: the signals of one type that its accounts have, each counted once for each account.

    And by account: the sum of its signals' numbers, which is at least the ways that lead over it.
    """
    account_start, signals, signal_start, accounts = graph
    n_ways = np.zeros(len(signal_start) - 1, dtype=np.int64)
    for t in range(len(n_ways)):
        for j in accounts[signal_start[t] : signal_start[t + 1]]:
            n_ways[t] += own_start[j + 1] - own_start[j]
    of_account = np.zeros(len(account_start) - 1, dtype=np.int64)
    for i in range(len(of_account)):
        for t in signals[account_start[i] : account_start[i + 1]]:
            of_account[i] += n_ways[t]
    return n_ways, of_account


@compiled
def _largest_hash(
    graph: Graph, others: tuple[Keys, Int64s, Int64s], family: Int8s, s: int | np.int64, most_ways: int
) -> np.uint64:
    """The largest hash up to which signals t count for s: all of them, or halved until few enough ways are left."""
    account_start, signals, signal_start, accounts = graph
    names, n_ways, of_account = others
    members = accounts[signal_start[s] : signal_start[s + 1]]
    largest, most = ALL, most_ways * len(members)
    if of_account[members].sum() <= most:
        return largest
    while True:
        left = most
        for i in members:
            for t in signals[account_start[i] : account_start[i + 1]]:
                if family[t] != family[s] and names[t] <= largest:
                    left -= n_ways[t]
        if left >= 0 or largest == 0:
            return largest
        largest >>= np.uint64(1)


@compiled
def _find_in_block(
    graph: Graph,
    own: tuple[Int64s, Int32s],
    others: tuple[Keys, Int64s, Int64s],
    family: Int8s,
    asked: Int64s,
    n_accounts: int,
    limits: tuple[float, int],
) -> tuple[Int32s, Int32s, int]:
    """``find_siblings`` for some signals of one type. ``own`` are the signals of this type by account."""
    account_start, signals, signal_start, accounts = graph
    false_siblings, most_ways = limits
    n_limited = 0
    n_signals = len(signal_start) - 1
    n_found = 0
    found = np.empty((2, 16), dtype=np.int32)
    mine = np.full(len(account_start) - 1, -1, dtype=np.int32)  # the signal whose account each one is
    met_by = np.full(n_signals, -1, dtype=np.int32)  # the signal whose accounts have this one ...
    counted = np.full(n_signals, -1, dtype=np.int32)  # ... and the signal u for which it was counted
    reached = np.full((n_signals, 3), -1, dtype=np.int32)
    candidates = np.empty(n_signals, dtype=np.int32)
    for s in asked:
        largest = _largest_hash(graph, others, family, s, most_ways)
        n_limited += largest != ALL
        heard = others[0], largest
        n_candidates, n_met = meet_others(graph, own, heard, family, s, (mine, met_by, reached, candidates))
        for u in candidates[:n_candidates]:
            n_reached = reached[u, 2]
            if n_reached < _FEWEST:
                continue
            share = (signal_start[u + 1] - signal_start[u]) / n_accounts
            if is_likely(n_reached, n_met, share, false_siblings / n_candidates):
                continue  # an upper bound on the meetings
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
        # The next s may count the same u again.
        for i in accounts[signal_start[s] : signal_start[s + 1]]:
            for e in range(account_start[i], account_start[i + 1]):
                counted[signals[e]] = -1
    return found[0, :n_found].copy(), found[1, :n_found].copy(), n_limited


@compiled
def _with_room(found: Int32s) -> Int32s:
    """Double the room. A slice assignment takes seconds to compile."""
    larger = np.empty((2, 2 * found.shape[1]), dtype=np.int32)
    for k in range(found.shape[1]):
        larger[0, k] = found[0, k]
        larger[1, k] = found[1, k]
    return larger


@compiled
def meet_others(
    graph: Graph,
    own: tuple[Int64s, Int32s],
    heard: tuple[Keys, np.uint64],
    family: Int8s,
    s: int | np.int64,
    notes: tuple[Int32s, Int32s, Int32s, Int32s],
) -> tuple[int, int]:
    """Count the later signals of its type that the accounts of s reach, and the accounts that they meet.

    ``own`` are the signals of the type by account, ``heard`` the hashes of all signals and the largest that counts.
    Writes to ``notes``: the accounts of s (``mine``), their signals
    (``met_by``), the reached signals (``candidates``), and for each of those s, the last account that reached it and
    the number of such accounts (``reached``).
    """
    account_start, signals, signal_start, accounts = graph
    own_start, own_signals = own
    names, largest = heard
    mine, met_by, reached, candidates = notes
    n_candidates = 0
    n_met = 0
    members = accounts[signal_start[s] : signal_start[s + 1]]
    for i in members:
        mine[i] = s
    for i in members:
        for t in signals[account_start[i] : account_start[i + 1]]:
            if family[t] == family[s] or (largest < ALL and names[t] > largest):
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
