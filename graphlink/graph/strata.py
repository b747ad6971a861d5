"""Stratifies the population: gives each account a country, the stated one or a value that divides people better.

If no country is exported, or nearly all accounts have the same one, a clock's zone or a language shows where an account
is. The right type is found in the data: nearly all accounts have one value of it, and a few values cover nearly all.
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
"""Share that counts as nearly all accounts."""

_LARGE: Final = 0.02
"""Share of all accounts from which on a value is large."""

_BORNE: Final = 0.5
"""Share of a type's sightings that must be of large values."""

_AT_HOME: Final = 0.25
"""Share of the other local sightings that must stay at home."""

_TOGETHER: Final = 0.5
"""Threshold for staying at home: how often two accounts that share a value are of one country, from as often as any two
(0) to always (1)."""


def stratify(sightings: Sightings, known: Calibration | None = None) -> Sightings:
    """Divide accounts by the stated country, or by a type that divides them better in the same way.

    A local type other than a network divides accounts if all of these hold: three quarters of them have it; three
    quarters of those have only one value; half of its sightings are of values that a fiftieth of all accounts have; and
    a quarter of the sightings of other local types stay at home. A value stays at home if two accounts that share it
    have the same country more often than half-way from as often as any two to always. Of the stated country, if half of
    the accounts state one, and these types, the one with the largest entropy is used. If an account has several values,
    the one seen most often counts.

    ``known`` is a frozen calibration. The division that matches its countries for most accounts is then used, so that
    every week is divided in the same way.
    """
    if not len(sightings.accounts):
        return sightings
    if known is None:
        return replace(sightings, accounts=max(_ways_to_divide(sightings), key=_entropy))
    countries = known.countries
    return replace(sightings, accounts=max(_ways_known(sightings, countries), key=partial(_n_known, countries)))


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
    """Whether most accounts have a type, most of these one value, and many of its sightings are of large values."""
    n_accounts = len(sightings.accounts)
    borne = degree[sightings.signal_type == number]
    large = borne[borne >= _LARGE * n_accounts].sum()
    if large < _BORNE * borne.sum() or borne.sum() < _MOST * n_accounts:
        return False
    per_account = np.bincount(sightings.account[_rows(sightings, number)])
    n_bearers = np.count_nonzero(per_account)
    return bool(n_bearers >= _MOST * n_accounts and np.count_nonzero(per_account == 1) >= _MOST * n_bearers)


def _is_home(sightings: Sightings, degree: Int32s, family: str, country: Wholes) -> bool:
    """Whether enough of the sightings of other local families stay within one country."""
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
    """Use each account's usual value of a type as its country."""
    usual = usual_values(sightings, number)
    values = np.flatnonzero(sightings.signal_type == number)
    country = np.where(usual >= 0, np.searchsorted(values, usual), -1).astype(np.int32)
    texts = sightings.signal_value.take(values).to_pylist()
    names = tuple(_name(sightings.types[number], text) for text in texts)
    return replace(sightings.accounts, country=country, country_names=names)


def usual_values(sightings: Sightings, number: int) -> Int32s:
    """By account: the value of a type that it was seen with most often, the first of several; -1 where it has none."""
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
    """The name of a country that is a value of a type."""
    return f"{of.name}={value}"


def _n_known(known: Mapping[str, int], accounts: Accounts) -> int:
    is_known = np.array([*(name in known for name in accounts.country_names), False], dtype=np.bool_)
    return int(np.count_nonzero(is_known[accounts.country]))


def _entropy(accounts: Accounts) -> float:
    """In bits; 0 if too few accounts state a country."""
    n_there = np.bincount(accounts.country[accounts.country >= 0])
    if n_there.sum() < _STATED * len(accounts):
        return 0.0
    share = n_there[n_there > 0] / n_there.sum()
    return float(-(share * np.log2(share)).sum())
