"""B-cubed and pair figures, against the worked example of the data sheet and a plain reference over all pairs."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphlink.lab.evaluate.agreement import measure_agreement

BLOCKS = st.integers(min_value=-1, max_value=5)
PAIRED = st.lists(st.tuples(BLOCKS, BLOCKS), min_size=1, max_size=25)


def test_worked_example():
    figures = measure_agreement(np.array([0, 0, 1, 1, 2]), np.array([0, 0, 0, 1, 2]))
    rounded = [
        round(value, 3)
        for value in (
            *(figures.bcubed_precision, figures.bcubed_recall, figures.bcubed_f, figures.pair_precision),
            *(figures.pair_recall, figures.pair_f1),
        )
    ]
    assert rounded == [0.8, 0.733, 0.765, 0.5, 0.333, 0.4]


@given(PAIRED)
def test_agrees_with_the_plain_definition(pairs):
    clusters, rings = (np.array(side) for side in zip(*pairs, strict=True))
    figures = measure_agreement(clusters, rings)
    cluster, ring = _blocks(clusters), _blocks(rings)
    n = len(pairs)
    common = [len(cluster[i] & ring[i]) for i in range(n)]
    assert figures.bcubed_precision == pytest.approx(sum(common[i] / len(cluster[i]) for i in range(n)) / n)
    assert figures.bcubed_recall == pytest.approx(sum(common[i] / len(ring[i]) for i in range(n)) / n)
    together, true = ({(i, j) for i, j in combinations(range(n), 2) if j in blocks[i]} for blocks in (cluster, ring))
    agreed = len(together & true)
    assert figures.pair_precision == (pytest.approx(agreed / len(together)) if together else None)
    assert figures.pair_recall == (pytest.approx(agreed / len(true)) if true else None)
    n_both = len(together) + len(true)
    assert figures.pair_f1 == (pytest.approx(2 * agreed / n_both) if n_both else None)


def test_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="one of each per account"):
        measure_agreement(np.array([0]), np.array([0, 1]))


def _blocks(labels):
    """For each account the set of accounts in its block."""
    return [
        {j for j, other in enumerate(labels) if j == i or (label >= 0 and other == label)}
        for i, label in enumerate(labels)
    ]
