"""The compiled loops of the signal test: what else the accounts of each signal share."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphlink.kernel_cache import compiled
from graphlink.kernels import AT_ONCE, FIRST, MET, PARTS, find_rows, is_likely, part_start, root_of, take_entries
from graphlink.together import in_blocks

if TYPE_CHECKING:
    from graphlink.model import Bools, Floats, Int8s, Int32s, Int64s, UInt32s
    from graphlink.signal_batch import Graph, Reached


_ALL_BUT_SURE = 1 - 1e-6
"""Of nothing is the chance taken to be larger."""


class Population(NamedTuple):
    """Whom chance draws companions from: all accounts, or those of the same country."""

    n_accounts: int
    country: Int32s
    """Of each account, -1 where none is stated."""
    size: Floats
    """Accounts of each country."""


class Voices(NamedTuple):
    """What is counted apart: each family, and once more those signals of it that can link, where not all of it can."""

    family: Int8s
    """Of each voice; the first are those of the families themselves, in their order."""
    second: Int8s
    """Of each signal the further voice that it speaks with, -1 if none."""


def count_companions(graph: Graph, reached: Reached, voices: Voices, population: Population, n_blocks: int) -> Floats:
    """For each signal and each voice of another family: accounts with a companion, how many by chance, its variance.

    ``graph`` is (account_start, signals, signal_start, accounts). It may hold the accounts of the first signals only:
    these are looked at, and of the others no more is known than ``reached``. Returns (3, signals, voices).

    An account of signal s has a companion in a family when it shares one of that family's signals with another account
    of s; by chance that happens with E = 1 - exp(-(n - 1)/N * sum of (d - 1) over its signals in the family). Of a
    local signal whose home is the account's country c, the d_c accounts there count with (n_c - 1)/N_c: those of s who
    are there.
    """
    found = np.zeros((3, len(graph[2]) - 1, len(voices.family)))
    reach = sum_reach(graph[:2], reached, voices, population.country, n_blocks)

    def count(block: int) -> None:
        _count_in_block(graph, reached.family, voices, reach, population, (block, n_blocks), found)

    in_blocks(count, n_blocks)
    return found


@compiled
def _count_in_block(
    graph: Graph,
    family: Int8s,
    voices: Voices,
    reach: UInt32s,
    population: Population,
    block: tuple[int, int],
    found: Floats,
) -> None:
    """Count what ``count_companions`` gives for the signals of a block, the first number of ``block`` of the second."""
    account_start, signals, signal_start, accounts = graph
    rows = (account_start, signals)
    of, second = voices
    n_voices = len(of)
    near = np.zeros(len(population.size), dtype=np.int64)
    first, n_blocks = block
    low, high = np.empty(AT_ONCE + 1, dtype=np.int64), np.empty(AT_ONCE + 1, dtype=np.int64)
    borne = np.zeros(len(family), dtype=np.uint32)  # 2 s + 1: by one account of s, 2 s + 2: by several
    mine = np.empty((n_voices, 3))
    for part in range(first, PARTS * n_blocks, n_blocks):
        for s in range(
            part_start(signal_start, part, PARTS * n_blocks), part_start(signal_start, part + 1, PARTS * n_blocks)
        ):
            members = accounts[signal_start[s] : signal_start[s + 1]]
            once, again = np.uint32(2 * s + 1), np.uint32(2 * s + 2)
            for at in range(0, len(members), AT_ONCE):
                for k in range(find_rows(rows, members[at:], low, high)):
                    for e in range(np.uint64(low[k]), np.uint64(high[k])):
                        t = np.uint32(signals[e])
                        borne[t] = again if borne[t] >= once else once
            meets = (len(members) - 1) / population.n_accounts
            _count_near(members, population.country, near)
            mine[:] = 0
            for at in range(0, len(members), AT_ONCE):
                for k in range(find_rows(rows, members[at:], low, high)):
                    hit = 0
                    for e in range(np.uint64(low[k]), np.uint64(high[k])):
                        t = np.uint32(signals[e])
                        if borne[t] == again:
                            hit |= 1 << family[t]
                            if second[t] >= 0:
                                hit |= 1 << second[t]
                    i = members[at + k]
                    for v in range(n_voices):
                        if reach[i, v, 0] + reach[i, v, 1] > 0 and of[v] != family[s]:
                            by_chance = 1 - np.exp(-_expect(i, reach[i, v], meets, population, near))
                            mine[v, 0] += hit >> v & 1
                            mine[v, 1] += by_chance
                            mine[v, 2] += by_chance * (1 - by_chance)
            _forget_near(members, population.country, near)
            for v in range(n_voices):  # one by one: an assignment of slices takes three seconds to compile
                for k in range(3):
                    found[k, s, v] = mine[v, k]


@compiled
def _count_near(members: Int32s, country: Int32s, near: Int64s) -> None:
    """How many of some accounts are of each country, in place."""
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
def _expect(i: int, of_family: UInt32s, meets: float, population: Population, near: Int64s) -> float:
    """How many companions account i is expected to have, of those counted ``near`` or of all of its signal."""
    _, country, size = population
    compatriots = (near[country[i]] - 1) / size[country[i]] if country[i] >= 0 else 0.0
    return float(compatriots * of_family[0] + meets * of_family[1])


@compiled
def _meet(t: np.uint32, meets: float, reached: Reached, population: Population, near: Int64s) -> float:
    """The chance that an account of signal t is among those counted ``near``, if any other is by ``meets``."""
    _, degree, home, at_home = reached
    if home[t] < 0 or near[home[t]] == 0:
        return meets
    of_home = (at_home[t] - 1) * (near[home[t]] - 1) / population.size[home[t]]
    of_others = (degree[t] - at_home[t]) * meets
    return float(min(_ALL_BUT_SURE, (of_home + of_others) / (degree[t] - 1)))


def sum_reach(rows: tuple[Int64s, Int32s], reached: Reached, voices: Voices, country: Int32s, n_blocks: int) -> UInt32s:
    """For each account and voice: how many accounts, counted once a signal, share the account's signals with it.

    Returns (accounts, voices, 2): those of its own country who bear what is local there, and all others.
    """
    # no more than there are sightings
    reach = np.zeros((len(rows[0]) - 1, len(voices.family), 2), dtype=np.uint32)
    in_blocks(lambda block: _sum_in_block(rows, reached, voices.second, country, (block, n_blocks), reach), n_blocks)
    return reach


@compiled
def _sum_in_block(
    rows: tuple[Int64s, Int32s],
    reached: Reached,
    second: Int8s,
    country: Int32s,
    block: tuple[int, int],
    reach: UInt32s,
) -> None:
    account_start, signals = rows
    family, degree, home, at_home = reached
    n_accounts = len(account_start) - 1
    for i in range(block[0] * n_accounts // block[1], (block[0] + 1) * n_accounts // block[1]):
        for e in range(account_start[i], account_start[i + 1]):
            t = signals[e]
            near = at_home[t] - 1 if country[i] >= 0 and home[t] == country[i] else 0
            for voice in (family[t], second[t]):
                if voice >= 0:
                    reach[i, voice, 0] += np.uint32(near)
                    reach[i, voice, 1] += np.uint32(degree[t] - 1 - near)


_TIMES_CHANCE = 2
"""Times as many accounts as would meet by chance, for a signal to connect them: then no more than half of them may be
there by chance."""


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

    Graph, signals and population are as for ``count_companions``. Returns (2, signals). ``limits`` is (surprise,
    smallest, typical). A trusted signal t connects its accounts within s, however indirectly, when so many of them
    would meet there by chance with a probability of at most ``surprise``, and half of them at most do by chance.
    Signals of fewer than ``smallest`` accounts are not looked at, and get nothing.

    Up to ``typical`` accounts, both shares are that of the pairs. Beyond, an account is in company as far as those it
    is connected with make up ``typical`` accounts; and it counts by the chance, 1 - E, that silence of the family
    ``speaker[s]`` about it would have told anything (see ``count_companions``).
    """
    share = np.zeros((2, len(graph[2]) - 1))
    told = take_entries(graph[:2], trusted)
    families = np.arange(reached.family.max(initial=-1) + 1, dtype=np.int8)
    of_all = Voices(families, np.full(len(reached.family), -1, dtype=np.int8))
    reach = sum_reach(graph[:2], reached, of_all, population.country, n_blocks)

    def connect(block: int) -> None:
        _connect_in_block(told, graph[2:], reached, (speaker, reach), population, limits, (block, n_blocks), share)

    in_blocks(connect, n_blocks)
    return share


@compiled
def _connect_in_block(
    rows: tuple[Int64s, Int32s],
    columns: tuple[Int64s, Int32s],
    reached: Reached,
    heard_of: tuple[Int8s, UInt32s],
    population: Population,
    limits: tuple[float, int, int],
    block: tuple[int, int],
    share: Floats,
) -> None:
    """Give what ``connected_pairs`` does for the signals of a block; ``rows`` holds trusted signals alone."""
    signal_start, accounts = columns
    family, degree = reached.family, reached.degree
    speaker, reach = heard_of
    near = np.zeros(len(population.size), dtype=np.int64)
    surprise, smallest, typical = limits
    first, n_blocks = block
    low, high = np.empty(AT_ONCE + 1, dtype=np.int64), np.empty(AT_ONCE + 1, dtype=np.int64)
    # Of each signal t, above the turn of s: how many accounts of s bear it; then, by MET, the first of them.
    borne = np.zeros(len(family), dtype=np.uint64)
    for part in range(first, PARTS * n_blocks, n_blocks):
        for s in range(
            part_start(signal_start, part, PARTS * n_blocks), part_start(signal_start, part + 1, PARTS * n_blocks)
        ):
            members = accounts[signal_start[s] : signal_start[s + 1]]
            n = len(members)
            if n < smallest:
                continue
            turn = np.uint64(s + 1) << np.uint64(32)
            for at in range(0, n, AT_ONCE):
                for k in range(find_rows(rows, members[at:], low, high)):
                    for e in range(np.uint64(low[k]), np.uint64(high[k])):
                        t = np.uint32(rows[1][e])
                        borne[t] = max(borne[t], turn) + np.uint64(1)
            meets = (n - 1) / max(1, population.n_accounts - 1)
            _count_near(members, population.country, near)
            parent = np.arange(n).astype(np.int32)
            size = np.ones(n, dtype=np.int64)
            for at in range(0, n, AT_ONCE):
                for k in range(find_rows(rows, members[at:], low, high)):
                    for e in range(np.uint64(low[k]), np.uint64(high[k])):
                        t = np.uint32(rows[1][e])
                        if borne[t] - turn < 2:
                            continue
                        if borne[t] & MET == 0:
                            others, trials = np.int64(borne[t] - turn) - 1, degree[t] - 1
                            there = _meet(t, meets, reached, population, near)
                            alone = family[t] == family[s] or others < _TIMES_CHANCE * trials * there
                            alone = alone or is_likely(others, trials, there, surprise)
                            borne[t] = turn if alone else turn | MET | np.uint64(at + k)
                            continue
                        a, b = root_of(parent, np.int64(borne[t] & FIRST)), root_of(parent, at + k)
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
                    i, among_all = members[p], (n - 1) / population.n_accounts
                    weight = 1.0
                    if speaker[s] >= 0:
                        weight = exp(-_expect(i, reach[i, speaker[s]], among_all, population, near))
                    heard += weight
                    in_company += weight * min(1.0, (size[root_of(parent, p)] - 1) / (typical - 1))
                share[1, s] = in_company / heard if heard > 0 else 0.0
            _forget_near(members, population.country, near)
