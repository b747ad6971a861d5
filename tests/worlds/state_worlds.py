"""Histories written out by hand, that tests of the state share."""

from pathlib import Path

import pytest

from graphlink.model.calibration import Calibration
from graphlink.model.sweeps import (
    Evader,
    EventKind,
    KnownMember,
    KnownRing,
    KnownSignal,
    Lineage,
    RingEvent,
    RingStatus,
    SweepRecord,
    Verdict,
    VerdictKind,
)
from graphlink.sweeps.state.chain import digest_content
from graphlink.sweeps.state.decisions import record_verdicts
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.recording import record_sweep
from graphlink.words.errors import GraphlinkError

RING = "R-2026-W01-001"
CALIBRATION = Calibration(
    n_accounts=40,
    base_rate=0.25,
    prior_bits=10.5,
    threshold_bits=13.5,
    bin_means={"card/2/ip": 0.125, "ip/3/card": 0.1},
    chance_bits={"2": 21.5, "16": 9.25},
    chance_rings=0.01,
    countries={"DE": 12, "KE": 20},
    voices={"card": "payment", "city": "city"},
    coarse={"card": False, "city": True},
    habits={"hour/card": 0.125, "plans": 0.05},
)
CAT = "cat-3b7f2a9c"
"""An account whose name is found wherever it stands in a file."""

DAY = 86_400_000_000


def members(week: str, *accounts: str, tier: str = "core") -> tuple[KnownMember, ...]:
    return tuple(KnownMember(account, tier, week) for account in sorted(accounts))


def cards(week: str, *values: str) -> tuple[KnownSignal, ...]:
    return tuple(KnownSignal("card", value, 3, 1, 70_000, passes=True, last_week=week) for value in sorted(values))


def ring(week, *accounts, ring_id=RING, born="2026-W01", values=("c1", "c2"), **facts) -> KnownRing:
    told = {"status": RingStatus.ACTIVE, "merged_into": None, "score": 61.5, "assessment": "coordinated", **facts}
    return KnownRing(
        ring_id=ring_id,
        born=born,
        last_week=week,
        n_members=len(accounts),
        n_core=len(accounts),
        members=members(week, *accounts),
        signals=cards(week, *values),
        **told,
    )


def lineage(*rings: KnownRing, events: tuple[RingEvent, ...] = (), evaders: tuple[Evader, ...] = ()) -> Lineage:
    return Lineage({}, events, tuple(sorted(rings, key=lambda each: each.ring_id)), evaders)


def record(week: str, revision: int = 1, n_rings: int = 1, key_id: str = "") -> SweepRecord:
    return SweepRecord(
        week=week,
        revision=revision,
        folder=f"run-{week.lower()}-r{revision}",
        data_digest="d" * 64,
        config_digest="c" * 64,
        calibration_digest="a" * 64,
        run_digest="e" * 64,
        as_of=1_767_571_200_000_000,
        n_accounts=40,
        n_sightings=90,
        n_rings=n_rings,
        counts={"rows": 90, "values: card": 12},
        key_id=key_id,
    )


def verdict(subject: str, kind: VerdictKind, week: str = "2026-W02", *, by: str = "maria", **facts) -> Verdict:
    return Verdict(subject, subject.startswith("R-"), kind, by, facts.pop("note", "looked at it"), week, **facts)


def digest(folder: Path) -> str:
    """The digest of all that a state holds."""
    with open_state(folder) as state:
        return digest_content(state.connection)


def written(folder: Path, *rows: str) -> str:
    """The path of a file of decisions beside a state."""
    path = folder.parent / "decisions.csv"
    path.write_text("\n".join(rows) + "\n")
    return str(path)


def refusal(folder: Path, **how) -> GraphlinkError:
    """With what error a state is refused that is opened in some way."""
    with pytest.raises(GraphlinkError) as caught, open_state(folder, Opening(**how)):
        pass
    return caught.value


def two_weeks(folder: Path) -> None:
    """A ring is born in week 1 and grows in week 2; a person confirms it and clears one of its accounts."""
    born = RingEvent("2026-W01", EventKind.BORN, RING, n_after=3, because="3 accounts share 2 cards")
    grew = RingEvent("2026-W02", EventKind.GREW, RING, n_before=3, n_after=4, n_joined=1, because="1 more")
    evader = Evader("eve", RING, 5 * DAY, (("card", "c1"),), 70_000)
    with open_state(folder, Opening(init=True)) as state:
        record_sweep(
            state, record("2026-W01"), lineage(ring("2026-W01", "ann", "bob", CAT), events=(born,)), CALIBRATION
        )
        second = lineage(ring("2026-W02", "ann", "bob", CAT, "dan"), events=(grew,), evaders=(evader,))
        record_sweep(state, record("2026-W02"), second)
        record_verdicts(state, [verdict(RING, VerdictKind.CONFIRMED)], by="maria", at=DAY)
        record_verdicts(state, [verdict(CAT, VerdictKind.BENIGN, note=f"{CAT} called")], by="maria", at=2 * DAY)
