"""A program of somebody else that uses the public names passes the checkers of types, and its mistakes do not."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.locked]

CHECKERS = {
    "mypy": ["mypy", "--strict", "--cache-dir", "cache", "--python-executable", sys.executable],
    "pyright": ["basedpyright", "--level", "error", "--pythonpath", sys.executable],
}


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_program_of_somebody_else_passes(root, tmp_path, checker):
    program = tmp_path / "client.py"
    program.write_text((root / "tests" / "fakes" / "client.py").read_text())
    name, *options = CHECKERS[checker]
    command = [Path(sys.executable).with_name(name), *options, program.name]
    right = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert right.returncode == 0, right.stdout
    program.write_text(program.read_text().replace("seed=gl.SEED", "seed='seven'"))
    wrong = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert wrong.returncode == 1
    assert "seven" in wrong.stdout or '"seed"' in wrong.stdout
