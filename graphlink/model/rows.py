"""The outcome of every row of an export."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Reject:
    """A rejected row: its position, the reason, and its raw bytes."""

    source: str
    line: int | None
    byte: int | None
    column: str | None
    code: str
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark for the reader that stops nothing."""

    code: str
    text: str
    about_files: bool = True
    """False if it is about the data, independently of the files. Such notices are also in the report."""
    unquoted: str = ""
    """The text without quoted values, if it quotes any, since stderr may be kept in a log."""

    @property
    def for_stderr(self) -> str:
        """The text as stderr gets it."""
        return self.unquoted or self.text


@dataclass(frozen=True, slots=True)
class RowCounts:
    """The outcome of all rows of an input: ``rows_in`` is the sum of the other four."""

    rows_in: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    out_of_window: int = 0


def too_many_rejected(rejected: int, rows_in: int, share: float) -> bool:
    """Whether the share of rejected rows exceeds the setting."""
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
    """The number of the source in the arguments or settings."""
