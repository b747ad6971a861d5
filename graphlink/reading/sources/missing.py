"""Refuses paths at which nothing is, before anything heavy is imported: a slip is told at once."""

import difflib
import os
from collections.abc import Sequence
from pathlib import Path

from graphlink.words.errors import InputError
from graphlink.words.escape import printable


def refuse_missing(paths: Sequence[Path]) -> None:
    """Name all missing paths in one error, so that nobody mends them one run after the other."""
    gone = []
    for path in paths:
        try:
            path.stat()
        except FileNotFoundError:
            gone.append(missing_file(path))
        except OSError:
            continue  # reported where it is opened
    if gone:
        raise InputError.of([problem for error in gone for problem in error.problems])


def missing_file(path: Path) -> InputError:
    """Say that a file is not there, and which names are near."""
    if str(path) == "-" or str(path).startswith(("/dev/fd/", "/proc/self/fd/")):
        what = "a pipe, which can be read once; exports are read by another process, and more than once"
        return InputError("GL104", path, what, "write it to a file first")
    folder = path.parent
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - only the names are wanted
    except OSError:
        names = []
    near = difflib.get_close_matches(path.name, names, n=3, cutoff=0.5)
    shown = f"nearest names there: {', '.join(printable(name) for name in near)}" if near else "no similar name there"
    return InputError(
        "GL101", path, f"no such file in {printable(str(folder.resolve()), 300)}; {shown}", "correct the path"
    )
