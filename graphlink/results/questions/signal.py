"""One signal: the numbers of its test, and why it links its accounts or not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from graphlink.results.questions.folder import OpenRun
from graphlink.results.questions.known import SIGNAL_COLUMNS, KnownSignal, signal_from

LISTED: Final = 10
"""Accounts and rings that an answer lists; it counts all of them, and ``graphlink sql`` gives the rest."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """An account that has the signal."""

    account_id: str
    first_seen: datetime | None
    last_seen: datetime | None
    ring_id: str | None


@dataclass(frozen=True, slots=True)
class InRing:
    """The number of accounts of a ring that have the signal."""

    ring_id: str
    rank: int
    assessment: str
    accounts: int
    members: int


@dataclass(frozen=True, slots=True)
class SignalAnswer:
    """Why a signal links its accounts or not, and which accounts have it."""

    signal: KnownSignal
    needed_bits: float
    n_accounts: int
    """Accounts of the run."""
    n_calibrated: int
    """Accounts that the test compares with: in a sweep, those of the calibration's week."""
    n_rings: int
    rings: tuple[InRing, ...]
    """The rings with most of its accounts."""
    outside: int
    """Its accounts in no ring."""
    bearers: tuple[Bearer, ...]
    """Its first accounts."""


_RINGS = """
    SELECT ring_id, rank, assessment, count(*) AS n, members + possible_victims AS size
    FROM bearers JOIN members USING (account) JOIN rings USING (ring_id)
    WHERE bearers.signal = ? GROUP BY ring_id, rank, assessment, size ORDER BY n DESC, rank
"""
_FIRST = f"SELECT account FROM bearers WHERE signal = ? LIMIT {LISTED}"  # noqa: S608  in the order of the file
_BEARERS = """
    SELECT account_id, sightings.first_seen, sightings.last_seen, ring_id
    FROM sightings JOIN accounts USING (account) LEFT JOIN members USING (account)
    WHERE sightings.account IN (SELECT unnest(?)) AND signal = ?
    ORDER BY sightings.first_seen NULLS LAST, account
"""


def explain_signal(run: OpenRun, signal: int) -> SignalAnswer:
    """Collect what the test found of a signal, given its number."""
    row = run.rows(f"SELECT {SIGNAL_COLUMNS} FROM signals WHERE signal = ?", signal)[0]  # noqa: S608  names of our own
    known = signal_from(run, row)
    rings = [InRing(*each) for each in run.rows(_RINGS, signal)]
    first = [int(each[0]) for each in run.rows(_FIRST, signal)]
    return SignalAnswer(
        signal=known,
        needed_bits=run.threshold_bits,
        n_accounts=run.n_accounts,
        n_calibrated=run.n_calibrated,
        n_rings=len(rings),
        rings=tuple(rings[:LISTED]),
        outside=known.accounts - sum(ring.accounts for ring in rings),
        bearers=tuple(Bearer(*each) for each in run.rows(_BEARERS, first, signal)),
    )
