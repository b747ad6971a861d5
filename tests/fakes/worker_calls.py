"""Calls of a worker whose jobs are those of ``worker_jobs``."""

from graphlink.engine.worker import supervise
from graphlink.engine.worker.protocol import Job, Limits

AMPLE = Limits(memory=2_000_000_000, seconds=30)
SILENT = supervise.Listener(lambda _stage, _done: None, lambda _code, _text: None)


def do(ending, limits=AMPLE, **task):
    """Let a worker end in some way. Returns the outcome and what was heard on its way."""
    heard = []
    listener = supervise.Listener(
        lambda stage, done: heard.append((stage, done)), lambda code, text: heard.append((code, text))
    )
    return supervise.do_in_worker(Job.RUN, {"ending": ending, **task}, limits, listener), heard


def begin(ending, limits=AMPLE, **task):
    """Begin such a task, of which the rest is not known yet."""
    return supervise.begin_in_worker(Job.RUN, {"ending": ending, **task}, limits, SILENT)
