"""Run the example notebook and keep its outputs, so that who reads it sees what it gives."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import nbformat
from nbclient import NotebookClient

ROOT: Final = Path(__file__).resolve().parents[1]
NOTEBOOK: Final = ROOT / "examples" / "notebook.ipynb"


def main() -> int:
    """Run the notebook in its place."""
    nbformat.write(run_notebook(NOTEBOOK), NOTEBOOK)
    return 0


def run_notebook(path: Path) -> nbformat.NotebookNode:
    """Run every cell of a notebook from its own folder, on the Python that runs this."""
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
    )
    client.execute()
    # What depends on the machine that ran it.
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    return notebook


if __name__ == "__main__":
    sys.exit(main())
