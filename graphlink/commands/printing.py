"""What commands share when they print."""

from __future__ import annotations

import shutil
import sys
from typing import Final

import click

from graphlink.display import printable
from graphlink.listing import MIN_WIDTH, Format, Listing, format_listing

LONGEST_LINE: Final = 5_000
"""Characters of a printed line: longer than any path that a system takes."""


def print_lines(*lines: str) -> None:
    """Print lines for a person; paths in them may hold what drives a terminal."""
    for line in lines:
        click.echo(printable(line, LONGEST_LINE))


def formatted(listing: Listing, form: Format) -> str:
    """Format a listing as wide as the terminal."""
    return format_listing(listing, form, width())


def width() -> int:
    """Columns of the terminal; a pipe or file has as many as the narrowest terminal that is served."""
    if sys.stdout is None or not sys.stdout.isatty():
        return MIN_WIDTH
    return max(shutil.get_terminal_size((MIN_WIDTH, 24)).columns, MIN_WIDTH)
