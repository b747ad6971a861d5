"""What a worker does before the first run: compile every loop on a small world of its own, and keep them.

It is the only worker that may write where compiled loops are kept, and it reads nothing but what it wrote itself.
"""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphlink import library
from graphlink.config import Config
from graphlink.kept_loops import loops_folder, note_kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphlink.worker.wire import Line


def work(_: Mapping[str, Any], line: Line) -> dict[str, object]:
    """Read and analyse the small world, and list the loops that are kept by then."""
    line.stage("compiling", 0.0)
    with tempfile.TemporaryDirectory(dir=loops_folder()) as place:
        export = Path(place) / "sightings.csv"
        with export.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("account_id", "signal_type", "signal_value", "first_seen"))
            rows.writerows(_sightings())
        config = Config()
        library.analyse(library.read([export], config=config), config=config)
    note_kept()
    return {}


def _sightings() -> Iterator[tuple[str, str, str, str]]:
    """A ring of thirty on a few cards and addresses among three hundred strangers, two of whom share what they have."""
    for n in range(300):
        yield f"s{n}", "ip", f"198.51.{n % 90}.{n % 7}", f"2026-01-{1 + n % 27:02}"
        yield f"s{n}", "user_agent", f"browser {n % 5}", f"2026-01-{1 + n % 27:02}"
    for n in range(30):
        yield f"r{n}", "template", "t", f"2026-02-{1 + n % 3:02}"
        yield f"r{n}", "card", f"c{n % 6}", f"2026-02-{1 + n % 3:02}"
        yield f"r{n}", "ip", f"192.0.2.{n % 5}", f"2026-02-{1 + n % 3:02}"
        yield f"r{n}", "device", f"d{n % 4}", f"2026-02-{1 + n % 3:02}"
