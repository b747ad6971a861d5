"""Printing for all commands."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from graphlink.engine.progress import Progress
from graphlink.results.listings import MIN_WIDTH, Cell, Format, Listing, format_folded, format_listing
from graphlink.words.escape import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from _typeshed import DataclassInstance

Fact = str | int | float | bool | list[str] | None

LONGEST_LINE: Final = 5_000
"""Characters of a printed line: longer than any path that a system accepts."""

_NARROWEST: Final = 40
"""Below this many columns, wrapped prose is hard to read."""


def print_lines(*lines: str, whole: str = "") -> None:
    """Print lines for a person, with the control characters of paths made harmless.

    ``whole`` names what is finished and stays so, even if stdout cannot be written.
    """
    if whole:
        click.get_current_context().ensure_object(Progress).published = whole
    for line in lines:
        click.echo(printable(line, LONGEST_LINE))


def print_document(question: str, answer: DataclassInstance | None, **more: object) -> None:
    """Print an answer as one JSON document, with the other facts that belong to it."""
    from graphlink.results.questions.document import document

    click.echo(json.dumps(document(question, answer, **more), indent=2))


def declared(name: str, rows: Iterable[Sequence[Any]], **how: int) -> Listing:
    """A listing whose columns are declared under a name; cells of renamed ones come under their former names too."""
    from graphlink.results.columns import DECLARED

    table = DECLARED["printed"][name]
    return Listing(table.columns, table.filled(rows), **how)


def formatted(listing: Listing, form: Format) -> str:
    """Format a listing of ours: a table as wide as the terminal, with words for column names."""
    return formatted_table(listing.in_words()) if form is Format.TABLE else format_listing(listing, form)


def formatted_table(listing: Listing) -> str:
    """Format a table without cutting: in a pipe each row is a line, and no line is wider than the terminal."""
    return format_folded(listing, width()) if is_on_terminal() else format_listing(listing, Format.TABLE, sys.maxsize)


def formatted_facts(facts: Mapping[str, Fact], form: Format) -> str:
    """Format named facts: one a line for a person, one record with types of its own for a program."""
    if form is Format.JSON:
        return json.dumps([facts], indent=2) + "\n"
    if form is Format.JSONL:
        return json.dumps(facts) + "\n"
    if form is Format.CSV:
        cells = tuple(" ".join(fact) if isinstance(fact, list) else fact for fact in facts.values())
        return format_listing(Listing(tuple(facts), (cells,)), form)
    words = {name.replace("_", " "): _in_words(fact) for name, fact in facts.items()}
    return format_listing(Listing(("fact", "value"), tuple(words.items())), form)


def _in_words(fact: Fact) -> Cell:
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, list):
        return ", ".join(fact) or "none"
    return "none" if fact is None else fact


def width() -> int:
    """Columns of the terminal, to which prose is wrapped; a table whose figures need more is wider."""
    if not is_on_terminal():
        return MIN_WIDTH
    return max(shutil.get_terminal_size((MIN_WIDTH, 24)).columns, _NARROWEST)


def terminal_width() -> int | None:
    """Columns of the terminal; None if nothing has to fit, as in a pipe."""
    return width() if is_on_terminal() else None


def is_on_terminal() -> bool:
    """True if a person reads the output as it comes."""
    return sys.stdout is not None and sys.stdout.isatty()
