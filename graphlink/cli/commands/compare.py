"""`graphlink compare`, `verify`, `upgrade`: two runs side by side, one made again, and one made by a new method."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from graphlink.cli.options import PATH, format_options, memory_option, settings_option, voice_options
from graphlink.cli.printing import declared, formatted, print_lines, width
from graphlink.cli.settings_option import load
from graphlink.cli.working import Ending, limits_of, listener_for
from graphlink.engine.progress import Progress
from graphlink.model.sweeps import Upgrade
from graphlink.results.listings import Format, Listing
from graphlink.results.upgrade_words import tell_upgrade
from graphlink.words.errors import ExitCode
from graphlink.words.sentences import listed, wrapped

_PRUNED = "rejects.jsonl is not there any more, as after `graphlink prune`, and is the same by its digest in run.json"


_OTHER_VERSION = (
    "Its files are as its run.json says; other versions may find other rings in the same exports.",
    "To verify it, run this command with the version that made it: docs/operations.md says how to install it beside.",
    "`graphlink upgrade --dry-run` shows what the versions at hand change.",
)


@click.command(short_help="List how the rings of two runs differ.")
@click.argument("earlier", type=PATH)
@click.argument("later", type=PATH)
@click.option("--all", "all_of_them", is_flag=True, help="Also list unchanged rings, and those that no report lists.")
@format_options()
def compare(earlier: Path, later: Path, all_of_them: bool, form: Format) -> None:
    """List the differences between the rings of two runs: new, gone and changed rings.

    Rings with the same id are the same ring. Others are matched by their accounts, one to one, as from week to week,
    and shown under both ids. Rings that are assessed otherwise come first. Groups that neither report lists are
    counted.

    \b
    Examples:
      graphlink compare sweeps/run-2026-w46 sweeps/run-2026-w47
    """
    from graphlink.sweeps.comparing import compare_runs, without_same_ids

    listing, unlisted = compare_runs(earlier, later, all_of_them=all_of_them)
    rows = tuple(row for row in listing.rows if all_of_them or row[2] != "same")
    same = len(listing.rows) - len(rows)
    if rows or form is not Format.TABLE:
        shown = Listing(listing.columns, rows)
        if form is Format.TABLE:
            shown = without_same_ids(shown)
        click.echo(formatted(shown, form), nl=False)
    if form is Format.TABLE and (same or not rows):
        alike = f"{same:,} ring{' is' if same == 1 else 's are'} the same."
        print_lines(alike if rows else "No ring differs.")
    if form is Format.TABLE and (told := _unlisted_words(unlisted)):
        print_lines(*wrapped(told, width()))


def _unlisted_words(unlisted: Mapping[str, int]) -> str:
    differing = [f"{n:,} {change}" for change, n in sorted(unlisted.items()) if change != "same"]
    n, differ = sum(unlisted.values()), listed(differing) or "all the same"
    groups = "1 smaller group" if n == 1 else f"{n:,} smaller groups"
    return f"{groups} that no report lists: {differ}; --all lists them." if n else ""


@click.command(short_help="Sweep a past week again, and compare every byte.")
@click.argument("run_folder", metavar="RUN", type=PATH)
@settings_option
@memory_option
@voice_options
@click.pass_obj
def verify(voice: Progress, run_folder: Path, config_path: Path, max_memory: int | None) -> Ending:
    """Sweep a past week again from the same inputs, and compare every byte; exit 9 names the first difference.

    The settings name the exports, and the state, which recorded the digest of run.json. Earlier rings, people's
    decisions and the calibration come from the folder of the sweep. Nothing is changed. A rejects.jsonl that `graphlink
    prune` deleted is no difference; its digest is compared.

    If other versions of graphlink or of a library made the sweep than those at hand, the message names them. Then the
    files are held against the sweep's own run.json, and the exit code is 0 if every table comes out the same, else 3:
    the version that made it can verify it.

    \b
    Examples:
      graphlink verify sweeps/run-2026-w47 --config graphlink.toml
    """
    from graphlink.sweeps.verifying import is_pruned, verify_sweep

    config = load(config_path, None)
    with voice:
        found = verify_sweep(config, run_folder, limits_of(config, max_memory), listener_for(voice))
    made_by = f"Made by {listed(found.made_by)}." if found.made_by else ""
    if found.difference:
        print_lines(f"Different: {found.difference}", *([made_by] if made_by else []))
        return Ending(ExitCode.DIFFERENT)
    if not found.is_same:
        print_lines(f"Not verified. {made_by}", *_OTHER_VERSION)
        return Ending(ExitCode.DEGRADED)
    but = " but for report.html and run.json, which name the versions" if found.made_by else ""
    pruned = f"; {_PRUNED}" if is_pruned(run_folder) else ""
    print_lines(f"Identical{but}{pruned}.", *([made_by] if made_by else []))
    return Ending(ExitCode.DONE)


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
    rows = tuple(
        (each.ring_id, each.change, each.n_before, each.n_by_new, each.assessment_before, each.assessment_by_new)
        for each in upgrade.changes
    )
    return declared("upgrade", rows)


def upgrade_lines(upgrade: Upgrade, most: int | None = None) -> Iterator[str]:
    """What a new method changed, as lines for a terminal: at most so many rings."""
    for sentence in tell_upgrade(upgrade):
        yield from wrapped(sentence, width())
    listing = list_changes(upgrade)
    if listing.rows:
        yield from formatted(Listing(listing.columns, listing.rows[:most]), Format.TABLE).splitlines()
    if most is not None and len(listing.rows) > most:
        yield f"… and {len(listing.rows) - most:,} more"
