"""What several questions tell of an account, a signal or a ring, as frozen values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from graphlink.model.signal_types import BUILT_IN_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from graphlink.results.questions.folder import OpenRun, Row


_NOWHERE_USUAL: Final = frozenset(each.name for each in BUILT_IN_TYPES if not each.local)
"""Types of which no country's people share a value as a matter of course; those that an export declares may be any."""


@dataclass(frozen=True, slots=True)
class Membership:
    """The ring that an account is in, and how firmly."""

    ring_id: str
    rank: int
    assessment: str
    tier: str
    confidence: float
    families: tuple[str, ...]
    """That tie it to the ring."""
    survives_any_value: bool
    """Whether it stays tied when any one value is struck out."""


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account as the export describes it, and the ring that it is in."""

    account_id: str
    created_at: datetime | None
    plan: str | None
    country: str | None
    status: str | None
    n_signals: int
    """Signals that it bears."""
    n_shared: int
    """Of these, the ones that another account bears too."""
    ring: Membership | None
    left_out: str | None
    """Why links lead to it and it is in no ring (``Left``)."""


@dataclass(frozen=True, slots=True)
class KnownSignal:
    """A shared signal with the numbers of its test.

    ``observed`` of its ``accounts`` have a companion among them by signals of the family ``shown_by``, ``expected``
    would by chance; ``shown_by`` is None where chance would join all. ``rarity_bits`` is what the rarity of the signal
    alone would give; ``chance`` how likely a further account, drawn at random, is to bear it. Both are None of what is
    local where the calibration knows countries: chance was counted among compatriots then, and how many of them bear it
    no table says. ``siblings`` of its type
    stand in for one another, it among them; 0 where it passed by itself or not at all.
    """

    signal_type: str
    signal_value: str
    family: str
    provenance: str
    accounts: int
    chance: float | None
    shown_by: str | None
    observed: int
    expected: float
    coordinated_share: float
    lower_bound: float
    needed_share: float
    """The lower bound that a link by itself takes."""
    siblings: int
    bits: float
    rarity_bits: float | None
    passes: bool
    corroborates_only: bool
    adds_up: bool
    first_seen: datetime | None
    last_seen: datetime | None

    @property
    def name(self) -> str:
        """Type and value, as an argument names it."""
        return f"{self.signal_type}={self.signal_value}"


_ACCOUNT = """
    SELECT account_id, created_at, plan, country, status, signals, shared, left_out,
        rings.ring_id, rank, assessment, tier, confidence, members.families, survives_any_value
    FROM accounts LEFT JOIN members USING (account) LEFT JOIN rings USING (ring_id)
    WHERE account = ?
"""


def know_account(run: OpenRun, account: int) -> KnownAccount:
    """Tell what is known of an account, given its number."""
    row = run.rows(_ACCOUNT, account)[0]
    account_id, created_at, plan, country, status, n_signals, n_shared, left_out, *ring = row
    ring_id, rank, assessment, tier, confidence, families, survives = ring
    sure = (tier, confidence, split_names(families), survives)
    known = None if ring_id is None else Membership(ring_id, rank, assessment, *sure)
    return KnownAccount(account_id, created_at, plan, country, status, n_signals, n_shared, known, left_out)


def split_names(joined: str) -> tuple[str, ...]:
    """The names of a cell that holds several, or none."""
    return tuple(joined.split("; ")) if joined else ()


SIGNAL_COLUMNS = (
    "signal_type, signal_value, family, provenance, accounts, shown_by, observed, expected, coordinated_share, "
    "lower_bound, siblings, bits, passes, corroborates_only, adds_up, signals.first_seen, signals.last_seen"
)
"""What ``signal_from`` takes."""


def signal_from(run: OpenRun, row: Row) -> KnownSignal:
    """Make a signal of a row of ``SIGNAL_COLUMNS``."""
    kind, value, family, provenance, accounts, *test = row
    shown_by, observed, expected, share, lower, siblings, bits, passes, corroborates_only, adds_up, first, last = test
    by_country = run.knows_countries and (corroborates_only or kind not in _NOWHERE_USUAL)
    return KnownSignal(
        signal_type=kind,
        signal_value=value,
        family=family,
        provenance=provenance,
        accounts=accounts,
        chance=None if by_country else chance_of(run, accounts),
        shown_by=shown_by,
        observed=observed,
        expected=expected,
        coordinated_share=share,
        lower_bound=lower,
        needed_share=run.needed_share(family),
        siblings=siblings,
        bits=bits,
        rarity_bits=None if by_country else round(max(0.0, math.log2(run.n_calibrated / accounts)), 4),
        passes=passes,
        corroborates_only=corroborates_only,
        adds_up=adds_up,
        first_seen=first,
        last_seen=last,
    )


def chance_of(run: OpenRun, n_bearers: int) -> float:
    """The chance that another account, drawn at random, bears a signal that one account and others bear."""
    return min(1.0, (n_bearers - 1) / max(1, run.n_accounts - 1))


def account_ids(run: OpenRun, accounts: Iterable[int]) -> dict[int, str]:
    """The id of each account number."""
    wanted = sorted(set(accounts))
    rows = run.rows("SELECT account, account_id FROM accounts WHERE account IN (SELECT unnest(?))", wanted)
    return {int(account): str(name) for account, name in rows}
