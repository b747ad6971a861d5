"""Compiled loops of the signal test: count what else the accounts of each signal share."""

from math import exp
from typing import NamedTuple

import numpy as np

from graphlink.engine.compile import compiled
from graphlink.engine.kernels.basic import (
    AT_ONCE,
    FIRST,
    MET,
    PARTS,
    is_likely,
    longest_row,
    look_at,
    part_start,
    root_of,
    take_entries,
)
from graphlink.engine.threads import in_blocks
from graphlink.model.arrays import Bools, Floats, Int8s, Int32s, Int64s, UInt32s
from graphlink.model.graph import Graph, Reached

_ALL_BUT_SURE = 1 - 1e-6
"""The largest probability that is used."""


class Population(NamedTuple):
    """The accounts from which chance draws companions: all, or those of the same country."""

    n_accounts: int
    country: Int32s
    """Of each account, -1 if unknown."""
    size: Floats
    """The number of accounts per country."""


class Voices(NamedTuple):
    """The sets of signals that are counted: each family, and its linking signals again if not all can link."""

    family: Int8s
    """The family of each voice. The first voices are the families in order."""
    second: Int8s
    """The second voice of each signal, -1 without one."""


def count_accompanied(graph: Graph, reached: Reached, voices: Voices, population: Population, n_blocks: int) -> Floats:
    """For each signal and each voice of another family: accounts with a companion, their expectation and variance.

    ``graph`` is (account_start, signals, signal_start, accounts). Returns (3, signals, voices).

    An account of signal s has a companion in a family if it shares one of that family's signals with another account of
    s. By chance this has probability E = 1 - exp(-(n - 1)/N * sum of (d - 1) over its signals in the family). For a
    local signal in the account's own country c, its d_c accounts there count with (n_c - 1)/N_c, where n_c are the
    accounts of s in that country.
    """
    found = np.zeros((3, len(graph[2]) - 1, len(voices.family)))
    reach = sum_reach(graph[:2], side_by_side(reached), voices, population.country, n_blocks)

    second = np.where(voices.second >= 0, np.int64(1) << np.maximum(voices.second, 0).astype(np.int64), 0)
    speaks = np.int64(1) << reached.family.astype(np.int64) | second

    def count(block: int) -> None:
        _count_in_block(graph, (reached.family, speaks), voices.family, reach, population, (block, n_blocks), found)

    in_blocks(count, n_blocks)
    return found


@compiled
def _count_in_block(
    graph: Graph,
    spoken: tuple[Int8s, Int64s],
    of: Int8s,
    reach: UInt32s,
    population: Population,
    block: tuple[int, int],
    found: Floats,
) -> None:
    """``count_accompanied`` for one block of signals; ``block`` is its number and the number of blocks.

    ``spoken`` is the family of each signal and, as a bit mask, its voices; ``of`` is the family of each voice.
    """
    account_start, signals, signal_start, accounts = graph
    rows = (account_start, signals)
    family, speaks = spoken
    n_voices = len(of)
    n_accounts, country, size = population
    near = np.zeros(len(size), dtype=np.int64)
    first, n_blocks = block
    low, high = np.empty(AT_ONCE + 1, dtype=np.int64), np.empty(AT_ONCE + 1, dtype=np.int64)
    begin, looked = -AT_ONCE, -AT_ONCE  # the first entry with known rows, and with known reach
    borne = np.zeros(len(family), dtype=np.uint32)  # 2 s + 1: one account of s has it, 2 s + 2: several
    heard, by_chance, variance = np.empty(n_voices), np.empty(n_voices), np.empty(n_voices)
    asked = np.empty(n_voices, dtype=np.int64)  # the voices of other families
    for part in range(first, PARTS * n_blocks, n_blocks):
        for s in range(
            part_start(signal_start, part, PARTS * n_blocks), part_start(signal_start, part + 1, PARTS * n_blocks)
        ):
            start, end = signal_start[s], signal_start[s + 1]
            members = accounts[start:end]
            once, again = np.uint32(2 * s + 1), np.uint32(2 * s + 2)
            for at in range(start, end, AT_ONCE):
                begin = look_at(rows, accounts, (at, end), begin, low, high)
                for k in range(at - begin, min(end - begin, at - begin + AT_ONCE)):
                    for e in range(np.uint64(low[k]), np.uint64(high[k])):
                        t = np.uint32(signals[e])
                        borne[t] = again if borne[t] >= once else once
            meets = (len(members) - 1) / n_accounts
            _count_near(members, country, near)
            heard[:] = 0
            by_chance[:] = 0
            variance[:] = 0
            n_asked = 0
            for v in range(n_voices):
                if of[v] != family[s]:
                    asked[n_asked] = v
                    n_asked += 1
            for at in range(start, end, AT_ONCE):
                begin = look_at(rows, accounts, (at, end), begin, low, high)
                if looked != begin:
                    looked = begin
                    _look_ahead(reach, accounts[begin : begin + AT_ONCE], 0, low)
                    _look_ahead(reach, accounts[begin : begin + AT_ONCE], n_voices - 1, low)
                for k in range(at - begin, min(end - begin, at - begin + AT_ONCE)):
                    hit = 0
                    for e in range(np.uint64(low[k]), np.uint64(high[k])):
                        t = np.uint32(signals[e])
                        if borne[t] == again:
                            hit |= speaks[t]
                    i = np.uint32(accounts[begin + k])
                    compatriots = _meets_compatriots(country[i], size, near)
                    for v in asked[:n_asked]:
                        here, elsewhere = reach[i, v, 0], reach[i, v, 1]
                        if here + elsewhere > 0:
                            chance = 1 - exp(-(compatriots * here + meets * elsewhere))
                            heard[v] += hit >> v & 1
                            by_chance[v] += chance
                            variance[v] += chance * (1 - chance)
            _forget_near(members, country, near)
            for v in range(n_voices):  # one by one: an assignment of slices takes three seconds to compile
                found[0, s, v], found[1, s, v], found[2, s, v] = heard[v], by_chance[v], variance[v]


@compiled
def _look_ahead(reach: UInt32s, members: Int32s, voice: int, kept: Int64s) -> None:
    """Access the reach of some accounts, so that the memory accesses overlap, as in ``find_rows``."""
    touched = np.uint64(0)
    for k in range(len(members)):
        touched += reach[np.uint32(members[k]), voice, 1]
    kept[AT_ONCE] = touched  # so that the compiler does not remove the accesses


@compiled
def _count_near(members: Int32s, country: Int32s, near: Int64s) -> None:
    """Count accounts per country, in place."""
    if len(near):
        for i in members:
            if country[i] >= 0:
                near[country[i]] += 1


@compiled
def _forget_near(members: Int32s, country: Int32s, near: Int64s) -> None:
    """Undo ``_count_near``."""
    if len(near):
        for i in members:
            if country[i] >= 0:
                near[country[i]] = 0


@compiled
def _meets_compatriots(home: int, size: Floats, near: Int64s) -> float:
    """The chance that an account meets a compatriot among those counted in ``near``; 0 if its country is unknown."""
    return float((near[home] - 1) / size[home]) if home >= 0 else 0.0


@compiled
def _meet(degree: int, home: int, at_home: int, meets: float, size: Floats, near: Int64s) -> float:
    """The chance that an account of a signal is among those counted in ``near``; ``meets`` for accounts elsewhere."""
    if home < 0 or near[home] == 0:
        return meets
    of_home = (at_home - 1) * (near[home] - 1) / size[home]
    of_others = (degree - at_home) * meets
    return float(min(_ALL_BUT_SURE, (of_home + of_others) / (degree - 1)))


def side_by_side(reached: Reached) -> Int32s:
    """``Reached`` with one row per signal, for one memory access."""
    return np.column_stack([each.astype(np.int32) for each in reached])


def sum_reach(rows: tuple[Int64s, Int32s], known: Int32s, voices: Voices, country: Int32s, n_blocks: int) -> UInt32s:
    """For each account and voice: the number of accounts, counted per signal, that share its signals.

    ``known`` is the result of ``side_by_side``. Returns (accounts, voices, 2): accounts of its own country at signals
    that are local there, and all others.
    """
    # at most the number of sightings
    reach = np.zeros((len(rows[0]) - 1, len(voices.family), 2), dtype=np.uint32)
    in_blocks(lambda block: _sum_in_block(rows, known, voices.second, country, (block, n_blocks), reach), n_blocks)
    return reach


@compiled
def _sum_in_block(
    rows: tuple[Int64s, Int32s], known: Int32s, second: Int8s, country: Int32s, block: tuple[int, int], reach: UInt32s
) -> None:
    account_start, signals = rows
    n_accounts = len(account_start) - 1
    for i in range(block[0] * n_accounts // block[1], (block[0] + 1) * n_accounts // block[1]):
        for e in range(account_start[i], account_start[i + 1]):
            t = np.uint32(signals[e])
            degree, home, at_home = known[t, 1], known[t, 2], known[t, 3]
            near = at_home - 1 if country[i] >= 0 and home == country[i] else 0
            for voice in (known[t, 0], np.int32(second[t])):
                if voice >= 0:
                    reach[i, voice, 0] += np.uint32(near)
                    reach[i, voice, 1] += np.uint32(degree - 1 - near)


NOT_ASKED = -2
"""A speaker for signals whose accounts in company are not needed."""

_TIMES_CHANCE = 2
"""A signal connects accounts if at least this multiple of the number by chance meet there: then at most half of them
meet by chance."""


def connected_pairs(
    graph: Graph,
    reached: Reached,
    trusted: Bools,
    speaker: Int8s,
    population: Population,
    limits: tuple[float, int, int],
    n_blocks: int,
) -> Floats:
    """For each signal: the share of its pairs that signals of other families connect, and of its accounts in company.

    Arguments are as for ``count_accompanied``. Returns (2, signals). ``limits`` is (surprise, smallest, typical). A
    trusted signal t connects its accounts within s, also indirectly, if chance brings so many of them there with a
    probability of at most ``surprise``, and at most half of them are there by chance. Signals of fewer than
    ``smallest`` accounts get 0.

    Up to ``typical`` accounts, both shares are that of the pairs. Beyond, an account is in company by the size of its
    component relative to ``typical``. It counts with weight 1 - E for the family ``speaker[s]`` (see
    ``count_accompanied``), and fully if that is -1: a family in which everybody has a companion is no evidence against
    it. With ``NOT_ASKED``, the share in company is that of the pairs.
    """
    share = np.zeros((2, len(graph[2]) - 1))
    told = take_entries(graph[:2], trusted)
    n_families = max(reached.family.max(initial=-1), speaker.max(initial=-1)) + 1  # there may be no signals at all
    families = np.arange(n_families, dtype=np.int8)
    of_all = Voices(families, np.full(len(reached.family), -1, dtype=np.int8))
    known = side_by_side(reached)
    is_asked = bool((speaker != NOT_ASKED).any())
    rows = graph[:2] if is_asked else (graph[0][:1], graph[1][:0])
    reach = sum_reach(rows, known, of_all, population.country, n_blocks)

    def connect(block: int) -> None:
        _connect_in_block(told, graph[2:], known, (speaker, reach), population, limits, (block, n_blocks), share)

    in_blocks(connect, n_blocks)
    return share


@compiled
def _connect_in_block(
    rows: tuple[Int64s, Int32s],
    columns: tuple[Int64s, Int32s],
    known: Int32s,
    heard_of: tuple[Int8s, UInt32s],
    population: Population,
    limits: tuple[float, int, int],
    block: tuple[int, int],
    share: Floats,
) -> None:
    """``connected_pairs`` for one block of signals. ``rows`` has trusted signals alone.

    ``known`` is the result of ``side_by_side``.
    """
    signal_start, accounts = columns
    told = rows[1]
    speaker, reach = heard_of
    n_accounts, country, n_there = population
    near = np.zeros(len(n_there), dtype=np.int64)
    surprise, smallest, typical = limits
    first, n_blocks = block
    low, high = np.empty(AT_ONCE + 1, dtype=np.int64), np.empty(AT_ONCE + 1, dtype=np.int64)
    begin = -AT_ONCE
    parents, sizes = _room_for_sets(signal_start)
    # Per signal t, above the turn of s: the number of accounts of s with it; then, with MET, the first of them.
    borne = np.zeros(len(known), dtype=np.uint64)
    for part in range(first, PARTS * n_blocks, n_blocks):
        for s in range(
            part_start(signal_start, part, PARTS * n_blocks), part_start(signal_start, part + 1, PARTS * n_blocks)
        ):
            start, end = signal_start[s], signal_start[s + 1]
            members = accounts[start:end]
            n = len(members)
            if n < smallest:
                continue
            turn = np.uint64(s + 1) << np.uint64(32)
            for at in range(start, end, AT_ONCE):
                begin = look_at(rows, accounts, (at, end), begin, low, high)
                for k in range(at - begin, min(end - begin, at - begin + AT_ONCE)):
                    for e in range(np.uint64(low[k]), np.uint64(high[k])):
                        t = np.uint32(told[e])
                        borne[t] = max(borne[t], turn) + np.uint64(1)
            meets = (n - 1) / max(1, n_accounts - 1)
            _count_near(members, country, near)
            parent, size = _alone(parents[:n], sizes[:n])
            for at in range(start, end, AT_ONCE):
                begin = look_at(rows, accounts, (at, end), begin, low, high)
                for k in range(at - begin, min(end - begin, at - begin + AT_ONCE)):
                    for e in range(np.uint64(low[k]), np.uint64(high[k])):
                        t = np.uint32(told[e])
                        if borne[t] - turn < 2:
                            continue
                        if borne[t] & MET == 0:
                            alone = known[t, 0] == known[s, 0]
                            if not alone:
                                others, trials = np.int64(borne[t] - turn) - 1, known[t, 1] - 1
                                there = _meet(known[t, 1], known[t, 2], known[t, 3], meets, n_there, near)
                                alone = others < _TIMES_CHANCE * trials * there
                                alone = alone or is_likely(others, trials, there, surprise)
                            borne[t] = turn if alone else turn | MET | np.uint64(begin + k - start)
                            continue
                        a, b = root_of(parent, np.int64(borne[t] & FIRST)), root_of(parent, begin + k - start)
                        if a != b:
                            parent[b] = a
                            size[a] += size[b]
            pairs = 0.0
            for p in range(n):
                if parent[p] == p:
                    pairs += size[p] * (size[p] - 1)
            share[0, s] = pairs / (n * (n - 1.0))
            share[1, s] = share[0, s]
            if n > typical and speaker[s] != NOT_ASKED:
                heard = (reach, speaker[s], (n - 1) / n_accounts)
                share[1, s] = _share_in_company(members, (parent, size), heard, (country, n_there, near), typical, low)
            _forget_near(members, country, near)


@compiled
def _room_for_sets(signal_start: Int64s) -> tuple[Int32s, Int64s]:
    """Arrays for the parent and the size of each account's component, as long as the longest signal."""
    most = longest_row(signal_start)
    return np.empty(most, dtype=np.int32), np.empty(most, dtype=np.int64)


@compiled
def _alone(parent: Int32s, size: Int64s) -> tuple[Int32s, Int64s]:
    """Make each account a component, in place. New arrays for each signal took a tenth of the time."""
    for p in range(len(parent)):
        parent[p], size[p] = p, 1
    return parent, size


@compiled
def _share_in_company(
    members: Int32s,
    pieces: tuple[Int32s, Int64s],
    heard: tuple[UInt32s, int, float],
    compatriots: tuple[Int32s, Floats, Int64s],
    typical: int,
    kept: Int64s,
) -> float:
    """The share of a signal's accounts in company, weighted as in ``connected_pairs``."""
    parent, size = pieces
    reach, speaker, meets = heard
    country, n_there, near = compatriots
    audible = 0.0
    in_company = 0.0
    for at in range(0, len(members), AT_ONCE):
        if speaker >= 0:
            _look_ahead(reach, members[at : at + AT_ONCE], speaker, kept)
        for p in range(at, min(len(members), at + AT_ONCE)):
            weight = 1.0
            if speaker >= 0:
                i = np.uint32(members[p])
                meets_there = _meets_compatriots(country[i], n_there, near)
                weight = exp(-(meets_there * reach[i, speaker, 0] + meets * reach[i, speaker, 1]))
            audible += weight
            in_company += weight * min(1.0, (size[root_of(parent, p)] - 1) / (typical - 1))
    return in_company / audible if audible > 0 else 0.0
