"""The worker's side: read a task from stdin, narrow this process, do the job and report the outcome."""

import json
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from graphlink.engine.memory import collect_seldom, give_back
from graphlink.engine.worker import isolation
from graphlink.engine.worker.protocol import Document, Job, Limits, Line, Work, failure


def serve(work_of: Callable[[Job], Work]) -> NoReturn:
    """Do one job and end the process.

    The arguments of the process are the job and two descriptors: messages to the supervisor go to the first, the rest
    of the task comes from the second.

    Parameters
    ----------
    work_of
        Loads the function behind a job. It is called when the process is narrowed, since libraries start threads.
    """
    job, says, rest = sys.argv[1:]
    isolation.die_with_parent()
    isolation.leave_no_core()
    os.umask(0o077)
    seconds = 0

    def begin_stage() -> None:
        give_back()
        isolation.limit_seconds(seconds * (os.cpu_count() or 1))

    line = Line(int(says), int(rest), begin_stage)
    try:
        given = json.loads(sys.stdin.readline())
        limits = Limits(**given["limits"])
        _narrow(limits, line)
        warnings.showwarning = _relay(line)
        collect_seldom()
        work = work_of(Job(job))
        import scipy.linalg  # noqa: F401, PLC0415  numba's; where its OpenBLAS gets no memory it asks for ever

        isolation.limit_memory(limits.memory)
        seconds = limits.seconds
        line.say("done", outcome=work(given["task"], line))
    except BaseException as error:  # noqa: BLE001  the supervisor could only guess an error that is not reported
        line.say(**_told(error))
    os._exit(0)  # everything is reported; an orderly exit takes time and could still fail


def _narrow(limits: Limits, line: Line) -> None:
    """Leave the network and all folders but one, and report what the system does not allow."""
    if not isolation.is_complete():
        kept = "the worker keeps the network, may write as its user may and has no limit of memory"
        line.notice("GL329", f"this system has no means to narrow a process: {kept}")
        return
    if not limits.network and (reason := isolation.cut_network()):
        line.say("network", reason=reason)
    if reason := isolation.write_only_below([Path(limits.folder or os.devnull)]):
        line.say("writes", reason=reason)


def _relay(line: Line) -> Callable[..., None]:
    """Pass on our warnings. Those of libraries are for programmers."""

    def show(message: Warning | str, *_: object, **__: object) -> None:
        if str(message).startswith("graphlink "):
            line.notice("", str(message))

    return show


def _told(error: BaseException) -> Document:
    """Describe an error. Without memory libraries fail in any way, so every error then counts as one of memory."""
    told = failure(error)
    if told["kind"] in {"bug", "gave_up"} and isolation.is_nearly_full(os.getpid()):
        return {"kind": "memory"}
    return told
