"""The share of coordinated accounts that a signal needs to link, which is lower with many families in the exports."""

from collections.abc import Mapping
from typing import Final

from graphlink.model.families import NETWORK

FAMILIES: Final = "families"
"""The reference rate with the number of families in the exports."""

_MANY: Final = 4
"""The number of families from which on they can contradict each other. One of the five may be missing."""


def needed_share(family: str, share: float, relaxed_pass_factor: float, rates: Mapping[str, float]) -> float:
    """The lower bound that a signal of a family needs: a part of ``share`` if the exports have many families.

    Networks need the whole share, since other accounts at an address may belong to another operator at the same vendor.

    Examples
    --------
    >>> [needed_share("content", 0.5, 0.8, {"families": n}) for n in (3.0, 4.0)]
    [0.5, 0.4]
    """
    return share * relaxed_pass_factor if family != NETWORK and rates.get(FAMILIES, 0) >= _MANY else share
