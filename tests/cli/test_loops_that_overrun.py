"""A compiled loop that reaches outside its arrays ends as an internal error of ours, in the worker of a command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "data" / "samples" / "tiny"
SHORT = """
from graphlink.reading.columns import codebook

loop = codebook.number_texts
codebook.number_texts = lambda *given: loop(*given[:5], given[5][:1], given[6])
"""
"""What Python runs at its start: from then on a loop gets an array that is too short for what it writes."""


@pytest.mark.slow
@pytest.mark.parametrize("command", ["check", "run"])
def test_an_index_outside_an_array_is_an_internal_error(tmp_path, command):
    (tmp_path / "sitecustomize.py").write_text(SHORT)
    words = [sys.executable, "-m", "graphlink", command, str(SAMPLE)]
    done = subprocess.run(
        [*words, "--output", str(tmp_path / "out")] if command == "run" else words,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 1, done.stderr
    assert "graphlink: GL002 internal error (IndexError); the traceback is in" in done.stderr
    (log,) = tmp_path.glob("graphlink-*.log")
    assert "out of bounds" in log.read_text()
    assert not (tmp_path / "out").exists()
