"""`graphlink check`: read exports and report what they hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphlink.cli.options import format_options, map_option, memory_option, source_options, voice_options
from graphlink.cli.printing import formatted, print_lines, width
from graphlink.cli.settings_option import checked_week, given, instant, load
from graphlink.cli.working import Ending, ending_of_rows, limits_of, listener_for
from graphlink.reading.sources.missing import refuse_missing
from graphlink.results.listings import Cell, Format, Listing, format_notes
from graphlink.words.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.config.settings import Config
    from graphlink.engine.progress import Progress


@click.command(short_help="Read exports and report what they hold.")
@source_options
@map_option
@click.option(
    "--week", callback=checked_week, help="The ISO week, such as 2026-W47, whose exports the settings name by {week}."
)
@click.option("--strict", is_flag=True, help="Fail while a column that is not used may be a signal.")
@memory_option
@format_options(Format.TABLE, Format.JSON)
@voice_options
@click.pass_obj
def check(
    voice: Progress,
    sources: tuple[Path, ...],
    config_path: Path | None,
    as_of: str | None,
    mapped: tuple[tuple[str, str], ...],
    week: str | None,
    strict: bool,
    max_memory: int | None,
    form: Format,
) -> Ending:
    """Read exports and report what they hold, without analysing them.

    A SOURCE is a file or a folder of files. Without one, the `[[sources]]` of the settings are read. The output lists
    the rows of every source, the recognised signal types, the placeholders among their values (such as `unknown` and
    private addresses), and why rows were set aside. Columns that are not used and may be signals come last, each with
    the option that reads it; with --strict, the command then fails.

    \b
    Examples:
      graphlink check exports/
      graphlink check exports/ --map account_id=user_id --strict
      graphlink check sightings.csv --config graphlink.toml --json
      graphlink check --config graphlink.toml --week 2026-W47    what a sweep of that week would read
    """
    if sources and week is not None:
        raise click.UsageError("--week chooses among the exports that the settings name; leave SOURCE out")
    refuse_missing(sources)
    from graphlink.engine.worker.protocol import Job
    from graphlink.engine.worker.supervise import do_in_worker

    config = load(config_path, as_of, mapped)
    ages: tuple[int, ...] = ()
    if not sources:
        config, ages = _of_week(config, week, as_of)
    task = {"sources": [str(path) for path in sources], "config": config.model_dump_json(), "ages": ages}
    with voice:
        result = do_in_worker(Job.CHECK, task, limits_of(config, max_memory), listener_for(voice))
    listings = {name: _listing(**each) for name, each in result["listings"].items()}
    if form is Format.JSON:
        listings["notices"] = _listing(("code", "text"), [each[:2] for each in result["notices"]])
        click.echo(json.dumps({name: table.records() for name, table in listings.items()}, indent=2))
    else:
        for code, _, text in result["notices"]:
            voice.say(f"{code} {text}", code=code)
        tables = [formatted(listings["inputs"], Format.TABLE), formatted(listings["signals"], Format.TABLE)]
        if listings["placeholders"].rows:
            tables.append(formatted(listings["placeholders"], Format.TABLE))
        if listings["rejects"].rows:
            tables.append(format_notes(listings["rejects"], width()))
        click.echo("\n".join(tables), nl=False)
        print_lines("", f"Next: {_next(given(sources, config_path, mapped), config, week)}")
        if left := listings["left_out"].rows:
            print_lines("", f"Left out, though {'it' if len(left) == 1 else 'they'} may be signals:")
            click.echo(formatted(listings["left_out"], Format.TABLE), nl=False)
    if strict and listings["left_out"].rows:
        return Ending(ExitCode.INPUT_REFUSED, {"left_out": len(listings["left_out"].rows)})
    return ending_of_rows(result["rows_in"], result["rejected"], config)


def _of_week(config: Config, week: str | None, as_of: str | None) -> tuple[Config, tuple[int, ...]]:
    """The settings with the exports and the window of a week, as its sweep has them, and the exports' ages."""
    from graphlink.sweeps.plan import is_weekly, plan_sweep

    if week is not None:
        moment = None if as_of is None else instant(as_of)
        plan = plan_sweep(config, week, moment, allow_partial=False)
        return plan.config, plan.ages
    if is_weekly(config):
        raise click.UsageError("the settings name other exports every week; give the week: --week 2026-W47")
    return config, ()


def _next(named: str, config: Config, week: str | None) -> str:
    """The next command: a run, or the sweep of a week, the first of which starts with an empty state."""
    if week is None:
        return f"graphlink run {named} -o result"
    first = "" if Path(config.sweep.state).is_dir() else " --init"
    return f"graphlink sweep {named} --week {week}{first} --dry-run"


def _listing(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Listing:
    return Listing(tuple(columns), tuple(tuple(row) for row in rows))
