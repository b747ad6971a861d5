"""What graphlink raises, its exit codes, and the catalogue of its messages.

There is one base error with a few children, one for each exit code. Every message names the place, the fault and the
cure: ``GLnnn FILE:LINE:COLUMN (byte N): what is wrong. Fix: what to do.``
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import ClassVar, Final, Self

from graphlink.words.escape import printable

UNREADABLE: Final = (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
"""Errors from reading a JSON document with parts that are missing, of a wrong type, too large or nested too deeply."""


class ExitCode(IntEnum):
    """How a command ended. Never renumbered; an unknown code is a failure."""

    DONE = 0
    """Done and published, or nothing to do."""
    BUG = 1
    """Internal error; the traceback is in the log."""
    USAGE = 2
    """Wrong command line."""
    DEGRADED = 3
    """Done and published, but look today: many rejects, or the volume drifted."""
    INPUT_REFUSED = 4
    CONFIG_INVALID = 5
    LOCKED = 6
    """Another sweep holds the lock."""
    STATE_REFUSED = 7
    """State missing, corrupt, altered, rolled back or of another version."""
    ENVIRONMENT = 8
    """Disk, permissions, memory, time, or a worker killed."""
    DIFFERENT = 9
    """``verify`` found a difference."""
    NEW_RINGS = 10
    """As 0, with new or changed rings; only when asked for."""
    INTERRUPTED = 130
    PIPE_CLOSED = 141
    TERMINATED = 143


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a problem. ``line`` is the physical line, ``byte`` the offset in the uncompressed file."""

    name: str
    line: int | None = None
    column: str | None = None
    byte: int | None = None

    def __str__(self) -> str:
        parts = [printable(self.name, limit=400)]
        if self.line is not None:
            parts.append(str(self.line))
        if self.column is not None:
            parts.append(printable(self.column))
        offset = "" if self.byte is None else f" (byte {self.byte})"
        return ":".join(parts) + offset


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: its code, its place, what is wrong, and what to do."""

    code: str
    where: Place
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.code} {self.where}: {self.what}. Fix: {self.fix}."


class GraphlinkError(Exception):
    """Everything that graphlink raises on purpose: the problems found, most important first.

    A path or a name by itself is a place without a line.

    Examples
    --------
    >>> str(InputError("GL102", "a.csv", "empty file", "export it again"))
    'GL102 a.csv: empty file. Fix: export it again.'
    """

    exit_code: ClassVar[ExitCode] = ExitCode.BUG

    def __init__(self, code: str, where: Place | Path | str, what: str, fix: str) -> None:
        place = where if isinstance(where, Place) else Place(str(where))
        super().__init__(code, place, what, fix)
        self.problems: tuple[Problem, ...] = (Problem(code, place, what, fix),)

    @classmethod
    def of(cls, problems: Sequence[Problem]) -> Self:
        """Combine several problems into one error."""
        first = problems[0]
        error = cls(first.code, first.where, first.what, first.fix)
        error.problems = tuple(problems)
        return error

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild from the problems: a pool that cannot do so waits for its worker's error for ever."""
        return type(self).of, (self.problems,), self.__dict__

    @property
    def code(self) -> str:
        """The code of the first problem."""
        return self.problems[0].code

    @property
    def where(self) -> Place:
        """The place of the first problem."""
        return self.problems[0].where

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class InputError(GraphlinkError):
    """An input is refused as a whole; nothing was published."""

    exit_code = ExitCode.INPUT_REFUSED


class ConfigError(GraphlinkError):
    """The configuration is wrong; ``problems`` holds every mistake found in it."""

    exit_code = ExitCode.CONFIG_INVALID


class MachineError(GraphlinkError):
    """The machine prevents the work: disk, permissions, memory, a missing driver."""

    exit_code = ExitCode.ENVIRONMENT


class DestinationError(MachineError, FileExistsError):
    """The folder to be written holds something that must not be replaced; it was left as it is."""

    def __new__(cls, *_arguments: object) -> Self:
        """Create it without an ``errno``: the arguments are a problem of ours, not one of the system's."""
        return super().__new__(cls)

    @classmethod
    def at(cls, out: Path, what: str, fix: str) -> Self:
        """Report what prevents writing at a path."""
        return cls("GL829", Place(str(out)), what, fix)


class LockedError(GraphlinkError):
    """Another process is at work on the same state; nothing was changed."""

    exit_code = ExitCode.LOCKED


class StateError(GraphlinkError):
    """The state of sweeps is missing, damaged, altered, rolled back or of another version; nothing was changed."""

    exit_code = ExitCode.STATE_REFUSED
