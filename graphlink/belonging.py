"""The partition in, who belongs to each community out: without hangers-on, a vendor's customers, and strangers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.attachment import WELL_LINKED, believe, is_made_at_address, links_inside, usual_links, without_hangers_on
from graphlink.customers import find_customers
from graphlink.families import CLIENT, NETWORK
from graphlink.places import part_at_places
from graphlink.strength import weigh_members
from graphlink.ties import count_ties

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from graphlink.model import Bipartite, Bools, Floats, Int32s, Int64s, Projection, SignalType
    from graphlink.ties import Counted, Entries, Made

_AS_LIKELY_AS_NOT = 0.5
"""Confidence below which an account that one value alone ties is listed nowhere: anyone may copy a prompt, and this one
is more likely to be a stranger than a member."""

_UNLIKELY = 0.12
"""Confidence below which an account is listed nowhere, whatever ties it: that of whoever has no more links than a
hanger-on. On trial worlds three of four such are strangers."""

_ANYBODYS = 0.1
"""Share of a value's bearers outside a community from which on it is not the community's own."""


def find_belonging(entries: Entries, made: Made) -> Int32s:
    """Say which accounts of each community belong to it; what leaves some is numbered after them.

    Returns
    -------
    Int32s
        The community of each account, in no particular order and of any size; -1 where it is in none.
    """
    at_address = is_made_at_address(made.projection, made.bipartite, made.test, made.needed)
    attached = without_hangers_on(made.partition.membership, made.projection, at_address, made.needed)
    asked = attached >= 0
    while asked.any():  # who leaves changes his own community and no other
        attached, counted = _count_without_customers(attached, asked, entries, made)
        strangers = _find_strangers(weigh_members(counted, made), counted, made)
        asked = np.isin(attached, attached[strangers]) & ~strangers
        attached = np.where(strangers, -1, attached)
    return attached


def _count_without_customers(attached: Int32s, asked: Bools, entries: Entries, made: Made) -> tuple[Int32s, Counted]:
    """Who is attached to what, and the communities of those who are asked, once what is none has left them.

    Pieces that only meet at places, and a vendor's customers, are groups of their own.
    """
    counted = count_ties(np.where(asked, attached, -1), entries, made)
    parted = part_at_places(counted.community, counted.ties, counted.signals, made.bipartite)
    moved = np.flatnonzero(parted != counted.community)
    if len(moved):
        attached = _attach_apart(attached, moved, parted[moved])
        counted = count_ties(np.where(asked, attached, -1), entries, made)
    if len(customers := find_customers(counted.ties, counted.signals, counted.size, made.bipartite)):
        own = _groups_of_their_own(customers, counted.community, counted.ties, counted.signals, made.bipartite)
        attached = _attach_apart(attached, customers, own)
        counted = count_ties(np.where(asked, attached, -1), entries, made)
    return attached, counted


def _attach_apart(attached: Int32s, accounts: Int64s, group: Int32s | Int64s) -> Int32s:
    """Attach accounts to groups of their own, by numbers that begin anew; -1 to none."""
    apart = attached.copy()
    apart[accounts] = np.where(group < 0, -1, attached.max() + 1 + group)
    return apart


def _find_strangers(members: pd.DataFrame, counted: Counted, made: Made) -> Bools:
    of_many = _is_one_of_many(members, counted, made.bipartite.types) | _passes_by(members, made.bipartite)
    return _who_leaves(members, of_many, counted.community, made.projection)


def _who_leaves(members: pd.DataFrame, of_many: Bools, community: Int32s, projection: Projection) -> Bools:
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


def _is_one_of_many(members: pd.DataFrame, counted: Counted, types: Sequence[SignalType]) -> Bools:
    """Which members bear one value of their community, or several, of which more accounts bear each and are none of it.

    Nothing tells them from these: of those whom the value alone ties, few belong. Nor does anything where it is not the
    community's own, as no program ever is, and fewer bear it who are tied by more; or where it ties more than twice as
    many alone as it would of members, going by how much else they bear. Several programs are no more than one, since a
    browser says the same thing twice; nor is a neighbourhood beside a value, for whoever goes through many networks is
    in one with somebody.
    """
    ties, outside = counted.ties, counted.signals["outside"].to_numpy()
    of_type = counted.signals["type"].to_numpy()
    fine = ~np.array([each.coarse for each in types], dtype=np.bool_)[of_type]
    program = np.array([each.family == CLIENT for each in types], dtype=np.bool_)[of_type]
    alone = _tie_alone(members, counted, fine, program)
    row, account = ties["row"].to_numpy()[alone], ties["account"].to_numpy()[alone]
    n_alike, inside = np.bincount(row, minlength=len(outside)), counted.signals["inside"].to_numpy()
    anybodys = program | (outside >= _ANYBODYS * (inside + outside))
    foreign = (outside + n_alike > inside - n_alike) | (n_alike > 2 * (1 + _expect_alone(counted, fine, program)))
    many = (outside > n_alike) | anybodys & foreign
    of_many = np.bincount(ties["account"], (outside <= inside)[ties["row"]], minlength=len(counted.community)) == 0
    n_alone, n_many = np.bincount(account, minlength=len(of_many)), np.bincount(account, many[row], len(of_many))
    of_many |= (n_alone > 0) & (n_many == n_alone)
    found: Bools = of_many[members["account"].to_numpy()]
    return found


def _tie_alone(members: pd.DataFrame, counted: Counted, fine: Bools, program: Bools) -> Bools:
    """Which ties are of an account's only fine value, of programs where it has nothing else, or its only one at all."""
    row, account = counted.ties["row"].to_numpy(), counted.ties["account"].to_numpy()
    n_fine, n_programs = (np.bincount(account, which[row], len(counted.community)) for which in (fine, program))
    few_fine = (n_fine == 1) | (n_fine > 0) & (n_fine == n_programs)
    has_one = np.zeros(len(counted.community), dtype=np.bool_)
    has_one[members["account"].to_numpy()[members["n_values"].to_numpy() == 1]] = True
    alone: Bools = (has_one & ~few_fine)[account] | few_fine[account] & fine[row]
    return alone


def _expect_alone(counted: Counted, fine: Bools, program: Bools) -> Floats:
    """How many members each value ties alone, as those let expect who bear one or two other fine values beside it.

    The lower bound of A. Chao, "Nonparametric Estimation of the Number of Classes in a Population", Scandinavian
    Journal of Statistics 11 (1984), without bias: what is borne at random leaves that many without anything else.
    """
    row, account = counted.ties["row"].to_numpy(), counted.ties["account"].to_numpy()
    is_program, is_other = (fine & program)[row], (fine & ~program)[row]
    n_programs, n_others = (
        np.bincount(account, which, len(counted.community))[account] for which in (is_program, is_other)
    )
    n_others -= np.where(is_other, 1 - (n_programs > 0), 0)
    one, two = (np.bincount(row, fine[row] & (n_others == others), len(fine)) for others in (1, 2))
    expected: Floats = one * (one - 1) / (2 * (two + 1))
    return expected


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
