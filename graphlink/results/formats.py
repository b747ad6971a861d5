"""The format of every published file: its version, and what each version changed, read once from ``formats.toml``."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

CHANGES: Final[Mapping[str, tuple[str, ...]]] = {
    name: tuple(told["changes"])
    for name, told in tomllib.loads(Path(__file__).with_name("formats.toml").read_text("utf-8")).items()
}
"""By file within the folder of a run or sweep, or by folder and file. ``report.html`` has none: it is for people."""


def format_of(name: str, folder: str = "") -> str:
    """The format of a file: the parts of a large table have that of the first.

    ``folder`` is ``case`` or ``actions``. Of files without a format of their own there, it is that of a run.

    Examples
    --------
    >>> format_of("members-2.csv"), format_of("members.csv", "case"), format_of("signals.csv", "case")
    ('members.csv', 'case/members.csv', 'signals.csv')
    """
    first = re.sub(r"-[0-9]+\.csv$", ".csv", name)
    return f"{folder}/{first}" if f"{folder}/{first}" in CHANGES else first


def format_version(name: str, folder: str = "") -> int | None:
    """The version of a file's format, None if programs are not to read it.

    Examples
    --------
    >>> format_version("rings.json"), format_version("report.html")
    (2, None)
    """
    changes = CHANGES.get(format_of(name, folder))
    return None if changes is None else len(changes)
