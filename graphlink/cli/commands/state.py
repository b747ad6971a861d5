"""`graphlink state`: check, back up or restore what sweeps remember."""

from __future__ import annotations

import re
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from graphlink.cli.options import PATH, Group, format_options
from graphlink.cli.printing import Fact, formatted_facts, print_lines
from graphlink.cli.state_option import state_options
from graphlink.cli.working import Ending
from graphlink.words.errors import ExitCode
from graphlink.words.escape import pasted
from graphlink.words.sentences import counted, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.cli.state_option import Memory
    from graphlink.results.listings import Format
    from graphlink.sweeps.state.chain import Head
    from graphlink.sweeps.state.restoring import Missing

_KINDS: Final = {
    "sweep": "sweep",
    "verdict": "verdict",
    "allow": "list change",
    "known_bad": "list change",
    "forget": "forgotten account",
    "prune": "pruning",
}
"""Words for changes of the state."""

_OTHER: Final = "other change"
"""A change from a later version, or from a damaged state."""


def _read_heads(_context: click.Context, _option: click.Parameter, texts: tuple[str, ...]) -> tuple[Head, ...]:
    from graphlink.sweeps.state.chain import HEAD_DIGITS, Head

    form = rf"(0|[1-9][0-9]{{0,17}}):[0-9a-f]{{{HEAD_DIGITS}}}"
    wrong = [text for text in texts if not re.fullmatch(form, text, re.ASCII)]
    if wrong:
        raise click.BadParameter(f"{wrong[0]!r} is not a head such as `state check` prints")
    return tuple(Head(int(number), digest) for number, _, digest in (text.partition(":") for text in texts))


@click.group(cls=Group)
def state() -> None:
    """Check, back up or restore what sweeps remember.

    \b
    Examples:
      graphlink state check --state state
      graphlink state backup --config graphlink.toml
      graphlink state restore --state state
    """


@state.command("check", short_help="Check every byte, and list what the state holds.")
@state_options
@click.option("--backup", type=PATH, help="Check this backup, not the state.")
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar="HEAD",
    callback=_read_heads,
    help="A head of the history that was kept outside (57:3fa9…); it must be part of this history. More than once: the "
    "changes are named between which somebody rewrote it.",
)
@format_options()
def state_check(memory: Memory, backup: Path | None, heads: tuple[Head, ...], form: Format) -> Ending | None:
    """Check every byte, row, digest and signature, and list what the state holds. Nothing is changed.

    Any fault ends in exit 7, and the message names the first change that was altered. Without the key of the state,
    everybody could have written what is checked: the history is called consistent, not authenticated, and the exit code
    is 3. Keep the head that is printed where nobody who may write the state can change it. With --head, since_head is
    the number of changes after the newest one.

    \b
    Examples:
      graphlink state check --state state
      graphlink state check --state state --head 57:3fa9c04e1b7d6a82f05c93e1d7b4a68f2c0e5d9137ab46f8
      graphlink state check --state state --backup state/backups/state-2026-w47-g000012.sqlite
    """
    from graphlink.sweeps.publication import Sweeps
    from graphlink.sweeps.state.backup import check_file
    from graphlink.sweeps.state.chain import digest_content
    from graphlink.sweeps.state.checking import refuse_other_past
    from graphlink.sweeps.state.decisions import ALLOWED, KNOWN_BAD, read_list, read_verdicts
    from graphlink.sweeps.state.key import NO_KEY, copies_of, has_key, is_elsewhere, read_key
    from graphlink.sweeps.state.reading import known_rings, read_sweeps

    place = memory.config.sweep
    is_keyed = has_key(memory.folder, place)
    facts: dict[str, Fact] = {"history": "authenticated" if is_keyed else "consistent, not authenticated"}
    if backup is not None:
        digest, head = check_file(backup, read_key(memory.folder, place) if is_keyed else NO_KEY, heads)
        facts |= {"head": str(head), "changes": head.generation, "digest": digest}
    else:
        with memory.opened(read_only=True, unkeyed=True) as held:
            refuse_other_past(held.connection, held.path, heads)
            sweeps, rings = read_sweeps(held), known_rings(held)
            facts |= {
                "head": str(held.head),
                "changes": held.generation,
                "sweeps": len(sweeps),
                "newest_week": sweeps[-1].week if sweeps else None,
                "known_rings": len(rings),
                "verdicts": len(read_verdicts(held)),
                "allowed": len(read_list(held, ALLOWED)),
                "known_bad": len(read_list(held, KNOWN_BAD)),
                "digest": digest_content(held.connection),
            }
            if heads:
                facts["since_head"] = held.generation - max(head.generation for head in heads)
            if is_elsewhere(place) and is_keyed:
                facts["key_copies"] = [str(path) for path in copies_of(held.key, memory.folder)]
            if memory.config_path is not None:
                Sweeps(Path(memory.config.sweep.output)).refuse_unknown(
                    {record.folder: record.run_digest for record in sweeps}, memory.folder, place
                )
    click.echo(formatted_facts(facts, form), nl=False)
    return None if is_keyed else Ending(ExitCode.DEGRADED)


@state.command("backup", short_help="Write a backup and check it.")
@state_options
def state_backup(memory: Memory) -> None:
    """Write a backup and check it; the newest of eight weeks and of twelve months are kept.

    A sweep does this by itself. Copy the folder of backups to another machine: it holds all that a restore needs.

    \b
    Examples:
      graphlink state backup --state state
    """
    from graphlink.sweeps.state.backup import back_up

    with memory.opened() as held:
        path = back_up(held)
    print_lines(f"Wrote and checked {path}", whole=str(path))


@state.command("restore", short_help="Put a backup in the place of a damaged or lost state.")
@state_options
@click.option("--backup", type=PATH, help="Restore this file; default: the newest complete one.")
def state_restore(memory: Memory, backup: Path | None) -> None:
    """Put a backup in the place of a damaged or lost state; the state before it is kept aside.

    The backup lacks everything that happened after it. If the earlier state can be read, the command lists what is
    missing: sweep later weeks again with --accept-rollback, give verdicts again, and forget accounts again. If --backup
    names a backup, later ones are moved to a folder of their own, since they belong to another history. Naming one of
    them returns to that history and brings its backups back.

    \b
    Examples:
      graphlink state restore --state state
    """
    from graphlink.sweeps.state.folder import only_sweep
    from graphlink.sweeps.state.restoring import restore_state

    with only_sweep(memory.folder) if memory.folder.is_dir() else nullcontext():
        done = restore_state(memory.folder, backup, memory.config.sweep)
    lines = [f"Restored {done.backup} (change {done.generation})"]
    if done.aside is not None:
        lines.append(f"The state before it: {done.aside}")
        if (key := done.aside.with_suffix(".key")).exists():
            lines.append(f"Its key: {key}")
    if done.missing:
        lines.append(f"Missing from it, but in the state before it: {_missing_text(done.missing)}")
    if done.can_return:
        back = f"graphlink state restore --state {pasted(memory.folder)}"
        lines.append(f"To return to that one: {back} --backup {pasted(done.aside)}")
    if done.later is not None:
        lines.append(f"Later backups: {done.later}")
    if done.returned:
        lines.append(f"Brought back with its history: {done.returned} backup{'s' if done.returned > 1 else ''}")
    lines.append(f"Next: graphlink state check --state {pasted(memory.folder)}")
    print_lines(*lines, whole=f"{memory.folder}, restored from {done.backup},")


def _missing_text(missing: Sequence[Missing]) -> str:
    """The number of changes of each kind that a backup lacks, and who made the decisions."""
    kinds = []
    for name in (*dict.fromkeys(_KINDS.values()), _OTHER):
        of_kind = [each for each in missing if _KINDS.get(each.kind, _OTHER) == name]
        if of_kind:
            whose = "" if name == _KINDS["sweep"] else f" ({', '.join(sorted({str(each.by) for each in of_kind}))})"
            kinds.append(counted(sum(each.number for each in of_kind), name) + whose)
    return listed(kinds)
