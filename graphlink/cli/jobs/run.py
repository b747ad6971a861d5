"""What a worker does for `graphlink run`: exports in, every file of the run in a private folder, and a listing out."""

from collections.abc import Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any

from graphlink import pipeline
from graphlink.api import library
from graphlink.config.settings import Config
from graphlink.engine.disk_space import told_of_full_disk
from graphlink.engine.fork import runner_within
from graphlink.engine.memory import keep_what_is_freed
from graphlink.engine.progress import READING, WRITING, share_of_run
from graphlink.engine.resources import disk_of, memory_of, refuse_too_much
from graphlink.engine.worker.protocol import Line
from graphlink.model.listing import split_rings
from graphlink.model.run import Run
from graphlink.reading.notices import tell_findings
from graphlink.results.manifest import describe_run
from graphlink.results.ring_sentences import chance_sentence, expected_sentence, unlisted_sentence
from graphlink.results.run_folder import write_files


def work(task: Mapping[str, Any], line: Line) -> dict[str, object]:
    """Read, analyse and write."""
    config = Config.model_validate_json(task["config"])
    line.need(memory_of(0))  # the least that any takes
    line.stage(READING, 0.0)
    reading = library.read([Path(source) for source in task["sources"]], config=config)
    for notice in reading.notices:
        line.notice(notice.code, notice.for_stderr)
    needed = memory_of(len(reading.sightings))
    line.need(needed)
    refuse_too_much(reading.sightings, task["memory"])
    keep_what_is_freed(needed, task["memory"])
    runner = runner_within(needed, task["memory"], len(reading.sightings))
    reading = pipeline.without_lone_values(reading)
    folder, n_bytes = Path(task["folder"]), disk_of(len(reading.sightings))
    with told_of_full_disk(folder, lambda: f"this run takes about {n_bytes // 10**6:,} MB"):
        findings = pipeline.analyse(
            reading.sightings,
            config.method,
            seed=task["seed"],
            progress=lambda stage, done: line.stage(stage, share_of_run(done)),
            run=runner,
        )
        for notice in tell_findings(findings, reading.sightings.types):
            line.notice(notice.code, notice.for_stderr)
        line.stage(WRITING, share_of_run(1.0))
        manifest = describe_run(reading, config, seed=task["seed"], command=task["command"])
        write_files(Run(reading, findings, manifest), folder, runner=runner)
    listed, unlisted = split_rings(findings)
    facts = attrgetter("rank", "ring_id", "score", "assessment", "n_members", "n_core", "headline")
    return {
        "columns": ("rank", "ring_id", "score", "assessment", "members", "core", "headline"),
        "rows": tuple(map(facts, listed)),
        "unlisted": unlisted_sentence(unlisted),
        "chance": chance_sentence(findings.chance, len(findings.rings), findings.calibration),
        "expected": expected_sentence(findings.operating_point, findings.expected),
        "rows_in": reading.rows.rows_in,
        "rejected": reading.rows.rejected,
    }
