"""A first look at the exports: the files, their digests, and missing files.

The digest of all files does not depend on their names, and changes with every byte.
"""

import hashlib
import json
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from graphlink.config.settings import Format
from graphlink.engine.files import open_export
from graphlink.reading.formats.snapshots import digest_database
from graphlink.reading.sources.file_names import is_hidden, is_own, may_be_export
from graphlink.sweeps.plan import Plan

_CHANGING: Final = re.compile(
    "[0-9]{4}-W[0-9]{2}"
    "|(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])"  # a UUID
    "|(?<![0-9a-z])(?=[a-f]*[0-9])[0-9a-f]{8,}(?![0-9a-z])"  # a hash; words have no digits
    "|[0-9]+",
    re.IGNORECASE,
)
"""The parts of a file name that change every week."""
Kind = tuple[str, str]
"""The lasting name of a source, and the stable part of a file name."""


def list_inputs(plan: Plan) -> dict[str, str]:
    """The SHA-256 of every file of the sources, by its path below the source.

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
            place = f"{number}/{name}"
            files[place] = _digest(path) if source.database is None else digest_database(path, str(path))[0]
    return files


def digest_inputs(files: Mapping[str, str]) -> str:
    """One digest of all files, independent of their names."""
    return hashlib.sha256(json.dumps(sorted(files.values())).encode()).hexdigest()


def files_by_source(plan: Plan, files: Mapping[str, str]) -> dict[str, list[str]]:
    """The files of each source's export of this week, by the lasting name of the source."""
    by_source: dict[str, list[str]] = {name: [] for name, age in zip(plan.called, plan.ages, strict=True) if not age}
    for place in files:
        number, _, file = place.partition("/")
        if not plan.ages[int(number)]:
            by_source[plan.called[int(number)]].append(file)
    return by_source


def usual_files(earlier: Sequence[Mapping[str, Sequence[str]]]) -> dict[str, list[str]]:
    """Select, by source, the files of earlier weeks (oldest first) whose absence is reported.

    These are the files of the last week, and the kinds that at least half of the weeks had. A file that came only once
    is therefore reported missing once.

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
    """One file name of each kind."""
    return {(source, kind_of(name)): name for source, names in files.items() for name in names}


def gone_kinds(
    now: Mapping[str, Sequence[str]], before: Mapping[str, Sequence[str]], late: Collection[str] = ()
) -> dict[Kind, str]:
    """Find the kinds of files that existed before and are missing now, by source, with an example of each.

    A kind is a file name without week, digits and random parts as Spark adds them, so that parts and dates do not
    matter. The files of a removed source may be in any other source.

    Parameters
    ----------
    now, before
        Files by source.
    late
        Sources that are missing as a whole, so their files are not reported.

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
    """The part of a file name that stays the same from week to week.

    Examples
    --------
    >>> kind_of("2026-W47/part-00001.csv")
    '/part-.csv'
    """
    return _CHANGING.sub("", name)


def _files(root: Path, told: Format | None) -> Iterator[tuple[str, Path]]:
    """The regular files that are exports by their name. The reader refuses others."""
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
    with open_export(path, str(path)) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
