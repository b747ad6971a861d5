"""Merges families of signal types that describe the same thing about people: a city, a postcode and a courier.

Families corroborate each other because they are independent: strangers who share a value of one family share a value of
another no more often than any two people. Declared types need not be independent. People in one city share its
postcodes, shops and couriers; people with one telephone model share its system and its screen. For types that describe
people, rather than tell them apart, the export shows this dependence. Dependent types count as one family. Such a type
corroborates, as a bank's range of cards does, and never links accounts by itself.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

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
"""Least share of all accounts that have a common value of a type, for the type to describe people."""

_TIMES: Final = 1.5
"""Least lift for two types to be merged: accounts that share a value of one share a value of the other at least this
many times as often as compatriots do."""

_USUAL: Final = 0.75
"""Part of the accounts of a type's values that is compared, from the values with the lowest lift. Rings are in the
rest."""

_FEWEST: Final = 2
"""Least number of families that must still tell people apart: a link needs two that agree."""

_SAMPLE: Final = 100_000
"""Most accounts that are compared: tens of thousands give the same result as millions."""


def merge_families(sightings: Sightings, known: Calibration | None = None) -> Sightings:
    """Give dependent signal types one common family.

    A type is compared if it links accounts by itself and a quarter of all accounts have values of it that eight or more
    accounts share. A compared type of a family that is not built in becomes ``coarse``. Two types are dependent if
    accounts that share a value of one share a value of the other at least 1.5 times as often as compatriots do. This is
    measured over the three quarters of the values where it is lowest. Dependent families join, the closest first,
    together with those that either has already joined. Built-in families never join each other, since they are known to
    be independent.

    If fewer than two families that tell people apart are left, nothing changes. In a register of inventors, for
    example, every name, place and subject occurs many times, and the method needs them all.

    ``known`` is a frozen calibration. Its families are used, so that this week's accounts do not change how a type
    counts.
    """
    if known is not None:
        voices, coarse = known.voices, known.coarse
        counted = (
            _as_it_counts(each, voices[each.name], coarse=coarse[each.name]) if each.name in voices else each
            for each in sightings.types
        )
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
        (max(lifts), one, other)
        for one, other in combinations(numbers, 2)
        if sightings.types[one].family != sightings.types[other].family
        and max(lifts := _lifts(values[one], values[other], country)) >= _TIMES
    ]
    voices = _join(sightings, sorted(found, key=lambda each: (-each[0], *each[1:])))
    types = tuple(
        _as_it_counts(each, voices[each.family], coarse=each.coarse or each.name in own) for each in sightings.types
    )
    tell_apart = {each.counts_as for each in types if not each.coarse}
    return replace(sightings, types=types) if len(tell_apart) >= _FEWEST else sightings


def _as_it_counts(told: SignalType, voice: str, *, coarse: bool) -> SignalType:
    """A type with its merged family. A type that was declared coarse names a neighbourhood and describes nobody."""
    return replace(told, merged_into=voice, coarse=coarse, describes=coarse and not told.coarse)


def _descriptive(sightings: Sightings) -> list[int]:
    """The types with common values that many accounts have."""
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
    """The lift of the second values among accounts that share the first, and the reverse.

    The lift is how many times as often as compatriots these accounts share the other value.
    """
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
    """Pairs of accounts that share both values, divided by those expected by chance, where this ratio is least."""
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
    """Count the pairs of accounts within each cell, and sum them over the cells of each whole."""
    n = np.bincount(cells)
    of = np.zeros(len(n), dtype=np.int64)
    of[cells] = whole
    return np.bincount(of, _pairs(n), int(whole.max(initial=-1)) + 1).astype(np.float64)


def _join(sightings: Sightings, alike: list[tuple[float, int, int]]) -> dict[str, str]:
    """The merged family of each family: the built-in one if one has joined, else the first by name.

    ``alike`` are the lift and the numbers of two dependent types, the largest lift first.
    """
    families = {each.family: {each.family} for each in sightings.types}
    for _, one, other in alike:
        mine, theirs = (families[sightings.types[number].family] for number in (one, other))
        if mine is not theirs and not (mine & set(FAMILIES) and theirs & set(FAMILIES)):
            mine |= theirs
            families |= dict.fromkeys(mine, mine)
    return {family: min(joined, key=lambda name: (name not in FAMILIES, name)) for family, joined in families.items()}
