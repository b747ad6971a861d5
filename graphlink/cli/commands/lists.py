"""`graphlink allow` and `graphlink known-bad`: the lists of accounts and signals that people keep."""

from __future__ import annotations

from inspect import cleandoc
from typing import TYPE_CHECKING, Any, Final

import click

from graphlink.cli.commands.verdict import near_unknown, refuse_ring_id, warn_unknown
from graphlink.cli.options import PATH, Group, format_options
from graphlink.cli.printing import declared, formatted, print_lines
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
)
from graphlink.results.listings import Format
from graphlink.words.sentences import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from graphlink.cli.state_option import Memory
    from graphlink.engine.progress import Progress
    from graphlink.model.sweeps import Listed
    from graphlink.sweeps.state.importing import ReadFile
    from graphlink.sweeps.state.ledger import Ledger

_ALLOWED: Final = "allowed"
_KNOWN_BAD: Final = "known_bad"
_COMMANDS: Final = {_ALLOWED: "allow", _KNOWN_BAD: "known-bad"}

_wildcard_option: Final = click.option(
    "--wildcard", is_flag=True, help="Let each * match any text; otherwise it is a plain *."
)
_remove_option: Final = click.option("--remove", is_flag=True, help="Remove it from the list.")
_run_option: Final = click.option(
    "-r",
    "--run",
    "run_folder",
    type=PATH,
    help="A run whose accounts and settings decide what a name can mean; default: the newest sweep.",
)


@click.group(cls=Group)
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


@click.group("known-bad", cls=Group)
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

    def add(name: str, short_help: str) -> Callable[[Callable[..., None]], click.Command]:
        """Add a command; in its help, {name} stands for the group."""
        return lambda function: group.command(
            name, short_help=short_help, help=cleandoc(function.__doc__ or "").format(name=_COMMANDS[which])
        )(function)

    @add("account", "Add or remove an account.")
    @click.argument("value", metavar="ACCOUNT", callback=typed("ACCOUNT"))
    @signing_options
    @expiry_option
    @_wildcard_option
    @_remove_option
    @account_option
    @_run_option
    @state_options
    @click.pass_obj
    def of_account(voice: Progress, /, **asked: Any) -> None:  # noqa: ANN401  what _change takes
        """Add an account to the list, or remove it.

        Write it as in reports. An id that looks like a ring's is refused, unless the newest sweep or the run in --run
        knows such an account; --account accepts it.

        \b
        Examples:
          graphlink {name} account acct-00017 --by maria --note "case 4711"
          graphlink {name} account acct-00017 --remove --by maria --note "no longer"
        """
        _change(voice, which, None, **asked)

    @add("signal", "Add or remove a signal.")
    @click.argument("signal_type", metavar="TYPE", callback=typed("TYPE"))
    @click.argument("value", metavar="VALUE", callback=typed("VALUE"))
    @signing_options
    @expiry_option
    @_wildcard_option
    @_remove_option
    @_run_option
    @state_options
    @click.pass_obj
    def of_signal(voice: Progress, /, **asked: Any) -> None:  # noqa: ANN401
        """Add a signal to the list, or remove it.

        Write it as in reports or as in exports; the command prints how it was read if that differs. TYPE is built in,
        or declared by the given settings, or else by those of --run.

        \b
        Examples:
          graphlink {name} signal card tok_4f1b --by maria --note "case 4711"
          graphlink {name} signal card tok_4f1b --remove --by maria --note "no longer"
        """
        _change(voice, which, **asked)

    @add("import", "Import entries from a CSV file.")
    @click.argument("path", metavar="FILE", type=PATH)
    @by_option
    @account_option
    @_run_option
    @state_options
    @click.pass_obj
    def from_file(voice: Progress, /, **asked: Any) -> None:  # noqa: ANN401  what _import takes
        """Import entries from a CSV file: either all of it, or nothing and a list of every mistake.

        Columns: note, and account_id or signal_type and signal_value; optional are by, expires and match (exact, or
        wildcard, where * matches any text). The output of `{name} list --format csv` is accepted, too. An account_id
        that looks like a ring's id is refused, unless the newest sweep or the run in --run knows such an account, or
        --account is given. Unknown names are shown if the rows have no other mistake.

        \b
        Examples:
          graphlink {name} import list.csv --by maria
        """
        _import(voice, which, **asked)

    @add("list", "List the entries.")
    @state_options
    @format_options()
    def listing(memory: Memory, form: Format) -> None:
        """List the entries, with expired ones.

        \b
        Examples:
          graphlink {name} list --format csv
        """
        from graphlink.sweeps.state.decisions import read_list

        with memory.opened(read_only=True) as held:
            found = read_list(held, which)
        how = {True: "wildcard", False: "exact"}
        rows = ((e.signal_type or "account", e.value, how[e.is_pattern], e.by, e.expires or "", e.note) for e in found)
        click.echo(formatted(declared("allow-list", rows), form), nl=False)


def _change(
    voice: Progress,
    which: str,
    signal_type: str | None,
    *,
    value: str,
    by: str,
    note: str,
    expires: str | None,
    wildcard: bool,
    remove: bool,
    run_folder: Path | None,
    memory: Memory,
    is_account: bool = False,
) -> None:
    """Add an entry to a list, or remove it."""
    from graphlink.model.sweeps import Listed
    from graphlink.sweeps.state.decisions import read_list, record_list
    from graphlink.sweeps.state.forgetting import FORGOTTEN, forgotten_among
    from graphlink.sweeps.state.importing import ReadFile
    from graphlink.sweeps.state.naming import RAW, TO_PSEUDONYM, is_raw
    from graphlink.sweeps.state.wildcard_size import check_reach

    value, run_folder = memory.trimmed(value), run_folder or memory.newest
    hint = "VALUE" if signal_type else "ACCOUNT"
    entry = Listed(value, by, note, signal_type, wildcard, expires=expires)
    with memory.opened() as held:
        there = {_subject(each) for each in read_list(held, which)}
        read = ReadFile(((0, entry),))
        if not remove or _subject(entry) not in there:
            read = _as_read(read, held, memory, run_folder, _COMMANDS[which])
            (entry,) = read.decisions
        if remove and _subject(entry) not in there:
            raise click.BadParameter("it is not on the list", param_hint="--remove")
        if not remove:
            if signal_type is None and forgotten_among(held, [value]):
                raise click.BadParameter(FORGOTTEN, param_hint=hint)
            if is_raw(held, entry.value, signal_type, is_pattern=wildcard):
                raise click.BadParameter(f"{RAW}; {TO_PSEUDONYM}", param_hint=hint)
            if signal_type is None and not (wildcard or is_account):
                refuse_ring_id(held, value, run_folder, hint)
            if which == _ALLOWED:
                check_reach(read, run_folder, "allow")
            _warn(voice, held, which, read, run_folder)
        record_list(held, which, (entry,), removed=remove, by=by, at=now())
        change = memory.change(held)
    is_read = [] if entry.value == value else [f"{value} is read as {entry.value}"]
    done = f"{'Removed' if remove else 'Added'}: {signal_type or 'account'} {entry.value}"
    print_lines(*is_read, done, whole=change)


def _import(
    voice: Progress,
    which: str,
    *,
    path: Path,
    by: str | None,
    is_account: bool,
    run_folder: Path | None,
    memory: Memory,
) -> None:
    """Add the entries of a file to a list."""
    from graphlink.sweeps.state.decisions import record_list
    from graphlink.sweeps.state.importing import read_list_file
    from graphlink.sweeps.state.verdict_targets import check_accounts, check_raw, list_without_forgotten
    from graphlink.sweeps.state.wildcard_size import check_reach

    run_folder = run_folder or memory.newest
    with memory.opened() as held:
        everything = read_list_file(path, today=today(), by=by, trim=memory.config.reading.trim)
        given = list_without_forgotten(held, everything)
        read = _as_read(given, held, memory, run_folder, str(path))
        check_raw(held, read, str(path))
        if not (is_account or read.are_listed):
            check_accounts(held, read, str(path), run_folder)
        if which == _ALLOWED:
            check_reach(read, run_folder, str(path))
        _warn(voice, held, which, read, run_folder)
        if read.decisions:
            record_list(held, which, read.decisions, by=by or read.decisions[0].by, at=now())
        change = memory.change(held) if read.decisions else ""
    n_other = len({entry.value for entry in given.decisions} - {entry.value for entry in read.decisions})
    remarks = f"; {counted(n_other, 'value')} {'is' if n_other == 1 else 'are'} read in another form" if n_other else ""
    remarks += remarks_on(len(everything.decisions), len(given.decisions))
    taken = counted(len(read.decisions), "entry") + remarks
    print_lines(*report_import(_COMMANDS[which], taken, memory), whole=change)


def _subject(entry: Listed) -> tuple[str | None, str, bool]:
    """What an entry is about; two entries of one subject replace each other."""
    return entry.signal_type, entry.value, entry.is_pattern


def _as_read(read: ReadFile[Listed], held: Ledger, memory: Memory, run_folder: Path, where: str) -> ReadFile[Listed]:
    """Normalise values by the given settings, or else by those of a run."""
    if all(entry.signal_type is None for entry in read.decisions):
        return read
    from graphlink.results.questions.typed_value import settings_of_run, types_of
    from graphlink.sweeps.state.naming import has_pseudonyms
    from graphlink.sweeps.state.verdict_targets import read_signals

    settings = None if memory.config_path is not None else settings_of_run(run_folder)
    are_pseudonyms = memory.config.privacy.pseudonymise if settings is None else settings["pseudonyms"] is not None
    are_pseudonyms = are_pseudonyms or has_pseudonyms(held)
    table = types_of(memory.config.model_dump(mode="json") if settings is None else settings)
    return read if table is None else read_signals(read, table, where, are_pseudonyms=are_pseudonyms)


def _warn(voice: Progress, held: Ledger, which: str, read: ReadFile[Listed], run_folder: Path) -> None:
    """Report entries that no sweep has seen, and entries that contradict the other list."""
    from graphlink.sweeps.state.decisions import counts_on, is_known, read_list

    kinds = (
        (each, "account" if each.signal_type is None else "signal") for each in read.decisions if not each.is_pattern
    )
    unseen = [each for each, kind in kinds if not is_known(held, kind, each.value, each.signal_type or "")]
    accounts = [each.value for each in unseen if each.signal_type is None]
    warn_unknown(voice, len(unseen), len(read.decisions), near_unknown(held, run_folder, accounts))
    other, name = (_KNOWN_BAD, "known to be bad") if which == _ALLOWED else (_ALLOWED, "allowed")
    others = {_subject(each) for each in read_list(held, other) if counts_on(each, today())}
    n_both = sum(_subject(each) in others for each in read.decisions)
    if n_both:
        are = "entry is" if n_both == 1 else "entries are"
        text = f"GL334 {n_both:,} {are} {name} by the other list; what is allowed is left out first"
        voice.say(text, code="GL334")


_add_commands(allow, _ALLOWED)
_add_commands(known_bad, _KNOWN_BAD)
