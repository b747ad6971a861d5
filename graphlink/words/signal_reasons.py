"""What a signal's test found, and why the signal did not link its accounts: numbers in, sentences out.

``hubs.csv``, the report and `graphlink explain` use the same words, since all call this module.
"""

import math

from graphlink.words.sentences import about, percent


def companions_seen(n_accounts: int, family: str, observed: float, expected: float) -> str:
    """Word how many of a signal's accounts have a companion among them, and how many would by chance.

    Examples
    --------
    >>> companions_seen(286, "device", 27, 33.2)
    '27 of its 286 accounts also share device with another of them, 33 would by chance'
    >>> companions_seen(12, "device", 1, 0.4)
    '1 of its 12 accounts also shares device with another of them, 0.4 would by chance'
    """
    seen = f"{observed:,.0f}"
    return (
        f"{seen} of its {n_accounts:,} accounts also {'shares' if seen == '1' else 'share'} "
        f"{family.replace('_', ' ')} with another of them, {about(expected)} would by chance"
    )


def why_unlinked(seen: str, by_chance: tuple[float, float], shares: tuple[float, float, float]) -> str:
    """Word which condition of a link the signal failed.

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
    9 have a companion, 4 would by chance; at least 31 % belong together by this, and a link takes 50 %
    >>> print(why_unlinked("27 do, 33 would by chance", (27, 33.2), (0.71, 0.5, 0.5)))
    27 do, 33 would by chance, so it shows nothing by itself; that 71 % belong together is for other signals to show
    """
    # Rounded as in the tables of a run, so that later questions give the same answer.
    observed, expected, share, lower, needed = (round(float(each), 4) for each in (*by_chance, *shares))
    if observed > expected and lower < needed:
        least, asked = _floors(lower, needed)
        return f"{seen}; at least {least} belong together by this, and a link takes {asked}"
    shows = "so it shows nothing by itself" if observed <= expected else "which may be chance"
    others = f"; that {percent(share)} belong together is for other signals to show" if share >= needed else ""
    return f"{seen}, {shows}{others}"


def _floors(lower: float, needed: float) -> tuple[str, str]:
    """Print shares as percentages, never rounded up: a share below the bound must not look as if it reached it.

    Whole percentages are used if they differ and the lower is at least ten.
    """
    tenths = [math.floor(1000 * share + 1e-6) for share in (lower, needed)]  # the least float below one is that one
    whole = [each // 10 for each in tenths]
    if whole[0] == whole[1] or whole[0] < 10:  # noqa: PLR2004  from ten on, percentages have no decimals
        return f"{tenths[0] / 10:g} %", f"{tenths[1] / 10:g} %"
    return f"{whole[0]} %", f"{whole[1]} %"
