"""One account: its shared signals, its strongest links, and its ring or why it is in none."""

from dataclasses import dataclass
from typing import Final

from graphlink.results.questions.decided import ClearedBy, find_cleared
from graphlink.results.questions.folder import OpenRun
from graphlink.results.questions.known import SIGNAL_COLUMNS, KnownAccount, KnownSignal, know_account, signal_from

LISTED: Final = 10
"""Links and signals that an answer lists; it counts all of them, and ``graphlink sql`` gives the rest."""


@dataclass(frozen=True, slots=True)
class Link:
    """An account that it is linked with."""

    account_id: str
    bits: float
    families: tuple[str, ...]
    ring_id: str | None


@dataclass(frozen=True, slots=True)
class AccountAnswer:
    """What ties an account to others."""

    account: KnownAccount
    cleared: ClearedBy | None
    """The decision that keeps it out of rings; None if nobody cleared it, or if it is in a ring all the same."""
    n_passing: int
    """Its signals that link their accounts by themselves."""
    signals: tuple[KnownSignal, ...]
    """The strongest that it shares."""
    in_ring: tuple[int | None, ...]
    """By signal: the accounts of its ring that have it, None if it is no evidence for the ring; a signal that links may
    link further accounts."""
    n_links: int
    links: tuple[Link, ...]
    """The strongest."""
    needed_bits: float


_SIGNALS = f"""
    SELECT {SIGNAL_COLUMNS} FROM sightings JOIN signals USING (signal)
    WHERE sightings.account = ? ORDER BY bits DESC, signal
"""  # noqa: S608  names of our own
_IN_RING = """
    SELECT signal_type, signal_value, accounts_in_ring
    FROM members JOIN evidence USING (ring_id) JOIN signals USING (signal) WHERE members.account = ?
"""
_LINKS = f"""
    SELECT account_id, edges.bits, edges.families, ring_id
    FROM edges JOIN accounts ON accounts.account = edges.other LEFT JOIN members ON members.account = edges.other
    WHERE edges.account = ? ORDER BY edges.bits DESC, other LIMIT {LISTED}
"""  # noqa: S608  a number of our own


def explain_account(run: OpenRun, account: int) -> AccountAnswer:
    """Find what ties an account, given its number."""
    signals = [signal_from(run, row) for row in run.rows(_SIGNALS, account)]
    known = know_account(run, account)
    in_ring = {(kind, value): n for kind, value, n in run.rows(_IN_RING, account)}
    return AccountAnswer(
        account=known,
        cleared=None if known.ring else find_cleared(run.folder, known.account_id),
        n_passing=sum(signal.passes for signal in signals),
        signals=tuple(signals[:LISTED]),
        in_ring=tuple(in_ring.get((signal.signal_type, signal.signal_value)) for signal in signals[:LISTED]),
        n_links=int(run.rows("SELECT count(*) FROM edges WHERE account = ?", account)[0][0]),
        links=tuple(
            Link(name, bits, tuple(families.split("; ")), ring_id)
            for name, bits, families, ring_id in run.rows(_LINKS, account)
        ),
        needed_bits=run.threshold_bits,
    )
