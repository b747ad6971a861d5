"""The example notebook runs from the first cell to the last, and is kept without outputs."""

import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient


def test_the_notebook_is_kept_without_outputs(root):
    check = [sys.executable, "scripts/clear_notebook.py", "--check"]
    done = subprocess.run(check, check=False, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_cell_of_the_notebook_runs(root):
    path = root / "examples" / "notebook.ipynb"
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=800, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    last = [cell for cell in notebook.cells if cell.cell_type == "code"][-1]
    assert last.execution_count == sum(cell.cell_type == "code" for cell in notebook.cells)
    assert any(cell.get("outputs") for cell in notebook.cells)
