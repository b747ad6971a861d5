"""`graphlink run`: find the rings in exports and write the report."""

import textwrap
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click

from graphlink.cli.options import (
    PATH,
    format_options,
    map_option,
    memory_option,
    seed_option,
    source_options,
    voice_options,
)
from graphlink.cli.printing import print_lines, width
from graphlink.cli.settings_option import load
from graphlink.cli.working import Ending, ending_of_rows, limits_of, listener_for, say
from graphlink.engine.progress import Progress
from graphlink.reading.sources.missing import refuse_missing
from graphlink.results.listings import Format, Listing, format_listing, format_notes
from graphlink.words.escape import pasted

SHOWN_RINGS: Final = 10
"""Rings that are printed: as many as fit on a screen; the files have all of them."""


@click.command(short_help="Find the rings in exports and write a report.")
@source_options
@map_option
@click.option("-o", "--output", required=True, type=PATH, help="The folder to write.")
@seed_option
@memory_option
@click.option("--all", "all_of_them", is_flag=True, help="List every group, also small ones with an honest reason.")
@click.option("--force", is_flag=True, help="Replace the folder of an earlier run.")
@format_options()
@voice_options
@click.pass_obj
def run(
    voice: Progress,
    sources: tuple[Path, ...],
    config_path: Path | None,
    as_of: str | None,
    mapped: tuple[tuple[str, str], ...],
    output: Path,
    seed: int,
    max_memory: int | None,
    all_of_them: bool,
    force: bool,
    form: Format,
) -> Ending:
    """Find the rings in exports, and write the report and its tables to a folder.

    A SOURCE is a file or a folder of files: CSV, TSV or JSON Lines (each also .gz or .zst) or Parquet. Without one, the
    `[[sources]]` of the settings are read, which may also be databases. Columns are recognised by name: `account_id`,
    with `signal_type` and `signal_value` or a column for each type, such as `ip`. `graphlink check` lists what it
    finds.

    Either the whole output folder is written or nothing. Reading and analysis run in a separate process, with limits
    and without network. stdout lists the rings in the order to look at them: coordinated, then inconclusive, then those
    with an honest reason, households last; within each group, the highest score first. Smaller groups with an honest
    reason are counted; `tables/` has them, and `--all` lists them too.

    \b
    Examples:
      graphlink run exports/ -o result
      graphlink run sightings.parquet accounts.csv.gz -o result --config graphlink.toml
      graphlink run exports/ -o result --force --json | jq '.[0]'
    """
    refuse_missing(sources)
    from graphlink.engine.disk_space import told_of_full_disk
    from graphlink.engine.worker.protocol import Job
    from graphlink.engine.worker.supervise import do_in_worker
    from graphlink.results.publish.publish import RUN_FORMAT, check_destination, publish_folder
    from graphlink.sweeps.plan import is_weekly

    found = check_destination(output, RUN_FORMAT, force=force)
    config = load(config_path, as_of, mapped)
    if all_of_them:
        config = config.model_copy(update={"method": config.method.model_copy(update={"smallest_listed": 2})})
    if not sources and is_weekly(config):
        raise click.UsageError(
            "the settings name other exports every week; name the files of one, or let `graphlink sweep` read them"
        )
    later: list[tuple[str, str]] = []
    limits, listener = limits_of(config, max_memory), listener_for(voice, later)
    task = {
        "sources": [str(path) for path in sources],
        "config": config.model_dump_json(),
        "seed": seed,
        "command": _command(sources, config_path, mapped, seed=seed, as_of=as_of, all_of_them=all_of_them),
        "memory": limits.memory,
    }

    def write(folder: Path) -> dict[str, Any]:
        here = str(folder)
        return do_in_worker(Job.RUN, {**task, "folder": here}, replace(limits, folder=here), listener)

    try:
        with voice, told_of_full_disk(output, lambda: "a run takes about as much as its exports"):
            outcome = publish_folder(output, write, found)
        voice.published = str(output)
        _print_rings(outcome, form, output)
    finally:
        for code, text in later:  # the result comes first
            say(voice, code, text)
    return ending_of_rows(outcome["rows_in"], outcome["rejected"], config, rings=len(outcome["rows"]))


def _command(
    sources: tuple[Path, ...],
    config_path: Path | None,
    mapped: tuple[tuple[str, str], ...],
    *,
    seed: int,
    as_of: str | None,
    all_of_them: bool,
) -> tuple[str, ...]:
    """Return the arguments that repeat a run, with names in place of paths: folders belong to a machine."""
    named = [path.name or "." for path in sources]
    settings = [] if config_path is None else ["--config", config_path.name]
    time = [] if as_of is None else ["--as-of", as_of]
    names = [word for pair in mapped for word in ("--map", "=".join(pair))]
    every = ["--all"] if all_of_them else []
    return ("graphlink", "run", *named, *settings, *names, *time, *every, "--seed", str(seed))


def _print_rings(outcome: Mapping[str, Any], form: Format, output: Path) -> None:
    rings = Listing(tuple(outcome["columns"]), tuple(tuple(row) for row in outcome["rows"]))
    if form is not Format.TABLE:
        click.echo(format_listing(rings, form), nl=False)
        return
    shown = Listing(rings.columns, rings.rows[:SHOWN_RINGS])
    click.echo(format_notes(shown, width()) if shown.rows else "No rings.\n", nl=False)
    if len(rings.rows) > SHOWN_RINGS:
        print_lines(f"… and {len(rings.rows) - SHOWN_RINGS:,} more in {output / 'rings.csv'}")
    if outcome["unlisted"]:
        print_lines("", *textwrap.wrap(f"{outcome['unlisted']} --all lists everything.", width()))
    for told in filter(None, (outcome["expected"], outcome["chance"])):
        print_lines("", *textwrap.wrap(told, width()))
    report = output / "report.html"
    print_lines("", f"Report: {report}", f"Next:   xdg-open {pasted(report)}")
