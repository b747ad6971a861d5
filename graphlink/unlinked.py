"""What a signal's test saw, and why it did not link its accounts by itself, in words: numbers in, sentences out.

``hubs.csv``, the report and `graphlink explain` say it alike, since they all ask here.
"""

from __future__ import annotations

import math

from graphlink.sentences import about, percent


def companions_seen(n_accounts: int, family: str, observed: float, expected: float) -> str:
    """Say how many of a signal's accounts have a companion among them, and how many would by chance.

    Examples
    --------
    >>> companions_seen(286, "device", 27, 33.2)
    '27 of its 286 accounts have a companion here by device, 33 would by chance'
    >>> companions_seen(12, "device", 1, 0.4)
    '1 of its 12 accounts has a companion here by device, 0.4 would by chance'
    """
    seen = f"{observed:,.0f}"
    return (
        f"{seen} of its {n_accounts:,} accounts {'has' if seen == '1' else 'have'} a companion here by "
        f"{family.replace('_', ' ')}, {about(expected)} would by chance"
    )


def why_unlinked(seen: str, by_chance: tuple[float, float], shares: tuple[float, float, float]) -> str:
    """Say which condition of a link the signal fell short of.

    Parameters
    ----------
    seen
        What ``companions_seen`` says.
    by_chance
        How many have a companion, and how many would by chance.
    shares
        The coordinated share, its lower bound, and the lower bound that a link takes.

    Examples
    --------
    >>> print(why_unlinked("9 have a companion, 4 would by chance", (9, 4.0), (0.5, 0.31, 0.5)))
    9 have a companion, 4 would by chance; beyond doubt 31 % belong together, and a link takes 50 %
    >>> print(why_unlinked("27 have a companion, 33 would by chance", (27, 33.2), (0.71, 0.5, 0.5)))
    27 have a companion, 33 would by chance, so it shows nothing by itself; what joins 71 % are other signals
    """
    # As exact as the tables of a run are, from which the same is asked later.
    observed, expected, share, lower, needed = (round(float(each), 4) for each in (*by_chance, *shares))
    if observed > expected and lower < needed:
        return f"{seen}; beyond doubt {_floor(lower)} belong together, and a link takes {_floor(needed)}"
    shows = "so it shows nothing by itself" if observed <= expected else "which may be chance"
    others = f"; what joins {percent(share)} are other signals" if share >= needed else ""
    return f"{seen}, {shows}{others}"


def _floor(share: float) -> str:
    """A share as a percentage that is never rounded up: what falls short must not look as if it did not."""
    return f"{math.floor(1000 * share + 1e-6) / 10:g} %"  # the least float below a decimal is that decimal
