"""`graphlink actions`: write the accounts that a person confirmed."""

from collections import Counter
from pathlib import Path

import click

from graphlink.cli.options import PATH
from graphlink.cli.printing import print_lines
from graphlink.cli.state_option import Memory, state_options, today


@click.command(short_help="Write the accounts that a person confirmed.")
@click.option("-o", "--output", default="actions", show_default=True, type=PATH, help="The folder to write.")
@click.option("--force", is_flag=True, help="Replace the folder of earlier action files.")
@state_options
def actions(output: Path, force: bool, memory: Memory) -> None:
    """Write actions.csv: the core and probable members that a named person confirmed, and nobody else.

    graphlink never acts by itself. The file leaves out accounts at the edge of a ring, possible victims, and accounts
    that are closed, allowed or cleared. If the newest sweep did not find a ring, its members stay in the file until the
    ring has ended; the command prints when each ring was last found. Without a confirmed account there is no file: the
    exit code is 5, and --force removes an earlier file.

    \b
    Examples:
      graphlink verdict R-2026-W47-K7QXMB confirmed --by maria --note "case 4711"
      graphlink actions -o /srv/cases/4711
      graphlink actions -o /srv/cases/4711 --force
    """
    from graphlink.model.sweeps import RingStatus, VerdictKind
    from graphlink.results.files.action_file import write_actions
    from graphlink.words.errors import ConfigError
    from graphlink.words.sentences import counted

    with memory.opened(read_only=True) as held:
        found = held.actions(today())
        n_of_ring = Counter(each.ring_id for each in found)
        rings = [held.known_ring(ring_id) for ring_id in sorted(n_of_ring)]
        n_confirmed = sum(each.kind is VerdictKind.CONFIRMED for each in held.counting(today()))
    written = write_actions(output, found, force=force)
    if not found:
        what = "no account is confirmed by a person"
        fix = "give verdicts: `graphlink verdict RING confirmed --by NAME --note WHY`"
        if n_confirmed:
            what = (
                f"{counted(n_confirmed, 'subject')} confirmed by a person, but nobody of them is a member to act on now"
            )
            fix = "see `graphlink verdicts list`, and `graphlink show RING` for what became of it"
        raise ConfigError("GL456", "actions.csv", what, fix)
    print_lines(*(f"Wrote {output / name}" for name in written), whole=str(output))
    print_lines(counted(len(found), "account"))
    for ring in rings:
        unseen = "" if ring.status is RingStatus.ACTIVE else f", which was last found in {ring.last_week}"
        print_lines(f"  {n_of_ring[ring.ring_id]:,} of {ring.ring_id}{unseen}")
