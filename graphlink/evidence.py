"""The partition in, the evidence out: what ties each community together, and each member to it.

Everything is counted against chance: a signal tells something about a community when it is far more common inside than
outside. What a member shares with the others, and what of it anybody else could have written, decides later how firmly
it is said to belong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from graphlink.attachment import WELL_LINKED, believe, is_made_at_address, links_inside, usual_links, without_hangers_on
from graphlink.customers import find_customers, is_particular
from graphlink.kernels import order_groups
from graphlink.model import BIT_SCALE, NO_TIME, Evidence, Provenance, Tier
from graphlink.together import both
from graphlink.traits import LARGEST_HOUSEHOLD

if TYPE_CHECKING:
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

_TELLING = 5
"""Times more common inside a community than outside, for a signal to tell something about it."""

_FRAMING = 3
"""Others who took an account's value, for it to look framed: one or two are a pair that happened to meet."""

_OWNERS = 3
"""Accounts that may have borne a value before a ring took it: two people, a desk."""

_WIDESPREAD = 0.05
"""Share of a community that bears a value taken from a framed account: fewer would not tie it to the whole."""

_DAY = 86_400_000_000
"""Microseconds."""


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
    needed = calibration.threshold_bits * BIT_SCALE
    at_address = is_made_at_address(projection, bipartite, test, needed)
    attached = without_hangers_on(partition.membership, projection, at_address, needed)

    def count(membership: Int32s) -> _Counted:
        community, n_small = _large_enough(membership, method.smallest_ring)
        return _Counted(community, n_small, *_ties(community, sightings, bipartite, test, calibration.n_accounts))

    def members_of(counted: _Counted) -> pd.DataFrame:
        return _members(counted, partition.cell, projection, bipartite, needed, method)

    counted = count(attached)
    if len(customers := find_customers(counted.ties, counted.signals, _sizes(counted.community), bipartite)):
        attached[customers] = _groups_of_their_own(
            customers, counted.community, counted.ties, counted.signals, bipartite
        )
        counted = count(attached)
    members = members_of(counted)
    part, strangers = counted, _strangers(members, counted.community, projection)
    while strangers.any():  # who leaves changes his own community and no other
        changed = np.isin(attached, attached[strangers])
        attached[strangers] = -1
        part = count(np.where(changed, attached, -1).astype(np.int32))
        strangers = _strangers(members_of(part), part.community, projection)
    if part is not counted:
        del part
        counted = count(attached)
        members = members_of(counted)
    return Evidence(
        members=members,
        signals=counted.signals,
        ties=counted.ties,
        size=_sizes(counted.community),
        n_small=counted.n_small,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """Communities of enough accounts, how many are smaller, who bears which of their signals, and these."""

    community: Int32s
    n_small: int
    ties: pd.DataFrame
    signals: pd.DataFrame


def _strangers(members: pd.DataFrame, community: Int32s, projection: Projection) -> Bools:
    """Whom one value ties and who more likely than not does not belong, or who has no evidence that can be shown.

    Whoever leaves takes links along, so that others are asked again; a possible victim may stay.
    """
    left, account = community.copy(), members["account"].to_numpy()
    may_leave = ~members["came_first"].to_numpy() & (members["n_values"].to_numpy() < 2)  # noqa: PLR2004
    leaving = (members["n_values"].to_numpy() == 0) | may_leave & (believe(members) < _AS_LIKELY_AS_NOT)
    while leaving.any():
        left[account[leaving]] = -1
        links = links_inside(left, projection)
        now = members.assign(n_links=links[account], usual_links=usual_links(left, links)[account])
        leaving = (left[account] >= 0) & may_leave & (believe(now) < _AS_LIKELY_AS_NOT)
    return (left < 0) & (community >= 0)


def _groups_of_their_own(
    accounts: Int64s, community: Int32s, ties: pd.DataFrame, signals: pd.DataFrame, bipartite: Bipartite
) -> Int64s:
    """Numbers, unused so far, for what is taken out of each community; -1 for whom neighbourhoods alone tie."""
    speaks = ~bipartite.corroborates[signals["signal"]]
    shown = np.bincount(ties["account"], speaks[ties["row"]]) > 0
    return np.where(shown[accounts], len(community) + community[accounts], -1)


def _large_enough(membership: Int32s, smallest: int) -> tuple[Int32s, int]:
    """Communities of at least ``smallest`` accounts, numbered anew in the same order, and how many others there are."""
    size = np.bincount(membership[membership >= 0], minlength=1)
    keep = size >= smallest
    number = np.where(keep, np.cumsum(keep) - 1, -1)
    community = np.where(membership >= 0, number[np.maximum(membership, 0)], -1).astype(np.int32)
    return community, int(np.count_nonzero(size) - np.count_nonzero(keep))


def _sizes(community: Int32s) -> Int64s:
    return np.bincount(community[community >= 0])


def _ties(
    community: Int32s, sightings: Sightings, bipartite: Bipartite, test: SignalTest, n_accounts: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who bears which of its community's telling signals; and these signals with their counts."""
    size = _sizes(community)
    entry = np.flatnonzero(community[bipartite.accounts] >= 0)
    signal = np.searchsorted(bipartite.signal_start, entry, side="right").astype(np.int64) - 1
    account = bipartite.accounts[entry]
    inside = community[account]
    order, _ = order_groups(inside, len(size))  # entries come by signal, so that those of a community do as well
    c, s = inside[order], signal[order]
    begins = (np.diff(c, prepend=-1) != 0) | (np.diff(s, prepend=-1) != 0)
    where = np.empty_like(order)
    where[order] = np.cumsum(begins) - 1
    c, s, n = c[begins].astype(np.int64), s[begins], np.bincount(where)
    degree = bipartite.degree[s].astype(np.int64)
    others = np.maximum(n_accounts - size[c], 1)
    telling = (n > 1) & (n * others > _TELLING * (degree - n) * size[c]) & (test.bits[s] > 0)
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
    )[telling].reset_index(drop=True)
    row = np.cumsum(telling) - 1
    told = telling[where]
    sighting = bipartite.sighting[entry[told]]
    ties = pd.DataFrame(
        {
            "row": row[where[told]],
            "account": account[told].astype(np.int64),
            "first_seen": sightings.first_seen[sighting],
            "last_seen": sightings.last_seen[sighting],
            "count": sightings.count[sighting].astype(np.int64),
        }
    )
    return ties, signals.join(_times(ties, len(signals)))


def _times(ties: pd.DataFrame, n_rows: int) -> pd.DataFrame:
    """First and last time that a member bore each signal."""
    known = ties[ties["first_seen"] != NO_TIME]
    times = known.groupby("row").agg(first_seen=("first_seen", "min"), last_seen=("last_seen", "max"))
    return times.reindex(np.arange(n_rows), fill_value=NO_TIME)


def _members(
    counted: _Counted, cell: Int32s, projection: Projection, bipartite: Bipartite, needed: float, method: Method
) -> pd.DataFrame:
    """One row a member, by account: how many links, families and values tie it, and how firmly."""
    community, ties, signals = counted.community, counted.ties, counted.signals
    account = np.flatnonzero(community >= 0)
    members = pd.DataFrame({"account": account, "community": community[account], "cell": cell[account]})
    links = links_inside(community, projection)
    members["n_links"] = links[account]
    members["usual_links"] = usual_links(community[account], links[account])
    borne = ties.join(signals[["type", "family", "bits"]], on="row")
    borne["particular"] = is_particular(ties, signals, _sizes(community), bipartite)
    sized = signals.assign(size=_sizes(community)[signals["community"]])
    strength, came_first = both(lambda: _strength(borne, bipartite, needed, method), lambda: _came_first(ties, sized))
    members = members.join(strength, on="account").join(came_first, on="account")
    counts = ["n_values", "families", "n_families", "tie_bits", "depends_on"]
    members[counts] = members[counts].fillna(0).astype(np.int64)
    flags = ["observed", "particular", "survives_any_value", "came_first"]
    members[flags] = members[flags].fillna(value=False).astype(np.bool_)
    return members.assign(tier=_tiers(members))


def _tiers(members: pd.DataFrame) -> Int8s:
    """How firmly each member is tied, as the position of its tier.

    Core: two independent families, one of them observed by the provider, a tie that no vendor makes, and no single
    value whose loss would cut it off. A framed account bore all its values first. Whoever has few links, or one family
    only, stands at the edge.
    """
    well_linked = members["n_links"] >= WELL_LINKED * members["usual_links"]
    two_families = members["n_families"] > 1
    lasting = members["survives_any_value"]
    core = well_linked & two_families & lasting & members["observed"] & members["particular"]
    probable = well_linked & (two_families | lasting)
    ranks = {tier: position for position, tier in enumerate(Tier)}
    tier = np.select([core, probable], [ranks[Tier.CORE], ranks[Tier.PROBABLE]], ranks[Tier.PERIPHERAL])
    return np.where(members["came_first"], ranks[Tier.POSSIBLE_VICTIM], tier).astype(np.int8)


def _strength(borne: pd.DataFrame, bipartite: Bipartite, needed: float, method: Method) -> pd.DataFrame:
    """Evidence of each account as for a pair: over families, the strongest in full and a fraction of the others.

    A member survives the loss of any one value when what remains still is as much as an edge needs.
    """
    adds_up = np.array([each.adds_up for each in bipartite.types], dtype=np.bool_)
    observed = np.array([each.provenance is Provenance.OBSERVED for each in bipartite.types], dtype=np.bool_)
    borne = borne.sort_values(["account", "family", "bits", "row"], ascending=[True, True, False, True])
    by_family = borne.groupby(["account", "family"], sort=False)
    place = by_family.cumcount().to_numpy()
    in_full = adds_up[borne["type"]] | (place == 0)
    bits = borne["bits"].to_numpy()
    given = np.where(in_full, bits, np.floor(bits * method.further_share)).astype(np.int64)
    following = by_family["bits"].shift(-1, fill_value=0).to_numpy()
    moves_up = np.where(adds_up[borne["type"]] | (place > 0), 0, following - np.floor(following * method.further_share))
    table = pd.DataFrame(
        {
            "account": borne["account"].to_numpy(),
            "given": given,
            "lost": given - moves_up,
            "family": borne["family"].to_numpy(),
            "new_family": place == 0,
            "new_mask": np.where(place == 0, 1 << borne["family"].to_numpy(), 0),
            "observed": observed[borne["type"]],
            "particular": borne["particular"].to_numpy(),
        }
    )
    strength = table.groupby("account").agg(
        n_values=("given", "size"),
        tie_bits=("given", "sum"),
        n_families=("new_family", "sum"),
        observed=("observed", "any"),
        particular=("particular", "any"),
        most_lost=("lost", "max"),
        families=("new_mask", "sum"),
    )
    strength["survives_any_value"] = strength["tie_bits"] - strength.pop("most_lost") >= needed
    lost = table.groupby(["account", "family"], as_index=False)["given"].sum()
    rest = strength["tie_bits"].reindex(lost["account"]).to_numpy() - lost["given"].to_numpy()
    lost["mask"] = np.where(rest < needed, 1 << lost["family"].to_numpy(), 0)
    strength["depends_on"] = lost.groupby("account")["mask"].sum()
    return strength


def _came_first(ties: pd.DataFrame, signals: pd.DataFrame) -> pd.DataFrame:
    """Whether an account bore every widespread value that ties it a day or more before its community did.

    Then the others may have taken its values, and nothing shows that it took theirs. Up to three may have been first,
    since a value is often two people's or a desk's; a day passes before the next ones come. With whoever was first goes
    its household: who shares with it what is theirs alone. What an account shares with a few (its own household, that
    was drawn in with it) says nothing on either side where it shares something with more. Unknown times are no excuse.
    """
    inside = signals["inside"].to_numpy()
    widespread = inside > np.maximum(_FRAMING, _WIDESPREAD * signals["size"].to_numpy())
    ordered = ties[widespread[ties["row"]]].sort_values(["row", "first_seen", "account"])
    by_row = ordered.groupby("row", sort=False)
    place = by_row.cumcount().to_numpy().astype(np.int64)
    known = (ordered["first_seen"] != NO_TIME).to_numpy()
    wait = (by_row["first_seen"].shift(-1) - ordered["first_seen"]).to_numpy()
    n_later = by_row.cumcount(ascending=False).to_numpy()
    row, account = ordered["row"].to_numpy(), ordered["account"].to_numpy()
    of_few = ties[inside[ties["row"]] <= LARGEST_HOUSEHOLD].rename(columns={"row": "home", "first_seen": "since"})
    last_of_first = known & (place < _OWNERS) & (n_later >= _FRAMING) & (wait >= _DAY)
    n_first = pd.Series(np.where(last_of_first, place + 1, 0)).groupby(row).transform("max")
    leads = pd.Series(known & ((place < n_first.to_numpy()) | _is_at_home(ordered, place == 0, of_few)))
    of_many = pd.Series(inside[row] > LARGEST_HOUSEHOLD)
    counts = of_many | ~of_many.groupby(account).transform("any")
    return (leads | ~counts).groupby(account).all().to_frame("came_first")


def _is_at_home(ordered: pd.DataFrame, first: Bools, of_few: pd.DataFrame) -> Bools:
    """Who was of the household of whoever bore a row's value first, where that was a day before any stranger came.

    Its household are those who share with it the value of few that most share. Who took the value up, or came to live
    there, after a stranger had the value may belong to either.
    """
    shared = ordered.loc[first, ["row", "account"]].merge(of_few[["home", "account"]])
    shared = shared[shared["home"] != shared["row"]]
    shared["size"] = of_few.groupby("home").size().reindex(shared["home"]).to_numpy()
    home = shared.sort_values(["row", "size", "home"], ascending=[True, False, True]).drop_duplicates("row")
    bearers = ordered[["row", "account", "first_seen"]].merge(home[["row", "home"]], how="left")
    bearers = bearers.merge(of_few[["home", "account", "since"]], how="left")
    at_home = bearers["since"].notna().to_numpy()
    began = bearers["first_seen"].groupby(bearers["row"]).transform("min")
    strangers = bearers[~at_home].groupby("row")["first_seen"].agg(["min", "size"]).reindex(bearers["row"])
    came = np.where(strangers["size"] >= _FRAMING, strangers["min"], NO_TIME)
    since = bearers[["first_seen", "since"]].min(axis=1).to_numpy()
    a_day_before = (began != NO_TIME).to_numpy() & (came - began.to_numpy() >= _DAY)
    before: Bools = at_home & a_day_before & (since != NO_TIME) & (since < came)
    return before
