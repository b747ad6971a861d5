"""Writes the approved files of ``two_rings`` anew; run it after a wanted change, and read the difference."""

import shutil
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / name) for name in ("worlds", "fakes", "results")]

from page_reading import skeleton_text  # noqa: E402
from report_worlds import two_rings  # noqa: E402  the path comes first

from graphlink.results.run_folder import write_run  # noqa: E402

WHOLE = ("rings.csv", "members.csv", "signals.csv", "hubs.csv", "graph.graphml", "rings.json", "rejects.jsonl")

if __name__ == "__main__":
    golden = TESTS / "golden"
    with tempfile.TemporaryDirectory() as folder:
        write_run(two_rings(), Path(folder) / "run")
        for name in WHOLE:
            shutil.copyfile(Path(folder) / "run" / name, golden / "two_rings" / name)
        page = (Path(folder) / "run" / "report.html").read_text()
    (golden / "report-skeleton.txt").write_text(skeleton_text(page))
