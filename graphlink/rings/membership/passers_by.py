"""Counts the insiders of a community: members that more than a place, a program or a mail domain ties to it.

A value that brought its accounts into the community is no evidence that they belong there. This holds for a carrier's
address and for a country's mail provider, even if most of their accounts are in the community.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphlink.model.families import CLIENT, MAIL_DOMAIN, NETWORK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.model.arrays import Bools, Int64s
    from graphlink.model.signals import SignalType
    from graphlink.rings.shared_signals import Counted


class Insiders(NamedTuple):
    """The accounts that may be passers-by, which values are places or mail domains, and the accounts of each."""

    passes: Bools
    """By account: only places, programs and mail domains tie it, while more than half of its community has other ties.
    """
    anybodys: Bools
    """By signal of a community: a place or a mail domain."""
    inside: Int64s
    """By signal: the number of members that have it and are no passers-by."""
    outside: Int64s
    """By signal: the number of all other accounts that have it."""


def count_insiders(counted: Counted, types: Sequence[SignalType]) -> Insiders:
    """Count the accounts of each value. Accounts that may be passers-by count as outside.

    If places and mail domains tie half of a community, as in a farm behind its own few addresses, it has no passers-by.
    """
    ties, signals = counted.ties, counted.signals
    row, account = ties["row"].to_numpy(), ties["account"].to_numpy()
    inside, outside = signals["inside"].to_numpy(), signals["outside"].to_numpy()
    of_type = signals["type"].to_numpy()
    fine = ~np.array([each.coarse for each in types], dtype=np.bool_)[of_type]
    program = np.array([each.family == CLIENT for each in types], dtype=np.bool_)[of_type]
    anybodys = np.array([each.family == NETWORK or each.name == MAIL_DOMAIN for each in types], dtype=np.bool_)[of_type]
    tells = fine & ~anybodys & ~program & (outside <= inside)
    community, member = counted.community, counted.community >= 0
    passes = member & (np.bincount(account, tells[row], len(community)) == 0)
    few = 2 * np.bincount(community[passes], minlength=len(counted.size)) < counted.size
    passes[member] &= few[community[member]]
    n_passing = np.bincount(row, passes[account], minlength=len(signals)).astype(np.int64)
    return Insiders(passes, fine & anybodys, inside - n_passing, outside + n_passing)
