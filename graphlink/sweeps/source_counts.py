"""What each source of a week bears: a reading goes in, counts by source and kind of file come out.

A pair of account and signal that several sources bear counts for the one that shows it first. An account counts for
each source that bears a pair of it, and there for the oldest export and the first kind of file that show it, or with
its row that describes it; accounts all of whose values stand for nothing count for any. So what was borne by a source,
or by some of its files, is never less than what is lost without it, and many rows of an account explain it once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from graphlink.reading.columns.layout import SEEN
from graphlink.sweeps.drift_checks import ACCOUNTS, PLACED, ROWS, SIGHTINGS, TOLD, VALUES
from graphlink.sweeps.expected_loss import of_age
from graphlink.sweeps.preflight import kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.config.settings import SourceConfig
    from graphlink.model.reading import Reading
    from graphlink.model.rows import InputFile

    Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]
    from graphlink.sweeps.expected_loss import Borne

_CHUNK: Final = 1 << 20


def count_by_source(
    reading: Reading, sources: Sequence[SourceConfig], called: Sequence[str], ages: Sequence[int]
) -> Borne:
    """Count what each source bore, by the age of its exports.

    Parameters
    ----------
    sources
        Those that were read, as the settings name them.
    called
        What each of them is called from week to week.
    ages
        How many weeks the export of each is older than the newest.
    """
    groups = [
        (called[each.number], ages[each.number], kind_of(_file(each.path, sources[each.number])))
        for each in reading.inputs
    ]
    borne: Borne = {}
    seen = {name: np.zeros(len(reading.sightings.accounts), dtype=np.bool_) for name in called}
    n_bare = _count_bare(reading)
    for group in sorted(set(groups), key=lambda group: (group[0], -group[1], group[2])):
        name, age, kind = group
        mine = np.array([each == group for each in groups], dtype=np.bool_)
        files = [each for is_mine, each in zip(mine.tolist(), reading.inputs, strict=True) if is_mine]
        n_seen = int(seen[name].sum())
        counts = _count_pairs(reading, mine, seen[name])
        counts |= _count_rows(files, reading, int(seen[name].sum()) - n_seen + n_bare)
        counts |= {} if age else _count_told(files, reading)
        borne.setdefault(of_age(name, age), {})[kind] = {count_of: n for count_of, n in sorted(counts.items()) if n}
    return borne


def _file(path: Path | None, source: SourceConfig) -> str:
    """Name a file as a look at the exports does: by its place below the source."""
    root = Path(source.path or source.database or "")
    return root.name if path is None or path == root else path.relative_to(root).as_posix()


def _count_rows(files: Sequence[InputFile], reading: Reading, n_shown: int) -> dict[str, int]:
    """Count rows, and accounts: of these no more than they may show first, or describe."""
    accepted = sum(each.rows.accepted for each in files)
    describing = sum(each.rows.accepted for each in files if each.shape == "accounts")
    n_accounts = min(accepted, n_shown + describing, len(reading.sightings.accounts))
    return {ROWS: sum(each.rows.rows_in for each in files), ACCOUNTS: n_accounts, PLACED: n_accounts}


def _count_told(files: Sequence[InputFile], reading: Reading) -> dict[str, int]:
    """Count rows that tell fields; of older exports no gate counts them."""
    describing = sum(each.rows.accepted for each in files if each.shape == "accounts")
    others = sum(each.rows.accepted for each in files) - describing
    return {f"{TOLD}{name}": min(others if name == SEEN else describing, n or 0) for name, n in reading.told.items()}


def _count_bare(reading: Reading) -> int:
    """Count accounts without any pair, as far as values that stand for nothing explain them."""
    has_pair = np.zeros(len(reading.sightings.accounts), dtype=np.bool_)
    for start in range(0, len(reading.sightings), _CHUNK):
        has_pair[reading.sightings.account[start : start + _CHUNK]] = True
    return min(int((~has_pair).sum()), sum(reading.placeholders.values()))


def _count_pairs(reading: Reading, mine: Flags, seen: Flags) -> dict[str, int]:
    """Count pairs and distinct values that some files bore, and note whose they are."""
    sightings, trace = reading.sightings, reading.trace
    if trace is None:
        return {}
    borne = np.zeros(len(sightings.signal_type), dtype=np.bool_)
    n_pairs = 0
    for start in range(0, len(sightings), _CHUNK):
        part = slice(start, start + _CHUNK)
        is_mine = mine[trace.source[part]]
        signals = sightings.signal[part][is_mine]
        seen[sightings.account[part][is_mine]] = True
        borne[signals] = True
        n_pairs += len(signals)
    of_type = np.bincount(sightings.signal_type[borne], minlength=len(sightings.types)).tolist()
    values = {f"{VALUES}{kind.name}": n for kind, n in zip(sightings.types, of_type, strict=True)}
    return {SIGHTINGS: n_pairs, **values}
