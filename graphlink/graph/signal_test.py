"""Tests which signals join their accounts, and how much sharing one proves.

The test looks at what else a signal's accounts share. Twenty thousand strangers behind a carrier's address share
nothing else; the accounts of a ring behind one prompt do. A signal is not dropped because it is common, and not trusted
because it is rare.

People of one country share its networks, banks and time zone without knowing each other: three accounts with one range
of telephone numbers also share a carrier's address. The population is therefore stratified: for local signals, chance
draws companions from an account's own country, where this is stated.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.kernels.signal_test import NOT_ASKED, Population, Voices, connected_pairs, count_accompanied
from graphlink.engine.threads import map_threads, n_blocks
from graphlink.graph.reference_rates import needed_shares
from graphlink.model.calibration import Census
from graphlink.model.graph import BIT_SCALE, SignalTest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphlink.config.method import Method
    from graphlink.model.arrays import Bools, Floats, Int8s, Int64s
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite

_SMALL = 3
"""Up to this many accounts, a companion inside the signal is (nearly) the whole signal."""

SURE = 0.999
"""Highest probability that a signal can reach, about ten bits. The base rate has the same limit."""

_SMALLEST_COUNTRY = 0.005, 50
"""Least share and least number of accounts of a country. An account that states a country of its own does not become
what is usual there, nor does a ring that is all that a small export has of a country."""

_AT_ONCE = 1 << 14
"""Signals, or accounts, that are processed together: the data of this many stays in the processor's cache."""

_AT_MOST = 2
"""In the lower bound, pieces count for at most this many times the companions, so that a third of the accounts at least
must have some."""


@dataclass(frozen=True, slots=True, eq=False)
class Companions:
    """By signal: how many of its accounts share another signal, and what is usual."""

    bin_means: Mapping[str, float]
    """As ``Calibration.bin_means``."""
    best: BestFamily


def count_companions(bipartite: Bipartite, method: Method, known: Calibration | None = None) -> Companions:
    """Count, per signal, the accounts that share another signal, and keep the family with the strongest evidence.

    ``known`` is a frozen calibration: chance draws from its population, and its bin means are used. The full counts
    need several times the memory of the result.
    """
    counts = find_companions(bipartite, known.census if known else take_census(bipartite))
    bin_means = known.bin_means if known else _bin_means(bipartite, counts)
    return Companions(bin_means, _best_family(bipartite, counts, bin_means, method))


def mean_by_account(bipartite: Bipartite, share: Floats) -> Floats:
    """The mean share of each account's signals; 0 for an account without signals."""
    mean = np.empty(bipartite.n_accounts)

    def look(low: int) -> None:
        starts = bipartite.account_start[low : low + _AT_ONCE + 1]
        borne = np.diff(starts)
        account = np.repeat(np.arange(len(borne)), borne)
        total = np.bincount(account, share[bipartite.signals[starts[0] : starts[-1]]], minlength=len(borne))
        mean[low : low + _AT_ONCE] = total / np.maximum(borne, 1)

    map_threads(look, range(0, bipartite.n_accounts, _AT_ONCE))
    return mean


def take_census(bipartite: Bipartite) -> Census:
    """Count the accounts, and the accounts of each country above the least size of a country."""
    n_there = np.bincount(bipartite.country[bipartite.country >= 0], minlength=len(bipartite.country_names)).tolist()
    countries = zip(bipartite.country_names, n_there, strict=True)
    least = _fewest_compatriots(bipartite.n_accounts)
    return Census(bipartite.n_accounts, {name: n for name, n in countries if n > least})


def test_signals(bipartite: Bipartite, companions: Companions, calibration: Calibration, method: Method) -> SignalTest:
    """Estimate, per signal, which share of its accounts belong together, and how much sharing it proves.

    Two estimates are averaged. The first is the square of the share of accounts with a companion, beyond chance and
    base rate. It finds a ring that is careless in one family only, but also many small groups side by side. The second
    is the share of pairs that other signals connect. It tells small groups from a ring, but falls short where links are
    thin: a large ring then breaks into pieces. Pieces of households and desks are small, however, and those of a ring
    are not. In the lower bound of a signal with more than ``typical_group`` accounts, the second estimate is therefore
    the share of accounts in pieces of that size, up to twice the first. So a prompt is not a ring's if only a third of
    its accounts are. Accounts with no signals but those that nearly all accounts have are left out of both estimates.

    Parameters
    ----------
    bipartite
        The graph.
    companions
        The result of ``count_companions`` for this graph, with this calibration if it is frozen.
    calibration
        What depends on the population; frozen between sweeps.
    method
        Section ``[method]`` of the configuration.

    Returns
    -------
    SignalTest
        One entry per signal of the graph. ``bits`` are ``log2(q / (1 - q))`` plus the prior odds, where q is the
        probability that two accounts of the signal belong together. If the signal does not pass, they are at most its
        rarity.
    """
    best = companions.best
    trusted = _find_trusted(bipartite, best, calibration, method)
    small = bipartite.degree <= _SMALL
    beyond_base = _beyond(best.share, calibration.base_rate)
    accompanied = _beyond(best.lower, calibration.base_rate)
    speaker = np.where(accompanied > 0, best.family, np.int8(NOT_ASKED))  # without companions, only the pairs count
    connected, in_company = _connected(bipartite, calibration.census, trusted, speaker, method)
    together = np.where(small, best.share, (beyond_base**2 + connected) / 2)
    in_pieces = np.maximum(np.sqrt(connected), np.minimum(np.sqrt(in_company), _AT_MOST * accompanied))
    lower = np.where(small, best.lower, (accompanied + in_pieces) / 2)

    needed = needed_shares(bipartite.families, calibration, method)[bipartite.family]
    passes = (lower >= needed) & best.beyond_chance & ~bipartite.corroborates
    believed = np.clip(together, 1e-6, SURE)
    reputation = np.log2(believed / (1 - believed)) + calibration.prior_bits
    rarity = _rarity(bipartite, calibration.census)
    bits = np.where(
        passes, np.maximum(reputation, calibration.threshold_bits), np.maximum(np.minimum(reputation, rarity), 0)
    )
    return SignalTest(
        observed=best.observed,
        expected=best.expected,
        coordinated_share=np.where(small, together, np.sqrt(together)),
        lower_bound=np.clip(lower, 0, 1),
        family=best.family,
        passes=passes,
        bits=np.rint(bits * BIT_SCALE).astype(np.int64),
        siblings=np.zeros(bipartite.n_signals, dtype=np.int32),
        stock=np.full(bipartite.n_signals, -1, dtype=np.int32),
    )


def _find_trusted(bipartite: Bipartite, best: BestFamily, calibration: Calibration, method: Method) -> Bools:
    """By signal: whether it holds together by itself, judged by its companions or by its pairs."""
    everything, nobody = np.ones(bipartite.n_signals, dtype=np.bool_), np.full_like(best.family, NOT_ASKED)
    connected, _ = _connected(bipartite, calibration.census, everything, nobody, method)
    says = np.where(bipartite.degree <= _SMALL, best.share, _beyond(best.share, calibration.base_rate))
    return (says >= method.trusted_share) | (connected >= method.trusted_share)


@dataclass(frozen=True, slots=True, eq=False)
class BestFamily:
    """By signal: the family of other signals with the strongest evidence, and its counts."""

    family: Int8s
    observed: Floats
    expected: Floats
    share: Floats
    lower: Floats
    beyond_chance: Bools

    def of(self, some: slice) -> BestFamily:
        """Select some signals, as a view: writing to it writes to the whole."""
        return BestFamily(*(getattr(self, each.name)[some] for each in fields(self)))


def find_companions(bipartite: Bipartite, census: Census) -> Floats:
    """Count, per signal and voice (``voices_of``), accounts with a companion, their expected number, and its variance.

    ``census`` is the population that chance draws from. Returns (3, signals, voices).
    """
    population = population_of(bipartite, census)
    return count_accompanied(bipartite.csr, bipartite.reached, voices_of(bipartite), population, n_blocks())


def voices_of(bipartite: Bipartite) -> Voices:
    """The voices: each family with all its signals, and again with only its linking signals, unless all of them link.

    A bank's range has so many customers that nearly every account has a companion by it. Counted together, the range
    would hide what the cards show.
    """
    n_families = len(bipartite.families)
    mixed = np.unique(bipartite.family[bipartite.corroborates])
    second = np.full(n_families, -1, dtype=np.int8)
    second[mixed] = n_families + np.arange(len(mixed))
    speaks = np.where(bipartite.corroborates, np.int8(-1), second[bipartite.family])
    return Voices(np.concatenate([np.arange(n_families), mixed]).astype(np.int8), speaks)


def population_of(bipartite: Bipartite, census: Census) -> Population:
    """The population that chance draws from, as the kernels take it.

    If the census has no countries, as in the first calibrations, the accounts' countries are ignored too.
    """
    least = _fewest_compatriots(census.n_accounts)
    size = np.array([max(least, census.countries.get(name, 0)) for name in bipartite.country_names], dtype=np.float64)
    country = bipartite.country if census.countries else np.full_like(bipartite.country, -1)
    return Population(census.n_accounts, country, size)


def _fewest_compatriots(n_accounts: int) -> float:
    share, number = _SMALLEST_COUNTRY
    return max(share * n_accounts, number)


def _rarity(bipartite: Bipartite, census: Census) -> Floats:
    """Bits of the chance that another account has an account's signal; for a local signal, that a compatriot has it."""
    degree, home, at_home = bipartite.degree.astype(np.float64), bipartite.home, bipartite.at_home.astype(np.float64)
    share = degree / census.n_accounts
    local = np.flatnonzero((home >= 0) & bool(census.countries))
    size = population_of(bipartite, census).size[home[local]]
    at_home, degree = at_home[local], degree[local]
    share[local] = (at_home * at_home / size + (degree - at_home) * degree / census.n_accounts) / degree
    rarity: Floats = np.maximum(-np.log2(share), 0)
    return rarity


def _bin_means(bipartite: Bipartite, companions: Floats) -> dict[str, float]:
    """The usual coordinated share, by signal type, power of two of accounts, and family."""
    number, names = _bins(bipartite)
    means: dict[str, float] = {}
    degree = bipartite.degree
    for f, family in enumerate(bipartite.families):
        observed, expected, _ = companions[:, :, f]
        excess = np.bincount(number, observed - expected, minlength=len(names))
        audible = np.bincount(number, degree - expected, minlength=len(names))
        share = np.clip(excess / np.maximum(audible, 1e-9), 0, 1)
        means |= {f"{name}/{family}": round(float(value), 6) for name, value in zip(names, share, strict=True)}
    return means


def _bins(bipartite: Bipartite) -> tuple[Int64s, list[str]]:
    """The bin of each signal, and the bins' names "type/power of two"."""
    power = np.frexp(bipartite.degree)[1].astype(np.int64) - 1
    code = bipartite.signal_type.astype(np.int64) * 64 + power
    occurs = np.bincount(code) > 0
    number: Int64s = (np.cumsum(occurs) - 1)[code]
    return number, [f"{bipartite.types[each // 64].name}/{each % 64}" for each in np.flatnonzero(occurs).tolist()]


def _best_family(
    bipartite: Bipartite, companions: Floats, bin_means: Mapping[str, float], method: Method
) -> BestFamily:
    """The largest lower bound over the other families: a family without evidence cancels no other.

    In the same way, the neighbourhoods of a family and its other values do not cancel each other.
    """
    n_signals = bipartite.n_signals
    degree, family_of = bipartite.degree.astype(np.float64), bipartite.family
    number, names = _bins(bipartite)
    best = BestFamily(
        family=np.full(n_signals, -1, dtype=np.int8),
        observed=np.zeros(n_signals),
        expected=np.zeros(n_signals),
        share=np.zeros(n_signals),
        lower=np.full(n_signals, -np.inf),
        beyond_chance=np.zeros(n_signals, dtype=np.bool_),
    )
    spoken_by = voices_of(bipartite).family
    turns = np.argsort(spoken_by, kind="stable").tolist()  # on a tie the first family's counts remain
    usual = np.array([[bin_means.get(f"{name}/{bipartite.families[f]}", 0.0) for name in names] for f in spoken_by])

    def compare(low: int) -> None:
        some = slice(low, low + _AT_ONCE)
        here, family, n_accounts = best.of(some), family_of[some], degree[some]
        for voice in turns:
            observed, expected, variance = companions[:, some, voice]
            audible = np.maximum(n_accounts - expected, 0)
            pull = method.shrinkage
            share = np.clip((observed - expected + pull * usual[voice, number[some]]) / (audible + pull), 0, 1)
            spread = np.sqrt(variance + audible * share * (1 - share)) / (audible + pull)
            lower = share - method.caution * spread
            speaks = (family != spoken_by[voice]) & (audible >= np.maximum(1, method.audible_share * n_accounts))
            better = speaks & (lower > here.lower)
            here.family[better] = spoken_by[voice]
            here.observed[better] = observed[better]
            here.expected[better] = expected[better]
            here.share[better] = share[better]
            here.lower[better] = lower[better]
            here.beyond_chance[better] = (observed > expected + 2 * np.sqrt(variance))[better]

    map_threads(compare, range(0, n_signals, _AT_ONCE))
    return best


def _beyond(share: Floats, base_rate: float) -> Floats:
    """The part of a share that the base rate does not explain."""
    return np.clip((share - base_rate) / (1 - base_rate), 0, 1)


def _connected(
    bipartite: Bipartite, census: Census, trusted: Bools, speaker: Int8s, method: Method
) -> tuple[Floats, Floats]:
    """By signal: the share of its pairs that other signals connect, and the share of its accounts that are in pieces.

    Only ``trusted`` other signals count. Small signals, which are most, are tested by their companions alone and
    skipped here.
    """
    limits = (method.surprise, _SMALL + 1, method.typical_group)

    connected, in_company = connected_pairs(
        bipartite.csr, bipartite.reached, trusted, speaker, population_of(bipartite, census), limits, n_blocks()
    )
    return connected, in_company
