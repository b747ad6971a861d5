"""The example notebook runs, and shows what it gives."""

from __future__ import annotations

import runpy

import nbformat
import pytest


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # the kernel's own packages warn about each other
def test_the_notebook_runs_and_its_outputs_are_current(root):
    script = runpy.run_path(str(root / "scripts" / "run_notebook.py"))
    stored = nbformat.read(script["NOTEBOOK"], as_version=4)
    assert script["outputs_of"](script["run_notebook"](script["NOTEBOOK"])) == script["outputs_of"](stored)
