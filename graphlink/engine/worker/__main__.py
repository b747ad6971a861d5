"""The child: `python -m graphlink.engine.worker MODULE SAYS REST` reads a task from stdin and lets the module do it."""

from __future__ import annotations

import importlib
import json
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from graphlink.engine.memory import give_back
from graphlink.engine.worker.gc_settings import collect_seldom
from graphlink.engine.worker.isolation import (
    cut_network,
    die_with_parent,
    is_nearly_full,
    leave_no_core,
    limit_memory,
    limit_seconds,
)
from graphlink.engine.worker.landlock import write_only_below
from graphlink.engine.worker.protocol import Document, Limits, Line, failure

if TYPE_CHECKING:
    from collections.abc import Callable


def main(module: str, says: int, rest: int) -> None:
    """Do a task, and say how it went.

    The module has a function ``work(task, line)``, which gives what the supervisor wants to know. ``says`` and ``rest``
    are descriptors: where it is said, and where the rest of the task is found once the supervisor knows it.
    """
    die_with_parent()
    leave_no_core()
    os.umask(0o077)
    seconds = 0

    def begin_stage() -> None:
        give_back()
        limit_seconds(seconds * (os.cpu_count() or 1))

    line = Line(says, rest, begin_stage)
    try:
        given = json.loads(sys.stdin.readline())
        limits = Limits(**given["limits"])
        if not limits.network and (reason := cut_network()):
            line.say("network", reason=reason)
        if reason := write_only_below([Path(limits.folder or os.devnull)]):
            line.say("writes", reason=reason)
        warnings.showwarning = _relay(line)
        collect_seldom()
        work = importlib.import_module(module).work
        importlib.import_module("scipy.linalg")  # numba's; where its OpenBLAS gets no memory it asks for it for ever
        limit_memory(limits.memory)
        seconds = limits.seconds
        line.say("done", outcome=work(given["task"], line))
    except BaseException as error:  # noqa: BLE001  whatever it is must be said, or the supervisor could only guess
        line.say(**_told(error))


def _relay(line: Line) -> Callable[..., None]:
    """Pass warnings of ours on; those of libraries speak to programmers."""

    def show(message: Warning | str, *_: object, **__: object) -> None:
        if str(message).startswith("graphlink "):
            line.notice("", str(message))

    return show


def _told(error: BaseException) -> Document:
    """Say what happened; without memory a library fails as it likes, so any failure then is one of memory."""
    told = failure(error)
    if told["kind"] in {"bug", "gave_up"} and is_nearly_full(os.getpid()):
        return {"kind": "memory"}
    return told


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    os._exit(0)  # all is said; taking the house down costs time, and could still fail
