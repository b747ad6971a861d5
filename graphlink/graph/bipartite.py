"""Distinct sightings in, the bipartite graph of accounts and shared signals out.

A signal that one account alone bears links nobody and stays behind; everything else is kept, however popular.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from graphlink.engine.kernels.basic import build_rows, count_bearers, find_homes
from graphlink.engine.threads import n_blocks, run_two
from graphlink.graph.mail_domains import find_mailboxes
from graphlink.model.graph import Bipartite
from graphlink.model.times import NO_TIME

if TYPE_CHECKING:
    from graphlink.model.arrays import Bools, Int32s, Keys
    from graphlink.model.sightings import Sightings


def build_bipartite(sightings: Sightings, anyones: Bools | None = None, account_key: Keys | None = None) -> Bipartite:
    """Number the signals that at least two accounts bear and lay the graph out as CSR both ways.

    Parameters
    ----------
    sightings
        Distinct (account, signal) pairs, sorted by account and signal.
    anyones
        By signal of ``sightings``: a value that anyone may bear, such as an address at a public or disposable mail
        provider. A ring may be nearly all of such a provider's users, and the others did not choose their company.
    account_key
        The ``Bipartite.account_key`` of a graph of the same accounts, where there is one: to hash a million ids takes
        longer than to lay out the graph.

    Returns
    -------
    Bipartite
        Rows are accounts (all of them, also those without a shared signal), columns the shared signals in the order
        of ``sightings``.
    """
    degree = count_bearers(sightings.signal, len(sightings.signal_type))
    origin = np.flatnonzero(degree > 1).astype(np.int32)
    number = np.full(len(degree), -1, dtype=np.int32)
    number[origin] = np.arange(len(origin), dtype=np.int32)
    n_accounts = len(sightings.accounts)
    coarse = np.array([each.coarse for each in sightings.types], dtype=np.bool_)
    local = np.array([each.local for each in sightings.types], dtype=np.bool_)
    country = sightings.accounts.country.astype(np.int32)
    country_names = sightings.accounts.country_names
    families = tuple(sorted({each.voice for each in sightings.types}))
    rows = (sightings.account, sightings.signal, number)
    laid_out, keys = run_two(
        lambda: build_rows(*rows, n_accounts, degree[origin], n_blocks()),
        lambda: _keys(sightings) if account_key is None else account_key,
    )
    account_start, signals, signal_start, accounts, row = laid_out
    kind = sightings.signal_type[origin]
    corroborates = coarse[kind] | (False if anyones is None else anyones[origin])
    home, at_home = find_homes(signal_start, accounts, local[kind] | corroborates, country, len(country_names))
    return Bipartite(
        n_accounts=n_accounts,
        account_key=keys,
        account_trace=_traces(sightings, number),
        families=families,
        types=sightings.types,
        family_of_type=np.array([families.index(each.voice) for each in sightings.types], dtype=np.int8),
        account_start=account_start,
        signals=signals,
        signal_start=signal_start,
        accounts=accounts,
        sighting=row,
        signal_type=kind,
        origin=origin,
        corroborates=corroborates,
        country=country,
        country_names=country_names,
        home=home,
        at_home=at_home,
        mailbox=find_mailboxes(sightings, degree, anyones),
    )


def _keys(sightings: Sightings) -> Keys:
    """Hash the account ids: unlike an account's number, this does not move when other accounts come or go."""
    return pd.util.hash_array(np.asarray(sightings.accounts.ids.to_numpy(zero_copy_only=False)), categorize=False)


def _traces(sightings: Sightings, number: Int32s) -> Keys:
    """Hash what the export says of each account but its name, and of nobody else.

    That is when it was created, which stays as it is from week to week; where that is not known, when and how often it
    was seen with which types of shared signal (those of which ``number`` is not -1).
    """
    created_at = sightings.accounts.created_at
    trace = pd.util.hash_array(created_at)
    unknown = created_at == NO_TIME
    if not unknown.any():
        return trace
    trace[unknown] = 0
    kinds = pd.util.hash_array(np.array([each.name for each in sightings.types], dtype=object), categorize=False)
    rows = np.flatnonzero((trace == 0)[sightings.account] & (number >= 0)[sightings.signal])
    seen = pd.DataFrame(
        {
            "type": kinds[sightings.signal_type[sightings.signal[rows]]],
            "first_seen": sightings.first_seen[rows],
            "last_seen": sightings.last_seen[rows],
            "count": sightings.count[rows].astype(np.int64),
        }
    )
    np.add.at(trace, sightings.account[rows], pd.util.hash_pandas_object(seen, index=False).to_numpy())
    return trace
