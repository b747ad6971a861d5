"""A look at the exports before any work: which files there are, their digests, and whether one is missing.

The same files have the same digest under other names, and another digest when one byte differs.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graphlink.reading.sources.file_names import is_hidden, may_be_export
from graphlink.reading.sources.own_output import is_own
from graphlink.words.errors import MachineError, Place

_CHANGING: Final = re.compile(
    "[0-9]{4}-W[0-9]{2}"
    "|(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])"  # a UUID
    "|(?<![0-9a-z])(?=[a-f]*[0-9])[0-9a-f]{8,}(?![0-9a-z])"  # a hash: a word has no digits
    "|[0-9]+",
    re.IGNORECASE,
)
"""Parts of a name that are others every week."""

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from graphlink.config.settings import Format
    from graphlink.sweeps.plan import Plan

Kind = tuple[str, str]
"""What a source is called from week to week, and what is left of a file's name."""


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
        for name, path in _files(Path(root), source.format):
            files[f"{number}/{name}"] = _digest(path)
    return files


def digest_inputs(files: Mapping[str, str]) -> str:
    """Give one digest of all, whatever they are called."""
    return hashlib.sha256(json.dumps(sorted(files.values())).encode()).hexdigest()


def files_by_source(plan: Plan, files: Mapping[str, str]) -> dict[str, list[str]]:
    """Name the files of each source's export of this week, by what the source is called from week to week."""
    by_source: dict[str, list[str]] = {name: [] for name, age in zip(plan.called, plan.ages, strict=True) if not age}
    for place in files:
        number, _, file = place.partition("/")
        if not plan.ages[int(number)]:
            by_source[plan.called[int(number)]].append(file)
    return by_source


def usual_files(earlier: Sequence[Mapping[str, Sequence[str]]]) -> dict[str, list[str]]:
    """Of files by source of earlier weeks, oldest first, those that are missed where they are not there: by source.

    These are the last week's and those of a kind that at least half of the weeks had: what is missing for a second week
    is so in the last week, too, and what came once is missed once.

    Examples
    --------
    >>> usual_files([{"crm": ["a-1.csv", "b-1.csv"]}, {"crm": ["a-2.csv"]}])
    {'crm': ['a-2.csv', 'b-1.csv']}
    >>> usual_files([{"crm": ["a-1.csv", "b-1.csv"]}, {"crm": ["a-2.csv"]}, {"crm": ["a-3.csv"]}])
    {'crm': ['a-3.csv']}
    """
    weeks = [kinds_among(files) for files in earlier]
    newest = {kind: name for week in weeks for kind, name in week.items()}
    usual: dict[str, list[str]] = {}
    for kind, name in newest.items():
        if kind in weeks[-1] or 2 * sum(kind in week for week in weeks) >= len(weeks):
            usual.setdefault(kind[0], []).append(name)
    return usual


def kinds_among(files: Mapping[str, Sequence[str]]) -> dict[Kind, str]:
    """Name one file of each kind that there is."""
    return {(source, kind_of(name)): name for source, names in files.items() for name in names}


def gone_kinds(
    now: Mapping[str, Sequence[str]], before: Mapping[str, Sequence[str]], late: Collection[str] = ()
) -> dict[Kind, str]:
    """Find the kinds of files that were there before and are not there now, by source; gives a name of each.

    A kind is a name without its week, its digits and what is drawn anew for every export, as Spark draws it, so that
    parts and dates make no difference. The files of a source that is not there any more may be in any other.

    Parameters
    ----------
    now, before
        Files by source.
    late
        Sources of which no file can be missing, since the whole is.

    Examples
    --------
    >>> gone_kinds({"crm": ["part-1.csv"]}, {"crm": ["part-1.csv", "part-2.csv", "cards-1.csv"]})
    {('crm', 'cards-.csv'): 'cards-1.csv'}
    >>> before = {"crm": ["part-00000-6f1c9f0e-8c1d-4c3b-9a57-0d2f5b7e9a11-c000.parquet"]}
    >>> gone_kinds({"crm": ["part-00000-a0b3d7c2-11f4-4e0a-b1c6-77e2f5a9d0c3-c000.parquet"]}, before)
    {}
    """
    kinds = {source: {kind_of(name) for name in names} for source, names in now.items()}
    anywhere = {kind for of_source in kinds.values() for kind in of_source}
    return {
        (source, kind): name
        for (source, kind), name in kinds_among(before).items()
        if source not in late and kind not in kinds.get(source, anywhere)
    }


def kind_of(name: str) -> str:
    """What is left of a file's name from week to week.

    Examples
    --------
    >>> kind_of("2026-W47/part-00001.csv")
    '/part-.csv'
    """
    return _CHANGING.sub("", name)


def _files(root: Path, told: Format | None) -> Iterator[tuple[str, Path]]:
    """The regular files that are exports by name, where the reader looks; what else is there, is its to refuse."""
    if not root.is_dir():
        if root.is_file():
            yield root.name, root
        return
    for place, folders, names in os.walk(root):
        folder = Path(place)
        folders[:] = sorted(name for name in folders if not is_hidden(name) and not is_own(folder / name))
        for name in sorted(names):
            path = folder / name
            if not is_hidden(name) and may_be_export(name, told) and path.is_file():
                yield path.relative_to(root).as_posix(), path


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise MachineError("GL801", Place(str(path)), what, "give the user the right to read it") from None
