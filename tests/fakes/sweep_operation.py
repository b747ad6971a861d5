"""Sweeps in processes of their own, so that tests can kill them or fail their system calls.

``python sweep_operation.py`` is a warm process; each child is told SETTINGS WEEK DONE. The worker's part was done
beforehand and is copied from DONE by another process, so that every call that is traced is the supervisor's. A week
that was swept before with other content is superseded.
"""

import json
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

from warm_process import serve

from graphlink.config.settings import load_config
from graphlink.engine.worker.protocol import Limits
from graphlink.engine.worker.supervise import Listener
from graphlink.sweeps.state.schema import digested_tables, expected_objects
from graphlink.sweeps.sweeping import Request, sweep_week
from graphlink.words.errors import GraphlinkError

TOLD = "told.json"


class Copier:
    """Does the work by copying what a worker wrote."""

    def __init__(self, done: Path, folder: str) -> None:
        self.done, self.folder = done, folder

    def tell(self, rest):
        """Nothing: all is done."""

    def outcome(self):
        """Copy, in a process of its own."""
        files = [str(path) for path in sorted(self.done.iterdir()) if path.name != TOLD]
        subprocess.run(["cp", "-r", *files, self.folder], check=True)
        return json.loads((self.done / TOLD).read_text())


def copy_from(done: Path):
    """Have the work done by copying what a worker wrote."""

    @contextmanager
    def begin(_module, task, _limits, _ear):
        yield Copier(done, task["folder"])

    return begin


def sweep(settings: Path, week: str, done: Path) -> None:
    listener = Listener(lambda _stage, _done: None, lambda _code, _text: None)
    sweep_week(load_config(settings), Request(week=week, supersede=True), Limits(10**9, 60), listener, copy_from(done))


def main(settings: str, week: str, done: str) -> int:
    try:
        sweep(Path(settings), week, Path(done))
    except (GraphlinkError, OSError) as error:
        with suppress(OSError):  # that it cannot be said changes nothing
            sys.stderr.write(f"{error}\n")
        return int(error.exit_code) if isinstance(error, GraphlinkError) else 8
    return 0


if __name__ == "__main__":
    expected_objects(), digested_tables()  # each opening asks for them: a third of a sweep's time
    serve(main)
