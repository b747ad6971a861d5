"""A look at the exports before any work: which files there are, their digests, and whether one is missing.

The same files have the same digest under other names, and another digest when one byte differs.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from graphlink.errors import MachineError, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphlink.sweep.plan import Plan


def list_inputs(plan: Plan) -> dict[str, str]:
    """Give the SHA-256 of every file of the sources, by its place below them.

    Raises
    ------
    MachineError
        GL801 if a file cannot be read.
    """
    files: dict[str, str] = {}
    for number, source in enumerate(plan.config.sources):
        root = source.path or source.database
        if root is None:
            continue
        for name, path in _files(Path(root)):
            files[f"{number}/{name}"] = _digest(path)
    return files


def digest_inputs(files: Mapping[str, str]) -> str:
    """Give one digest of all, whatever they are called."""
    return hashlib.sha256(json.dumps(sorted(files.values())).encode()).hexdigest()


def missing_kinds(files: Mapping[str, str], week: str, before: Mapping[str, str], last_week: str) -> tuple[str, ...]:
    """Name the kinds of files that were there a week ago and are not there now.

    A kind is a name without its digits, so that parts and dates make no difference.

    Examples
    --------
    >>> missing_kinds({"0/part-1.csv": ""}, "2026-W47", {"0/part-1.csv": "", "0/cards.csv": ""}, "2026-W46")
    ('cards.csv',)
    """
    now = {_kind(name, week) for name in files}
    then = {_kind(name, last_week): name for name in before}
    return tuple(sorted(then[kind].partition("/")[2] for kind in then.keys() - now))


def _kind(name: str, week: str) -> str:
    source, _, rest = name.replace(week, "").partition("/")
    return f"{source}/{re.sub('[0-9]+', '', rest)}"


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    """All regular files of a source that a reader could look at; what else there is, is for the reader to refuse."""
    if not root.is_dir():
        if root.is_file():
            yield root.name, root
        return
    for path in sorted(root.rglob("*")):
        hidden = any(part.startswith((".", "_")) for part in path.relative_to(root).parts)
        if not hidden and stat.S_ISREG(path.stat(follow_symlinks=True).st_mode):
            yield path.relative_to(root).as_posix(), path


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise MachineError("GL801", Place(str(path)), what, "give the user the right to read it") from None
