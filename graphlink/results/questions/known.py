"""Facts of an account, a signal or a ring that several answers use, as frozen values."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Final

from graphlink.engine.files import load_json
from graphlink.model.signal_types import BUILT_IN_TYPES
from graphlink.results.questions.folder import OpenRun, Row, damaged
from graphlink.words.errors import UNREADABLE

_NOWHERE_USUAL: Final = frozenset(each.name for each in BUILT_IN_TYPES if not each.local)
"""Types whose values do not depend on the country; a declared type may be any."""


@dataclass(frozen=True, slots=True)
class Membership:
    """The ring of an account, and how firmly it belongs there."""

    ring_id: str
    rank: int
    assessment: str
    tier: str
    confidence: float
    families: tuple[str, ...]
    """Families that tie it to the ring."""
    survives_any_value: bool
    """True if it stays tied without any single value."""


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account as in the export, and its ring."""

    account_id: str
    created_at: datetime | None
    plan: str | None
    country: str | None
    status: str | None
    n_signals: int
    """Its signals."""
    n_shared: int
    """Its signals that another account has too."""
    ring: Membership | None
    left_out: str | None
    """Why it has links but is in no ring (``Left``)."""


@dataclass(frozen=True, slots=True)
class KnownSignal:
    """A shared signal with the numbers of its test.

    ``observed`` of its ``accounts`` have a companion among them by signals of the family ``shown_by``; by chance
    ``expected`` would. ``shown_by`` is None if chance would join all. ``rarity_bits`` is the weight from rarity alone;
    ``chance`` is the probability that a further random account has the signal. Both are None for a local signal if the
    calibration knows countries: chance was then counted within the country, and no table has the count of its accounts
    there. ``siblings`` counts the interchangeable signals of its type, itself included; 0 if it passed by itself or not
    at all.
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
    """The lower bound that a link by itself needs."""
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
    """Look up an account by its number."""
    row = run.rows(_ACCOUNT, account)[0]
    account_id, created_at, plan, country, status, n_signals, n_shared, left_out, *ring = row
    ring_id, rank, assessment, tier, confidence, families, survives = ring
    sure = (tier, confidence, split_names(families), survives)
    known = None if ring_id is None else Membership(ring_id, rank, assessment, *sure)
    return KnownAccount(account_id, created_at, plan, country, status, n_signals, n_shared, known, left_out)


def split_names(joined: str) -> tuple[str, ...]:
    """The names in a cell of several, or none."""
    return tuple(joined.split("; ")) if joined else ()


_MADE: Final = {"chance", "needed_share", "rarity_bits"}
_FIELDS: Final = tuple(each.name for each in fields(KnownSignal) if each.name not in _MADE)
SIGNAL_COLUMNS: Final = ", ".join(f"signals.{name}" for name in _FIELDS)
"""The columns that ``signal_from`` takes."""


def signal_from(run: OpenRun, row: Row) -> KnownSignal:
    """Make a signal from a row that begins with ``SIGNAL_COLUMNS``."""
    known = dict(zip(_FIELDS, row, strict=False))
    n_accounts = known["accounts"]
    by_country = run.knows_countries and (known["corroborates_only"] or known["signal_type"] not in _NOWHERE_USUAL)
    return KnownSignal(
        **known,
        chance=None if by_country else chance_of(run, n_accounts),
        needed_share=run.needed_share(known["family"]),
        rarity_bits=None if by_country else round(max(0.0, math.log2(run.n_calibrated / n_accounts)), 4),
    )


def chance_of(run: OpenRun, n_bearers: int) -> float:
    """The chance that another account has a signal, given that one account and others have it."""
    return min(1.0, (n_bearers - 1) / max(1, run.n_accounts - 1))


def account_ids(run: OpenRun, accounts: Iterable[int]) -> dict[int, str]:
    """The id of each account number."""
    wanted = sorted(set(accounts))
    rows = run.rows("SELECT account, account_id FROM accounts WHERE account IN (SELECT unnest(?))", wanted)
    return {int(account): str(name) for account, name in rows}


# --- what two accounts share ------------------------------------------------------------------------------------------


SCALE: Final = 1 << 16
"""Evidence is counted in integers of 2**-16 bit, as in the analysis."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A signal of both: what it adds to their evidence, and when each had it."""

    signal: KnownSignal
    counted_bits: float
    """All of its bits, or a fraction beside a stronger signal of its family."""
    first_seen: tuple[datetime | None, datetime | None]
    last_seen: tuple[datetime | None, datetime | None]


_SHARED = f"""
    WITH one AS (SELECT * FROM sightings WHERE account = ?), two AS (SELECT * FROM sightings WHERE account = ?),
    pair AS (
        SELECT signal, one.first_seen AS f1, two.first_seen AS f2, one.last_seen AS l1, two.last_seen AS l2
        FROM one JOIN two USING (signal)
    )
    SELECT {SIGNAL_COLUMNS}, f1, f2, l1, l2 FROM pair JOIN signals USING (signal) ORDER BY signal
"""  # noqa: S608  names of our own


def share(run: OpenRun, one: int, two: int) -> tuple[Shared, ...]:
    """Find what two accounts share, strongest first."""
    rows = run.rows(_SHARED, one, two)
    signals = [signal_from(run, row[:-4]) for row in rows]
    counted = count_bits(signals, run.further_share)
    found = [
        Shared(signal, bits, (row[-4], row[-3]), (row[-2], row[-1]))
        for signal, bits, row in zip(signals, counted, rows, strict=True)
    ]
    return tuple(sorted(found, key=lambda each: -each.counted_bits))


def count_bits(signals: Sequence[KnownSignal], further_share: float) -> list[float]:
    """Compute what each signal of a pair adds to its evidence, as the projection does.

    The strongest of each family counts in full, and so do signals that add up. The others add a fraction of their sum,
    divided by their bits.
    """
    numerator = round(further_share * 256)
    units = [round(signal.bits * SCALE) for signal in signals]
    counted = list(units)
    for family in sorted({signal.family for signal in signals}):
        mine = [i for i, signal in enumerate(signals) if signal.family == family]
        mine.sort(key=lambda i: (-units[i], not signals[i].adds_up))
        total = 0
        for i in [i for i in mine[1:] if not signals[i].adds_up]:
            before = total * numerator // 256
            total += units[i]
            counted[i] = total * numerator // 256 - before
    return [each / SCALE for each in counted]


# --- what people decided ----------------------------------------------------------------------------------------------


_RULING: Final = "ruling.json"
"""Written by a sweep; a single run has none."""


def is_of_sweep(folder: Path) -> bool:
    """True if a run was a sweep, which applies people's decisions."""
    return (folder / _RULING).is_file()


def find_cleared(folder: Path, account_id: str) -> dict[str, str] | None:
    """Find the decision that keeps an account out of a ring of a sweep: ring_id, by and note.

    Raises
    ------
    InputError
        GL503 if the file of decisions cannot be read.
    """
    try:
        cleared = load_json(folder / _RULING, follow=False)["cleared"]
        for each in cleared:
            if each["subject"] == account_id and not each["is_ring"]:
                return {name: str(each[name]) for name in ("ring_id", "by", "note")}
    except FileNotFoundError:
        return None
    except UNREADABLE:
        raise damaged(folder) from None
    return None
