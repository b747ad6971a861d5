"""Interpret the column ``status``: which accounts the provider banned, which are closed, and unknown statuses."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from graphlink.config.lineage import LineageSettings, folded, folded_words
from graphlink.model.arrays import Bools, Int64s
from graphlink.model.rows import Notice
from graphlink.model.sightings import Accounts
from graphlink.reading.categories import FEW, are_categories
from graphlink.words.escape import printable
from graphlink.words.sentences import counted, listed

NAMED: Final = 3
"""The most statuses in a notice. The most frequent ones come first."""


def are_banned(accounts: Accounts, settings: LineageSettings) -> Bools:
    """Which accounts the provider has closed, by their status."""
    return _have(accounts, settings.banned_statuses)


def are_closed(accounts: Accounts, settings: LineageSettings) -> Bools:
    """Which accounts are no longer open, whoever closed them."""
    return _have(accounts, (*settings.banned_statuses, *settings.closed_statuses))


def status_or_known(said: Bools, accounts: Accounts, place: Int64s, known: ArrayLike) -> Bools:
    """The status of accounts in this week's export or, without a status there, the known one.

    An account with an empty status or a rejected row does not count as open again. Position -1 means that it is not in
    the export.
    """
    is_told = np.append(accounts.status, -1)[place] >= 0
    return np.where(is_told, np.append(said, np.False_)[place], known).astype(np.bool_)


def unknown_statuses(accounts: Accounts, settings: LineageSettings) -> tuple[Notice, ...]:
    """Report the unlisted statuses and name frequent ones, since such accounts count as open."""
    known = settings.known_statuses
    counts = np.bincount(accounts.status[accounts.status >= 0], minlength=len(accounts.status_names)).tolist()
    named = are_categories(accounts.status, accounts.status_names)
    unknown = [
        (n, printable(name) if told else "")
        for n, name, told in zip(counts, accounts.status_names, named, strict=True)
        if n and folded(name) not in known
    ]
    if not unknown:
        return ()
    common = sorted(((n, name) for n, name in unknown if name), key=lambda each: (-each[0], each[1]))
    rare = [n for n, name in unknown if not name]
    said = [f"{name} ({counted(n, 'account')})" for n, name in common[:NAMED]]
    if len(common) > NAMED:
        said.append(f"{len(common) - NAMED:,} more")
    if rare:
        said.append(f"{len(rare):,} that fewer than {FEW} accounts have ({counted(sum(rare), 'account')})")
    text = f"column status: {listed(said)}: in none of the lists of statuses, so such accounts count as open"
    return (Notice("GL333", text, about_files=False),)


def _have(accounts: Accounts, statuses: Iterable[str]) -> Bools:
    words = folded_words(statuses)
    names = [folded(name) in words for name in accounts.status_names]
    return np.array([*names, False], dtype=np.bool_)[accounts.status]  # the last entry is for no status
