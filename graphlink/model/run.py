"""A finished run, and how it can be repeated; a finished sweep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphlink.model.calibration import Calibration
    from graphlink.model.findings import Findings
    from graphlink.model.reading import Reading
    from graphlink.model.sweeps import Changes, Decisions, KnownRing, Lineage, Ruling


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What a sweep knows of the weeks before it."""

    week: str
    """Its own."""
    known: Sequence[KnownRing]
    decisions: Decisions
    calibration: Calibration | None
    """The frozen one; made from the data where there is none."""
    previous: str | None = None
    """The week of the last sweep."""


@dataclass(frozen=True, slots=True, eq=False)
class Swept:
    """What a sweep found: rings under their lasting ids, and what became of all that are known."""

    findings: Findings
    lineage: Lineage
    ruling: Ruling
    fresh: Calibration
    """What this week's data alone would give; the findings hold the one that was used."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """How a run can be repeated. Host, user and time of day never enter."""

    graphlink: str
    versions: Mapping[str, str]
    command: tuple[str, ...]
    config_digest: str
    config: Mapping[str, object]
    data_digest: str
    seed: int
    as_of: int
    window_start: int
    window_end: int


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A finished run: what was read, what was found, how to repeat it. Reports get this and nothing else."""

    reading: Reading
    findings: Findings
    manifest: Manifest
    changes: Changes | None = None
    """Against the weeks before; None for a run that stands alone."""
