"""Counts by source and kind of file: a reading comes in, the possible loss without each source goes out.

A pair of account and signal counts for the source that shows it first. An account counts for every source that has one
of its pairs, there for the oldest export and the first kind of file with a pair, or for the row that describes it.
Accounts with placeholders alone count for any source.

The count of a source or file is therefore never less than the loss without it, and many rows of one account count once.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from graphlink.config.settings import SourceConfig
from graphlink.model.fields import SEEN
from graphlink.model.reading import Reading
from graphlink.model.rows import InputFile
from graphlink.sweeps.drift_checks import ACCOUNTS, PLACED, ROWS, SIGHTINGS, TOLD, VALUES
from graphlink.sweeps.expected_loss import SourceCounts, name_by_age
from graphlink.sweeps.preflight import kind_of

Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


def count_by_source(
    reading: Reading, sources: Sequence[SourceConfig], called: Sequence[str], ages: Sequence[int]
) -> SourceCounts:
    """Count what each source contributes, by the age of its exports.

    Parameters
    ----------
    sources
        The sources read, as the settings name them.
    called
        The lasting name of each source.
    ages
        How many weeks the export of each source is older than the newest.
    """
    groups = [
        (called[each.number], ages[each.number], kind_of(_file(each.path, sources[each.number])))
        for each in reading.inputs
    ]
    borne: SourceCounts = {}
    seen = {name: np.zeros(len(reading.sightings.accounts), dtype=np.bool_) for name in called}
    n_bare = _count_bare(reading)
    for group in sorted(set(groups), key=lambda group: (group[0], -group[1], group[2])):
        name, age, kind = group
        mine = np.array([each == group for each in groups], dtype=np.bool_)
        files = [each for is_mine, each in zip(mine.tolist(), reading.inputs, strict=True) if is_mine]
        n_seen = int(seen[name].sum())
        counts = _count_pairs(reading, mine, seen[name])
        counts |= _count_rows(files, reading, int(seen[name].sum()) - n_seen + n_bare, age)
        borne.setdefault(name_by_age(name, age), {})[kind] = {
            count_of: n for count_of, n in sorted(counts.items()) if n
        }
    return borne


def _file(path: Path | None, source: SourceConfig) -> str:
    """The path of a file below its source, as in the preflight."""
    root = Path(source.path or source.database or "")
    return root.name if path is None or path == root else path.relative_to(root).as_posix()


def _count_rows(files: Sequence[InputFile], reading: Reading, n_shown: int, age: int) -> dict[str, int]:
    """Count rows, accounts, and the rows with a value per field. The drift checks count no fields of older exports.

    Accounts are at most those that the rows may show first or describe.
    """
    accepted = sum(each.rows.accepted for each in files)
    describing = sum(each.rows.accepted for each in files if each.shape == "accounts")
    n_accounts = min(accepted, n_shown + describing, len(reading.sightings.accounts))
    rows = {
        name: min(accepted - describing if name == SEEN else describing, n or 0) for name, n in reading.told.items()
    }
    told = {} if age else {f"{TOLD}{name}": n for name, n in rows.items()}
    return {ROWS: sum(each.rows.rows_in for each in files), ACCOUNTS: n_accounts, PLACED: n_accounts, **told}


def _count_bare(reading: Reading) -> int:
    """Count the accounts without any pair, as far as placeholders explain them."""
    has_pair = np.zeros(len(reading.sightings.accounts), dtype=np.bool_)
    has_pair[reading.sightings.account] = True
    return min(int((~has_pair).sum()), sum(reading.placeholders.values()))


def _count_pairs(reading: Reading, mine: Flags, seen: Flags) -> dict[str, int]:
    """Count the pairs and distinct values of some files, and mark them as seen."""
    sightings, trace = reading.sightings, reading.trace
    if trace is None:
        return {}
    is_mine = mine[trace.source]
    seen[sightings.account[is_mine]] = True
    borne = np.zeros(len(sightings.signal_type), dtype=np.bool_)
    borne[sightings.signal[is_mine]] = True
    of_type = np.bincount(sightings.signal_type[borne], minlength=len(sightings.types)).tolist()
    values = {f"{VALUES}{kind.name}": n for kind, n in zip(sightings.types, of_type, strict=True)}
    return {SIGHTINGS: int(np.count_nonzero(is_mine)), **values}
