"""Recording a sweep: what changed since the last one is added, in one transaction, which is the moment of truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from graphlink.sweeps.state.chain import read_head
from graphlink.sweeps.state.ledger import Act, change, insert, name_of, names_there, number_names
from graphlink.sweeps.state.reading import read_calibration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graphlink.model.calibration import Calibration
    from graphlink.model.sweeps import KnownRing, Lineage, SweepRecord
    from graphlink.sweeps.state.ledger import Ledger, Name

Row = tuple[object, ...]
Signals = tuple[tuple[str, str], ...]

SWEEPER = "graphlink sweep"
"""Who adds what sweeps find."""

_KEYS: Final = {
    "ring_records": ("ring_id",),
    "member_records": ("ring_id", "account"),
    "closed_members": ("ring_id", "account"),
    "signal_records": ("ring_id", "signal"),
}
"""Tables of what became of rings, and what a record in them is about."""


@dataclass(frozen=True, slots=True)
class SweepOutcome:
    """What a sweep adds: its record, its lineage, a calibration if it was renewed, and whom it met."""

    record: SweepRecord
    lineage: Lineage
    calibration: Calibration | None = None
    met: Mapping[str, Signals] | None = None
    """Cleared accounts that were met in a ring for the first time since, with what tied them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What stood after a change: the numbers of all names, and the newest record of every subject by table."""

    generation: int
    names: Mapping[Name, int]
    records: Mapping[str, Mapping[Row, Row]]


def look_up(ledger: Ledger) -> Standing:
    """Look up what stands now; if somebody changes it meanwhile, the generation tells so, which is read first."""
    generation = read_head(ledger.connection).generation
    return Standing(generation, names_there(ledger), {table: _newest(ledger, table) for table in _KEYS})


def record_sweep(ledger: Ledger, outcome: SweepOutcome, standing: Standing | None = None) -> int:
    """Add a sweep to the state and give its generation; what stands is looked up now where ``standing`` is outdated.

    Raises
    ------
    LockedError, MachineError, StateError
        If the state cannot be written; it is then as it was.
    """
    record, lineage = outcome.record, outcome.lineage
    note = f"week {record.week}, revision {record.revision}"
    with change(ledger, Act("sweep", SWEEPER, record.as_of, note)) as generation:
        _insert_sweep(ledger, generation, record)
        _insert_events(ledger, generation, lineage)
        if standing is None or standing.generation != generation - 1:
            standing = look_up(ledger)
        _insert_rings(ledger, generation, lineage.known, standing)
        _insert_evaders(ledger, generation, lineage)
        insert(
            ledger,
            "met_signals",
            [
                (generation, name_of(ledger, "account", account), name_of(ledger, "signal", value, kind))
                for account, signals in sorted((outcome.met or {}).items())
                for kind, value in sorted(set(signals))
            ],
        )
        if outcome.calibration is not None and outcome.calibration != read_calibration(ledger):
            insert_calibration(ledger, generation, outcome.calibration)
    return generation


def insert_calibration(ledger: Ledger, generation: int, calibration: Calibration) -> None:
    """Add a calibration to a change."""
    numbers = (calibration.base_rate, calibration.prior_bits, calibration.threshold_bits)
    facts = (generation, calibration.n_accounts, *map(float, numbers), calibration.chance_rings)
    insert(ledger, "calibrations", [facts])
    bins = sorted(calibration.bin_means.items())
    insert(ledger, "calibration_bins", [(generation, name, float(mean)) for name, mean in bins])
    limits = sorted((int(size), float(bits)) for size, bits in (calibration.chance_bits or {}).items())
    insert(ledger, "calibration_chance", [(generation, *limit) for limit in limits])
    countries = sorted(calibration.countries.items())
    insert(ledger, "calibration_countries", [(generation, *country) for country in countries])
    voices = sorted(calibration.voices.items())
    types = [(generation, name, voice, int(calibration.coarse[name])) for name, voice in voices]
    insert(ledger, "calibration_types", types)
    habits = sorted(calibration.habits.items())
    insert(ledger, "calibration_habits", [(generation, name, float(share)) for name, share in habits])


def _insert_sweep(ledger: Ledger, generation: int, record: SweepRecord) -> None:
    facts = (
        generation,
        record.week,
        record.revision,
        record.folder,
        record.data_digest,
        record.config_digest,
        record.calibration_digest,
        record.run_digest,
        record.as_of,
        record.n_accounts,
        record.n_sightings,
        record.n_rings,
        record.key_id,
    )
    insert(ledger, "sweeps", [facts])
    insert(ledger, "sweep_counts", [(generation, count_of, n) for count_of, n in sorted(record.counts.items())])


def _insert_events(ledger: Ledger, generation: int, lineage: Lineage) -> None:
    rows: list[Row] = []
    others: list[Row] = []
    for position, event in enumerate(lineage.events):
        numbers = (event.n_before, event.n_after, event.n_joined, event.n_left, event.n_banned)
        rows.append((generation, position, event.week, str(event.kind), event.ring_id, *numbers, event.because))
        others += [(generation, position, other) for other in sorted(set(event.others))]
    insert(ledger, "ring_events", rows)
    insert(ledger, "ring_event_others", others)


def _insert_evaders(ledger: Ledger, generation: int, lineage: Lineage) -> None:
    rows: list[Row] = []
    shared: list[Row] = []
    for evader in lineage.evaders:
        account = name_of(ledger, "account", evader.account_id)
        rows.append((generation, account, evader.ring_id, evader.created_at, evader.bits))
        for kind, value in sorted(set(evader.shared)):
            shared.append((generation, account, evader.ring_id, name_of(ledger, "signal", value, kind)))
    insert(ledger, "evaders", rows)
    insert(ledger, "evader_signals", shared)


# --- what became of the rings -----------------------------------------------------------------------------------------


def _insert_rings(ledger: Ledger, generation: int, rings: Sequence[KnownRing], standing: Standing) -> None:
    """Add what differs from what is known; what is known and not among ``rings`` any more is gone."""
    named = {**standing.names, **number_names(ledger, _names_of(rings), standing.names)}
    for table, records in _records_of(rings, named).items():
        known = standing.records[table]
        rows: list[Row] = []
        for subject, facts in records.items():
            if known.get(subject) != (*facts, 0):
                rows.append((generation, *subject, *facts, 0))
        rows += [
            (generation, *subject, *record[:-1], 1)
            for subject, record in known.items()
            if subject not in records and not record[-1]
        ]
        insert(ledger, table, rows)


def _names_of(rings: Sequence[KnownRing]) -> Iterator[Name]:
    for ring in rings:
        for member in ring.members:
            yield "account", "", member.account_id
        for each in ring.signals:
            yield "signal", each.signal_type, each.signal_value


def _records_of(rings: Sequence[KnownRing], named: Mapping[Name, int]) -> dict[str, dict[Row, Row]]:
    """What there is to say of each subject, by table."""
    told: dict[str, dict[Row, Row]] = {table: {} for table in _KEYS}
    for ring in rings:
        told["ring_records"][ring.ring_id,] = (
            ring.born,
            ring.last_week,
            str(ring.status),
            ring.merged_into,
            ring.n_members,
            ring.n_core,
            float(ring.score),
            ring.assessment,
        )
        for member in ring.members:
            account = named["account", "", member.account_id]
            week = None if member.last_week == ring.last_week else member.last_week
            told["member_records"][ring.ring_id, account] = (
                str(member.tier),
                week,
                int(member.banned),
                member.banned_week,
            )
            if member.closed:
                told["closed_members"][ring.ring_id, account] = ()
        for each in ring.signals:
            signal = named["signal", each.signal_type, each.signal_value]
            week = None if each.last_week == ring.last_week else each.last_week
            counts = (each.accounts_in_ring, each.accounts_outside, each.bits, int(each.passes))
            told["signal_records"][ring.ring_id, signal] = (*counts, week, each.accounts_banned)
    return told


def _newest(ledger: Ledger, table: str) -> dict[Row, Row]:
    """The newest record of every subject: a later one takes the place of an earlier one."""
    first = 1 + len(_KEYS[table])  # after the generation
    rows = ledger.connection.execute(f"SELECT * FROM {table} ORDER BY generation")
    return {row[1:first]: row[first:] for row in rows}
