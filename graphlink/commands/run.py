"""`graphlink run`: find the rings in exports and write the report."""

from __future__ import annotations

import shlex
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from graphlink.commands.ending import Ending, ending_of
from graphlink.commands.printing import print_lines, say_notices, width
from graphlink.commands.settings import load
from graphlink.listing import Format, Listing, format_listing, format_notes
from graphlink.options import format_options, seed_option, source_options, voice_options
from graphlink.progress import ANALYSIS, READING, WRITING

if TYPE_CHECKING:
    from graphlink.library import Result
    from graphlink.progress import Progress

SHOWN_RINGS: Final = 10
"""Rings that are printed: as many as one screen shows; the files have all of them."""


@click.command(short_help="Find the rings in exports and write a report.")
@source_options
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The folder to make.")
@seed_option
@click.option("--force", is_flag=True, help="Replace the folder of an earlier run.")
@format_options(*Format)
@voice_options
@click.pass_obj
def run(
    voice: Progress,
    sources: tuple[Path, ...],
    config_path: Path | None,
    as_of: str | None,
    output: Path,
    seed: int,
    force: bool,
    form: str,
) -> Ending:
    """Find the rings in exports, and write the report and its tables to a folder.

    A SOURCE is a file or a folder of files: CSV, TSV or JSON Lines (each also .gz or .zst) or Parquet. All of the
    output folder is written or none of it. stdout lists the rings, the one to look at first on top.

    \b
    Examples:
      graphlink run exports/ -o result
      graphlink run sightings.parquet accounts.csv.gz -o result --config graphlink.toml
      graphlink run exports/ -o result --force --json | jq '.[0]'
    """
    from graphlink.report.json_files import RUN_FORMAT
    from graphlink.report.publish import check_destination

    check_destination(output, RUN_FORMAT, force=force)
    config = load(config_path, as_of)
    with voice:
        from graphlink import library

        voice(READING, 0.0)
        reading = library.read(sources, config=config)
        say_notices(voice, reading)
        command = _command(sources, config_path, seed=seed, as_of=as_of)
        result = library.analyse(reading, config=config, seed=seed, command=command, progress=voice.analysis)
        voice(WRITING, ANALYSIS[1])
        report = result.write(output, force=force)
    _print_rings(result, Format(form), report)
    return ending_of(reading, config, rings=len(result.run.findings.rings))


def _command(sources: tuple[Path, ...], config_path: Path | None, *, seed: int, as_of: str | None) -> tuple[str, ...]:
    """Give the words that repeat a run, with names in place of paths: folders belong to a machine."""
    named = [path.name or "." for path in sources]
    settings = [] if config_path is None else ["--config", config_path.name]
    time = [] if as_of is None else ["--as-of", as_of]
    return ("graphlink", "run", *named, *settings, *time, "--seed", str(seed))


def _print_rings(result: Result, form: Format, report: Path) -> None:
    from graphlink.report.words import chance_sentence
    from graphlink.summaries import list_rings

    rings = list_rings(result.run.findings)
    if form is not Format.TABLE:
        click.echo(format_listing(rings, form), nl=False)
        return
    shown = Listing(rings.columns, rings.rows[:SHOWN_RINGS])
    click.echo(format_notes(shown, width()) if shown.rows else "No rings.\n", nl=False)
    if len(rings.rows) > SHOWN_RINGS:
        print_lines(f"… and {len(rings.rows) - SHOWN_RINGS:,} more in {report.parent / 'rings.csv'}")
    findings = result.run.findings
    print_lines("", *textwrap.wrap(chance_sentence(findings.chance, len(findings.rings)), width()))
    print_lines("", f"Report: {report}", f"Next:   xdg-open {shlex.quote(str(report))}")
