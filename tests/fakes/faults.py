"""What befalls a child of a warm process: a system call kills it or fails, or it is killed at a random time."""

import os
import random
import re
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from warm_process import Ended, WarmProcess

CALLS = (
    *("write", "pwrite64", "fsync", "fdatasync", "ftruncate"),
    *("rename", "unlink", "unlinkat", "rmdir", "mkdir", "symlink", "link"),
)
KILL = "signal=KILL"
FAULTS = (KILL, "error=ENOSPC", "error=EIO")
NIGHTLY = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
"""Whether every call of a kind fails; else the first and the last."""


class Faults(NamedTuple):
    """Faults of the children of a warm process, by the program that brings them about."""

    process: WarmProcess
    strace: Sequence[str]
    log: Path

    def calls(self, *words: str | Path) -> list[str]:
        """What a child asks of the disk that nothing befalls."""
        ended = self._traced(words)
        assert ended.code == 0, ended.stderr
        return re.findall(r"^(?:\d+ +)?(\w+)\(", self.log.read_text(), re.MULTILINE)

    def fail(self, call: str, number: int, fault: str, *words: str | Path) -> Ended:
        """Let one call of a child kill it or fail, and make sure that it did."""
        ended = self._traced(words, f"--inject={call}:{fault}:when={number}")
        if fault == KILL:
            assert ended.code == -signal.SIGKILL, ended.stderr
        else:
            assert "(INJECTED)" in self.log.read_text()
        return ended

    def _traced(self, words: Sequence[str | Path], *inject: str) -> Ended:
        trace = [*self.strace, "-o", str(self.log), "--trace=" + ",".join(CALLS), *inject]
        return self.process.run(*words, trace=trace)


def chosen(made: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Which calls are to fail: of each kind every one, or by day the first and the last."""
    for call in sorted(set(made)):
        n_calls = made.count(call)
        yield from ((call, number) for number in (range(1, n_calls + 1) if NIGHTLY else sorted({1, n_calls})))


def moments(process: WarmProcess, seed: str, most: int, *words: str | Path) -> Iterator[float]:
    """Random moments, in seconds, of the time that a child takes from its start to its end: ``most`` of them."""
    child, begun = process.begin(*words), time.monotonic()
    process.let_go(child)
    assert process.ended(child).code == 0
    took = time.monotonic() - begun
    draw = random.Random(seed)
    yield from (draw.uniform(0, took) for _ in range(most))
