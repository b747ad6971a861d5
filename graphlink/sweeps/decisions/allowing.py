"""Remove allowed signals before the analysis, so that they link nobody, and refuse wide wildcards."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pyarrow as pa

from graphlink.engine.arrays import find_ranges
from graphlink.model.arrays import Bools
from graphlink.model.reading import Reading
from graphlink.model.rows import Notice
from graphlink.model.sightings import Sightings
from graphlink.model.sweeps import Decisions, Listed
from graphlink.sweeps.decisions.matching import are_matched, by_type, matched, without_text
from graphlink.words.errors import ConfigError, Place, Problem
from graphlink.words.escape import printable

WIDEST: Final = 0.01
"""The largest share of all accounts that a wildcard may match. A wider one would hide too much unseen."""


def check_allowed(sightings: Sightings, decisions: Decisions, where: str) -> None:
    """Refuse wildcards that match too many accounts, all at once.

    Raises
    ------
    ConfigError
        If there are any. ``where`` is the name of the list in the message.
    """
    most = max(1, int(WIDEST * len(sightings.accounts)))
    problems = []
    for entry in decisions.allowed:
        if not entry.is_pattern:
            continue
        n_accounts = _reach(sightings, entry)
        if n_accounts > most:
            given = f"a wildcard for {entry.signal_type or 'accounts'} that {printable(entry.by)} gave"
            what = f"{given} takes in {n_accounts:,} of {len(sightings.accounts):,} accounts"
            fix = "name the accounts, or a narrower wildcard; `graphlink allow list` shows what was given"
            problems.append(Problem("GL454", Place(where), what, fix))
    if problems:
        raise ConfigError.of(problems)


def take_out_allowed(reading: Reading, decisions: Decisions) -> Reading:
    """Remove the sightings of allowed signals, with a notice of the number per type.

    Row counts and digest stay, since they describe what was read.
    """
    sightings = reading.sightings
    taken = _signals_of(sightings, decisions.allowed)
    gone = taken[sightings.signal]
    if not gone.any():
        return reading
    counts = np.bincount(sightings.signal_type[sightings.signal[gone]], minlength=len(sightings.types))
    listed = ", ".join(f"{n:,} of {each.name}" for n, each in zip(counts, sightings.types, strict=True) if n)
    notice = Notice("GL331", f"sightings of allowed signals left out: {listed}", about_files=False)
    kept = ~gone
    left = sightings.only(kept)
    trace = reading.trace and replace(reading.trace, source=reading.trace.source[kept], line=reading.trace.line[kept])
    return replace(reading, sightings=left, trace=trace, notices=(*reading.notices, notice))


def unseen(sightings: Sightings, decisions: Decisions) -> tuple[Notice, ...]:
    """Count the list entries that match nothing. The notice goes to logs and contains no values."""
    lists = {"allowed": ("allow", decisions.allowed), "known-bad": ("known-bad", decisions.known_bad)}
    notices = []
    for name, (command, entries) in lists.items():
        of_kinds = by_type(entries).items()
        n_missing = sum(len(without_text(mine, _texts(sightings, kind))) for kind, mine in of_kinds)
        if n_missing:
            told = f"{n_missing:,} of {len(entries):,} {name} accounts and signals were not seen"
            notices.append(Notice("GL330", f"{told}; `graphlink {command} list` shows the list", about_files=False))
    return tuple(notices)


def _reach(sightings: Sightings, entry: Listed) -> int:
    """Count the accounts that an entry matches, by id or by a signal."""
    if entry.signal_type is None:
        return int(matched(entry, sightings.accounts.ids).sum())
    return len(np.unique(sightings.account[_signals_of(sightings, (entry,))[sightings.signal]]))


def _signals_of(sightings: Sightings, entries: Sequence[Listed]) -> Bools:
    """Which signals the entries match. Entries for accounts match none."""
    meant = np.zeros(len(sightings.signal_type), dtype=np.bool_)
    for kind, mine in by_type(entries).items():
        if kind is not None:
            low, high = _span(sightings, kind)
            meant[low:high] = are_matched(mine, _texts(sightings, kind))
    return meant


def _texts(sightings: Sightings, kind: str | None) -> pa.StringArray:
    """The values of a signal type, or the ids of accounts."""
    if kind is None:
        return sightings.accounts.ids
    low, high = _span(sightings, kind)
    return sightings.signal_value.slice(low, high - low)


def _span(sightings: Sightings, kind: str) -> tuple[int, int]:
    """The range of the signals of a type."""
    names = [each.name for each in sightings.types]
    if kind not in names:
        return 0, 0
    (low,), (high,) = find_ranges(sightings.signal_type, np.array([names.index(kind)]))
    return int(low), int(high)
