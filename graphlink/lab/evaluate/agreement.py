"""Agreement of two partitions of the same accounts: B-cubed and pair counts, from two integer arrays.

The figures come from the contingency table of clusters and rings. It has at most as many cells as there are accounts,
so a million accounts take a fraction of a second, and no pairs are listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graphlink.model.arrays import Int64s


@dataclass(frozen=True, slots=True)
class Agreement:
    """B-cubed and pair figures of a clustering against the true rings.

    A figure is None if it is undefined, such as precision over pairs when no two accounts share a cluster.
    """

    bcubed_precision: float
    bcubed_recall: float
    bcubed_f: float
    pair_precision: float | None
    pair_recall: float | None
    pair_f1: float | None


def measure_agreement(clusters: Int64s, rings: Int64s) -> Agreement:
    """Compare two partitions, given as one non-negative number per account; -1 means a singleton.

    Every account counts and matches itself, so singletons score above zero. Raises ``ValueError`` for arrays of unequal
    length or without accounts.

    Examples
    --------
    Rings {a, b, c} {d} {e} and clusters {a, b} {c, d} {e}:

    >>> figures = measure_agreement(np.array([0, 0, 1, 1, 2]), np.array([0, 0, 0, 1, 2]))
    >>> round(figures.bcubed_precision, 3), round(figures.bcubed_recall, 3), round(figures.bcubed_f, 3)
    (0.8, 0.733, 0.765)
    >>> figures.pair_precision, round(figures.pair_recall, 3), figures.pair_f1
    (0.5, 0.333, 0.4)
    """
    if len(clusters) != len(rings):
        message = f"{len(clusters)} cluster numbers and {len(rings)} ring numbers: give one of each per account"
        raise ValueError(message)
    if len(clusters) == 0:
        message = "no account to compare: give at least one"
        raise ValueError(message)
    n = len(clusters)
    cluster, cluster_size = _number_blocks(clusters)
    ring, ring_size = _number_blocks(rings)
    cells, both = np.unique(cluster * len(ring_size) + ring, return_counts=True)
    squares = both.astype(np.float64) ** 2
    precision = float((squares / cluster_size[cells // len(ring_size)]).sum() / n)
    recall = float((squares / ring_size[cells % len(ring_size)]).sum() / n)
    agreed, clustered, true = _count_pairs(both), _count_pairs(cluster_size), _count_pairs(ring_size)
    return Agreement(
        bcubed_precision=precision,
        bcubed_recall=recall,
        bcubed_f=2 * precision * recall / (precision + recall),
        pair_precision=agreed / clustered if clustered else None,
        pair_recall=agreed / true if true else None,
        pair_f1=2 * agreed / (clustered + true) if clustered + true else None,
    )


def _number_blocks(labels: Int64s) -> tuple[Int64s, Int64s]:
    """Number the blocks from 0 without gaps, each -1 as its own block, and return the size of each."""
    alone = labels < 0
    numbers = np.empty(len(labels), dtype=np.int64)
    names, numbers[~alone] = np.unique(labels[~alone], return_inverse=True)
    numbers[alone] = len(names) + np.arange(int(alone.sum()))
    return numbers, np.bincount(numbers).astype(np.int64)


def _count_pairs(sizes: Int64s) -> int:
    """The number of pairs of different accounts within blocks of these sizes."""
    return int((sizes * (sizes - 1) // 2).sum())
