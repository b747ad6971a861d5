"""Clear the outputs of the example notebook, or with --check fail where it holds any.

Outputs are made by running it (a test does), so git keeps the cells alone.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

import nbformat

ROOT: Final = Path(__file__).resolve().parents[1]
NOTEBOOK: Final = ROOT / "examples" / "notebook.ipynb"


def main() -> int:
    """Clear the notebook in its place, or check it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="write nothing; fail if there is an output")
    is_check = arguments.parse_args().check
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    if is_check and is_clear(notebook):
        return 0
    if is_check:
        print(f"{NOTEBOOK.relative_to(ROOT)} holds outputs. Fix: make docs", file=sys.stderr)
        return 1
    clear(notebook)
    nbformat.write(notebook, NOTEBOOK)
    return 0


def is_clear(notebook: nbformat.NotebookNode) -> bool:
    """Whether no cell holds an output or was counted, and the metadata says nothing of a machine."""
    before = nbformat.writes(notebook)
    clear(notebook)
    return bool(nbformat.writes(notebook) == before)


def clear(notebook: nbformat.NotebookNode) -> None:
    """Take out of a notebook what running it put in."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}


if __name__ == "__main__":
    sys.exit(main())
