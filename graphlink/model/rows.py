"""What happened to every row of an export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not used: where it stands, why, and its raw bytes."""

    source: str
    line: int | None
    byte: int | None
    column: str | None
    code: str
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a reader should know that stops nothing."""

    code: str
    text: str
    about_files: bool = True
    """False where it speaks of the data, whatever files they came in: such notices stand in the report too."""
    unquoted: str = ""
    """The same without the values that it quotes, where it does: what is said on stderr may be kept in a log."""

    @property
    def said(self) -> str:
        """As it is said on stderr."""
        return self.unquoted or self.text


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Every row of an input, accounted for: ``rows_in`` is the sum of the other four."""

    rows_in: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    out_of_window: int = 0


def too_many_rejected(rejected: int, rows_in: int, share: float) -> bool:
    """Whether more rows were rejected than the settings call normal: a share of those that came in."""
    return rejected > share * rows_in


@dataclass(frozen=True, slots=True)
class InputFile:
    """A source as it was read."""

    name: str
    path: Path | None
    format: str
    shape: str
    sha256: str
    n_bytes: int
    rows: RowCounts
    number: int = 0
    """Of which of the places that were named, or that the settings name, it is."""
