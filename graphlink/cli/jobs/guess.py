"""What a worker does for `graphlink config init --from`: exports in, a settings file with their mapping out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graphlink.engine.progress import READING
from graphlink.engine.worker.protocol import Line
from graphlink.reading.guessing import guess_columns, settings_of


def work(task: Mapping[str, Any], line: Line) -> dict[str, object]:
    """Look at a sample, and write what it is taken for."""
    line.stage(READING, 0.0)
    given = [(Path(path), written) for path, written in task["sources"]]
    found = guess_columns([path for path, _ in given])
    return {
        "settings": settings_of(found, given),
        "read": sum(len(one.names) for one in found if not one.problem),
        "columns": sum(len(one.columns) for one in found if not one.problem),
        "problems": [(", ".join(one.names), one.problem) for one in found if one.problem],
    }
