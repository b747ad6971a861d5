"""Run the example notebook and keep its outputs, so that who reads it sees what it gives.

With --check, say whether it gives what it shows; it runs only if something that it uses has changed since it last did.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path
from typing import Final

import nbformat
from nbclient import NotebookClient

ROOT: Final = Path(__file__).resolve().parents[1]
NOTEBOOK: Final = ROOT / "examples" / "notebook.ipynb"


CHECKED: Final = ROOT / ".venv" / "notebook-checked"
"""Holds the digest of what the notebook used when its outputs were last found to be current."""


def main() -> int:
    """Run the notebook in its place, or check it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="write nothing; fail if an output would change")
    if arguments.parse_args().check:
        if CHECKED.exists() and CHECKED.read_text() == _digest():
            return 0
        if outputs_of(run_notebook(NOTEBOOK)) != outputs_of(nbformat.read(NOTEBOOK, as_version=4)):
            print(f"out of date: {NOTEBOOK.relative_to(ROOT)}; run make docs", file=sys.stderr)
            return 1
    else:
        nbformat.write(run_notebook(NOTEBOOK), NOTEBOOK)
    CHECKED.write_text(_digest())
    return 0


def outputs_of(notebook: nbformat.NotebookNode) -> list[object]:
    """What each cell shows."""
    return [cell.get("outputs", []) for cell in notebook.cells]


def _digest() -> str:
    used = [NOTEBOOK, ROOT / "requirements.lock"]
    for folder in ("graphlink", "data/samples"):
        used += [path for path in (ROOT / folder).rglob("*") if path.is_file() and path.parent.name != "__pycache__"]
    told = hashlib.sha256()
    for path in sorted(used):
        told.update(f"{path.relative_to(ROOT)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return told.hexdigest()


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
