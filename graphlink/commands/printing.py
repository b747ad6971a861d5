"""What commands share when they print."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Final

import click

from graphlink.display import printable
from graphlink.listing import MIN_WIDTH, Format, Listing, format_listing

if TYPE_CHECKING:
    from graphlink.model import Reading
    from graphlink.progress import Progress

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


def say_notices(voice: Progress, reading: Reading) -> None:
    """Say on stderr what a reader should know of the sources."""
    for notice in reading.notices:
        voice.say(f"{notice.code} {notice.text}", code=notice.code)
