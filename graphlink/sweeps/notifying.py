"""Notify people of a sweep's end: counts and the path of the report, never a value of the export.

Notifications are sent only if the settings name a place with addresses. The addresses are secrets: they come from a
variable or a private file and are never shown. A failed notification does not change the result of a sweep.
"""

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from graphlink.config.sweeps import SweepSettings
from graphlink.engine.files import read_secret
from graphlink.words.errors import ConfigError, ExitCode, GraphlinkError, MachineError, Place

Report = Callable[[ExitCode, Mapping[str, object], Path | None], None]


@contextmanager
def notifying(settings: SweepSettings, week: str, complain: Callable[[str], None]) -> Iterator[Report]:
    """Notify the configured addresses of the result of the block.

    Parameters
    ----------
    settings
        Section ``[sweep]``. Without addresses, nothing is sent.
    week
        The week of the sweep.
    complain
        Called with a message when a notification fails.

    Yields
    ------
    A function to call after success, with exit code, counts and the report's path. An error in the block is sent too.

    Raises
    ------
    ConfigError
        GL408 if the addresses cannot be read, or other users can read them.
    MachineError
        GL825 if the extra is not installed.
    """
    addresses = _addresses(settings)
    if addresses:
        _apprise()  # fails now rather than after an hour of work

    def report(code: ExitCode, counts: Mapping[str, object], path: Path | None) -> None:
        if addresses and not _send(addresses, *message(week, code, counts, path)):
            complain("not every address of `[sweep]` could be notified of the sweep's end.")

    try:
        yield report
    except GraphlinkError as error:
        report(error.exit_code, {"message": f"{error.code}, graphlink explain {error.code}"}, None)
        raise
    except (OSError, MemoryError):
        report(ExitCode.ENVIRONMENT, {}, None)
        raise
    except Exception:
        report(ExitCode.BUG, {}, None)
        raise


def message(week: str, code: ExitCode, counts: Mapping[str, object], report: Path | None) -> tuple[str, str]:
    r"""The title and text of a notification.

    Examples
    --------
    >>> message("2026-W47", ExitCode.DONE, {"rings": 3}, Path("sweeps/run-2026-w47/report.html"))
    ('graphlink 2026-W47: exit 0 DONE', 'rings: 3\nreport: sweeps/run-2026-w47/report.html')
    """
    lines = [f"{name}: {value}" for name, value in counts.items()]
    if report is not None:
        lines.append(f"report: {report}")
    return f"graphlink {week}: exit {int(code)} {code.name}", "\n".join(lines or ["the log says more"])


def _addresses(settings: SweepSettings) -> tuple[str, ...]:
    """The addresses, separated by spaces, from the configured variable or file."""
    words = ""
    if settings.notify_env is not None:
        words = os.environ.get(settings.notify_env, "")
        if not words:
            where = Place("sweep", column="notify_env")
            raise ConfigError("GL408", where, f"the variable {settings.notify_env} is not set", "set it")
    if settings.notify_file is not None:
        words += " " + read_secret(Path(settings.notify_file)).decode("utf-8", "replace")
    return tuple(words.split())


def _send(addresses: Sequence[str], title: str, text: str) -> bool:
    told = _apprise().Apprise()
    try:
        known = [told.add(address) for address in addresses]
        return bool(told.notify(title=title, body=text)) and all(known)
    except Exception:  # noqa: BLE001  a hundred services may raise anything, and the sweep is complete
        return False


def _apprise() -> ModuleType:
    try:
        import apprise  # noqa: PLC0415  an extra
    except ImportError:
        fix = "pip install 'graphlink[notify]'"
        raise MachineError("GL825", Place("sweep", column="notify_env"), "notifications need apprise", fix) from None
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # its messages contain addresses, which are secrets
    module: ModuleType = apprise
    return module
