"""Sightings in, sightings out whose accounts have a country each: the one stated, or what divides people better.

Where no country is exported, or nearly everybody is of one, a clock's zone or a language says where somebody is. Which
type does is not asked: it is one of which nearly everybody has one value, and of whose values a few make up nearly all.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from graphlink.engine.kernels.basic import count_bearers
from graphlink.model.families import MANY, NETWORK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphlink.model.arrays import Int32s, Int64s, Wholes
    from graphlink.model.calibration import Calibration
    from graphlink.model.sightings import Accounts, Sightings
    from graphlink.model.signals import SignalType

_STATED: Final = 0.5
"""Share of the accounts that must state a country for it to divide them."""

_MOST: Final = 0.75
"""Nearly everybody."""

_LARGE: Final = 0.02
"""Share of all accounts that have one value, from which on many have."""

_BORNE: Final = 0.5
"""Part of what is borne of a type that must be values that many have."""

_AT_HOME: Final = 0.25
"""Part of what else is local that must stay at home."""

_TOGETHER: Final = 0.5
"""What stays at home: how often two who share it are of one country, from how often any two are (0) to always (1)."""


def stratify(sightings: Sightings, known: Calibration | None = None) -> Sightings:
    """Place accounts by what divides them best: the country that they state, or a type that does as countries do.

    A local type that names more than a network divides accounts as countries do where three quarters of them bear it,
    three quarters of those bear one value only, half of what they bear are values that a fiftieth of all accounts have,
    and a quarter of all else that is local stays at home: two accounts that share it have the same value more than
    half-way from as often as any two to always. What counts is what has the largest entropy, for it says most: the
    country if half of the accounts state one, or one of these types. Of several values of an account it is the one that
    was seen most often.

    ``known`` is a frozen calibration. Then it is what most accounts have one of its countries by, so that no week is
    divided in another way.
    """
    if not len(sightings.accounts):
        return sightings
    if known is None:
        return replace(sightings, accounts=max(_ways_to_divide(sightings), key=_entropy))
    return replace(
        sightings, accounts=max(_ways_known(sightings, known.countries), key=partial(_n_known, known.countries))
    )


def _ways_known(sightings: Sightings, known: Mapping[str, int]) -> Iterator[Accounts]:
    yield sightings.accounts
    for number, each in enumerate(sightings.types):
        if any(name.startswith(_name(each, "")) for name in known):
            yield _divide(sightings, number)


def _ways_to_divide(sightings: Sightings) -> Iterator[Accounts]:
    yield sightings.accounts
    degree = count_bearers(sightings.signal, len(sightings.signal_type))
    for number, each in enumerate(sightings.types):
        if each.local and each.family != NETWORK and _has_large_parts(sightings, degree, number):
            parts = _divide(sightings, number)
            if _is_home(sightings, degree, each.family, parts.country):
                yield parts


def _has_large_parts(sightings: Sightings, degree: Int32s, number: int) -> bool:
    """Whether most accounts bear a type, most of these one value, and many one of its larger values."""
    n_accounts = len(sightings.accounts)
    borne = degree[sightings.signal_type == number]
    large = borne[borne >= _LARGE * n_accounts].sum()
    if large < _BORNE * borne.sum() or borne.sum() < _MOST * n_accounts:
        return False
    per_account = np.bincount(sightings.account[_rows(sightings, number)])
    n_bearers = np.count_nonzero(per_account)
    return bool(n_bearers >= _MOST * n_accounts and np.count_nonzero(per_account == 1) >= _MOST * n_bearers)


def _is_home(sightings: Sightings, degree: Int32s, family: str, country: Wholes) -> bool:
    """Whether enough of what is local, and of other families, is borne by people of one country."""
    is_other = np.array([each.local and each.family != family for each in sightings.types], dtype=np.bool_)
    counted = (is_other[sightings.signal_type] & (degree >= MANY))[sightings.signal] & (country[sightings.account] >= 0)
    n_countries = int(country.max()) + 1
    place = sightings.signal[counted].astype(np.int64) * n_countries + country[sightings.account[counted]]
    places, n_there = np.unique(place, return_counts=True)
    n = np.bincount(places // n_countries, n_there, len(degree))
    n_met = np.bincount(places // n_countries, n_there * (n_there - 1), len(degree))
    share = np.bincount(country[country >= 0]) / np.count_nonzero(country >= 0)
    by_chance = float((share**2).sum())
    stays = n_met > (by_chance + _TOGETHER * (1 - by_chance)) * n * (n - 1)
    return bool(n[stays & (n > 1)].sum() >= _AT_HOME * max(n.sum(), 1))


def _divide(sightings: Sightings, number: int) -> Accounts:
    """Take for the country of each account its usual value of a type."""
    usual = usual_values(sightings, number)
    values = np.flatnonzero(sightings.signal_type == number)
    country = np.where(usual >= 0, np.searchsorted(values, usual), -1).astype(np.int32)
    texts = sightings.signal_value.take(values).to_pylist()
    names = tuple(_name(sightings.types[number], text) for text in texts)
    return replace(sightings.accounts, country=country, country_names=names)


def usual_values(sightings: Sightings, number: int) -> Int32s:
    """The value of a type that each account was seen with most often, the first of several; -1 where it has none."""
    rows = _rows(sightings, number)
    account, signal = sightings.account[rows], sightings.signal[rows]
    order = np.lexsort((signal, -sightings.count[rows].astype(np.int64), account))
    first = order[np.unique(account[order], return_index=True)[1]]
    usual = np.full(len(sightings.accounts), -1, dtype=np.int32)
    usual[account[first]] = signal[first]
    return usual


def _rows(sightings: Sightings, number: int) -> Int64s:
    return np.flatnonzero(sightings.signal_type[sightings.signal] == number)


def _name(of: SignalType, value: str) -> str:
    """What a country is called that is a value of a type."""
    return f"{of.name}={value}"


def _n_known(known: Mapping[str, int], accounts: Accounts) -> int:
    is_known = np.array([*(name in known for name in accounts.country_names), False], dtype=np.bool_)
    return int(np.count_nonzero(is_known[accounts.country]))


def _entropy(accounts: Accounts) -> float:
    """In bits; of what few state it says nothing."""
    n_there = np.bincount(accounts.country[accounts.country >= 0])
    if n_there.sum() < _STATED * len(accounts):
        return 0.0
    share = n_there[n_there > 0] / n_there.sum()
    return float(-(share * np.log2(share)).sum())
