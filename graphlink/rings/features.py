"""Computes the traits of each group from its evidence: the facts that tell an operator from an honest organisation.

One idea is behind them: one value holds an honest group together, and many hold a ring. A company has one domain, one
card and one office, and no reason to diversify. An operator must change the values that could identify the accounts,
and then owns them, since few strangers use them. Traits measure how many values hold a group together, how far one
dominates, and how the accounts came, live and pay. A trait is NaN if the export lacks its data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from graphlink.engine.arrays import distinct, find_ranges, spread
from graphlink.engine.kernels.basic import count_bearers, widen_extents
from graphlink.graph.observation_times import MINUTE, MINUTES_OF_DAY, MINUTES_OF_HOUR, minute_of_day
from graphlink.graph.reference_rates import (
    FORTNIGHT,
    are_crowded,
    for_organisations,
    says_more,
    share_of_country,
    share_on_plans,
    share_who_joined,
    usual_use,
)
from graphlink.model.families import (
    CLIENT,
    CONTENT,
    DEVICE,
    LARGEST_HOUSEHOLD,
    LASTING,
    MAIL_DOMAIN,
    MANY,
    NETWORK,
    OF_ORGANISATIONS,
    PAYMENT,
)
from graphlink.model.findings import EDGE
from graphlink.model.groups import Holdings, Traits
from graphlink.model.times import NO_TIME
from graphlink.rings.overlap_features import (
    apart,
    are_of_one_home,
    housed,
    keyed,
    nested,
    paired,
    parts_of,
    settled,
    within_firms,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from graphlink.graph.observation_times import ObservationTimes
    from graphlink.model.arrays import Bools, Floats, Int32s, Int64s, Keys
    from graphlink.model.calibration import Calibration
    from graphlink.model.groups import Evidence
    from graphlink.model.sightings import Accounts, Sightings
    from graphlink.model.signals import SignalType

_MOST = 0.5
"""Share of an export's accounts on such plans, above which these are the usual plans of customers."""

_HARDLY_SOLD = 0.01
"""Share of an export's accounts on such plans, below which having none is no evidence. A quarter of a trial world's
accounts are of companies, campuses and courses, and below this share hardly one in twenty of those would have such a
plan."""

_LARGE, _GLUED = 20, 0.2
"""Members of a large group, and share of them that must have one of the group's own values. If none has so many, a
value needs three accounts to describe the group: among a large vendor's customers some pairs coincide in anything, and
are found because they do. Two cells of an operator also have a prompt of their own."""

_NEW = 120
"""Days: an account that was older when last seen was not opened for its present use. Campaigns that providers have
reported ran for two weeks to three months."""


_NEARLY_ALL = 0.999
"""Share of the accounts whose creation defines the end of an export without dated sightings. The rest may have wrong
dates, such as the year 9999."""

_IMAGINED = 2
"""Members that vary as the whole population does, added to those of a group."""

_ONE_COUNTRY = 0.8
"""Share of the population in one country, above which countries are no evidence."""

_AT_ONCE = 1 << 17
"""Members whose sightings are processed together."""


def describe_groups(  # noqa: PLR0913  what is known beside the evidence
    evidence: Evidence,
    sightings: Sightings,
    calibration: Calibration,
    times: ObservationTimes,
    anyones: Bools,
    account_trace: Keys,
    *,
    disposable: Bools,
    reserved: Bools,
    organisation_plans: AbstractSet[str],
) -> Traits:
    """Describe each community by its own signals and by its accounts.

    Parameters
    ----------
    evidence
        The shared signals, their accounts, and the members.
    calibration
        The population that groups are compared with. It is frozen, so that strangers do not change a group.
    times
        The times of the sightings.
    anyones
        By signal of the graph: a value that anyone may have (a public or disposable mail provider). It ties accounts
        together and is no evidence of an organisation.
    account_trace
        By account: a key that orders it independently of its name (``Bipartite.account_trace``).
    disposable
        By signal of the sightings: a mail domain that gives an address for an hour.
    reserved
        By signal of the sightings: a mail domain that only an institution gets.
    organisation_plans
        Words that mark the names of plans for organisations.

    Returns
    -------
    Traits
        If half of the members with any address were at one of the group's own, the holdings leave out others'
        addresses.
    """
    described = _are_described(evidence)
    members = evidence.members[described]
    size = np.bincount(members["community"], minlength=len(evidence.size))
    rates = calibration.habits
    created = sightings.accounts.created_at[members["account"]]
    first, last = _seen(members, sightings, times)
    then = np.where(last == NO_TIME, _end(sightings.accounts, times), last)
    is_new = then - created <= _NEW * MINUTES_OF_DAY * MINUTE
    lately = _bursts(members, created, is_new, size)
    usual = share_who_joined(rates)
    signals, types = evidence.signals, sightings.types
    ties = evidence.ties[evidence.ties["account"].isin(members["account"])]
    parts = parts_of(ties, signals, types, size, anyones, account_trace)
    taken_over = evidence.members.loc[evidence.members["taken_over"] & ~described, "account"]
    its_doing = evidence.ties.loc[evidence.ties["account"].isin(taken_over), "row"].value_counts()
    telling = _telling(ties, signals, types, size, anyones, its_doing)
    devices, places = _count_values(members, sightings, (DEVICE, NETWORK))
    for_an_hour, not_for_sale = _shares_of_domains(members, sightings, (disposable, reserved), size)
    return Traits(
        holdings=_holdings(telling, ties, size),
        size=size,
        rush=np.maximum(lately - usual, 0.0) / (1.0 - usual or 1.0),
        life=_lives(members, created, (first, last), times, size),
        organisation_plans=_plans(members, sightings.accounts, organisation_plans, rates, size),
        disposable=for_an_hour,
        reserved=not_for_sale,
        nested=nested(parts, types, size),
        worded=within_firms(parts, types, size, CONTENT),
        apart=apart(parts, types, size),
        housed=housed(parts, types, size, PAYMENT),
        settled=settled(parts, types, size),
        keyed=keyed(parts, types, size),
        roofed=housed(parts, types, size, DEVICE),
        paired=paired(parts, types, size),
        in_step=_in_step(ties, signals, size, sightings.types, times, rates),
        even_use=_even_use(members, times, rates, size),
        heavy_use=_heavy_use(members, times, rates, size),
        own_devices=_own_devices(devices, members, size),
        moving=_moving(places, members, (first, last), size),
        elsewhere=_elsewhere(places, members, ties, signals, types, size),
        one_country=_one_country(members, sightings.accounts, rates, size),
        says_more=says_more(sightings.types, rates),
    )


def share_by_family(evidence: Evidence, masks: Int64s, families: Sequence[str]) -> Floats:
    """Share of each group's members whose set of families, a bit mask, has each family in it."""
    group, n_groups = evidence.members["community"].to_numpy(), len(evidence.size)
    total = np.maximum(1, np.bincount(group, minlength=n_groups))
    share = np.zeros((n_groups, len(families)))
    for f in range(len(families)):
        share[:, f] = np.bincount(group, (masks >> f) & 1, minlength=n_groups) / total
    return share


def _are_described(evidence: Evidence) -> Bools:
    """By member: whether it describes its group.

    Peripheral members do not. If most of the group was taken over, the members taken over count as well: a raid, or the
    first week of a ring that bought its accounts, has hardly any others. If all members are peripheral, all count.
    """
    of, taken = (evidence.members[name].to_numpy() for name in ("community", "taken_over"))
    n_members, n_taken = np.bincount(of), np.bincount(of, taken)
    is_raid = (n_taken > LARGEST_HOUSEHOLD) & (2 * n_taken >= n_members)
    above = (evidence.members["tier"].to_numpy() < EDGE) | (taken & is_raid[of])
    described: Bools = above | (np.bincount(of, above) == 0)[of]
    return described


def _telling(
    ties: pd.DataFrame,
    signals: pd.DataFrame,
    types: tuple[SignalType, ...],
    size: Int64s,
    anyones: Bools,
    its_doing: pd.Series[int],
) -> pd.DataFrame:
    """The signals that describe a community, their number of members, and whether they are the community's own.

    Accounts that the ring took over have a signal because of the ring, and do not count as outside: ``its_doing``
    counts them by signal.
    """
    borne = ties.groupby("row").size()
    signals = signals.loc[borne.index].assign(borne=borne)
    signals["degree"] = signals["inside"] + signals["outside"] - its_doing.reindex(signals.index, fill_value=0)
    loose = _is_loose(signals, size)[signals["community"]]
    signals = signals[(signals["borne"] > 1 + loose) & ~anyones[signals["signal"]]]
    signals = signals[~_is_elsewhere(signals, ties, types)]
    signals = signals[~are_of_one_home(signals, ties, types, size)]
    signals["is_own"] = signals["borne"] * 2 > signals["degree"]
    return signals


def _holdings(signals: pd.DataFrame, ties: pd.DataFrame, size: Int64s) -> Holdings:
    community, kind, borne, degree = (
        signals[name].to_numpy(dtype=np.int64) for name in ("community", "type", "borne", "degree")
    )
    owned = np.where(signals["is_own"], borne, 0)
    names, number, n_values = np.unique(community << 16 | kind, return_inverse=True, return_counts=True)
    total, square, n_own, n_with = np.zeros((4, len(names)), dtype=np.int64)
    for found, each in ((total, borne), (square, borne**2), (n_own, owned > 0), (n_with, degree)):
        np.add.at(found, number, each)
    top, top_owned = np.zeros((2, len(names)), dtype=np.int64)
    np.maximum.at(top, number, borne)
    np.maximum.at(top_owned, number, owned)
    members_of = size[names >> 16]
    return Holdings(
        community=names >> 16,
        type=names & 0xFFFF,
        cover=_count_bearers(signals, ties, number, len(names)) / members_of,
        top=top / members_of,
        top_owned=top_owned / members_of,
        n_values=n_values,
        n_own=n_own,
        effective=total**2 / square,
        owned=total / n_with,
    )


def _count_bearers(signals: pd.DataFrame, ties: pd.DataFrame, number: Int64s, n_numbers: int) -> Int64s:
    """Count the accounts with any of the signals of each number, which signals are given."""
    of_row = np.full(int(ties["row"].max()) + 1 if len(ties) else 0, -1, dtype=np.int64)
    of_row[signals.index] = number
    of_tie, account = of_row[ties["row"]], ties["account"].to_numpy(dtype=np.int64)
    borne = distinct((of_tie << 32 | account)[of_tie >= 0])
    return np.bincount(borne >> 32, minlength=n_numbers)


def _is_elsewhere(signals: pd.DataFrame, ties: pd.DataFrame, types: tuple[SignalType, ...]) -> Bools:
    """Find the addresses that do not describe their group, because it has addresses of its own.

    Half of its members with any address must be at addresses that are mostly its own and on many of its members. People
    of one office also have a carrier, and most accounts of its addresses are others.
    """
    at_places = np.array([each.family == NETWORK and not each.coarse for each in types], dtype=np.bool_)
    place = at_places[signals["type"].to_numpy(dtype=np.int64)]
    mostly_here = (2 * signals["borne"] > signals["degree"]).to_numpy()
    own = place & mostly_here & (signals["borne"] >= MANY).to_numpy()
    n_groups = int(signals["community"].max()) + 1 if len(signals) else 0
    group = signals["community"].to_numpy(dtype=np.int64)
    n_there, n_at_own = (_count_bearers(signals[chosen], ties, group[chosen], n_groups) for chosen in (place, own))
    elsewhere: Bools = place & ~mostly_here & (2 * n_at_own >= n_there)[group]
    return elsewhere


def _is_loose(signals: pd.DataFrame, size: Int64s) -> Bools:
    """By group: whether it is large and no value of its own is on many members."""
    own = signals[2 * signals["borne"] > signals["degree"]]
    widest = np.zeros(len(size), dtype=np.int64)
    np.maximum.at(widest, own["community"].to_numpy(dtype=np.int64), own["borne"].to_numpy(dtype=np.int64))
    return (size >= _LARGE) & (widest < _GLUED * size)


def _bursts(members: pd.DataFrame, created: Int64s, counted: Bools, size: Int64s) -> Floats:
    """Share in the fullest two weeks of the counted members, among the members with a known creation time."""
    known = created != NO_TIME
    group = members["community"].to_numpy(dtype=np.int64)
    n_known = np.bincount(group[known], minlength=len(size))
    known &= counted
    fullest = _fullest(group[known], created[known] // MINUTE, FORTNIGHT * MINUTES_OF_DAY, len(size))
    return np.where(n_known >= np.maximum(2, 0.5 * size), fullest / np.maximum(n_known, 1), np.nan)


def _end(accounts: Accounts, times: ObservationTimes) -> int:
    """The end of the export: its last sighting, or the time when nearly all accounts were made if none is dated."""
    if times.end != NO_TIME:
        return times.end
    created = np.sort(accounts.created_at[accounts.created_at != NO_TIME])
    return int(created[int(_NEARLY_ALL * (len(created) - 1))]) if len(created) else NO_TIME


def _in_step(
    ties: pd.DataFrame,
    signals: pd.DataFrame,
    size: Int64s,
    types: tuple[SignalType, ...],
    times: ObservationTimes,
    rates: Mapping[str, float],
) -> Floats:
    """Share of the members first seen with one text or program in the same hour of the day: one schedule runs them.

    After Cao et al., *Uncovering Large Groups of Active Malicious Accounts* (SynchroTrap, CCS 2014): strangers do not
    stay in step.
    """
    scheduled = np.array([each.family in (CONTENT, CLIENT) and not each.coarse for each in types], dtype=np.bool_)
    scheduled &= ~are_crowded(types, times, rates)
    kinds = signals["type"].to_numpy(dtype=np.int64)
    ties = ties[scheduled[kinds[ties["row"]]]]
    row, first = ties["row"].to_numpy(), ties["first_seen"].to_numpy()
    known = first != NO_TIME
    in_hour = _fullest_hour(row[known], first[known], len(kinds))
    found, told = np.zeros(len(size)), np.zeros(len(size), dtype=np.int64)
    group = signals["community"].to_numpy(dtype=np.int64)
    np.maximum.at(found, group, np.maximum(in_hour - 2, 0))
    np.maximum.at(told, group, np.bincount(row[known], minlength=len(kinds)))
    return np.where(told >= np.maximum(1, 0.5 * size), found / np.maximum(size, 1), np.nan)


def _fullest_hour(group: Int64s, times: Int64s, n_groups: int) -> Int64s:
    """The most of a group's times within one hour of the day, which may run over midnight."""
    minute = minute_of_day(times)
    early = minute < MINUTES_OF_HOUR
    line = np.concatenate((minute, minute[early] + MINUTES_OF_DAY))
    return _fullest(np.concatenate((group, group[early])), line, MINUTES_OF_HOUR - 1, n_groups)


def _fullest(group: Int64s, minutes: Int64s, width: int, n_groups: int) -> Int64s:
    """The most of a group's times within a stretch of this width, both its ends included."""
    # One sorted line for all groups: a group's times are moved past those of the group before it.
    stride = int(np.ptp(minutes)) + 2 * width if len(minutes) else 0
    line = minutes + group * stride
    order = np.argsort(line)
    line = line[order]
    inside = np.searchsorted(line, line + width, side="right") - np.arange(len(line))
    fullest = np.zeros(n_groups, dtype=np.int64)
    np.maximum.at(fullest, group[order], inside)
    return fullest


def _seen(members: pd.DataFrame, sightings: Sightings, times: ObservationTimes) -> tuple[Int64s, Int64s]:
    """The first and last time that each member was seen. A creation time without sightings counts as the first only."""
    first, last = (np.full(len(members), NO_TIME, dtype=np.int64) for _ in range(2))
    for member, rows in _sighted(members, sightings):
        first_seen, last_seen = sightings.first_seen[rows], sightings.last_seen[rows]
        last_seen[~times.dated[sightings.signal_type[sightings.signal[rows]]]] = NO_TIME
        widen_extents(member, (first_seen, last_seen), NO_TIME, (first, last))
    return first, last


def _lives(
    members: pd.DataFrame, created: Int64s, seen: tuple[Int64s, Int64s], times: ObservationTimes, size: Int64s
) -> Floats:
    """Median days between an account's first and last sighting, if they are known for half of the members.

    Less than a week counts as known only if the export could have shown more. An account seen in its last week may come
    again. An account seen in its first week, with an unknown creation time, may have come before. The result is rounded
    as it is shown, to tenths of a day.
    """
    first, last = seen
    week = LASTING * MINUTES_OF_DAY * MINUTE
    over = ((created != NO_TIME) | (first >= times.start + week)) & (last <= times.end - week)
    known = (first != NO_TIME) & (last != NO_TIME) & (over | (last - first >= week))
    group = members["community"].to_numpy()[known]
    days = (last[known] - first[known]) / (MINUTES_OF_DAY * MINUTE)
    medians = pd.Series(days).groupby(group).median().reindex(np.arange(len(size))).to_numpy()
    return np.where(np.bincount(group, minlength=len(size)) >= 0.5 * size, np.round(medians, 1), np.nan)


class _Counts(NamedTuple):
    """By member: how many values of a family it has."""

    n: Int64s
    n_lone: Int64s
    """Of these, the values that no other account has."""


def _count_values(members: pd.DataFrame, sightings: Sightings, families: Sequence[str]) -> list[_Counts]:
    """Count the members' values of each family in one pass over their sightings."""
    n_members, n_bearers = len(members), count_bearers(sightings.signal, len(sightings.signal_type))
    chosen = [np.array([each.family == family and not each.coarse for each in sightings.types]) for family in families]
    found = [_Counts(*np.zeros((2, n_members), dtype=np.int64)) for _ in families]
    for member, rows in _sighted(members, sightings):
        signal = sightings.signal[rows]
        is_lone, kind = n_bearers[signal] == 1, sightings.signal_type[signal]
        first, last = (int(member[0]), int(member[-1])) if len(member) else (0, -1)
        for counts, of_family in zip(found, chosen, strict=True):
            mine = of_family[kind]
            for n, which in zip(counts, (mine, mine & is_lone), strict=True):
                n[first : last + 1] += np.bincount(member[which] - first, minlength=last + 1 - first)
    return found


def _even_use(members: pd.DataFrame, times: ObservationTimes, rates: Mapping[str, float], size: Int64s) -> Floats:
    """How much less the members' sightings a day vary than the population's: 1 if all are equal, 0 as usual.

    An operator who balances load gives each account the same (sections 1.3 and 10.1 of the domain reference). A few
    members are weak evidence, so two more members are added that vary as the population does.
    """
    use, group = times.daily[members["account"]], members["community"].to_numpy(dtype=np.int64)
    known = ~np.isnan(use)
    use, group = use[known], group[known]
    n = np.bincount(group, minlength=len(size))
    mean = np.bincount(group, use, minlength=len(size)) / np.maximum(n, 1)
    squares = np.bincount(group, (use - mean[group]) ** 2, minlength=len(size))
    _, usual = usual_use(rates)
    spread = np.sqrt((squares + _IMAGINED * usual**2) / (n + _IMAGINED - 1))
    return np.where(n >= np.maximum(2, 0.5 * size), 1 - spread / usual, np.nan)


def _heavy_use(members: pd.DataFrame, times: ObservationTimes, rates: Mapping[str, float], size: Int64s) -> Floats:
    """Mean excess of the members' sightings a day over the population's, in the population's standard deviations."""
    mean, spread = usual_use(rates)
    return _mean((times.daily[members["account"]] - mean) / spread, members, size)


def _own_devices(devices: _Counts, members: pd.DataFrame, size: Int64s) -> Floats:
    """Mean share of a member's devices that no other account has."""
    return _mean(_share_of(devices.n_lone, devices.n), members, size)


def _moving(places: _Counts, members: pd.DataFrame, seen: tuple[Int64s, Int64s], size: Int64s) -> Floats:
    """Mean of log2 of a member's addresses, less half of log2 of the days it was seen: how fast it changes addresses.

    New addresses come more slowly the longer an account is seen, about as the root of the time. An operator moves its
    accounts from exit to exit (section 10.1 of the domain reference); people have a home, an office and a telephone.
    """
    first, last = seen
    known = (places.n > 0) & (first != NO_TIME) & (last != NO_TIME)
    days = np.maximum(last - first, 0) / (MINUTES_OF_DAY * MINUTE)
    pace = np.log2(np.maximum(places.n, 1)) - np.log2(1 + days) / 2
    return _mean(np.where(known, pace, np.nan), members, size)


def _elsewhere(
    places: _Counts,
    members: pd.DataFrame,
    ties: pd.DataFrame,
    signals: pd.DataFrame,
    types: Sequence[SignalType],
    size: Int64s,
) -> Floats:
    """Mean share of a member's addresses that other accounts have too, and that tie it to nobody of the group.

    An operator's accounts go through exits that it shares with strangers. A group that a place holds together is there,
    or each member is alone at home.
    """
    is_place = np.array([each.family == NETWORK and not each.coarse for each in types], dtype=np.bool_)
    of_tie = is_place[signals["type"].to_numpy(dtype=np.int64)][ties["row"].to_numpy(dtype=np.int64)]
    account, sought = ties["account"].to_numpy()[of_tie], members["account"].to_numpy()
    n_here = np.bincount(np.searchsorted(sought, account), minlength=len(sought))
    return _mean(_share_of(np.maximum(places.n - places.n_lone - n_here, 0), places.n), members, size)


def _share_of(part: Int64s, whole: Int64s) -> Floats:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)


def _one_country(members: pd.DataFrame, accounts: Accounts, rates: Mapping[str, float], size: Int64s) -> Floats:
    """Excess of one country's share of the members over the usual: 1 if it has all members.

    The country is the members' most common one. The usual is the share of the population's most common one.
    """
    usual = share_of_country(rates)
    if not usual <= _ONE_COUNTRY:
        return np.full(len(size), np.nan)
    country, group = accounts.country[members["account"]], members["community"].to_numpy(dtype=np.int64)
    known = country >= 0
    pairs, n = np.unique(group[known] * len(accounts.country_names) + country[known], return_counts=True)
    most = np.zeros(len(size), dtype=np.int64)
    np.maximum.at(most, pairs // max(len(accounts.country_names), 1), n)
    n_known = np.bincount(group[known], minlength=len(size))
    share = np.clip((most / np.maximum(n_known, 1) - usual) / (1 - usual), 0, 1)
    return np.where(n_known >= np.maximum(1, 0.5 * size), share, np.nan)


def _mean(values: Floats, members: pd.DataFrame, size: Int64s) -> Floats:
    """The mean over each group's members, if half of them have a known value."""
    known, group = ~np.isnan(values), members["community"].to_numpy(dtype=np.int64)
    n = np.bincount(group[known], minlength=len(size))
    total = np.bincount(group[known], values[known], minlength=len(size))
    return np.where(n >= np.maximum(1, 0.5 * size), total / np.maximum(n, 1), np.nan)


def _sighted(members: pd.DataFrame, sightings: Sightings) -> Iterator[tuple[Int32s, Int64s]]:
    """Yield the sightings of some members at a time, with the position of each sighting's member."""
    account = members["account"].to_numpy()
    for at in range(0, len(account), _AT_ONCE):
        rows, of = spread(*find_ranges(sightings.account, account[at : at + _AT_ONCE]))
        yield (at + of).astype(np.int32), rows


def _plans(
    members: pd.DataFrame,
    accounts: Accounts,
    words: AbstractSet[str],
    rates: Mapping[str, float],
    size: Int64s,
) -> Floats:
    """Share on a plan for organisations, among the members with a known plan, if such plans distinguish groups.

    If no account of an export has such a plan, or most have, plans are no evidence. If hardly any account has, they are
    evidence only for the groups that have some.
    """
    sold = share_on_plans(rates)
    if not 0 < sold <= _MOST:
        return np.full(len(size), np.nan)
    plan = accounts.plan[members["account"]]
    known = plan >= 0
    is_sold = for_organisations(accounts, words)[plan]
    group = members["community"].to_numpy()
    n_known = np.bincount(group[known], minlength=len(size))
    n_such = np.bincount(group[is_sold], minlength=len(size))
    tells = n_known >= 0.5 * size
    if sold < _HARDLY_SOLD:
        tells &= n_such >= OF_ORGANISATIONS * n_known
    return np.where(tells, n_such / np.maximum(n_known, 1), np.nan)


def _shares_of_domains(
    members: pd.DataFrame, sightings: Sightings, chosen: tuple[Bools, ...], size: Int64s
) -> list[Floats]:
    """Share with a chosen mail domain, among the members with a known mail domain, for each choice."""
    domains = [number for number, each in enumerate(sightings.types) if each.name == MAIL_DOMAIN]
    choices = (np.isin(sightings.signal_type, domains), *chosen)
    found = [np.zeros(len(members), dtype=np.bool_) for _ in choices]
    for member, rows in _sighted(members, sightings):
        signal = sightings.signal[rows]
        for has, choice in zip(found, choices, strict=True):
            has[member[choice[signal]]] = True
    group = members["community"].to_numpy()
    n_known, *of_each = (np.bincount(group[has], minlength=len(size)) for has in found)
    tells = n_known >= np.maximum(1, 0.5 * size)
    return [np.where(tells, n / np.maximum(n_known, 1), np.nan) for n in of_each]
