"""The rings that a run reported, read from its folder; or put together from the frames of a result.

``rings.json`` is read when it is there: it is lossless, while the CSVs are made safe for spreadsheets, so that a text
which a spreadsheet would take for a formula has an apostrophe before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.lab.evaluate.open_inputs import read_json, read_table, refusal

if TYPE_CHECKING:
    from pathlib import Path

FORMULA: Final = r"""^'([\s\pZ\p{Cc}\p{Cf}'"`´‘’‚“”„«»]*[=+\-@\t\r\n＝＋－﹢﹣−＠﹦﹫])"""  # noqa: RUF001 - they look alike on purpose
"""An apostrophe before what a spreadsheet would take for a formula, in RE2's syntax: the CSV writer put it there."""

_VERSION: Final = 1  # of the format of rings.json
_NEEDED: Final = {"rings": ("ring_id", "rank", "assessment"), "members": ("account_id", "ring_id", "tier")}
_FURTHER: Final = {"rings": ("campaign",), "members": ("confidence", "cell")}


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
    """Read the rings and members of a run's folder. Raises ``InputError`` when they are not there, or are no run's."""
    if (folder / "rings.json").is_file():
        return _read_document(folder)
    if (folder / "rings.csv").is_file() and (folder / "members.csv").is_file():
        return _checked(folder, _read_csv(folder, "rings"), _read_csv(folder, "members"))
    raise refusal(folder, "GL152", "no run here")


def _read_csv(folder: Path, name: str) -> pd.DataFrame:
    """A table and its further files (``members-2.csv``), which begin where a spreadsheet's rows end."""
    paths = [folder / f"{name}.csv", *sorted(folder.glob(f"{name}-*.csv"))]
    table = pd.concat([read_table(path, "GL152", _NEEDED[name]) for path in paths], ignore_index=True)
    as_read = {
        column: pc.replace_substring_regex(pa.array(table[column], pa.large_string()), FORMULA, r"\1").to_pandas()
        for column in table.columns
    }
    return pd.DataFrame(as_read)


def _read_document(folder: Path) -> Reported:
    path = folder / "rings.json"
    document = read_json(path, "GL152")
    if document.get("format_version", _VERSION) != _VERSION:
        raise refusal(path, "GL152", "written by another version of graphlink, in a format that is not known here")
    rings, members = (_tabulate(path, document, name) for name in _NEEDED)
    return _checked(folder, rings, members)


def _tabulate(path: Path, document: dict[str, Any], name: str) -> pd.DataFrame:
    records = document.get(name)
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise refusal(path, "GL152", f"it holds no list of {name}")
    return pd.DataFrame(records, columns=[*_NEEDED[name], *_FURTHER[name]])


def _checked(folder: Path, rings: pd.DataFrame, members: pd.DataFrame) -> Reported:
    """The two tables as a run's, if they say of each ring and each member what every run says."""
    for name, table in (("rings", rings), ("members", members)):
        for column in _NEEDED[name]:
            is_text = column == "rank" or pd.api.types.infer_dtype(table[column]) in {"string", "empty"}
            if not is_text or table[column].isna().any():
                raise refusal(folder, "GL152", f"not every one of its {name} has a {column}")
    if not rings.ring_id.is_unique:
        raise refusal(folder, "GL152", "a ring is listed twice")
    try:
        rings = rings.assign(rank=pd.to_numeric(rings["rank"]).astype("int64"))
        if "confidence" in members.columns:
            members = members.assign(confidence=pd.to_numeric(members.confidence).astype(float))
    except (ValueError, TypeError):
        raise refusal(folder, "GL152", "a rank or a confidence is no number") from None
    return Reported(folder.name, rings, members)
