"""The part of a sweep that needs no state: a worker reads the exports while the state is being checked."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from graphlink import SEED
from graphlink.config.settings import Config
from graphlink.engine.worker.protocol import Document, Job, Limits
from graphlink.engine.worker.supervise import Listener, Worker
from graphlink.sweeps.plan import Plan, plan_sweep
from graphlink.sweeps.publication import Sweeps, folder_name
from graphlink.words.errors import GraphlinkError

Begin = Callable[[Job, Mapping[str, Any], Limits, Listener], AbstractContextManager[Worker]]
"""Starts a worker."""


@dataclass(frozen=True, slots=True)
class Request:
    """The options of a sweep."""

    week: str
    as_of: datetime | None = None
    dry_run: bool = False
    supersede: bool = False
    """Sweep the week again if its exports, the settings or people's decisions have changed."""
    renew: bool = False
    """Make a new calibration, and sweep the newest week again."""
    allow_partial: bool = False
    init: bool = False
    accept_rollback: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """A started sweep: a worker is reading the exports and waits for the knowledge of earlier weeks."""

    plan: Plan
    private: Path | None
    """The folder of the worker's output, None in a dry run."""
    worker: Worker


def task_of(plan: Plan, limits: Limits, *, supersede: bool = False, allow_partial: bool = True) -> Document:
    """The task of a worker that sweeps a week, without the knowledge of earlier weeks."""
    return {
        "config": plan.config.model_dump_json(),
        "ages": plan.ages,
        "called": plan.called,
        "seed": SEED,
        "command": plan.command,
        "dry_run": False,
        "supersede": supersede,
        "allow_partial": allow_partial,
        "memory": limits.memory,
        "folder": limits.folder,
    }


@contextmanager
def begin_reading(
    config: Config,
    request: Request,
    sweeps: Sweeps,
    limits: Limits,
    listener: Listener,
    begin: Begin,
) -> Iterator[Begun | GraphlinkError]:
    """Start a worker. After the block, the worker and its private folder are gone.

    An error in the exports is returned, not raised, since an error in the state must be reported first.
    """
    try:
        plan = plan_sweep(config, request.week, request.as_of, allow_partial=request.allow_partial)
    except GraphlinkError as refusal:
        yield refusal
        return
    private = None if request.dry_run else sweeps.prepare(folder_name(request.week))
    limits = replace(limits, folder=str(private or ""))
    task = task_of(plan, limits, supersede=request.supersede, allow_partial=request.allow_partial)
    try:
        with begin(Job.SWEEP, {**task, "dry_run": request.dry_run}, limits, listener) as worker:
            yield Begun(plan, private, worker)
    finally:
        if private is not None:
            sweeps.drop(private)
