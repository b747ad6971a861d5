"""The action file: accounts that a named person confirmed, as CSV for the people who close accounts."""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from graphlink.model.sweeps import Action, Hit
from graphlink.results.columns import DECLARED
from graphlink.results.files.csv_files import sheets, write_csv
from graphlink.results.formats import format_version
from graphlink.results.publish.publish import check_destination, create_file, publish_folder

FORMAT: Final = "graphlink-actions"
MANIFEST: Final = "manifest.json"
"""Marks the folder as ours."""

ACTIONS: Final = DECLARED["files"]["actions"]
COUNTS: Final = DECLARED["files"]["action_counts"]


def action_files(actions: Sequence[Action], hit: Sequence[Hit] = ()) -> dict[str, bytes]:
    """The action file by its name, further files if one is full, and the count of who is hit; empty without actions."""
    if not actions:
        return {}
    import pandas as pd  # noqa: PLC0415  file names are also needed without writing

    columns, counts = (
        {field.source: [getattr(each, field.source) for each in rows] for field in table.fields}
        for table, rows in ((ACTIONS, actions), (COUNTS, hit))
    )
    frame = pd.DataFrame(columns).assign(at=pd.to_datetime(columns["at"], unit="us", utc=True).as_unit("us"))
    counted = pd.DataFrame(counts).astype({"share": "float64", "spend": "float64"})
    files = {}
    for table, whole in ((ACTIONS, frame), (COUNTS, counted)):
        for name, part in sheets(table, whole):
            file = io.BytesIO()
            write_csv(file, table, part)
            files[name] = file.getvalue()
    return files


def write_actions(
    folder: Path, actions: Sequence[Action], hit: Sequence[Hit] = (), *, force: bool = False
) -> list[str]:
    """Write the action files into a folder of their own and return their names; earlier files are replaced.

    Raises
    ------
    OSError
        If the folder is something other than an empty one or, with ``force``, that of earlier action files, or if the
        disk fails. Nothing has changed then.
    """
    found = check_destination(folder, FORMAT, force=force, manifest=MANIFEST, what="an action file")
    files = action_files(actions, hit)
    if files or (folder / MANIFEST).exists():
        publish_folder(folder, lambda private: _write_files(private, files), found)
    return list(files)


def _write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    outputs = {
        name: {
            "bytes": len(content),
            "format_version": format_version(name),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for name, content in files.items()
    }
    manifest = {"format": FORMAT, "format_version": format_version(MANIFEST, "actions"), "outputs": outputs}
    for name, content in {**files, MANIFEST: json.dumps(manifest, sort_keys=True, indent=2).encode() + b"\n"}.items():
        with create_file(folder, name) as file:
            file.write(content)
