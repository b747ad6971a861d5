"""Telling people how a sweep ended: counts and the report's place, and never a value of the export.

Only where the settings name where to look for addresses. The addresses themselves are secrets: they come from a
variable or a file of the user's own, and are never shown. That nobody could be told does not change how a sweep ends.
"""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from graphlink.engine.secret_file import read_secret
from graphlink.words.errors import ConfigError, ExitCode, GraphlinkError, MachineError, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import ModuleType

    from graphlink.config.sweeps import SweepSettings

    Report = Callable[[ExitCode, Mapping[str, object], Path | None], None]


@contextmanager
def notifying(settings: SweepSettings, week: str, complain: Callable[[str], None]) -> Iterator[Report]:
    """Tell the configured addresses how what is done in the block ends.

    Parameters
    ----------
    settings
        Section ``[sweep]``; without an address in it, nobody is told.
    week
        The week that is swept.
    complain
        Is told when somebody could not be told.

    Yields
    ------
    A function that takes exit code, counts and the report's path where all went well; an error tells itself.

    Raises
    ------
    ConfigError
        GL408 if the addresses cannot be read, or others can read them.
    MachineError
        GL825 if the extra is not installed.
    """
    addresses = _addresses(settings)
    if addresses:
        _apprise()  # better missing now than after an hour of work

    def report(code: ExitCode, counts: Mapping[str, object], path: Path | None) -> None:
        if addresses and not _send(addresses, *message(week, code, counts, path)):
            complain("the sweep's end could not be told to every address of `[sweep]`.")

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
    r"""Put the end of a sweep into a title and a text.

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
    """The addresses, one a word, from the variable or the file that the settings name."""
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
    except Exception:  # noqa: BLE001  the code of a hundred services, which may raise anything, and the sweep stands
        return False


def _apprise() -> ModuleType:
    try:
        import apprise  # noqa: PLC0415  an extra
    except ImportError:
        fix = "pip install 'graphlink[notify]'"
        raise MachineError("GL825", Place("sweep", column="notify_env"), "notifications need apprise", fix) from None
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it would name addresses, which are secrets
    module: ModuleType = apprise
    return module
