"""What a worker does for `graphlink check`: exports in, listings of what is in them out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphlink import pipeline
from graphlink.cli.summaries import list_inputs, list_left_out, list_placeholders, list_rejects, list_signals
from graphlink.config.settings import Config
from graphlink.engine.progress import READING
from graphlink.engine.worker.protocol import Line


def work(task: Mapping[str, Any], line: Line) -> dict[str, object]:
    """Read, and list sources, signals and rejects."""
    line.stage(READING, 0.0)
    sources = [Path(source) for source in task["sources"]]
    reading = pipeline.read(sources, Config.model_validate_json(task["config"]), task["ages"])
    listings = {
        "inputs": list_inputs(reading),
        "signals": list_signals(reading),
        "placeholders": list_placeholders(reading),
        "rejects": list_rejects(reading),
        "left_out": list_left_out(reading),
    }
    return {
        "listings": {name: {"columns": each.columns, "rows": each.rows} for name, each in listings.items()},
        "notices": [[notice.code, notice.text, notice.for_stderr] for notice in reading.notices],
        "rows_in": reading.rows.rows_in,
        "rejected": reading.rows.rejected,
    }
