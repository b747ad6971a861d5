"""A planted cache runs nothing: compiled loops are loaded only from where nobody else may write (P20)."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from graphlink.kernel_cache import is_ours

CALL = """
import numpy as np
from graphlink.kernels import values_used
values_used(np.zeros(1, np.int16), np.zeros(1, np.int32), np.zeros(2, np.int64), np.ones(1, np.bool_))
"""


class Trap:
    """A pickle that leaves a mark when it is loaded."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


@pytest.fixture
def planted(tmp_path):
    """A folder of compiled loops in which every file was exchanged for a pickle that leaves a mark."""
    folder = tmp_path / "cache"
    call_a_loop(folder)
    (inner,) = folder.iterdir()
    files = sorted(inner.iterdir())
    assert {path.suffix for path in files} == {".nbc", ".nbi"}
    for path in files:
        path.write_bytes(index_head(path) + pickle.dumps(Trap(tmp_path / "mark")))
    return inner


def index_head(path: Path) -> bytes:
    """numba's index begins with the pickled version, by which it knows its own."""
    if path.suffix != ".nbi":
        return b""
    with path.open("rb") as file:
        pickle.load(file)  # noqa: S301  numba wrote it a moment ago
        return path.read_bytes()[: file.tell()]


def call_a_loop(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder)}
    old = os.umask(0o077)
    try:
        return subprocess.run(
            [sys.executable, "-c", CALL], check=False, env=environment, capture_output=True, text=True
        )
    finally:
        os.umask(old)


def test_the_trap_would_spring_where_it_is_loaded(planted, tmp_path):
    """Otherwise the tests below would show nothing."""
    call_a_loop(planted.parent)
    assert (tmp_path / "mark").exists()


@pytest.mark.parametrize("writable", ["folder", "file"])
def test_a_cache_that_others_may_write_is_not_loaded(planted, tmp_path, writable):
    place = planted if writable == "folder" else next(iter(planted.iterdir()))
    place.chmod(0o777)
    outcome = call_a_loop(planted.parent)
    assert outcome.returncode == 0
    assert not (tmp_path / "mark").exists()
    assert "somebody else may write" in outcome.stderr


def test_pickles_beside_inputs_and_where_one_stands_are_not_loaded(graphlink_program, samples, tmp_path):
    """Everywhere else that something might be looked for: beside the export, in the working folder, in the home."""
    trap = pickle.dumps(Trap(tmp_path / "mark"))
    places = ("", "__pycache__/", ".cache/numba/", ".cache/graphlink/", "exports/", "exports/__pycache__/")
    for place in places:
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        for name in ("cache.pkl", "kernels.values_used-32.py311.nbi", "matplotlib.pickle", "joblib.pickle"):
            (tmp_path / place / name).write_bytes(trap)
    for path in (samples / "tiny").iterdir():
        if path.is_file():
            (tmp_path / "exports" / path.name).write_bytes(path.read_bytes())
    sources = sorted(str(path) for path in (tmp_path / "exports").iterdir() if path.suffix in {".csv", ".parquet"})
    environment = os.environ | {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / ".cache")}
    command = [graphlink_program, "run", *sources, "-o", "result"]
    subprocess.run(command, check=True, cwd=tmp_path, env=environment, capture_output=True)
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize(("mode", "ours"), [(0o700, True), (0o755, True), (0o770, False), (0o1777, False)])
def test_a_folder_is_ours_when_nobody_else_may_write_it(tmp_path, mode, ours):
    folder = tmp_path / f"{mode:o}"
    folder.mkdir()
    folder.chmod(mode)
    if ours:
        assert is_ours(folder)
    else:
        with pytest.warns(RuntimeWarning, match="go-w"):
            assert not is_ours(folder)


def test_a_folder_of_somebody_else_is_not_ours(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 1234, 1234)
    with pytest.warns(RuntimeWarning, match="somebody else"):
        assert not is_ours(tmp_path / "theirs")


def test_where_nothing_can_be_written_loops_are_compiled_all_the_same(tmp_path):
    """As in a service whose file system is read-only: numba itself ends with an error there."""
    code = f"import numba.core.caching as c; c.CacheImpl._locator_classes = []{CALL}print('done')"
    outcome = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert outcome.stdout == "done\n"
