"""Bounds what one account can cost: of each family, an account counts with a limited number of its shared values.

The signal test and the projection go through an account's values once for each of its values, so their work is the
square of that number. No account of a simulated world or of the real records has more than 164 shared values, of all
families together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from graphlink.engine.kernels.basic import count_bearers

if TYPE_CHECKING:
    import pyarrow as pa

    from graphlink.model.arrays import Bools, Int32s, Keys
    from graphlink.model.sightings import Sightings

MOST_VALUES: Final = 256
"""Most shared values of one family of an account. With 1,024, accounts of so many values took nine times as long."""


def find_surplus(sightings: Sightings, degree: Int32s, most: int = MOST_VALUES) -> Bools | None:
    """Which sightings are left out; None if no account has too many values.

    An account keeps the values with the smallest hashes of their names. The hash is the same for all accounts, so
    accounts that share most of their values keep mostly the same ones.

    Parameters
    ----------
    sightings
        Distinct pairs of account and signal.
    degree
        Accounts by signal of ``sightings``. Values of one account are not counted, and never left out here.
    most
        The most values of a family.
    """
    wide = count_bearers(sightings.account, len(sightings.accounts)) > most
    if not wide.any():
        return None
    names = sorted({each.counts_as for each in sightings.types})
    family = np.array([names.index(each.counts_as) for each in sightings.types], dtype=np.int64)
    row = np.flatnonzero(wide[sightings.account])
    row = row[degree[sightings.signal[row]] > 1]
    place = np.cumsum(wide) - 1
    group = place[sightings.account[row]] * len(names) + family[sightings.signal_type[sightings.signal[row]]]
    is_long = (np.bincount(group) > most)[group]
    row, group = row[is_long], group[is_long]
    if not is_long.any():
        return None
    order = np.lexsort((hash_names(sightings.signal_value, sightings.signal[row]), group))
    rank = np.arange(len(row)) - np.searchsorted(group[order], group[order])
    surplus = np.zeros(len(sightings), dtype=np.bool_)
    surplus[row[order[rank >= most]]] = True
    return surplus


def hash_names(signal_value: pa.StringArray, signal: Int32s) -> Keys:
    """A hash of the value of each of some signals, whatever other signals there are."""
    asked, at = np.unique(signal, return_inverse=True)
    values = np.asarray(signal_value.take(asked).to_numpy(zero_copy_only=False))
    hashed: Keys = pd.util.hash_array(values, categorize=False)[at]
    return hashed
