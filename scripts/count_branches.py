"""Say what part of the branches tests took, and fail below the goal; lines do not count, since they flatter.

Reads what `coverage run` kept. A branch is a way on from a line that has several.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import coverage

GOAL = 0.95


def read_report() -> dict[str, Any]:
    """Read what was kept, as the document that coverage writes."""
    data = coverage.Coverage()
    data.load()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "coverage.json"
        data.json_report(outfile=str(place))
        document: dict[str, Any] = json.loads(place.read_bytes())
    return document


def main() -> int:
    """List the branches that nobody took, by file, and then the share."""
    report = read_report()
    for name, file in sorted(report["files"].items()):
        missed = ", ".join(f"{line} to {'its end' if to < 0 else to}" for line, to in file["missing_branches"])
        if missed:
            taken, all_of_it = (file["summary"][count] for count in ("covered_branches", "num_branches"))
            print(f"{name}: {taken} of {all_of_it}, not from line {missed}")
    taken, all_of_it = (report["totals"][count] for count in ("covered_branches", "num_branches"))
    print(f"{taken} of {all_of_it} branches, {taken / all_of_it:.1%}; the goal is {GOAL:.0%}")
    return int(taken < GOAL * all_of_it)


if __name__ == "__main__":
    sys.exit(main())
