"""The rings that a run found, read from its folder or built from the frames of a result.

The stored tables have all of them. ``rings.json`` comes next, because it is lossless. The CSV files are made safe for
spreadsheets: a text that a spreadsheet would run as a formula begins with an apostrophe.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.lab.evaluate.open_inputs import read_json, read_table, refusal
from graphlink.results.questions.folder import ask_tables

if TYPE_CHECKING:
    from pathlib import Path

FORMULA: Final = r"""^'([\s\pZ\p{Cc}\p{Cf}'"`´‘’‚“”„«»]*[=+\-@\t\r\n＝＋－﹢﹣−＠﹦﹫])"""  # noqa: RUF001 - they look alike on purpose
"""An apostrophe that the CSV writer put before a possible formula, in RE2's syntax."""

_VERSIONS: Final = (1, 2)  # of the format of rings.json
_NEEDED: Final = {"rings": ("ring_id", "rank", "assessment"), "members": ("account_id", "ring_id", "tier")}
_FURTHER: Final = {"rings": ("campaign",), "members": ("confidence", "cell")}


@dataclass(frozen=True, slots=True, eq=False)
class Reported:
    """The rings that a run or a baseline reported.

    ``rings``: ring_id, rank, assessment, and campaign if the run has campaigns. ``members``: account_id, ring_id, tier,
    and confidence if there is one.
    """

    name: str
    rings: pd.DataFrame
    members: pd.DataFrame


def read_run(folder: Path) -> Reported:
    """Read the rings and members of a run's folder. Raises ``InputError`` if they are missing or invalid."""
    if stored := _read_stored(folder):
        return stored
    if (folder / "rings.json").is_file():
        return _read_document(folder)
    if (folder / "rings.csv").is_file() and (folder / "members.csv").is_file():
        return _checked(folder, _read_csv(folder, "rings"), _read_csv(folder, "members"))
    raise refusal(folder, "GL152", "no run here")


def _read_stored(folder: Path) -> Reported | None:
    """Read the tables, which also have the groups that are not listed; None if the folder holds none."""
    found = ask_tables(folder, lambda run: [pd.DataFrame(run.arrays(each)) for each in (_RINGS, _MEMBERS)])
    return None if found is None else _checked(folder, *found)


_RINGS: Final = "SELECT ring_id, rank, assessment, campaign FROM rings ORDER BY rank"
_MEMBERS: Final = (
    "SELECT account_id, ring_id, tier, round(confidence, 3) AS confidence, cell "
    "FROM members JOIN accounts USING (account) JOIN rings USING (ring_id) ORDER BY rank, account"
)


def _read_csv(folder: Path, name: str) -> pd.DataFrame:
    """Read a table and its further files (``members-2.csv``), which start at a spreadsheet's row limit."""
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
    if document.get("format_version", 1) not in _VERSIONS:
        raise refusal(path, "GL152", "written by another version of graphlink, in a format that is not known here")
    rings, members = (_tabulate(path, document, name) for name in _NEEDED)
    return _checked(folder, rings, members)


def _tabulate(path: Path, document: dict[str, Any], name: str) -> pd.DataFrame:
    records = document.get(name)
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise refusal(path, "GL152", f"it holds no list of {name}")
    return pd.DataFrame(records, columns=[*_NEEDED[name], *_FURTHER[name]])


def _checked(folder: Path, rings: pd.DataFrame, members: pd.DataFrame) -> Reported:
    """Check that the two tables have the columns and values of a run."""
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
        raise refusal(folder, "GL152", "a rank or a confidence is not a number") from None
    return Reported(folder.name, rings, members)
