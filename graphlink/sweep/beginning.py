"""The part of a sweep that needs no state: a worker reads the week's exports while the state is still being checked."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from graphlink import SEED
from graphlink.errors import GraphlinkError
from graphlink.sweep.plan import plan_sweep
from graphlink.sweep.publication import folder_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from graphlink.config import Config
    from graphlink.sweep.plan import Plan
    from graphlink.sweep.publication import Sweeps
    from graphlink.sweep.sweeping import Request
    from graphlink.worker.supervise import Worker
    from graphlink.worker.wire import Document, Limits

WORK: Final = "graphlink.sweep.work"


@dataclass(frozen=True, slots=True)
class Begun:
    """A sweep whose exports a worker is reading; it waits to be told of the past."""

    plan: Plan
    private: Path | None
    """The folder that the worker writes into; None of a dry run."""
    worker: Worker


@contextmanager
def begin_reading(
    config: Config,
    request: Request,
    sweeps: Sweeps,
    begin: Callable[[Document, Limits], AbstractContextManager[Worker]],
    limits: Limits,
) -> Iterator[Begun | GraphlinkError]:
    """Let a worker begin; when the block is left, worker and private folder are gone.

    Where the exports stand in the way the error is given and not raised: what is wrong with the state is told first.
    """
    try:
        plan = plan_sweep(config, request.week, request.as_of, allow_partial=request.allow_partial)
    except GraphlinkError as refusal:
        yield refusal
        return
    private = None if request.dry_run else sweeps.prepare(folder_name(request.week))
    folder = str(private or "")
    task = {
        "config": plan.config.model_dump_json(),
        "ages": plan.ages,
        "called": plan.called,
        "seed": SEED,
        "command": plan.command,
        "dry_run": request.dry_run,
        "supersede": request.supersede,
        "allow_partial": request.allow_partial,
        "memory": limits.memory,
        "folder": folder,
    }
    try:
        with begin(task, replace(limits, folder=folder)) as worker:
            yield Begun(plan, private, worker)
    finally:
        if private is not None:
            sweeps.drop(private)
