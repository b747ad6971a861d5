"""The compiled loops of the analysis: arrays in, arrays out, no knowledge of what they mean.

Each has a slow, plain twin in the tests. Those of reading stand in ``reading_kernels``, and the one
that looks for siblings in ``sibling_kernels``.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p
from typing import TYPE_CHECKING

import numpy as np
from numba import prange

from graphlink.kernel_cache import compiled
from graphlink.reading_kernels import INSERTION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphlink.model import Bools, Floats, Int8s, Int32s, Int64s, Keys, UInt32s


# --- graphs -------------------------------------------------------------------------------------------------------


@compiled(nogil=True)
def lay_out(
    account: Int32s, signal: Int32s, number: Int32s, n_accounts: int, degree: Int32s
) -> tuple[Int64s, Int32s, Int64s, Int32s, Int32s]:
    """Lay rows (account, signal), sorted so, out as a CSR matrix both ways, with the row behind each entry.

    ``number`` renumbers the signals in the same order, -1 for those that are left out; ``degree`` is that of the new
    ones. Returns account_start, signals, signal_start, accounts, row.
    """
    account_start = np.zeros(n_accounts + 1, dtype=np.int64)
    signal_start = np.zeros(len(degree) + 1, dtype=np.int64)
    for s in range(len(degree)):
        signal_start[s + 1] = signal_start[s] + degree[s]
    free = signal_start[:-1].copy()
    signals = np.empty(signal_start[-1], dtype=np.int32)
    accounts = np.empty(signal_start[-1], dtype=np.int32)
    rows = np.empty(signal_start[-1], dtype=np.int32)
    at = 0
    for row in range(len(account)):
        s = number[signal[row]]
        if s >= 0:
            signals[at] = s
            at += 1
            account_start[account[row] + 1] = at
            accounts[free[s]] = account[row]
            rows[free[s]] = row
            free[s] += 1
    for i in range(n_accounts):
        account_start[i + 1] = max(account_start[i + 1], account_start[i])
    return account_start, signals, signal_start, accounts, rows


@compiled(nogil=True)
def order_groups(group: Int32s, n_groups: int) -> tuple[Int64s, Int64s]:
    """The entries of each group, in their order (a counting sort), and where each group's begin; below 0 is none."""
    starts = np.zeros(n_groups + 1, dtype=np.int64)
    for each in group:
        if each >= 0:
            starts[each + 1] += 1
    starts = np.cumsum(starts)
    free = starts[:-1].copy()
    order = np.empty(starts[-1], dtype=np.int64)
    for entry in range(len(group)):
        if group[entry] >= 0:
            order[free[group[entry]]] = entry
            free[group[entry]] += 1
    return order, starts


@compiled(nogil=True)
def find_components(source: Int32s, target: Int32s, n_nodes: int) -> tuple[Int32s, int]:
    """The connected component of each node, numbered by their smallest nodes, -1 without an edge; and how many."""
    parent = np.arange(n_nodes).astype(np.int32)
    is_linked = np.zeros(n_nodes, dtype=np.bool_)
    for edge in range(len(source)):
        is_linked[source[edge]] = True
        is_linked[target[edge]] = True
        a, b = root_of(parent, source[edge]), root_of(parent, target[edge])
        if a < b:
            parent[b] = a
        else:
            parent[a] = b
    n_components = 0
    component = np.full(n_nodes, -1, dtype=np.int32)
    for node in range(n_nodes):
        if is_linked[node]:
            if parent[node] == node:
                component[node] = n_components
                n_components += 1
            else:
                component[node] = component[root_of(parent, node)]
    return component, n_components


# --- signal test --------------------------------------------------------------------------------------------------

_AT_ONCE = 64
"""Rows that are looked up together: their waits for memory overlap, which one after the other took two thirds of all
time."""

_PARTS = 64
"""Parts of each block's work: taken in turn, so that blocks which do not look alike take equally long."""

_NOTHING = 1e-17  # a term this small beside the sum adds nothing
_CERTAINLY = 1 - 1e-9  # bounds that are cleared by this much are cleared whatever was rounded


@compiled(nogil=True)
def part_start(signal_start: Int64s, part: int, n_parts: int) -> int:
    """The first signal of a part, parts having about equally many accounts."""
    return int(np.searchsorted(signal_start[:-1], signal_start[-1] * part // n_parts))


@compiled(nogil=True)
def find_rows(rows: tuple[Int64s, Int32s], members: Int32s, low: Int64s, high: Int64s) -> int:
    """Where the rows of the first ``_AT_ONCE`` of some accounts begin and end; how many these are."""
    account_start, signals = rows
    n = min(len(members), _AT_ONCE)
    for k in range(n):
        i = np.uint32(members[k])
        low[k] = account_start[i]
        high[k] = account_start[i + 1]
    touched = 0
    for k in range(n):
        if low[k] < high[k]:
            touched += signals[np.uint64(low[k])]
    low[_AT_ONCE] = touched  # kept, lest the compiler find that nobody needs to look
    return n


@compiled(nogil=True, parallel=True)
def sum_reach(rows: tuple[Int64s, Int32s], family: Int8s, degree: Int32s, n_families: int, n_blocks: int) -> UInt32s:
    """For each account and family: how many accounts, counted once a signal, share the account's signals with it."""
    account_start, signals = rows
    n_accounts = len(account_start) - 1
    reach = np.zeros((n_accounts, n_families), dtype=np.uint32)  # no more than there are sightings
    for block in prange(n_blocks):
        for i in range(block * n_accounts // n_blocks, (block + 1) * n_accounts // n_blocks):
            for e in range(account_start[i], account_start[i + 1]):
                reach[i, family[signals[e]]] += np.uint32(degree[signals[e]] - 1)
    return reach


@compiled(nogil=True, parallel=True)
def count_companions(
    graph: tuple[Int64s, Int32s, Int64s, Int32s],
    family: Int8s,
    degree: Int32s,
    n_families: int,
    n_accounts: int,
    n_blocks: int,
) -> Floats:
    """For each signal and each other family: accounts with a companion, how many by chance, and its variance.

    ``graph`` is (account_start, signals, signal_start, accounts). It may hold the accounts of the first signals only:
    these are looked at, and of the others ``family`` and ``degree`` are known. Returns (3, signals, families). An
    account of signal s has a companion in a family when it shares one of that family's signals with another account of
    s; by chance that happens with E = 1 - exp(-(n - 1)/N * sum of (d - 1) over its signals in the family).
    """
    account_start, signals, signal_start, accounts = graph
    rows = (account_start, signals)
    n_signals = len(signal_start) - 1
    reach = sum_reach(rows, family, degree, n_families, n_blocks)
    found = np.zeros((3, n_signals, n_families))
    for block in prange(n_blocks):
        low, high = np.empty(_AT_ONCE + 1, dtype=np.int64), np.empty(_AT_ONCE + 1, dtype=np.int64)
        borne = np.zeros(len(family), dtype=np.uint32)  # 2 s + 1: by one account of s, 2 s + 2: by several
        mine = np.empty((n_families, 3))
        for part in range(block, _PARTS * n_blocks, n_blocks):
            for s in range(
                part_start(signal_start, part, _PARTS * n_blocks), part_start(signal_start, part + 1, _PARTS * n_blocks)
            ):
                members = accounts[signal_start[s] : signal_start[s + 1]]
                once, again = np.uint32(2 * s + 1), np.uint32(2 * s + 2)
                for at in range(0, len(members), _AT_ONCE):
                    for k in range(find_rows(rows, members[at:], low, high)):
                        for e in range(np.uint64(low[k]), np.uint64(high[k])):
                            t = np.uint32(signals[e])
                            borne[t] = again if borne[t] >= once else once
                meets = (len(members) - 1) / n_accounts
                mine[:] = 0
                for at in range(0, len(members), _AT_ONCE):
                    for k in range(find_rows(rows, members[at:], low, high)):
                        hit = 0
                        for e in range(np.uint64(low[k]), np.uint64(high[k])):
                            t = np.uint32(signals[e])
                            if borne[t] == again:
                                hit |= 1 << family[t]
                        i = members[at + k]
                        for f in range(n_families):
                            if reach[i, f] > 0 and f != family[s]:
                                by_chance = 1 - np.exp(-meets * np.float64(reach[i, f]))
                                mine[f, 0] += hit >> f & 1
                                mine[f, 1] += by_chance
                                mine[f, 2] += by_chance * (1 - by_chance)
                for f in range(n_families):  # one by one: an assignment of slices takes three seconds to compile
                    for k in range(3):
                        found[k, s, f] = mine[f, k]
    return found


@compiled(nogil=True)
def chance_of_at_least(wanted: int | np.int64, trials: int, chance: float) -> float:
    """Upper tail of the binomial distribution: P(X >= wanted).

    Its terms are summed from ``wanted`` on away from the mean, where they fall, and begin at a logarithm: those of tens
    of thousands of trials would vanish one by one, though their sum does not.
    """
    if wanted <= 0:
        return 1.0
    if wanted > trials or chance <= 0:
        return 0.0
    if chance >= 1:
        return 1.0
    odds = chance / (1 - chance)
    above = wanted > trials * chance
    x = wanted if above else wanted - 1
    ways = lgamma(trials + 1.0) - lgamma(x + 1.0) - lgamma(trials - x + 1.0)
    term = exp(ways + x * log(chance) + (trials - x) * log1p(-chance))
    tail = 0.0
    while term > tail * _NOTHING:
        tail += term
        term *= (trials - x) / (x + 1) * odds if above else x / (trials - x + 1) / odds
        x += 1 if above else -1
    return min(tail, 1.0) if above else max(0.0, 1 - tail)


@compiled(nogil=True)
def root_of(parent: Int32s, node: int | np.int64) -> int | np.int64:
    """Find the representative of a node's set, halving the path on the way."""
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@compiled(nogil=True)
def is_likely(wanted: int | np.int64, trials: int, chance: float, surprise: float) -> bool:
    """Whether ``chance_of_at_least`` is more than ``surprise``; most often bounds tell without its logarithms."""
    mean = trials * chance
    if wanted <= mean and surprise < 1 / 4:
        return True  # the median is hardly below the mean
    bound = 1.0
    for x in range(1, min(wanted, _AT_ONCE) + 1):
        bound *= mean / x  # so many ways there are to choose x of the trials, times the chance of each
        if bound < surprise * _CERTAINLY:
            return False
    return chance_of_at_least(wanted, trials, chance) > surprise


@compiled(nogil=True)
def take_entries(rows: tuple[Int64s, Int32s], chosen: Bools) -> tuple[Int64s, Int32s]:
    """The rows of a CSR matrix without what stands in columns that are not chosen."""
    starts, columns = rows
    size = 0
    for column in columns:
        size += chosen[column]
    new_starts = np.empty_like(starts)
    new_columns = np.empty(size, dtype=np.int32)
    at = 0
    for i in range(len(starts) - 1):
        new_starts[i] = at
        for e in range(starts[i], starts[i + 1]):
            if chosen[columns[e]]:
                new_columns[at] = columns[e]
                at += 1
    new_starts[len(starts) - 1] = at
    return new_starts, new_columns


_MET, _FIRST = np.uint64(1 << 31), np.uint64((1 << 31) - 1)


@compiled(nogil=True, parallel=True)
def connected_pairs(
    graph: tuple[Int64s, Int32s, Int64s, Int32s],
    kinds: tuple[Int8s, Int32s],
    trusted: Bools,
    speaker: Int8s,
    n_accounts: int,
    limits: tuple[float, int, int],
    n_blocks: int,
) -> Floats:
    """For each signal: the share of its pairs that signals of other families connect, and of its accounts in company.

    ``graph`` is that of ``count_companions``, and ``kinds`` (family, degree). Returns (2, signals). ``limits`` is
    (surprise, smallest, typical). A trusted signal t connects its accounts within s, however indirectly, when so many
    of them would meet there by chance with a probability of at most ``surprise``. Signals of fewer than ``smallest``
    accounts are not looked at, and get nothing.

    Up to ``typical`` accounts, both shares are that of the pairs. Beyond, an account is in company as far as those it
    is connected with make up ``typical`` accounts; and it counts by the chance, 1 - E, that silence of the family
    ``speaker[s]`` about it would have told anything (see ``count_companions``).
    """
    account_start, signals, signal_start, accounts = graph
    family, degree = kinds
    surprise, smallest, typical = limits
    n_signals = len(signal_start) - 1
    rows = take_entries((account_start, signals), trusted)
    n_families = family.max() + 1 if len(family) else 0
    reach = sum_reach((account_start, signals), family, degree, n_families, n_blocks)
    share = np.zeros((2, n_signals))
    for block in prange(n_blocks):
        low, high = np.empty(_AT_ONCE + 1, dtype=np.int64), np.empty(_AT_ONCE + 1, dtype=np.int64)
        # Of each signal t, above the turn of s: how many accounts of s bear it; then, by _MET, the first of them.
        borne = np.zeros(len(family), dtype=np.uint64)
        for part in range(block, _PARTS * n_blocks, n_blocks):
            for s in range(
                part_start(signal_start, part, _PARTS * n_blocks), part_start(signal_start, part + 1, _PARTS * n_blocks)
            ):
                members = accounts[signal_start[s] : signal_start[s + 1]]
                n = len(members)
                if n < smallest:
                    continue
                turn = np.uint64(s + 1) << np.uint64(32)
                for at in range(0, n, _AT_ONCE):
                    for k in range(find_rows(rows, members[at:], low, high)):
                        for e in range(np.uint64(low[k]), np.uint64(high[k])):
                            t = np.uint32(rows[1][e])
                            borne[t] = max(borne[t], turn) + np.uint64(1)
                meets = (n - 1) / max(1, n_accounts - 1)
                parent = np.arange(n).astype(np.int32)
                size = np.ones(n, dtype=np.int64)
                for at in range(0, n, _AT_ONCE):
                    for k in range(find_rows(rows, members[at:], low, high)):
                        for e in range(np.uint64(low[k]), np.uint64(high[k])):
                            t = np.uint32(rows[1][e])
                            if borne[t] - turn < 2:
                                continue
                            if borne[t] & _MET == 0:
                                others = np.int64(borne[t] - turn) - 1
                                alone = family[t] == family[s] or is_likely(others, degree[t] - 1, meets, surprise)
                                borne[t] = turn if alone else turn | _MET | np.uint64(at + k)
                                continue
                            a, b = root_of(parent, np.int64(borne[t] & _FIRST)), root_of(parent, at + k)
                            if a != b:
                                parent[b] = a
                                size[a] += size[b]
                pairs = 0.0
                for p in range(n):
                    if parent[p] == p:
                        pairs += size[p] * (size[p] - 1)
                share[0, s] = pairs / (n * (n - 1.0))
                share[1, s] = share[0, s]
                if n > typical:
                    heard = 0.0
                    in_company = 0.0
                    for p in range(n):
                        of_family = np.float64(reach[members[p], speaker[s]]) if speaker[s] >= 0 else 0.0
                        weight = exp(-(n - 1) / n_accounts * of_family)
                        heard += weight
                        in_company += weight * min(1.0, (size[root_of(parent, p)] - 1) / (typical - 1))
                    share[1, s] = in_company / heard if heard > 0 else 0.0
    return share


# --- projection ---------------------------------------------------------------------------------------------------


_TURN, _ALIKE = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03)  # odd: they walk through all numbers


@compiled(nogil=True)
def n_group_links(n: int, clique_size: int, links_per_account: int) -> int:
    """How many links ``link_group`` makes."""
    return n * (n - 1) // 2 if n <= clique_size else n * (links_per_account // 2)


@compiled(nogil=True)
def link_group(
    members: Int32s, key: Keys, clique_size: int, links_per_account: int, source: Int32s, target: Int32s
) -> None:
    """Link a group pair by pair while it is small, else along rings in the order of keyed hashes.

    Each ring gives every account two links; a few of them make a sparse random regular graph, which holds together.
    The order follows the accounts' keys alone, so accounts outside the group cannot move it. Accounts of one key follow
    their order in the group.
    """
    n = len(members)
    at = 0
    if n <= clique_size:
        for a in range(n):
            for b in range(a + 1, n):
                source[at] = members[a]
                target[at] = members[b]
                at += 1
        return
    own = np.empty(n, dtype=np.uint64)
    for a in range(n):
        own[a] = key[members[a]]
    order = np.argsort(own, kind="mergesort")
    salted = np.empty(n, dtype=np.uint64)
    for turn in range(links_per_account // 2):
        alike = 0
        for i in range(n):
            a = order[i]
            alike = alike + 1 if i > 0 and own[a] == own[order[i - 1]] else 0
            salted[a] = scramble(own[a] + np.uint64(turn) * _TURN + np.uint64(alike) * _ALIKE)
        circle = np.argsort(salted, kind="mergesort")  # one way to sort: each costs a second to compile
        for a in range(n):
            one, two = members[circle[a]], members[circle[(a + 1) % n]]
            source[at] = min(one, two)
            target[at] = max(one, two)
            at += 1


@compiled(nogil=True)
def scramble(x: np.uint64) -> np.uint64:
    """Mix the bits of a 64-bit integer (finaliser of MurmurHash3)."""
    x ^= x >> np.uint64(33)
    x *= np.uint64(0xFF51AFD7ED558CCD)
    x ^= x >> np.uint64(33)
    x *= np.uint64(0xC4CEB9FE1A85EC53)
    return x ^ (x >> np.uint64(33))


@compiled(nogil=True)
def gather_conjunctions(
    s: int,
    graph: tuple[Int64s, Int32s, Int64s, Int32s],
    independent: tuple[Int8s, Bools],
    bits: Int64s,
    needed: int,
    scratch: tuple[NDArray[np.uint64], Int64s, Int64s],
) -> tuple[Int32s, Int32s]:
    """Accounts of s that also share a later signal t whose bits with those of s reach what an edge needs.

    Returns the accounts, group after group, and where each group begins. ``scratch`` holds an array with one entry a
    signal, zeroed before the first s (they come ascending), and two for ``find_rows``.
    """
    account_start, signals, signal_start, accounts = graph
    rows = (account_start, signals)
    family, adds_up = independent
    borne, low, high = scratch  # as in connected_pairs: how many accounts of s bear t; then, by _MET, its place
    members = accounts[signal_start[s] : signal_start[s + 1]]
    turn = np.uint64(s + 1) << np.uint64(32)
    total = 0
    n_groups = 0
    for at in range(0, len(members), _AT_ONCE):
        for k in range(find_rows(rows, members[at:], low, high)):
            for e in range(np.uint64(low[k]), np.uint64(high[k])):
                t = np.uint32(signals[e])
                if t > s and bits[t] > 0 and bits[s] + bits[t] >= needed and (family[t] != family[s] or adds_up[s]):
                    borne[t] = max(borne[t], turn) + np.uint64(1)
                    n = borne[t] - turn
                    total += 2 if n == 2 else (n > 2)
                    n_groups += n == 2
    grouped = np.empty(total, dtype=np.int32)
    starts = np.empty(n_groups + 1, dtype=np.int32)
    starts[n_groups] = total
    if total == 0:
        return grouped, starts
    group = 0
    free = np.int64(0)
    for at in range(0, len(members), _AT_ONCE):
        for k in range(find_rows(rows, members[at:], low, high)):
            for e in range(np.uint64(low[k]), np.uint64(high[k])):
                t = np.uint32(signals[e])
                if borne[t] < turn + np.uint64(2):
                    continue
                if borne[t] & _MET == 0:
                    starts[group] = free
                    group += 1
                    n = borne[t] - turn
                    borne[t] = turn | _MET | np.uint64(free)
                    free += np.int64(n)
                grouped[borne[t] & _FIRST] = members[at + k]
                borne[t] += np.uint64(1)
    return grouped, starts


@compiled(nogil=True, parallel=True)
def candidate_pairs(
    graph: tuple[Int64s, Int32s, Int64s, Int32s],
    independent: tuple[Int8s, Bools],
    verdict: tuple[Bools, Int64s, int],
    linking: tuple[Keys, int, int],
    first: Int64s,
    n_blocks: int,
) -> tuple[Int64s, Int32s, Int32s]:
    """The pairs worth looking at: within passing signals, and within conjunctions of two that reach the threshold.

    ``independent`` is (family, adds_up), ``verdict`` (passes, bits, needed), ``linking`` (account keys, clique_size,
    links_per_account). Called with an empty ``first`` it counts the pairs of each signal; called with where each
    signal's pairs begin it fills them in.
    """
    account_start, signals, signal_start, accounts = graph
    passes, bits, needed = verdict
    key, clique_size, links_per_account = linking
    n_signals = len(bits)
    telling_start, telling = take_entries((account_start, signals), bits > 0)
    telling_graph = (telling_start, telling, signal_start, accounts)
    counting = len(first) == 0
    count = np.zeros(n_signals, dtype=np.int64)
    size = 0 if counting else first[n_signals]
    source = np.empty(size, dtype=np.int32)
    target = np.empty(size, dtype=np.int32)
    for block in prange(n_blocks):
        low, high = np.empty(_AT_ONCE + 1, dtype=np.int64), np.empty(_AT_ONCE + 1, dtype=np.int64)
        scratch = (np.zeros(n_signals, dtype=np.uint64), low, high)
        for part in range(block, _PARTS * n_blocks, n_blocks):
            for s in range(
                part_start(signal_start, part, _PARTS * n_blocks), part_start(signal_start, part + 1, _PARTS * n_blocks)
            ):
                at = 0 if counting else first[s]
                members = accounts[signal_start[s] : signal_start[s + 1]]
                whole = passes[s] and len(members) <= clique_size
                if passes[s]:
                    n_links = n_group_links(len(members), clique_size, links_per_account)
                    if not counting:
                        link_group(members, key, clique_size, links_per_account, source[at:], target[at:])
                    at += n_links
                    count[s] += n_links
                if bits[s] <= 0 or whole:
                    continue  # every pair of a small passing signal is there already
                grouped, starts = gather_conjunctions(s, telling_graph, independent, bits, needed, scratch)
                for group in range(len(starts) - 1):
                    inside = grouped[starts[group] : starts[group + 1]]
                    n_links = n_group_links(len(inside), clique_size, links_per_account)
                    if not counting:
                        link_group(inside, key, clique_size, links_per_account, source[at:], target[at:])
                    at += n_links
                    count[s] += n_links
    return count, source, target


@compiled(nogil=True, parallel=True)
def pair_evidence(
    pairs: tuple[Int32s, Int32s],
    graph: tuple[Int64s, Int32s],
    independent: tuple[Int8s, Bools],
    bits: Int64s,
    shares: tuple[int, int],
    n_blocks: int,
) -> tuple[Int64s, Int32s]:
    """Bits of each pair and the set of families (as a bit mask) that they come from.

    Per family the strongest shared signal counts in full and the others by a fraction, ``shares`` being its numerator
    and denominator; signals that add up count in full.
    """
    source, target = pairs
    account_start, signals = graph
    family, adds_up = independent
    numerator, denominator = shares
    n_families = family.max() + 1 if len(family) else 0
    evidence = np.empty(len(source), dtype=np.int64)
    families = np.zeros(len(source), dtype=np.int32)
    for block in prange(n_blocks):
        best = np.zeros(n_families, dtype=np.int64)
        further = np.zeros(n_families, dtype=np.int64)
        for pair in range(block * len(source) // n_blocks, (block + 1) * len(source) // n_blocks):
            best[:] = 0
            further[:] = 0
            total = 0
            p, p_end = account_start[source[pair]], account_start[source[pair] + 1]
            q, q_end = account_start[target[pair]], account_start[target[pair] + 1]
            while p < p_end and q < q_end:
                s = signals[p]
                if s == signals[q]:
                    if bits[s] > 0:
                        families[pair] |= 1 << family[s]
                        if adds_up[s]:
                            total += bits[s]
                        else:
                            further[family[s]] += min(best[family[s]], bits[s])
                            best[family[s]] = max(best[family[s]], bits[s])
                    p += 1
                    q += 1
                elif s < signals[q]:
                    p += 1
                else:
                    q += 1
            for f in range(n_families):
                total += best[f] + further[f] * numerator // denominator
            evidence[pair] = total
    return evidence, families


# --- traits -------------------------------------------------------------------------------------------------------


@compiled(nogil=True)
def widen_extents(account: Int32s, times: tuple[Int64s, Int64s], no_time: int, extents: tuple[Int64s, Int64s]) -> None:
    """Take some rows into each account's earliest first time and latest last time, in place.

    ``no_time``, the least number, is where there is none.
    """
    first_seen, last_seen = times
    first, last = extents
    for row in range(len(account)):
        i = account[row]
        if first_seen[row] != no_time and (first[i] == no_time or first_seen[row] < first[i]):
            first[i] = first_seen[row]
        last[i] = max(last[i], last_seen[row])


# --- null worlds --------------------------------------------------------------------------------------------------


@compiled(nogil=True)
def sort_slices(starts: Int64s, values: Int32s) -> None:
    """Sort each slice of an array in place; slice i runs from ``starts[i]`` to ``starts[i + 1]``."""
    for i in range(len(starts) - 1):
        low, high = starts[i], starts[i + 1]
        if high - low > INSERTION:
            values[low:high] = values[low:high][np.argsort(values[low:high].astype(np.uint64), kind="mergesort")]
            continue
        for at in range(low + 1, high):
            value = values[at]
            before = at - 1
            while before >= low and values[before] > value:
                values[before + 1] = values[before]
                before -= 1
            values[before + 1] = value
