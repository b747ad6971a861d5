"""`graphlink actions`: count who is hit by the action file, and write it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from graphlink.cli.options import PATH, format_options
from graphlink.cli.printing import formatted, print_lines, width
from graphlink.cli.second_name import ask_in_lines, find_confirmed, tell_settled
from graphlink.cli.state_option import Memory, state_options, today
from graphlink.results.listings import Format, Listing
from graphlink.words.sentences import counted, listed, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.model.sweeps import Hit, Waiting
    from graphlink.sweeps.state.ledger import Ledger


@click.command(short_help="Write the accounts that a person confirmed.")
@click.option("-o", "--output", default="actions", show_default=True, type=PATH, help="The folder to write.")
@click.option("--force", is_flag=True, help="Replace the folder of earlier action files.")
@click.option("--preview", is_flag=True, help="Write nothing; count who would be hit.")
@click.option("--spend", "spend_path", type=PATH, help="CSV with account_id and spend: counted, and who spends pays.")
@format_options(text="Format of the preview on stdout.")
@state_options
def actions(output: Path, force: bool, preview: bool, spend_path: Path | None, form: Format, memory: Memory) -> None:
    """Write actions.csv: the core and probable members that a named person confirmed, and nobody else.

    graphlink never acts by itself. The file leaves out accounts at the edge of a ring, possible victims, and accounts
    that are closed, allowed or cleared. If the newest sweep did not find a ring, its members stay in the file until the
    ring has ended; the command prints when each ring was last found. Without a confirmed account there is no file: the
    exit code is 5, and --force removes an earlier file.

    action_counts.csv beside it, and --preview before, count who is hit: by tier, age, plan, spend where it is known,
    values that the account had first or shares with many others, and earlier verdicts. If more than
    `second_name_share` of a ring's accounts are long-standing or paying, they wait until a second person confirms them
    with a verdict too.

    \b
    Examples:
      graphlink verdict R-2026-W47-K7QXMB confirmed --by maria --note "case 4711"
      graphlink actions --preview
      graphlink actions -o /srv/cases/4711 --spend billing/2026-11.csv
    """
    from graphlink.results.files.action_file import write_actions
    from graphlink.sweeps.state.reading import known_ring
    from graphlink.words.errors import ConfigError

    with memory.opened(read_only=True) as held:
        found = find_confirmed(held, memory, spend_path)
        rings = [known_ring(held, ring_id) for ring_id in sorted({each.ring_id for each in found.actions})]
        nobody = _why_nobody(held)
    remarks = (
        *(wrapped(_UNKNOWN.format(found.unknown), width()) if found.unknown else ()),
        *ask_in_lines(found.waiting),
    )
    if preview and (found.actions or found.waiting):
        click.echo(formatted(_list_hit(found.hit), form), nl=False)
        print_lines(*(remarks if form is Format.TABLE else ()))
        return
    written = [] if preview else write_actions(output, found.actions, found.hit, force=force)
    if found.waiting and not found.actions:
        raise ConfigError("GL460", "actions.csv", *_ask(found.waiting))
    if not found.actions:
        raise ConfigError("GL456", "actions.csv", *nobody)
    print_lines(*(f"Wrote {output / name}" for name in written), *remarks, whole=str(output))
    print_lines(counted(len(found.actions), "account"))
    n_of_ring = Counter(each.ring_id for each in found.actions)
    for ring in rings:
        unseen = "" if ring.status == "active" else f", which was last found in {ring.last_week}"
        print_lines(f"  {n_of_ring[ring.ring_id]:,} of {ring.ring_id}{unseen}")


_UNKNOWN: Final = "Ages, plans and values are not known ({}), so whoever one person alone confirmed waits."


def _why_nobody(held: Ledger) -> tuple[str, str]:
    from graphlink.model.sweeps import VerdictKind
    from graphlink.sweeps.state.decisions import read_counting

    n_confirmed = sum(each.kind is VerdictKind.CONFIRMED for each in read_counting(held, today()))
    if not n_confirmed:
        fix = "give verdicts: `graphlink verdict RING confirmed --by NAME --note WHY`"
        return "no account is confirmed by a person", fix
    what = f"{counted(n_confirmed, 'subject')} confirmed by a person, but nobody of them is a member to act on now"
    return what, "see `graphlink verdicts list`, and `graphlink show RING` for what became of it"


def _list_hit(hit: Sequence[Hit]) -> Listing:
    rows = tuple((each.counted, each.group, each.accounts, each.share, each.spend) for each in hit)
    listing = Listing(("counted", "group", "accounts", "share", "spend"), rows, decimals=2)
    return listing if any(each.spend is not None for each in hit) else listing.without("spend")


def _ask(waiting: Sequence[Waiting]) -> tuple[str, str]:
    what = f"{tell_settled(waiting)} are long-standing or paying, and one person confirmed them"
    rings = listed([*(each.ring_id for each in waiting[:_NAMED]), *(["others"] if len(waiting) > _NAMED else [])])
    return what, f"let a second person confirm {rings}: `graphlink verdict RING confirmed --by NAME --note WHY`"


_NAMED: Final = 3
"""Rings named in a message."""
