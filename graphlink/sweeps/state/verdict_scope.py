"""Whether a verdict can still refer to the sweep of an earlier week.

The state has every week's members and signals. It cannot reconstruct a ring that it did not know then, a ring that has
merged into another since, or pruned names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from graphlink.sweeps.state.decisions import resolve_ring, rings_of
from graphlink.sweeps.state.ledger import Ledger, find_name
from graphlink.sweeps.state.reading import swept_in
from graphlink.words.escape import printable

_PRUNED: Final = """
SELECT 1 FROM names WHERE value IS NULL AND name NOT IN (SELECT name FROM forgotten) AND name IN (
    SELECT account FROM (
        SELECT *, max(generation) FROM member_records WHERE ring_id = :ring AND generation <= :then GROUP BY account
    ) WHERE NOT gone
    UNION SELECT signal FROM (
        SELECT *, max(generation) FROM signal_records WHERE ring_id = :ring AND generation <= :then GROUP BY signal
    ) WHERE NOT gone
) LIMIT 1
"""


def scope_mismatch(ledger: Ledger, named: str, ring: str | None, week: str) -> str | None:
    """Say why a verdict cannot refer to a week's sweep. None if it can.

    Parameters
    ----------
    ledger
        The open state.
    named
        The id of the ring or account, as the person wrote it.
    ring
        The current id of the ring, None for an account.
    week
        The week of the sweep.
    """
    then = swept_in(ledger, week)
    if ring is None:
        account = find_name(ledger, "account", named)
        return _pruned(ledger, rings_of(ledger, account, then), then, week)
    known = resolve_ring(ledger, named, week=week)
    if known is None:
        born = ledger.connection.execute("SELECT born FROM ring WHERE ring_id = ?", (ring,)).fetchone()[0]
        return f"the sweep of {week} knew no ring {printable(named)}; {ring} is known since {born}"
    if known != ring:
        return f"what {week} showed as {known} has gone on as {ring} since, with others; judge it without a week"
    return _pruned(ledger, [ring], then, week)


def _pruned(ledger: Ledger, rings: Sequence[str], then: int, week: str) -> str | None:
    bound = [{"ring": ring, "then": then} for ring in rings]
    if not any(ledger.connection.execute(_PRUNED, each).fetchone() for each in bound):
        return None
    return f"names that {week} showed of it were pruned since; judge it by a newer week"
