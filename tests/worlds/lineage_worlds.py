"""Weeks written out by hand: rings by name, and who bears what; every account is a letter or a short name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa

from graphlink.config.lineage import LineageSettings
from graphlink.model.calibration import Calibration
from graphlink.model.findings import Findings, Ring, Totals
from graphlink.model.sightings import Accounts, Sightings
from graphlink.model.signals import Provenance, SignalType
from graphlink.model.sweeps import EventKind, KnownRing, Lineage
from graphlink.model.text import TEXT
from graphlink.model.times import NO_TIME, Moments
from graphlink.model.weeks import week_begin
from graphlink.sweeps.lineage.former import with_former_members
from graphlink.sweeps.lineage.lineage import derive_lineage, recognise_rings

TYPES = tuple(
    SignalType(name, family, Provenance.OBSERVED)
    for name, family in (("card", "payment"), ("device", "device"), ("email_domain", "identity"), ("ip", "network"))
)
LONG_AGO = week_begin("2020-W01")
BITS = 20.0


@dataclass(frozen=True, slots=True, eq=False)  # each is itself, by which its trace is kept
class Week:
    """A week's findings and sightings, and the words that it was made of: Hypothesis refuses to print the tables."""

    findings: Findings
    sightings: Sightings
    words: str = ""

    def __repr__(self) -> str:
        return self.words


def week(  # noqa: PLR0913  what a test does not name has its default
    rings, bears=None, *, others=(), banned=(), since=None, created=None, tiers=None, assessment="coordinated", weak=()
):
    """Make a week of rings by their names and signals such as "card 7" by those who bear them.

    ``others`` are in no ring; ``since`` is the week in which an account was first seen, long ago unless named, and
    ``created`` the one in which it was made, unknown unless named. Signals link by themselves but for the ``weak``.
    """
    bears, tiers = bears or {}, tiers or {}
    everyone = sorted({a for accounts in (*rings.values(), *bears.values(), others) for a in accounts})
    rows = sorted(
        {(a, "device", f"of {a}") for a in everyone}
        | {(a, *name.split(" ", 1)) for name, accounts in bears.items() for a in accounts}
    )
    findings = Findings(
        rings=tuple(
            _ring(name, rank, accounts, tiers, assessment) for rank, (name, accounts) in enumerate(rings.items(), 1)
        ),
        members=pd.DataFrame(
            [
                (name, a, tiers.get(a, "core"), rank)
                for rank, (name, accounts) in enumerate(rings.items(), 1)
                for a in sorted(accounts)
            ],
            columns=["ring_id", "account_id", "tier", "rank"],
        ).astype(dict.fromkeys(("ring_id", "account_id", "tier"), TEXT)),
        signals=_signals(rings, bears, weak),
        tied=pd.DataFrame(),
        hubs=pd.DataFrame(),
        calibration=Calibration(100, 0.0, 5.0, 7.0),
        totals=Totals(len(everyone), len(rows), 0, 0, 0, 0, 0, 0),
    )
    words = f"week({rings!r}, {bears!r}, others={others!r}, banned={banned!r})"
    return Week(findings, _sightings(everyone, rows, banned, since or {}, created or {}), words)


def follow(*weeks: Week, first: str = "2026-W10", settings: LineageSettings | None = None) -> list[Lineage]:
    """Trace weeks that follow one another; None stands for a week without a sweep."""
    known: tuple[KnownRing, ...] = ()
    previous = None
    traced = []
    year, number = int(first[:4]), int(first[6:])
    for offset, each in enumerate(weeks):
        if each is not None:
            name = f"{year}-W{number + offset:02}"
            traced.append(_traced(known, each, name, settings, previous))
            known, previous = traced[-1].known, name
    return traced


@lru_cache(maxsize=256)  # many histories begin alike
def _traced(known, week, name, settings, previous) -> Lineage:
    return trace(known, week.findings, week.sightings, name, settings=settings, previous=previous)


def trace(known, findings, sightings, name, *, settings=None, previous=None) -> Lineage:
    """Trace one week by the steps of ``pipeline.sweep``, where nobody decided anything."""
    chosen = settings or LineageSettings()
    recognised = recognise_rings(known, findings, sightings, name, settings=chosen, previous=previous)
    counted = with_former_members(findings, recognised, sightings, chosen)
    return derive_lineage(recognised, counted, sightings)


def kinds(lineage: Lineage) -> dict[str, list[str]]:
    """What happened, by ring."""
    told: dict[str, list[str]] = {}
    for event in lineage.events:
        told.setdefault(event.ring_id, []).append(event.kind.value)
    return told


def changes(lineage: Lineage) -> list[str]:
    """What happened, but for rings that just went on."""
    return [event.kind.value for event in lineage.events if event.kind is not EventKind.CONTINUED]


def ring(lineage: Lineage, ring_id: str) -> KnownRing:
    """One known ring."""
    return next(each for each in lineage.known if each.ring_id == ring_id)


def accounts(known: KnownRing) -> str:
    """The accounts of a known ring, ghosts among them, in one word."""
    return "".join(member.account_id for member in known.members)


def _ring(name: str, rank: int, members: Collection[str], tiers: Mapping[str, str], assessment: str) -> Ring:
    tier = [tiers.get(a, "core") for a in members]
    return Ring(
        ring_id=name,
        rank=rank,
        score=90.0 - rank,
        assessment=assessment,
        headline="",
        n_members=len(tier) - tier.count("possible_victim"),
        n_core=tier.count("core"),
        n_probable=tier.count("probable"),
        n_peripheral=tier.count("peripheral"),
        n_possible_victims=tier.count("possible_victim"),
        n_cells=1,
        families=("payment",),
        first_seen=NO_TIME,
        last_seen=NO_TIME,
        factors=(),
        checks=(),
        survives=(),
    )


def _signals(rings, bears, weak) -> pd.DataFrame:
    rows = []
    for name, members in rings.items():
        for signal, bearers in bears.items():
            inside = len(set(bearers) & set(members))
            if inside > 1:
                kind, value = signal.split(" ", 1)
                rows.append((name, kind, value, inside, len(set(bearers)) - inside, BITS, signal not in weak))
    columns = ["ring_id", "signal_type", "signal_value", "accounts_in_ring", "accounts_outside", "bits", "passes"]
    table = pd.DataFrame(rows, columns=columns)
    texts = dict.fromkeys(columns[:3], TEXT)
    return table.astype({**texts, **dict.fromkeys(columns[3:5], "int64"), "bits": "float64", "passes": "bool"})


def _sightings(everyone, rows, banned, since, created) -> Sightings:
    names = [each.name for each in TYPES]
    signals = sorted({(names.index(kind), value) for _, kind, value in rows})
    number = {signal: position for position, signal in enumerate(signals)}
    pairs = sorted((everyone.index(a), number[names.index(kind), value]) for a, kind, value in rows)
    times = np.array([week_begin(since[a]) if a in since else LONG_AGO for a in everyone], dtype=np.int64)
    made = np.array([week_begin(created[a]) if a in created else NO_TIME for a in everyone], dtype=np.int64)
    is_mail = np.array([names[signals[s][0]] == "email_domain" for _, s in pairs], dtype=np.bool_)
    whose = np.array([a for a, _ in pairs], dtype=np.int64)
    first = np.where(is_mail & (made != NO_TIME)[whose], made[whose], times[whose])  # accounts exports date it so
    unknown = np.full(len(everyone), -1, dtype=np.int32)
    return Sightings(
        accounts=Accounts(
            ids=pa.array(everyone, pa.string()),
            created_at=made,
            plan=unknown,
            country=unknown,
            status=np.array([int(a in banned) for a in everyone], dtype=np.int32),
            status_names=("active", "Banned "),
        ),
        types=TYPES,
        signal_type=np.array([kind for kind, _ in signals], dtype=np.int16),
        signal_value=pa.array([value for _, value in signals], pa.string()),
        account=np.array([a for a, _ in pairs], dtype=np.int32),
        signal=np.array([s for _, s in pairs], dtype=np.int32),
        first_seen=Moments.of(first),
        last_seen=Moments.of(first + 1),
        count=np.ones(len(pairs), dtype=np.int64),
    )
