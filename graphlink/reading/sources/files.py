"""Lists the sources: paths and settings in, a sorted list of files and queries out.

graphlink lists the files itself, so a name with ``*`` or ``[1]`` is that file and no other, and a link cannot lead out
of the folder that was named. Names that reports show are relative: where a folder stands changes nothing.
"""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from graphlink.config.settings import Config, SourceConfig
from graphlink.engine.files import unreadable
from graphlink.model.rows import Notice
from graphlink.model.weeks import microseconds_of
from graphlink.reading.columns.ids import IdRule
from graphlink.reading.columns.layout import Naming, plain_name
from graphlink.reading.columns.times import TimeRule
from graphlink.reading.sources.file_names import COMPRESSIONS, format_of, is_hidden, is_ours, is_own
from graphlink.reading.sources.missing import missing_file, refuse_missing
from graphlink.words.errors import InputError, Place
from graphlink.words.escape import printable

_WAYS: Final = {
    "workbook": ("a workbook, which is not read", "save its sheet as CSV (UTF-8)"),
    "archive": ("an archive, which is not read", "unpack it"),
    "packed": ("packed in a way that is not read", "unpack it, or pack it as .gz or .zst"),
}
"""What other tools write, and what to do with it."""
_OTHERS: Final = {
    "workbook": (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".numbers"),
    "archive": (".zip", ".tar", ".tar.gz", ".tgz", ".7z", ".rar", ".tar.bz2", ".tar.xz"),
    "packed": (".bz2", ".xz", ".lz4", ".br", ".snappy", ".z"),
}

_DEEPEST: Final = 64
"""Folders within the one that is named: by year, month, day, region and customer makes five."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How one source is to be read, with every default filled in."""

    naming: Naming
    times: TimeRule
    ids: IdRule
    delimiter: str | None
    encoding: str
    allow_empty: bool


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or one query to a database."""

    name: str
    format: str
    settings: Settings
    path: Path | None = None
    compression: str = ""
    query: SourceConfig | None = None
    age: int = 0
    """How many weeks the export is older than the newest."""
    folder: Path | None = None
    """The folder that was named, of a file that was found in it."""
    number: int = 0
    """Of which of the places that were named it is."""


def list_sources(
    paths: Sequence[Path], config: Config, ages: Sequence[int] = ()
) -> tuple[tuple[Source, ...], tuple[Notice, ...]]:
    """List everything that is to be read, in the order of the names.

    Without paths these are the sources of the settings. A path that the settings name too is read as they say. ``ages``
    has the weeks that the export of each source of the settings is old; empty for none.

    Raises
    ------
    InputError
        GL101, GL104, GL105, GL114, GL115.
    """
    sources: list[Source] = []
    chosen: list[Source] = []
    declared = {os.path.abspath(each.path): each for each in config.sources if each.path is not None}  # noqa: PTH100 - links stay as they are named
    wanted = (
        [declared.get(os.path.abspath(path), SourceConfig(path=str(path))) for path in paths]  # noqa: PTH100
        if paths
        else config.sources
    )
    refuse_missing([Path(place) for each in wanted if (place := each.path or each.database)])
    left_out = LeftOut([], [])
    for number, (each, age) in enumerate(zip(wanted, (0,) * len(wanted) if paths or not ages else ages, strict=True)):
        if each.path is None:
            chosen.append(Source(each.name or "query", "query", _settings(each, config), query=each, number=number))
        else:
            files = _files_of(Path(each.path), each, config, left_out)
            found = (replace(one, age=age, number=number) for one in files)
            (sources if each.name is None else chosen).extend(found)
    named = sorted([*chosen, *told_apart(sources)], key=lambda source: source.name.encode("utf-8", "surrogateescape"))
    return tuple(_distinct(named)), tuple(_tell_left_out(left_out))


# --- listing ----------------------------------------------------------------------------------------------------------


class LeftOut(NamedTuple):
    """What stands in folders and is not read: files of other kinds, and folders that graphlink wrote."""

    others: list[str]
    own: list[str]


def _tell_left_out(left_out: LeftOut) -> Iterator[Notice]:
    by_us = "written by graphlink itself and not read:"
    for code, names, one, many in (
        ("GL312", left_out.others, "file is no export by its name:", "files are no exports by their names, such as"),
        ("GL319", left_out.own, f"folder was {by_us}", f"folders were {by_us}"),
    ):
        if names:
            shown = ", ".join(map(printable, sorted(names)[:5]))
            yield Notice(code, f"{len(names):,} {one if len(names) == 1 else many} {shown}")


def _files_of(path: Path, each: SourceConfig, config: Config, left_out: LeftOut) -> Iterator[Source]:
    place = Place(each.name or str(path))
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise missing_file(path) from None
    except OSError as error:
        raise unreadable(place, error) from None
    if stat.S_ISREG(mode):
        yield _file(path, each.name or path.name, each, config, place)
        return
    if not stat.S_ISDIR(mode):
        raise InputError("GL104", place, "not a regular file", "name a file or a folder of files")
    if is_own(path):
        what, fix = "graphlink itself wrote this folder; it holds no exports", "name the folder that holds the exports"
        raise InputError("GL114", place, what, fix)
    found = 0
    root = path.resolve()
    top = each.name or root.name
    own: list[Path] = []
    inside = sorted(_walk(path, root, own))
    left_out.own.extend(f"{top}/{folder.relative_to(path)}" for folder in own)
    for inner in inside:
        name = f"{top}/{inner.relative_to(path)}"
        if is_ours(inner.name):
            continue
        if each.format is None and format_of(inner.name) is None:
            left_out.others.append(name)
            continue
        found += 1
        yield replace(_file(inner, name, each, config, Place(name)), folder=path)
    if not found:
        raise _nothing_in(place, [inner for inner in left_out.others if inner.startswith(f"{top}/")], own)


def _walk(folder: Path, root: Path, own: list[Path], below: str = "") -> Iterator[Path]:
    """All visible files below a folder but for folders of ``own``; hidden ones and ``_SUCCESS`` are no exports."""
    if below.count("/") >= _DEEPEST:
        raise InputError("GL114", f"{root.name}/…", f"folders over {_DEEPEST} deep", "name one further down")
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise unreadable(folder, error) from None
    for entry in entries:
        if is_hidden(entry.name):
            continue
        path, inner = folder / entry.name, f"{below}{entry.name}"
        where = Place(f"{root.name}/{inner}")
        _refuse_link(entry, path, root, where)
        if entry.is_dir():
            if entry.is_symlink():
                continue  # inside the folder it would only show the same files again
            if is_own(path):
                own.append(path)
            else:
                yield from _walk(path, root, own, f"{inner}/")
        elif format_of(path.name) is not None and not path.exists():
            raise InputError("GL101", where, "link to a file that is missing", "put the file here")
        elif format_of(path.name) is not None and not entry.is_file():
            raise InputError("GL104", where, "not a regular file", "take it out of the folder")
        else:
            yield path


def _refuse_link(entry: os.DirEntry[str], path: Path, root: Path, where: Place) -> None:
    """Refuse a link that leads out of the folder, or nowhere but to itself."""
    if entry.is_symlink():
        what = "link to itself" if _turns_back(path) else "link out of the folder"
        if what == "link to itself" or not path.resolve().is_relative_to(root):
            raise InputError("GL105", where, what, "put the file here")


def _turns_back(link: Path) -> bool:
    """Whether a link leads to itself, over others or not."""
    try:
        link.stat()
    except OSError as error:
        return error.errno == errno.ELOOP
    return False


def _nothing_in(place: Place, left_out: Sequence[str], own: Sequence[Path]) -> InputError:
    what, fix = "no file to read in this folder", "name the folder that holds the exports"
    other = next((name for name in left_out if _other_way(name)), None)
    if other is not None:
        is_one, fix = _WAYS[_other_way(other)]
        what += f"; {printable(other)} is {is_one}"
    elif left_out:
        what += f"; the name of {printable(left_out[0])} does not say what it is"
        fix = 'if it is an export, format = "csv" (or what it is) below [[sources]], in a file that --config names'
    elif own:
        what += f"; graphlink itself wrote {printable(own[0].name)}"
    return InputError("GL114", place, what, fix)


def _file(path: Path, name: str, each: SourceConfig, config: Config, place: Place) -> Source:
    found = format_of(path.name)
    kind = each.format or (found[0] if found else None)
    if kind is None:
        unsaid = "the name does not say what the file is", "set `format` for the source"
        raise InputError("GL115", place, *_WAYS.get(_other_way(path.name), unsaid))
    compression = COMPRESSIONS.get(path.suffix.lower(), "")
    return Source(_shown_name(name), kind, _settings(each, config), path, compression)


def _shown_name(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _other_way(name: str) -> str:
    """Whether a name is one of a workbook or an archive; empty where it is neither."""
    return next((way for way, endings in _OTHERS.items() if name.lower().endswith(endings)), "")


def told_apart(sources: Sequence[Source]) -> list[Source]:
    """Put folders before the names of files that share one, as few as distinguish them."""
    by_name: dict[str, list[Source]] = {}
    for source in sources:
        by_name.setdefault(source.name, []).append(source)
    return [each for same in by_name.values() for each in (same if len(same) == 1 else _with_folders(same))]


def _with_folders(same: Sequence[Source]) -> Iterator[Source]:
    paths = [os.path.abspath(source.path) for source in same if source.path is not None]  # noqa: PTH100 - links stay as they are named
    above = os.path.commonpath([os.path.dirname(path) for path in paths])  # noqa: PTH120
    parts = [Path(path).relative_to(above).parts for path in paths]
    longest = max(map(len, parts))
    size = next((n for n in range(1, longest) if len({each[-n:] for each in parts}) == len(set(parts))), longest)
    for source, each in zip(same, parts, strict=True):
        shown = "/".join(each[-size:])
        yield replace(source, name=_shown_name(shown) if len(set(parts)) > 1 else source.name)


def _distinct(sources: list[Source]) -> Iterator[Source]:
    taken: set[str] = set()
    for source in sources:
        name, times = source.name, 1
        while name in taken:
            times += 1
            name = f"{source.name} ({times})"
        taken.add(name)
        yield replace(source, name=name)


# --- settings ---------------------------------------------------------------------------------------------------------


def _settings(each: SourceConfig, config: Config) -> Settings:
    general = config.reading
    return Settings(
        naming=Naming(each.shape, config.columns, each.columns, frozenset(map(plain_name, config.ignore_columns))),
        times=TimeRule(
            time_format=each.time_format or general.time_format,
            timezone=each.timezone or general.timezone,
            strict=general.strict_times,
            latest=microseconds_of(general.latest),
        ),
        ids=IdRule(
            each.account_prefix or "",
            each.account_suffix or "",
            bool(each.account_drop_zeros),
            bool(each.account_lower_case),
        ),
        delimiter=each.delimiter,
        encoding=each.encoding or general.encoding,
        allow_empty=general.allow_empty if each.allow_empty is None else each.allow_empty,
    )
