"""An open state: the methods that sweeps and commands use. Each calls the module that implements it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphlink.model.calibration import Calibration
from graphlink.model.sweeps import (
    Action,
    Decisions,
    KnownRing,
    LeftOut,
    Lineage,
    Listed,
    RingEvent,
    SweepRecord,
    Verdict,
)
from graphlink.sweeps.state import decisions as people
from graphlink.sweeps.state import forgetting, precision, reading, recording
from graphlink.sweeps.state.backup import drop_old_backups, write_backup
from graphlink.sweeps.state.chain import Head, digest_content, read_head
from graphlink.sweeps.state.forgetting import Forgotten
from graphlink.sweeps.state.ledger import Ledger, only_writer_of
from graphlink.sweeps.state.precision import WeekOfVerdicts
from graphlink.sweeps.state.recording import Standing


@dataclass(frozen=True, slots=True)
class State:
    """A state that was checked when it was opened. ``open_state.open_state`` returns one."""

    ledger: Ledger

    @property
    def head(self) -> Head:
        """The newest change, and the digest of the whole history."""
        return read_head(self.ledger.connection)

    @property
    def generation(self) -> int:
        """The number of changes so far."""
        return self.head.generation

    @property
    def swept_at(self) -> int:
        """Generation of the newest sweep, 0 before the first."""
        return reading.newest_sweep(self.ledger)

    def digest(self) -> str:
        """SHA-256 of the whole content. It is equal for two states with the same content, under any key."""
        return digest_content(self.ledger.connection)

    # --- what sweeps found ---

    def known_rings(self, *, before: str | None = None) -> tuple[KnownRing, ...]:
        """All known rings, sorted by id; with ``before``, as known before that week was swept."""
        return reading.known_rings(self.ledger, before=before)

    def known_ring(self, ring_id: str, *, after: str | None = None) -> KnownRing:
        """One known ring; with ``after``, as known after that week was swept."""
        (ring,) = reading.known_rings(self.ledger, after=after, only=ring_id)
        return ring

    def events(self, since: str | None = None) -> tuple[RingEvent, ...]:
        """The events of all weeks, or of those since a week."""
        return reading.read_events(self.ledger, since)

    def sweeps(self) -> tuple[SweepRecord, ...]:
        """All published sweeps, by week and revision."""
        return reading.read_sweeps(self.ledger)

    def calibration(self) -> Calibration | None:
        """The frozen calibration."""
        return reading.read_calibration(self.ledger)

    def calibrated_in(self) -> str | None:
        """The week whose sweep made the calibration, None before the first."""
        return reading.calibrated_in(self.ledger)

    def evaders_named(self, before: str) -> tuple[str, ...]:
        """Accounts that sweeps before a week named as possible evaders."""
        return reading.read_evaders_named(self.ledger, before)

    def look_up(self) -> Standing:
        """Read in advance what ``record_sweep`` compares with."""
        return recording.look_up(self.ledger)

    def record_sweep(
        self,
        record: SweepRecord,
        lineage: Lineage,
        calibration: Calibration | None = None,
        met: Mapping[str, tuple[tuple[str, str], ...]] | None = None,
        standing: Standing | None = None,
    ) -> int:
        """Add a sweep in one transaction and return its generation. The sweep counts from then on.

        ``met`` comes from ``Ruling.met``, ``standing`` from ``look_up``. The state may have changed since that call.
        """
        return recording.record_sweep(self.ledger, record, lineage, calibration, met, standing)

    # --- what people decided ---

    def decisions(self, today: str, *, before: str | None = None) -> Decisions:
        """The decisions that count on a day such as ``2026-11-24``; with ``before``, as known before that sweep."""
        return people.read_decisions(self.ledger, today, before=before)

    def verdicts(self) -> tuple[Verdict, ...]:
        """The newest verdict on every ring and account, and older ones that count again when it expires."""
        return people.read_verdicts(self.ledger)

    def counting(self, today: str) -> tuple[Verdict, ...]:
        """The newest verdict on every ring and account that has not expired on a day."""
        return people.read_counting(self.ledger, today)

    def allowed(self) -> tuple[Listed, ...]:
        """Allowed accounts and signals."""
        return people.read_list(self.ledger, people.ALLOWED)

    def known_bad(self) -> tuple[Listed, ...]:
        """Known-bad accounts and signals."""
        return people.read_list(self.ledger, people.KNOWN_BAD)

    def record_verdicts(self, verdicts: Sequence[Verdict], *, by: str, at: int) -> int:
        """Store verdicts, all or none."""
        return people.record_verdicts(self.ledger, verdicts, by=by, at=at)

    def record_list(self, asked: people.ListChange, *, by: str, at: int) -> int:
        """Add entries to a list or remove them, all or none."""
        return people.record_list(self.ledger, asked, by=by, at=at)

    def precision(self) -> tuple[WeekOfVerdicts, ...]:
        """Counts of the verdicts on each week's rings and accounts."""
        return precision.precision_by_week(self.ledger)

    def actions(self, today: str) -> tuple[Action, ...]:
        """The accounts that a person confirmed and that may be acted on."""
        from graphlink.sweeps.decisions.standing import list_actions  # noqa: PLC0415  may import pyarrow, which is slow

        return list_actions(self.known_rings(), self.decisions(today))

    def explain_actions(self, ring: KnownRing, today: str) -> Mapping[str, LeftOut | None]:
        """Why each account of a ring is missing from the action file, None for accounts that are in it."""
        from graphlink.sweeps.decisions.standing import explain_actions  # noqa: PLC0415  as above

        return explain_actions(ring, self.decisions(today))

    def overruled(self, before: Decisions, today: str) -> tuple[Verdict | Listed, ...]:
        """Earlier decisions that cleared accounts which are now in the action file."""
        from graphlink.sweeps.decisions.standing import find_overruled  # noqa: PLC0415  as above

        return find_overruled(self.known_rings(), before, self.decisions(today))

    # --- keeping and letting go ---

    def back_up(self) -> Path:
        """Write a checked backup after the newest sweep, and delete old backups."""
        sweeps = self.sweeps()
        with only_writer_of(self.ledger):
            path = write_backup(self.ledger, sweeps[-1].week.lower() if sweeps else "start")
            drop_old_backups(self.ledger.folder)
        return path

    def drop_old_backups(self) -> tuple[Path, ...]:
        """Delete old backups as ``back_up`` does, and return them."""
        with only_writer_of(self.ledger):
            return drop_old_backups(self.ledger.folder)

    def forget(self, account_id: str, *, by: str, at: int, note: str) -> Forgotten:
        """Remove an account from the state, and list the copies that still hold it."""
        return forgetting.forget_account(self.ledger, account_id, by=by, at=at, note=note)

    def erase_copies(self, account_id: str, before: Sequence[Path]) -> tuple[Path, ...]:
        """Write a new backup, delete all other copies that hold an account, and return them.

        ``before`` are those that held it when it was forgotten (``Forgotten.copies``).
        """
        self.back_up()  # which may delete some itself
        erased = {*before, *forgetting.erase_copies(self.ledger, account_id)}
        return tuple(sorted(path for path in erased if not path.exists()))

    def prune(self, before: str, *, by: str, at: int, note: str) -> int:
        """Remove the names of rings that ended before a week and have no verdict. Return the number of rings."""
        return forgetting.prune_rings(self.ledger, before, by=by, at=at, note=note)
