"""Detect a worker that waits forever, as Python does when there is not enough memory to start a thread.

``Thread.start`` waits for the new thread to report that it runs. If that thread ends earlier for lack of memory, the
caller waits forever, and no hook of Python runs. Only another process can detect this.
"""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from graphlink.engine.worker.isolation import is_nearly_full

_LOOKS: Final = 15
"""Checks in a row, a second apart, without any progress: much longer than a disk takes."""

_PROC: Final = Path("/proc")


@dataclass(slots=True)
class Watch:
    """Observes a worker and its copies from outside."""

    worker: int
    """The process."""
    _seen: tuple[str, ...] = field(default=(), init=False)
    _times: int = field(default=0, init=False)

    def is_for_ever(self) -> bool:
        """Check once, a second after the last check. Returns whether the worker must be ended.

        Copies are ended first, since the worker can do their work itself.
        """
        copies = _copies(self.worker)
        seen = _rests(self.worker, *copies)
        self._times = self._times + 1 if seen and seen == self._seen else 0
        self._seen = seen
        if self._times < _LOOKS or not any(map(is_nearly_full, (self.worker, *copies))):
            return False
        self._times = 0
        for copy in copies:
            with suppress(ProcessLookupError):
                os.kill(copy, signal.SIGKILL)
        return not copies


def _copies(worker: int) -> list[int]:
    """The copies, which the first thread of a worker makes."""
    try:
        return [int(copy) for copy in (_PROC / f"{worker}/task/{worker}/children").read_text("ascii").split()]
    except OSError:  # some kernels do not have this file
        return []


def _rests(*processes: int) -> tuple[str, ...]:
    """The computing time of each thread if all wait for an event. Empty if one runs or waits for a disk."""
    computed = []
    try:
        for process in processes:
            for thread in sorted((_PROC / f"{process}/task").iterdir()):
                state, *rest = (thread / "stat").read_text("utf-8", "replace").rpartition(") ")[2].split()
                if state != "S":
                    return ()
                computed += [thread.name, *rest[10:12]]
    except OSError:  # a process has ended, or the system lacks these files
        return ()
    return tuple(computed)
