"""Simulated worlds that benchmarks run on, made once and kept in a folder."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from processes import graphlink

if TYPE_CHECKING:
    from pathlib import Path


def keep_world(folder: Path, accounts: int, seed: int, *options: str) -> Path:
    """Simulate a world unless it is there."""
    world = folder / "-".join([str(accounts), str(seed), *(option.strip("-") for option in options)])
    if not world.exists():
        command = graphlink("simulate", str(world), "--accounts", str(accounts), "--seed", str(seed), *options)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return world


def exports_of(world: Path) -> list[str]:
    """The two files that a run reads."""
    return [str(world / "accounts.parquet"), str(world / "sightings.parquet")]
