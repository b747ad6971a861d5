"""What a sweep is given and what it found, as JSON files of its folder: so the sweep can be repeated from them.

``before.json`` holds what was known, ``lineage.json`` what is known afterwards, ``ruling.json`` what people's decisions
did. They are written in the order of their
fields and sorted by the values themselves, so that the same sweep gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter

from graphlink.model.sweeps import Decisions, KnownRing, Lineage, RingEvent, Ruling, SweepRecord

BEFORE: Final = "before.json"
LINEAGE: Final = "lineage.json"
RULING: Final = "ruling.json"


@dataclass(frozen=True, slots=True)
class Before:
    """All that a sweep knows of the weeks before it, and of what people decided."""

    week: str
    revision: int
    previous: SweepRecord | None
    """The newest sweep before."""
    known: tuple[KnownRing, ...]
    decisions: Decisions
    calibration: str | None
    """The frozen one as JSON; None where this sweep makes one."""
    calibration_renewed: bool
    base_digest: str
    """Of the settings as they stand in their file."""
    earlier_counts: tuple[dict[str, int], ...]
    """Of the weeks that say what is usual, oldest first."""
    earlier_events: tuple[RingEvent, ...] = field(default=())
    missing_weeks: tuple[str, ...] = field(default=())
    missing_sources: tuple[str, ...] = field(default=())
    key_id: str | None = None
    """Under which key the state knows accounts, empty without pseudonyms; None where it knows none yet."""
    named: tuple[str, ...] = field(default=())
    """Accounts that sweeps of earlier weeks named as possible evaders."""
    borne: dict[str, int] | None = None
    """What missing sources bore at most in the weeks before; None where that is not known, or nothing is missing."""


Document = TypeVar("Document", Before, Lineage, Ruling)

_ADAPTERS: Final[dict[type, TypeAdapter[Any]]] = {kind: TypeAdapter(kind) for kind in (Before, Lineage, Ruling)}


def write_document(document: Before | Lineage | Ruling) -> bytes:
    """Write down what a sweep is given, or what became of the rings, or what people's decisions did."""
    return _ADAPTERS[type(document)].dump_json(document, indent=1) + b"\n"


def read_document(kind: type[Document], text: str | bytes) -> Document:
    """Read it back.

    Raises
    ------
    ValueError
        If it is nothing that ``write_document`` wrote.
    """
    document: Document = _ADAPTERS[kind].validate_json(text)
    return document
