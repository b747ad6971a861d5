"""Measures the reference rates of the population (times, plans, countries) that groups are compared with.

They are part of the calibration, so that the working hours and plans of strangers do not change a ring.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from graphlink.config.pass_threshold import FAMILIES, needed_share
from graphlink.graph.observation_times import MINUTE, MINUTES_OF_DAY
from graphlink.model.families import CLIENT, CONTENT, DEVICE, IDENTITY, NETWORK, PAYMENT
from graphlink.model.times import NO_TIME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from graphlink.config.method import Method
    from graphlink.graph.observation_times import ObservationTimes
    from graphlink.model.arrays import Bools, Floats, Int64s
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite
    from graphlink.model.sightings import Accounts, Sightings
    from graphlink.model.signals import SignalType

_PLANS: Final = "plans"
_HOUR: Final = "hour/{}"
_JOINED: Final = "joined"
_USE: Final = "use"
_SPREAD: Final = "use/spread"
_COUNTRY: Final = "country"

_SHARED: Final = 0.02
"""Share of the accounts that share a value of a family with another account, from which on the export covers the
family."""
_TOLD_OF: Final = frozenset({NETWORK, CONTENT, IDENTITY, PAYMENT, DEVICE})
"""Addresses, prompts, mail domains, cards and devices: the families in which operators are known to share."""

_DECIMALS: Final = 6
"""Decimals of sums over all accounts, whose order may differ."""

FORTNIGHT: Final = 14
"""Days: enough for a farm to open its accounts, and too few for a company to grow."""

_RUSH = 0.2
"""Share of the population's sightings of a type in one hour of the day. Above it, the type's times are too coarse
(days, shifts of a log) to show who acts in step. People at their desks in one time zone have an eighth in their fullest
hour."""


def rates_of_accounts(
    sightings: Sightings, times: ObservationTimes, organisation_words: AbstractSet[str]
) -> dict[str, float]:
    """Measure the population's hours, plans, creation times, use and countries, where the export has them."""
    accounts = sightings.accounts
    rates = {
        _HOUR.format(each.name): share for each, share in zip(sightings.types, times.fullest.tolist(), strict=True)
    }
    stated = accounts.plan[accounts.plan >= 0]
    if len(stated):
        rates[_PLANS] = float(for_organisations(accounts, organisation_words)[stated].mean())
    created = accounts.created_at[accounts.created_at != NO_TIME]
    if len(created):
        rates[_JOINED] = _fullest_fortnight(created) / len(created)
    use = times.daily[~np.isnan(times.daily)]
    if len(use):
        rates |= {_USE: round(float(use.mean()), _DECIMALS), _SPREAD: round(float(use.std()), _DECIMALS)}
    country = accounts.country[accounts.country >= 0]
    if len(country):
        rates[_COUNTRY] = float(np.bincount(country).max() / len(country))
    return rates


def rate_of_shared_families(bipartite: Bipartite) -> dict[str, float]:
    """Count which of five families the export covers."""
    bits = np.where(bipartite.corroborates, 0, np.int32(1) << bipartite.family.astype(np.int32))[bipartite.signals]
    borne = np.flatnonzero(np.diff(bipartite.account_start))
    of_account = np.bitwise_or.reduceat(bits, bipartite.account_start[borne]) if len(borne) else bits
    told = [
        np.count_nonzero(of_account & 1 << family) >= _SHARED * bipartite.n_accounts
        for family, name in enumerate(bipartite.families)
        if name in _TOLD_OF and len(of_account)
    ]
    return {FAMILIES: float(sum(told))}


def needed_shares(families: Sequence[str], calibration: Calibration, method: Method) -> Floats:
    """The lower bound from which a signal passes, by family."""
    asked = method.passing_share, method.asked_of_many, calibration.habits
    return np.array([needed_share(family, *asked) for family in families], dtype=np.float64)


def says_more(types: Sequence[SignalType], rates: Mapping[str, float]) -> bool:
    """Whether the population's exports have more about accounts than places, texts and programs.

    A type that was added later does not change what was expected of a group.
    """
    return any(
        _HOUR.format(each.name) in rates and not each.coarse and each.family not in {NETWORK, CONTENT, CLIENT}
        for each in types
    )


def share_on_plans(rates: Mapping[str, float]) -> float:
    """Share on a plan for organisations, among the accounts with a known plan; NaN where no plan is known.

    Examples
    --------
    >>> share_on_plans({"plans": 0.125, "hour/ip": 0.1})
    0.125
    """
    return rates.get(_PLANS, float("nan"))


def share_who_joined(rates: Mapping[str, float]) -> float:
    """Share created in the fullest two weeks, among the accounts with a known creation time; 0 where none is known.

    Examples
    --------
    >>> share_who_joined({"joined": 0.5}), share_who_joined({})
    (0.5, 0.0)
    """
    return rates.get(_JOINED, 0.0)


def usual_use(rates: Mapping[str, float]) -> tuple[float, float]:
    """Mean and spread of log2 of sightings a day over the population; NaN where no times are known or all are equal."""
    spread = rates.get(_SPREAD, 0.0)
    return (rates[_USE], spread) if spread > 0 else (float("nan"), float("nan"))


def share_of_country(rates: Mapping[str, float]) -> float:
    """Share in the most common country, among the accounts with a known country; NaN where none is known."""
    return rates.get(_COUNTRY, float("nan"))


def _fullest_fortnight(created: Int64s) -> int:
    """The most accounts that were created within a calendar fortnight."""
    day = created // (MINUTES_OF_DAY * MINUTE)
    until = np.cumsum(np.bincount(day - day.min(), minlength=FORTNIGHT))
    return int((until[FORTNIGHT - 1 :] - np.concatenate([[0], until[:-FORTNIGHT]])).max())


def are_crowded(types: Sequence[SignalType], times: ObservationTimes, rates: Mapping[str, float]) -> Bools:
    """By type: whether its sightings crowd into one hour of the day. For a new type, this week's times decide."""
    pairs = zip(types, times.fullest.tolist(), strict=True)
    return np.array([rates.get(_HOUR.format(each.name), own) > _RUSH for each, own in pairs], dtype=np.bool_)


def for_organisations(accounts: Accounts, words: AbstractSet[str]) -> Bools:
    """By plan: whether a word of its name marks it as one for organisations. The last entry is for no plan."""
    in_plans = (re.split(r"\W+", name.casefold()) for name in accounts.plan_names)
    return np.array([*(not words.isdisjoint(each) for each in in_plans), False], dtype=np.bool_)
