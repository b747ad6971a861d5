"""Projects the bipartite graph to account–account edges with their evidence, using the signal test.

Only pairs that can reach the threshold are compared. A group of n accounts gives about 3 n pairs, never n * n / 2: one
value on 25,000 accounts costs as much as any other 25,000 sightings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.kernels.pairs import candidate_pairs, pair_evidence
from graphlink.engine.threads import n_blocks
from graphlink.graph.wide_accounts import hash_names
from graphlink.model.graph import BIT_SCALE, Projection

if TYPE_CHECKING:
    from graphlink.config.method import Method
    from graphlink.model.arrays import Int32s
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite, SignalTest


def project_accounts(bipartite: Bipartite, test: SignalTest, calibration: Calibration, method: Method) -> Projection:
    """Link the pairs of accounts whose evidence exceeds the odds against them.

    A pair's evidence is summed over families: the strongest shared signal in full, and a fraction of the others.

    Returns
    -------
    Projection
        Edges with ``source < target``, sorted, of at least ``calibration.threshold_bits``.
    """
    needed = int(np.rint(calibration.threshold_bits * BIT_SCALE))
    source, target, n_limited = _candidates(bipartite, test, needed, method)
    further = np.rint(method.further_share * 256).astype(np.int64)
    bits, families = pair_evidence(
        (source, target),
        (bipartite.account_start, bipartite.signals),
        (bipartite.family, bipartite.adds_up),
        test.bits,
        (int(further), 256),
        n_blocks(),
    )
    kept = bits >= needed
    return Projection(
        n_accounts=bipartite.n_accounts,
        source=source[kept],
        target=target[kept],
        bits=bits[kept],
        families=families[kept],
        n_limited=n_limited,
    )


MOST_TOGETHER = 64
"""Most other signals, on average over the accounts of a signal, that are looked at together with it. Accounts of the
simulated worlds have 29 signals at most."""


def _candidates(bipartite: Bipartite, test: SignalTest, needed: int, method: Method) -> tuple[Int32s, Int32s, int]:
    """Distinct pairs within passing signals, and within combinations of signals with enough evidence, sorted.

    Also returns the number of signals that were combined with some others only.
    """
    pair, n_limited = candidate_pairs(
        bipartite.csr,
        (bipartite.family, bipartite.adds_up),
        (test.passes, test.bits, needed),
        (bipartite.account_trace, method.clique_size, method.links_per_account),
        (lambda: hash_names(bipartite.signal_value, bipartite.origin), MOST_TOGETHER),
        n_blocks(),
    )
    return (pair >> 32).astype(np.int32), (pair & 0xFFFFFFFF).astype(np.int32), n_limited
