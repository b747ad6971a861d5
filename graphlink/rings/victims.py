"""Finds possible victims: accounts that had their values before their community, or were taken over for some days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from graphlink.engine.arrays import distinct, find_ranges, spread, take_rows
from graphlink.model.families import LARGEST_HOUSEHOLD
from graphlink.model.signals import Provenance
from graphlink.model.times import NO_TIME
from graphlink.model.weeks import DAY

if TYPE_CHECKING:
    from graphlink.model.arrays import Bools, Int32s, Int64s
    from graphlink.model.sightings import Sightings

_FRAMING = 3
"""Least number of others who took an account's value, for it to look framed: one or two are a pair that happened to
meet."""

_OWNERS = 3
"""Most accounts that had a value before a ring took it: two people, a desk."""

_WIDESPREAD = 0.05
"""Share of a community with a value taken from a framed account: fewer would not tie the account to the whole
community."""

_EPISODE, _BEFORE, _LIVED = 7 * DAY, 28 * DAY, 7 * DAY
"""An account counts as taken over if all its ties came and went within ``_EPISODE``, if it was made, or seen,
``_BEFORE`` earlier, and if it had a life of its own for ``_LIVED``. Accounts that an operator keeps until they are old
are not used meanwhile. An export of four weeks shows no life before them, only that the account is older, and how it
goes on."""

_SEEN_BEFORE = 14 * DAY
"""Length of an account's own life before the episode, from which on it looks taken over if its creation time is
unknown: it is at least as old as it was seen to be. On trial worlds half the victims were seen so long before, and one
in a hundred of the accounts in rings that warm accounts up."""

_SETTLINGS = 10
"""Most rounds in which homes are tested: each value that is found to be none may show that another is none."""

_RAIDS = 3
"""Accounts that look taken over, from which on it is no accident: one or two of a household came home late."""

_RAIDED = 0.25
"""Share of a community that was taken over, or looks so, from which on accounts that lay idle before count as well. In
a ring of bought accounts a few in a thousand look taken over."""


def find_first(ties: pd.DataFrame, signals: pd.DataFrame) -> pd.DataFrame:
    """Whether an account had every widespread value that ties it a day or more before its community did.

    The others may then have taken its values, and nothing shows that it took theirs. Up to three accounts may have been
    first, since a value is often two people's or a desk's. A day passes before the next account comes, and no longer
    time between any of the later ones: of values that an operator deals out over months, too, some account has each
    first. The household of the first account goes with it: the accounts that share its private values. Values that an
    account shares with a few, such as its own household that was drawn in with it, count for neither side if it shares
    a value with more. Unknown times do not count as first.
    """
    inside = signals["inside"].to_numpy()
    widespread = inside > np.maximum(_FRAMING, _WIDESPREAD * signals["size"].to_numpy())
    row, account, seen = _by_time(ties[widespread[ties["row"]]])
    begins = np.flatnonzero(np.diff(row, prepend=-1))
    size = np.diff(begins, append=len(row))
    known = seen != NO_TIME
    place = np.arange(len(row)) - np.repeat(begins, size)
    n_later = np.repeat(size, size) - 1 - place
    wait = np.roll(seen, -1) - np.where(known, seen, 0)
    apart = wait >= np.maximum(DAY, _longest_after(wait, place, begins, size))
    last_of_first = known & (place < _OWNERS) & (n_later >= _FRAMING) & apart
    n_first = np.maximum.reduceat(np.where(last_of_first, place + 1, 0), begins)
    at_homes = ties[inside[ties["row"]] <= 2 * LARGEST_HOUSEHOLD]  # of a household, and of strangers who came since
    leads = known & ((place < np.repeat(n_first, size)) | _is_at_home(row, account, seen, at_homes))
    of_many = inside[row] > LARGEST_HOUSEHOLD
    counts = of_many | ~(np.bincount(account, of_many) > 0)[account]
    follows = np.bincount(account, counts & ~leads) > 0
    asked = distinct(account)
    return pd.DataFrame({"came_first": ~follows[asked]}, index=asked)


def find_taken_over(members: pd.DataFrame, ties: pd.DataFrame, signals: pd.DataFrame, sightings: Sightings) -> Bools:
    """By member: whether it was taken over for some days, with others or alone.

    Accounts that were taken over may share a home or an office with each other. It ties them as the ring's values do,
    but is no part of the episode. Accounts that an operator keeps until they are old may share a place in the same way.
    Nobody takes over most of a ring that has members of its own: if most of a community would be victims only because
    homes are left out, they are its own members.
    """
    group = members["community"].to_numpy()
    strictly, but_homes = (
        with_their_company(find_episodes(of, sightings).reindex(members["account"], fill_value=False), group)
        for of in (ties, _but_homes(ties, signals, sightings))
    )
    n_members, n_strictly, n_but_homes = (np.bincount(group, each) for each in (None, strictly, but_homes))
    are_its_own = (n_but_homes > n_members / 2) & (n_strictly <= n_members / 2)
    found: Bools = np.where(are_its_own[group], strictly, but_homes)
    return found


def _but_homes(ties: pd.DataFrame, signals: pd.DataFrame, sightings: Sightings) -> pd.DataFrame:
    """Leave out ties to homes and offices: values of few, or mostly of others, that were there a day before all else.

    This must hold for all members with the value, and all other ties of each must be an episode of some days.
    """
    inside, outside = signals["inside"].to_numpy(), signals["outside"].to_numpy()
    row, account, sighting = (ties[name].to_numpy() for name in ("row", "account", "sighting"))
    first, last = sightings.first_seen[sighting], sightings.last_seen[sighting]
    homes = (inside <= LARGEST_HOUSEHOLD) | (outside > inside)
    for _ in range(_SETTLINGS):
        rest = ~homes[row]
        came, went = (np.full(account.max(initial=-1) + 1, each) for each in (np.iinfo(np.int64).max, NO_TIME))
        np.minimum.at(came, account[rest], first[rest])
        np.maximum.at(went, account[rest], last[rest])
        brief = (came != NO_TIME) & (went != NO_TIME) & (went < came + _EPISODE)
        lived_there = brief[account] & (first != NO_TIME) & (first + DAY <= came[account])
        none = homes & (np.bincount(row, ~lived_there, minlength=len(homes)) > 0)
        if not none.any():
            break
        homes &= ~none
    else:
        return ties
    kept: pd.DataFrame = ties[rest]
    return kept


def find_episodes(ties: pd.DataFrame, sightings: Sightings) -> pd.DataFrame:
    """Test whether all ties of an account are an episode of some days in a longer life of its own.

    Its own life is what the provider observed of it, without ties, before the episode. If there was any, the time after
    the episode counts as well: an account that goes home again need not go to the same home. ``lay_idle`` marks older
    accounts whose own life was not observed: taken over, or bought. If the age of an account is unknown, the first
    sighting of its own life gives a least age, which is seldom four weeks. Such an account ``looks_taken`` after two
    weeks, as do accounts that were taken over, and may have lain idle after one. Unknown times do not count.
    """
    account, sighting = ties["account"].to_numpy(), ties["sighting"].to_numpy()
    order = np.argsort(account)
    account, sighting = account[order], sighting[order]
    begins = np.flatnonzero(np.diff(account, prepend=-1))
    if not len(begins):
        nobody = np.zeros(0, dtype=np.bool_)
        return pd.DataFrame({"taken_over": nobody, "looks_taken": nobody, "lay_idle": nobody}, index=account)
    came = np.minimum.reduceat(sightings.first_seen[sighting], begins)
    went = np.maximum.reduceat(sightings.last_seen[sighting], begins)
    brief = np.flatnonzero((came != NO_TIME) & (went < came + _EPISODE))
    tied = account[begins]
    row, of = spread(*find_ranges(sightings.account, tied[brief]))
    of = brief[of]

    are_observed = np.array([each.provenance is Provenance.OBSERVED for each in sightings.types], dtype=np.bool_)
    first, last = sightings.first_seen[row], sightings.last_seen[row]
    seen = are_observed[sightings.signal_type[sightings.signal[row]]] & (first != NO_TIME)
    before = seen & (first < came[of])  # no tie is before
    has_lived = np.bincount(of, before, minlength=len(tied)) > 0
    own = before | (seen & (first > went[of]) & has_lived[of])
    of, first, last = of[own], first[own], last[own]
    created = sightings.accounts.created_at[tied]
    since, until = np.full(len(tied), np.iinfo(np.int64).max), np.full(len(tied), NO_TIME)
    np.minimum.at(since, of, first)
    without = last - (went - came)[of]  # if a life goes on after the episode, all of it but the episode
    np.maximum.at(until, of, np.where(last < came[of], last, np.where(last > went[of], without, first)))
    dated, owns = created != NO_TIME, np.unique(of)
    begun = np.where(dated, np.minimum(since, created), since)
    age = np.zeros(len(tied), dtype=np.int64)
    age[owns] = came[owns] - begun[owns]
    lived = np.zeros(len(tied), dtype=np.bool_)
    lived[owns] = until[owns] - since[owns] >= _LIVED
    taken = lived & (age >= _BEFORE)
    looks_taken = taken | (lived & ~dated & (age >= _SEEN_BEFORE))
    idle = ~dated & (age >= _LIVED)
    idle[brief] |= (dated & (created <= came - _BEFORE))[brief]
    return pd.DataFrame({"taken_over": taken, "looks_taken": looks_taken, "lay_idle": idle & ~taken}, index=tied)


def with_their_company(members: pd.DataFrame, group: Int32s) -> Bools:
    """By member: whether it was taken over, strictly or with others.

    If a quarter of a community looks so, accounts that lay idle before count as well. An account of unknown age only
    looks taken over, which one or two of a household do by accident.
    """
    taken, looks_taken, idle = (members[name].to_numpy() for name in ("taken_over", "looks_taken", "lay_idle"))
    n_taken, n_look_so = (np.bincount(group, each) for each in (taken, looks_taken))
    raided = np.where(n_look_so < _RAIDS, n_taken, n_look_so) >= _RAIDED * np.bincount(group)
    found: Bools = taken | (idle & raided[group])
    return found


def _by_time(ties: pd.DataFrame) -> tuple[Int64s, Int64s, Int64s]:
    """Rows, accounts and first times of ties, by row, and by time within each row."""
    row, account, seen = (ties[name].to_numpy() for name in ("row", "account", "first_seen"))
    order = np.argsort(row << 32 | account)
    row, account, seen = row[order], account[order], seen[order]
    by_time = np.argsort(seen)
    later = np.append(False, seen[by_time[1:]] != seen[by_time[:-1]])
    moment = np.empty_like(row)
    moment[by_time] = np.cumsum(later[: len(row)])
    order = np.argsort(row << 32 | moment, kind="stable")
    return row[order], account[order], seen[order]


def _longest_after(wait: Int64s, place: Int64s, begins: Int64s, size: Int64s) -> Int64s:
    """For the first positions of each row, the longest wait between successive later accounts; 0 if there are none."""
    longest = np.zeros_like(wait)
    if not len(begins):
        return longest
    is_last = place == np.repeat(size, size) - 1
    for first in range(_OWNERS):
        later = np.maximum.reduceat(np.where((place > first) & ~is_last, wait, 0), begins)
        longest = np.where(place == first, np.repeat(later, size), longest)
    return longest


def _is_at_home(row: Int64s, account: Int64s, seen: Int64s, at_homes: pd.DataFrame) -> Bools:
    """By tie: whether its account was of the household of the row's first account, a day before any stranger came.

    The household are the accounts that share a home with the first: its value of few accounts that has most of these,
    or one with no more than a few before the row's first stranger came. A ring that took a family's card may come to
    its address as well. An account that got the value, or came to live there, after a stranger had the value may belong
    to either.
    """
    if not (len(row) and len(at_homes)):
        return np.zeros(len(row), dtype=np.bool_)
    begins = np.flatnonzero(np.diff(row, prepend=-1))
    size = np.diff(begins, append=len(row))
    home = _homes(row[begins], account[begins], at_homes)
    home_of = np.full(row[-1] + 1, -1)
    home_of[row[begins]] = home

    order = np.argsort(at_homes["account"].to_numpy() << 32 | at_homes["row"].to_numpy())
    lodger, lodging, moved_in = (at_homes[name].to_numpy()[order] for name in ("account", "row", "first_seen"))
    at_home = np.zeros(len(row), dtype=np.bool_)
    asked = np.flatnonzero(home_of[row] >= 0)
    place = np.searchsorted(lodger << 32 | lodging, account[asked] << 32 | home_of[row[asked]])
    place = np.minimum(place, len(lodger) - 1)
    at_home[asked] = (lodger[place] == account[asked]) & (lodging[place] == home_of[row[asked]])
    n_strangers = np.add.reduceat(~at_home, begins, dtype=np.int64)
    came = np.minimum.reduceat(np.where(at_home, np.iinfo(np.int64).max, seen), begins)
    began = np.where(seen[begins] != NO_TIME, seen[begins], came)
    alone = (n_strangers >= _FRAMING) & (came - began >= DAY)
    alone &= _n_lodgers(home, came, at_homes) <= LARGEST_HOUSEHOLD
    since = seen.copy()
    since[asked] = np.minimum(seen[asked], moved_in[place])
    before: Bools = at_home & np.repeat(alone, size) & (since != NO_TIME) & (since < np.repeat(came, size))
    return before


def _homes(row: Int64s, first: Int64s, at_homes: pd.DataFrame) -> Int64s:
    """The value, as a row, that the first account of each row shares with its household; -1 where there is none.

    Of several values it is the one with most accounts up to a household, or else the one with fewest; never the row
    itself.
    """
    lodger, lodging = at_homes["account"].to_numpy(), at_homes["row"].to_numpy()
    n_bearers = np.bincount(lodging)[lodging]
    preferred = np.where(n_bearers <= LARGEST_HOUSEHOLD, LARGEST_HOUSEHOLD - n_bearers, n_bearers)
    best_first = lodging[np.lexsort((lodging, preferred, lodger))]
    n_lodgings = np.bincount(lodger, minlength=int(first.max(initial=-1)) + 1)
    begins = np.cumsum(n_lodgings) - n_lodgings
    last = max(len(best_first) - 1, 0)
    best, second = (best_first[np.minimum(begins[first] + place, last)] for place in (0, 1))
    is_own = best == row
    has_one = n_lodgings[first] > is_own
    return np.where(has_one, np.where(is_own, second, best), -1)


def _n_lodgers(home: Int64s, until: Int64s, at_homes: pd.DataFrame) -> Int64s:
    """Count the accounts at each home before some time."""
    lodging = at_homes["row"].to_numpy()
    moved_in = at_homes["first_seen"].to_numpy()[np.argsort(lodging)]
    n_lodgers = np.bincount(lodging, minlength=home.max() + 1)
    homed = np.flatnonzero(home >= 0)
    since = take_rows(moved_in, np.append(0, np.cumsum(n_lodgers)), home[homed])
    of = np.repeat(homed, n_lodgers[home[homed]])
    return np.bincount(of, since < until[of], minlength=len(home)).astype(np.int64)
