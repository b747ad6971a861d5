"""Compiled loops of the projection: the candidate pairs of accounts, and the evidence of each."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from graphlink.engine.arrays import distinct
from graphlink.engine.compile import compiled
from graphlink.engine.kernels.basic import (
    ALL,
    AT_ONCE,
    FIRST,
    MET,
    PARTS,
    find_rows,
    longest_row,
    part_start,
    take_entries,
)
from graphlink.engine.threads import in_blocks
from graphlink.model.arrays import Bools, Int8s, Int32s, Int64s, Keys
from graphlink.model.graph import Graph

_TURN, _ALIKE = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03)  # odd, so multiples reach all numbers


@compiled
def n_group_links(n: int, clique_size: int, links_per_account: int) -> int:
    """The number of links that ``link_group`` makes."""
    return n * (n - 1) // 2 if n <= clique_size else n * (links_per_account // 2)


@compiled
def link_group(
    members: Int32s, key: Keys, clique_size: int, links_per_account: int, source: Int32s, target: Int32s
) -> None:
    """Link all pairs of a small group, and a larger one along circles in the order of keyed hashes.

    Each circle gives every account two links. A few circles make a sparse random regular graph, which is connected. The
    order depends only on the accounts' keys, so accounts outside the group cannot change it. Accounts with equal keys
    keep their order.
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
        circle = np.argsort(salted, kind="mergesort")  # each kind of sort takes a second to compile
        for a in range(n):
            one, two = members[circle[a]], members[circle[(a + 1) % n]]
            source[at] = min(one, two)
            target[at] = max(one, two)
            at += 1


@compiled
def scramble(x: np.uint64) -> np.uint64:
    """Mix the bits of a 64-bit integer (finaliser of MurmurHash3)."""
    x ^= x >> np.uint64(33)
    x *= np.uint64(0xFF51AFD7ED558CCD)
    x ^= x >> np.uint64(33)
    x *= np.uint64(0xC4CEB9FE1A85EC53)
    return x ^ (x >> np.uint64(33))


@compiled
def gather_conjunctions(
    s: int,
    graph: Graph,
    independent: tuple[Int8s, Bools],
    bits: Int64s,
    needed: int,
    heard: tuple[Keys, int],
    scratch: tuple[NDArray[np.uint64], Int64s, Int64s],
) -> tuple[Int32s, Int32s, bool]:
    """The accounts of s that share a later signal t, if the bits of s and t together suffice for an edge.

    ``heard`` are the hashes of all signals and the most groups of an account, on average. If there are more, only
    signals t with small hashes count. Without hashes there is no limit.

    Returns the accounts per t, the start of each group, and whether there were too many. ``scratch`` holds an array
    with one entry per signal, zero before the first s (they come ascending), and two for ``find_rows``.
    """
    account_start, signals, signal_start, accounts = graph
    rows = (account_start, signals)
    family, adds_up = independent
    borne, low, high = scratch  # as in connected_pairs: the accounts of s with t; then, with MET, its place
    members = accounts[signal_start[s] : signal_start[s + 1]]
    turn = np.uint64(s + 1) << np.uint64(32)
    names, most = heard
    largest = ALL
    while True:
        total = 0
        n_groups = 0
        for at in range(0, len(members), AT_ONCE):
            for k in range(find_rows(rows, members[at:], low, high)):
                for e in range(np.uint64(low[k]), np.uint64(high[k])):
                    t = np.uint32(signals[e])
                    if t > s and bits[t] > 0 and bits[s] + bits[t] >= needed and (family[t] != family[s] or adds_up[s]):
                        if largest < ALL and names[t] > largest:
                            borne[t] = turn  # as if no account had it
                            continue
                        borne[t] = max(borne[t], turn) + np.uint64(1)
                        n = borne[t] - turn
                        total += 2 if n == 2 else (n > 2)
                        n_groups += n == 2
        if len(names) == 0 or total <= most * len(members) or largest == 0:
            break
        largest >>= np.uint64(1)
        for i in members:  # to count again
            for e in range(account_start[i], account_start[i + 1]):
                borne[signals[e]] = min(borne[signals[e]], turn)
    grouped = np.empty(total, dtype=np.int32)
    starts = np.empty(n_groups + 1, dtype=np.int32)
    starts[n_groups] = total
    if total == 0:
        return grouped, starts, bool(largest < ALL)
    group = 0
    free = np.int64(0)
    for at in range(0, len(members), AT_ONCE):
        for k in range(find_rows(rows, members[at:], low, high)):
            for e in range(np.uint64(low[k]), np.uint64(high[k])):
                t = np.uint32(signals[e])
                if borne[t] < turn + np.uint64(2):
                    continue
                if borne[t] & MET == 0:
                    starts[group] = free
                    group += 1
                    n = borne[t] - turn
                    borne[t] = turn | MET | np.uint64(free)
                    free += np.int64(n)
                grouped[borne[t] & FIRST] = members[at + k]
                borne[t] += np.uint64(1)
    return grouped, starts, bool(largest < ALL)


@compiled
def find_repeated(grouped: Int32s, starts: Int32s) -> Bools:
    """Which groups have the same accounts as an earlier one, such as ten accounts with a thousand common prompts.

    ``grouped`` and ``starts`` are the result of ``gather_conjunctions``, with one order of accounts in all groups.
    """
    n_groups = len(starts) - 1
    repeated = np.zeros(n_groups, dtype=np.bool_)
    if n_groups < _FEW_GROUPS:
        return repeated
    own = np.empty(n_groups, dtype=np.uint64)
    for group in range(n_groups):
        own[group] = np.uint64(starts[group + 1] - starts[group])
        for at in range(starts[group], starts[group + 1]):
            own[group] = scramble(own[group] ^ np.uint64(grouped[at]))
    order = np.argsort(own, kind="mergesort")
    for i in range(1, n_groups):
        one, other = order[i - 1], order[i]
        if own[one] == own[other]:
            n = starts[other + 1] - starts[other]
            alike = starts[one + 1] - starts[one] == n
            for k in range(n if alike else 0):
                alike &= grouped[starts[one] + k] == grouped[starts[other] + k]
            repeated[other] = alike
    return repeated


_FEW_GROUPS = 8
"""Fewer groups of a signal are not searched for equal ones."""


def candidate_pairs(
    graph: Graph,
    independent: tuple[Int8s, Bools],
    verdict: tuple[Bools, Int64s, int],
    linking: tuple[Keys, int, int],
    heard: tuple[Callable[[], Keys], int],
    n_blocks: int,
) -> tuple[Int64s, int]:
    """The candidate pairs: within passing signals, and within conjunctions of two signals that reach the threshold.

    ``independent`` is (family, adds_up), ``verdict`` (passes, bits, needed), ``linking`` (account keys, clique_size,
    links_per_account), ``heard`` makes the signals' hashes and is the most conjunctions of an account with each of its
    signals. Returns the distinct pairs, ``source << 32 | target``, ascending, and the number of signals of which some
    conjunctions are left out.
    """
    telling = take_entries(graph[:2], verdict[1] > 0)
    names = heard[0]() if longest_row(telling[0]) > heard[1] else np.empty(0, dtype=np.uint64)
    first = np.zeros(len(verdict[1]) + 1, dtype=np.int64)
    limited = np.zeros(len(verdict[1]), dtype=np.bool_)

    def pair_up(low: int, high: int, pairs: tuple[Int32s, Int32s]) -> None:
        def in_block(block: int) -> None:
            how = independent, verdict, linking, (names, heard[1])
            _pair_in_block((*telling, *graph[2:]), how, (block, n_blocks, low, high), (first[1:], limited), pairs)

        in_blocks(in_block, n_blocks)

    nowhere = np.empty(0, dtype=np.int32)
    pair_up(0, len(limited), (nowhere, nowhere))
    ends = np.cumsum(first)
    found = np.empty(0, dtype=np.int64)
    low = 0
    while low < len(limited):
        high = max(low + 1, int(np.searchsorted(ends, ends[low] + max(AT_A_TIME, len(found)), side="right")) - 1)
        size = ends[high] - ends[low]
        pairs = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32)
        first[low + 1 : high + 1] = ends[low:high] - ends[low]
        if size:
            pair_up(low, high, pairs)
            found = distinct(np.concatenate([found, pairs[0].astype(np.int64) << 32 | pairs[1]]))
        low = high
    return found, int(limited.sum())


AT_A_TIME = 1 << 24
"""Pairs, with repetitions, that are made together: most pairs of accounts that share much are found again and again."""


@compiled
def _pair_in_block(
    graph: Graph,
    how: tuple[tuple[Int8s, Bools], tuple[Bools, Int64s, int], tuple[Keys, int, int], tuple[Keys, int]],
    block: tuple[int, int, int, int],
    noted: tuple[Int64s, Bools],
    pairs: tuple[Int32s, Int32s],
) -> None:
    """Write the pairs of a block's signals, those of each signal from its ``first`` on.

    Without room for pairs, count them into ``first`` instead. The graph has only signals with evidence per account.
    ``block`` is its number, the number of blocks, and the range of signals. ``noted`` is ``first`` and, by signal,
    whether some conjunctions were left out.
    """
    _, _, signal_start, accounts = graph
    independent, verdict, linking, heard = how
    passes, bits, needed = verdict
    key, clique_size, links_per_account = linking
    chosen, n_blocks, begin, end = block
    first, limited = noted
    source, target = pairs
    counting = len(source) == 0
    low, high = np.empty(AT_ONCE + 1, dtype=np.int64), np.empty(AT_ONCE + 1, dtype=np.int64)
    scratch = (np.zeros(len(bits), dtype=np.uint64), low, high)
    for part in range(chosen, PARTS * n_blocks, n_blocks):
        for s in range(
            max(begin, part_start(signal_start, part, PARTS * n_blocks)),
            min(end, part_start(signal_start, part + 1, PARTS * n_blocks)),
        ):
            at = np.int64(0) if counting else first[s]
            members = accounts[signal_start[s] : signal_start[s + 1]]
            whole = passes[s] and len(members) <= clique_size
            if passes[s]:
                if not counting:
                    link_group(members, key, clique_size, links_per_account, source[at:], target[at:])
                at += n_group_links(len(members), clique_size, links_per_account)
            if bits[s] > 0 and not whole:  # a small passing signal already has all its pairs
                grouped, starts, limited[s] = gather_conjunctions(s, graph, independent, bits, needed, heard, scratch)
                repeated = find_repeated(grouped, starts)
                for group in range(len(starts) - 1):
                    if repeated[group]:
                        continue
                    inside = grouped[starts[group] : starts[group + 1]]
                    if not counting:
                        link_group(inside, key, clique_size, links_per_account, source[at:], target[at:])
                    at += n_group_links(len(inside), clique_size, links_per_account)
            if counting:
                first[s] = at


def pair_evidence(
    pairs: tuple[Int32s, Int32s],
    rows: tuple[Int64s, Int32s],
    independent: tuple[Int8s, Bools],
    bits: Int64s,
    shares: tuple[int, int],
    n_blocks: int,
) -> tuple[Int64s, Int32s]:
    """The bits of each pair, and the families that they come from as a bit mask.

    Per family the strongest shared signal counts in full, and so do signals that add up. The others count by a
    fraction, the numerator and denominator in ``shares``, so that a card and its range do not count twice.
    """
    found = np.zeros(len(pairs[0]), dtype=np.int64), np.zeros(len(pairs[0]), dtype=np.int32)
    n_families = int(independent[0].max(initial=-1)) + 1

    def weigh(block: int) -> None:
        _weigh_block(pairs, rows, independent, bits, shares, n_families, (block, n_blocks), found)

    in_blocks(weigh, n_blocks)
    return found


@compiled
def _weigh_block(
    pairs: tuple[Int32s, Int32s],
    rows: tuple[Int64s, Int32s],
    independent: tuple[Int8s, Bools],
    bits: Int64s,
    shares: tuple[int, int],
    n_families: int,
    block: tuple[int, int],
    found: tuple[Int64s, Int32s],
) -> None:
    source, target = pairs
    account_start, signals = rows
    evidence, families = found
    chosen, n_blocks = block
    shared = np.empty(longest_row(account_start), dtype=np.int32)
    low, high = np.empty(AT_ONCE + 1, dtype=np.int64), np.empty(AT_ONCE + 1, dtype=np.int64)
    first, last = chosen * len(source) // n_blocks, (chosen + 1) * len(source) // n_blocks
    for pair in range(first, last):
        looked = (pair - first) % AT_ONCE  # pairs are sorted by source, so only targets need it
        if looked == 0:
            find_rows(rows, target[pair:last], low, high)
        one = signals[account_start[source[pair]] : account_start[source[pair] + 1]]
        n = _intersect(one, signals[low[looked] : high[looked]], shared)
        for f in range(n_families if n else 0):
            told = _family_bits(shared[:n], f, -1, independent, bits, shares)
            if told > 0:
                families[pair] |= 1 << f
                evidence[pair] += told


@compiled
def _intersect(one: Int32s, other: Int32s, shared: Int32s) -> int:
    """Write to ``shared`` what two ascending arrays have in common, and return how many values that is."""
    p, q, n = 0, 0, 0
    while p < len(one) and q < len(other):
        if one[p] == other[q]:
            shared[n] = one[p]
            n += 1
            p += 1
            q += 1
        elif one[p] < other[q]:
            p += 1
        else:
            q += 1
    return n


def find_losses(
    pairs: tuple[Int32s, Int32s],
    rows: tuple[Int64s, Int32s, Bools],
    independent: tuple[Int8s, Bools],
    bits: Int64s,
    how: tuple[int, int, int],
    n_blocks: int,
) -> tuple[Bools, Int32s]:
    """Which entries of ``rows`` leave some pair of their account when removed, and which families each pair can lose.

    A pair remains while its evidence, as in ``pair_evidence``, is at least what is needed. ``rows`` also has, per
    entry, whether its whole family is removed with it; ``how`` is (numerator, denominator, needed bits); the families
    are a bit mask.
    """
    lasts = np.zeros(len(rows[1]), dtype=np.bool_)
    without = np.zeros(len(pairs[0]), dtype=np.int32)
    n_families = int(independent[0].max(initial=-1)) + 1

    def note(block: int) -> None:
        _note_losses(pairs, rows, independent, bits, how, n_families, (block, n_blocks), (lasts, without))

    in_blocks(note, n_blocks)
    return lasts, without


@compiled
def _note_losses(
    pairs: tuple[Int32s, Int32s],
    rows: tuple[Int64s, Int32s, Bools],
    independent: tuple[Int8s, Bools],
    bits: Int64s,
    how: tuple[int, int, int],
    n_families: int,
    block: tuple[int, int],
    noted: tuple[Bools, Int32s],
) -> None:
    """``find_losses`` for one block. Blocks may write to the same entry in parallel, but only the value True."""
    source, target = pairs
    starts, borne, takes_family = rows
    family, shares, needed = independent[0], how[:2], how[2]
    lasts, without = noted
    chosen, n_blocks = block
    shared = np.empty(longest_row(starts), dtype=np.int32)
    told = np.empty(n_families, dtype=np.int64)
    for pair in range(chosen * len(source) // n_blocks, (chosen + 1) * len(source) // n_blocks):
        one = borne[starts[source[pair]] : starts[source[pair] + 1]]
        n = _intersect(one, borne[starts[target[pair]] : starts[target[pair] + 1]], shared)
        total = 0
        told[:] = -1
        for k in range(n):
            f = family[shared[k]]
            if told[f] < 0:
                told[f] = _family_bits(shared[:n], f, -1, independent, bits, shares)
                total += told[f]
        if total < needed or n == 0:
            continue
        for f in range(n_families):
            if total - max(told[f], 0) >= needed:
                without[pair] |= 1 << f
        for i in (source[pair], target[pair]):
            k = 0
            for e in range(starts[i], starts[i + 1]):
                is_shared = k < n and shared[k] == borne[e]
                k += is_shared
                if lasts[e]:
                    continue
                left = total
                if takes_family[e]:
                    left -= max(told[family[borne[e]]], 0)
                elif is_shared:
                    f = family[borne[e]]
                    left += _family_bits(shared[:n], f, borne[e], independent, bits, shares) - told[f]
                if left >= needed:  # other blocks have pairs with this entry, so it is never reset
                    lasts[e] = True


@compiled
def _family_bits(
    shared: Int32s, f: int, struck: int, independent: tuple[Int8s, Bools], bits: Int64s, shares: tuple[int, int]
) -> int:
    """The evidence of the shared values of a family without the value ``struck`` (-1: with all)."""
    family, adds_up = independent
    numerator, denominator = shares
    total, most, best, further = 0, 0, 0, 0
    for s in shared:
        if family[s] != f or s == struck:
            continue
        if adds_up[s]:
            total += bits[s]
            most = max(most, bits[s])
        else:
            further += min(best, bits[s])
            best = max(best, bits[s])
    if most < best:
        return total + best + further * numerator // denominator
    return total + (best + further) * numerator // denominator
