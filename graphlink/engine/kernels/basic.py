"""Basic compiled loops on arrays. The tests compare each with a slow, plain one.

Large work is divided into blocks, one thread each (``threads.in_blocks``), since loops release Python's lock. Building
the graph with scipy's sparse matrices was tried: 3.3 times as slow at 11 million entries, with 8 bytes an index.
"""

from math import exp, lgamma, log, log1p

import numpy as np

from graphlink.engine.compile import compiled
from graphlink.engine.kernels.reading import INSERTION, sort_long, sort_short
from graphlink.engine.threads import in_blocks
from graphlink.model.arrays import Bools, Int16s, Int32s, Int64s

# --- graphs -------------------------------------------------------------------------------------------------------


def build_rows(
    account: Int32s, signal: Int32s, number: Int32s, n_accounts: int, degree: Int32s, n_blocks: int
) -> tuple[Int64s, Int32s, Int64s, Int32s, Int32s]:
    """Build a CSR matrix both ways from sorted rows (account, signal), with the row of each entry.

    ``number`` renumbers the signals in the same order, -1 for omitted ones; ``degree`` has the accounts per new signal.
    Returns account_start, signals, signal_start, accounts, row.
    """
    signal_start = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(degree, dtype=np.int64)])
    renumbered = np.empty(len(signal), dtype=np.int32)
    in_blocks(lambda block: _renumber(signal, number, (block, n_blocks), renumbered), n_blocks)
    account_start, signals = _lay_out_by_account(account, renumbered, n_accounts, signal_start[-1])
    accounts, rows = (np.empty(signal_start[-1], dtype=np.int32) for _ in range(2))
    in_blocks(
        lambda block: _lay_out_by_signal(account, renumbered, signal_start, (block, n_blocks), accounts, rows), n_blocks
    )
    return account_start, signals, signal_start, accounts, rows


@compiled
def _renumber(signal: Int32s, number: Int32s, block: tuple[int, int], renumbered: Int32s) -> None:
    for row in range(block[0] * len(signal) // block[1], (block[0] + 1) * len(signal) // block[1]):
        renumbered[row] = number[np.uint32(signal[row])]


@compiled
def _lay_out_by_account(account: Int32s, signal: Int32s, n_accounts: int, size: int) -> tuple[Int64s, Int32s]:
    account_start = np.zeros(n_accounts + 1, dtype=np.int64)
    signals = np.empty(size, dtype=np.int32)
    at = 0
    for row in range(len(account)):
        if signal[row] >= 0:
            signals[at] = signal[row]
            at += 1
            account_start[account[row] + 1] = at
    for i in range(n_accounts):
        account_start[i + 1] = max(account_start[i + 1], account_start[i])
    return account_start, signals


@compiled
def _lay_out_by_signal(
    account: Int32s, signal: Int32s, signal_start: Int64s, block: tuple[int, int], accounts: Int32s, rows: Int32s
) -> None:
    """Fill in the entries of a block's signals. Blocks have about equally many entries, and each reads all rows."""
    first, last = part_start(signal_start, block[0], block[1]), part_start(signal_start, block[0] + 1, block[1])
    free = signal_start[first : last + 1].copy()
    for row in range(len(account)):
        s = signal[row]
        if first <= s < last:
            at = free[s - first]
            free[s - first] = at + 1
            accounts[at] = account[row]
            rows[at] = row


@compiled
def find_homes(
    signal_start: Int64s, accounts: Int32s, local: Bools, country: Int32s, n_countries: int
) -> tuple[Int32s, Int32s]:
    """The most frequent country of each local signal and its number of accounts; -1 and 0 without any country.

    Of equally frequent countries it is the first. ``country`` is that of each account, -1 if unknown.
    """
    home = np.full(len(local), -1, dtype=np.int32)
    at_home = np.zeros(len(local), dtype=np.int32)
    n_there = np.zeros(n_countries, dtype=np.int32)
    for s in range(len(local)):
        if not local[s]:
            continue
        for i in accounts[signal_start[s] : signal_start[s + 1]]:
            if country[i] >= 0:
                n_there[country[i]] += 1
        for i in accounts[signal_start[s] : signal_start[s + 1]]:
            c = country[i]
            if c >= 0 and (n_there[c] > at_home[s] or (n_there[c] == at_home[s] and c < home[s])):
                home[s], at_home[s] = c, n_there[c]
        for i in accounts[signal_start[s] : signal_start[s + 1]]:
            if country[i] >= 0:
                n_there[country[i]] = 0
    return home, at_home


@compiled
def count_bearers(signal: Int32s, n_signals: int) -> Int32s:
    """Count the sightings of each signal. numpy would first copy all of them to another type."""
    n_bearers = np.zeros(n_signals, dtype=np.int32)
    for each in signal:
        n_bearers[np.uint32(each)] += 1
    return n_bearers


@compiled
def count_links(source: Int32s, target: Int32s, community: Int32s, n_links: Int64s) -> None:
    """Count, in place, the links of each account within its community; -1 is no community."""
    for e in range(len(source)):
        a, b = np.uint32(source[e]), np.uint32(target[e])
        if community[a] >= 0 and community[a] == community[b]:
            n_links[a] += 1
            n_links[b] += 1


@compiled
def order_groups(group: Int32s, n_groups: int) -> tuple[Int64s, Int64s]:
    """The entries of each group in order (a counting sort), and the start of each group. Below 0 is no group."""
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


@compiled
def number_pairs(group: Int32s, value: Int32s, n_groups: int) -> tuple[Int32s, Int32s, Int32s, Int64s]:
    """Number the distinct pairs of group and value of some entries, by group and then by value.

    Entries are sorted by value, and each has a group. Returns the pair of each entry, and the group, the value and the
    number of entries of each pair.
    """
    latest = np.full(n_groups, -1, dtype=np.int32)  # the latest pair of each group
    pair = np.empty(len(group), dtype=np.int32)
    group_of, value_of = np.empty(len(group), dtype=np.int32), np.empty(len(group), dtype=np.int32)
    n_pairs = 0
    for entry in range(len(group)):
        of = latest[group[entry]]
        if of < 0 or value_of[of] != value[entry]:
            of = np.int32(n_pairs)
            latest[group[entry]] = of
            group_of[of], value_of[of] = group[entry], value[entry]
            n_pairs += 1
        pair[entry] = of
    order, _ = order_groups(group_of[:n_pairs], n_groups)
    number = np.empty(n_pairs, dtype=np.int32)
    for place in range(n_pairs):
        number[order[place]] = place
    n_entries = np.zeros(n_pairs, dtype=np.int64)
    for entry in range(len(pair)):
        pair[entry] = number[pair[entry]]
        n_entries[pair[entry]] += 1
    return pair, group_of[order], value_of[order], n_entries


@compiled
def root_of(parent: Int32s, node: int | np.int64) -> int | np.int64:
    """Find the representative of a node's set, with path halving."""
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@compiled
def find_components(source: Int32s, target: Int32s, n_nodes: int) -> tuple[Int32s, int]:
    """The connected component of each node, numbered by smallest node, and the number of components."""
    parent = np.arange(n_nodes).astype(np.int32)
    for edge in range(len(source)):
        a, b = root_of(parent, source[edge]), root_of(parent, target[edge])
        if a < b:
            parent[b] = a
        else:
            parent[a] = b
    n_components = 0
    component = np.empty(n_nodes, dtype=np.int32)
    for node in range(n_nodes):
        if parent[node] == node:
            component[node] = n_components
            n_components += 1
        else:
            component[node] = component[root_of(parent, node)]
    return component, n_components


@compiled
def longest_row(starts: Int64s) -> int:
    """The length of the longest row of a CSR matrix."""
    most = 0
    for i in range(len(starts) - 1):
        most = max(most, int(starts[i + 1] - starts[i]))
    return most


@compiled
def take_entries(rows: tuple[Int64s, Int32s], chosen: Bools) -> tuple[Int64s, Int32s]:
    """The rows of a CSR matrix, restricted to chosen columns."""
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


# --- walks over the signals of accounts ---------------------------------------------------------------------------

AT_ONCE = 64
"""Rows that are looked up together, so that their memory accesses overlap. One by one they took two thirds of the
time."""

PARTS = 64
"""Parts of the work per block, dealt in turn, so that all blocks take equally long."""

ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
"""The largest hash: as a limit, none."""

MET, FIRST = np.uint64(1 << 31), np.uint64((1 << 31) - 1)
"""The bits of a signal's note: whether it was met, and the noted number."""


@compiled
def part_start(signal_start: Int64s, part: int, n_parts: int) -> int:
    """The first signal of a part. Parts have about equally many accounts."""
    return int(np.searchsorted(signal_start[:-1], signal_start[-1] * part // n_parts))


@compiled
def find_rows(rows: tuple[Int64s, Int32s], members: Int32s, low: Int64s, high: Int64s) -> int:
    """The start and end of the rows of the first ``AT_ONCE`` accounts. Returns the number of accounts."""
    account_start, signals = rows
    n = min(len(members), AT_ONCE)
    for k in range(n):
        i = np.uint32(members[k])
        low[k] = account_start[i]
        high[k] = account_start[i + 1]
    touched = 0
    for k in range(n):
        if low[k] < high[k]:
            touched += signals[np.uint64(low[k])] + signals[np.uint64(high[k]) - np.uint64(1)]
    low[AT_ONCE] = touched  # stored so that the compiler does not remove the accesses
    return n


@compiled
def look_at(
    rows: tuple[Int64s, Int32s], accounts: Int32s, asked: tuple[int, int], begin: int, low: Int64s, high: Int64s
) -> int:
    """Make the rows of the asked entries known. Returns the first entry with known rows.

    ``asked`` are the first and the last entry; at most ``AT_ONCE`` of them are looked up. Rows known from ``begin`` on
    are not looked up again. A lookup goes beyond the asked entries, since most signals have few accounts.
    """
    at, end = asked
    if begin <= at and min(end, at + AT_ONCE) <= begin + AT_ONCE:
        return begin
    find_rows(rows, accounts[at:], low, high)
    return at


# --- chance -------------------------------------------------------------------------------------------------------

_NOTHING = 1e-17  # a term of this share of the sum changes nothing
_CERTAINLY = 1 - 1e-9  # a margin above all rounding errors


@compiled
def chance_of_at_least(wanted: int | np.int64, trials: int, chance: float) -> float:
    """Upper tail of the binomial distribution: P(X >= wanted).

    The terms are summed from ``wanted`` away from the mean, where they fall. The first one is computed by logarithms,
    since its factors underflow for tens of thousands of trials.
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


@compiled
def is_likely(wanted: int | np.int64, trials: int, chance: float, surprise: float) -> bool:
    """Whether ``chance_of_at_least`` exceeds ``surprise``. Bounds decide most cases without its logarithms."""
    mean = trials * chance
    if wanted <= mean and surprise < 1 / 4:
        return True  # the median is hardly below the mean
    bound = 1.0
    for x in range(1, min(wanted, AT_ONCE) + 1):
        bound *= mean / x  # at most the number of ways to choose x trials, times their chance
        if bound < surprise * _CERTAINLY:
            return False
    return chance_of_at_least(wanted, trials, chance) > surprise


# --- traits -------------------------------------------------------------------------------------------------------


@compiled
def widen_extents(account: Int32s, times: tuple[Int64s, Int64s], no_time: int, extents: tuple[Int64s, Int64s]) -> None:
    """Update each account's earliest first time and latest last time with some rows, in place.

    ``no_time``, the smallest number, stands for no time.
    """
    first_seen, last_seen = times
    first, last = extents
    for row in range(len(account)):
        i = account[row]
        if first_seen[row] != no_time and (first[i] == no_time or first_seen[row] < first[i]):
            first[i] = first_seen[row]
        last[i] = max(last[i], last_seen[row])


@compiled
def note_times(
    kind: Int16s,
    times: tuple[Int64s, Int64s],
    created: Int64s,
    units: tuple[int, int],
    noted: tuple[Bools, Int64s, Int64s, Int64s],
) -> None:
    """Collect the times of some rows per signal type, in place.

    ``units`` are the number for no time, which is the smallest, and the length of a minute. ``noted`` are, per type:
    whether a row has another time than its account's ``created``, the earliest first time, the latest last time, and
    the number of first times in each minute of the day.
    """
    first_seen, last_seen = times
    no_time, minute = units
    dated, start, end, by_minute = noted
    for row in range(len(kind)):
        k, first, last = kind[row], first_seen[row], last_seen[row]
        end[k] = max(end[k], last)
        if first != no_time:
            start[k] = min(start[k], first)
            dated[k] |= first != created[row] or last != created[row]
            by_minute[k, first // minute % by_minute.shape[1]] += 1


@compiled
def note_use(
    account: Int32s,
    kind: Int16s,
    count: Int64s,
    times: tuple[Int64s, Int64s],
    asked: tuple[Bools, Bools, int],
    run: Int64s,
    noted: tuple[Int64s, Int64s, Int64s],
) -> None:
    """Note of each account, in place, how often and over which time some rows show it; rows are sorted by both.

    ``asked`` is which types count, which are dated, and what stands where there is no time. ``run`` is the account, the
    type and the total of the rows before. ``noted`` is the largest total of any one type, the first time and the last.
    """
    first_seen, last_seen = times
    counts, dated, no_time = asked
    most, start, end = noted
    for row in range(len(account)):
        a, k = account[row], kind[row]
        if run[0] != a or run[1] != k:
            run[0], run[1], run[2] = a, k, 0
        if counts[k]:
            run[2] += count[row]
            most[a] = max(most[a], run[2])
        if dated[k]:
            end[a] = max(end[a], last_seen[row])
            if first_seen[row] != no_time:
                start[a] = min(start[a], first_seen[row])


# --- null worlds --------------------------------------------------------------------------------------------------


@compiled
def sort_slices(starts: Int64s, values: Int32s, chosen: Int64s) -> None:
    """Sort the chosen slices of an array in place. Slice i is from ``starts[i]`` to ``starts[i + 1]``."""
    for i in chosen:
        low, high = starts[i], starts[i + 1]
        if high - low > INSERTION:
            wide = np.empty(high - low, dtype=np.uint64)
            for at in range(low, high):
                wide[at - low] = np.uint64(values[at])
            sort_long(wide)
            for at in range(low, high):
                values[at] = np.int32(wide[at - low])
        else:
            sort_short(values, low, high)


@compiled
def find_repeats(starts: Int64s, values: Int32s, chosen: Int64s) -> Int64s:
    """The entries of the chosen sorted slices that equal the entry before, in the order of the slices."""
    n = 0
    for i in chosen:
        for at in range(starts[i] + 1, starts[i + 1]):
            n += values[at] == values[at - 1]
    repeats = np.empty(n, dtype=np.int64)
    n = 0
    for i in chosen:
        for at in range(starts[i] + 1, starts[i + 1]):
            if values[at] == values[at - 1]:
                repeats[n] = at
                n += 1
    return repeats
