"""`graphlink sweep` and `graphlink calibrate`: analyse a week's exports and remember what was found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from graphlink.cli.commands.compare import upgrade_lines
from graphlink.cli.options import format_options, map_option, memory_option, settings_option, voice_options
from graphlink.cli.printing import declared, formatted, print_lines, width
from graphlink.cli.second_name import tell_settled
from graphlink.cli.settings_option import checked_week, instant, load
from graphlink.cli.working import Ending, limits_of, listener_for
from graphlink.results.listings import Format, Listing, format_listing, format_notes
from graphlink.words.escape import pasted
from graphlink.words.sentences import counted, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphlink.config.settings import Config
    from graphlink.engine.progress import Progress
    from graphlink.model.sweeps import Lineage, Ruling
    from graphlink.results.alerts import Line
    from graphlink.sweeps.start_reading import Request
    from graphlink.sweeps.sweeping import Outcome

SHOWN_RINGS: Final = 10
"""Rings named that differ from an earlier revision."""

_EVENT: Final = ("ring_id", "event", "before", "now", "because")

SHOWN_PARTS: Final = 3
"""Rings named that split off from one."""

_week_option = click.option("--week", required=True, callback=checked_week, help="The ISO week, such as 2026-W47.")
_as_of_option = click.option(
    "--as-of",
    metavar="TIME",
    callback=lambda _context, _option, text: None if text is None else instant(text),
    help="The end of the window; default: the week's end, in UTC.",
)


@click.command(short_help="Analyse a week's exports and remember what was found.")
@settings_option
@_week_option
@_as_of_option
@map_option
@click.option("--dry-run", is_flag=True, help="Only read: report rows, memory and time, and refusals.")
@click.option("--supersede", is_flag=True, help="Sweep a week again after exports, settings or decisions changed.")
@click.option("--allow-partial", is_flag=True, help="Sweep even if a source is missing.")
@click.option("--init", is_flag=True, help="Start with an empty state, if there is none.")
@click.option("--accept-rollback", is_flag=True, help="Continue with a state older than the newest sweep.")
@click.option(
    "--exit-code",
    "exit_on_rings",
    is_flag=True,
    help="Exit 10 if there are alerts: rings that are new, changed, back or go on after a ban, or accounts that are "
    "back or may evade a ban.",
)
@memory_option
@format_options()
@voice_options
@click.pass_obj
def sweep(
    voice: Progress,
    /,
    config_path: Path,
    mapped: tuple[tuple[str, str], ...],
    exit_on_rings: bool,
    max_memory: int | None,
    form: Format,
    **asked: Any,  # noqa: ANN401  the options of a Request
) -> Ending:
    """Analyse a week's exports, publish the findings, and remember them for the next week.

    The settings name the exports ({week} in a path stands for the week), the folder of the state and the folder for the
    sweeps. Each sweep gets a folder of its own. Rings keep their ids from week to week. Sweeping a week twice changes
    nothing. stdout lists what happened to each ring. Programs also get its assessment, such as `coordinated`, or
    `cleared` if a person cleared it.

    \b
    Examples:
      graphlink sweep --config graphlink.toml --week 2026-W47 --init      the very first sweep
      graphlink sweep --config graphlink.toml --week 2026-W48
      graphlink sweep --config graphlink.toml --week 2026-W49 --dry-run
    """
    config = load(config_path, None, mapped)
    return _run(voice, config_path, config, asked, max_memory, exit_on_rings=exit_on_rings, form=form)


@click.command(short_help="Renew the calibration, and sweep the newest week again.")
@settings_option
@_week_option
@_as_of_option
@click.option("--allow-partial", is_flag=True, help="Calibrate even if a source is missing, and without it.")
@memory_option
@format_options()
@voice_options
@click.pass_obj
def calibrate(
    voice: Progress,
    /,
    config_path: Path,
    max_memory: int | None,
    form: Format,
    **asked: Any,  # noqa: ANN401  the options of a Request
) -> Ending:
    """Make a new calibration from the exports of the newest week, and sweep that week with it.

    Numbers that depend on the population (its size, how common a kind of value is) are measured once and then kept, so
    that unrelated accounts move no ring. Reports show how far they have drifted: then renew them. Rings may change for
    that reason alone, and the report shows it.

    \b
    Examples:
      graphlink calibrate --config graphlink.toml --week 2026-W47
    """
    asked |= {"supersede": True, "renew": True}
    return _run(voice, config_path, load(config_path, None), asked, max_memory, exit_on_rings=False, form=form)


def _run(
    voice: Progress,
    config_path: Path,
    config: Config,
    asked: Mapping[str, Any],
    max_memory: int | None,
    *,
    exit_on_rings: bool,
    form: Format,
) -> Ending:
    from graphlink.sweeps.notifying import notifying
    from graphlink.sweeps.start_reading import Request
    from graphlink.sweeps.sweeping import sweep_week

    request = Request(**asked)
    voice.told["run"] = request.week
    with notifying(config.sweep, request.week, voice.complain) as report, voice:
        outcome = sweep_week(config, request, limits_of(config, max_memory), listener_for(voice))
        code = outcome.code(config.reading.degraded_reject_share, exit_on_rings=exit_on_rings)
        if outcome.lineage is not None:
            report(code, _counts(outcome), _report(outcome))
    voice.published = "" if outcome.folder is None else str(outcome.folder)
    if outcome.already:
        _print_already(outcome, request, form)
    elif request.dry_run:
        _print_estimate(outcome.told, form)
    else:
        _print_events(outcome, form, config_path, renewed=request.renew)
    return Ending(code, _counts(outcome))


def _counts(outcome: Outcome) -> dict[str, int]:
    counts = {"rejects": int(outcome.told.get("rejected", 0))}
    if outcome.lineage is not None:
        counts |= {"rings": int(outcome.told["record"]["n_rings"]), "events": len(outcome.lineage.events)}
    return counts


def _print_already(outcome: Outcome, request: Request, form: Format) -> None:
    """Report that a week was swept before; for a program, repeat that sweep's result."""
    from graphlink.model.sweeps import Lineage, Ruling
    from graphlink.sweeps.documents import LINEAGE, RULING, read_document

    folder = outcome.folder or Path()
    if form is not Format.TABLE and request.dry_run:
        _print_estimate({"already": True}, form)
    elif form is not Format.TABLE:
        lineage = read_document(Lineage, (folder / LINEAGE).read_bytes())
        ruling = read_document(Ruling, (folder / RULING).read_bytes())
        click.echo(format_listing(_list_events(lineage, ruling), form), nl=False)
    else:
        print_lines(f"{request.week}: already swept, nothing to do.")
        if outcome.decided_since:
            print_lines("What people decided since counts from the next sweep on; --supersede sweeps the newest again.")
        print_lines(f"Report: {_report(outcome)}")


def _list_events(lineage: Lineage, ruling: Ruling) -> Listing:
    """What happened to every ring, and its assessment; a program also gets the cleared rings."""
    from graphlink.sweeps.changes import list_assessments

    called = list_assessments(lineage, ruling)
    rows = tuple(
        (each.ring_id, str(each.kind), each.n_before, each.n_after, called[each.ring_id], each.because)
        for each in sorted(lineage.events, key=lambda event: event.ring_id)
    )
    return declared("sweep", rows)


def _print_events(outcome: Outcome, form: Format, config_path: Path, *, renewed: bool) -> None:
    lineage = outcome.lineage
    if lineage is None:
        return
    if form is not Format.TABLE:
        click.echo(format_listing(_list_events(lineage, outcome.ruling), form), nl=False)
        return
    rows, n_quiet = _lines(outcome)
    for gate in outcome.told["gates"]:
        print_lines(f"Unusual: {gate['because']}.")
    if outcome.missing:
        print_lines(f"Missing: {', '.join(outcome.missing)}.")
        if renewed:
            print_lines("The calibration lacks it, too: calibrate again on the first complete week.")
    shown = Listing(_EVENT, rows[:SHOWN_RINGS])
    click.echo(format_notes(shown, width()) if rows else "No ring has changed.\n", nl=False)
    more = [f"{len(rows) - SHOWN_RINGS:,} more"] if len(rows) > SHOWN_RINGS else []
    if n_quiet:
        groups = "group" if n_quiet == 1 else "groups"
        more.append(f"{n_quiet:,} new or changed {groups} with an honest reason or cleared by a person")
    if more:
        print_lines(*wrapped(f"… and {' and '.join(more)}; --format csv lists them all", width()))
    if outcome.upgrade is not None:
        print_lines("", *upgrade_lines(outcome.upgrade, SHOWN_RINGS))
    _print_calls(outcome)
    for ring in outcome.ruling.waiting:
        waits = f"{ring.ring_id}: {tell_settled((ring,))} are long-standing or paying"
        print_lines("", *wrapped(f"{waits}; a second person has to confirm before they are in actions.csv.", width()))
    _print_revision(outcome)
    print_lines(
        "",
        f"Report: {_report(outcome)}",
        f"Head:   {outcome.head}  (keep it elsewhere: `graphlink state check --head` compares)",
        f"Next:   graphlink rings --config {pasted(config_path)}",
    )


def _print_calls(outcome: Outcome) -> None:
    """Report on accounts outside the lines of rings, as the report does."""
    calls = outcome.calls
    if calls is None:
        return
    if n := len(calls.returned):
        are = f"{counted(n, 'account')} that {'was cleared is' if n == 1 else 'were cleared are'}"
        print_lines("", f"{are} back: new evidence ties {'it' if n == 1 else 'them'}.")
    if n := len(calls.evaders):
        share = "1 account shares" if n == 1 else f"{n:,} accounts share"
        evade = f"{share} signals with closed accounts of known rings, and may be evading a ban."
        print_lines("", *wrapped(evade, width()))


def _lines(outcome: Outcome) -> tuple[tuple[tuple[str, str, int, int, str], ...], int]:
    """What happened to each ring, alerts first; honest and cleared groups are only counted."""
    lineage, calls = outcome.lineage, outcome.calls
    if lineage is None or calls is None:
        return (), 0
    changed = {event.ring_id for event in lineage.events if event.kind != "continued"}
    lines = (*calls.alerts, *calls.others)
    rows = tuple((line.ring_id, line.word, line.before, line.after, _because(line)) for line in lines)
    shown = {line.ring_id for line in lines}
    return rows, len(((calls.honest | calls.cleared) & changed) - shown)


def _because(line: Line) -> str:
    if not line.parts:
        return line.because
    named = ", ".join(f"{ring_id} ({n:,})" for ring_id, n in line.parts[:SHOWN_PARTS])
    more = len(line.parts) - SHOWN_PARTS
    where = f"also from {line.parent}" if line.parent else "split off"
    return f"{line.because}; {where}: {named}" + (f" and {more:,} more" if more > 0 else "")


def _print_revision(outcome: Outcome) -> None:
    """Report how a week that was swept again differs from its earlier publication."""
    earlier = outcome.superseded
    if earlier is None or outcome.folder is None:
        return
    from graphlink.sweeps.comparing import compare_runs, without_same_ids

    listing, _ = compare_runs(earlier, outcome.folder)
    change = listing.columns.index("change")
    rows = tuple(row for row in listing.rows if row[change] != "same")
    differ = f"{len(rows):,} ring{' differs' if len(rows) == 1 else 's differ'}" if rows else "no ring differs"
    compare = f"graphlink compare {pasted(earlier)} {pasted(outcome.folder)}"
    print_lines("", f"Against the earlier revision, {differ}: {compare}")
    if rows:
        shown = without_same_ids(Listing(listing.columns, rows[:SHOWN_RINGS]))
        click.echo(formatted(shown, Format.TABLE), nl=False)


def _report(outcome: Outcome) -> Path:
    return (outcome.folder or Path()) / "report.html"


def _print_estimate(estimate: Mapping[str, Any], form: Format) -> None:
    if form is Format.JSON:
        click.echo(json.dumps(estimate, sort_keys=True, indent=2))
        return
    if form is not Format.TABLE:
        click.echo(format_listing(_list_estimate(estimate), form), nl=False)
        return
    for name, n in estimate["counts"].items():
        print_lines(f"{name:24}{n:>14,}")
    print_lines("", f"About {estimate['seconds']:,} s and {estimate['memory'] // 10**6:,} MB. Nothing was changed.")
    for gate in estimate["gates"]:
        print_lines(f"Would be {gate['level']}: {gate['because']}.")


def _list_estimate(estimate: Mapping[str, Any]) -> Listing:
    """The result of a dry run as rows: counts; an unusual count also has its distance, the reason and the limit."""
    gates = {gate["count_of"]: (gate["usual"], gate["level"], gate["because"]) for gate in estimate.get("gates", ())}
    counts = dict.fromkeys(gates, 0) | estimate.get("counts", {})
    counts |= {name: int(estimate[name]) for name in ("already", "rejected", "seconds", "memory") if name in estimate}
    rows = tuple((name, n, *gates.get(name, (None, None, None))) for name, n in counts.items())
    return Listing(("count_of", "now", "usual", "level", "because"), rows)
