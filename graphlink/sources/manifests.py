"""What the exporter says of its files: ``manifest.json`` beside them, with rows and digests, compared with the files.

A manifest is the only thing that shows a file to be complete when rows are missing between two others.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphlink.errors import InputError, Place
from graphlink.sources.files import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from graphlink.sources.files import Source

_FORM = 'write {"files": {"NAME": {"rows": 123, "sha256": "…"}}}'


@dataclass(frozen=True, slots=True)
class _Stated:
    rows: int | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Manifests:
    """What exporters state of the sources that are read."""

    stated: Mapping[Path, _Stated]

    def vouches_for(self, source: Source) -> bool:
        """Whether the number of rows is stated, so that a missing last newline means nothing."""
        stated = self._of(source)
        return stated is not None and stated.rows is not None

    def compare(self, source: Source, n_rows: int, sha256: str) -> None:
        """Compare a source with what is stated of it.

        Raises
        ------
        InputError
            GL130 if the number of rows differs, GL131 if the digest does.
        """
        stated = self._of(source)
        if stated is None:
            return
        again = "ask for the export again"
        if stated.rows is not None and stated.rows != n_rows:
            raise InputError("GL130", Place(source.name), f"manifest {stated.rows:,} rows, read {n_rows:,}", again)
        if stated.sha256 is not None and stated.sha256.lower() != sha256:
            raise InputError("GL131", Place(source.name), "the digest differs from the manifest", again)

    def _of(self, source: Source) -> _Stated | None:
        return None if source.path is None else self.stated.get(source.path)


def read_manifests(sources: Sequence[Source]) -> Manifests:
    """Read the manifests that stand beside the sources.

    Raises
    ------
    InputError
        GL132 if one cannot be understood.
    """
    stated: dict[Path, _Stated] = {}
    for folder in sorted({source.path.parent for source in sources if source.path is not None}):
        path = folder / MANIFEST
        if path.is_file():
            stated |= {folder / name: what for name, what in _read(path).items()}
    return Manifests(stated)


def _read(path: Path) -> dict[str, _Stated]:
    try:
        files = json.loads(path.read_bytes())["files"]
        return {name: _stated(each) for name, each in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError("GL132", Place(f"{path.parent.name}/{MANIFEST}"), "not understood", _FORM) from None


def _stated(each: Mapping[str, object]) -> _Stated:
    rows, sha256 = each.get("rows"), each.get("sha256")
    if not (rows is None or type(rows) is int) or not (sha256 is None or isinstance(sha256, str)):
        raise TypeError
    return _Stated(rows, sha256)
