"""The verdict holds on makers and on honest kinds that the card was not fitted on: it is fitted again without them."""

import subprocess
import sys

import pytest


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_what_was_left_out_of_the_fit_is_judged_as_well_as_at_the_last_fit(root):
    command = [sys.executable, str(root / "benchmarks" / "verdict_gate.py")]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert outcome.stdout.endswith("Every line holds.\n")
