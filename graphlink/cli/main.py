"""The program: it runs the command line and turns the outcome into an exit code.

Every error is caught here, once. The last line on stderr gives the exit code in words; a bug of graphlink leaves its
traceback in a file that only its owner can read.
"""

import os
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final, NoReturn, TextIO

import click

from graphlink.cli.commands import app
from graphlink.cli.options import NoCommandError
from graphlink.cli.working import Ending
from graphlink.engine.memory import collect_seldom
from graphlink.engine.progress import Progress, Verbosity
from graphlink.engine.worker.protocol import WorkerBugError
from graphlink.words.errors import ExitCode, GraphlinkError

COMPLETION: Final = "_GRAPHLINK_COMPLETE"
"""The variable through which a shell asks for completions."""


class _Terminated(BaseException):
    """The process was asked to end; half-written files are removed on the way out.

    The request is recorded: while DuckDB works, an exception from a signal is lost.
    """

    is_raised = False


_CODES: Final = (
    (click.UsageError, ExitCode.USAGE),
    (BrokenPipeError, ExitCode.PIPE_CLOSED),  # before OSError, whose child it is
    ((MemoryError, OSError), ExitCode.ENVIRONMENT),
    ((KeyboardInterrupt, click.Abort), ExitCode.INTERRUPTED),
    (_Terminated, ExitCode.TERMINATED),
)


def main() -> NoReturn:
    """Run the command line of this process and end with its exit code."""
    os.umask(0o077)  # files are for their owner alone
    _drop_variables()
    _handle_signals()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if COMPLETION in os.environ:
        app.main(prog_name="graphlink")
    collect_seldom()
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # from here on it is handled like any other outcome
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            _let_go(stream)
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run a command line and report how it ended.

    Examples
    --------
    >>> run(["--version"])
    graphlink ...
    0
    """
    voice = Progress()
    try:
        with _print_warnings(voice), app.make_context("graphlink", list(arguments), obj=voice) as context:
            ending = app.invoke(context)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.exceptions.Exit as asked:
        return asked.exit_code
    except BaseException as error:  # noqa: BLE001  igraph raises a bare one, and none may pass as a traceback
        if voice.published and type(error) is OSError:
            voice.complain(_stdout_failed(error, voice.published))
            ending = Ending(ExitCode.DEGRADED)
        else:
            _report(error, voice)
            ending = Ending(_code_of(error))
    if isinstance(ending, Ending):
        voice.say_ending(ending.code, ending.counts)
        return ending.code
    return ExitCode.DONE


@contextmanager
def _print_warnings(voice: Progress) -> Iterator[None]:
    """Print our own warnings as normal lines; those of libraries are for programmers."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        def say(message: Warning | str, *where: Any, **more: Any) -> None:  # noqa: ANN401  as Python hands them on
            if str(message).startswith("graphlink "):
                voice.say(str(message))
            else:
                show(message, *where, **more)

        warnings.showwarning = say
        yield


def _drop_variables() -> None:
    """Drop numba's variables except the one for its cache: others can end the program or slow it down.

    ``NUMBA_NUM_THREADS=0`` ends it although no loop here has threads; an unreadable value of another prints a traceback
    of its own.
    """
    for name in [name for name in os.environ if name.startswith("NUMBA_") and name != "NUMBA_CACHE_DIR"]:
        del os.environ[name]


def _let_go(stream: TextIO) -> None:
    """Flush a stream, or drop its content: Python would try again at its end, with an exit code of its own."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _code_of(error: BaseException) -> ExitCode:
    if isinstance(error, GraphlinkError):
        return error.exit_code
    if isinstance(error, KeyboardInterrupt) and _Terminated.is_raised:
        return ExitCode.TERMINATED
    return next((code for kinds, code in _CODES if isinstance(error, kinds)), ExitCode.BUG)


def _report(error: BaseException, voice: Progress) -> None:
    """Report what happened, in one sentence for each problem."""
    match error:
        case GraphlinkError():
            for problem in error.problems:
                voice.complain(str(problem), code=problem.code)
            voice.say(f"More: graphlink explain {error.code}")
        case NoCommandError():
            click.echo(error.message, err=True)
        case click.UsageError():
            voice.complain(_usage_error(error))
        case BrokenPipeError():
            pass  # nobody is listening
        case MemoryError():
            voice.complain(
                "out of memory. Fix: run it where more is free, or on less: a shorter window, fewer accounts."
            )
        case OSError():
            voice.complain(_system_error(error))
        case _ if _code_of(error) is ExitCode.BUG:
            name = error.name if isinstance(error, WorkerBugError) else type(error).__name__
            what = f"internal error ({name}); the traceback is in {_keep_traceback(error)}"
            voice.complain(f"GL002 {what}. Fix: run again; if it ends so again, report it.", code="GL002")
            if voice.verbosity is Verbosity.VERBOSE:
                traceback.print_exception(error)


def _usage_error(error: click.UsageError) -> str:
    """The fault of the command line, in one line."""
    message = error.format_message()
    if isinstance(error, click.MissingParameter):  # its text spans several lines
        message = " ".join(message.split())
    end = "" if message.endswith((".", "?")) else "."
    if error.ctx is None:  # click had not reached the command yet
        return f"{message}{end} -h shows what there is"
    return f"{message}{end} Usage: {error.ctx.get_usage().removeprefix('Usage: ')}; -h shows more"


def _system_error(error: OSError) -> str:
    """The system's refusal; an error of ours has its full sentence already."""
    if error.errno is None:
        return f"{error}."
    name = "" if error.filename is None else f"{error.filename}: "
    is_lost = isinstance(error, FileNotFoundError | NotADirectoryError)
    fix = "correct the path, or make its folder first" if is_lost else "give it the space or the rights that it needs"
    return f"{name}{error.strerror}. Fix: {fix}."


def _stdout_failed(error: OSError, published: str) -> str:
    """The warning that the result is published but stdout failed: a script that reads stdout must know."""
    return f"{published} is whole, but stdout cannot be written ({error.strerror}). Fix: send stdout somewhere else."


def _keep_traceback(error: BaseException) -> str:
    """Write the traceback where only its owner can read it, since its text may hold values of the export."""
    try:
        descriptor, name = tempfile.mkstemp(prefix="graphlink-", suffix=".log")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            traceback.print_exception(error, file=file)
    except OSError:
        return "no file, since the folder for temporary files cannot be written"
    return name


def _handle_signals() -> None:
    """Treat the end of the terminal like SIGTERM, unless it is ignored, as under `nohup`."""
    signal.signal(signal.SIGTERM, _terminate)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _terminate)


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    _Terminated.is_raised = True
    raise _Terminated
