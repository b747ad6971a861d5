"""What commands share when they print."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Final

import click

from graphlink.engine.progress import Progress
from graphlink.results.listings import MIN_WIDTH, Cell, Format, Listing, format_folded, format_listing
from graphlink.words.escape import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

Fact = str | int | float | bool | list[str] | None

LONGEST_LINE: Final = 5_000
"""Characters of a printed line: longer than any path that a system takes."""

_NARROWEST: Final = 40
"""Columns of a terminal below which prose is no longer read well, however it is wrapped."""


def print_lines(*lines: str, whole: str = "") -> None:
    """Print lines for a person; paths in them may hold what drives a terminal.

    ``whole`` is what they tell of, if it was done by now and stays so, whether stdout can be written or not.
    """
    if whole:
        click.get_current_context().ensure_object(Progress).published = whole
    for line in lines:
        click.echo(printable(line, LONGEST_LINE))


def formatted(listing: Listing, form: Format) -> str:
    """Format a listing of ours: a table as wide as the terminal, and under words."""
    return formatted_table(listing.in_words()) if form is Format.TABLE else format_listing(listing, form)


def formatted_table(listing: Listing) -> str:
    """Format a table of which nothing is cut: in a pipe each row is a line, and on a terminal none is wrapped by it."""
    return format_folded(listing, width()) if is_on_terminal() else format_listing(listing, Format.TABLE, sys.maxsize)


def formatted_facts(facts: Mapping[str, Fact], form: Format) -> str:
    """Format facts by their names: for a person one in a line, for a program as one record with types of its own."""
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
    """Columns of the terminal, to which prose is wrapped; a table whose figures take more is as wide as they are."""
    if not is_on_terminal():
        return MIN_WIDTH
    return max(shutil.get_terminal_size((MIN_WIDTH, 24)).columns, _NARROWEST)


def terminal_width() -> int | None:
    """Columns of the terminal; None where nothing has to fit, as in a pipe."""
    return width() if is_on_terminal() else None


def is_on_terminal() -> bool:
    """Whether somebody reads what is printed as it comes."""
    return sys.stdout is not None and sys.stdout.isatty()
