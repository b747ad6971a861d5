"""What a worker does for `graphlink check`: exports in, listings of what is in them out."""

from collections import Counter
from collections.abc import Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np

from graphlink import pipeline
from graphlink.config.settings import Config
from graphlink.engine.arrays import accounts_by_type
from graphlink.engine.progress import READING
from graphlink.engine.worker.protocol import Line
from graphlink.model.reading import Reading
from graphlink.model.rows import Reject
from graphlink.results.listings import Listing
from graphlink.words.escape import pasted


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


def list_inputs(reading: Reading) -> Listing:
    """List the sources with what happened to their rows."""
    columns = ("format", "shape", "rows", "accepted", "rejected", "duplicates", "out_of_window", "source")
    counts = (f"rows.{name}" for name in ("rows_in", "accepted", "rejected", "duplicates", "out_of_window"))
    return Listing(columns, tuple(map(attrgetter("format", "shape", *counts, "name"), reading.inputs)))


def list_signals(reading: Reading) -> Listing:
    """List the recognised signal types with the size of each."""
    sightings = reading.sightings
    of_sighting = sightings.signal_type[sightings.signal]
    n_sightings = np.bincount(of_sighting, minlength=len(sightings.types))
    n_values = np.bincount(sightings.signal_type, minlength=len(sightings.types))
    columns = ("signal_type", "family", "provenance", "sightings", "values", "accounts")
    counts = zip(n_sightings.tolist(), n_values.tolist(), accounts_by_type(sightings).tolist(), strict=True)
    named = ((kind.name, kind.family, str(kind.provenance)) for kind in sightings.types)
    return Listing(columns, tuple((*names, *numbers) for names, numbers in zip(named, counts, strict=True)))


def list_placeholders(reading: Reading) -> Listing:
    """List how many rows of each signal type were set aside as placeholders."""
    return Listing(("signal_type", "placeholder_rows"), tuple(sorted(reading.placeholders.items())))


def list_left_out(reading: Reading) -> Listing:
    """List what is not read and may be a signal, each with the option that reads it and the files that have it."""
    rows = tuple(
        (f"--map {pasted(f'{each.meaning}={each.name}')}", each.meaning, each.n_sources, each.source)
        for each in reading.left_out
    )
    return Listing(("read_it_with", "may_be", "files", "source"), rows)


def list_rejects(reading: Reading) -> Listing:
    """List why rows were set aside: each reason with its number and its first place."""
    counts = Counter(reject.code for reject in reading.rejects)
    first = {reject.code: reject for reject in reversed(reading.rejects)}
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = tuple((code, number, _place(first[code]), first[code].reason) for code, number in most)
    return Listing(("code", "rows", "first_at", "reason"), rows)


def _place(reject: Reject) -> str:
    parts = (reject.source, reject.line, reject.column)
    return ":".join(str(part) for part in parts if part is not None)
