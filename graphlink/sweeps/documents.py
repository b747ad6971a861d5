"""The inputs and results of a sweep as JSON files in its folder, so that the sweep can be repeated.

``before.json`` holds the knowledge of earlier weeks, ``lineage.json`` the knowledge afterwards, ``ruling.json`` the
effects of decisions. Fields have a fixed order and values are sorted, so the same sweep gives the same bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter

from graphlink.engine.files import TABLES, load_json, read_file
from graphlink.model.sweeps import Decisions, KnownRing, Lineage, RingEvent, Ruling, SweepRecord, Upgrade
from graphlink.results.publish.publish import MANIFEST, file_digest
from graphlink.words.errors import UNREADABLE

BEFORE: Final = "before.json"
LINEAGE: Final = "lineage.json"
RULING: Final = "ruling.json"


@dataclass(frozen=True, slots=True)
class Before:
    """Everything that a sweep knows of earlier weeks and of decisions."""

    week: str
    revision: int
    previous: SweepRecord | None
    """The newest earlier sweep."""
    known: tuple[KnownRing, ...]
    decisions: Decisions
    calibration: str | None
    """The frozen calibration as JSON. None if this sweep makes one."""
    calibration_renewed: bool
    base_digest: str
    """Digest of the settings as written in their file."""
    earlier_counts: tuple[dict[str, int], ...]
    """Counts of the weeks that define what is usual, oldest first."""
    earlier_events: tuple[RingEvent, ...] = field(default=())
    missing_weeks: tuple[str, ...] = field(default=())
    missing_sources: tuple[str, ...] = field(default=())
    key_id: str | None = None
    """The key of the account pseudonyms in the state, empty without pseudonyms. None if the state has no accounts
    yet."""
    head: str = ""
    """The head of the state's history."""
    named: tuple[str, ...] = field(default=())
    """Accounts that earlier sweeps named as possible evaders."""
    borne: dict[str, int] | None = None
    """The largest counts of the missing sources in earlier weeks. None if unknown, or if nothing is missing."""
    upgrade: Upgrade | None = None
    """What a new method changed by itself in the week before. None if the method is the same."""
    settled: tuple[str, ...] | None = field(default=())
    """Long-standing or paying accounts of the rings that wait for a second person since the newest earlier sweep. None
    if its folder does not tell: it is gone, or not what the state recorded."""


Document = TypeVar("Document", Before, Lineage, Ruling)

_ADAPTERS: Final[dict[type, TypeAdapter[Any]]] = {kind: TypeAdapter(kind) for kind in (Before, Lineage, Ruling)}


def write_document(document: Before | Lineage | Ruling) -> bytes:
    """Write one of these documents as JSON."""
    return _ADAPTERS[type(document)].dump_json(document, indent=1) + b"\n"


def read_document(kind: type[Document], text: str | bytes) -> Document:
    """Read a document.

    Raises
    ------
    ValueError
        If ``write_document`` did not write it.
    """
    document: Document = _ADAPTERS[kind].validate_json(text)
    return document


def read_settled(folder: Path, run_digest: str) -> tuple[str, ...] | None:
    """The long-standing or paying accounts of the rings that wait since a sweep; None if its folder does not tell."""
    if not is_as_recorded(folder, run_digest, (RULING,)):
        return None
    waiting = read_document(Ruling, read_file(folder / RULING, TABLES)).waiting
    return tuple(sorted({account for ring in waiting for account in ring.settled}))


def is_as_recorded(folder: Path, run_digest: str, names: Iterable[str]) -> bool:
    """Whether files of a published sweep are there as its manifest says, and that as the state recorded it."""
    try:
        manifest = folder / MANIFEST
        if file_digest(manifest) != run_digest:
            return False
        outputs = load_json(manifest)["outputs"]
        return all(file_digest(folder / name) == outputs[name]["sha256"] for name in names)
    except UNREADABLE:
        return False
