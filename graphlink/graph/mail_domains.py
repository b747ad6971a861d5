"""Whose mailboxes accounts have: a public one does not tell to whom an account belongs, and one of its own does.

Whoever has a public mailbox may belong with those who have a domain in common, and may as well not. Ordinary people
have one of their own as often as everybody has, and that share is a part of the calibration: strangers move no ring.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from graphlink.engine.arrays import find_ranges
from graphlink.model.families import MAIL_DOMAIN

if TYPE_CHECKING:
    from graphlink.model.arrays import Bools, Int8s, Int32s
    from graphlink.model.calibration import Calibration
    from graphlink.model.sightings import Sightings

PUBLIC, OWN = 1, 2
"""A mailbox where anybody or many have theirs, or another; 0 where none is known."""

_MANY: Final = 100
"""Accounts from which on a domain is many people's, whoever gives it out."""

_OWN: Final = "own mailbox"


def find_mailboxes(sightings: Sightings, degree: Int32s, anyones: Bools | None = None) -> Int8s:
    """By account: ``PUBLIC``, or ``OWN`` of whom a mail domain of his own is known, be it nobody else's, or 0.

    ``degree`` is on how many accounts each signal of the sightings is; ``anyones`` is as for ``build_bipartite``.
    """
    mailbox = np.zeros(len(sightings.accounts), dtype=np.int8)
    names = [each.name for each in sightings.types]
    if MAIL_DOMAIN not in names:
        return mailbox
    of_type = names.index(MAIL_DOMAIN)
    (first,), (end,) = find_ranges(sightings.signal_type, np.array([of_type]))  # signals are sorted by type
    is_public = degree > _MANY
    if anyones is not None:
        is_public |= anyones
    rows = np.flatnonzero((sightings.signal >= first) & (sightings.signal < end))
    account, public = sightings.account[rows], is_public[sightings.signal[rows]]
    mailbox[account[public]] = PUBLIC
    mailbox[account[~public]] = OWN
    return mailbox


def rate_of_own_domains(mailbox: Int8s) -> dict[str, float]:
    """Of the accounts whose mailbox is known, the share with one of their own; nothing where none is known."""
    return {_OWN: _share(mailbox)} if mailbox.any() else {}


def share_with_own(mailbox: Int8s, calibration: Calibration) -> float:
    """The same as the calibration knows it; this week's where it was made without mailboxes."""
    return calibration.habits.get(_OWN, _share(mailbox))


def _share(mailbox: Int8s) -> float:
    """The share, of at least one account."""
    n_own, n_known = int(np.count_nonzero(mailbox == OWN)), int(np.count_nonzero(mailbox))
    return max(n_own, 1) / max(n_known, 1)
