"""How near the compiled loops come to what the machine can: bytes touched and single places looked up, beside measures.

Both are counted from the graph: what a loop reads and writes at least, and how often it goes to a place that has
nothing to do with the one before. A loop that moves its bytes as fast as a plain copy does, or looks its places up as
fast as numpy takes random entries out of a table of the same size, cannot be made faster but by doing less.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from graphlink import read
from graphlink.config.settings import Config
from graphlink.engine.kernels.pairs import candidate_pairs, pair_evidence
from graphlink.engine.kernels.signal_test import connected_pairs, count_accompanied
from graphlink.engine.threads import in_blocks, n_processors
from graphlink.graph.bipartite import build_bipartite
from graphlink.graph.calibration import calibrate
from graphlink.graph.interchangeable_signals import accept_interchangeable
from graphlink.graph.observation_times import observe_times
from graphlink.graph.projection import MOST_TOGETHER, project_accounts
from graphlink.graph.signal_test import count_companions, population_of, test_signals, voices_of
from graphlink.graph.wide_accounts import hash_names
from graphlink.model.graph import BIT_SCALE
from graphlink.reading.normalise.mail_providers import anyones_values

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COPIED: Final = 1 << 29
"""Bytes of the copy: far more than any cache holds."""
LOOKED_UP: Final = 1 << 24
"""Places that each core looks up."""
REPEATS: Final = 3
"""The fastest counts: whatever else runs only slows down."""
LEAST: Final = 4
"""Accounts from which ``connected_pairs`` looks at a signal."""


@dataclass(frozen=True, slots=True)
class Loop:
    """A compiled loop on a world: seconds of its fastest run, gigabytes and single places that it touches at least."""

    name: str
    seconds: float
    gigabytes: float
    lookups: int


def copy_speed() -> float:
    """Gigabytes a second that one core copies, read and written both counted."""
    source = np.ones(COPIED // 8)
    target = np.empty_like(source)
    seconds = _fastest(lambda: np.copyto(target, source))
    return 2 * COPIED / 1e9 / seconds


def lookup_speed(n_entries: int) -> float:
    """Single places a second that all cores together take out of a table of so many entries of four bytes."""
    table = np.arange(n_entries, dtype=np.uint32)
    rng = np.random.default_rng(1)
    places = [rng.integers(0, n_entries, LOOKED_UP) for _ in range(n_processors())]
    taken = [np.empty(LOOKED_UP, dtype=np.uint32) for _ in places]

    def take(block: int) -> None:
        np.take(table, places[block], out=taken[block], mode="clip")  # any other mode copies first

    return len(places) * LOOKED_UP / _fastest(lambda: in_blocks(take, len(places)))


def measure_loops(world: Path) -> tuple[list[Loop], float]:
    """Run the loops of the signal test and of the projection on a world; and the places a second that it allows."""
    sightings = read([world / "accounts.parquet", world / "sightings.parquet"]).sightings
    method = Config().method
    graph = build_bipartite(sightings, anyones_values(sightings))
    companions = count_companions(graph, method)
    calibration = calibrate(sightings, graph, observe_times(sightings), companions, method)
    test = accept_interchangeable(graph, test_signals(graph, companions, calibration, method), calibration, method)
    links = project_accounts(graph, test, calibration, method)
    n_blocks = n_processors()
    reached, voices = graph.reached, voices_of(graph)
    population = population_of(graph, calibration.census)
    everything = np.ones(graph.n_signals, dtype=np.bool_)
    adds_up = np.array([each.adds_up for each in graph.types], dtype=np.bool_)[graph.signal_type]
    needed = round(calibration.threshold_bits * BIT_SCALE)

    borne = np.diff(graph.account_start).astype(np.int64)  # signals of each account
    entries = len(graph.accounts)
    visits = int((borne**2).sum())
    is_looked_at = np.repeat(graph.degree >= LEAST, graph.degree)
    looked_at = int(borne[graph.accounts[is_looked_at]].sum())
    tells = np.repeat(test.bits > 0, graph.degree)
    telling = int(np.bincount(graph.accounts[tells], minlength=graph.n_accounts)[graph.accounts[tells]].sum())
    compared = int((borne[links.source] + borne[links.target]).sum())
    # In each pass a visit reads the number of a signal and its counter, four bytes each. The counter is a single place,
    # and so is where the row of an account begins.
    loops = [
        Loop(
            "count_accompanied",
            _fastest(lambda: count_accompanied(graph.csr, reached, voices, population, n_blocks)),
            (3 * 8 * visits + 24 * len(voices.family) * graph.n_signals) / 1e9,
            2 * (visits + entries),
        ),
        Loop(
            "connected_pairs",
            _fastest(
                lambda: connected_pairs(
                    graph.csr,
                    reached,
                    everything,
                    test.family,
                    population,
                    (method.surprise, LEAST, method.typical_group),
                    n_blocks,
                )
            ),
            3 * 8 * looked_at / 1e9,
            2 * (looked_at + int(is_looked_at.sum())),
        ),
        Loop(
            "candidate_pairs",
            _fastest(
                lambda: candidate_pairs(
                    graph.csr,
                    (graph.family, adds_up),
                    (test.passes, test.bits, needed),
                    (graph.account_trace, method.clique_size, method.links_per_account),
                    (lambda: hash_names(graph.signal_value, graph.origin), MOST_TOGETHER),
                    n_blocks,
                )
            ),
            2 * 2 * 8 * telling / 1e9,  # counted, then filled in; two passes each
            2 * 2 * (telling + int(tells.sum())),
        ),
        Loop(
            "pair_evidence",
            _fastest(
                lambda: pair_evidence(
                    (links.source, links.target),
                    (graph.account_start, graph.signals),
                    (graph.family, adds_up),
                    test.bits,
                    (round(method.further_share * 256), 256),
                    n_blocks,
                )
            ),
            (4 * compared + 20 * links.n_edges) / 1e9,
            4 * links.n_edges,  # two rows: where they begin, and what stands there
        ),
    ]
    return loops, lookup_speed(graph.n_signals)


def _fastest(work: Callable[[], object]) -> float:
    work()  # compiled, and its memory known
    took = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)
