"""The action file: accounts that a named person confirmed, as CSV for whoever closes accounts."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from graphlink.report.csv_files import file_names, parts, write_csv
from graphlink.report.publish import create_file
from graphlink.report.tables import Field, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from graphlink.history import Action

ACTIONS: Final = Table(
    "actions",
    (
        Field("account_id", is_untrusted=True),
        Field("ring_id"),
        Field("tier"),
        Field("confirmed"),
        Field("by"),
        Field("at", Kind.TIME),
        Field("week"),
        Field("note"),
    ),
)


def action_files(actions: Sequence[Action]) -> dict[str, bytes]:
    """The action file by its name, and more of them where one is full; without actions there is none."""
    if not actions:
        return {}
    import pandas as pd  # noqa: PLC0415  the names of files are asked for where nothing is written

    columns = {name: [getattr(action, name) for action in actions] for name in ACTIONS.columns}
    frame = pd.DataFrame(columns).assign(at=pd.to_datetime(columns["at"], unit="us", utc=True).as_unit("us"))
    files = {}
    for name, part in zip(file_names(ACTIONS, len(frame)), parts(frame), strict=True):
        file = io.BytesIO()
        write_csv(file, ACTIONS, part)
        files[name] = file.getvalue()
    return files


def write_actions(folder: Path, actions: Sequence[Action]) -> list[str]:
    """Write the action file into a folder, and name it.

    Raises
    ------
    OSError
        If a file of that name is there, or the disk fails.
    """
    files = action_files(actions)
    for name, content in files.items():
        with create_file(folder, name) as file:
            file.write(content)
    return list(files)
