"""What was read from all sources: coded rows, and what each source was."""

from __future__ import annotations

from dataclasses import dataclass

from graphlink.config.settings import Config
from graphlink.model.rows import Notice
from graphlink.model.signals import SignalTable
from graphlink.reading.coding import Coder, Tally
from graphlink.reading.columns.layout import Layout
from graphlink.reading.ledger import Ledger
from graphlink.reading.line_numbers import Lines
from graphlink.reading.precedence import Precedence
from graphlink.reading.sources.files import Source


@dataclass(frozen=True, slots=True, eq=False)
class SourceRead:
    """A source as it was read."""

    source: Source
    layout: Layout
    sha256: str
    n_bytes: int
    tally: Tally
    has_checksums: bool
    lines: Lines


@dataclass(frozen=True, slots=True, eq=False)
class Extract:
    """What was read: coded rows, and where they came from."""

    ledger: Ledger
    coder: Coder
    sources: tuple[SourceRead, ...]
    notices: tuple[Notice, ...]
    config: Config
    table: SignalTable
    precedence: Precedence
