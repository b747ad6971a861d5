"""Recording a sweep: one transaction adds everything that changed since the last sweep."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from graphlink.model.calibration import Calibration, write_calibration
from graphlink.model.sweeps import KnownRing, Lineage, SweepRecord
from graphlink.sweeps.state.ledger import Ledger, change, insert, name_of, names_there
from graphlink.sweeps.state.reading import frozen_calibration
from graphlink.sweeps.state.schema import digested_tables

Row = tuple[object, ...]
Signals = tuple[tuple[str, str], ...]

SWEEPER = "graphlink sweep"
"""The author of changes that a sweep makes."""

_KEYS: Final = {
    "ring_records": ("ring_id",),
    "member_records": ("ring_id", "account"),
    "signal_records": ("ring_id", "signal"),
}
"""The tables about rings, and the key columns of a record in each."""

_NO_FACTS: Final = frozenset({"generation", "position", "gone"})
"""Columns that no record has a field for."""


def record_sweep(
    ledger: Ledger,
    record: SweepRecord,
    lineage: Lineage,
    calibration: Calibration | None = None,
    met: Mapping[str, Signals] | None = None,
) -> int:
    """Add a sweep in one transaction and return its generation. The sweep counts from then on.

    Parameters
    ----------
    met
        Cleared accounts found in a ring for the first time since, with their signals: ``Ruling.met``.

    Raises
    ------
    LockedError, MachineError, StateError
        If the state cannot be written; it is then unchanged.
    """
    note = f"week {record.week}, revision {record.revision}"
    with change(ledger, "sweep", SWEEPER, record.as_of, note) as generation:
        insert(ledger, "sweeps", [(generation, *_facts(record, "sweeps"))])
        insert(ledger, "sweep_counts", [(generation, count_of, n) for count_of, n in sorted(record.counts.items())])
        _insert_events(ledger, generation, lineage)
        _insert_rings(ledger, generation, lineage.known)
        _insert_evaders(ledger, generation, lineage)
        rows = [
            (generation, name_of(ledger, "account", account), name_of(ledger, "signal", value, kind))
            for account, signals in sorted((met or {}).items())
            for kind, value in sorted(set(signals))
        ]
        insert(ledger, "met_signals", rows)
        if calibration is not None and calibration != frozen_calibration(ledger):
            insert(ledger, "calibrations", [(generation, write_calibration(calibration))])
    return generation


def _insert_events(ledger: Ledger, generation: int, lineage: Lineage) -> None:
    events = list(enumerate(lineage.events))
    rows = [(generation, position, *_facts(event, "ring_events")) for position, event in events]
    insert(ledger, "ring_events", rows)
    others = [(generation, position, other) for position, event in events for other in sorted(set(event.others))]
    insert(ledger, "ring_event_others", others)


def _facts(record: object, table: str) -> Row:
    """The fields of a record in the order of a table's columns."""
    (columns,) = (each.columns for each in digested_tables() if each.name == table)
    return tuple(getattr(record, name) for name in columns if name not in _NO_FACTS)


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


def _insert_rings(ledger: Ledger, generation: int, rings: Sequence[KnownRing]) -> None:
    """Add the differences from what is known. A known ring not among ``rings`` is recorded as gone."""
    numbers = names_there(ledger)

    def number(kind: str, signal_type: str, value: str) -> int:
        name = (kind, signal_type, value)
        if name not in numbers:
            numbers[name] = name_of(ledger, kind, value, signal_type)
        return numbers[name]

    for table, records in _records_of(rings, number).items():
        known = _newest(ledger, table)
        rows: list[Row] = [
            (generation, *subject, *facts, 0) for subject, facts in records.items() if known.get(subject) != (*facts, 0)
        ]
        rows += [
            (generation, *subject, *record[:-1], 1)
            for subject, record in known.items()
            if subject not in records and not record[-1]
        ]
        insert(ledger, table, rows)


def _records_of(rings: Sequence[KnownRing], number: Callable[[str, str, str], int]) -> dict[str, dict[Row, Row]]:
    """The current records of each subject, by table."""
    told: dict[str, dict[Row, Row]] = {table: {} for table in _KEYS}
    for ring in rings:
        told["ring_records"][ring.ring_id,] = _facts(ring, "ring_records")[1:]
        for member in ring.members:
            account = number("account", "", member.account_id)
            week = None if member.last_week == ring.last_week else member.last_week
            status = (int(member.banned), member.banned_week, int(member.closed))
            told["member_records"][ring.ring_id, account] = (str(member.tier), week, *status)
        for each in ring.signals:
            signal = number("signal", each.signal_type, each.signal_value)
            week = None if each.last_week == ring.last_week else each.last_week
            counts = (each.accounts_in_ring, each.accounts_outside, each.bits, int(each.passes))
            told["signal_records"][ring.ring_id, signal] = (*counts, week, each.accounts_banned)
    return told


def _newest(ledger: Ledger, table: str) -> dict[Row, Row]:
    """The newest record of every subject."""
    first = 1 + len(_KEYS[table])  # the columns after the generation
    rows = ledger.connection.execute(f"SELECT * FROM {table} ORDER BY generation")
    return {row[1:first]: row[first:] for row in rows}
