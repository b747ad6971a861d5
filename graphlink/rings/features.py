"""The evidence in, the traits of each group out: the facts that tell an operator from an honest organisation.

One idea has a reason behind it: an honest group is held together by one value, a ring by many. A company has one
domain, one card and one office, and no cause to diversify; an operator must rotate what he is known by, and then owns
it, since few strangers use it. Traits say how many values hold a group together, how far one dominates, and how the
accounts came, live and pay. Where an export lacks what it takes, a trait is NaN.
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
    enrolled,
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
"""Share of an export's accounts on such plans beyond which these are what customers have."""

_HARDLY_SOLD = 0.01
"""Share of an export's accounts on such plans below which who has none tells nothing: a quarter of a trial world's
accounts are of companies, campuses and courses, of which hardly one in twenty would have such a plan then."""

_LARGE, _GLUED = 20, 0.2
"""Members of a group, and share of them that no value of the group's own is on, for a value to need three bearers to
say what the group is like: among the customers of a large vendor some pairs coincide in anything, and those are found
because they do. Two cells of an operator have a prompt of their own besides."""

_NEW = 120
"""Days: an account that was older when last seen was not opened for what it does now. The campaigns that providers have
told of ran for two weeks to three months."""


_NEARLY_ALL = 0.999
"""Share of the accounts by whose creation an export ends of which no sighting is dated; a few may be said to be made in
the year 9999."""

_IMAGINED = 2
"""Members, varying as everybody does, who are thought of beside those of a group."""

_ONE_COUNTRY = 0.8
"""Share of everybody in one country beyond which an export tells nothing of a group by its countries."""

_AT_ONCE = 1 << 17
"""Members of whom all sightings are looked at together."""


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
        Who shares what.
    calibration
        What the population is like, against which a group is held: no stranger changes it.
    times
        What the times of the sightings tell.
    anyones
        By signal of the graph: a value that anyone may bear (a public or disposable mail provider). It ties accounts
        together and speaks for no organisation.
    account_trace
        Of each account, what orders it whatever its name is (``Bipartite.account_trace``).
    disposable
        By signal of the sightings: a mail domain that gives an address for an hour.
    reserved
        By signal of the sightings: a mail domain that only an institution gets.
    organisation_plans
        Words of which the names of plans for organisations have one.

    Returns
    -------
    Traits
        Where half of who was at any address was at one of the group's own, others' are left out of the holdings.
    """
    described = _are_described(evidence)
    members = evidence.members[described]
    size = np.bincount(members["community"], minlength=len(evidence.size))
    rates = calibration.habits
    created = sightings.accounts.created_at[members["account"]]
    first, last = _seen(members, sightings, times)
    then = np.where(last == NO_TIME, _end(sightings.accounts, times), last)
    is_new = then - created <= _NEW * MINUTES_OF_DAY * MINUTE
    burst, lately = (_bursts(members, created, counted, size) for counted in (np.ones_like(is_new), is_new))
    usual = share_who_joined(rates)
    signals, types = evidence.signals, sightings.types
    ties = evidence.ties[evidence.ties["account"].isin(members["account"])]
    parts = parts_of(ties, signals, types, size, anyones, account_trace)
    taken_over = evidence.members.loc[evidence.members["taken_over"] & ~described, "account"]
    its_doing = evidence.ties.loc[evidence.ties["account"].isin(taken_over), "row"].value_counts()
    telling = _telling(ties, signals, types, size, anyones, its_doing)
    devices = _Devices.of(members, sightings)
    for_an_hour, not_for_sale = _shares_of_domains(members, sightings, (disposable, reserved), size)
    return Traits(
        holdings=_holdings(telling, ties, size),
        size=size,
        burst=burst,
        lately=lately,
        rush=np.maximum(lately - usual, 0.0) / (1.0 - usual or 1.0),
        life=_lives(members, created, (first, last), times, size),
        organisation_plans=_plans(members, sightings.accounts, organisation_plans, rates, size),
        disposable=for_an_hour,
        reserved=not_for_sale,
        nested=nested(parts, types, size),
        worded=within_firms(parts, types, size, CONTENT),
        enrolled=enrolled(parts, types, size, sightings.accounts.created_at),
        apart=apart(parts, types, size),
        housed=housed(parts, types, size, PAYMENT),
        settled=settled(parts, types, size),
        keyed=keyed(parts, types, size),
        roofed=housed(parts, types, size, DEVICE),
        paired=paired(parts, types, size),
        elsewhere=_elsewhere(devices, members, ties, signals, sightings, size),
        chained=_share_chained(evidence),
        in_step=_in_step(ties, signals, size, sightings.types, times, rates),
        even_use=_even_use(members, times, rates, size),
        heavy_use=_heavy_use(members, times, rates, size),
        own_devices=_own_devices(devices, members, size),
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
    """Which members tell what a group is like: those who are not at its edge, and all whom one hand used if most were.

    A raid, or the first week of a ring that bought its accounts, has hardly anybody but possible victims. Where all are
    at the edge, all tell.
    """
    of, taken = (evidence.members[name].to_numpy() for name in ("community", "taken_over"))
    n_members, n_taken = np.bincount(of), np.bincount(of, taken)
    is_raid = (n_taken > LARGEST_HOUSEHOLD) & (2 * n_taken >= n_members)
    above = (evidence.members["tier"].to_numpy() < EDGE) | (taken & is_raid[of])
    described: Bools = above | (np.bincount(of, above) == 0)[of]
    return described


def _share_chained(evidence: Evidence) -> Floats:
    """Share of all members, the peripheral ones too, who are on a chain."""
    n = len(evidence.size)
    of, chained = evidence.members["community"], evidence.members["chained"]
    share: Floats = np.bincount(of, chained, minlength=n) / np.maximum(np.bincount(of, minlength=n), 1)
    return share


def _telling(
    ties: pd.DataFrame,
    signals: pd.DataFrame,
    types: tuple[SignalType, ...],
    size: Int64s,
    anyones: Bools,
    its_doing: pd.Series[int],
) -> pd.DataFrame:
    """The signals that tell something of a community, on how many of its members each is, and whether it is theirs.

    Whoever it took over bears them by its doing, and is no outsider: ``its_doing`` is how many such bear each.
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
    signals = signals.assign(square=signals["borne"] ** 2, owned_borne=np.where(signals["is_own"], signals["borne"], 0))
    held = signals.groupby(["community", "type"]).agg(
        total=("borne", "sum"),
        square=("square", "sum"),
        top=("borne", "max"),
        top_owned=("owned_borne", "max"),
        n_values=("borne", "size"),
        n_own=("is_own", "sum"),
        degree=("degree", "sum"),
    )
    community, kind = (held.index.get_level_values(name).to_numpy(dtype=np.int64) for name in ("community", "type"))
    members_of, total = size[community], held["total"].to_numpy()
    return Holdings(
        community=community,
        type=kind,
        cover=_n_bearers(signals, ties) / members_of,
        top=held["top"].to_numpy() / members_of,
        top_owned=held["top_owned"].to_numpy() / members_of,
        n_values=held["n_values"].to_numpy(),
        n_own=held["n_own"].to_numpy(),
        effective=total**2 / held["square"].to_numpy(),
        owned=total / held["degree"].to_numpy(),
    )


def _n_bearers(signals: pd.DataFrame, ties: pd.DataFrame) -> Int64s:
    """How many accounts bear some of these signals of a community and type: for each of these pairs, ascending."""
    kind = signals["community"].to_numpy(dtype=np.int64) << 16 | signals["type"].to_numpy(dtype=np.int64)
    names, number = np.unique(kind, return_inverse=True)
    return _count_bearers(signals, ties, number, len(names))


def _count_bearers(signals: pd.DataFrame, ties: pd.DataFrame, number: Int64s, n_numbers: int) -> Int64s:
    """How many accounts bear some of the signals of each number, which signals are given."""
    of_row = np.full(int(ties["row"].max()) + 1 if len(ties) else 0, -1, dtype=np.int64)
    of_row[signals.index] = number
    of_tie, account = of_row[ties["row"]], ties["account"].to_numpy(dtype=np.int64)
    borne = distinct((of_tie << 32 | account)[of_tie >= 0])
    return np.bincount(borne >> 32, minlength=n_numbers)


def _is_elsewhere(signals: pd.DataFrame, ties: pd.DataFrame, types: tuple[SignalType, ...]) -> Bools:
    """Which addresses tell nothing of a group: half of who was at any was at one that is its own and of many of it.

    People of one office have a carrier as well, at whose addresses most are others.
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
    """Which large groups have no value of their own on many members."""
    own = signals[2 * signals["borne"] > signals["degree"]]
    widest = np.zeros(len(size), dtype=np.int64)
    np.maximum.at(widest, own["community"].to_numpy(dtype=np.int64), own["borne"].to_numpy(dtype=np.int64))
    return (size >= _LARGE) & (widest < _GLUED * size)


def _bursts(members: pd.DataFrame, created: Int64s, counted: Bools, size: Int64s) -> Floats:
    """Share of the members with a known creation time who joined within the fullest two weeks of those counted."""
    known = created != NO_TIME
    group = members["community"].to_numpy(dtype=np.int64)
    n_known = np.bincount(group[known], minlength=len(size))
    known &= counted
    fullest = _fullest(group[known], created[known] // MINUTE, FORTNIGHT * MINUTES_OF_DAY, len(size))
    return np.where(n_known >= np.maximum(2, 0.5 * size), fullest / np.maximum(n_known, 1), np.nan)


def _end(accounts: Accounts, times: ObservationTimes) -> int:
    """When the export ends: with its last sighting; where none is dated, when nearly all of its accounts were made."""
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
    """Share of the members whom one schedule runs: first seen with one text or program in one hour of the day.

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
    """The most of a group's times that one stretch of this width holds, both its ends included."""
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
    """When each member was first and last seen; of what is said of its creation alone, only the first."""
    first, last = (np.full(len(members), NO_TIME, dtype=np.int64) for _ in range(2))
    for member, rows in _sighted(members, sightings):
        first_seen, last_seen = sightings.first_seen[rows], sightings.last_seen[rows]
        last_seen[~times.dated[sightings.signal_type[sightings.signal[rows]]]] = NO_TIME
        widen_extents(member, (first_seen, last_seen), NO_TIME, (first, last))
    return first, last


def _lives(
    members: pd.DataFrame, created: Int64s, seen: tuple[Int64s, Int64s], times: ObservationTimes, size: Int64s
) -> Floats:
    """Median days between an account's first and last sighting, where those of half of the members are known.

    Less than a week is known only of whom the export could have shown for longer. Whoever was seen in its last week may
    come again, and who in its first, and was made at an unknown time, may have come before. It is given as it is told,
    in tenths of a day.
    """
    first, last = seen
    week = LASTING * MINUTES_OF_DAY * MINUTE
    over = ((created != NO_TIME) | (first >= times.start + week)) & (last <= times.end - week)
    known = (first != NO_TIME) & (last != NO_TIME) & (over | (last - first >= week))
    group = members["community"].to_numpy()[known]
    days = (last[known] - first[known]) / (MINUTES_OF_DAY * MINUTE)
    medians = pd.Series(days).groupby(group).median().reindex(np.arange(len(size))).to_numpy()
    return np.where(np.bincount(group, minlength=len(size)) >= 0.5 * size, np.round(medians, 1), np.nan)


class _Devices(NamedTuple):
    """The sightings of members with a device, one row each."""

    member: Int32s
    row: Int64s
    is_lone: Bools
    """Whether nobody else has it."""

    @classmethod
    def of(cls, members: pd.DataFrame, sightings: Sightings) -> _Devices:
        """Look through the members' sightings once."""
        are_devices = _are_devices(sightings.types)
        found = [
            (member[mine], rows[mine])
            for member, rows in _sighted(members, sightings)
            for mine in [are_devices[sightings.signal_type[sightings.signal[rows]]]]
        ]
        none = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int64)
        member, row = (np.concatenate(each) for each in zip(none, *found, strict=True))
        n_bearers = count_bearers(sightings.signal, len(sightings.signal_type))
        return cls(member, row, n_bearers[sightings.signal[row]] == 1)


def _are_devices(types: Sequence[SignalType]) -> Bools:
    return np.array([each.family == DEVICE and not each.coarse for each in types], dtype=np.bool_)


def _elsewhere(
    devices: _Devices,
    members: pd.DataFrame,
    ties: pd.DataFrame,
    signals: pd.DataFrame,
    sightings: Sightings,
    size: Int64s,
) -> Floats:
    """Share of the members who beside a device that they share have one of its type that is nobody else's.

    An operator's machines say one thing of themselves to all accounts or another to each. A device that was gone before
    the shared one came may be the seller's of a bought account.
    """
    kind = signals["type"].to_numpy(dtype=np.int64)[ties["row"]]
    shared = _are_devices(sightings.types)[kind] & (ties["first_seen"].to_numpy() != NO_TIME)
    names = ties["account"].to_numpy(dtype=np.int64)[shared] * len(sightings.types) + kind[shared]
    names, place = np.unique(names, return_inverse=True)
    came = np.full(len(names) + 1, np.iinfo(np.int64).max)  # the last is for what nobody shares
    np.minimum.at(came, place, ties["first_seen"].to_numpy()[shared])
    member, row = devices.member[devices.is_lone], devices.row[devices.is_lone]
    account = members["account"].to_numpy(dtype=np.int64)[member]
    asked = account * len(sightings.types) + sightings.signal_type[sightings.signal[row]]
    at = np.searchsorted(names, asked)
    at[~np.isin(asked, names)] = len(names)
    has = np.zeros(len(members), dtype=np.bool_)
    has[member[sightings.last_seen[row] >= came[at]]] = True
    return np.bincount(members["community"], has, minlength=len(size)) / np.maximum(size, 1)


def _even_use(members: pd.DataFrame, times: ObservationTimes, rates: Mapping[str, float], size: Int64s) -> Floats:
    """How much less the members' sightings a day vary than everybody's: 1 where all are seen as often, 0 as usual.

    Whoever balances a load gives each account as much of it (sections 1.3 and 10.1 of the domain reference). Of few
    members little is known, so that two more are thought of who vary as everybody does.
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
    """By how much more the members are seen a day than everybody, on average, in units of everybody's spread."""
    mean, spread = usual_use(rates)
    return _mean((times.daily[members["account"]] - mean) / spread, members, size)


def _own_devices(devices: _Devices, members: pd.DataFrame, size: Int64s) -> Floats:
    """Share of the devices of a member that nobody else has, on average."""
    n = np.bincount(devices.member, minlength=len(members))
    n_lone = np.bincount(devices.member[devices.is_lone], minlength=len(members))
    return _mean(np.where(n > 0, n_lone / np.maximum(n, 1), np.nan), members, size)


def _one_country(members: pd.DataFrame, accounts: Accounts, rates: Mapping[str, float], size: Int64s) -> Floats:
    """How far one country has more of the members than the most common one has of everybody: 1 where it has all."""
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
    """The mean over each group's members, where that of half of them is known."""
    known, group = ~np.isnan(values), members["community"].to_numpy(dtype=np.int64)
    n = np.bincount(group[known], minlength=len(size))
    total = np.bincount(group[known], values[known], minlength=len(size))
    return np.where(n >= np.maximum(1, 0.5 * size), total / np.maximum(n, 1), np.nan)


def _sighted(members: pd.DataFrame, sightings: Sightings) -> Iterator[tuple[Int32s, Int64s]]:
    """The sightings of members, and for each the place of its member; some members at a time."""
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
    """Share of the members with a known plan whose plan is one for organisations, where that tells anybody apart.

    Of an export in which nobody has such a plan, or most have, it says nothing of a group; of one in which hardly
    anybody has, it says something of the groups that have.
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
    """Share of the members with a known mail domain whose domain is one of those chosen, for each choice."""
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
