"""Columns of text made from numbers, without a Python object for each cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from graphlink.model.text import TEXT

Texts = pd.arrays.ArrowStringArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.model.arrays import Int8s, Int64s
    from graphlink.model.graph import Bipartite
    from graphlink.model.sightings import Sightings


def named_signals(signal: Int64s, sightings: Sightings, bipartite: Bipartite) -> tuple[pa.Array, pa.Array]:
    """Type and value of signals of the graph, null for signal -1."""
    known = signal >= 0
    types = pa.array([each.name for each in bipartite.types], pa.large_string())
    kind = types.take(pa.array(bipartite.signal_type[signal], mask=~known))
    shared = sightings.signal_value.take(pa.array(bipartite.origin)).cast(pa.large_string())  # a tenth of all values
    value = shared.take(pa.array(signal, mask=~known))
    return kind, value


def texts_of(texts: Sequence[str], number: Int64s | Int8s) -> Texts:
    """The numbered text for each number, without a Python object for each."""
    return frame_texts(pa.array(texts, pa.large_string()).take(pa.array(number)))


def frame_texts(texts: pa.Array) -> Texts:
    """Texts as a column of a frame."""
    array: Texts = pd.array(texts, dtype=TEXT)
    return array
