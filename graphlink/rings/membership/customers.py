"""Separates a ring's members from accounts that only have the same vendor: a vendor's values tie all its customers.

A ring that works through a vendor's tool has the vendor's prompt and address, as every other customer does. Prompt and
address are two families, but come from one source: without other evidence they corroborate nothing.
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
"""Share of the accounts without values of the group's own, from which on a value counts as handed out by a vendor. A
vendor has few addresses and prompts, and an operator's are on fewer accounts."""

_FEWEST = 5
"""Least number of accounts to which a value is handed out: fewer are a household."""

_OUTSIDERS = 0.25
"""Share of a prompt's accounts outside the group, above which the prompt comes from outside."""

_HARDLY = 0.25
"""A value belongs to others than the group's body if the body's share of its accounts is below this fraction of the
body's share of the group."""

_WIDESPREAD = 0.1
"""Share of a group that has an address or a prompt, above which a vendor may have handed it out."""


def find_customers(ties: pd.DataFrame, signals: pd.DataFrame, size: Int64s, bipartite: Bipartite) -> Int64s:
    """Find the accounts that are only a vendor's customers, in groups that have other accounts.

    A group has a body: more members than a household, who share what they are, have or pay with, where hardly any other
    account has it. Some families among a vendor's customers are no body. The other accounts are the rest. The rest is a
    vendor's if one prompt and one address are on much of it, and if the prompt is also on many accounts outside, or the
    rest is larger than the body. An account of the rest is then a customer if only handed-out values tie it. In any
    group it is a customer if it is tied only by values that are far rarer in the body than elsewhere in the group. A
    ring that copies a vendor's prompt does not gain the vendor's customers: one prompt ties no account that also has a
    value so rare in the body, though many of the body would be expected to have it.

    Parameters
    ----------
    ties, signals
        The accounts that have each of their community's telling signals; see ``Evidence``.
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
    """By tie: whether it is no vendor's: not a prompt, address or program that much of the group has."""
    given = in_families(signals, bipartite, NETWORK, CONTENT, CLIENT)
    widespread = signals["inside"].to_numpy() > np.maximum(_FEWEST, _WIDESPREAD * size[signals["community"]])
    particular = ~(given & (widespread | bipartite.corroborates[signals["signal"]]))
    of_ties: Bools = particular[ties["row"]]
    return of_ties


def _in_pieces_beyond_households(account: Int64s, row: Int64s, n_accounts: int, n_rows: int) -> Bools:
    """By account: whether these rows tie it, directly or not, to more accounts than a household has."""
    piece = join_pairs(account, n_accounts + row, n_accounts + n_rows)[:n_accounts]
    return np.bincount(piece)[piece] > LARGEST_HOUSEHOLD


def in_families(signals: pd.DataFrame, bipartite: Bipartite, *names: str) -> Bools:
    """By signal: whether it is of one of these families."""
    chosen: Bools = np.isin(bipartite.families, names)[signals["family"]]
    return chosen
