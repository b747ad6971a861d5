"""The nouns that weekly sweeps store, as frozen values.

Accounts, signals and rings have their names here, not their numbers, since numbers belong to one run. A week is an ISO
week such as ``2026-W47``; names of weeks sort in time order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

LONGEST_NAME: Final = 200
LONGEST_NOTE: Final = 2_000
"""The most characters of a decision's author and reason, which are shown wherever it counts."""


class RingStatus(StrEnum):
    """The status of a known ring."""

    ACTIVE = "active"
    QUIET = "quiet"
    """Not seen in the newest sweep. Its ghosts can still match."""
    ENDED = "ended"
    """Not seen for so long that its ghosts are gone."""
    MERGED = "merged"
    """Continues as another ring: its id resolves to that one."""


class EventKind(StrEnum):
    """What happened to a ring in a sweep."""

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
    """The kinds of verdicts."""

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
    """Closed by the provider, by its status in the export. It is kept as a ghost, since enforcement removes accounts
    and not the operator."""
    banned_week: str | None = None
    """The first week whose export listed it as banned."""
    closed: bool = False
    """No longer open, by its status, whoever closed it. Nothing remains to be done about it."""


@dataclass(frozen=True, slots=True)
class KnownSignal:
    """A signal that a known ring shared.

    An operator keeps it when the accounts are gone, and it is the evidence when a person clears the ring.
    """

    signal_type: str
    signal_value: str
    accounts_in_ring: int
    accounts_outside: int
    bits: int
    """Evidence in 2**-16 bit that sharing it gave to a pair."""
    passes: bool
    """Whether it links its accounts and few other accounts have it. Only such signals match rings."""
    last_week: str
    accounts_banned: int = 0
    """The largest number of its accounts in the ring that the provider had closed in any week. An account that takes it
    up may evade a ban, even if the closed accounts are no longer in the export."""


@dataclass(frozen=True, slots=True)
class KnownRing:
    """A stored ring: ``members`` sorted by account, ``signals`` by type and value, ghosts included."""

    ring_id: str
    """Made at its birth, never given to another ring."""
    born: str
    last_week: str
    """The newest week in which it was seen."""
    status: RingStatus
    merged_into: str | None
    n_members: int
    """At its last sighting, without possible victims and ghosts."""
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
    """Rings that it split from, or that merged into it."""
    n_before: int = 0
    n_after: int = 0
    n_joined: int = 0
    n_left: int = 0
    n_banned: int = 0
    """Accounts among those that left that the provider closed."""
    because: str = ""
    """One sentence for a person, without any raw value."""


@dataclass(frozen=True, slots=True)
class Evader:
    """A new account tied to a closed ring: possible ban evasion."""

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
    """The lineage of a sweep's rings, which depends only on the known rings and the new findings."""

    ids: Mapping[str, str]
    """The lasting id by the id of the analysis."""
    events: tuple[RingEvent, ...]
    known: tuple[KnownRing, ...]
    """All known rings after this week, sorted by id."""
    evaders: tuple[Evader, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's decision on a ring or an account. The newest one counts, older ones are kept."""

    subject: str
    """Id of the ring or the account."""
    is_ring: bool
    kind: VerdictKind
    by: str
    note: str
    week: str
    """The week of the sweep that the person judged."""
    at: int = 0
    """Time of the decision in microseconds since 1970 in UTC, 0 for now."""
    expires: str | None = None
    """The last day on which it counts, such as ``2027-05-01``."""
    evidence: tuple[tuple[str, str], ...] | None = None
    """Signals (type, value) of the subject that were known in that week, which the person could see. None if no sweep
    had tied the account to a ring yet."""
    covers: tuple[tuple[str, str], ...] = ()
    """For a ring: its members in that week (account, tier). Members that join later are not covered."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a list that people keep: an allowed or known-bad account or signal."""

    value: str
    """The account's id, or the signal's value."""
    by: str
    note: str
    signal_type: str | None = None
    """None for an account."""
    is_pattern: bool = False
    """Whether each ``*`` in ``value`` stands for any text. The person states it; it is never derived from the value,
    since strangers choose ids and values."""
    at: int = 0
    expires: str | None = None
    evidence: tuple[tuple[str, str], ...] | None = None
    """As in ``Verdict``."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions that still count: the newest verdict on each ring and account, and the lists."""

    verdicts: tuple[Verdict, ...] = ()
    allowed: tuple[Listed, ...] = ()
    known_bad: tuple[Listed, ...] = ()
    met: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """By cleared account: its signals when a sweep first found it in a ring after it was cleared."""
    seconded: tuple[str, ...] = ()
    """Accounts that two people confirmed, each by the newest thing that they said of it, sorted."""
    doubted: tuple[str, ...] = ()
    """Accounts that are confirmed now, and that some verdict, maybe expired, called benign or unsure, sorted."""


OF_DECISIONS: Final = ("cleared by a person", "nobody known to be bad")
"""Names of the checks of a ring about people's decisions, and of whom."""

CLEARED: Final = "cleared"
"""Assessment of a ring that a person cleared and that has no new evidence. For a known ring: a person cleared its
accounts directly or with another ring, so that no report lists it."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """A ring or account that stays out because a person cleared it and it has no new evidence."""

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
    """Linking signals (type, value) that were not known when it was cleared."""


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
    """An account that a named person confirmed: a row of the action file, which has no other rows."""

    account_id: str
    ring_id: str
    tier: str
    confirmed: str
    """What the person confirmed: ``account``, or ``ring`` for its members in the week of the verdict."""
    by: str
    at: int
    week: str
    note: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ring whose confirmed accounts need a second name, since many are long-standing or paying."""

    ring_id: str
    n_waiting: int
    """Accounts that one person alone confirmed; they are not in the action file."""
    n_settled: int | None
    """Its confirmed accounts that are long-standing or paying; None if that is not known."""
    n_confirmed: int
    settled: tuple[str, ...] = ()
    """Those accounts, sorted: the next sweep goes by them where its exports do not tell."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A count of the accounts of an action file that have something in common."""

    counted: str
    """What is told apart: tier, age, plan …"""
    group: str
    accounts: int
    share: float | None = None
    """Of the accounts in the file. None for those that are not in it."""
    spend: float | None = None
    """What they spend together, where that is known."""


class LeftOut(StrEnum):
    """Why an account of a known ring is not in the action file. The first reason that holds counts."""

    RING = "ring"
    """The ring is no longer known."""
    GONE = "gone"
    """It left the ring before."""
    VICTIM = "victim"
    EDGE = "edge"
    CLOSED = "closed"
    CLEARED = "cleared"
    """It is allowed, or was cleared directly or with a ring."""
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Ruling:
    """The effects of people's decisions on a sweep's findings. Nothing is left out in silence."""

    cleared: tuple[Cleared, ...] = ()
    returned: tuple[Returned, ...] = ()
    known_bad: tuple[KnownBad, ...] = ()
    actions: tuple[Action, ...] = ()
    """The action file."""
    waiting: tuple[Waiting, ...] = ()
    """Rings with confirmed accounts that are not in it until a second person confirms."""
    hit: tuple[Hit, ...] = ()
    """Who is hit by it."""
    met: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """By cleared account first found in a ring by this sweep: its signals, to be stored as known."""


@dataclass(frozen=True, slots=True)
class SweepRecord:
    """One published sweep."""

    week: str
    revision: int
    """1, plus 1 for each time the week was superseded."""
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
    """The counts that drift checks compare: rows, distinct values by signal type, hubs, largest ring."""
    key_id: str = ""
    """The key of the pseudonyms, empty if names are as read."""


# --- what changed -------------------------------------------------------------------------------------------------


class GateLevel(StrEnum):
    """How far a count is from the usual value."""

    DEGRADED = "degraded"
    """Published with a banner; exit 3."""
    REFUSED = "refused"
    """Not published; exit 4."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A count of a sweep that is not what it was in the weeks before."""

    count_of: str
    """As in ``SweepRecord.counts``: rows, values:ip, hubs, largest_ring …"""
    now: int
    usual: int
    """The median of earlier weeks."""
    level: GateLevel
    because: str
    """One sentence for a person, without any raw value."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A quantity of the frozen calibration, and its value from this week's data alone."""

    name: str
    frozen: float
    fresh: float


@dataclass(frozen=True, slots=True)
class MethodChange:
    """A ring that a new method finds otherwise in the same exports."""

    ring_id: str
    """Its lasting id. Of a ring that only the new method finds: in the week of the upgrade, once it has one."""
    change: str
    """As `graphlink compare` words it: assessed anew, new, gone or changed."""
    n_before: int
    """Members by the method before."""
    n_by_new: int
    """Members by the new method, in the same week."""
    assessment_before: str
    assessment_by_new: str
    accounts: tuple[str, ...] = ()
    """Of a ring that only the new method finds: its accounts, by which it is recognised."""
    n_now: int | None = None
    """Members in the week of the upgrade, 0 if it was not found; None if that is not known."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What a new method changed by itself: the newest swept week analysed both ways."""

    new: tuple[str, ...]
    """Versions, digests and settings that differ from those of that week's sweep."""
    week: str
    changes: tuple[MethodChange, ...] = ()
    n_same: int = 0
    """Listed rings that are the same both ways."""
    n_unlisted: int = 0
    """Groups that neither report lists and that differ."""
    unknown: str = ""
    """Why the week could not be analysed again; empty if it was."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of a sweep against earlier weeks, on the first page of its report."""

    week: str
    revision: int
    """Above 1 if the week was swept again. The earlier folders are kept."""
    previous: str | None
    """The newest earlier swept week. None for the first sweep, in which every ring is new and nothing is a change."""
    missing_weeks: tuple[str, ...]
    """Weeks between the two that were never swept."""
    missing_sources: tuple[str, ...]
    """Missing sources (--allow-partial). With any, no ring is reported as quiet or ended."""
    events: tuple[RingEvent, ...]
    """This week's events, by ring. Every known open ring has one."""
    earlier: tuple[RingEvent, ...]
    """Events of up to ``EARLIER_WEEKS`` earlier weeks, oldest first."""
    evaders: tuple[Evader, ...]
    gates: tuple[Gate, ...]
    """Unusual counts. None is refused, or there would be no report."""
    drift: tuple[Drift, ...]
    calibration_renewed: bool
    """Whether the calibration differs from the previous week's, which can cause new rings."""
    config_changed: bool
    """Whether the settings differ from the previous week's."""
    ruling: Ruling = field(default_factory=Ruling)
    """The effects of people's decisions: who stays out, and who came back with which evidence."""
    gone: Mapping[str, str] = field(default_factory=dict)
    """By ring that was not found this week: its assessment at its last sighting."""
    before: Mapping[str, str] = field(default_factory=dict)
    """By ring known before this week: its assessment then."""
    closed_since: Mapping[str, int] = field(default_factory=dict)
    """By ring known before: its accounts that the provider has closed since the last sweep."""
    closed: Mapping[str, int] = field(default_factory=dict)
    """By ring: all its accounts that the provider has closed by now, including those that left it."""
    named: frozenset[str] = frozenset()
    """Accounts that earlier sweeps named as possible evaders."""
    head: str = ""
    """The head of the state's history before this sweep, to be compared later."""
    upgrade: Upgrade | None = None
    """What a new method changed by itself. None if the method is that of the week before."""


EARLIER_WEEKS: Final = 8
"""The waiting time of ghosts, and the most weeks that a picture can show."""
