"""Third-party code in the page, with the digests that allow it to run.

Cytoscape.js draws the graph that can be explored. The page holds it as published and fetches nothing. The page's policy
names the recorded digest, so an altered file would not run.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Final


@dataclass(frozen=True, slots=True)
class Script:
    """A vendored script: its name and version, its files and licence, and its SHA-256."""

    name: str
    version: str
    file: str
    licence: str
    sha256: str


CYTOSCAPE: Final = Script(
    name="Cytoscape.js",
    version="3.34.4",
    file="cytoscape-3.34.4.min.js",
    licence="cytoscape-LICENSE.txt",
    sha256="081591ab735b2b6a3b31a3c60f8f3a3e2fee8c92939e0c7820ad1208571b6cd8",
)


def script_bytes(script: Script) -> bytes:
    """Read a script as it was published."""
    return (files("graphlink.results.page") / "vendored" / script.file).read_bytes()
