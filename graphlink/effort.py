"""How much memory and time a run takes, told beforehand from the number of its sightings."""

from __future__ import annotations

from typing import Final

_BASE_BYTES: Final = 350_000_000
_BYTES_EACH: Final = 290
"""Measured: 0.35 GB for a handful, 3.2 GB for 9.9 million sightings of one million accounts."""


def memory_of(n_sightings: int) -> int:
    """Bytes of memory that a run over so many sightings fills at most, about.

    Examples
    --------
    >>> memory_of(10_000_000)
    3250000000
    """
    return _BASE_BYTES + _BYTES_EACH * n_sightings
