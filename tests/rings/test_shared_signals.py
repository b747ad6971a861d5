"""Which signals tell something about a community."""

from types import SimpleNamespace

import numpy as np
import pytest

from graphlink.rings.shared_signals import Entries, count_ties


@pytest.mark.parametrize(
    ("inside", "outside", "bits", "told"),
    [(2, 3, 1, True), (2, 4, 1, False), (3, 5, 1, True), (1, 1, 1, False), (2, 3, 0, False)],
)
def test_a_signal_tells_something_that_is_five_times_more_common_inside(inside, outside, bits, told):
    """Ten of 110 accounts are a community: a fifth of it and a twenty-fifth of the others is not more than that."""
    community = np.where(np.arange(110) < 10, 0, -1).astype(np.int32)
    bearers = np.array([*range(inside), *range(10, 10 + outside)], dtype=np.int32)
    degree, entry, one = np.array([len(bearers)]), np.arange(len(bearers)), np.zeros(1, dtype=np.int16)
    graph = SimpleNamespace(
        accounts=bearers, signal_start=np.append(0, degree), degree=degree, signal_type=one, family=one, sighting=entry
    )
    test = SimpleNamespace(bits=np.array([bits]))
    counted = count_ties(community, Entries.of(graph, test), graph, test, n_accounts=110, smallest=2)
    assert counted.ties["account"].tolist() == list(range(inside if told else 0))
    assert counted.signals["outside"].tolist() == [outside] * told
