"""`graphlink rings`, `graphlink show` and `graphlink status`: what sweeps know."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from graphlink.cli.options import format_options, voice_options
from graphlink.cli.printing import formatted, formatted_facts, is_on_terminal, print_lines, width
from graphlink.cli.state_option import state_options, today
from graphlink.cli.working import Ending
from graphlink.engine.progress import Verbosity
from graphlink.model.sweeps import CLEARED, RingStatus
from graphlink.results.listings import Format, format_notes
from graphlink.words.errors import ExitCode
from graphlink.words.escape import pasted
from graphlink.words.sentences import wrapped

if TYPE_CHECKING:
    from graphlink.cli.state_option import Memory
    from graphlink.engine.progress import Progress
    from graphlink.sweeps.listings import RingStory

_NAME: Final = 16
"""Columns for the name of a fact."""
_REMARKS: Final = {
    "banned": "accounts that you closed, by `banned_statuses`",
    "closed": "accounts that you or their holders closed, banned ones with them",
    "closed_members": "of the closed ones, those that are members still",
}
"""A remark on a count, printed for people."""


@click.command(short_help="List the rings that sweeps know.")
@state_options
@click.option(
    "--all",
    "all_of_them",
    is_flag=True,
    help="Also list those that ended, merged, or that no report lists.",
)
@click.option(
    "--first",
    type=click.IntRange(min=1),
    metavar="K",
    help="List only the first K rings to review, and how many of them are expected to be wrong.",
)
@format_options()
def rings(memory: Memory, all_of_them: bool, first: int | None, form: Format) -> None:
    """List the rings that sweeps know: active ones, then quiet ones, each in the order of the reports.

    Small groups with an honest reason, which no report lists, are counted unless a person gave a verdict on them.

    With --first, a line below tells down to which score the first K rings reach. Beyond the coordinated ones, they are
    inconclusive, and stay so.

    Verdicts do not change this order: a cleared ring keeps its place here, while a report lists it last unless new
    evidence ties it.

    \b
    Examples:
      graphlink rings --config graphlink.toml
      graphlink rings --config graphlink.toml --all --format csv
    """
    from graphlink.sweeps.listings import first_to_review, list_known_rings

    statuses = set(RingStatus) if all_of_them else {RingStatus.ACTIVE, RingStatus.QUIET}
    smallest = 0 if all_of_them else memory.config.method.smallest_listed
    with memory.opened(read_only=True) as state:
        listing, n_unlisted = list_known_rings(state, statuses, today(), smallest)
    told = ""
    if first is not None:
        listing, told = first_to_review(listing, first, memory.config.method.ring_share)
    if form is Format.TABLE and is_on_terminal():
        listing = listing.without("born").with_last("verdict")  # the id contains the week, and few rings have a verdict
    click.echo(formatted(listing, form) if listing.rows or form != Format.TABLE else "No rings.\n", nl=False)
    if told and form is Format.TABLE:
        print_lines("", *wrapped(told, width()))
    if n_unlisted and first is None and form is Format.TABLE:
        groups = "smaller group is" if n_unlisted == 1 else "smaller groups are"
        print_lines(f"… and {n_unlisted:,} {groups} not listed; --all lists everything.")


@click.command(short_help="Show the facts and the history of one ring.")
@click.argument("ring")
@state_options
@format_options(Format.TABLE, Format.JSON)
def show(ring: str, memory: Memory, form: Format) -> None:
    """Show the facts of one ring, and what happened to it week by week.

    Every id that a ring ever had works, and so does the beginning of an id if it is unique. The id of a ring that
    merged into another shows that one. `banned` counts the accounts with a status in `banned_statuses`; `closed` adds
    those in `closed_statuses`.

    \b
    Examples:
      graphlink show R-2026-W47-8CE5ZK --config graphlink.toml
    """
    from graphlink.sweeps.listings import find_ring_story, list_events

    with memory.opened(read_only=True) as state:
        story = find_ring_story(state, ring, today())
    as_json = form is Format.JSON
    facts, events = _facts(story), list_events(story, in_words=not as_json)
    if as_json:
        import json

        of_members = ("account_id", "tier", "last_week", "banned")
        of_signals = ("signal_type", "signal_value", "accounts_in_ring", "accounts_outside")
        members = [_fields(one, *of_members) | {"closed": one.banned or one.closed} for one in story.ring.members]
        signals = [_fields(one, *of_signals) for one in story.ring.signals]
        document = {**dict(facts), "members": members, "signals": signals, "events": events.records()}
        click.echo(json.dumps(document, indent=2))
        return
    for name, value in facts:
        shown = "ring" if name == "ring_id" else name.replace("_", " ")
        remark = f" ({_REMARKS[name]})" if name in _REMARKS and value else ""
        first, *more = wrapped("none" if value is None else f"{value}{remark}", width() - _NAME) or [""]
        print_lines(f"{shown:{_NAME}}{first}", *(" " * _NAME + line for line in more))
    print_lines("")
    is_own = all(event.ring_id == story.ring.ring_id for event in story.events)
    click.echo(format_notes(events.without("ring_id") if is_own else events, width()), nl=False)
    folder = None if story.folder is None else Path(memory.config.sweep.output) / story.folder
    if story.ring.assessment == CLEARED:
        cleared = (
            "The last sweep found its accounts cleared by a person and no new evidence: the report does not list it."
        )
        print_lines("", cleared)
    elif folder is not None and folder.is_dir():
        following = f"graphlink explain {story.ring.ring_id} -r {pasted(folder)}"
        print_lines("", f"Report: {folder / 'report.html'}", f"Next:   {following}")


@click.command(short_help="Report how the sweeps are doing; exit 3 if they stopped.")
@state_options
@click.option("--max-age", default="8d", show_default=True, metavar="TIME", help="An older sweep is stale: 8d, 36h.")
@format_options()
@voice_options
@click.pass_obj
def status(voice: Progress, memory: Memory, max_age: str, form: Format) -> Ending:
    """Report how the sweeps are doing; exit 3 if the newest week ended too long ago. With -q, only that is printed.

    Run it from a separate scheduler, so that somebody notices when sweeps stop running.

    \b
    Examples:
      graphlink status --config graphlink.toml --max-age 8d
    """
    from graphlink.sweeps.listings import measure_sweeps

    limit = _duration(max_age)
    with memory.opened(read_only=True) as state:
        facts = measure_sweeps(state, datetime.now(UTC), limit)
    is_stale = facts["stale"]
    if form is Format.TABLE:
        facts["stale"] = f"{'yes' if is_stale else 'no'} (after more than {max_age})"
    is_asked = form != Format.TABLE or voice.verbosity is not Verbosity.QUIET
    if is_stale or is_asked:  # a scheduler mails all output
        click.echo(formatted_facts(facts, form), nl=False)
    voice.told["run"] = facts["newest_week"] or "none"
    return Ending(ExitCode.DEGRADED if is_stale else ExitCode.DONE)


def _facts(story: RingStory) -> list[tuple[str, str | int | float | None]]:
    from graphlink.sweeps.listings import describe_verdict

    ring, verdict = story.ring, story.verdict
    closed = [member for member in ring.members if member.banned or member.closed]
    n_closed_members = sum(member.last_week == ring.last_week for member in closed)
    return [
        ("ring_id", ring.ring_id),
        *([("asked_for", story.asked)] if story.asked != ring.ring_id else []),
        ("status", str(ring.status)),
        ("assessment", ring.assessment),
        ("score", round(ring.score, 1)),
        ("members", ring.n_members),
        ("core", ring.n_core),
        ("banned", sum(member.banned for member in closed)),
        ("closed", len(closed)),
        ("closed_members", n_closed_members),
        ("born", ring.born),
        ("last_seen", ring.last_week),
        (
            "verdict",
            None if verdict is None else f"{describe_verdict(verdict, today())} by {verdict.by}: {verdict.note}",
        ),
    ]


def _fields(one: object, *names: str) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}


def _duration(text: str) -> timedelta:
    found = re.fullmatch(r"([0-9]{1,5})([dh])", text)
    if found is None:
        raise click.BadParameter(f"{text!r} is no time such as 8d or 36h", param_hint="--max-age")
    return timedelta(days=int(found[1])) if found[2] == "d" else timedelta(hours=int(found[1]))
