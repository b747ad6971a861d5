"""Run a command as a process of its own and ask the kernel what it took."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Took:
    """One process with its children: wall seconds, peak memory in bytes, what it said, what stopped it.

    The memory is that of all processes at once, pages that several share counted once, looked at twice a second or,
    where there is much to look at, less often; or that of the largest alone, as the kernel counts it without a gap, if
    that is more.
    """

    seconds: float
    peak: int
    said: str
    stopped: str = ""
    computed: float = 0.0
    """Seconds of processor time, which other work on the machine changes less."""
    largest: int = 0
    """Peak memory of the largest process alone, as `/usr/bin/time -v` tells it."""


def measure_process(command: Sequence[str], *, seconds: float = 0, memory: int = 0, watched: bool = True) -> Took:
    """Run a command to its end, or to a limit of wall seconds or bytes of address space (0 is none).

    To watch what all processes hold at once delays them by a fiftieth where they hold much. Unless it is ``watched``,
    the peak is that of the largest alone.
    """
    limited = ["prlimit", f"--as={memory}", *command] if memory else command
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        began = time.perf_counter()
        process = subprocess.Popen(limited, stdout=subprocess.DEVNULL, stderr=log, start_new_session=True)
        timer = threading.Timer(seconds or 1e6, os.killpg, (process.pid, signal.SIGKILL))
        timer.daemon = True
        timer.start()
        watch = _Watch(process.pid) if watched else None
        _, status, usage = os.wait4(process.pid, 0)
        at_once = watch.end() if watch else 0
        timer.cancel()
        took = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        said = log.read()
    stopped = ""
    if process.returncode == -signal.SIGKILL and seconds and took >= seconds:
        stopped = f"over {seconds:,.0f} s"
    elif process.returncode and ("MemoryError" in said or "Out of Memory" in said or "bad_alloc" in said):
        stopped = f"over {memory / 1e9:.0f} GB"
    elif process.returncode:
        last = said.strip().splitlines()
        stopped = f"exit {process.returncode}: {last[-1] if last else 'no word'}"
    largest = usage.ru_maxrss * 1024
    return Took(took, max(largest, at_once), said, stopped, usage.ru_utime + usage.ru_stime, largest)


class _Watch:
    """A thread that looks at what a process and its descendants hold together."""

    def __init__(self, process: int) -> None:
        self._process, self._most, self._ended = process, 0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> int:
        self._ended.set()
        self._thread.join()
        return self._most

    def _look(self) -> None:
        pause = 0.5
        while not self._ended.wait(pause):
            began = time.perf_counter()
            self._most = max(self._most, sum(map(_proportional, _descendants(self._process))))
            pause = max(0.5, 50 * (time.perf_counter() - began))  # whoever looks at many gigabytes holds them up


def _descendants(process: int) -> list[int]:
    found = [process]
    for each in found:
        with suppress(OSError):
            for task in Path("/proc", str(each), "task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def _proportional(process: int) -> int:
    """Bytes of memory of a process, of shared pages its share of them."""
    with suppress(OSError):
        for line in Path("/proc", str(process), "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) << 10
    return 0


def graphlink(*arguments: str) -> list[str]:
    """Give the command line that runs this checkout's graphlink."""
    return [sys.executable, "-m", "graphlink", *arguments]
