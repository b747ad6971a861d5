"""`graphlink verdict` and `graphlink verdicts`: record people's verdicts, and count how often they agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from graphlink.cli.options import PATH, Group, format_options
from graphlink.cli.printing import declared, formatted, print_lines
from graphlink.cli.settings_option import checked_week
from graphlink.cli.state_option import (
    account_option,
    by_option,
    expiry_option,
    now,
    remarks_on,
    report_import,
    signing_options,
    state_options,
    today,
    typed,
    written,
)
from graphlink.results.listings import Format
from graphlink.words.sentences import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from graphlink.cli.state_option import Memory
    from graphlink.engine.progress import Progress
    from graphlink.model.sweeps import Verdict
    from graphlink.sweeps.state.ledger import Ledger

_KINDS: Final = ("confirmed", "benign", "unsure")

_COMPARED: Final = 100
"""Unknown accounts of a file for which similar ids are searched."""
_SHOWN_NEAR: Final = 3
"""Similar ids that are shown at most."""


@click.command(short_help="Record what a person decided on a ring or an account.")
@click.argument("subject", metavar="RING|ACCOUNT", callback=typed("RING|ACCOUNT"))
@click.argument("kind", metavar="|".join(_KINDS), type=click.Choice(_KINDS))
@signing_options
@expiry_option
@click.option(
    "--week",
    metavar="WEEK",
    callback=checked_week,
    help="The week whose results are judged; default: the newest swept.",
)
@account_option
@state_options
@click.pass_obj
def verdict(
    voice: Progress,
    subject: str,
    kind: str,
    by: str,
    note: str,
    expires: str | None,
    week: str | None,
    is_account: bool,
    memory: Memory,
) -> None:
    """Record what a person decided on a ring or an account.

    A verdict is about what the sweep of its week showed. `confirmed` on a ring covers the core and probable members of
    that week, and puts those into the action file that still were core or probable when the ring was last found.
    Possible victims and members at the edge stay out. The command prints the effects of a verdict. `benign` keeps the
    ring or the account out of later reports, until evidence appears that was not known in that week; the report then
    shows what is new. `unsure` records that somebody looked. The newest verdict that has not expired counts; an
    account's own verdict comes before its ring's. The others stay on record.

    The beginning of a ring's id is enough if it is unique. A name that looks like a ring's id, but is no known ring, is
    refused unless the newest sweep knows an account of that id; --account selects an account.

    \b
    Examples:
      graphlink verdict R-2026-W47-K7QXMB confirmed --by maria --note "chargebacks, case 4711"
      graphlink verdict R-2026-W47-3DTW9A benign --by maria --note "a hackathon" --expires 2027-05-01
      graphlink verdict acct-00123 benign --by li --note "called the customer"
    """
    from graphlink.cli.second_name import ask_in_lines, find_confirmed
    from graphlink.cli.verdict_effects import report_effects, report_overruled
    from graphlink.model.sweeps import Verdict, VerdictKind
    from graphlink.sweeps.decisions.standing import list_actions
    from graphlink.sweeps.state import decisions as people
    from graphlink.sweeps.state.forgetting import FORGOTTEN, forgotten_among
    from graphlink.sweeps.state.naming import RAW, TO_PSEUDONYM, is_raw
    from graphlink.sweeps.state.reading import known_rings
    from graphlink.sweeps.state.verdict_targets import find_ring_id, scope_mismatch

    subject = memory.trimmed(subject)
    with memory.opened() as held:
        weeks = _weeks(held)
        if week is not None and week not in weeks:
            raise click.BadParameter(f"no sweep had the week {week}", param_hint="--week")
        asked, subject = subject, subject if is_account else find_ring_id(held, subject, memory.newest)
        ring = None if is_account else people.resolve_ring(held, subject)
        if ring is None and not is_account:
            refuse_ring_id(held, subject, memory.newest, "RING|ACCOUNT")
        if ring is None and forgotten_among(held, [subject]):
            raise click.BadParameter(FORGOTTEN, param_hint="RING|ACCOUNT")
        if ring is None and is_raw(held, subject):
            raise click.BadParameter(f"{RAW}; {TO_PSEUDONYM}", param_hint="RING|ACCOUNT")
        looked_at = week or "".join(weeks[-1:])
        wrong = scope_mismatch(held, subject, ring, looked_at)
        if wrong is not None:
            raise click.BadParameter(wrong, param_hint="--week")
        of = (ring or subject, ring is not None, VerdictKind(kind))
        given = Verdict(*of, by, note, looked_at, expires=expires)
        before = people.read_decisions(held, today())
        people.record_verdicts(held, [given], by=by, at=now())
        print_lines(*_ring_remarks(asked, subject, ring), whole=memory.change(held))
        if ring is None and not people.is_known(held, "account", subject):
            warn_unknown(voice, 1, 1, near_unknown(held, memory.newest, [subject]))
        is_confirmed = given.kind is VerdictKind.CONFIRMED
        actions, waiting, *_ = find_confirmed(held, memory) if is_confirmed else ((), ())
        print_lines(
            *report_effects(held, given, {each.account_id for each in actions}), *report_overruled(held, before)
        )
        named = list_actions(known_rings(held), people.read_decisions(held, today()))
        own = {each.ring_id for each in named if given.subject in {each.ring_id, each.account_id}}
        print_lines(*ask_in_lines([each for each in waiting if each.ring_id in own]))


def _ring_remarks(asked: str, meant: str, ring: str | None) -> Iterator[str]:
    """Report which ring was meant if its id was typed in part, or its new id if it has one."""
    if meant != asked:
        yield f"{asked.strip()} is read as {meant}"
    if ring is not None and ring.casefold() != meant.strip().casefold():
        yield f"{meant.strip()} goes on as {ring}"


def _weeks(held: Ledger) -> tuple[str, ...]:
    """The weeks that were swept, the newest last."""
    from graphlink.sweeps.state.reading import read_sweeps

    return tuple(sweep.week for sweep in read_sweeps(held))


@click.group(cls=Group)
def verdicts() -> None:
    """List verdicts, import them, or count agreement.

    \b
    Examples:
      graphlink verdicts list --state state
      graphlink verdicts import reviewed.csv --by maria
      graphlink verdicts precision --state state --json
    """


@verdicts.command("list", short_help="List the newest verdict on every ring and account.")
@state_options
@format_options()
def verdicts_list(memory: Memory, form: Format) -> None:
    """List the newest verdict on every ring and account, in the order in which they were given.

    An older verdict that will count once a newer one expires is listed, too. If all have expired, only the newest is
    listed.

    \b
    Examples:
      graphlink verdicts list --state state --format csv
    """
    from graphlink.sweeps.state.decisions import read_verdicts

    with memory.opened(read_only=True) as held:
        found = read_verdicts(held)
    what = {True: "ring", False: "account"}
    rows = (
        (what[v.is_ring], v.subject, str(v.kind), v.by, v.week, v.expires or "", v.note, written(v.at)) for v in found
    )
    click.echo(formatted(declared("verdicts-list", rows), form), nl=False)


@verdicts.command("import", short_help="Import verdicts from a CSV file.")
@click.argument("path", metavar="FILE", type=PATH)
@by_option
@account_option
@state_options
@click.pass_obj
def verdicts_import(voice: Progress, path: Path, by: str | None, is_account: bool, memory: Memory) -> None:
    """Import verdicts from a CSV file: either all of it, or nothing and a list of every mistake.

    Columns: verdict, note, and ring_id or account_id; optional are by, week, expires and at. The output of `verdicts
    list --format csv` is accepted, too. A row is about the sweep of its week, or of the newest week if it has none. The
    newest verdict that has not expired counts, by the time in `at` (in UTC, unless it has an offset). A row older than
    a later decision is recorded but does not count, and a time in the future is refused. Rows without a time get the
    current time, one after the other. Rows on forgotten accounts are left out. Unknown rings and accounts are shown if
    the rows have no other mistake.

    \b
    Examples:
      graphlink verdicts import reviewed.csv --by maria --state state
    """
    from graphlink.cli.verdict_effects import report_overruled
    from graphlink.sweeps.state import decisions as people
    from graphlink.sweeps.state.importing import read_verdict_file
    from graphlink.sweeps.state.verdict_targets import leave_out_forgotten, resolve_verdicts

    with memory.opened() as held:
        given = read_verdict_file(
            path, today=today(), now=now(), by=by, weeks=_weeks(held), trim=memory.config.reading.trim
        )
        kept = leave_out_forgotten(held, given)
        take_accounts = is_account or kept.are_listed
        read = resolve_verdicts(held, kept, str(path), memory.newest, take_accounts=take_accounts)
        accounts = [v.subject for v in read.decisions if not v.is_ring]
        unseen = [each for each in accounts if not people.is_known(held, "account", each)]
        warn_unknown(voice, len(unseen), len(read.decisions), near_unknown(held, memory.newest, unseen))
        before = people.read_decisions(held, today())
        if read.decisions:
            people.record_verdicts(held, read.decisions, by=by or read.decisions[0].by, at=now())
        n_older = _count_older(held, read.decisions)
        overruled = tuple(report_overruled(held, before))
        change = memory.change(held) if read.decisions else ""
    taken = counted(len(read.decisions), "verdict") + remarks_on(len(given.decisions), len(kept.decisions))
    if n_older:
        taken += f"; {n_older:,} {'is' if n_older == 1 else 'are'} older than what was decided since, which counts"
    print_lines(*overruled, *report_import("verdicts", taken, memory), whole=change)


def _count_older(held: Ledger, given: Sequence[Verdict]) -> int:
    """Report how many of the recorded verdicts a newer one replaces."""
    from graphlink.sweeps.state.decisions import read_counting

    newest = {(each.is_ring, each.subject): each.at for each in read_counting(held, today())}
    return sum(0 < each.at < newest.get((each.is_ring, each.subject), 0) for each in given)


@verdicts.command("precision", short_help="Count week by week how many accusations were confirmed.")
@state_options
@format_options()
def verdicts_precision(memory: Memory, form: Format) -> None:
    """Count the verdicts week by week: of what was accused and decided, the share that was confirmed.

    Accused are the rings that the sweep found and called coordinated, and their core and probable members. Verdicts on
    anything else, as on a group that it explained itself or a ring that was quiet, are counted as `others` and no more.

    \b
    Examples:
      graphlink verdicts precision --state state
    """
    from graphlink.sweeps.state.precision import precision_by_week

    with memory.opened(read_only=True) as held:
        weeks = precision_by_week(held)
    rows = tuple(
        (w.week, w.subject, w.n_shown, w.confirmed, w.benign, w.unsure, w.others, w.precision and round(w.precision, 3))
        for w in weeks
    )
    click.echo(formatted(declared("verdicts-precision", rows, decimals=3), form), nl=False)


def refuse_ring_id(held: Ledger, account: str, run_folder: Path, hint: str) -> None:
    """Refuse what looks like a ring's id, unless an account with that id is known."""
    from graphlink.sweeps.state.verdict_targets import mistaken_account

    wrong = mistaken_account(held, account, run_folder)
    if wrong is not None:
        raise click.BadParameter(f"{wrong}; --account takes it for an account's id", param_hint=hint)


def warn_unknown(voice: Progress, n_unseen: int, n_subjects: int, near: Sequence[str] = ()) -> None:
    """Report how many subjects no sweep knows; similar names are part of the answer, not of the log."""
    if n_unseen:
        seen = "no sweep has seen it in a ring"
        if n_subjects > 1:
            seen = f"{n_unseen:,} of {n_subjects:,} subjects no sweep has seen in a ring"
        voice.say(f"GL330 {seen}; what was decided is kept", code="GL330")
    print_lines(*near)


def near_unknown(held: Ledger, run_folder: Path, accounts: Sequence[str]) -> list[str]:
    """Accounts that may have been meant, a line for each of the first unknown ones."""
    from graphlink.sweeps.state.naming import known_accounts, list_near, near_accounts

    if not accounts:
        return []
    known = known_accounts(held, run_folder)
    pairs = ((account, near_accounts(known, account)) for account in accounts[:_COMPARED])
    lines = [f"{account}: {list_near(near)}" for account, near in pairs if near]
    return [*lines[:_SHOWN_NEAR], "…"] if len(lines) > _SHOWN_NEAR else lines
