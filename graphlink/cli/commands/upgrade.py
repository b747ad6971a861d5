"""`graphlink upgrade --dry-run`: what the next sweep will owe to a new version or new settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from graphlink.cli.options import format_options, memory_option, settings_option, voice_options
from graphlink.cli.printing import formatted, print_lines, width
from graphlink.cli.settings_option import load
from graphlink.cli.working import Ending, limits_of, listener_for
from graphlink.results.listings import Format, Listing
from graphlink.results.upgrade_words import tell_upgrade
from graphlink.words.errors import ExitCode
from graphlink.words.sentences import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graphlink.engine.progress import Progress
    from graphlink.model.sweeps import Upgrade


@click.command(short_help="Show what a new version or new settings change by themselves.")
@settings_option
@click.option("--dry-run", is_flag=True, help="Change nothing. Needed, since the next sweep upgrades by itself.")
@memory_option
@format_options()
@voice_options
@click.pass_obj
def upgrade(voice: Progress, config_path: Path, dry_run: bool, max_memory: int | None, form: Format) -> Ending:
    """Analyse the newest swept week again by the version and settings at hand, and list the rings that differ.

    The exports and the knowledge of that week are the same, so what differs is the method's doing. Rings keep their
    ids, and nothing is changed: no state, no published sweep. The first sweep by a new method does the same before it
    begins, and its report tells what the method changed apart from what the data changed. If the week cannot be
    analysed again, the exit code is 3, and nothing is listed.

    \b
    Examples:
      graphlink upgrade --dry-run --config graphlink.toml
    """
    from graphlink.engine.worker.supervise import begin_in_worker
    from graphlink.sweeps.upgrading import preview_upgrade

    if not dry_run:
        raise click.UsageError("the next sweep upgrades by itself; --dry-run shows before what will change")
    config = load(config_path, None)
    with voice:
        found = preview_upgrade(config, limits_of(config, max_memory), listener_for(voice), begin_in_worker)
    if form is Format.TABLE:
        nothing = f"Nothing is new: {found.week} was swept by these versions and settings."
        print_lines(*(upgrade_lines(found) if found.new else [nothing]))
    elif found.unknown:
        voice.say(" ".join(tell_upgrade(found)))
    else:
        click.echo(formatted(list_changes(found), form), nl=False)
    return Ending(ExitCode.DEGRADED if found.unknown else ExitCode.DONE)


def list_changes(upgrade: Upgrade) -> Listing:
    """The rings that a new method finds otherwise."""
    from graphlink.results.columns import DECLARED

    table = DECLARED["printed"]["upgrade"]
    rows = tuple(
        (each.ring_id, each.change, each.n_before, each.n_by_new, each.assessment_before, each.assessment_by_new)
        for each in upgrade.changes
    )
    return Listing(table.columns, table.filled(rows))


def upgrade_lines(upgrade: Upgrade, most: int | None = None) -> Iterator[str]:
    """What a new method changed, as lines for a terminal: at most so many rings."""
    for sentence in tell_upgrade(upgrade):
        yield from wrapped(sentence, width())
    listing = list_changes(upgrade)
    if listing.rows:
        yield from formatted(Listing(listing.columns, listing.rows[:most]), Format.TABLE).splitlines()
    if most is not None and len(listing.rows) > most:
        yield f"… and {len(listing.rows) - most:,} more"
