"""Who is a ring's member, and who only has the same vendor: what a vendor hands out ties all its customers.

A ring that works through a vendor's tool has the vendor's prompt and sits at the vendor's address, as every other
customer does. Prompt and address are two families, but one hand gave both: they corroborate nothing where nothing else
ties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.components import join_pairs
from graphlink.model.families import CLIENT, CONTENT, LARGEST_HOUSEHOLD, NETWORK

if TYPE_CHECKING:
    import pandas as pd

    from graphlink.model.arrays import Bools, Int64s
    from graphlink.model.graph import Bipartite

_HANDED_OUT = 0.1
"""Share of those who bear nothing of the group's own from which on a value was handed to them, as a vendor's is: he has
a few addresses and prompts, and an operator's are on fewer."""

_FEWEST = 5
"""Accounts that are handed something, at least: fewer are a household."""

_OUTSIDERS = 0.25
"""Share of a prompt's bearers outside the group from which on the prompt is somebody else's to give."""

_HARDLY = 0.25
"""How far below what is usual in the group a value's share of the body lies, for it to be others' than the group's."""

_WIDESPREAD = 0.1
"""Share of a group that an address or a prompt is on, from which on it may be one that a vendor hands out."""


def find_customers(ties: pd.DataFrame, signals: pd.DataFrame, size: Int64s, bipartite: Bipartite) -> Int64s:
    """Name the accounts that are only a vendor's customers, in groups whose others are more.

    A group has a body: members who share what they are, have or pay with, and hardly anybody else does, and are more
    than a household that does so: some families among a vendor's customers are no body. The rest is a
    vendor's when one prompt and one address are on much of it, and either the prompt is on many outside the group too,
    or the rest is more than the body. Of the rest, those are customers whom nothing but what was handed out ties, and,
    in any group, those whom nothing ties but what is far rarer in its body than elsewhere in it. A ring that copies a
    vendor's prompt does not make his customers its own: one prompt ties nobody who has a home that the body keeps away
    from, though so many of it would be expected there.

    Parameters
    ----------
    ties, signals
        Who bears which of their community's telling signals; see ``Evidence``.
    size
        Accounts by community.
    """
    group, row, account = signals["community"].to_numpy(), ties["row"].to_numpy(), ties["account"].to_numpy()
    inside, outside = signals["inside"].to_numpy(), signals["outside"].to_numpy()
    given = in_families(signals, bipartite, NETWORK, CONTENT, CLIENT)
    corroborates = bipartite.corroborates[signals["signal"]]
    own = ~given & ~corroborates & (inside > outside)
    in_body = _in_pieces_beyond_households(account[own[row]], row[own[row]], bipartite.n_accounts, len(signals))
    of_rest = ~in_body[account]
    rest, first = np.unique(account[of_rest], return_index=True)
    group_of_rest = group[row[of_rest][first]]
    n_rest = np.bincount(group_of_rest, minlength=len(size))

    on_rest = np.bincount(row[of_rest], minlength=len(signals))
    loose = given & ~corroborates
    handed = loose & (on_rest >= np.maximum(_FEWEST, _HANDED_OUT * n_rest[group]))
    prompt = handed & in_families(signals, bipartite, CONTENT)
    foreign = np.bincount(group[prompt & (outside > _OUTSIDERS * (inside + outside))], minlength=len(size)) > 0
    placed = np.bincount(group[handed & in_families(signals, bipartite, NETWORK)], minlength=len(size)) > 0
    prompted = np.bincount(group[prompt], minlength=len(size)) > 0
    of_vendor = placed & prompted & (foreign | (2 * n_rest > size))
    usual = (1 - n_rest / size)[group]  # share of the body
    elsewhere = loose & (inside - on_rest < _HARDLY * usual * inside)

    telling = ~(handed & of_vendor[group]) & ~elsewhere & ~corroborates
    copied = telling & loose & in_families(signals, bipartite, CONTENT)
    at_home = elsewhere & (usual * inside >= _FEWEST)
    n_telling, n_copied, n_at_home = (
        np.bincount(account[chosen[row]], minlength=bipartite.n_accounts) for chosen in (telling, copied, at_home)
    )
    tied = (n_telling > 0) & ~((n_telling == 1) & (n_copied == 1) & (n_at_home > 0))
    customers: Int64s = rest[(n_rest < size)[group_of_rest] & ~tied[rest]]
    return customers


def is_particular(ties: pd.DataFrame, signals: pd.DataFrame, size: Int64s, bipartite: Bipartite) -> Bools:
    """Which ties no vendor can have made: all but prompts, addresses and programs of a large part of the group."""
    given = in_families(signals, bipartite, NETWORK, CONTENT, CLIENT)
    widespread = signals["inside"].to_numpy() > np.maximum(_FEWEST, _WIDESPREAD * size[signals["community"]])
    particular = ~(given & (widespread | bipartite.corroborates[signals["signal"]]))
    of_ties: Bools = particular[ties["row"]]
    return of_ties


def _in_pieces_beyond_households(account: Int64s, row: Int64s, n_accounts: int, n_rows: int) -> Bools:
    """Which accounts are tied by some rows to more others, however indirectly, than a household has."""
    piece = join_pairs(account, n_accounts + row, n_accounts + n_rows)[:n_accounts]
    return np.bincount(piece)[piece] > LARGEST_HOUSEHOLD


def in_families(signals: pd.DataFrame, bipartite: Bipartite, *names: str) -> Bools:
    """Which signals are of one of these families."""
    chosen: Bools = np.isin(bipartite.families, names)[signals["family"]]
    return chosen
