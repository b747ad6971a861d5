"""`graphlink state`: check, back up or restore what sweeps remember."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

import click

from graphlink.cli.options import PATH, format_options
from graphlink.cli.printing import Fact, formatted_facts, print_lines
from graphlink.cli.state_option import state_options
from graphlink.words.escape import pasted
from graphlink.words.sentences import counted, listed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from graphlink.cli.state_option import Memory
    from graphlink.results.listings import Format
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


@click.group()
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
@format_options()
def state_check(memory: Memory, backup: Path | None, form: Format) -> None:
    """Check every byte, row and digest, and list what the state holds.

    Any fault ends in exit 7; nothing is repaired.

    \b
    Examples:
      graphlink state check --state state
      graphlink state check --state state --backup state/backups/state-2026-w47-g000012.sqlite
    """
    if backup is not None:
        from graphlink.sweeps.state.backup import check_file
        from graphlink.sweeps.state.key import read_key

        digest, generation = check_file(backup, read_key(memory.folder))
        facts: dict[str, Fact] = {"changes": generation, "digest": digest}
    else:
        with memory.opened() as held:
            sweeps, rings = held.sweeps(), held.known_rings()
            facts = {
                "changes": held.generation,
                "sweeps": len(sweeps),
                "newest_week": sweeps[-1].week if sweeps else None,
                "known_rings": len(rings),
                "verdicts": len(held.verdicts()),
                "allowed": len(held.allowed()),
                "known_bad": len(held.known_bad()),
                "digest": held.digest(),
            }
    click.echo(formatted_facts(facts, form), nl=False)


@state.command("backup", short_help="Write a backup and check it.")
@state_options
def state_backup(memory: Memory) -> None:
    """Write a backup and check it; the newest of eight weeks and of twelve months are kept.

    A sweep does this by itself. Copy the folder of backups to another machine: it holds all that a restore needs.

    \b
    Examples:
      graphlink state backup --state state
    """
    with memory.opened() as held:
        path = held.back_up()
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
    from graphlink.sweeps.lock import only_sweep
    from graphlink.sweeps.state.restoring import restore_state

    with only_sweep(memory.folder) if memory.folder.is_dir() else nullcontext():
        done = restore_state(memory.folder, backup, on_network=memory.config.sweep.state_on_network)
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
