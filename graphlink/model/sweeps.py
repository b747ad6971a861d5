"""Every noun that weekly sweeps remember, as frozen values.

Accounts, signals and rings stand here under their names, not their numbers: numbers belong to one run. A week is an
ISO week such as ``2026-W47``; the names of weeks sort as the weeks do.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  these nouns are read back from JSON by their annotations
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

LONGEST_NAME: Final = 200
LONGEST_NOTE: Final = 2_000
"""Characters of who decided, and of why: they are shown wherever the decision counts."""


class RingStatus(StrEnum):
    """What became of a known ring."""

    ACTIVE = "active"
    QUIET = "quiet"
    """Not seen in the newest sweep; its ghosts are still waited for."""
    ENDED = "ended"
    """Not seen for so long that its ghosts are gone."""
    MERGED = "merged"
    """Goes on as another ring: its id resolves to that one."""


class EventKind(StrEnum):
    """What a sweep saw happen to a ring."""

    BORN = "born"
    GREW = "grew"
    SHRANK = "shrank"
    CONTINUED = "continued"
    SPLIT = "split"
    MERGED = "merged"
    QUIET = "quiet"
    RETURNED = "returned"
    ENDED = "ended"


class VerdictKind(StrEnum):
    """What a person decided."""

    CONFIRMED = "confirmed"
    BENIGN = "benign"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class KnownMember:
    """An account of a known ring."""

    account_id: str
    tier: str
    last_week: str
    """The newest week in which it was in the ring."""
    banned: bool = False
    """Closed by the provider, as its status in the export says: a ghost, kept because enforcement removes accounts and
    not the operator."""
    banned_week: str | None = None
    """The first week whose export said so."""
    closed: bool = False
    """Not open any more, as its status says, whoever closed it: there is nothing to be done about it."""


@dataclass(frozen=True, slots=True)
class KnownSignal:
    """A signal that a known ring shared.

    It is what an operator brings along when the accounts are gone, and what a person who clears the ring has in view.
    """

    signal_type: str
    signal_value: str
    accounts_in_ring: int
    accounts_outside: int
    bits: int
    """Evidence in 2**-16 bit that sharing it gave to a pair."""
    passes: bool
    """Whether it links its accounts and few others bear it. By the rest no ring is found again."""
    last_week: str
    accounts_banned: int = 0
    """Of its accounts in the ring, the most that were closed by the provider in any week: who takes it up again may be
    evading a ban, also when the closed accounts no longer stand in the export."""


@dataclass(frozen=True, slots=True)
class KnownRing:
    """A ring as sweeps remember it: ``members`` sorted by account, ``signals`` by type and value, ghosts included."""

    ring_id: str
    """Minted at its birth, never another ring's."""
    born: str
    last_week: str
    """The newest week in which it was seen."""
    status: RingStatus
    merged_into: str | None
    n_members: int
    """When it was last seen, without possible victims and ghosts."""
    n_core: int
    score: float
    assessment: str
    members: tuple[KnownMember, ...]
    signals: tuple[KnownSignal, ...]


@dataclass(frozen=True, slots=True)
class RingEvent:
    """What happened to one ring in one week."""

    week: str
    kind: EventKind
    ring_id: str
    others: tuple[str, ...] = ()
    """Rings that it came from (split), or that went into it (merged)."""
    n_before: int = 0
    n_after: int = 0
    n_joined: int = 0
    n_left: int = 0
    n_banned: int = 0
    """Of those that left, closed by the provider."""
    because: str = ""
    """One sentence for a person, without any raw value."""


@dataclass(frozen=True, slots=True)
class Evader:
    """A new account that is tied to a closed ring: possible ban evasion."""

    account_id: str
    ring_id: str
    """The known ring."""
    created_at: int
    """Microseconds since 1970 in UTC, or ``NO_TIME``."""
    shared: tuple[tuple[str, str], ...]
    """Signals (type, value) that it shares with the ring's closed accounts."""
    bits: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a sweep's rings are in the memory: pure outcome of the known rings and the new findings."""

    ids: Mapping[str, str]
    """The lasting id by the id that the analysis gave."""
    events: tuple[RingEvent, ...]
    known: tuple[KnownRing, ...]
    """All known rings after this week, sorted by id."""
    evaders: tuple[Evader, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's decision on a ring or an account; the newest one counts, the older ones stay."""

    subject: str
    """Id of the ring or the account."""
    is_ring: bool
    kind: VerdictKind
    by: str
    note: str
    week: str
    """The sweep that the person looked at, and judged."""
    at: int = 0
    """When it was given, in microseconds since 1970 in UTC; 0 of one that is given now."""
    expires: str | None = None
    """The last day on which it counts, such as ``2027-05-01``."""
    evidence: tuple[tuple[str, str], ...] | None = None
    """Signals (type, value) that were known of the subject in that week: what the person had before their eyes. None
    where no sweep had tied the account to a ring yet."""
    covers: tuple[tuple[str, str], ...] = ()
    """Of a ring: its members in that week (account, tier); those who join later are not covered."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a list that people keep: accounts and signals that are allowed, or known to be bad."""

    value: str
    """The account's id, or the signal's value."""
    by: str
    note: str
    signal_type: str | None = None
    """None for an account."""
    is_pattern: bool = False
    """Whether each ``*`` in ``value`` stands for any text; said by the person, never read off the value, since ids and
    values are chosen by strangers."""
    at: int = 0
    expires: str | None = None
    evidence: tuple[tuple[str, str], ...] | None = None
    """As in ``Verdict``."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people decided and what still counts: on each ring and account the newest verdict, and their lists."""

    verdicts: tuple[Verdict, ...] = ()
    allowed: tuple[Listed, ...] = ()
    known_bad: tuple[Listed, ...] = ()
    met: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """By cleared account: signals that tied it when a sweep first met it in a ring after it was cleared."""


OF_DECISIONS: Final = ("cleared by a person", "nobody known to be bad")
"""Names of the checks of a ring that say what people decided, and of whom."""

CLEARED: Final = "cleared"
"""Assessment of a ring that a person cleared and that nothing new ties.

Of a known ring: that a person cleared its accounts, by themselves or with another ring, so that no report lists it."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """A ring or account that stays out because a person cleared it and nothing new ties it."""

    subject: str
    is_ring: bool
    ring_id: str
    """The ring in which it was found."""
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A ring or account that a person cleared, and that comes back with new evidence."""

    subject: str
    is_ring: bool
    ring_id: str
    by: str
    note: str
    new: tuple[tuple[str, str], ...]
    """Signals (type, value) that were not known when it was cleared, and each of which links by itself."""


@dataclass(frozen=True, slots=True)
class KnownBad:
    """An account or signal of a ring that people know to be bad."""

    ring_id: str
    signal_type: str | None
    """None for an account."""
    value: str
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Action:
    """An account that a named person confirmed: a row of the action file, and nothing else is."""

    account_id: str
    ring_id: str
    tier: str
    confirmed: str
    """What the person confirmed: ``account``, or ``ring`` for its members in the week that was looked at."""
    by: str
    at: int
    week: str
    note: str


class LeftOut(StrEnum):
    """Why an account of a known ring is not in the action file; the first that holds counts."""

    RING = "ring"
    """It is known no more."""
    GONE = "gone"
    """It left the ring before."""
    VICTIM = "victim"
    EDGE = "edge"
    CLOSED = "closed"
    CLEARED = "cleared"
    """It is allowed, or was cleared by itself or with a ring."""
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What people's decisions did to a sweep's findings; nothing is left out in silence."""

    cleared: tuple[Cleared, ...] = ()
    returned: tuple[Returned, ...] = ()
    known_bad: tuple[KnownBad, ...] = ()
    actions: tuple[Action, ...] = ()
    """The action file."""
    met: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """By cleared account that no sweep had met in a ring before: what ties it now, to be remembered as known."""


@dataclass(frozen=True, slots=True)
class SweepRecord:
    """One published sweep."""

    week: str
    revision: int
    """1, or one more for each time the week was superseded."""
    folder: str
    """Name of the published folder, below the folder of sweeps."""
    data_digest: str
    config_digest: str
    calibration_digest: str
    run_digest: str
    """SHA-256 of its run.json."""
    as_of: int
    n_accounts: int
    n_sightings: int
    n_rings: int
    counts: Mapping[str, int]
    """What gates compare from week to week: rows, distinct values by signal type, hubs, largest ring."""
    key_id: str = ""
    """Of the key under which names were exchanged for pseudonyms; empty where they stand as read."""


# --- what changed -------------------------------------------------------------------------------------------------


class GateLevel(StrEnum):
    """How far a count is from what is usual."""

    DEGRADED = "degraded"
    """Published, with a banner, and exit 3."""
    REFUSED = "refused"
    """Not published; exit 4."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A count of a sweep that is not what it was in the weeks before."""

    count_of: str
    """As in ``SweepRecord.counts``: rows, values:ip, hubs, largest_ring …"""
    now: int
    usual: int
    """The median of the weeks before."""
    level: GateLevel
    because: str
    """One sentence for a person, without any raw value."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A quantity of the frozen calibration beside what this week's data alone would give."""

    name: str
    frozen: float
    fresh: float


@dataclass(frozen=True, slots=True)
class Changes:
    """What a sweep says of the weeks before it; the first page of its report."""

    week: str
    revision: int
    """Above 1 where the week was swept again; the earlier folders are kept."""
    previous: str | None
    """The newest week swept before, None for the first sweep: then every ring is new, and nothing is a change."""
    missing_weeks: tuple[str, ...]
    """Weeks between the two that were never swept."""
    missing_sources: tuple[str, ...]
    """Sources that were not there (--allow-partial): then no ring is said to be quiet or to have ended."""
    events: tuple[RingEvent, ...]
    """This week's, by ring; every ring that is known and open has one."""
    earlier: tuple[RingEvent, ...]
    """Those of the weeks before, oldest first, up to ``EARLIER_WEEKS`` of them."""
    evaders: tuple[Evader, ...]
    gates: tuple[Gate, ...]
    """Counts that are not usual; none of them refused, or there would be no report."""
    drift: tuple[Drift, ...]
    calibration_renewed: bool
    """Whether the calibration is another than in the week before: a new ring may then be a new calibration."""
    config_changed: bool
    """The same of the settings."""
    ruling: Ruling = field(default_factory=Ruling)
    """What people's decisions did: who stays out, and who came back with what."""
    gone: Mapping[str, str] = field(default_factory=dict)
    """By ring that is not among this week's: its assessment when it was seen last."""
    before: Mapping[str, str] = field(default_factory=dict)
    """By ring that was known before this week: its assessment then."""
    closed_since: Mapping[str, int] = field(default_factory=dict)
    """By ring that was known before: its accounts that the provider has closed since the last sweep."""
    closed: Mapping[str, int] = field(default_factory=dict)
    """By ring: its accounts that the provider has closed by now, those that left it among them."""
    named: frozenset[str] = frozenset()
    """Accounts that sweeps of earlier weeks named as possible evaders."""


EARLIER_WEEKS: Final = 8
"""As many as ghosts are waited for, and as a picture of weeks can show."""
