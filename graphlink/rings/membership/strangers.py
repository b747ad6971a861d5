"""Finds strangers: members that are in a community only because of values that anybody may come to have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphlink.model.families import CLIENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from graphlink.model.arrays import Bools, Floats, Int64s
    from graphlink.model.signals import SignalType
    from graphlink.rings.shared_signals import Counted

_ANYBODYS = 0.1
"""Share of a value's accounts outside a community, from which on the value is not the community's own."""


def find_strangers(members: pd.DataFrame, counted: Counted, types: Sequence[SignalType]) -> Bools:
    """By member: whether more accounts outside the community have what ties it, so that it is one of many.

    One value ties the member, or each of several does, and more accounts outside the community have the value than
    members that it alone ties: of such members few belong. The same holds for a value that is not the community's own,
    as a program never is, in two cases. Fewer members have more ties beside it; or it alone ties more than three times
    as many members as expected from the number of other values of its members. Several programs count as one, since a
    browser repeats the same fact. A neighbourhood beside a value does not count: an account in many networks shares one
    with somebody.
    """
    ties, outside = counted.ties, counted.signals["outside"].to_numpy()
    of_type = counted.signals["type"].to_numpy()
    fine = ~np.array([each.coarse for each in types], dtype=np.bool_)[of_type]
    program = np.array([each.family == CLIENT for each in types], dtype=np.bool_)[of_type]
    alone = _tie_alone(members, counted, fine, program)
    row, account = ties["row"].to_numpy()[alone], ties["account"].to_numpy()[alone]
    n_alike, inside = np.bincount(row, minlength=len(outside)), counted.signals["inside"].to_numpy()
    anybodys = program | (outside >= _ANYBODYS * (inside + outside))
    foreign = (outside + n_alike > inside - n_alike) | _are_too_many(n_alike, _expect_alone(counted, fine, program))
    many = (outside > n_alike) | anybodys & foreign
    of_many = np.bincount(ties["account"], (outside <= inside)[ties["row"]], minlength=len(counted.community)) == 0
    n_alone, n_many = np.bincount(account, minlength=len(of_many)), np.bincount(account, many[row], len(of_many))
    of_many |= (n_alone > 0) & (n_many == n_alone)
    found: Bools = of_many[members["account"].to_numpy()]
    return found


def _tie_alone(members: pd.DataFrame, counted: Counted, fine: Bools, program: Bools) -> Bools:
    """By tie: whether it is of the account's only exact value, of one of its programs if it has no others, or alone."""
    row, account = counted.ties["row"].to_numpy(), counted.ties["account"].to_numpy()
    n_fine, n_programs = (np.bincount(account, which[row], len(counted.community)) for which in (fine, program))
    few_fine = (n_fine == 1) | (n_fine > 0) & (n_fine == n_programs)
    has_one = np.zeros(len(counted.community), dtype=np.bool_)
    has_one[members["account"].to_numpy()[members["n_values"].to_numpy() == 1]] = True
    alone: Bools = (has_one & ~few_fine)[account] | few_fine[account] & fine[row]
    return alone


def _expect_alone(counted: Counted, fine: Bools, program: Bools) -> Floats:
    """Estimate how many members each value alone ties, from those with one or two other exact values beside it."""
    row, account = counted.ties["row"].to_numpy(), counted.ties["account"].to_numpy()
    is_program, is_other = (fine & program)[row], (fine & ~program)[row]
    n_programs, n_others = (
        np.bincount(account, which, len(counted.community))[account] for which in (is_program, is_other)
    )
    n_others -= np.where(is_other, 1 - (n_programs > 0), 0)
    return _unseen(*(np.bincount(row, fine[row] & (n_others == others), len(fine)) for others in (1, 2)))


def _unseen(one: Int64s, two: Int64s) -> Floats:
    """Estimate how many accounts have none of something, from how many have one and how many have two of it.

    The lower bound of A. Chao, "Nonparametric Estimation of the Number of Classes in a Population", Scandinavian
    Journal of Statistics 11 (1984), without bias. It holds if values are distributed at random.

    Examples
    --------
    >>> _unseen(np.array([4, 4, 1]), np.array([2, 0, 0])).tolist()
    [2.0, 6.0, 0.0]
    """
    unseen: Floats = one * (one - 1) / (2 * (two + 1))
    return unseen


_TIMES_EXPECTED = 3
"""Multiple of the expected number above which it is too many. Twice the number already means as many strangers as
members. But the estimate is a lower bound, and values that occur together add half as many without any stranger."""


def _are_too_many(number: Int64s, expected: Floats) -> Bools:
    """Whether most of the counted accounts are beyond the expected number, allowing one more."""
    too_many: Bools = number > _TIMES_EXPECTED * (1 + expected)
    return too_many
