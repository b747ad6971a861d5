"""The graph of accounts and shared signals: a matrix laid out both ways, and nothing that links nobody."""

from dataclasses import replace

import numpy as np
import worlds
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from worlds import sightings

from graphlink.graph.bipartite import build_bipartite

NAMES = st.sampled_from(["ann", "bob", "cat", "dan", "eve"])
SIGNALS = st.sampled_from([("ip", "a"), ("ip", "b"), ("card", "a"), ("card", "c"), ("device", "d")])
ROWS = st.lists(st.tuples(NAMES, SIGNALS), min_size=1, max_size=25).map(
    lambda pairs: [(account, *signal, -1) for account, signal in pairs]
)


def matrices(bipartite) -> tuple[np.ndarray, np.ndarray]:
    """The graph as seen from the accounts, and as seen from the signals."""
    shape = (bipartite.n_accounts, bipartite.n_signals)
    ones = np.ones(len(bipartite.signals))
    by_account = csr_array((ones, bipartite.signals, bipartite.account_start), shape=shape)
    by_signal = csr_array((ones, bipartite.accounts, bipartite.signal_start), shape=shape[::-1])
    return by_account.toarray(), by_signal.toarray()


@given(ROWS)
def test_both_layouts_are_one_matrix_of_the_shared_sightings_and_lead_back_to_them(rows):
    world = sightings(rows)
    graph = build_bipartite(world)
    by_account, by_signal = matrices(graph)
    assert (by_account == by_signal.T).all()
    degree = np.bincount(world.signal)
    shared = {(a, s) for a, s in zip(world.account.tolist(), world.signal.tolist(), strict=True) if degree[s] > 1}
    account, signal = by_account.nonzero()
    assert set(zip(account.tolist(), graph.origin[signal].tolist(), strict=True)) == shared
    signal = np.repeat(np.arange(graph.n_signals), graph.degree)
    assert (world.account[graph.sighting] == graph.accounts).all()
    assert (world.signal[graph.sighting] == graph.origin[signal]).all()


def test_a_signal_of_one_account_stays_behind_and_the_account_does_not():
    graph = build_bipartite(sightings("ip shared: ann bob\n card own: ann\n device alone: cat"))
    assert graph.n_accounts == 3
    assert graph.n_signals == 1
    assert graph.degree.tolist() == [2]


def test_a_key_follows_the_id_and_not_the_number():
    keys = build_bipartite(sightings("ip x: bob dan")).account_key
    later = build_bipartite(sightings("ip x: ann bob cat dan")).account_key
    assert keys.tolist() == later[[1, 3]].tolist()
    assert len(set(later.tolist())) == 4


def test_a_trace_follows_neither_the_id_nor_what_nobody_shares():
    one = build_bipartite(sightings("ip x: ann bob\n card y: ann bob eve")).account_trace
    other = build_bipartite(sightings("ip x: ulf vic\n card y: ulf vic zoe\n device z: ulf")).account_trace
    assert one.tolist() == other.tolist()
    assert one[0] == one[1] != one[2]


def test_a_trace_is_when_the_account_was_created_if_that_is_known():
    seen = sightings("ip x: ann bob eve\n card y: ann bob")
    known = replace(seen.accounts, created_at=np.array([5, 6, 6]))
    trace = build_bipartite(replace(seen, accounts=known)).account_trace
    assert trace[0] != trace[1] == trace[2]


def test_values_that_anyone_may_bear_and_coarse_types_only_corroborate():
    world = worlds.stages(
        worlds.household + "email_domain gmail.com: x y\n email_domain own.example: x y\n ip24 10.0.0.0/24: x y"
    )
    alone = {world.signal("email_domain", "gmail.com"), world.signal("ip24", "10.0.0.0/24")}
    assert set(np.flatnonzero(world.bipartite.corroborates).tolist()) == alone
