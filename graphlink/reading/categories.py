"""Plans, countries and statuses that are categories; a rare text may be a note about one account."""

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np

from graphlink.config.lineage import folded
from graphlink.model.arrays import Bools, Wholes

FEW: Final = 5
"""A plan, country or unknown status that fewer accounts have is no category."""


def are_categories(codes: Wholes, names: Sequence[str], known: Collection[str] = ()) -> Bools:
    """A mask of the names that at least ``FEW`` accounts have, or that are known.

    Parameters
    ----------
    codes
        By account, the number of its name; -1 for none.
    names
        By number.
    known
        Names that are always categories, as ``LineageSettings.known_statuses`` writes them.

    Examples
    --------
    >>> are_categories(np.array([0, 0, 0, 0, 0, 1, 2, -1]), ("pro", "called Jane", "Banned"), {"banned"}).tolist()
    [True, False, True]
    """
    borne = np.bincount(codes[codes >= 0], minlength=len(names))
    return (borne >= FEW) | np.fromiter((folded(name) in known for name in names), np.bool_, len(names))
