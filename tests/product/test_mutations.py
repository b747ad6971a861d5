"""Whatever comes, in any of six kinds, ends with a message of ours and an exit code from the list."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

SCRIPT = Path(__file__).parents[2] / "scripts" / "mutate_inputs.py"
IS_LONG = settings.default.max_examples >= 20_000


@pytest.mark.nightly
@pytest.mark.slow
def test_mutated_inputs_are_read_or_refused(tmp_path):
    """A hundred thousand of them, and two thousand through the command line, where it is night."""
    count, commands = ("100000", "2000") if IS_LONG else ("240", "6")
    words = ["--count", count, "--commands", commands, "--keep", str(tmp_path), "--seed", "1"]
    done = subprocess.run([sys.executable, str(SCRIPT), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-9_000:] + done.stderr[-2_000:]
