"""What was measured on each labelled world, as frozen values that are kept in a JSON file.

The page and its plots are made from these values alone, so they can be made again without running anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from graphlink.lab.evaluate.listed import HardNegatives
from graphlink.lab.evaluate.members import ReliabilityBin
from graphlink.lab.evaluate.planted import PlantedRing

if TYPE_CHECKING:
    from pathlib import Path

Figures = dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """A world to make: its parameter file, what is planted in it, its size and seed."""

    parameters: str
    planted: str
    n_accounts: int
    seed: int

    @property
    def name(self) -> str:
        """The name under which the world's folder and its progress are shown."""
        return f"{self.parameters}-{self.planted}-{self.n_accounts}-{self.seed}"


@dataclass(frozen=True, slots=True)
class Baseline:
    """A baseline's headline figures on a world, or why it stopped."""

    name: str
    figures: Figures
    stopped: str | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One world, run and judged.

    ``right`` tells of each accusing ring, in rank order, whether it is right; ``false`` how many false rings there are
    of each kind. ``figures`` also holds, for a world or two, what a run cost and what shuffled links gave.
    """

    plan: Plan
    code: str
    figures: Figures
    right: tuple[bool, ...]
    false: dict[str, int]
    planted: tuple[PlantedRing, ...]
    hard_negatives: tuple[HardNegatives, ...]
    bins: tuple[ReliabilityBin, ...]
    baselines: tuple[Baseline, ...]


_RESULTS = TypeAdapter(tuple[Measured, ...])


def read_results(path: Path) -> tuple[Measured, ...]:
    """Read what was measured before, nothing where there is no such file."""
    return _RESULTS.validate_json(path.read_bytes()) if path.is_file() else ()


def write_results(path: Path, results: tuple[Measured, ...]) -> None:
    """Write everything measured, sorted by world."""
    ordered = sorted(results, key=lambda result: (result.plan.parameters, result.plan.planted, result.plan.seed))
    path.write_bytes(_RESULTS.dump_json(tuple(ordered), indent=1) + b"\n")
