"""Builds the bipartite graph of accounts and shared signals from distinct sightings.

A signal that only one account has links no accounts and is left out. Every other signal is kept, however many accounts
have it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from graphlink.engine.kernels.basic import build_rows, count_bearers, find_homes
from graphlink.engine.threads import n_blocks, run_two
from graphlink.graph.mail_domains import find_mailboxes
from graphlink.graph.wide_accounts import find_surplus
from graphlink.model.graph import Bipartite
from graphlink.model.times import NO_TIME

if TYPE_CHECKING:
    from graphlink.model.arrays import Bools, Int32s, Keys
    from graphlink.model.sightings import Sightings


def build_bipartite(sightings: Sightings, anyones: Bools | None = None, account_key: Keys | None = None) -> Bipartite:
    """Number the signals that at least two accounts have, and store the graph as CSR in both directions.

    Parameters
    ----------
    sightings
        Distinct (account, signal) pairs, sorted by account and signal.
    anyones
        By signal of ``sightings``: True for a value that anyone may have, such as an address at a public or disposable
        mail provider. A ring may be nearly all of such a provider's users, but the other users did not choose to share
        it.
    account_key
        The ``Bipartite.account_key`` of a graph of the same accounts, if there is one. Hashing a million ids takes
        longer than building the graph.

    Returns
    -------
    Bipartite
        Rows are all accounts, also those without a shared signal. Columns are the shared signals, in the order of
        ``sightings``.
    """
    signal, n_values = sightings.signal, len(sightings.signal_type)
    degree = count_bearers(signal, n_values)
    surplus = find_surplus(sightings, degree)
    if surplus is not None:
        signal = np.where(surplus, np.int32(n_values), signal)  # a value that is none
        degree = count_bearers(signal, n_values + 1)
        degree[n_values] = 0
    origin = np.flatnonzero(degree > 1).astype(np.int32)
    number = np.full(len(degree), -1, dtype=np.int32)
    number[origin] = np.arange(len(origin), dtype=np.int32)
    n_accounts = len(sightings.accounts)
    coarse = np.array([each.coarse for each in sightings.types], dtype=np.bool_)
    local = np.array([each.local for each in sightings.types], dtype=np.bool_)
    country = sightings.accounts.country.astype(np.int32)
    country_names = sightings.accounts.country_names
    families = tuple(sorted({each.counts_as for each in sightings.types}))
    rows = (sightings.account, signal, number)
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
        account_trace=_traces(sightings, signal, number),
        families=families,
        types=sightings.types,
        family_of_type=np.array([families.index(each.counts_as) for each in sightings.types], dtype=np.int8),
        account_start=account_start,
        signals=signals,
        signal_start=signal_start,
        accounts=accounts,
        sighting=row,
        signal_type=kind,
        origin=origin,
        signal_value=sightings.signal_value,
        corroborates=corroborates,
        country=country,
        country_names=country_names,
        home=home,
        at_home=at_home,
        mailbox=find_mailboxes(sightings, degree[:n_values], anyones),
        n_left_out=0 if surplus is None else int(surplus.sum()),
    )


def _keys(sightings: Sightings) -> Keys:
    """Hash the account ids: unlike an account's number, the hash does not change when other accounts come or go."""
    return pd.util.hash_array(np.asarray(sightings.accounts.ids.to_numpy(zero_copy_only=False)), categorize=False)


def _traces(sightings: Sightings, signal: Int32s, number: Int32s) -> Keys:
    """Hash the exported data of each account except its name, independently of all other accounts.

    The data is the creation time, which stays the same from week to week. If it is unknown, the hash uses the times,
    the count and the types of the account's shared signals (those whose ``number`` is not -1).
    """
    created_at = sightings.accounts.created_at
    trace = pd.util.hash_array(created_at)
    unknown = created_at == NO_TIME
    if not unknown.any():
        return trace
    trace[unknown] = 0
    kinds = pd.util.hash_array(np.array([each.name for each in sightings.types], dtype=object), categorize=False)
    rows = np.flatnonzero((trace == 0)[sightings.account] & (number >= 0)[signal])
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
