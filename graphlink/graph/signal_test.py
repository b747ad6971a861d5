"""The bipartite graph in, the signal test out: which signals join their accounts, and how much sharing one proves.

A signal is judged by what else its accounts share. Twenty thousand strangers behind a carrier's address agree on
nothing else; a ring behind one prompt does. No signal is dropped for being popular, and none trusted for being rare.

People of one country share its networks, its banks and its time without knowing each other: three who have a range of
telephone numbers in common have a carrier's address in common as well. Of what is local, chance therefore draws
companions from an account's own country, where this is stated: the population is stratified.
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
"""No signal is believed more than this: ten bits. Nor is it taken for certain that everybody has a companion."""

_SMALLEST_COUNTRY = 0.005, 50
"""Share of all accounts that a country is taken to have at least, and how many: who states one of his own does not
become what is usual there, nor does a ring that is all that a small export has of a country."""

_AT_ONCE = 1 << 14
"""Signals, or accounts, that are looked at together: what is known of so many stays near the processor."""

_AT_MOST = 2
"""Pieces make up for at most twice what companions say, so that a third of the accounts at least must have some."""


@dataclass(frozen=True, slots=True, eq=False)
class Companions:
    """Of each signal, how many of its accounts share another signal, and what is usual."""

    bin_means: Mapping[str, float]
    """As ``Calibration.bin_means``."""
    best: BestFamily


def count_companions(bipartite: Bipartite, method: Method, known: Calibration | None = None) -> Companions:
    """Count, per signal, the accounts that share another signal, and keep the family that shows most.

    ``known`` is a frozen calibration: chance draws from its population, and it knows what is usual. All counts take
    several times the memory of what is kept.
    """
    counts = find_companions(bipartite, known.census if known else take_census(bipartite))
    bin_means = known.bin_means if known else _bin_means(bipartite, counts)
    return Companions(bin_means, _best_family(bipartite, counts, bin_means, method))


def mean_by_account(bipartite: Bipartite, share: Floats) -> Floats:
    """The mean share of the signals of each account, 0 of one that has none."""
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
    """Count the accounts, and those of each country that has more than any is taken to have."""
    n_there = np.bincount(bipartite.country[bipartite.country >= 0], minlength=len(bipartite.country_names)).tolist()
    countries = zip(bipartite.country_names, n_there, strict=True)
    least = _fewest_compatriots(bipartite.n_accounts)
    return Census(bipartite.n_accounts, {name: n for name, n in countries if n > least})


def test_signals(bipartite: Bipartite, companions: Companions, calibration: Calibration, method: Method) -> SignalTest:
    """Estimate for each signal which share of its accounts belong together, and what sharing it proves.

    Two estimates are averaged: how many accounts have a companion beyond chance and base rate, squared; and the share
    of pairs that other signals connect. The first hears a ring that is careless in one family only, but also many small
    groups side by side; the second tells those apart, but is deaf where links are thin: a large ring falls into pieces
    then. Pieces of households and desks are small, however, and those of a ring are not. So in the lower bound of a
    signal of more than ``typical_group`` accounts the second estimate is the share of accounts in pieces of that size,
    up to twice the first: a prompt of which a third of the accounts are a ring's is not the ring's. Accounts that bear
    nothing but what everybody bears are left out of it, as they are of the first.

    Parameters
    ----------
    bipartite
        The graph.
    companions
        What ``count_companions`` gives for this graph, with this calibration if it is frozen.
    calibration
        What depends on the population; frozen between sweeps.
    method
        Section ``[method]`` of the configuration.

    Returns
    -------
    SignalTest
        One entry per signal of the graph. ``bits`` are ``log2(q / (1 - q))`` plus the prior odds, q being the chance
        that two accounts of the signal belong together; where the signal does not pass, at most its rarity.
    """
    best = companions.best
    trusted = _find_trusted(bipartite, best, calibration, method)
    small = bipartite.degree <= _SMALL
    beyond_base = _beyond(best.share, calibration.base_rate)
    accompanied = _beyond(best.lower, calibration.base_rate)
    speaker = np.where(accompanied > 0, best.family, np.int8(NOT_ASKED))  # of whom companions say nothing, all is that
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
    """Which signals hold together by themselves, by their companions or by their pairs."""
    everything, nobody = np.ones(bipartite.n_signals, dtype=np.bool_), np.full_like(best.family, NOT_ASKED)
    connected, _ = _connected(bipartite, calibration.census, everything, nobody, method)
    says = np.where(bipartite.degree <= _SMALL, best.share, _beyond(best.share, calibration.base_rate))
    return (says >= method.trusted_share) | (connected >= method.trusted_share)


@dataclass(frozen=True, slots=True, eq=False)
class BestFamily:
    """What the family of other signals that speaks loudest for each signal says."""

    family: Int8s
    observed: Floats
    expected: Floats
    share: Floats
    lower: Floats
    beyond_chance: Bools

    def of(self, some: slice) -> BestFamily:
        """What is said of some signals: a view, so that what is noted there is noted here."""
        return BestFamily(*(getattr(self, each.name)[some] for each in fields(self)))


def find_companions(bipartite: Bipartite, census: Census) -> Floats:
    """For each signal and each voice (``voices_of``): accounts with a companion, how many by chance, and its variance.

    ``census`` is of the population that chance draws from. Returns (3, signals, voices).
    """
    population = population_of(bipartite, census)
    return count_accompanied(bipartite.csr, bipartite.reached, voices_of(bipartite), population, n_blocks())


def voices_of(bipartite: Bipartite) -> Voices:
    """Each family speaks with all of its signals, and once more with those alone that can link, unless all can.

    Of a bank's range so many are customers that nearly everybody has a companion by it, and what their cards say would
    drown.
    """
    n_families = len(bipartite.families)
    mixed = np.unique(bipartite.family[bipartite.corroborates])
    second = np.full(n_families, -1, dtype=np.int8)
    second[mixed] = n_families + np.arange(len(mixed))
    speaks = np.where(bipartite.corroborates, np.int8(-1), second[bipartite.family])
    return Voices(np.concatenate([np.arange(n_families), mixed]).astype(np.int8), speaks)


def population_of(bipartite: Bipartite, census: Census) -> Population:
    """Whom chance draws from, as the kernels take it.

    Of a census that knows no country, as those of the first calibrations, none of an account is known either.
    """
    least = _fewest_compatriots(census.n_accounts)
    size = np.array([max(least, census.countries.get(name, 0)) for name in bipartite.country_names], dtype=np.float64)
    country = bipartite.country if census.countries else np.full_like(bipartite.country, -1)
    return Population(census.n_accounts, country, size)


def _fewest_compatriots(n_accounts: int) -> float:
    share, number = _SMALLEST_COUNTRY
    return max(share * n_accounts, number)


def _rarity(bipartite: Bipartite, census: Census) -> Floats:
    """Bits of the chance that another account has a signal that one has; of a local one, that a compatriot has it."""
    degree, home, at_home = bipartite.degree.astype(np.float64), bipartite.home, bipartite.at_home.astype(np.float64)
    share = degree / census.n_accounts
    local = np.flatnonzero((home >= 0) & bool(census.countries))
    size = population_of(bipartite, census).size[home[local]]
    at_home, degree = at_home[local], degree[local]
    share[local] = (at_home * at_home / size + (degree - at_home) * degree / census.n_accounts) / degree
    rarity: Floats = np.maximum(-np.log2(share), 0)
    return rarity


def _bin_means(bipartite: Bipartite, companions: Floats) -> dict[str, float]:
    """What is usual: the coordinated share over all signals of a type and a power of two of accounts, by family."""
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
    """The largest lower bound over the other families: silence in one is no alibi for what another says.

    Nor is it that neighbourhoods of the family say nothing, where the things in it do, or the other way round.
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
    turns = np.argsort(spoken_by, kind="stable").tolist()  # of two that say as much, the first family's counts
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
    """The share of each signal's pairs that others connect, and of its accounts in company.

    Only ``trusted`` others are listened to. Small signals, most of all, are judged by their companions alone and not
    looked at.
    """
    limits = (method.surprise, _SMALL + 1, method.typical_group)

    connected, in_company = connected_pairs(
        bipartite.csr, bipartite.reached, trusted, speaker, population_of(bipartite, census), limits, n_blocks()
    )
    return connected, in_company
