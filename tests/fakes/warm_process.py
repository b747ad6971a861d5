"""A process that has imported all and forks a child for each thing asked: milliseconds, where a new one takes a second.

A script calls ``serve`` with what its children are to do; a test begins them with ``WarmProcess``. A child waits until
it is let go, so that it can be traced from its first call on, or begin together with another.
"""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

PATIENCE = 60
"""Seconds that a child may take."""


class Ended(NamedTuple):
    """How a child ended: its exit code, or the number of the signal that killed it, negative; and what it said."""

    code: int
    stderr: str


class WarmProcess:
    """The process as a test sees it."""

    def __init__(self, script: Path) -> None:
        # A module that a child imports is not written: that would be a call of the child.
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, script]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)

    def begin(self, *words: str | Path) -> int:
        """A child that is to do something with these words, and waits; gives its number."""
        return self._ask("begin", *map(str, words))

    def let_go(self, *children: int) -> None:
        """Let children go, one right after the other."""
        self._ask("let go", *children)

    def ended(self, child: int) -> Ended:
        """Wait for a child's end."""
        return Ended(*self._ask("end", child))

    def run(self, *words: str | Path, trace: Sequence[str] = ()) -> Ended:
        """Have one thing done, seen by another program if one is named that takes ``-p``."""
        child = self.begin(*words)
        if not trace:
            self.let_go(child)
            return self.ended(child)
        with _attached(trace, child):
            self.let_go(child)
            return self.ended(child)

    def killed(self, after: float, *words: str | Path) -> Ended:
        """Have one thing done, and kill the child and what it started some seconds after it was let go."""
        child = self.begin(*words)
        self.let_go(child)
        time.sleep(after)
        os.killpg(child, signal.SIGKILL)
        ended = self.ended(child)
        while _runs(child):  # what it started holds its locks until it has ended, too
            time.sleep(0.001)
        return ended

    def close(self) -> None:
        """End it; children that still wait end too."""
        self.process.communicate(timeout=PATIENCE)

    def _ask(self, *order: str | int) -> Any:
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def _runs(group: int) -> bool:
    """Whether any process of a group has not ended; one that nobody waits for has."""
    for process in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group, *_ = process.read_text("utf-8", "replace").rpartition(") ")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(its_group) == group and state != "Z":
            return True
    return False


@contextmanager
def warm(script: Path) -> Iterator[WarmProcess]:
    """Have a warm process for a while."""
    process = WarmProcess(script)
    try:
        yield process
    finally:
        process.close()


@contextmanager
def _attached(trace: Sequence[str], child: int) -> Iterator[None]:
    with subprocess.Popen([*trace, "-p", str(child)], stderr=subprocess.PIPE, text=True) as process:
        said = process.stderr.readline()
        assert f"Process {child} attached" in said, said
        yield


# --- in the warm process ----------------------------------------------------------------------------------------------


_SET_PTRACER, _ANY = 0x59616D61, -1  # of prctl


class _Child(NamedTuple):
    gate: socket.socket
    told: BufferedRandom


def serve(operation: Callable[..., int]) -> None:
    """Do as stdin says, a line for each order: begin a child, let some go, tell how one ended."""
    children: dict[int, _Child] = {}
    for line in sys.stdin:
        match json.loads(line):
            case ["begin", *words]:
                answer = _begin(operation, words, children)
            case ["let go", *numbers]:
                answer = [children[number].gate.send(b"!") for number in numbers]
            case ["end", number]:
                answer = _end(number, children.pop(number))
        print(json.dumps(answer), flush=True)  # noqa: T201  the answer


def _begin(operation: Callable[..., int], words: Sequence[str], children: dict[int, _Child]) -> int:
    assert len([*Path("/proc/self/task").iterdir()]) == 1  # of several threads, a fork takes one
    gate, theirs = socket.socketpair()
    child = _Child(gate, tempfile.TemporaryFile())  # noqa: SIM115  closed at the child's end
    if (number := os.fork()) == 0:
        _be_child(operation, words, theirs, [*children.values(), child])
    theirs.close()
    gate.recv(1)
    children[number] = child
    return number


def _end(number: int, child: _Child) -> Ended:
    code = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
    with child.gate, child.told as told:
        told.seek(0)
        return Ended(code, told.read().decode(errors="replace"))


def _be_child(operation, words, gate, children) -> NoReturn:
    """Wait, do it and leave, whatever happens: the loop of the warm process must not go on in a child."""
    code = 1
    try:
        _settle(children)
        gate.send(b"!")
        if gate.recv(1):
            code = operation(*words)
    except BaseException:  # noqa: BLE001  said as the interpreter would
        traceback.print_exc()
    finally:
        os._exit(code)


def _settle(children: Sequence[_Child]) -> None:
    """Share nothing with the other processes, be open to one that traces, and end in time."""
    os.setpgid(0, 0)  # that it can be killed with all that it starts
    signal.alarm(PATIENCE)
    # Where only ancestors may trace (Yama), any may; elsewhere this fails and is not needed.
    ctypes.CDLL(None).prctl(_SET_PTRACER, ctypes.c_ulong(_ANY))
    with open(os.devnull, "r+b") as nothing:  # noqa: PTH123  a device
        os.dup2(nothing.fileno(), 0)
        os.dup2(nothing.fileno(), 1)
    os.dup2(children[-1].told.fileno(), 2)
    for each in children:
        each.gate.close()
        each.told.close()
