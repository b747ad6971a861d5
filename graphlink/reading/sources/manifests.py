"""What the exporter states about its files: a ``manifest.json`` with rows and digests, compared with the files.

Only a manifest shows that rows are missing in the middle of a file.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphlink.engine.files import load_json
from graphlink.reading.sources.file_names import MANIFEST
from graphlink.reading.sources.files import Source
from graphlink.words.errors import UNREADABLE, InputError
from graphlink.words.escape import printable

_FORM = 'write {"files": {"NAME": {"rows": 123, "sha256": "…"}}}'


@dataclass(frozen=True, slots=True)
class _Stated:
    rows: int | None
    sha256: str | None


Manifests = Mapping[str, Sequence[_Stated]]
"""The statements of exporters about sources, by path; one may stand in the manifest of a folder above it, too."""


def vouches_for(manifests: Manifests, source: Source) -> bool:
    """Whether the number of rows is stated, so that a missing last newline means nothing."""
    return any(stated.rows is not None for stated in _of(manifests, source))


def compare(manifests: Manifests, source: Source, n_rows: int, sha256: str) -> None:
    """Compare a source with what is stated of it.

    Raises
    ------
    InputError
        GL130 if the number of rows differs, GL131 if the digest does.
    """
    again = "ask for the export again"
    for stated in _of(manifests, source):
        if stated.rows is not None and stated.rows != n_rows:
            raise InputError("GL130", source.name, f"manifest {stated.rows:,} rows, read {n_rows:,}", again)
        if stated.sha256 is not None and stated.sha256.lower() != sha256:
            raise InputError("GL131", source.name, "the digest differs from the manifest", again)


def _of(manifests: Manifests, source: Source) -> Sequence[_Stated]:
    return () if source.path is None else manifests.get(os.path.normpath(source.path), ())


def read_manifests(sources: Sequence[Source]) -> Manifests:
    """Read the manifests that stand beside the sources, or in a folder above them that was named.

    Raises
    ------
    InputError
        GL132 if one cannot be understood, or names a file that is not there.
    """
    stated: dict[str, list[_Stated]] = {}
    for folder in sorted({folder for source in sources for folder in _folders_of(source)}):
        path = folder / MANIFEST
        if path.is_file():
            for name, what in _read(path).items():
                stated.setdefault(_path_of(name, folder), []).append(what)
    return stated


def _folders_of(source: Source) -> Iterator[Path]:
    if source.path is not None:
        yield source.path.parent
        if source.folder is not None:
            yield from (folder for folder in source.path.parents if folder.is_relative_to(source.folder))


def _path_of(name: str, folder: Path) -> str:
    """The path of a file that a manifest names, which is in its folder or below it."""
    path, top = os.path.normpath(folder / name), os.path.normpath(folder)
    if not Path(path).is_relative_to(top) or not Path(path).is_file():
        what = f"names `{printable(name)}`, which is not there"
        fix = "ask for the export again, or correct the name; it counts from the manifest's folder"
        raise InputError("GL132", f"{folder.resolve().name}/{MANIFEST}", what, fix)
    return path


def _read(path: Path) -> dict[str, _Stated]:
    try:
        files = load_json(path)["files"]
        return {name: _stated(each) for name, each in files.items()}
    except UNREADABLE:
        raise InputError("GL132", f"{path.parent.resolve().name}/{MANIFEST}", "not understood", _FORM) from None


def _stated(each: Mapping[str, object]) -> _Stated:
    rows, sha256 = each.get("rows"), each.get("sha256")
    if not (rows is None or type(rows) is int) or not (sha256 is None or isinstance(sha256, str)):
        raise TypeError
    return _Stated(rows, sha256)
