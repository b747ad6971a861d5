"""What each source of a week bears: a reading goes in, counts by source and kind of file come out.

A pair of account and signal that several sources bear counts for the one that shows it first, and an account for each
that has a row of it: what was borne by a source is never less than what is lost without it.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from graphlink.sweep.gates import ACCOUNTS, PLACED, ROWS, SIGHTINGS, TOLD, VALUES
from graphlink.sweep.preflight import kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.config import SourceConfig
    from graphlink.model import InputFile, Reading
    from graphlink.sweep.lacking import Borne

_CHUNK: Final = 1 << 20


def count_by_source(reading: Reading, sources: Sequence[SourceConfig], called: Sequence[str]) -> Borne:
    """Count what each source bore, all its weeks together.

    Parameters
    ----------
    sources
        Those that were read, as the settings name them.
    called
        What each of them is called from week to week.
    """
    groups = [(called[each.number], kind_of(_file(each.path, sources[each.number]))) for each in reading.inputs]
    borne: Borne = {}
    for group in sorted(set(groups)):
        mine = np.array([each == group for each in groups], dtype=np.bool_)
        counts = _count_pairs(reading, mine)
        for is_mine, each in zip(mine.tolist(), reading.inputs, strict=True):
            counts.update(_count_rows(each, reading) if is_mine else {})
        borne.setdefault(group[0], {})[group[1]] = {name: n for name, n in sorted(counts.items()) if n}
    return borne


def _file(path: Path | None, source: SourceConfig) -> str:
    """Name a file as a look at the exports does: by its place below the source."""
    root = Path(source.path or source.database or "")
    return root.name if path is None or path == root else path.relative_to(root).as_posix()


def _count_rows(each: InputFile, reading: Reading) -> dict[str, int]:
    accepted = each.rows.accepted
    told = reading.described if each.shape == "accounts" else ()
    return {ROWS: each.rows.rows_in, ACCOUNTS: accepted, PLACED: accepted} | {
        f"{TOLD}{name}": accepted for name in told
    }


def _count_pairs(reading: Reading, mine: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Counter[str]:
    """Count pairs and distinct values that some files bore."""
    sightings, trace = reading.sightings, reading.trace
    if trace is None:
        return Counter()
    borne = np.zeros(len(sightings.signal_type), dtype=np.bool_)
    n_pairs = 0
    for start in range(0, len(sightings), _CHUNK):
        part = slice(start, start + _CHUNK)
        signals = sightings.signal[part][mine[trace.source[part]]]
        borne[signals] = True
        n_pairs += len(signals)
    of_type = np.bincount(sightings.signal_type[borne], minlength=len(sightings.types)).tolist()
    values = {f"{VALUES}{kind.name}": n for kind, n in zip(sightings.types, of_type, strict=True)}
    return Counter({SIGHTINGS: n_pairs, **values})
