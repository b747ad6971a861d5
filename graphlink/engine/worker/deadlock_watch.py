"""Whether a worker waits for what can never come, as Python does where memory does not suffice to begin a thread.

``Thread.start`` waits until the new thread says that it has begun. Where that thread ends for want of memory before it
can say anything, no hook of Python runs either, and whoever started it waits for ever. Only another process can tell.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from graphlink.engine.worker.isolation import is_nearly_full

_LOOKS: Final = 15
"""Times in a row, a second apart, that nothing may have moved: much more than a disk keeps anybody waiting."""

_PROC: Final = Path("/proc")


@dataclass(slots=True)
class Watch:
    """Looks at a worker and its copies from without, and keeps what it saw."""

    worker: int
    """The process."""
    _seen: tuple[str, ...] = field(default=(), init=False)
    _times: int = field(default=0, init=False)

    def is_for_ever(self) -> bool:
        """Look once, a second after the last time: whether the worker has to be given up.

        Copies are ended first, since the worker does their work itself.
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
    """Copies are made by a worker's first thread."""
    try:
        return [int(copy) for copy in (_PROC / f"{worker}/task/{worker}/children").read_text("ascii").split()]
    except OSError:  # not every kernel has the file
        return []


def _rests(*processes: int) -> tuple[str, ...]:
    """How long each thread computed, where all of them wait for an event; nothing where one runs, or for a disk."""
    computed = []
    try:
        for process in processes:
            for thread in sorted((_PROC / f"{process}/task").iterdir()):
                state, *rest = (thread / "stat").read_text("utf-8", "replace").rpartition(") ")[2].split()
                if state != "S":
                    return ()
                computed += [thread.name, *rest[10:12]]
    except OSError:  # one ended meanwhile, or the system has no such files
        return ()
    return tuple(computed)
