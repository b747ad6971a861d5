"""Estimate the memory, disk space and time of a run from its number of sightings."""

from typing import Final

import numpy as np

from graphlink.model.sightings import Sightings
from graphlink.words.errors import MachineError

_BASE_BYTES: Final = 600_000_000
_BYTES_EACH: Final = 85
"""Measured for the largest process: 1.5 to 1.7 GB for 13.1 million sightings (one million accounts), and for 131.5
million (ten million accounts) 10.9 GB with little memory, 11.1 to 11.8 GB with much, which keeps freed memory."""

_BASE_SECONDS: Final = 3.0
_SECONDS_EACH: Final = 8e-6
"""Measured: 109 s for 13.1 million sightings on one processor. Two are faster."""

_BASE_DISK: Final = 5_000_000
_DISK_EACH: Final = 100
"""Measured: 54 MB for 970,000 sightings; 29 MB for 300,000 where every third account was in a ring."""

_SURE: Final = 0.75
"""A run is refused if this share of the estimate exceeds the limit. The estimate was never off by more."""

_NAMED: Final = 3


def memory_of(n_sightings: int) -> int:
    """The estimated peak memory of a run, in bytes.

    Examples
    --------
    >>> memory_of(10_000_000)
    1450000000
    """
    return _BASE_BYTES + _BYTES_EACH * n_sightings


def disk_of(n_sightings: int) -> int:
    """The estimated size of the files of a run, in bytes.

    Examples
    --------
    >>> disk_of(1_000_000)
    105000000
    """
    return _BASE_DISK + _DISK_EACH * n_sightings


def seconds_of(n_sightings: int) -> int:
    """The estimated time of a run, in seconds.

    Examples
    --------
    >>> seconds_of(10_000_000)
    83
    """
    return round(_BASE_SECONDS + _SECONDS_EACH * n_sightings)


def refuse_too_much(sightings: Sightings, memory: int) -> None:
    """Refuse work that would not fit into memory.

    Raises
    ------
    MachineError
        GL824, with the most frequent signal types.
    """
    needed = memory_of(len(sightings))
    if _SURE * needed <= memory:
        return
    counts = np.bincount(sightings.signal_type[sightings.signal], minlength=len(sightings.types))
    most = ", ".join(f"{sightings.types[kind].name} {counts[kind]:,}" for kind in np.argsort(-counts)[:_NAMED])
    what = f"{len(sightings):,} sightings need about {needed // 10**6:,} MB and {memory // 10**6:,} MB are allowed"
    fix = "allow more with --max-memory, take a shorter window, or leave a type out with `ignore_types`"
    raise MachineError("GL824", "memory", f"{what}; most are of: {most}", fix)
