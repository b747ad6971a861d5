"""Whatever is fuzzed or mutated is read or refused, with a message of ours and an exit code from the list."""

import os
import subprocess
import sys
from importlib import util
from pathlib import Path

import pytest
from hypothesis import settings

SCRIPTS = Path(__file__).parents[2] / "scripts"
IS_LONG = settings.default.max_examples >= 20_000


def fuzz(*words):
    return subprocess.run(
        [sys.executable, str(SCRIPTS / "fuzz.py"), *words],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_the_corpus_is_read_or_refused():
    done = fuzz("--once")
    assert done.returncode == 0, done.stderr[-3_000:]
    assert "were read or refused" in done.stdout


@pytest.mark.nightly(only=True)
@pytest.mark.skipif(not IS_LONG, reason="has a long form alone: make nightly")
@pytest.mark.skipif(util.find_spec("atheris") is None, reason="atheris is not installed (make fuzz installs it)")
def test_five_minutes_find_nothing(tmp_path):
    done = fuzz("--seconds", os.environ.get("FUZZ_SECONDS", "300"), "--keep", str(tmp_path))
    assert done.returncode == 0, done.stderr[-9_000:]


@pytest.mark.nightly
@pytest.mark.slow
def test_mutated_inputs_are_read_or_refused(tmp_path):
    """A hundred thousand of them, and two thousand through the command line, where it is night."""
    count, commands = ("100000", "2000") if IS_LONG else ("240", "6")
    words = ["--count", count, "--commands", commands, "--keep", str(tmp_path), "--seed", "1"]
    done = subprocess.run(
        [sys.executable, str(SCRIPTS / "mutate_inputs.py"), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-9_000:] + done.stderr[-2_000:]
