"""How labelled worlds are made, analysed with the defaults, and judged: what pages about accuracy have in common."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
from accuracy_results import Measured, Plan
from worlds_kept import exports_of

import graphlink as gl
from graphlink.config.method import Method
from graphlink.lab.evaluate import Evaluation, Reported, evaluate, read_truth
from graphlink.lab.evaluate.figures import list_figures
from graphlink.pipeline import analyse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from graphlink.config.settings import Config

ROOT: Final = Path(__file__).resolve().parents[1]
KEPT: Final = ROOT / "benchmarks" / "measured"
"""Where benchmarks keep what they measured; git ignores it."""

METHOD: Final = Method(disturbances=0)
"""The defaults, but for the disturbances: they say how stable a ring is and change neither rings nor members."""

SEED: Final = gl.SEED
N_RANKED: Final = 200
"""Accusing rings that are kept one by one; far beyond what an investigator reads."""


def measure_all(plans: Sequence[Plan], measure: Callable[[Plan], Measured], jobs: int) -> Iterator[Measured]:
    """Measure worlds, some at a time, each in a process of its own; in no certain order."""
    if not plans:
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(measure, plan) for plan in plans]
        try:
            for done in as_completed(waiting):
                yield done.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def made_world(name: str, folder: Path | None, make: Callable[[Path], None]) -> Iterator[Path]:
    """Make a world into a folder that is there until it is judged, or under its name into one where it is kept."""
    with tempfile.TemporaryDirectory(prefix="graphlink-world-", dir=folder) as place:
        kept = None if folder is None else folder / name
        if kept is not None and kept.is_dir():
            yield kept
            return
        world = Path(place) / "world"
        make(world)
        yield world if kept is None else world.rename(kept)


def judge_world(name: str, world: Path, config: Config | None = None) -> Evaluation:
    """Analyse a world's files with the defaults and judge the outcome."""
    findings = analyse(gl.read(exports_of(world), config=config).sightings, METHOD, seed=SEED)
    rings = [(ring.ring_id, ring.rank, ring.assessment, ring.campaign) for ring in findings.rings]
    table = pd.DataFrame(rings, columns=["ring_id", "rank", "assessment", "campaign"])
    return evaluate(read_truth(world), Reported(name, table, findings.members))


def condense(plan: Plan, code: str, judged: Evaluation) -> Measured:
    """Keep of an evaluation what a page shows."""
    accusing = [ring.is_right for ring in judged.listed if ring.assessment == "coordinated"]
    return Measured(
        plan=plan,
        code=code,
        figures=dict(list_figures(judged)),
        right=tuple(accusing[:N_RANKED]),
        false=dict(sorted(Counter(ring.truth for ring in judged.false_rings).items())),
        planted=judged.planted,
        hard_negatives=judged.hard_negatives,
        bins=judged.reliability.bins if judged.reliability else (),
        baselines=(),
    )


def digest_code(*folders: Path) -> str:
    """SHA-256 over code and parameters, so that figures of two versions are never mixed."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.suffix in {".py", ".toml"}:
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
