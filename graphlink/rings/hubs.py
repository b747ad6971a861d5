"""Single values on more accounts than is usual for their type, which linked nobody by themselves.

What is many depends on the type: five accounts on one card are, fifty at one address may not be. Nearly all values of a
type are on at most so many accounts, the usual number. Beyond it, the numbers of the type's own values say how often
one comes to so many: that is the surprise. The value itself is left out of this, so that one value alone is told from
the crowd of a type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from graphlink.graph.reference_rates import needed_shares
from graphlink.model.families import PAYMENT
from graphlink.rings.text_columns import frame_texts, named_signals, texts_of
from graphlink.words.signal_reasons import companions_seen, why_unlinked

if TYPE_CHECKING:
    from graphlink.config.method import Method
    from graphlink.model.arrays import Floats, Int64s
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite, SignalTest
    from graphlink.model.sightings import Sightings

_FEWEST: Final = 5
"""Accounts on a value at least, whatever is usual: a family shares a card or a device."""
_TIMES: Final = 2
"""A value is listed from more than so many times the usual number on."""
_ABOVE: Final = 0.01
"""Share of a type's values that may be on more accounts than is usual."""
_SET_ASIDE: Final = 3
"""So many values at least, since few values show no share."""


def list_hubs(
    sightings: Sightings, bipartite: Bipartite, test: SignalTest, calibration: Calibration, method: Method
) -> pd.DataFrame:
    """List the signals of surprisingly many accounts that linked none of them by themselves.

    The most surprising come first; at the end come those that can only corroborate, such as a public mail provider.
    """
    needed = needed_shares(bipartite.families, calibration, method)[bipartite.family].tolist()
    degree = bipartite.degree.astype(np.int64)
    n_values = np.bincount(sightings.signal_type, minlength=len(bipartite.types))
    usual, surprise = measure_surprise(bipartite.signal_type.astype(np.int64), degree, n_values)
    is_coarse = np.array([kind.coarse for kind in bipartite.types], dtype=np.bool_)[bipartite.signal_type]
    never = is_coarse | bipartite.corroborates
    start = np.where(never, method.hub_accounts, np.maximum(_FEWEST, _TIMES * usual + 1))
    hubs = np.flatnonzero(~test.passes & (degree >= np.minimum(start, method.hub_accounts)))
    hubs = hubs[np.lexsort((hubs, -degree[hubs], -surprise[hubs], never[hubs]))]
    kind, value = named_signals(hubs, sightings, bipartite)
    reasons = [_why(s, int(degree[s]), test, bipartite, needed[s]) for s in hubs.tolist()]
    return pd.DataFrame(
        {
            "signal_type": frame_texts(kind),
            "signal_value": frame_texts(value),
            "family": texts_of(bipartite.families, bipartite.family[hubs]),
            "accounts": degree[hubs],
            "usual": usual[hubs],
            "surprise": np.round(surprise[hubs], 1),
            "pairs": degree[hubs] * (degree[hubs] - 1) // 2,
            "expected_share": np.round(test.expected[hubs] / degree[hubs], 4),
            "coordinated_share": np.round(test.coordinated_share[hubs], 4),
            "why": frame_texts(pa.array(reasons, pa.large_string())),
        }
    )


def measure_surprise(of_type: Int64s, degree: Int64s, n_values: Int64s) -> tuple[Int64s, Floats]:
    """Measure how many accounts are usual for the type of each shared value, and how surprising its own number is.

    Parameters
    ----------
    of_type, degree
        The type and the accounts of each value that accounts share.
    n_values
        All values of each type; those that are not shared are on one account.

    Returns
    -------
    usual
        The accounts that at most 1 in 100 values of the type exceed.
    surprise
        In bits: one more halves how often a value of the type would be on so many accounts. Above the usual number they
        are taken to fall off as a power, estimated from the other values; 0 for a value that is not above it.

    Examples
    --------
    >>> usual, surprise = measure_surprise(np.zeros(3, int), np.array([2, 2, 20]), np.array([400]))
    >>> usual.tolist(), surprise.round(1).tolist()
    ([1, 1, 1], [7.7, 7.7, 13.3])
    """
    usual, surprise = np.ones(len(degree), dtype=np.int64), np.zeros(len(degree))
    for number, n in enumerate(n_values.tolist()):
        own = np.flatnonzero(of_type == number)
        if not len(own):
            continue
        aside = min(n - 1, max(_SET_ASIDE, int(np.ceil(_ABOVE * n))))
        limit = int(np.sort(degree[own])[::-1][aside]) if aside < len(own) else 1
        usual[own] = limit
        ratio = np.log2(np.maximum(degree[own] / limit, 1.0))
        n_above, total = int((ratio > 0).sum()), float(ratio.sum())
        # Of the others, and of one more that is on twice the usual number, so that few values give no certainty.
        slope = n_above / (total - ratio + 1.0)
        surprise[own] = np.where(ratio > 0, np.log2(n / max(n_above, 1)) + slope * ratio / np.log(2), 0.0)
    return usual, surprise


def _why(signal: int, n: int, test: SignalTest, bipartite: Bipartite, needed: float) -> str:
    """Describe why a signal did not link its n accounts."""
    kind = bipartite.types[bipartite.signal_type[signal]]
    if kind.coarse and kind.family == PAYMENT:
        return "names a bank's range of cards: it corroborates, and never links by itself"
    if kind.coarse:
        does = "describes people, and tells nobody apart" if kind.describes else "names a neighbourhood"
        return f"{does}: it corroborates, and never links by itself"
    if bipartite.corroborates[signal]:
        return "anyone may get an address there: it corroborates, and never links by itself"
    family = int(test.family[signal])
    if family < 0:
        return "whatever else its accounts share, they would by chance"
    observed, expected = test.observed[signal], test.expected[signal]
    seen = companions_seen(n, bipartite.families[family], observed, expected)
    shares = (test.coordinated_share[signal], test.lower_bound[signal], needed)
    return why_unlinked(seen, (observed, expected), shares)
