"""Nonsense in the variables that libraries read ends no command in a traceback, and changes no result."""

import os
import subprocess
import sys

import pytest
from sweep_worlds import FIRST, write_week

pytestmark = pytest.mark.slow

NUMBA = ("NUM_THREADS", "OPT", "DEBUG", "CPU_NAME", "CPU_FEATURES", "THREADING_LAYER", "DISABLE_JIT", "BOUNDSCHECK")
VARIABLES = {
    "no threads": {"NUMBA_NUM_THREADS": "0"},
    "numba": {f"NUMBA_{name}": "nonsense" for name in NUMBA},
    "many threads": {"NUMBA_NUM_THREADS": "-1", "OMP_NUM_THREADS": "99999999999", "OPENBLAS_NUM_THREADS": "0"},
    "arithmetic": {f"{name}_NUM_THREADS": "x" for name in ("OMP", "OPENBLAS", "MKL", "ARROW")},
    "time and language": {"TZ": "No/Where:\x01", "LANG": "xx_XX.nonsense", "LC_ALL": "\u00e9", "LANGUAGE": "%s"},
    "folders": {"TMPDIR": "/no/such/folder", "HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/zero", "TEMP": "\x02"},
    "terminal": {"COLUMNS": "nonsense", "LINES": "-1", "TERM": "%p1", "NO_COLOR": "x", "FORCE_COLOR": "x"},
    "columns": {"COLUMNS": "0"},
    "ours": {"ARROW_IO_THREADS": "-7", "ARROW_DEFAULT_MEMORY_POOL": "nonsense", "ARROW_USER_SIMD_LEVEL": "nonsense"},
}


@pytest.mark.parametrize("name", VARIABLES)
def test_no_variable_ends_a_command(tmp_path, name):
    write_week(tmp_path / "exports", FIRST)
    done = subprocess.run(
        [sys.executable, "-m", "graphlink", "check", "exports"],
        cwd=tmp_path,
        env={**os.environ, **VARIABLES[name]},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    assert done.returncode == 0, done.stderr
    assert "exit 0 DONE" in done.stderr
