"""A worker's task done in the process of the test: what it says goes over the same wire, as text.

A worker of its own takes a second for its imports. Tests of what a command says and writes need none; that a worker
gives the same, and what it may do, is shown by ``test_worker.py``, ``test_sources_bad.py`` and ``test_reach.py``.
"""

import json
import warnings

from graphlink.cli.jobs import work_of
from graphlink.engine.worker.protocol import error_of, failure


class Here:
    """The worker's end of the line, which the listener hears at once."""

    def __init__(self, listener, rest) -> None:
        self.listener = listener
        self.rest = lambda: json.loads(json.dumps(rest))

    def say(self, kind, **facts):
        """Say one message, as text between two ends of a line."""
        self.listener.receive(json.loads(json.dumps({"kind": kind, **facts}, allow_nan=False)))

    def stage(self, name, done):
        """Say which stage begins."""
        self.say("stage", name=name, done=done)

    def notice(self, code, text):
        """Say what a reader should know."""
        self.say("notice", code=code, text=text)

    def need(self, memory):
        """Say how much memory the work takes."""
        self.say("need", memory=memory)


def do_here(job, task, limits, listener, rest=None):
    """Do a task here, and give its outcome or its error as they come out of a worker."""
    work = work_of(job)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("default")  # a worker's go to nobody but for those that are ours
            outcome = work(json.loads(json.dumps(task)), Here(listener, rest))
    except Exception as error:  # noqa: BLE001  whatever it is comes out of a worker as words
        said = json.loads(json.dumps(failure(error)))
    else:
        return json.loads(json.dumps(outcome, allow_nan=False))
    if said["kind"] == "memory":
        raise MemoryError
    raise error_of(said)
