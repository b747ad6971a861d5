"""The rings that a run reported, read from its folder; or put together from the frames of a result.

``rings.json`` is read when it is there: it is lossless, while the CSVs are made safe for spreadsheets, so that a text
which a spreadsheet would take for a formula has an apostrophe before it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.errors import InputError, Place

if TYPE_CHECKING:
    from pathlib import Path

FORMULA: Final = r"""^'([\s\pZ\p{Cc}\p{Cf}'"`´‘’‚“”„«»]*[=+\-@\t\r\n＝＋－﹢﹣−＠﹦﹫])"""  # noqa: RUF001 - they look alike on purpose
"""An apostrophe before what a spreadsheet would take for a formula, in RE2's syntax: the CSV writer put it there."""


@dataclass(frozen=True, slots=True, eq=False)
class Reported:
    """What a run or a baseline reported.

    ``rings``: ring_id, rank, assessment, and campaign where the run groups rings into campaigns.
    ``members``: account_id, ring_id, tier, and confidence where there is one.
    """

    name: str
    rings: pd.DataFrame
    members: pd.DataFrame


def read_run(folder: Path) -> Reported:
    """Read the rings and members of a run's folder. Raises ``InputError`` when they are not there."""
    if (folder / "rings.json").is_file():
        return _read_document(folder)
    if (folder / "rings.csv").is_file() and (folder / "members.csv").is_file():
        return Reported(folder.name, _read_csv(folder, "rings"), _read_csv(folder, "members"))
    raise InputError("GL152", Place(str(folder)), "no run here", "name a folder that `graphlink run` wrote")


def _read_csv(folder: Path, name: str) -> pd.DataFrame:
    """A table and its further files (``members-2.csv``), which begin where a spreadsheet's rows end."""
    paths = [folder / f"{name}.csv", *sorted(folder.glob(f"{name}-*.csv"))]
    table = pd.concat([pd.read_csv(path, dtype=str, keep_default_na=False) for path in paths], ignore_index=True)
    as_read = {
        column: pc.replace_substring_regex(pa.array(table[column], pa.large_string()), FORMULA, r"\1").to_pandas()
        for column in table.columns
    }
    return pd.DataFrame(as_read)


def _read_document(folder: Path) -> Reported:
    document = json.loads((folder / "rings.json").read_text(encoding="utf-8"))
    rings = pd.DataFrame(document["rings"], columns=["ring_id", "rank", "assessment", "campaign"])
    members = pd.DataFrame(document["members"], columns=["account_id", "ring_id", "tier", "confidence", "cell"])
    return Reported(folder.name, rings, members)
