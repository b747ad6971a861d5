"""Progress on stderr: the stage, the share that is done, and the estimated time left.

On a terminal the stages move one bar. Elsewhere they are printed only on request, one line for each stage, as text or
JSON. A closed or full stderr never changes the result of a command.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Self

from graphlink.words.errors import ExitCode
from graphlink.words.escape import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.progress import Progress as Bar
    from rich.progress import TaskID

READING: Final = "reading"
_ANALYSIS: Final = (0.15, 0.83)
"""The shares of a run's time at which the analysis begins and ends, for the estimate of the time left: in
``docs/performance.md`` 0.12 and 0.86 for 100,000 accounts, 0.23 and 0.93 for ten million."""

FINDING: Final = "finding groups"
WRITING: Final = "writing"

_IN_SECONDS: Final = 120
"""The longest time left that is given in seconds. A longer estimate is not exact to the second."""

_ALL_TEXT: Final = 2_000
"""The most characters of a message. Values in it are shortened before."""


class LogFormat(StrEnum):
    """The format of lines on stderr."""

    TEXT = "text"
    JSON = "json"


class Verbosity(StrEnum):
    """The amount of output on stderr."""

    QUIET = "quiet"
    NORMAL = "normal"
    VERBOSE = "verbose"


@dataclass(slots=True)
class Progress:
    """Prints progress. Leaving the ``with`` block removes the bar."""

    verbosity: Verbosity = Verbosity.NORMAL
    log_format: LogFormat = LogFormat.TEXT
    may_move: bool = True
    told: dict[str, str] = field(default_factory=dict)
    """Facts for the last line, however the command ends, such as the week of a sweep."""
    published: str = ""
    """What is complete, such as a folder. A later error only concerns stdout."""
    _stage: str = ""
    _started: float = 0.0
    _began: float = field(default_factory=time.monotonic)
    _bar: Bar | None = field(default=None, repr=False)
    _task: TaskID | None = field(default=None, repr=False)

    def __enter__(self) -> Self:
        if self.may_move and self.verbosity is not Verbosity.QUIET and self.log_format is LogFormat.TEXT and _moves():
            self._bar = _make_bar()
            self._task = self._bar.add_task("", total=1.0, whole=None)
            self._bar.start()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._end_stage()
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def __call__(self, stage: str, done: float) -> None:
        """Report the current stage and the share of the whole work that is done (0 to 1)."""
        if stage != self._stage:
            self._end_stage()
            self._stage, self._started = stage, time.monotonic()
        if self._bar is not None and self._task is not None:
            elapsed = self._bar.tasks[0].elapsed or 0.0
            self._bar.update(self._task, description=stage, completed=done, whole=elapsed / done if done else None)

    def say(self, text: str, *, level: Verbosity = Verbosity.NORMAL, **facts: object) -> None:
        """Print a line, unless the verbosity is lower."""
        order = list(Verbosity)
        if order.index(level) > order.index(self.verbosity):
            return
        if self._bar is not None:
            self._bar.stop()
        _write_line(text, self.log_format, facts)
        if self._bar is not None:
            self._bar.start()

    def complain(self, text: str, **facts: object) -> None:
        """Print an error at any verbosity."""
        self.say(f"graphlink: {text}", level=Verbosity.QUIET, **facts)

    def say_ending(self, code: ExitCode, counts: Mapping[str, int]) -> None:
        """Print the exit code as the last line. On success it can be silenced."""
        facts = {**self.told, **counts}
        told = "".join(f" {name}={fact}" for name, fact in facts.items())
        level = Verbosity.NORMAL if code is ExitCode.DONE else Verbosity.QUIET
        self.say(f"graphlink: exit {int(code)} {code.name}{told}", level=level, exit=int(code), name=code.name, **facts)

    def _end_stage(self) -> None:
        if self._stage:
            seconds = round(time.monotonic() - self._started, 2)
            text = f"{self._stage}: {seconds:.2f} s"
            self.say(text, level=Verbosity.VERBOSE, stage=self._stage, seconds=seconds)
            if self._stage == FINDING:  # where other tools end
                known = round(time.monotonic() - self._began, 2)
                self.say(f"groups known after {known:.2f} s", level=Verbosity.VERBOSE, groups_known=known)
            self._stage = ""


def _write_line(text: str, log_format: LogFormat, facts: Mapping[str, object]) -> None:
    """Write a line to stderr. A closed or full stderr must not change the result of a command."""
    text = printable(text, _ALL_TEXT)
    line = text if log_format is LogFormat.TEXT else json.dumps({"message": text, **facts})
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


def _moves() -> bool:
    """Whether stderr is a terminal that can show a bar."""
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") not in {"dumb", "unknown"}


def _make_bar() -> Bar:
    from rich.console import Console  # noqa: PLC0415  takes 60 ms, which --help does not need
    from rich.progress import BarColumn, ProgressColumn, Task, TextColumn, TimeElapsedColumn  # noqa: PLC0415
    from rich.progress import Progress as RichProgress  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    class Left(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(time_left(task.fields["whole"], task.elapsed or 0.0))

    return RichProgress(
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        Left(),
        TextColumn("{task.description}", markup=False),
        console=Console(stderr=True),
        transient=True,
        refresh_per_second=4,
    )


def share_of_run(analysed: float) -> float:
    """The share of a run that is done, from the share of its analysis.

    Examples
    --------
    >>> share_of_run(0.5)
    0.49
    """
    start, end = _ANALYSIS
    return start + (end - start) * analysed


def time_left(whole: float | None, elapsed: float) -> str:
    """Describe the time left, empty if unknown.

    Examples
    --------
    >>> time_left(90.0, 30.0), time_left(600.0, 30.0), time_left(30.0, 31.0), time_left(None, 5.0)
    ('about 60 s left', 'about 10 min left', 'nearly done', '')
    """
    if whole is None:
        return ""
    left = whole - elapsed
    if left < 1:
        return "nearly done"
    return f"about {left:.0f} s left" if left < _IN_SECONDS else f"about {left / 60:.0f} min left"
