"""What a worker does before the first run: compile every loop on small worlds of its own, and keep them.

It is the only worker that may write where compiled loops are kept, and it reads nothing but what it wrote itself. The
loops of the analysis, which take a little longer than those of reading, are compiled beside them.
"""

import csv
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from graphlink import pipeline
from graphlink.api import library
from graphlink.config.settings import Config
from graphlink.engine.compiled_loops import loops_folder, note_kept
from graphlink.engine.fork import runner_within
from graphlink.engine.kernels.basic import find_components, order_groups, widen_extents
from graphlink.engine.kernels.pairs import pair_evidence
from graphlink.engine.kernels.reading import LEARN, are_single_objects, find_new_keys
from graphlink.engine.threads import Arrays
from graphlink.engine.worker.protocol import Line
from graphlink.model.sightings import Accounts, Sightings
from graphlink.model.signals import Provenance, SignalType
from graphlink.model.times import NO_TIME, Moments

_RING, _STRANGERS = 30, 300
_SHARED_BY: Final = {"address": 6, "card": 5, "device": 8, "prompt": 30}
"""How many of the ring share a value of each type; a second address crosses the cards."""


def work(task: Mapping[str, Any], line: Line) -> dict[str, object]:  # noqa: ARG001  every job has one
    """Read a small export, analyse a small world beside it, and list the loops that are kept by then."""
    line.stage("compiling", 0.0)
    run = runner_within(0, 1, sys.maxsize)
    run(_compile_reading, [_compile_analysis])
    note_kept()
    return {}


def _compile_reading() -> None:
    with tempfile.TemporaryDirectory(dir=loops_folder()) as place:
        export = Path(place) / "sightings.csv"
        with export.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("account_id", "signal_type", "signal_value", "first_seen"))
            rows.writerows(_rows())
        library.read([export], config=Config())
    _compile_last_loops()


def _rows() -> Iterator[tuple[str, str, str, str]]:
    """Strangers, two of whom share what they have."""
    for n in range(_STRANGERS):
        yield f"s{n}", "ip", f"198.51.{n % 90}.{n % 7}", f"2026-01-{1 + n % 27:02}"
        yield f"s{n}", "user_agent", f"browser {n % 5}", f"2026-01-{1 + n % 27:02}"


def _compile_last_loops() -> None:
    """Compile what an analysis comes to last, while its first loops are still being compiled; on nothing at all."""
    starts, nothing, bits = np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int64)
    independent = np.empty(0, dtype=np.int8), np.empty(0, dtype=np.bool_)
    text = np.frombuffer(b"", dtype=np.uint8)
    find_new_keys(text, 0, np.zeros((2, 3), dtype=np.uint64), LEARN, np.frombuffer(bytes(16), dtype=np.uint64))
    are_single_objects(text, bits, bits, bits)
    pair_evidence((nothing, nothing), (starts, nothing), independent, bits, (1, 4), 1)
    find_components(nothing, nothing, 0)
    order_groups(nothing, 0)
    widen_extents(nothing, (bits, bits), NO_TIME, (bits, bits))


def _compile_analysis() -> Arrays:
    findings = pipeline.analyse(_sightings(), Config().method, seed=1)
    return {"rings": np.array(len(findings.rings))}


def _sightings() -> Sightings:
    """A ring of thirty on a few cards, devices and addresses among strangers, who share their addresses."""
    n_accounts = _RING + _STRANGERS
    pairs = [(i, t, i // n) for i in range(_RING) for t, n in enumerate(_SHARED_BY.values())]
    pairs += [(i, t, 100 + i % 5) for i in range(_RING) for t in (0, 1)]
    pairs += [(i, 0, 200 + i % 90) for i in range(_RING, n_accounts)]
    signals, number = np.unique(np.array(pairs)[:, 1:], axis=0, return_inverse=True)
    number = number.ravel()  # numpy 2.0.0 gives it a second axis
    order = np.lexsort((number, np.array(pairs)[:, 0]))
    account = np.array(pairs)[order, 0].astype(np.int32)
    nothing = np.full(n_accounts, -1, dtype=np.int32)
    seen = Moments(np.full(len(account), 1, dtype=np.uint32))
    return Sightings(
        accounts=Accounts(
            ids=pa.array([f"{i:03}" for i in range(n_accounts)], pa.string()),
            created_at=np.full(n_accounts, NO_TIME, dtype=np.int64),
            plan=nothing,
            country=nothing,
            status=nothing,
        ),
        types=tuple(SignalType(name, name, Provenance.OBSERVED) for name in _SHARED_BY),
        signal_type=signals[:, 0].astype(np.int16),
        signal_value=pa.array([str(value) for _, value in signals], pa.string()),
        account=account,
        signal=number[order].astype(np.int32),
        first_seen=seen,
        last_seen=seen,
        count=np.ones(len(account), dtype=np.int32),
    )
