"""Who is linked firmly to a community, and who only hangs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphlink.engine.arrays import distinct
from graphlink.engine.components import join_pairs
from graphlink.engine.kernels.basic import count_links
from graphlink.engine.kernels.pairs import pair_evidence
from graphlink.engine.threads import n_blocks
from graphlink.model.families import IDENTITY, LARGEST_HOUSEHOLD, NETWORK
from graphlink.model.findings import SUREST

if TYPE_CHECKING:
    import pandas as pd

    from graphlink.model.arrays import Bools, Floats, Int32s, Int64s
    from graphlink.model.graph import Bipartite, Projection, SignalTest

_GATES = 2
"""Well-linked accounts through which a bunch of others may hang on: those who also live among these."""

_PLACES = 2
"""Addresses at which a household may meet others: its own, and one of theirs."""

_ELSEWHERE = 0.25
"""Share of a household's links to others, below which they meet at an address only."""

_HARDLY = 0.25
"""Share of what a link needs, below which it is hardly anything: half of that are a large mail provider or a bank's
cards."""

_HANGER_ON = 0.1
"""Links, as a share of its community's median, below which an account is left out: of those, 2 in 100 belong ..."""

WELL_LINKED = 0.5
"""... and below which it is peripheral: of those, 6 in 10 belong; above, more than 9 in 10."""

_EVEN, _EVEN_OF_ONE_FAMILY = 1 / 6, 1 / 3
"""Links, as a share of its group's median, with which as many accounts belong as do not: where two families of signals
tie them, and where one alone does, which takes twice the links (measured on trial worlds)."""

_STEEPNESS = 4
"""Twice the links give 2**4 times the odds: what a stranger shares by accident seldom gives it many links."""


class Meetings(NamedTuple):
    """What addresses tie: which links are made there, and who was where."""

    made: Bools
    """Of each link whether addresses make it: ``is_made_at_address``."""
    account: Int32s
    """Who was seen ..."""
    address: Int32s
    """... at which address of those that link by themselves."""
    addresses: int
    """The family of addresses, as a bit mask."""
    names: int
    """That of names."""


def without_hangers_on(membership: Int32s, projection: Projection) -> Int32s:
    """Communities without the accounts that hang on by far fewer links than is usual there.

    A family at whose address a member sits has links enough, but they are to one another: where many links are usual,
    some must lead to the well-linked, or the bunch is let go that hangs on through one or two of these.
    """
    links = links_inside(membership, projection)
    attached = np.where(links >= _HANGER_ON * usual_links(membership, links), membership, -1).astype(np.int32)
    links = links_inside(attached, projection)
    usual = usual_links(attached, links)
    body = (attached >= 0) & (links >= WELL_LINKED * usual)
    held = np.maximum(links_inside(attached, projection, body), 1) >= _HANGER_ON * usual
    held |= body | (_gates(attached, body, projection) > _GATES)
    return np.where(held, attached, -1).astype(np.int32)


def are_guests(community: Int32s, projection: Projection, met: Meetings, needed: float) -> Bools:
    """Which accounts are of a household, each tied to another by what would be enough for two, that visits a community.

    However many links are usual there, it is let go; ``needed`` is the evidence that makes a link.

    It knows one or two others there, or meets others nowhere but at addresses, or has so few links to others that these
    alone would make none of its accounts a member. An operator's cell has nothing that makes it a household but a card,
    say, and its accounts meet others at address after address; those of a firm at a chain's desks have its name.
    """
    own = (community >= 0)[projection.source] & (community[projection.source] == community[projection.target])
    source, target = projection.source[own].astype(np.int64), projection.target[own].astype(np.int64)
    families = projection.families[own]
    twice = (np.bitwise_count(families) > 1) & (projection.bits[own] >= 2 * needed)
    household = join_pairs(source[twice], target[twice], len(community)).astype(np.int64)
    size = np.bincount(household)
    leading = household[source] != household[target]
    here = np.concatenate([household[source[leading]], household[target[leading]]])
    there = np.concatenate([target[leading], source[leading]])
    n_others = np.bincount(distinct(here << 32 | there) >> 32, minlength=len(size))
    n_links = np.bincount(here, minlength=len(size))
    elsewhere = np.bincount(here, np.tile(~met.made[own][leading], 2), minlength=len(size))
    made_by = _all_families(household[source[~leading]], families[~leading], len(size))
    has_one_thing = (np.bitwise_count(made_by & ~met.addresses) < 2) & (made_by & met.names == 0)  # noqa: PLR2004
    is_cell = has_one_thing & (_n_meeting_places(household, community, met) > _PLACES)
    at_addresses = (elsewhere < _ELSEWHERE * n_links) & ~is_cell
    tied_by = _all_families(here, np.tile(families[leading], 2), len(size))
    even = np.where(np.bitwise_count(tied_by) > 1, _EVEN, _EVEN_OF_ONE_FAMILY) * size
    usual = usual_links(community, links_inside(community, projection))
    too_few = n_links[household] < even[household] * usual
    visits = too_few | ((n_others <= _GATES) | at_addresses)[household]
    whole = np.bincount(community[community >= 0], minlength=1)[np.maximum(community, 0)]
    small = (size[household] > 1) & (size[household] <= LARGEST_HOUSEHOLD) & (2 * size[household] < whole)
    is_guest: Bools = (community >= 0) & small & visits & (n_links > 0)[household]
    return is_guest


def _all_families(group: Int64s, families: Int32s, n_groups: int) -> Int32s:
    """The families, as a bit mask, that make any of the links of each group."""
    found = np.zeros(n_groups, dtype=families.dtype)
    np.bitwise_or.at(found, group, families)
    return found


def _n_meeting_places(household: Int64s, community: Int32s, met: Meetings) -> Int64s:
    """At how many addresses each household was where another of its community was, too."""
    inside = community[met.account] >= 0
    account, address = met.account[inside], met.address[inside].astype(np.int64)
    place, number = np.unique(address << 32 | community[account], return_inverse=True)
    there = distinct(number.astype(np.int64) << 32 | household[account])
    n_there = np.bincount(there >> 32, minlength=len(place))
    return np.bincount((there & 0xFFFFFFFF)[n_there[there >> 32] > 1], minlength=int(household.max(initial=-1)) + 1)


def _gates(community: Int32s, body: Bools, projection: Projection) -> Int64s:
    """To how many of the well-linked each account's bunch is linked: those that links tie to it without their help."""
    own = (community >= 0)[projection.source] & (community[projection.source] == community[projection.target])
    source, target = projection.source[own], projection.target[own]
    within = ~body[source] & ~body[target]
    bunch = join_pairs(source[within], target[within], len(community)).astype(np.int64)
    leading = body[source] != body[target]
    source, target = source[leading], target[leading]
    pairs = np.unique(bunch[np.where(body[source], target, source)] << 32 | np.where(body[source], source, target))
    return np.bincount(pairs >> 32, minlength=len(community))[bunch]


def usual_links(community: Int32s, links: Int64s) -> Floats:
    """The median of the links in each account's community; 0 for an account in none."""
    grouped = np.flatnonzero(community >= 0)
    group = community[grouped].astype(np.int64)
    ordered = np.sort(group << 32 | links[grouped]) & 0xFFFFFFFF
    size = np.bincount(group)
    begins = np.cumsum(size) - size
    filled = np.flatnonzero(size)
    median = np.zeros(len(size))
    below, above = ((begins + (size + more) // 2)[filled] for more in (-1, 0))
    median[filled] = (ordered[below] + ordered[above]) / 2
    usual = np.zeros(len(community))
    usual[grouped] = median[group]
    return usual


def links_inside(community: Int32s, projection: Projection, some: Bools | None = None) -> Int64s:
    """Edges of each account to its own community, or to some accounts of it."""
    counted = np.ones(len(community), dtype=np.bool_) if some is None else some
    n_links = np.zeros(len(community), dtype=np.int64)
    count_links(projection.source, projection.target, community, counted, n_links)
    return n_links


def find_meetings(projection: Projection, bipartite: Bipartite, test: SignalTest, needed: float) -> Meetings:
    """Which links addresses make, and who was at which of those that link by themselves."""
    places = np.isin(bipartite.families, [NETWORK])[bipartite.family] & test.passes
    address = np.repeat(np.flatnonzero(places).astype(np.int32), bipartite.degree[places])
    account = bipartite.accounts[np.repeat(places, bipartite.degree)]
    made = is_made_at_address(projection, bipartite, test, needed)
    return Meetings(made, account, address, *(_bit_of(family, bipartite) for family in (NETWORK, IDENTITY)))


def _bit_of(family: str, bipartite: Bipartite) -> int:
    """One of the families as a bit mask."""
    return sum(1 << number for number, each in enumerate(bipartite.families) if each == family)


def is_made_at_address(projection: Projection, bipartite: Bipartite, test: SignalTest, needed: float) -> Bools:
    """Which links addresses make: without them, hardly any of what a link needs is left.

    Two who live at one address may have one mail provider, too.
    """
    network, mask = np.isin(bipartite.families, [NETWORK]), _bit_of(NETWORK, bipartite)
    made: Bools = projection.families == mask
    asked = np.flatnonzero((projection.families & mask > 0) & ~made)
    rest, _ = pair_evidence(
        (projection.source[asked], projection.target[asked]),
        (bipartite.account_start, bipartite.signals),
        (bipartite.family, bipartite.adds_up),
        np.where(network[bipartite.family], 0, test.bits),
        (0, 1),
        n_blocks(),
    )
    made[asked] = rest < _HARDLY * needed
    return made


def believe(members: pd.DataFrame) -> Floats:
    """Chance that a member belongs to its group, by its links and by how many families tie it.

    Whoever has fewer links than a hanger-on has lost its neighbours when these left, and counts as if it had as many.
    """
    links, usual, n_families, n_values, survives = (
        members[name].to_numpy() for name in ("n_links", "usual_links", "n_families", "n_values", "survives_any_value")
    )
    share = np.maximum(links / np.maximum(usual, 1), _HANGER_ON)
    one_family = (n_families < 2) | ~survives & (n_values < 2)  # noqa: PLR2004
    odds = (share / np.where(one_family, _EVEN_OF_ONE_FAMILY, _EVEN)) ** _STEEPNESS
    confidence: Floats = np.round(np.minimum(odds / (1 + odds), SUREST), 3)
    return confidence
