"""Classifies mailboxes: a mailbox at an own domain is evidence of what an account belongs to, a public one is not.

An account with a public mailbox may or may not belong with accounts that share a domain. Ordinary accounts have an own
domain as often as the population does. This share is part of the calibration, so that strangers do not change a ring.
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
"""A mailbox at a domain that anybody may use or many accounts have, and any other; 0 where none is known."""

_MANY: Final = 100
"""Accounts above which a domain counts as public, independently of its provider."""

_OWN: Final = "own mailbox"


def find_mailboxes(sightings: Sightings, degree: Int32s, anyones: Bools | None = None) -> Int8s:
    """By account: ``OWN`` if it has a mail domain that is not public, else ``PUBLIC`` if it has one, else 0.

    An own domain need not be shared. ``degree`` is the number of accounts of each signal of the sightings. ``anyones``
    is as for ``build_bipartite``.
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
    """Share with an own domain, among the accounts whose mailbox is known; empty where none is known."""
    return {_OWN: _share(mailbox)} if mailbox.any() else {}


def share_with_own(mailbox: Int8s, calibration: Calibration) -> float:
    """The share from the calibration, or this week's share if the calibration was made without mailboxes."""
    return calibration.habits.get(_OWN, _share(mailbox))


def _share(mailbox: Int8s) -> float:
    """The share, counting at least one account with an own domain."""
    n_own, n_known = int(np.count_nonzero(mailbox == OWN)), int(np.count_nonzero(mailbox))
    return max(n_own, 1) / max(n_known, 1)
