"""Sightings in, sightings out whose types know which others say the same of people: a city, a postcode and a courier.

Families corroborate each other because they are independent: strangers who have one thing in common have another no
more often than any two. What the settings declare need not be so. Whoever lives in one city has its postcodes, its
shops and its couriers; who has one telephone has its system and its screen. Of types that describe people, rather than
tell them apart, this shows in the export, and those that say the same again count as one family. None of them is
what somebody has: as a bank's range of cards does, it corroborates, and never links by itself.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from graphlink.engine.kernels.basic import count_bearers
from graphlink.graph.strata import usual_values
from graphlink.model.families import MANY
from graphlink.model.signal_types import FAMILIES

if TYPE_CHECKING:
    from graphlink.model.arrays import Floats, Int32s, Int64s
    from graphlink.model.calibration import Calibration
    from graphlink.model.sightings import Sightings
    from graphlink.model.signals import SignalType

_DESCRIBED: Final = 0.25
"""Share of all accounts that bear such a value of a type, at least, if the type describes people."""

_TIMES: Final = 1.5
"""How many times as often as compatriots who share one value share the other, at least, if types say the same."""

_USUAL: Final = 0.75
"""Part of the accounts of a type's values that is looked at, where least is shared: rings are in the rest."""

_FEWEST: Final = 2
"""Families that tell people apart, at least: two must agree."""

_SAMPLE: Final = 100_000
"""Accounts that are looked at, at most: tens of thousands say it as well as millions."""


def merge_families(sightings: Sightings, known: Calibration | None = None) -> Sightings:
    """Give types that say the same of people one family to speak as.

    Looked at are types that link by themselves and of which a quarter of all accounts bear values that eight or more
    have, if one of them is of a family that is not built in: it is ``coarse`` from here on. Two say the same where
    accounts that share a value of one share one of the other half as often again as compatriots do, over the three
    quarters of the values where this is least. They join, the closest first, and so do those that theirs have joined;
    built-in families never do, since they are known to be independent.

    Where fewer than two families are left that tell people apart, all stays as it was: in a register of inventors whose
    every name, place and subject is of somebody who is there many times over, these are what there is to go by.

    ``known`` is a frozen calibration: no type counts otherwise because of who is there this week.
    """
    if known is not None:
        counted = [
            _as_it_counts(each, known.voices[each.name], coarse=known.coarse[each.name])
            if each.name in known.voices
            else each
            for each in sightings.types
        ]
        return replace(sightings, types=tuple(counted))
    if all(each.family in FAMILIES for each in sightings.types):
        return sightings
    numbers = _descriptive(sightings)
    own = {sightings.types[number].name for number in numbers if sightings.types[number].family not in FAMILIES}
    if not own:
        return sightings
    sample = np.arange(0, len(sightings.accounts), -(-len(sightings.accounts) // _SAMPLE))
    values = {number: usual_values(sightings, number)[sample] for number in numbers}
    country = sightings.accounts.country[sample].astype(np.int64)
    found = [
        _Alike(max(lifts), one, other)
        for one, other in combinations(numbers, 2)
        if sightings.types[one].family != sightings.types[other].family
        and max(lifts := _lifts(values[one], values[other], country)) >= _TIMES
    ]
    voices = _join(sightings, sorted(found, key=lambda each: (-each.times, *each[1:])))
    types = tuple(
        _as_it_counts(each, voices[each.family], coarse=each.coarse or each.name in own) for each in sightings.types
    )
    tell_apart = {each.voice for each in types if not each.coarse}
    return replace(sightings, types=types) if len(tell_apart) >= _FEWEST else sightings


def _as_it_counts(told: SignalType, voice: str, *, coarse: bool) -> SignalType:
    """A type as it counts here: one that is coarse as it was told names a neighbourhood and describes nobody."""
    return replace(told, kin=voice, coarse=coarse, describes=coarse and not told.coarse)


class _Alike(NamedTuple):
    times: float
    one: int
    other: int


def _descriptive(sightings: Sightings) -> list[int]:
    """The types of which many accounts bear a value that many have."""
    degree = count_bearers(sightings.signal, len(sightings.signal_type))
    n_accounts = len(sightings.accounts)
    found = []
    for number, each in enumerate(sightings.types):
        is_common = (sightings.signal_type == number) & (degree >= MANY)
        if not (each.coarse or each.tells_apart) and degree[is_common].sum() >= _DESCRIBED * n_accounts > 0:
            bearers = np.zeros(n_accounts, dtype=np.bool_)
            bearers[sightings.account[is_common[sightings.signal]]] = True
            if bearers.sum() >= _DESCRIBED * n_accounts:
                found.append(number)
    return found


def _lifts(one: Int32s, other: Int32s, country: Int64s) -> tuple[float, float]:
    """How many times as often as compatriots accounts share the other value that share the one, and the reverse."""
    both = (one >= 0) & (other >= 0)
    _, place = np.unique(country[both], return_inverse=True)
    mine, theirs = _cells(place, one[both]), _cells(place, other[both])
    met = _cells(mine, other[both])
    return _lift(met, mine, theirs, place), _lift(met, theirs, mine, place)


def _cells(outer: Int64s, inner: Int32s | Int64s) -> Int64s:
    """Number the combinations of two numbers."""
    width = int(inner.max(initial=0)) + 1
    number: Int64s = np.unique(outer.astype(np.int64) * width + inner, return_inverse=True)[1]
    return number


def _lift(met: Int64s, mine: Int64s, theirs: Int64s, place: Int64s) -> float:
    """Pairs of accounts that share both values by those that would by chance, where this is least."""
    n = np.bincount(mine)
    chance = _pairs_within(theirs, place) / np.maximum(_pairs(np.bincount(place)), 1)
    where = np.zeros(len(n), dtype=np.int64)
    where[mine] = place
    shared, expected = _pairs_within(met, mine), _pairs(n) * chance[where]
    many = np.flatnonzero((n >= MANY) & (expected > 0))
    order = many[np.argsort(shared[many] / expected[many], kind="stable")]
    usual = order[np.cumsum(n[order]) <= _USUAL * n[order].sum()]
    return float(shared[usual].sum() / expected[usual].sum()) if len(usual) else 0.0


def _pairs(n: Int64s) -> Floats:
    pairs: Floats = n * (n - 1.0)
    return pairs


def _pairs_within(cells: Int64s, whole: Int64s) -> Floats:
    """Pairs of accounts of one cell, added up over the cells of each whole."""
    n = np.bincount(cells)
    of = np.zeros(len(n), dtype=np.int64)
    of[cells] = whole
    return np.bincount(of, _pairs(n), int(whole.max(initial=-1)) + 1).astype(np.float64)


def _join(sightings: Sightings, alike: list[_Alike]) -> dict[str, str]:
    """The family that each speaks as: the built-in one of those that are alike, or else the first."""
    families = {each.family: {each.family} for each in sightings.types}
    for _, one, other in alike:
        mine, theirs = (families[sightings.types[number].family] for number in (one, other))
        if mine is not theirs and not (mine & set(FAMILIES) and theirs & set(FAMILIES)):
            mine |= theirs
            families |= dict.fromkeys(mine, mine)
    return {family: min(joined, key=lambda name: (name not in FAMILIES, name)) for family, joined in families.items()}
