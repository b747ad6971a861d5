"""Compiled loops check every index: a step beyond an array, or one from its end, is an error and never a number."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import graphlink
from graphlink.engine import compiled_loops as kept_loops
from graphlink.engine.compile import compiled
from graphlink.engine.kernels.reading import have_any, rows_flagged, values_used

FIVE = np.arange(5)
SQUARE = np.zeros((2, 2))


@compiled
def one_of(values, at):
    return values[at]


@compiled
def mark(values, row, column):
    values[row, column] += 1
    return 0


@compiled
def write(values, at):
    values[at] = 7
    return 0


@compiled
def many_of(values, at):
    return values[at].sum()


@compiled
def cut(values, low, high):
    return values[low:high].sum()


@compiled
def last_of(values):
    return values[-1] + values[:-1].sum()


@compiled
def one_of_inner(values, at):
    return one_of(values, at)


@pytest.mark.parametrize(
    ("loop", "arguments"),
    [
        (one_of, (FIVE, 5)),
        (one_of, (FIVE, -1)),
        (one_of, (FIVE, np.int8(-1))),
        (one_of, (FIVE, np.uint32(2**32 - 1))),
        (one_of, (FIVE[:0], 0)),
        (one_of_inner, (FIVE, -1)),
        (mark, (SQUARE, 2, 0)),
        (mark, (SQUARE, 0, -1)),
        (mark, (SQUARE, np.int32(-2), 0)),
        (write, (FIVE.copy(), -5)),
        (write, (FIVE.copy(), 1 << 40)),
        (many_of, (FIVE, np.array([0, 5]))),
        (many_of, (FIVE, np.array([0, -1]))),
        (many_of, (FIVE, np.array([-1], dtype=np.int32))),
        (cut, (FIVE, -1, 3)),
        (cut, (FIVE, 1, -3)),
        (last_of, (FIVE[:0],)),
    ],
)
def test_an_index_outside_of_its_array_is_an_error(loop, arguments):
    with pytest.raises(IndexError):
        loop(*arguments)


def test_what_lies_inside_is_read_and_written_as_ever():
    mine, square = FIVE.copy(), SQUARE.copy()
    write(mine, 4)
    mark(square, 1, np.uint8(1))
    found = one_of(mine, 4), one_of_inner(mine, np.uint64(3)), many_of(mine, np.array([1, 2])), last_of(mine)
    assert (found, square[1, 1]) == ((7, 3, 3, 13), 1)
    assert (cut(mine, 1, 3), cut(mine, 4, 99), cut(mine, 9, 99)) == (3, 7, 0)  # a slice ends where its array does


def _loops():
    """Every loop of the program, and the code that it stands in."""
    top = Path(graphlink.__file__).parents[1]
    modules = [(path, ".".join(path.relative_to(top).with_suffix("").parts)) for path in kept_loops._LOOPS]
    return [
        pytest.param(loop, path.read_text(encoding="utf-8"), id=f"{path.stem}.{each}")
        for path, name in modules
        for each, loop in vars(importlib.import_module(name)).items()
        if hasattr(loop, "py_func") and loop.py_func.__module__ == name
    ]


@pytest.mark.parametrize(("loop", "code"), _loops())
def test_every_loop_of_the_program_is_compiled_with_these_checks(loop, code):
    assert loop.targetoptions == one_of.targetoptions
    assert loop.targetoptions["boundscheck"]
    assert loop._compiler.pipeline_class is one_of._compiler.pipeline_class
    assert "njit" not in code


def test_no_loop_escapes_the_test_before():
    n_marked = sum(path.read_text(encoding="utf-8").count("\n@compiled\n") for path in kept_loops._LOOPS)
    assert len(_loops()) == n_marked > 50


def test_loops_of_reading_refuse_flags_that_do_not_fit_their_texts():
    """The heap was written beyond its ends here."""
    with pytest.raises(IndexError):
        have_any(np.array([0, 8]), np.frombuffer(b"9.9.9.9", dtype=np.uint8), np.zeros(256, dtype=np.bool_))
    with pytest.raises(IndexError):
        values_used(np.zeros(1, np.int16), np.full(1, -1, np.int32), np.array([0, 3]), np.ones(1, np.bool_))
    with pytest.raises(IndexError):
        rows_flagged(np.zeros(1, np.int16), np.full(1, 3, np.int32), np.array([0, 3]), np.ones(3, np.bool_))


UNCHECKED = """
import numpy as np
from graphlink.engine.kernels.reading import values_used
values_used(np.zeros(1, np.int16), np.full(1, -1, np.int32), np.array([0, 3]), np.ones(1, np.bool_))
"""


@pytest.mark.slow
def test_no_setting_of_the_compiler_switches_the_checks_off():
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "0", "NUMBA_CACHE_DIR": "/proc/nowhere"}
    ended = subprocess.run(
        [sys.executable, "-c", UNCHECKED], check=False, capture_output=True, text=True, env=environment
    )
    assert ended.stderr.splitlines()[-1] == "IndexError: index is out of bounds"


def test_loops_that_were_compiled_in_another_way_are_not_loaded(monkeypatch, tmp_path):
    """Without checks, for instance: what says how is part of what a kept loop is known by."""
    before = kept_loops.code_of_loops()
    (tmp_path / "kernel_cache.py").write_text("# another way")
    monkeypatch.setattr(kept_loops, "_HOW", (tmp_path / "kernel_cache.py",))
    assert kept_loops.code_of_loops() != before
