"""A finished run and how to repeat it, and a finished sweep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from graphlink.model.calibration import Calibration
from graphlink.model.findings import Findings
from graphlink.model.reading import Reading
from graphlink.model.rows import too_many_rejected
from graphlink.model.sweeps import Changes, Decisions, KnownRing, Lineage, Ruling


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """The knowledge of a sweep about earlier weeks."""

    week: str
    """The week of this sweep."""
    known: Sequence[KnownRing]
    decisions: Decisions
    calibration: Calibration | None
    """The frozen calibration. If there is none, one is made from the data."""
    previous: str | None = None
    """The week of the last sweep."""
    id_key: bytes = b""
    """The key under which new rings get their ids."""
    settled: Sequence[str] | None = ()
    """Long-standing or paying accounts of the rings that wait for a second person since the last sweep. None if that is
    not known."""


@dataclass(frozen=True, slots=True, eq=False)
class Swept:
    """The result of a sweep: rings with lasting ids, and the lineage of all known rings."""

    findings: Findings
    lineage: Lineage
    ruling: Ruling
    fresh: Calibration
    """A calibration made from this week's data alone. The findings hold the one that was used."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """How to repeat a run. It never includes host, user or time of day."""

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
    """The changes against earlier weeks. None for a single run."""

    @property
    def most_rejected(self) -> float:
        """A run of which more than this share of the rows was rejected counts as degraded."""
        return cast("Mapping[str, float]", self.manifest.config["reading"])["degraded_reject_share"]

    @property
    def degraded_by(self) -> list[str]:
        """Why it needs a look today, which exit code 3 stands for; empty if it needs none."""
        rows, changes = self.reading.rows, self.changes
        reasons = {
            "rejects": too_many_rejected(rows.rejected, rows.rows_in, self.most_rejected),
            "gates": changes is not None and bool(changes.gates),
            "missing sources": changes is not None and bool(changes.missing_sources),
        }
        return [reason for reason, holds in reasons.items() if holds]
