"""One sweep from lock to backup, in an order that keeps state and publication consistent after any failure.

lock, state, preflight, worker, check of its output, publication, **the commit to the state**, ``latest``, backup.
Before the commit, the sweep has not happened; after it, it has, and the next sweep finishes any remaining step.

The worker reads the week's exports while the state is checked, which takes about as long. It gets the knowledge of
earlier weeks after the check, or is stopped if the check fails.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from graphlink.config.settings import Config
from graphlink.config.sweeps import KEYS
from graphlink.engine.disk_space import told_of_full_disk
from graphlink.engine.worker.protocol import Limits
from graphlink.engine.worker.supervise import Listener, begin_in_worker
from graphlink.model.calibration import read_calibration, write_calibration
from graphlink.model.rows import too_many_rejected
from graphlink.model.sweeps import EARLIER_WEEKS, GateLevel, Lineage, Ruling, SweepRecord, Upgrade
from graphlink.model.weeks import microseconds_of, weeks_until, weeks_within
from graphlink.results.alerts import Calls
from graphlink.sweeps.changes import lineage_calls, with_this_week
from graphlink.sweeps.documents import LINEAGE, RULING, Before, read_document, read_settled, write_document
from graphlink.sweeps.expected_loss import find_expected_loss
from graphlink.sweeps.plan import Plan, plan_sweep
from graphlink.sweeps.preflight import digest_inputs, files_by_source, gone_kinds, kinds_among, list_inputs, usual_files
from graphlink.sweeps.publication import (
    Sweeps,
    check_outputs,
    folder_name,
    open_sweeps,
    read_inputs,
    read_table,
    write_inputs,
)
from graphlink.sweeps.recognising import is_new, note_repeated, recognise, refuse_gone
from graphlink.sweeps.start_reading import Begin, Begun, Request, begin_reading
from graphlink.sweeps.state import reading
from graphlink.sweeps.state.backup import back_up, newest_backup
from graphlink.sweeps.state.decisions import read_decisions
from graphlink.sweeps.state.folder import STATE, check_folder, only_sweep
from graphlink.sweeps.state.ledger import Ledger
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.recording import record_sweep
from graphlink.words.errors import ExitCode, GraphlinkError, InputError, StateError


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a sweep."""

    already: bool
    """Whether the week was swept before with the same content, so that there was nothing to do."""
    folder: Path | None
    told: Mapping[str, Any] = field(default_factory=dict)
    """The worker's result."""
    lineage: Lineage | None = None
    ruling: Ruling = field(default_factory=Ruling)
    """The effects of people's decisions."""
    calls: Calls | None = None
    """Events that need attention, if the week was swept now."""
    missing: tuple[str, ...] = ()
    superseded: Path | None = None
    """The folder of the previous revision, if it still exists."""
    head: str = ""
    """The head of the state's history after a sweep, to be kept elsewhere."""
    decided_since: bool = False
    """Whether people made decisions after the week was swept, which the published sweep does not include."""

    upgrade: Upgrade | None = None
    """What a new method changed by itself, if the method is not that of the week before."""

    def code(self, degraded_reject_share: float, *, exit_on_rings: bool) -> ExitCode:
        """The exit code. Degraded comes before new rings, which count only on request.

        For a dry run, it is the sweep's expected exit code, as far as reading shows.
        """
        if self.already:  # unusual counts were reported when the week was swept
            return ExitCode.DONE
        if any(gate["level"] == GateLevel.REFUSED for gate in self.told.get("gates", ())):
            return ExitCode.INPUT_REFUSED
        rejected, rows_in = self.told.get("rejected", 0), self.told.get("rows_in", 0)
        if self.missing or self.told.get("gates") or too_many_rejected(rejected, rows_in, degraded_reject_share):
            return ExitCode.DEGRADED
        return ExitCode.NEW_RINGS if exit_on_rings and self.calls else ExitCode.DONE


def sweep_week(
    config: Config, request: Request, limits: Limits, listener: Listener, begin: Begin = begin_in_worker
) -> Outcome:
    """Sweep a week.

    Parameters
    ----------
    config
        The settings as written in their file.
    request
        The options of the sweep.
    limits
        The limits of the worker.
    listener
        The receiver of the worker's messages.
    begin
        Starts a worker.

    Raises
    ------
    LockedError
        If another sweep is running.
    StateError
        If the state is missing, damaged, altered or rolled back.
    InputError
        If the week's exports are missing, unusual, or different from those of an earlier sweep.
    MachineError
        If disk, memory or time is insufficient.
    """
    folder = Path(config.sweep.state)
    if request.dry_run and request.init and not (folder / STATE).exists():
        with _nothing_yet(config) as empty:
            return sweep_week(empty, request, limits, listener, begin)
    init = request.init and not request.dry_run
    how = Opening(init, read_only=request.dry_run, accept_rollback=request.accept_rollback, settings=config.sweep)
    if how.init and not how.accept_rollback and not (folder / STATE).exists():
        open_sweeps(Path(config.sweep.output)).refuse_unknown({})
    if not folder.is_dir():
        with open_state(folder, how):
            pass
    with only_sweep(folder):
        sweeps = open_sweeps(Path(config.sweep.output))
        upgrade = _analyse_both_ways(config, request, limits, listener, begin, how, sweeps)
        with (
            told_of_full_disk(sweeps.folder, lambda: _size_of_latest(sweeps)),
            begin_reading(config, request, sweeps, limits, listener, begin) as begun,
            open_state(folder, how) as state,
        ):
            return _sweep(config, request, state, sweeps, begun, upgrade)


def _analyse_both_ways(  # noqa: PLR0913, PLR0917  all that a sweep is given
    config: Config, request: Request, limits: Limits, listener: Listener, begin: Begin, how: Opening, sweeps: Sweeps
) -> Upgrade | None:
    """Before the first sweep by a new method, see what it changes by itself in the newest week before.

    The state is checked first, as for any sweep, and this week's exports must be there. A week that is swept already is
    compared only if it is to be swept again.
    """
    earlier, again = sweeps.newest_before(request.week), request.supersede or request.renew
    is_due = earlier is not None and not request.dry_run and (again or earlier == sweeps.latest())
    if earlier is None or not is_due or not is_new(sweeps.folder / earlier, config):
        return None
    from graphlink.sweeps.upgrading import analyse_both_ways  # noqa: PLC0415  reads tables, which most sweeps need not

    with suppress(GraphlinkError):  # the sweep itself tells it
        plan_sweep(config, request.week, request.as_of, allow_partial=request.allow_partial)
        with open_state(Path(config.sweep.state), replace(how, init=False, read_only=True)) as state:
            before = [record.folder for record in reading.read_sweeps(state) if record.week < request.week]
            key = state.key.ids
        if before[-1:] == [earlier]:
            return analyse_both_ways(config, sweeps.folder / earlier, key, limits, listener, begin)
    return None


@contextmanager
def _nothing_yet(config: Config) -> Iterator[Config]:
    """The settings with an empty state in a temporary folder, to try a first sweep.

    Existing sweeps stay visible, since a state that does not know them is refused.
    """
    if Path(config.sweep.state).is_dir():
        check_folder(Path(config.sweep.state), on_network=config.sweep.state_on_network)
    with tempfile.TemporaryDirectory(prefix="graphlink-") as place:
        state = Path(place) / "state"
        with open_state(state, Opening(init=True)):
            pass
        output = Path(config.sweep.output)
        places = {"state": str(state), "output": str(output if output.is_dir() else Path(place) / "sweeps")}
        beside = dict.fromkeys(KEYS)
        yield config.model_copy(update={"sweep": config.sweep.model_copy(update={**places, **beside})})


def _sweep(
    config: Config,
    request: Request,
    state: Ledger,
    sweeps: Sweeps,
    begun: Begun | GraphlinkError,
    upgrade: Upgrade | None,
) -> Outcome:
    records = reading.read_sweeps(state)
    _refuse_empty(config, request, records)
    private = begun.private if isinstance(begun, Begun) else None
    published = {record.folder: record.run_digest for record in records}
    if not request.accept_rollback:
        sweeps.refuse_unknown(published, Path(config.sweep.state), config.sweep)
    if not request.dry_run:
        sweeps.clear(published, private)
    done = next((record for record in reversed(records) if record.week == request.week), None)
    if done is None:
        _refuse_late(request.week, records)
    if isinstance(begun, GraphlinkError):
        raise begun
    plan = begun.plan
    files = list_inputs(plan)
    known = None
    if done is not None and not request.renew:
        if done.week != records[-1].week:
            _refuse_other(done, plan, digest_inputs(files), sweeps, request, records)
        decisions = read_decisions(state, plan.as_of.date().isoformat())
        known = recognise(done, plan, files, sweeps, decisions, supersede=request.supersede)
        if known.is_same:
            _write_missed_backup(state, request)
            return Outcome(already=True, folder=sweeps.folder / done.folder, decided_since=known.decided_since)
    _refuse_late(request.week, records)
    before = replace(_gather(plan, request, state, records, sweeps), upgrade=upgrade)
    plan, before = _note_missing(plan, before, files, sweeps, request, _weeks_before(plan, records))
    before = note_repeated(plan, before, files, sweeps, allow_partial=request.allow_partial)
    begun.worker.tell(
        {
            "before": write_document(before).decode(),
            "swept_as": None if known is None else known.content,
            "id_key": state.key.ids.hex(),
        }
    )
    if private is None:
        told = begun.worker.outcome()
        return Outcome(already=False, folder=None, told=told, missing=(*before.missing_sources, *told["missing"]))
    told = begun.worker.outcome()
    if told.get("already") and done is not None:
        _write_missed_backup(state, request)
        since = known is not None and known.decided_since
        return Outcome(already=True, folder=sweeps.folder / done.folder, told=told, decided_since=since)
    name = folder_name(plan.week, before.revision)
    run_digest = check_outputs(private)
    missing = (*before.missing_sources, *told["missing"])
    _refuse_changed(private, files, plan)
    lineage = read_document(Lineage, (private / LINEAGE).read_bytes())
    ruling = read_document(Ruling, (private / RULING).read_bytes())
    write_inputs(private, files, digest_inputs(files), missing, files_by_source(plan, files), told["by_source"])
    sweeps.publish(private, name)
    record = SweepRecord(**told["record"], folder=name, run_digest=run_digest)
    record_sweep(state, record, lineage, read_calibration(told["calibration"]), ruling.met)
    sweeps.point_latest(name)
    back_up(state)
    _retire(sweeps, reading.read_sweeps(state), config.sweep.keep_weeks, plan.week)
    earlier = None if done is None else sweeps.folder / done.folder
    return Outcome(
        already=False,
        folder=sweeps.folder / name,
        told=told,
        lineage=lineage,
        ruling=ruling,
        calls=lineage_calls(lineage, ruling, known=before.known, named=before.named),
        missing=missing,
        superseded=earlier if earlier is not None and earlier.is_dir() else None,
        head=str(state.head),
        upgrade=upgrade and with_this_week(upgrade, lineage.known, plan.week),
    )


# --- before the work --------------------------------------------------------------------------------------------------


def _gather(plan: Plan, request: Request, state: Ledger, records: Sequence[SweepRecord], sweeps: Sweeps) -> Before:
    """Collect the knowledge for a sweep. For a week that is swept again, it is the knowledge before that week.

    A calibration made by the same week is made again, since its export may have been wrong.
    """
    revisions = [record.revision for record in records if record.week == plan.week]
    earlier = _weeks_before(plan, records)
    previous = earlier[-1] if earlier else None
    horizon = weeks_until(plan.week, EARLIER_WEEKS + 1)[0]
    renew = request.renew or reading.calibrated_in(state) == plan.week
    frozen = None if renew else reading.frozen_calibration(state)
    return Before(
        week=plan.week,
        revision=max(revisions, default=0) + 1,
        previous=previous,
        known=reading.known_rings(state, before=plan.week if revisions else None),
        decisions=read_decisions(state, plan.as_of.date().isoformat(), before=plan.week),
        calibration=None if frozen is None else write_calibration(frozen),
        calibration_renewed=renew,
        base_digest=plan.base_digest,
        earlier_counts=tuple(dict(record.counts) for record in earlier),
        earlier_events=tuple(event for event in reading.read_events(state, since=horizon) if event.week < plan.week),
        missing_weeks=() if previous is None else weeks_within(previous.week, plan.week),
        missing_sources=plan.missing,
        key_id=records[-1].key_id if records else None,
        head=str(state.head),
        named=reading.read_evaders_named(state, plan.week),
        settled=() if previous is None else read_settled(sweeps.folder / previous.folder, previous.run_digest),
    )


def _weeks_before(plan: Plan, records: Sequence[SweepRecord]) -> list[SweepRecord]:
    """The newest sweep of each week that defines what is usual, oldest first."""
    newest = {record.week: record for record in records if record.week < plan.week}
    return [newest[week] for week in sorted(newest)[-plan.config.sweep.gate_weeks :]]


def _note_missing(
    plan: Plan,
    before: Before,
    files: Mapping[str, str],
    sweeps: Sweeps,
    request: Request,
    earlier: Sequence[SweepRecord],
) -> tuple[Plan, Before]:
    """Check for missing usual files, since a stopped exporter is otherwise not noticed."""
    seen = [(each.week, read_table(sweeps.folder / each.folder, "sources")) for each in earlier]
    weeks = {week: by_source for week, by_source in seen if by_source}  # deleted folders give no information
    gone = gone_kinds(files_by_source(plan, files), usual_files([*weeks.values()]), plan.late)
    named = sorted({*gone.values()})
    if gone and not request.allow_partial:
        had = [week for week, by_source in weeks.items() if gone.keys() <= kinds_among(by_source).keys()]
        what = f"missing, though {had[-1] if had else 'the weeks before'} had them: {', '.join(named)}"
        raise InputError("GL101", plan.week, what, "wait for them; --allow-partial sweeps without")
    missing = tuple(sorted({*plan.missing, *named}))
    lacking = [*((name, None) for name in sorted(plan.lacking)), *gone]
    counts = [read_table(sweeps.folder / record.folder, "counts") for record in earlier]
    borne = find_expected_loss(lacking, counts) if missing else None
    return replace(plan, missing=missing), replace(before, missing_sources=missing, borne=borne)


def _refuse_empty(config: Config, request: Request, records: Sequence[SweepRecord]) -> None:
    """Refuse an empty state that a failed first sweep left behind, as if there were no state."""
    if not records and not request.init:
        fix = "name the right folder or restore a backup; only the very first sweep starts empty: --init"
        raise StateError("GL701", config.sweep.state, "no sweep was ever published into this state", fix)


def _refuse_late(week: str, records: Sequence[SweepRecord]) -> None:
    """Refuse a week before the newest, since later results were computed without it."""
    newest = max((record.week for record in records), default="")
    if week < newest:
        fix = "leave it out; or restore the backup from before it and sweep again from there (docs/operations.md)"
        raise InputError("GL163", week, f"older than {newest}, the newest swept week", fix)


def _refuse_other(
    done: SweepRecord, plan: Plan, digest: str, sweeps: Sweeps, request: Request, records: Sequence[SweepRecord]
) -> None:
    """Refuse a week before the newest, unless it was swept from exactly these files under these settings."""
    if not request.supersede:
        refuse_gone(done, sweeps)
    then = (read_inputs(sweeps.folder / done.folder).get("digest"), done.as_of, done.config_digest)
    if then != (digest, microseconds_of(plan.as_of), plan.base_digest):
        _refuse_late(request.week, records)


def _refuse_changed(private: Path, files: Mapping[str, str], plan: Plan) -> None:
    """Refuse exports that changed while they were read."""
    document = json.loads((private / "run.json").read_bytes())
    read = {each["sha256"] for each in document["inputs"]["files"] if each["sha256"]}
    if read - set(files.values()):
        raise InputError("GL162", plan.week, "its exports changed while they were read", "wait until they are complete")


# --- after the commit -------------------------------------------------------------------------------------------------


def _write_missed_backup(state: Ledger, request: Request) -> None:
    """Write the backup that an interrupted sweep missed after its commit. A dry run writes nothing."""
    if request.dry_run:
        return
    newest = newest_backup(state)
    if newest is None or newest.generation < reading.swept_in(state):
        back_up(state)


def _retire(sweeps: Sweeps, records: Sequence[SweepRecord], keep_weeks: int | None, week: str) -> None:
    if keep_weeks is not None:
        oldest = weeks_until(week, keep_weeks)[0]
        sweeps.retire([record.folder for record in records if record.week < oldest])


def _size_of_latest(sweeps: Sweeps) -> str:
    name = sweeps.latest()
    folder = None if name is None else sweeps.folder / name
    if folder is None or not folder.is_dir():
        return "a sweep takes about as much as its exports"
    size = sum(path.lstat().st_size for path in folder.rglob("*"))
    return f"the newest sweep took {-(-size // 10**6):,} MB"
