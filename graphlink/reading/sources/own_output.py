"""Folders that graphlink itself wrote: a run, a sweep, a case, an action file. What stands in them is no export."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from graphlink.engine.files import load_json
from graphlink.words.errors import UNREADABLE

_MANIFESTS: Final = ("run.json", "manifest.json")


def is_own(folder: Path) -> bool:
    """Whether the manifest in a folder says that graphlink wrote it."""
    return any(_is_ours(folder / name) for name in _MANIFESTS)


def _is_ours(manifest: Path) -> bool:
    if not manifest.is_file():
        return False
    try:
        document = load_json(manifest)
    except UNREADABLE:
        return False  # of another program, or an exporter's that is refused where it is read
    return isinstance(document, dict) and str(document.get("format", "")).startswith("graphlink-")
