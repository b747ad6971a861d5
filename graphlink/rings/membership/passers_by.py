"""Who is in a community because of where one is and whose mail one uses, and how many of its own bear that.

Of a carrier's address and of a country's mail provider it tells nothing that most who bear them are in a community, if
they are in it for bearing them. So insiders are those whom something else ties.
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
    """Which accounts may only pass by, which values are places or mail domains, and who bears each value."""

    passes: Bools
    """By account: nothing but places, programs and mail domains ties it, as it does fewer than half of the others."""
    anybodys: Bools
    """By signal of a community: a place or a mail domain."""
    inside: Int64s
    """By signal: the members who bear it and do not pass by."""
    outside: Int64s
    """By signal: whoever else bears it."""


def count_insiders(counted: Counted, types: Sequence[SignalType]) -> Insiders:
    """Count who bears what, those who may only pass by among the others.

    Where places and mail domains tie half of a community, as they do a farm behind its own few, nobody passes by.
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
