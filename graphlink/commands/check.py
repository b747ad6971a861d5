"""`graphlink check`: read exports and say what is in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from graphlink.commands.ending import Ending, ending_of
from graphlink.commands.printing import formatted, print_lines, say_notices, width
from graphlink.commands.settings import given, load
from graphlink.listing import Format, Listing, format_notes
from graphlink.options import format_options, source_options, voice_options
from graphlink.progress import READING

if TYPE_CHECKING:
    from pathlib import Path

    from graphlink.progress import Progress


@click.command(short_help="Read exports and say what is in them.")
@source_options
@format_options(Format.TABLE, Format.JSON)
@voice_options
@click.pass_obj
def check(voice: Progress, sources: tuple[Path, ...], config_path: Path | None, as_of: str | None, form: str) -> Ending:
    """Read exports and say what is in them, without analysing them.

    Lists every source with what became of its rows, the signal types that were recognised, and why rows were set aside.

    \b
    Examples:
      graphlink check exports/
      graphlink check sightings.csv --config graphlink.toml --json
    """
    from graphlink.summaries import list_inputs, list_rejects, list_signals

    config = load(config_path, as_of)
    with voice:
        from graphlink import library

        voice(READING, 0.0)
        reading = library.read(sources, config=config)
    listings = {"inputs": list_inputs(reading), "signals": list_signals(reading), "rejects": list_rejects(reading)}
    if Format(form) is Format.JSON:
        notices = Listing(("code", "text"), tuple((notice.code, notice.text) for notice in reading.notices))
        click.echo(
            json.dumps({name: table.records() for name, table in {**listings, "notices": notices}.items()}, indent=2)
        )
    else:
        say_notices(voice, reading)
        tables = [formatted(listings["inputs"], Format.TABLE), formatted(listings["signals"], Format.TABLE)]
        if listings["rejects"].rows:
            tables.append(format_notes(listings["rejects"], width()))
        click.echo("\n".join(tables), nl=False)
        print_lines("", f"Next: graphlink run {given(sources, config_path)} -o result")
    return ending_of(reading, config)
