"""What the program says on stderr while it works: the stage, how far it is and about how long it will take.

Stages come in by name, each with the share of it that is done. On a terminal they move one bar; elsewhere nothing is
said unless asked for, and then one line for each stage, plain or as JSON. Whether stderr can be written never changes
what the program does.
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
    from types import TracebackType

    from rich.progress import Progress as Bar
    from rich.progress import TaskID

READING: Final = "reading"
_ANALYSIS: Final = (0.15, 0.83)
"""About where the analysis begins and ends in the time of a whole run: in ``docs/performance.md`` at 0.12 and 0.86 of
it for 100,000 accounts, at 0.23 and 0.93 for ten million. The estimate of the time left knows no more beforehand."""

WRITING: Final = "writing"

_IN_SECONDS: Final = 120
"""Up to here the time left is told in seconds; an estimate of minutes is not good to the second."""

_ALL_TEXT: Final = 2_000
"""Characters of a message that are shown; values in it were cut to a hint before."""


class LogFormat(StrEnum):
    """How lines on stderr are written."""

    TEXT = "text"
    JSON = "json"


class Verbosity(StrEnum):
    """How much is said on stderr."""

    QUIET = "quiet"
    NORMAL = "normal"
    VERBOSE = "verbose"


@dataclass(slots=True)
class Progress:
    """Says what is being done; closed at the end of a ``with`` block so that no bar is left behind."""

    verbosity: Verbosity = Verbosity.NORMAL
    log_format: LogFormat = LogFormat.TEXT
    may_move: bool = True
    told: dict[str, str] = field(default_factory=dict)
    """What the last line tells however a command ends, such as the week of a sweep."""
    published: str = ""
    """What is whole by now, such as a folder: what fails afterwards is only that it cannot be told on stdout."""
    _stage: str = ""
    _started: float = 0.0
    _bar: Bar | None = field(default=None, repr=False)
    _task: TaskID | None = field(default=None, repr=False)

    def __enter__(self) -> Self:
        if self.may_move and self.verbosity is not Verbosity.QUIET and self.log_format is LogFormat.TEXT and _moves():
            self._bar = _make_bar()
            self._task = self._bar.add_task("", total=1.0, whole=None)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self._end_stage()
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def __call__(self, stage: str, done: float) -> None:
        """Say that a stage has begun, or how much of the whole work is done (0 to 1)."""
        if stage != self._stage:
            self._end_stage()
            self._stage, self._started = stage, time.monotonic()
        if self._bar is not None and self._task is not None:
            elapsed = self._bar.tasks[0].elapsed or 0.0
            self._bar.update(self._task, description=stage, completed=done, whole=elapsed / done if done else None)

    def say(self, text: str, *, level: Verbosity = Verbosity.NORMAL, **facts: object) -> None:
        """Say one line, unless fewer words were asked for."""
        order = list(Verbosity)
        if order.index(level) > order.index(self.verbosity):
            return
        if self._bar is not None:
            self._bar.stop()
        _write_line(text, self.log_format, facts)
        if self._bar is not None:
            self._bar.start()

    def complain(self, text: str, **facts: object) -> None:
        """Say what went wrong, however few words were asked for."""
        self.say(f"graphlink: {text}", level=Verbosity.QUIET, **facts)

    def say_ending(self, code: ExitCode, counts: Mapping[str, int]) -> None:
        """Say the exit code in words, as the last line; when all is well it can be kept quiet."""
        facts = {**self.told, **counts}
        told = "".join(f" {name}={fact}" for name, fact in facts.items())
        level = Verbosity.NORMAL if code is ExitCode.DONE else Verbosity.QUIET
        self.say(f"graphlink: exit {int(code)} {code.name}{told}", level=level, exit=int(code), name=code.name, **facts)

    def _end_stage(self) -> None:
        if self._stage:
            seconds = round(time.monotonic() - self._started, 2)
            text = f"{self._stage}: {seconds:.2f} s"
            self.say(text, level=Verbosity.VERBOSE, stage=self._stage, seconds=seconds)
            self._stage = ""


def _write_line(text: str, log_format: LogFormat, facts: Mapping[str, object]) -> None:
    """Write one line to stderr; that it is closed or full must not change the outcome of a command."""
    text = printable(text, _ALL_TEXT)
    line = text if log_format is LogFormat.TEXT else json.dumps({"message": text, **facts})
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


def _moves() -> bool:
    """Whether stderr is a terminal on which something may move."""
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") not in {"dumb", "unknown"}


def _make_bar() -> Bar:
    from rich.console import Console  # noqa: PLC0415  rich costs 60 ms, which --help need not pay
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
    """How much of a whole run is done when so much of its analysis is.

    Examples
    --------
    >>> share_of_run(0.5)
    0.49
    """
    start, end = _ANALYSIS
    return start + (end - start) * analysed


def time_left(whole: float | None, elapsed: float) -> str:
    """Say how long it will still take, if that can be said.

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
