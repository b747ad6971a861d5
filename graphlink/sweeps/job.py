"""What a worker does for a sweep: a week's exports and what was known go in, every file of the sweep comes out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from graphlink import pipeline
from graphlink.config.settings import Config
from graphlink.engine.fork import runner_within
from graphlink.engine.memory import keep_what_is_freed
from graphlink.engine.progress import READING, WRITING, share_of_run
from graphlink.engine.resources import memory_of, refuse_too_much, seconds_of
from graphlink.engine.worker.protocol import Line
from graphlink.model.calibration import digest_calibration, read_calibration, write_calibration
from graphlink.model.listing import split_rings
from graphlink.model.reading import Reading
from graphlink.model.run import Past, Run
from graphlink.model.sweeps import Gate, GateLevel
from graphlink.model.times import NO_TIME
from graphlink.reading.notices import OUTSIDE_WINDOW, tell_findings
from graphlink.results.files.action_file import action_files
from graphlink.results.manifest import describe_run
from graphlink.results.ring_sentences import chance_sentence
from graphlink.results.run_folder import write_files
from graphlink.sweeps.analysis import sweep, without_allowed
from graphlink.sweeps.changes import compare_with_earlier, count_findings, count_reading, without_endings
from graphlink.sweeps.documents import BEFORE, LINEAGE, RULING, Before, read_document, write_document
from graphlink.sweeps.drift_checks import (
    TOLD,
    VALUES,
    find_lost,
    is_vanished,
    judge_calibration,
    judge_counts,
    name_vanished,
    refuse_lost,
    without_fields,
)
from graphlink.sweeps.lineage.statuses import unknown_statuses
from graphlink.sweeps.source_counts import count_by_source
from graphlink.words.errors import ConfigError, InputError


def work(task: Mapping[str, Any], line: Line) -> dict[str, object]:
    """Read, analyse, trace and write; or only read, if that is all that is asked.

    What was known before is asked for when all is read: the supervisor makes sure of it meanwhile.

    Raises
    ------
    ConfigError
        GL412 if the names are pseudonyms under another key than those that the state knows.
    InputError
        GL160 if a count is far from what is usual, GL161 if the week was swept with other content, GL166 if a column
        that describes accounts is gone.
    MachineError
        GL824 if the work would not fit into memory.
    """
    config = Config.model_validate_json(task["config"])
    line.need(memory_of(0))  # the least that any takes
    line.stage(READING, 0.0)
    reading = pipeline.read((), config, task["ages"])
    # the window is that of a week, and logs hold many
    reading = replace(reading, notices=tuple(each for each in reading.notices if each.code != OUTSIDE_WINDOW))
    for notice in reading.notices:
        line.notice(notice.code, notice.for_stderr)
    rest = line.rest()
    before = read_document(Before, rest["before"])
    _refuse_other_key(before, reading.key_id or "")
    n_sightings = len(reading.sightings)
    line.need(memory_of(n_sightings))
    counts = count_reading(reading)
    borne = before.borne if before.missing_sources else {}
    lost = find_lost(reading, before)
    before = without_fields(reading, before, lost)
    # of an earlier week, what reading alone tells: also types that are not there any more, and not what was found
    alike = [
        {name: n for name, n in week.items() if name in counts or name.startswith((VALUES, TOLD))}
        for week in before.earlier_counts
    ]
    without = {f"{TOLD}{name}" for name in lost}
    gates = judge_counts(counts, alike, config.sweep, borne=borne, without=without)
    gone = [gate.count_of for gate in gates if task["allow_partial"] and is_vanished(gate)]
    names = tuple(map(name_vanished, gone))
    before = replace(before, missing_sources=(*before.missing_sources, *names))
    judge = partial(judge_counts, settings=config.sweep, borne=borne, without=without.union(gone))
    gates = judge(counts, alike)
    told = {
        "counts": counts,
        "gates": [asdict(gate) for gate in gates],
        "rows_in": reading.rows.rows_in,
        "rejected": reading.rows.rejected,
        "seconds": seconds_of(n_sightings),
        "memory": memory_of(n_sightings),
        "missing": [*(f"column {name}" for name in lost), *names],
    }
    swept_as = rest["swept_as"]
    if reading.digest == swept_as:
        return told if task["dry_run"] else {**told, "already": True}
    refuse_lost(reading, before, lost, allow_partial=task["allow_partial"])
    if not task["dry_run"]:  # which tells all unusual counts, and what else would be refused
        _refuse(before, gates)
    if swept_as and not task["supersede"]:
        fix = "look at what changed in its exports; --supersede sweeps it again and keeps both"
        raise InputError("GL161", before.week, "was swept already, with other content", fix)
    refuse_too_much(reading.sightings, task["memory"])
    if task["dry_run"]:
        without_allowed(reading, before.decisions)
        return told
    return {**told, **_sweep({**task, **rest}, before, config, reading, counts, judge, line)}


def _sweep(  # noqa: PLR0913, PLR0917  what was asked, known, set and read, and how to judge it
    task: Mapping[str, Any],
    before: Before,
    config: Config,
    reading: Reading,
    counts: Mapping[str, int],
    judge: Callable[..., tuple[Gate, ...]],
    line: Line,
) -> dict[str, object]:
    needed = memory_of(len(reading.sightings))
    keep_what_is_freed(needed, task["memory"])
    runner = runner_within(needed, task["memory"], len(reading.sightings))
    n_notices = len(reading.notices)
    reading = without_allowed(reading, before.decisions)
    unknown = unknown_statuses(reading.sightings.accounts, config.lineage)
    reading = replace(reading, notices=(*reading.notices, *unknown))
    for notice in reading.notices[n_notices:]:
        line.notice(notice.code, notice.for_stderr)
    swept = sweep(
        reading.sightings,
        Past(
            before.week,
            before.known,
            before.decisions,
            None if before.calibration is None else read_calibration(before.calibration),
            None if before.previous is None else before.previous.week,
            bytes.fromhex(task["id_key"]),
            before.settled,
        ),
        config,
        seed=task["seed"],
        progress=lambda stage, done: line.stage(stage, share_of_run(done)),
        run=runner,
    )
    if before.missing_sources:
        swept = replace(swept, lineage=without_endings(swept.lineage, before.known))
    findings = swept.findings
    counts = {**counts, **count_findings(findings)}
    gates = judge(counts, before.earlier_counts)
    gates += judge_calibration(findings.calibration.n_accounts, len(reading.sightings.accounts))
    _refuse(before, gates)
    for notice in tell_findings(findings, reading.sightings.types):
        line.notice(notice.code, notice.for_stderr)
    line.stage(WRITING, share_of_run(1.0))
    manifest = describe_run(reading, config, seed=task["seed"], command=task["command"])
    run = Run(reading, findings, manifest, compare_with_earlier(before, swept, gates))
    beside = {
        BEFORE: task["before"].encode(),
        LINEAGE: write_document(swept.lineage),
        RULING: write_document(swept.ruling),
        **action_files(swept.ruling.actions, swept.ruling.hit),
    }
    write_files(run, Path(task["folder"]), beside, runner=runner)
    return {
        "counts": counts,
        "gates": [asdict(gate) for gate in gates],
        "calibration": write_calibration(findings.calibration),
        "record": {
            "week": before.week,
            "revision": before.revision,
            "data_digest": reading.digest,
            "config_digest": before.base_digest,
            "calibration_digest": digest_calibration(findings.calibration),
            "as_of": manifest.as_of if manifest.as_of != NO_TIME else 0,
            "n_accounts": len(reading.sightings.accounts),
            "n_sightings": len(reading.sightings),
            "n_rings": len(split_rings(findings)[0]),
            "counts": counts,
            "key_id": reading.key_id or "",
        },
        "by_source": count_by_source(reading, config.sources, task["called"], task["ages"]),
        "chance": chance_sentence(findings.chance, len(findings.rings), findings.calibration),
    }


def _refuse_other_key(before: Before, key_id: str) -> None:
    """Refuse names under which nobody would be known again: no ring, no verdict, nobody who was cleared."""
    if before.key_id not in (None, key_id):
        known, these = (f"under key {each}" if each else "under their own names" for each in (before.key_id, key_id))
        what = f"the state knows accounts {known}, and these are {these}"
        fix = "put the key and `pseudonymise` of `[privacy]` back, or start a new state with --init in another folder"
        raise ConfigError("GL412", before.week, what, fix)


def _refuse(before: Before, gates: Sequence[Gate]) -> None:
    refused = [gate for gate in gates if gate.level is GateLevel.REFUSED]
    if refused:
        what = "; ".join(gate.because for gate in refused)
        fix = "export the week again; if it is right, widen `refused_low` or `refused_high` of `[sweep]`"
        if all(map(is_vanished, refused)):
            fix = "export the week again; --allow-partial sweeps without"
        raise InputError("GL160", before.week, what, fix)
