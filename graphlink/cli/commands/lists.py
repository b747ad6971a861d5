"""`graphlink allow` and `graphlink known-bad`: the lists of accounts and signals that people keep."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from graphlink.cli.commands.verdict import near_unknown, warn_unknown
from graphlink.cli.options import expiry_option, format_options, signing_options, state_options
from graphlink.cli.printing import formatted, print_lines
from graphlink.cli.state_option import (
    account_option,
    day,
    left_out,
    memory_of,
    now,
    remark_on_no_rows,
    report_import,
    signed,
    today,
    typed,
)
from graphlink.model.sweeps import LONGEST_NAME
from graphlink.results.listings import Format, Listing
from graphlink.words.sentences import counted

if TYPE_CHECKING:
    from graphlink.cli.state_option import Memory
    from graphlink.engine.progress import Progress
    from graphlink.sweeps.state.importing import ReadList
    from graphlink.sweeps.state.state import State

_wildcard_option: Final = click.option(
    "--wildcard", is_flag=True, help="Let each * match any text; otherwise it is a plain *."
)
_remove_option: Final = click.option("--remove", is_flag=True, help="Remove it from the list.")
_run_option: Final = click.option(
    "-r",
    "--run",
    "run_folder",
    type=click.Path(path_type=Path),
    help="A run whose accounts and settings decide what a name can mean; default: the newest sweep.",
)


@click.group()
def allow() -> None:
    """Keep the list of what is allowed.

    An allowed signal links nobody: it is counted and removed before the analysis. An allowed account is in no ring and
    in no action file, until new evidence ties it that was not known when it was allowed.

    \b
    Examples:
      graphlink allow account acct-00017 --by maria --note "our own tests"
      graphlink allow signal ip 62.99.1.5 --by maria --note "the office of a customer"
      graphlink allow import allowed.csv --by maria
      graphlink allow list
    """


@click.group("known-bad")
def known_bad() -> None:
    """Keep the list of what is known to be bad.

    A ring with such an entry shows it; nothing else changes.

    \b
    Examples:
      graphlink known-bad account acct-00099 --by li --note "chargebacks"
      graphlink known-bad signal card tok_4f1b --by li --note "reported stolen"
      graphlink known-bad list
    """


def _add_commands(group: click.Group, which: str) -> None:
    """Give a group its four commands."""
    name = _COMMANDS[which]

    @group.command("account", help=_help(name, "account", "acct-00017"), short_help="Add or remove an account.")
    @click.argument("account_id", metavar="ACCOUNT")
    @signing_options
    @expiry_option
    @_wildcard_option
    @_remove_option
    @account_option
    @_run_option
    @state_options
    @click.pass_obj
    def of_account(voice: Progress, /, account_id: str, **asked: Any) -> None:  # noqa: ANN401  what _Asked names
        _change(voice, which, None, typed(account_id, "ACCOUNT"), _Asked(**asked))

    @group.command("signal", help=_help(name, "signal", "card tok_4f1b"), short_help="Add or remove a signal.")
    @click.argument("signal_type", metavar="TYPE")
    @click.argument("signal_value", metavar="VALUE")
    @signing_options
    @expiry_option
    @_wildcard_option
    @_remove_option
    @_run_option
    @state_options
    @click.pass_obj
    def of_signal(voice: Progress, /, signal_type: str, signal_value: str, **asked: Any) -> None:  # noqa: ANN401
        _change(voice, which, typed(signal_type, "TYPE"), typed(signal_value, "VALUE"), _Asked(**asked))

    @group.command("import", help=_IMPORT.format(name=name), short_help="Import entries from a CSV file.")
    @click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
    @click.option("--by", metavar="NAME", help="The person who decided, for rows without one.")
    @account_option
    @_run_option
    @state_options
    @click.pass_obj
    def from_file(voice: Progress, /, path: Path, by: str | None, **asked: Any) -> None:  # noqa: ANN401
        _import(voice, which, path, None if by is None else typed(by, "--by", LONGEST_NAME), _Imported(**asked))

    @group.command("list", help=_LIST.format(name=name), short_help="List the entries.")
    @state_options
    @format_options(*Format)
    def listing(state_path: Path | None, config_path: Path | None, form: str) -> None:
        with memory_of(state_path, config_path).opened(read_only=True) as held:
            found = held.allowed() if which == _ALLOWED else held.known_bad()
        columns = ("of", "value", "match", "by", "expires", "note")
        rows = tuple(
            (
                entry.signal_type or "account",
                entry.value,
                "wildcard" if entry.is_pattern else "exact",
                entry.by,
                entry.expires or "",
                entry.note,
            )
            for entry in found
        )
        click.echo(formatted(Listing(columns, rows), Format(form)), nl=False)


_ALLOWED: Final = "allowed"
_KNOWN_BAD: Final = "known_bad"
_COMMANDS: Final = {_ALLOWED: "allow", _KNOWN_BAD: "known-bad"}
_IMPORT: Final = """Import entries from a CSV file: either all of it, or nothing and a list of every mistake.

Columns: note, and account_id or signal_type and signal_value; optional are by, expires and match (exact, or wildcard,
where * matches any text). The output of `{name} list --format csv` is accepted, too. An account_id that looks like a
ring's id is refused, unless the newest sweep or the run in --run knows such an account, or --account is given.
Unknown names are shown if the rows have no other mistake.

\b
Examples:
  graphlink {name} import list.csv --by maria
"""
_LIST: Final = """List the entries, with expired ones.

\b
Examples:
  graphlink {name} list --format csv
"""


def _help(name: str, of: str, example: str) -> str:
    article = "an" if of == "account" else "a"
    more = (
        "Write it as in reports or as in exports; the command prints how it was read if that differs. TYPE is built "
        "in, or declared by the given settings, or else by those of --run."
    )
    if of == "account":
        more = (
            "Write it as in reports. An id that looks like a ring's is refused, unless the newest sweep or the run in "
            "--run knows such an account; --account accepts it."
        )
    return (
        f"Add {article} {of} to the list, or remove it.\n\n{more}\n\n\b\nExamples:\n"
        f'  graphlink {name} {of} {example} --by maria --note "case 4711"\n'
        f'  graphlink {name} {of} {example} --remove --by maria --note "no longer"'
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Options of the commands that change an entry, under the names that they have there."""

    by: str
    note: str
    expires: str | None
    wildcard: bool
    remove: bool
    run_folder: Path | None
    state_path: Path | None
    config_path: Path | None
    is_account: bool = False


def _change(voice: Progress, which: str, signal_type: str | None, value: str, asked: _Asked) -> None:
    from graphlink.model.sweeps import Listed
    from graphlink.sweeps.state.decisions import ListChange
    from graphlink.sweeps.state.forgetting import FORGOTTEN, forgotten_among
    from graphlink.sweeps.state.importing import ReadList
    from graphlink.sweeps.state.naming import RAW, TO_PSEUDONYM, is_raw
    from graphlink.sweeps.state.wildcard_size import check_reach

    (by, note), expires = signed(asked.by, asked.note), day(asked.expires)
    memory = memory_of(asked.state_path, asked.config_path)
    value = memory.trimmed(value)
    entry = Listed(value, by, note, signal_type, asked.wildcard, expires=expires)
    run_folder = asked.run_folder or memory.newest
    with memory.opened() as held:
        listed = held.allowed() if which == _ALLOWED else held.known_bad()
        there = {(each.signal_type, each.value, each.is_pattern) for each in listed}
        read = ReadList((entry,), (0,))
        if not asked.remove or (signal_type, value, asked.wildcard) not in there:
            read = _as_read(read, held, memory, asked.config_path, run_folder, _COMMANDS[which])
            entry = read.entries[0]
        if asked.remove and (signal_type, entry.value, asked.wildcard) not in there:
            raise click.BadParameter("it is not on the list", param_hint="--remove")
        if signal_type is None and not asked.remove and forgotten_among(held.ledger, [value]):
            raise click.BadParameter(FORGOTTEN, param_hint="ACCOUNT")
        if not asked.remove and is_raw(held.ledger, entry.value, signal_type, is_pattern=asked.wildcard):
            raise click.BadParameter(f"{RAW}; {TO_PSEUDONYM}", param_hint="VALUE" if signal_type else "ACCOUNT")
        if signal_type is None and not (asked.wildcard or asked.remove or asked.is_account):
            _check_account(held, value, run_folder)
        if which == _ALLOWED and not asked.remove:
            check_reach(read, run_folder, "allow")
        if not asked.remove:
            _warn_unknown(voice, held, read, run_folder)
            _warn_on_both(voice, held, which, read)
        held.record_list(ListChange(which, (entry,), asked.remove), by=by, at=now())
        change = memory.change(held)
    is_read = [] if entry.value == value else [f"{value} is read as {entry.value}"]
    done = f"{'Removed' if asked.remove else 'Added'}: {signal_type or 'account'} {entry.value}"
    print_lines(*is_read, done, whole=change)


@dataclass(frozen=True, slots=True)
class _Imported:
    """Options of the command that imports a file of entries, under the names that they have there."""

    is_account: bool
    run_folder: Path | None
    state_path: Path | None
    config_path: Path | None


def _import(voice: Progress, which: str, path: Path, by: str | None, asked: _Imported) -> None:
    from graphlink.sweeps.state.decisions import ListChange
    from graphlink.sweeps.state.importing import read_list_file
    from graphlink.sweeps.state.verdict_targets import check_accounts, check_raw, list_without_forgotten
    from graphlink.sweeps.state.wildcard_size import check_reach

    memory = memory_of(asked.state_path, asked.config_path)
    run_folder = asked.run_folder or memory.newest
    with memory.opened() as held:
        everything = read_list_file(path, today=today(), by=by, trim=memory.config.reading.trim)
        given = list_without_forgotten(held.ledger, everything)
        read = _as_read(given, held, memory, asked.config_path, run_folder, str(path))
        check_raw(held.ledger, read, str(path))
        if not (asked.is_account or read.are_listed):
            check_accounts(held.ledger, read, str(path), run_folder)
        if which == _ALLOWED:
            check_reach(read, run_folder, str(path))
        _warn_unknown(voice, held, read, run_folder)
        _warn_on_both(voice, held, which, read)
        if read.entries:
            held.record_list(ListChange(which, read.entries), by=by or read.entries[0].by, at=now())
        change = memory.change(held) if read.entries else ""
    n_other = len({entry.value for entry in given.entries} - {entry.value for entry in read.entries})
    remarks = f"; {counted(n_other, 'value')} {'is' if n_other == 1 else 'are'} read in another form" if n_other else ""
    remarks += left_out(len(everything.entries) - len(given.entries)) + remark_on_no_rows(len(everything.entries))
    taken = counted(len(read.entries), "entry") + remarks
    print_lines(*report_import(_COMMANDS[which], taken, asked.state_path, asked.config_path), whole=change)


def _as_read(
    read: ReadList, held: State, memory: Memory, config_path: Path | None, run_folder: Path, where: str
) -> ReadList:
    """Normalise values by the given settings, or else by those of a run."""
    if all(entry.signal_type is None for entry in read.entries):
        return read
    from graphlink.results.questions.typed_value import settings_of_run, types_of
    from graphlink.sweeps.state.naming import has_pseudonyms
    from graphlink.sweeps.state.verdict_targets import read_signals

    settings = None if config_path is not None else settings_of_run(run_folder)
    are_pseudonyms = memory.config.privacy.pseudonymise if settings is None else settings["pseudonyms"] is not None
    are_pseudonyms = are_pseudonyms or has_pseudonyms(held.ledger)
    table = types_of(memory.config.model_dump(mode="json") if settings is None else settings)
    return read if table is None else read_signals(read, table, where, are_pseudonyms=are_pseudonyms)


def _check_account(held: State, account: str, run_folder: Path) -> None:
    """Refuse what looks like a ring's id, unless an account with that id is known."""
    from graphlink.sweeps.state.verdict_targets import mistaken_account

    wrong = mistaken_account(held.ledger, account, run_folder)
    if wrong is not None:
        raise click.BadParameter(f"{wrong}; --account takes it for an account's id", param_hint="ACCOUNT")


def _warn_unknown(voice: Progress, held: State, read: ReadList, run_folder: Path) -> None:
    from graphlink.sweeps.state.decisions import is_known

    exact = [entry for entry in read.entries if not entry.is_pattern]
    kinds = ((entry, "account" if entry.signal_type is None else "signal") for entry in exact)
    unseen = [e for e, kind in kinds if not is_known(held.ledger, kind, e.value, e.signal_type or "")]
    accounts = [entry.value for entry in unseen if entry.signal_type is None]
    warn_unknown(voice, len(unseen), len(read.entries), near_unknown(held, run_folder, accounts))


def _warn_on_both(voice: Progress, held: State, which: str, read: ReadList) -> None:
    """Report how many entries contradict the other list."""
    from graphlink.sweeps.state.decisions import counts_on

    listed, name = (held.known_bad(), "known to be bad") if which == _ALLOWED else (held.allowed(), "allowed")
    others = {(each.signal_type, each.value, each.is_pattern) for each in listed if counts_on(each, today())}
    n_both = sum((each.signal_type, each.value, each.is_pattern) in others for each in read.entries)
    if n_both:
        are = "entry is" if n_both == 1 else "entries are"
        text = f"GL334 {n_both:,} {are} {name} by the other list; what is allowed is left out first"
        voice.say(text, code="GL334")


_add_commands(allow, _ALLOWED)
_add_commands(known_bad, _KNOWN_BAD)
