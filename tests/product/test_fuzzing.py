"""What fuzzing begins from and once found is read or refused; with a fuzzer at hand, five minutes more at night."""

import os
import subprocess
import sys
from importlib import util
from pathlib import Path

import pytest
from hypothesis import settings

SCRIPT = Path(__file__).parents[2] / "scripts" / "fuzz.py"
IS_LONG = settings.default.max_examples >= 20_000


def fuzz(*words):
    return subprocess.run(
        [sys.executable, str(SCRIPT), *words],
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
