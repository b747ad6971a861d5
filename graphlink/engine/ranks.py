"""Texts as numbers in the order of their bytes: sorted, not put into a hash table.

Strangers choose ids and values. Arrow's and pandas' tables of texts have no key, not even of Python's own texts, so
chosen texts collide, and the time grows with the square of their number. Sorting takes half as long again as a table
where all texts differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from graphlink.model.arrays import Bools, Int64s


def ranked(texts: pa.StringArray | pa.LargeStringArray) -> tuple[pa.StringArray | pa.LargeStringArray, Int64s]:
    """Distinct texts in the order of their bytes, and the rank of each text among them; -1 for none.

    Examples
    --------
    >>> distinct, rank = ranked(pa.array(["b", None, "a", "b"]))
    >>> distinct.to_pylist(), rank.tolist()
    (['a', 'b'], [1, -1, 0, 1])
    """
    rank: Int64s = np.full(len(texts), -1, dtype=np.int64)
    order = pc.array_sort_indices(texts)[: len(texts) - texts.null_count]  # missing ones come last
    in_order = texts.take(order)
    if not len(in_order):
        return in_order, rank
    is_new = np.ones(len(in_order), dtype=np.bool_)
    is_new[1:] = pc.not_equal(in_order[1:], in_order[:-1]).to_numpy(zero_copy_only=False)
    rank[order.to_numpy()] = np.cumsum(is_new) - 1
    return in_order.filter(pa.array(is_new)), rank


def ranks(*columns: pd.Series | pa.StringArray) -> list[Int64s]:
    """The rank of each text among the distinct texts of all columns; -1 for none.

    Columns can be joined, grouped and sorted by ranks.

    Examples
    --------
    >>> import pandas as pd
    >>> [each.tolist() for each in ranks(pd.Series(["b", "a", None]), pd.Series(["c", "b"]))]
    [[1, 0, -1], [2, 1]]
    """
    texts = [_texts_of(each) for each in columns]
    rank = ranked(pa.concat_arrays(texts))[1]
    return np.split(rank, np.cumsum([len(each) for each in texts[:-1]]))


def are_among(texts: pd.Series | pa.StringArray, others: pd.Series | pa.StringArray) -> Bools:
    """Which texts of a column are among those of another.

    Examples
    --------
    >>> import pandas as pd
    >>> are_among(pd.Series(["a", "b"]), pd.Series(["b", "c"])).tolist()
    [False, True]
    """
    rank, other = ranks(texts, others)
    is_other = np.zeros(len(texts) + len(others) + 1, dtype=np.bool_)
    is_other[other] = True
    is_other[-1] = False  # of no text
    return is_other[rank]


def number_rows(table: pd.DataFrame, keys: Sequence[str]) -> Int64s:
    """Number rows in the order of their keys, which are integers or texts; rows with equal keys have one number.

    Examples
    --------
    >>> import pandas as pd
    >>> number_rows(pd.DataFrame({"ring": [1, 0, 1], "account": ["b", "b", "a"]}), ["ring", "account"]).tolist()
    [2, 0, 1]
    """
    number: Int64s = np.zeros(len(table), dtype=np.int64)
    for name in keys:
        place = table[name].to_numpy() if table[name].dtype.kind == "i" else ranks(table[name])[0]
        place = place - place.min(initial=0)
        number = np.unique(number * (1 + place.max(initial=0)) + place, return_inverse=True)[1].astype(np.int64)
    return number


def _texts_of(column: pd.Series | pa.StringArray) -> pa.LargeStringArray:
    texts = column if isinstance(column, pa.Array) else pa.array(column, from_pandas=True)
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return texts.cast(pa.large_string())
