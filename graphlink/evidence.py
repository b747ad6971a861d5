"""The partition in, the evidence out: what ties each community together, and each member to it.

Everything is counted against chance: a signal tells something about a community when it is far more common inside than
outside. What a member shares with the others, and what of it anybody else could have written, decides later how firmly
it is said to belong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from graphlink.attachment import WELL_LINKED, believe, is_made_at_address, links_inside, usual_links, without_hangers_on
from graphlink.customers import find_customers, is_particular
from graphlink.families import NETWORK
from graphlink.kernels import order_groups
from graphlink.model import BIT_SCALE, EDGE, NO_TIME, TIERS, Evidence, Provenance, Tier
from graphlink.places import part_at_places
from graphlink.together import both
from graphlink.victims import find_first, find_taken_over, with_their_company

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphlink.method import Method
    from graphlink.model import (
        Bipartite,
        Bools,
        Calibration,
        Int8s,
        Int32s,
        Int64s,
        Partition,
        Projection,
        Sightings,
        SignalTest,
    )

_AS_LIKELY_AS_NOT = 0.5
"""Confidence below which an account that one value alone ties is listed nowhere: anyone may copy a prompt, and this one
is more likely to be a stranger than a member."""

_UNLIKELY = 0.12
"""Confidence below which an account is listed nowhere, whatever ties it: that of whoever has no more links than a
hanger-on. On trial worlds three of four such are strangers."""

_ANYBODYS = 0.1
"""Share of a value's bearers outside a community from which on it is not the community's own."""

_TELLING = 5
"""Times more common inside a community than outside, for a signal to tell something about it."""


def gather_evidence(  # noqa: PLR0913, PLR0917  a stage takes what the stages before it made
    sightings: Sightings,
    bipartite: Bipartite,
    test: SignalTest,
    projection: Projection,
    partition: Partition,
    calibration: Calibration,
    method: Method,
) -> Evidence:
    """Count what ties each community of ``smallest_ring`` accounts or more.

    Returns
    -------
    Evidence
        Tables of communities' signals, of members, and of who bears what; communities are numbered from 0.
    """
    made = _Made(sightings, bipartite, test, projection, partition.cell, calibration, method)
    at_address = is_made_at_address(projection, bipartite, test, made.needed)
    attached = without_hangers_on(partition.membership, projection, at_address, made.needed)
    entries = _Entries.of(bipartite, test)
    attached, counted = _count_without_customers(attached, attached >= 0, entries, made)
    members = _members(counted, made)
    part, strangers = counted, _strangers_among(members, counted, made)
    while strangers.any():  # who leaves changes his own community and no other
        changed = np.isin(attached, attached[strangers]) & ~strangers
        attached = np.where(strangers, -1, attached)
        attached, part = _count_without_customers(attached, changed, entries, made)
        strangers = _strangers_among(_members(part, made), part, made)
    if part is not counted:
        del part
        counted = _count(attached, entries, made)
        members = _members(counted, made)
    ties, signals = _with_times(counted, sightings)
    return Evidence(
        members=members, signals=signals, ties=ties, size=_sizes(counted.community), n_small=counted.n_small
    )


class _Made(NamedTuple):
    """What the stages before this one made, and how."""

    sightings: Sightings
    bipartite: Bipartite
    test: SignalTest
    projection: Projection
    cell: Int32s
    calibration: Calibration
    method: Method

    @property
    def needed(self) -> float:
        """Evidence that an edge needs, in the unit of its bits."""
        return self.calibration.threshold_bits * BIT_SCALE


def _count_without_customers(attached: Int32s, asked: Bools, entries: _Entries, made: _Made) -> tuple[Int32s, _Counted]:
    """Who is attached to what, and the communities of those who are asked, once what is none has left them.

    Pieces that only meet at places, and a vendor's customers, are groups of their own.
    """
    counted = _count(np.where(asked, attached, -1), entries, made)
    parted = part_at_places(counted.community, counted.ties, counted.signals, made.bipartite)
    moved = np.flatnonzero(parted != counted.community)
    if len(moved):
        attached = _attach_apart(attached, moved, parted[moved])
        counted = _count(np.where(asked, attached, -1), entries, made)
    size = _sizes(counted.community)
    if len(customers := find_customers(counted.ties, counted.signals, size, made.bipartite)):
        own = _groups_of_their_own(customers, counted.community, counted.ties, counted.signals, made.bipartite)
        attached = _attach_apart(attached, customers, own)
        counted = _count(np.where(asked, attached, -1), entries, made)
    return attached, counted


def _attach_apart(attached: Int32s, accounts: Int64s, group: Int32s | Int64s) -> Int32s:
    """Attach accounts to groups of their own, by numbers that begin anew; -1 to none."""
    apart = attached.copy()
    apart[accounts] = np.where(group < 0, -1, attached.max() + 1 + group)
    return apart


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """Communities of enough accounts, how many are smaller, who bears which of their signals, and these."""

    community: Int32s
    n_small: int
    ties: pd.DataFrame
    signals: pd.DataFrame


def _count(membership: Int32s, entries: _Entries, made: _Made) -> _Counted:
    community, n_small = _large_enough(membership, made.method.smallest_ring)
    ties = _ties(community, entries, made.bipartite, made.test, made.calibration.n_accounts)
    return _Counted(community, n_small, *ties)


def _strangers_among(members: pd.DataFrame, counted: _Counted, made: _Made) -> Bools:
    of_many = _is_one_of_many(members, counted) | _passes_by(members, made.bipartite)
    return _strangers(members, of_many, counted.community, made.projection)


def _strangers(members: pd.DataFrame, of_many: Bools, community: Int32s, projection: Projection) -> Bools:
    """Whom one value ties and who more likely than not does not belong, who hardly does, or has no evidence to show.

    Whoever is one ``of_many`` does not belong. Whoever leaves takes links along, so that others are asked again; a
    possible victim may stay.
    """
    left, account = community.copy(), members["account"].to_numpy()
    came_first = members["came_first"].to_numpy()
    doubted = np.where(members["n_values"].to_numpy() < 2, _AS_LIKELY_AS_NOT, _UNLIKELY)  # noqa: PLR2004
    leaving = members["n_values"].to_numpy() == 0
    leaving |= ~came_first & (of_many | (believe(members) < doubted))
    while leaving.any():
        left[account[leaving]] = -1
        links = links_inside(left, projection)
        now = members.assign(n_links=links[account], usual_links=usual_links(left, links)[account])
        leaving = (left[account] >= 0) & ~came_first & (believe(now) < doubted)
    return (left < 0) & (community >= 0)


def _is_one_of_many(members: pd.DataFrame, counted: _Counted) -> Bools:
    """Which members bear one value of their community, or several, of which more accounts bear each and are none of it.

    Nothing tells them from these: of those whom the value alone ties, few belong. Nor does anything where it is not the
    community's own, and fewer bear it who are tied by more.
    """
    ties, outside = counted.ties, counted.signals["outside"].to_numpy()
    has_one = np.zeros(len(counted.community), dtype=np.bool_)
    has_one[members.loc[members["n_values"] == 1, "account"]] = True
    row, account = ties["row"].to_numpy(), ties["account"].to_numpy()
    row, account = row[has_one[account]], account[has_one[account]]
    n_alike, inside = np.bincount(row, minlength=len(outside)), counted.signals["inside"].to_numpy()
    anybodys = outside >= _ANYBODYS * (inside + outside)
    many = (outside > n_alike) | anybodys & (outside + n_alike > inside - n_alike)
    of_many = np.bincount(ties["account"], (outside <= inside)[ties["row"]], minlength=len(counted.community)) == 0
    of_many[account[many[row]]] = True
    found: Bools = of_many[members["account"].to_numpy()]
    return found


def _passes_by(members: pd.DataFrame, bipartite: Bipartite) -> Bools:
    """Which members addresses alone tie, and by few links: who else is at a VPN's exits or at a carrier's address."""
    place = np.array([1 << f for f, family in enumerate(bipartite.families) if family == NETWORK], dtype=np.int64)
    by_few = (members["n_links"] < WELL_LINKED * members["usual_links"]).to_numpy()
    passes_by: Bools = np.isin(members["families"].to_numpy(), place) & by_few
    return passes_by


def _groups_of_their_own(
    accounts: Int64s, community: Int32s, ties: pd.DataFrame, signals: pd.DataFrame, bipartite: Bipartite
) -> Int64s:
    """A number for what is taken out of each community; -1 for whom neighbourhoods alone tie."""
    speaks = ~bipartite.corroborates[signals["signal"]]
    shown = np.bincount(ties["account"], speaks[ties["row"]]) > 0
    return np.where(shown[accounts], community[accounts], -1)


def _large_enough(membership: Int32s, smallest: int) -> tuple[Int32s, int]:
    """Communities of at least ``smallest`` accounts, numbered anew in the same order, and how many others there are."""
    size = np.bincount(membership[membership >= 0], minlength=1)
    keep = size >= smallest
    number = np.where(keep, np.cumsum(keep) - 1, -1)
    community = np.where(membership >= 0, number[np.maximum(membership, 0)], -1).astype(np.int32)
    return community, int(np.count_nonzero(size) - np.count_nonzero(keep))


def _sizes(community: Int32s) -> Int64s:
    return np.bincount(community[community >= 0])


@dataclass(frozen=True, slots=True, eq=False)
class _Entries:
    """Who bears the signals that can tell anything, by signal, and the sightings that show it."""

    signal: Int64s
    account: Int32s
    sighting: Int32s

    @classmethod
    def of(cls, bipartite: Bipartite, test: SignalTest) -> _Entries:
        tells = test.bits > 0
        signal, entry = np.flatnonzero(tells), np.flatnonzero(np.repeat(tells, bipartite.degree))
        borne = np.repeat(signal, bipartite.degree[signal])
        return cls(borne, bipartite.accounts[entry], bipartite.sighting[entry])


def _ties(
    community: Int32s, entries: _Entries, bipartite: Bipartite, test: SignalTest, n_accounts: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who bears which of its community's telling signals, as what shows it; and these signals with their counts."""
    size = _sizes(community)
    inside = community[entries.account]
    entry = np.flatnonzero(inside >= 0)
    inside, account, signal = inside[entry], entries.account[entry], entries.signal[entry]
    order, _ = order_groups(inside, len(size))  # entries come by signal, so that those of a community do as well
    c, s = inside[order], signal[order]
    begins = (np.diff(c, prepend=-1) != 0) | (np.diff(s, prepend=-1) != 0)
    where = np.empty_like(order)
    where[order] = np.cumsum(begins) - 1
    c, s, n = c[begins].astype(np.int64), s[begins], np.bincount(where)
    degree = bipartite.degree[s].astype(np.int64)
    others = np.maximum(n_accounts - size[c], 1)
    telling = (n > 1) & (n * others > _TELLING * (degree - n) * size[c])
    row = np.cumsum(telling) - 1
    told = telling[where]
    ties = pd.DataFrame(
        {
            "row": row[where[told]],
            "account": account[told].astype(np.int64),
            "sighting": entries.sighting[entry[told]],
        }
    )
    c, s, n, degree = c[telling], s[telling], n[telling], degree[telling]
    signals = pd.DataFrame(
        {
            "community": c,
            "signal": s,
            "type": bipartite.signal_type[s].astype(np.int64),
            "family": bipartite.family[s].astype(np.int64),
            "inside": n,
            "outside": degree - n,
            "expected": size[c] * degree / n_accounts,
            "bits": test.bits[s],
        }
    )
    return ties, signals


def _with_times(counted: _Counted, sightings: Sightings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ties with their times and counts in place of sightings, and signals with theirs."""
    sighting = counted.ties["sighting"].to_numpy()
    ties = counted.ties.drop(columns="sighting").assign(
        first_seen=sightings.first_seen[sighting],
        last_seen=sightings.last_seen[sighting],
        count=sightings.count[sighting].astype(np.int64),
    )
    first_seen, last_seen = _times(ties, len(counted.signals))
    return ties, counted.signals.assign(first_seen=first_seen, last_seen=last_seen)


def _times(ties: pd.DataFrame, n_rows: int) -> tuple[Int64s, Int64s]:
    """First and last time that a member bore each signal."""
    row, since, until = (ties[name].to_numpy() for name in ("row", "first_seen", "last_seen"))
    known = since != NO_TIME
    first, last = np.full(n_rows, np.iinfo(np.int64).max), np.full(n_rows, NO_TIME)
    np.minimum.at(first, row[known], since[known])
    np.maximum.at(last, row[known], until[known])
    return np.where(last == NO_TIME, NO_TIME, first), last


def _members(counted: _Counted, made: _Made) -> pd.DataFrame:
    """One row a member, by account: how many links, families and values tie it, and how firmly."""
    community, ties, signals = counted.community, counted.ties, counted.signals
    account = np.flatnonzero(community >= 0)
    members = pd.DataFrame({"account": account, "community": community[account], "cell": made.cell[account]})
    links = links_inside(community, made.projection)
    members["n_links"] = links[account]
    members["usual_links"] = usual_links(community[account], links[account])
    particular = is_particular(ties, signals, _sizes(community), made.bipartite)
    sized = signals.assign(size=_sizes(community)[signals["community"]])
    coarse = np.array([each.coarse for each in made.bipartite.types], dtype=np.bool_)
    exact = ties[~coarse[signals["type"].to_numpy()[ties["row"]]]]
    exact = exact.assign(first_seen=made.sightings.first_seen[exact["sighting"].to_numpy()])
    weigh = partial(_strength, bipartite=made.bipartite, needed=made.needed, method=made.method)
    strength, came_first = both(lambda: weigh(ties, signals, particular), lambda: find_first(exact, sized))
    strength = _without_households(strength, came_first, ties, signals, particular, weigh)
    taken_over = find_taken_over(ties, made.sightings)
    members = members.join(strength, on="account").join(came_first, on="account").join(taken_over, on="account")
    counts = ["n_values", "families", "n_families", "tie_bits", "depends_on"]
    members[counts] = members[counts].fillna(0).astype(np.int64)
    flags = ["observed", "particular", "survives_any_value", "came_first", "taken_over", "lay_idle"]
    members[flags] = members[flags].fillna(value=False).astype(np.bool_)
    members = members.assign(taken_over=with_their_company(members)).drop(columns="lay_idle")
    return members.assign(tier=_tiers(members))


def _without_households(
    strength: pd.DataFrame,
    came_first: pd.DataFrame,
    ties: pd.DataFrame,
    signals: pd.DataFrame,
    particular: Bools,
    weigh: Callable[[pd.DataFrame, pd.DataFrame, Bools], pd.DataFrame],
) -> pd.DataFrame:
    """Strength in which nothing counts that half of those who share it had before the ring came to it.

    What a family shares ties nobody to the ring that framed one of them; nor does it tie who came home since.
    """
    row, account = ties["row"].to_numpy(), ties["account"].to_numpy()
    is_victim = np.zeros(int(account.max(initial=-1)) + 1, dtype=np.bool_)
    is_victim[came_first.index[came_first["came_first"]]] = True
    n_victims = np.bincount(row, is_victim[account], minlength=len(signals))
    of_victims = 2 * n_victims >= signals["inside"].to_numpy()
    asked = np.zeros_like(is_victim)
    asked[account[of_victims[row]]] = True
    asked &= ~is_victim
    again = asked[account] & ~of_victims[row]
    weaker = weigh(ties[again], signals, particular[again])
    return pd.concat([strength[~asked[strength.index]], weaker])


def _tiers(members: pd.DataFrame) -> Int8s:
    """How firmly each member is tied, as the position of its tier.

    Core: two independent families, one of them observed by the provider, a tie that no vendor makes, and no single
    value whose loss would cut it off. Whoever has few links, or one family only, stands at the edge. A framed account
    bore all its values first, and the ring was on one that was taken over for some days alone.
    """
    well_linked = members["n_links"] >= WELL_LINKED * members["usual_links"]
    two_families = members["n_families"] > 1
    lasting = members["survives_any_value"]
    core = well_linked & two_families & lasting & members["observed"] & members["particular"]
    probable = well_linked & (two_families | lasting)
    victims = members["came_first"] | members["taken_over"]
    of_each = [TIERS.index(tier) for tier in (Tier.POSSIBLE_VICTIM, Tier.CORE, Tier.PROBABLE)]
    return np.select([victims, core, probable], of_each, EDGE).astype(np.int8)


def _strength(
    ties: pd.DataFrame, signals: pd.DataFrame, particular: Bools, bipartite: Bipartite, needed: float, method: Method
) -> pd.DataFrame:
    """Evidence of each account as for a pair: over families, the strongest in full and a fraction of the others.

    A member survives the loss of any one value when what remains still is as much as an edge needs. A coarse value is
    none of its own beside the one that it follows from: a card goes with its bank's range, an address with its network.
    """
    adds_up = np.array([each.adds_up for each in bipartite.types], dtype=np.bool_)
    coarse = np.array([each.coarse for each in bipartite.types], dtype=np.bool_)
    observed = np.array([each.provenance is Provenance.OBSERVED for each in bipartite.types], dtype=np.bool_)
    strongest_first = np.lexsort((-signals["bits"].to_numpy(), signals["family"].to_numpy()))
    place = np.empty_like(strongest_first)
    place[strongest_first] = np.arange(len(signals))
    order = np.argsort(ties["account"].to_numpy() << 32 | place[ties["row"]])
    account, row = ties["account"].to_numpy()[order], ties["row"].to_numpy()[order]
    of_type, family, bits = (signals[name].to_numpy()[row] for name in ("type", "family", "bits"))
    begins = np.flatnonzero(np.diff(account, prepend=-1))
    is_first = (np.diff(account, prepend=-1) != 0) | (np.diff(family, prepend=-1) != 0)  # of its family
    families = np.flatnonzero(is_first)

    in_full = adds_up[of_type] | is_first
    given = np.where(in_full, bits, np.floor(bits * method.further_share)).astype(np.int64)
    following = np.where(np.append(is_first[1:], True), 0, np.append(bits[1:], 0))  # in the same family
    fine = ~coarse[of_type]
    n_of_family = np.diff(families, append=len(account))
    n_fine = np.repeat(np.add.reduceat(fine, families, dtype=np.int64), n_of_family)
    takes_along = np.repeat(np.add.reduceat(np.where(fine, 0, given), families), n_of_family)
    moves_up = np.where(in_full & ~adds_up[of_type], following - np.floor(following * method.further_share), 0)
    lost = np.where(fine & (n_fine == 1), given + takes_along, given - moves_up)
    mask = np.int64(1) << family[families]
    tie_bits = np.add.reduceat(given, begins)
    n_families = np.add.reduceat(is_first, begins, dtype=np.int64)
    rest = np.repeat(tie_bits, n_families) - np.add.reduceat(given, families)
    of_account = np.cumsum(n_families) - n_families
    return pd.DataFrame(
        {
            "n_values": np.add.reduceat(fine | (n_fine == 0), begins, dtype=np.int64),
            "tie_bits": tie_bits,
            "n_families": n_families,
            "observed": np.logical_or.reduceat(observed[of_type], begins),
            "particular": np.logical_or.reduceat(particular[order], begins),
            "families": np.add.reduceat(mask, of_account),
            "survives_any_value": tie_bits - np.maximum.reduceat(lost, begins) >= needed,
            "depends_on": np.add.reduceat(np.where(rest < needed, mask, 0), of_account),
        },
        index=account[begins],
    )
