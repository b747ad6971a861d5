"""The messages between a worker and its supervisor: a task as a JSON document, then one JSON document a line.

Nothing is pickled. A worker that a hostile export has taken over can send wrong messages, but cannot run code.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from graphlink.words.errors import GraphlinkError, Place, Problem

Document = dict[str, Any]

LONGEST_LINE: Final = 1 << 28
"""The most bytes of a message. A listing of all rings of a large run has a few million."""


class Job(StrEnum):
    """What a worker can be asked to do. ``graphlink.cli.jobs`` has the function behind each."""

    CHECK = "check"
    GUESS = "guess"
    RUN = "run"
    SWEEP = "sweep"
    WARM = "warm"
    """Compile all loops before the first task."""


class WorkerBugError(Exception):
    """A bug in the worker. The notes of the error hold the worker's traceback."""

    def __init__(self, name: str, trace: str) -> None:
        super().__init__(name)
        self.name = name
        self.add_note(trace)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a worker: ``memory`` in bytes, ``seconds`` per stage in elapsed time and per processor.

    It can write only to ``folder``, and nowhere if that is empty.
    """

    memory: int
    seconds: int
    network: bool = False
    folder: str = ""


class Line:
    """The worker's end of the line. Each message is one line, written at once."""

    def __init__(self, descriptor: int, rest: int, at_stage: Callable[[], None]) -> None:
        self._file = os.fdopen(descriptor, "w", encoding="utf-8")
        self._rest = rest
        self._at_stage = at_stage
        self._stage = ""

    def say(self, kind: str, **facts: object) -> None:
        """Send one message."""
        self._file.write(json.dumps({"kind": kind, **facts}, allow_nan=False) + "\n")
        self._file.flush()

    def stage(self, name: str, done: float) -> None:
        """Report the current stage and the share of the whole that is done (0 to 1)."""
        if name != self._stage:
            self._stage = name
            self._at_stage()
        self.say("stage", name=name, done=done)

    def notice(self, code: str, text: str) -> None:
        """Send a notice for the user."""
        self.say("notice", code=code, text=text)

    def need(self, memory: int) -> None:
        """Report the estimated memory of the work, in bytes."""
        self.say("need", memory=memory)

    def rest(self) -> Document:
        """Wait for the rest of the task."""
        sys.stdin.readline()
        with os.fdopen(self._rest, "rb") as file:
            file.seek(0)
            rest: Document = json.load(file)
        return rest


Work = Callable[[Mapping[str, Any], Line], Mapping[str, object]]
"""A job's function: takes the task and the line to the supervisor, and returns the outcome."""


def failure(error: BaseException) -> Document:
    """Describe an error for the supervisor.

    Examples
    --------
    >>> from graphlink.words.errors import InputError
    >>> failure(InputError("GL102", Place("a.csv"), "empty file", "export it again"))["exit"]
    4
    """
    match error:
        case GraphlinkError():
            problems = [asdict(each) for each in error.problems]
            return {"kind": "refused", "exit": int(error.exit_code), "problems": problems}
        case MemoryError():
            return {"kind": "memory"}
        case OSError():
            name = None if error.filename is None else os.fsdecode(error.filename)
            what = str(error) if error.errno is None else error.strerror
            return {"kind": "system", "errno": error.errno, "strerror": what, "filename": name}
        case _:
            trace = "".join(traceback.format_exception(error))
            # A library that raises no Exception, or cannot be loaded, has given up.
            gave_up = not isinstance(error, Exception) or isinstance(error, ImportError)
            return {"kind": "gave_up" if gave_up else "bug", "name": type(error).__name__, "trace": trace}


def error_of(said: Mapping[str, Any]) -> BaseException:
    """Turn the description back into the error. The supervisor itself explains ``memory`` and ``gave_up``."""
    match said["kind"]:
        case "refused":
            kinds = {int(each.exit_code): each for each in GraphlinkError.__subclasses__()}
            problems = [Problem(**{**each, "where": Place(**each["where"])}) for each in said["problems"]]
            return kinds.get(int(said["exit"]), GraphlinkError).of(problems)
        case "system" if said["errno"] is None:
            return OSError(said["strerror"])
        case "system":
            return OSError(said["errno"], said["strerror"], said["filename"])
        case _:
            return WorkerBugError(str(said["name"]), str(said["trace"]))
