"""Run a command as a process of its own and ask the kernel what it took."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Took:
    """One process with its children: wall seconds, peak resident memory in bytes, what it said, what stopped it."""

    seconds: float
    peak: int
    said: str
    stopped: str = ""
    computed: float = 0.0
    """Seconds of processor time, which other work on the machine changes less."""


def measure_process(command: Sequence[str], *, seconds: float = 0, memory: int = 0) -> Took:
    """Run a command to its end, or to a limit of wall seconds or bytes of address space (0 is none)."""
    limited = ["prlimit", f"--as={memory}", *command] if memory else command
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        began = time.perf_counter()
        process = subprocess.Popen(limited, stdout=subprocess.DEVNULL, stderr=log, start_new_session=True)
        timer = threading.Timer(seconds or 1e6, os.killpg, (process.pid, signal.SIGKILL))
        timer.daemon = True
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
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
    return Took(took, usage.ru_maxrss * 1024, said, stopped, usage.ru_utime + usage.ru_stime)


def graphlink(*arguments: str) -> list[str]:
    """Give the command line that runs this checkout's graphlink."""
    return [sys.executable, "-m", "graphlink", *arguments]
