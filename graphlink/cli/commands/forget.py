"""`graphlink forget` and `graphlink prune`: remove what is no longer needed from state and sweeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphlink.cli.printing import print_lines
from graphlink.cli.state_option import now, signing_options, state_options, typed
from graphlink.cli.working import Ending
from graphlink.words.errors import ExitCode
from graphlink.words.escape import pasted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.cli.state_option import Memory
    from graphlink.sweeps.state.forgetting import Forgotten
    from graphlink.sweeps.state.ledger import Ledger
    from graphlink.words.errors import InputError


@click.command(short_help="Remove an account from what sweeps remember.")
@click.argument("account_id", metavar="ACCOUNT", callback=typed("ACCOUNT"))
@click.option(
    "--sweeps",
    type=click.Choice(["delete", "keep"]),
    help="What to do with published sweeps that name the account; required if there are any.",
)
@click.option(
    "--backups",
    is_flag=True,
    help="Write a new backup, and delete all backups and set-aside states that hold the account, or cannot be read.",
)
@signing_options
@state_options
def forget(account_id: str, sweeps: str | None, backups: bool, by: str, note: str, memory: Memory) -> Ending | None:
    """Remove an account from what sweeps remember, and list what still holds it.

    Its id, notes about it, wildcards that match it and signals that only it had are overwritten. Its verdicts are
    deleted. A keyed hash stays: it keeps later sweeps from remembering the account again, or from listing it as a new
    member. With --sweeps delete, published sweeps that name the account are deleted whole. Backups, exports and copies
    are not touched: they are listed. With --backups, backups that hold it are deleted, and you cannot go back to their
    weeks any more. An unknown id is refused with exit 4, and similar ids are shown, since the account
    may be known by another id. If the state uses pseudonyms, a raw id is removed from notes only, and the exit code is
    3: give the pseudonym, too.

    \b
    Examples:
      graphlink forget acct-00123 --by maria --note "asked for erasure" --config graphlink.toml --sweeps delete
    """
    from graphlink.sweeps.erasing import sweeps_naming
    from graphlink.sweeps.publication import Sweeps, open_sweeps
    from graphlink.sweeps.state.folder import only_sweep
    from graphlink.sweeps.state.forgetting import erase_copies, forget_account
    from graphlink.sweeps.state.naming import is_raw
    from graphlink.sweeps.state.reading import read_sweeps

    wanted = _without_blanks(account_id, memory)
    output = Path(memory.config.sweep.output)
    with memory.opened() as held, only_sweep(memory.folder):
        digests = {record.folder: record.run_digest for record in read_sweeps(held)}
        recorded = tuple(digests)
        unfound = _unfound(output, recorded)
        raw = is_raw(held, wanted)
        others = Sweeps(output).others(digests)
        ours = [name for name in recorded if name not in others]
        naming = sweeps_naming(output, ours, wanted)
        if naming and sweeps is None:
            raise click.UsageError(
                f"published sweeps name this account ({', '.join(naming)}): --sweeps delete deletes them, --sweeps "
                "keep leaves them. Nothing was changed"
            )
        done = forget_account(held, wanted, by=by, at=now(), note=note)
        if sweeps == "delete" and output.is_dir():
            open_sweeps(output).erase(naming, ours)
        if not (done.was_known or done.n_names or done.copies or naming):
            raise _unknown(held, wanted, memory.newest, unfound)
        change = memory.change(held)
        erased = erase_copies(held, wanted, done.copies) if backups else ()
    _print_done(done, change, is_raw=raw)
    if backups:
        copies = f"{len(erased):,} older copies of the state" if erased else "no backup held it"
        print_lines(f"Deleted: {copies}", *(f"  {path}" for path in erased))
    if sweeps == "delete":
        print_lines(f"Deleted: {', '.join(naming) or 'no published sweep'}")
    kept = [output / name for name in naming] if sweeps == "keep" else []
    foreign = [output / name for name in sweeps_naming(output, others, wanted)]
    _print_unreached(() if backups else done.copies, kept, foreign, unfound, is_raw=raw)
    if not backups:
        print_lines(f"Next: graphlink state backup --state {pasted(memory.folder)}")
    return Ending(ExitCode.DEGRADED) if raw else None


def _print_unreached(
    copies: Sequence[Path], kept: Sequence[Path], foreign: Sequence[Path], unfound: str, *, is_raw: bool
) -> None:
    from graphlink.sweeps.state.naming import RAW, TO_PSEUDONYM

    lines = [f"the account itself: {RAW}; {TO_PSEUDONYM}"] if is_raw else []
    lines += [f"{path}  (holds the account; remove it once a newer backup is made)" for path in copies]
    lines += [f"{path}  (a published sweep that names it)" for path in kept]
    lines += [
        f"{path}  (names it, too, and is not the sweep that this state published by that name)" for path in foreign
    ]
    lines += [unfound] if unfound else []
    lines += ["exports, runs and case packs elsewhere, and copies of any of these"]
    print_lines("", "Not reached:", *(f"  {line}" for line in lines))


def _without_blanks(name: str, memory: Memory) -> str:
    """Refuse blanks around a name that reading drops: with other settings, the name may mean another account."""
    if name != memory.trimmed(name):
        raise click.UsageError(
            "ACCOUNT has blanks around it, which reading drops: leave them out, or give the settings that keep them "
            "(`trim = false`) with --config. Nothing was changed"
        )
    return name


def _print_done(done: Forgotten, change: str, *, is_raw: bool) -> None:
    from graphlink.words.sentences import counted

    if done.n_names:
        names = counted(done.n_names, "name")
        text = f"Overwritten: {names} containing it" if is_raw else f"Forgotten: {names} overwritten"
    else:
        text = "Forgotten before" if done.was_known else "The state itself did not have this account"
    print_lines(text, whole=change)
    if done.n_wildcards:
        wildcards = "1 wildcard is" if done.n_wildcards == 1 else f"{done.n_wildcards} wildcards are"
        print_lines(f"{wildcards} removed from the lists; list the other accounts that they matched again")


def _unfound(output: Path, recorded: Sequence[str]) -> str:
    """A warning if none of the published sweeps is found: only the settings know another folder."""
    if not recorded or any((output / name).is_dir() for name in recorded):
        return ""
    return (
        f"published sweeps of this state: none was found in {output.absolute()}; if they are elsewhere, run it again "
        "with the settings that name their folder (--config)"
    )


def _unknown(held: Ledger, account: str, newest: Path, unfound: str) -> InputError:
    """The error for an unknown account: the id is mistyped, or the account has another."""
    from graphlink.sweeps.state.naming import RAW, TO_PSEUDONYM, is_raw, known_accounts, list_near, near_accounts
    from graphlink.words.errors import InputError

    nothing = "nothing was forgotten: no kept sweep, decision or note has this account"
    nothing += f"; {unfound}" if unfound else ""
    if is_raw(held, account):
        return InputError("GL504", account, f"{nothing}; {RAW}", TO_PSEUDONYM)
    near = near_accounts(known_accounts(held, newest), account)
    what = f"{nothing}; {list_near(near) if near else 'no id is near it'}"
    return InputError("GL504", account, what, "correct the id; if it is right, there is nothing to forget")


@click.command(short_help="Remove what is kept longer than needed.")
@click.option(
    "--ended-weeks",
    type=click.IntRange(1, 520),
    default=52,
    show_default=True,
    help="Remove names of rings that ended more than this many weeks ago.",
)
@click.option(
    "--rejects-days",
    type=click.IntRange(1, 3650),
    default=14,
    show_default=True,
    help="Remove rejects that are more than this many days old.",
)
@signing_options
@state_options
def prune(ended_weeks: int, rejects_days: int, by: str, note: str, memory: Memory) -> None:
    """Remove what is kept longer than needed.

    The state overwrites the names of accounts and signals of rings that ended long ago without a verdict; the rings
    keep their sizes and events. Rejected rows (rejects.jsonl) are deleted from older published sweeps, and so are
    backups beyond eight weekly and twelve monthly ones. `keep_weeks` decides how long published sweeps are kept. States
    and backups that a restore put aside are listed and kept until you delete them.

    \b
    Examples:
      graphlink prune --by cron --note retention --config graphlink.toml
    """
    from graphlink.model.weeks import week_of
    from graphlink.sweeps.erasing import old_rejects
    from graphlink.sweeps.state.backup import backups_aside, drop_old_backups, states_aside
    from graphlink.sweeps.state.folder import only_sweep
    from graphlink.sweeps.state.forgetting import prune_rings
    from graphlink.sweeps.state.ledger import only_writer_of
    from graphlink.sweeps.state.reading import read_sweeps
    from graphlink.words.sentences import counted

    with memory.opened() as held, only_sweep(memory.folder):
        before = week_of(datetime.now(UTC) - timedelta(weeks=ended_weeks))
        n_rings = prune_rings(held, before, by=by, at=now(), note=note)
        output, sweeps = Path(memory.config.sweep.output), read_sweeps(held)
        rejects = old_rejects(sweeps, output, now(), rejects_days)
        for path in rejects:
            path.unlink(missing_ok=True)
        with only_writer_of(held):
            backups = drop_old_backups(held.folder)
    aside = [*sorted({path.parent for path in backups_aside(memory.folder)}), *states_aside(memory.folder)]
    print_lines(
        f"Overwritten: names of {counted(n_rings, 'ring')} that ended before {before}",
        f"Deleted: rejects of {counted(len(rejects), 'sweep')}",
        f"Deleted: {counted(len(backups), 'backup')}",
        *(f"Not reached: {path}, which was put aside: delete it when nobody needs it" for path in aside),
        whole=f"the pruning of {memory.folder}",
    )
    if unfound := _unfound(output, [record.folder for record in sweeps]):
        print_lines(f"Not reached: {unfound}")
