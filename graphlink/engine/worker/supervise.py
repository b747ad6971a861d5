"""Run a job in a worker, and turn any end of it into an outcome or one sentence."""

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any, BinaryIO, Final

from graphlink.engine.compiled_loops import are_kept, loops_folder, make_folder
from graphlink.engine.worker.deadlock_watch import Watch
from graphlink.engine.worker.isolation import address_space, n_starved
from graphlink.engine.worker.protocol import LONGEST_LINE, Document, Job, Limits, WorkerBugError, error_of
from graphlink.words.errors import GraphlinkError, MachineError, Place

WORKER: Final = Place("worker")
_JOBS: Final = "graphlink.cli.jobs"
"""The module that starts a worker's process. It loads the function behind a ``Job``."""
_ALLOCATION: Final = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(128 << 20),
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
"""Each arena of the C library reserves 64 MB of address space, and there are eight for each processor by default.
Blocks above the first threshold, in bytes, and free memory at the end of an arena above the second return to the system
at once, unless ``engine.memory`` decides otherwise. The rest is kept for the next array, since new pages take time.
Without thresholds the library keeps more and more. Arrow's own allocator never returns memory."""

_MORE: Final = "give it more with --max-memory, or take a shorter window"
_MORE_SPACE: Final = (
    "raise it with `ulimit -v` or `LimitAS=` (libraries set aside gigabytes that they never fill), and limit memory "
    "with --max-memory instead"
)
_REPORT: Final = "run it again; if it stays, report it with this line, since neither the export nor memory is to blame"
_FROM_OUTSIDE: Final = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT})
"""Signals from outside. A process causes the others itself."""
_LOOK_THERE: Final = (
    "run it again, once it is known who ended it: an administrator, or a service's or container's rules"
)
_WANTING: Final = (
    *(b"bad_alloc", b"out of memory", b"cannot allocate", b"unable to allocate", b"memoryerror"),
    *(b"failed to map segment", b"memory allocation failed"),
)
"""Messages of libraries without memory, in small letters."""
_PATIENCE: Final = 10.0
"""Seconds that a worker has to end after its last message."""


@dataclass(slots=True)
class Listener:
    """Receives the messages of a worker. ``stage`` and ``need`` keep the newest for an error message."""

    on_stage: Callable[[str, float], None]
    on_notice: Callable[[str, str], None]
    stage: str = field(default="starting", init=False)
    need: int = field(default=0, init=False)

    def receive(self, said: Mapping[str, Any]) -> None:
        """Receive one message."""
        match said["kind"]:
            case "stage":
                self.stage = str(said["name"])
                self.on_stage(self.stage, float(said["done"]))
            case "notice":
                self.on_notice(str(said["code"]), str(said["text"]))
            case "need":
                self.need = int(said["memory"])
            case "network":
                self.on_notice("GL321", f"the worker keeps the network: {said['reason']}")
            case "writes":
                self.on_notice("GL322", f"the worker may write as its user may: {said['reason']}")


@dataclass(frozen=True, slots=True)
class Worker:
    """A running worker."""

    process: subprocess.Popen[bytes]
    said: int
    """The descriptor for its messages."""
    rest: BinaryIO
    """The file for the rest of its task."""
    last_words: BinaryIO
    """The stderr of its libraries, which may hold the cause of a crash."""
    limits: Limits
    listener: Listener
    n_starved: int
    """Processes that the system had ended for lack of memory before this one started."""

    def tell(self, rest: Mapping[str, Any]) -> None:
        """Give it the rest of its task.

        The rest is long and goes into a file. The pipe carries only a short line, so that a taken-over worker that does
        not read cannot block the supervisor.
        """
        self.rest.write(json.dumps(rest).encode())
        self.rest.flush()
        _say(self.process, "")

    def outcome(self) -> Document:
        """Wait for its end. Returns the outcome or raises as ``do_in_worker`` does."""
        for said in _messages(self):
            match said.get("kind"):
                case "done":
                    with suppress(subprocess.TimeoutExpired):
                        self.process.wait(_PATIENCE)
                    _end(self.process)  # its files are checked next and must not change
                    outcome: Document = said["outcome"]
                    return outcome
                case "memory":
                    raise _out_of_memory(self.limits, self.listener)
                case "gave_up":
                    how, wanting = f"gave up ({said['name']})", _tell_of_memory(said["trace"].encode())
                    raise _died(how, self.listener, _REPORT, wanting=wanting) from error_of(said)
                case "refused" | "system" | "bug":
                    raise error_of(said)
                case _:
                    self.listener.receive(said)
        raise _explain(self)


def do_in_worker(
    job: Job, task: Mapping[str, Any], limits: Limits, listener: Listener, rest: Mapping[str, Any] | None = None
) -> Document:
    """Do a job in a worker and return its outcome. ``rest`` is the part of the task that it asks for later.

    Raises
    ------
    GraphlinkError
        As the worker raised it.
    MachineError
        GL820 without memory, GL821 if the worker ends early, GL822 without time.
    """
    with begin_in_worker(job, task, limits, listener) as worker:
        worker.tell(rest or {})
        return worker.outcome()


@contextmanager
def begin_in_worker(job: Job, task: Mapping[str, Any], limits: Limits, listener: Listener) -> Iterator[Worker]:
    """Start a worker on a task whose rest is not known yet. Leaving the block ends the worker."""
    keep_loops(limits, listener)
    with _begun(job, task, limits, listener) as worker:
        yield worker


def keep_loops(limits: Limits, listener: Listener) -> bool:
    """Let a worker that reads no export compile and store all loops, and return whether they are stored."""
    if are_kept() or not make_folder():
        return are_kept()
    quiet = Listener(listener.on_stage, lambda *_: None)
    with suppress(GraphlinkError, WorkerBugError, OSError):  # any obstacle is reported for the task itself
        narrow = replace(limits, network=False, folder=str(loops_folder()))
        with _begun(Job.WARM, {}, narrow, quiet) as worker:
            worker.outcome()
    return are_kept()


@contextmanager
def _begun(job: Job, task: Mapping[str, Any], limits: Limits, listener: Listener) -> Iterator[Worker]:
    ours, theirs = os.pipe()
    try:
        with tempfile.TemporaryFile() as last_words, _in_memory("rest") as rest:
            process = subprocess.Popen(  # noqa: S603  our own interpreter and module
                [sys.executable, "-P", "-m", _JOBS, job, str(theirs), str(rest.fileno())],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=last_words,
                pass_fds=(theirs, rest.fileno()),
                start_new_session=True,  # Ctrl-C goes to the supervisor alone
                env={**os.environ, **_ALLOCATION},
            )
            try:
                os.close(theirs)
                theirs = -1
                _say(process, json.dumps({"limits": asdict(limits), "task": task}))
                yield Worker(process, ours, rest, last_words, limits, listener, n_starved())
            finally:
                _end(process)
    finally:
        os.close(ours)
        if theirs >= 0:
            os.close(theirs)


def _in_memory(name: str) -> BinaryIO:
    """A file in memory, or where the system has none, a file without a name."""
    return os.fdopen(os.memfd_create(name), "wb") if hasattr(os, "memfd_create") else tempfile.TemporaryFile()


def _say(process: subprocess.Popen[bytes], line: str) -> None:
    """Write a line to a worker's standard input."""
    if process.stdin is not None:
        with suppress(BrokenPipeError):  # it has ended; the cause is found below
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()  # does nothing if it has ended
    process.wait()
    if process.stdin is not None:
        with suppress(BrokenPipeError):
            process.stdin.close()


def _messages(worker: Worker) -> Iterator[Document]:
    """Yield each message until the worker closes its end, exceeds the time of a stage or is stuck."""
    limits, listener = worker.limits, worker.listener
    rest = b""
    watch = Watch(worker.process.pid)
    stage, deadline = "", 0.0
    with selectors.DefaultSelector() as selector:
        selector.register(worker.said, selectors.EVENT_READ)
        while True:
            if stage != listener.stage:
                stage, deadline = listener.stage, time.monotonic() + limits.seconds
            if not selector.select(max(0.0, min(1.0, deadline - time.monotonic()))):
                if time.monotonic() >= deadline:
                    raise _out_of_time(limits, listener)
                if not limits.network and watch.is_for_ever():  # with network it may wait for a server
                    raise _out_of_memory(limits, listener)
                continue
            came = os.read(worker.said, 1 << 20)
            if not came:
                return
            *lines, rest = (rest + came).split(b"\n")
            if len(rest) > LONGEST_LINE:
                raise _died("said more than a worker says", listener, _REPORT)
            for line in lines:
                yield json.loads(line)


def _explain(worker: Worker) -> MachineError:
    """The error for a worker that ended without a report."""
    code, filled = _wait(worker.process)
    if code == -signal.SIGXCPU:
        return _out_of_time(worker.limits, worker.listener)
    how, cure = f"ended without a word (exit {code})", _REPORT
    if code < 0:
        how, cure = f"was killed by signal {-code}", _LOOK_THERE if -code in _FROM_OUTSIDE else _REPORT
        with suppress(ValueError):
            how += f" ({signal.Signals(-code).name})"
    wanting = (
        _tell_of_memory(_last_words(worker))
        or filled >= _NEARLY * worker.limits.memory
        or (code == -signal.SIGKILL and n_starved() > worker.n_starved)
    )
    return _died(how, worker.listener, cure, wanting=wanting)


_NEARLY: Final = 0.875
"""The share of its memory that a worker must have used for its end to count as lack of memory."""


def _wait(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Wait for a worker's end. Returns its exit code and its peak memory in bytes."""
    if process.returncode is not None:
        return process.returncode, 0
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, used.ru_maxrss << 10


def _last_words(worker: Worker) -> bytes:
    """The end of a worker's stderr."""
    size = worker.last_words.seek(0, os.SEEK_END)
    worker.last_words.seek(max(0, size - _LONGEST_WORDS))
    return worker.last_words.read()


_LONGEST_WORDS: Final = 4096


def _tell_of_memory(words: bytes) -> bool:
    return any(each in words.lower() for each in _WANTING)


def _out_of_memory(limits: Limits, listener: Listener) -> MachineError:
    space, limit, cure = address_space(), f"memory limit of {megabytes(limits.memory)}", _MORE
    if space is not None and space <= limits.memory:  # more memory would not help
        limit, cure = f"limit of {megabytes(space)} on address space", _MORE_SPACE
    what = f"the {limit} was reached while {listener.stage}{_needs(limits, listener)}"
    return MachineError("GL820", WORKER, what, cure)


def _needs(limits: Limits, listener: Listener) -> str:
    """The memory that would suffice, if known."""
    if not listener.need:
        return ""
    about, is_more = megabytes(listener.need), listener.need > limits.memory
    return f"; it needs about {about}" if is_more else f"; about {about} were reckoned, and it needs more"


def _out_of_time(limits: Limits, listener: Listener) -> MachineError:
    what = f"{listener.stage} took longer than {limits.seconds} s"
    return MachineError("GL822", WORKER, what, "raise `max_stage_seconds` in `[limits]`, or take a shorter window")


def _died(how: str, listener: Listener, cure: str, *, wanting: bool = False) -> MachineError:
    """The error for a worker's end. Memory is named only if it is known to have run out, since people buy more."""
    what = f"{how} while {listener.stage}{', for want of memory' if wanting else ''}"
    return MachineError("GL821", WORKER, what, _MORE if wanting else cure)


def megabytes(size: int) -> str:
    """Format a number of bytes, rounded up.

    Examples
    --------
    >>> megabytes(3_200_000_001)
    '3,201 MB'
    """
    return f"{-(-size // 1_000_000):,} MB"
