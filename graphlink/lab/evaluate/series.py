"""Weekly sweeps of one simulated world, and the true lineage of its rings week by week."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from graphlink.lab.evaluate.open_inputs import read_json, read_table, refusal
from graphlink.lab.evaluate.runs import Reported, read_run
from graphlink.model.text import TEXT
from graphlink.words.errors import InputError, Place

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

LINEAGE: Final = "lineage.parquet"
_WEEK: Final = re.compile(r"(?:run-)?(\d{4}-w\d{2})(?!\d)(?:-r(\d+)$)?", re.ASCII | re.IGNORECASE)
_PAIR: Final = ["account_id", "ring_id"]


@dataclass(frozen=True, slots=True, eq=False)
class TrueLineage:
    """The members of each planted ring in each week.

    ``active`` and ``regrown`` have a row per account: week, ring_id, account_id. Regrown accounts replaced banned ones
    in that week.
    """

    active: pd.DataFrame
    regrown: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """A week's rings with their lasting ids, and its evaders: account_id and ring_id."""

    week: str
    reported: Reported
    evaders: pd.DataFrame
    revision: int = 1


def read_lineage(path: Path) -> TrueLineage:
    """Read the true lineage of a simulated world of several weeks.

    Parameters
    ----------
    path
        The world's folder, its folder of truth, or the file itself.

    Raises
    ------
    InputError
        If there is none.
    """
    places = (path, path / LINEAGE, path / "_truth" / LINEAGE)
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise refusal(path, "GL150", f"no {LINEAGE} here")
    table = read_table(found, "GL150", ("week", "ring_id", "active", "regrown"))
    return TrueLineage(_by_account(table, "active"), _by_account(table, "regrown"))


def read_sweep(folder: Path) -> Sweep:
    """Read a week's rings from a folder named as `graphlink sweep` names it (``run-2026-w47``).

    Raises
    ------
    InputError
        If it holds no run, or its name has no week.
    """
    week = _WEEK.match(folder.name)
    if week is None:
        fix = "name folders that `graphlink sweep` wrote, such as run-2026-w47"
        raise InputError("GL152", Place(str(folder)), "its name begins with no week", fix)
    return Sweep(week[1].upper(), read_run(folder), _read_evaders(folder), int(week[2] or 1))


def newest_revisions(sweeps: Iterable[Sweep]) -> list[Sweep]:
    """The newest revision of each week, sorted by week.

    Raises
    ------
    InputError
        If two have the same week and revision.
    """
    by_week: dict[str, dict[int, Sweep]] = {}
    for sweep in sweeps:
        revisions = by_week.setdefault(sweep.week, {})
        if sweep.revision in revisions:
            fix = "name the sweeps of one series, each once"
            raise InputError("GL152", Place(sweep.week), f"revision {sweep.revision} is named twice", fix)
        revisions[sweep.revision] = sweep
    return [revisions[max(revisions)] for _, revisions in sorted(by_week.items())]


def tabulate_evaders(pairs: list[tuple[str, str]]) -> pd.DataFrame:
    """Build the table of evaders from pairs of account and ring."""
    return pd.DataFrame(pairs, columns=_PAIR, dtype=TEXT)


def _by_account(table: pd.DataFrame, column: str) -> pd.DataFrame:
    rows = table[["week", "ring_id", column]].explode(column).dropna()
    return rows.rename(columns={column: "account_id"}).astype(TEXT).reset_index(drop=True)


def _read_evaders(folder: Path) -> pd.DataFrame:
    path = folder / "lineage.json"
    if not path.is_file():
        return tabulate_evaders([])
    try:
        evaders = read_json(path, "GL152")["evaders"]
        return tabulate_evaders([(each["account_id"], each["ring_id"]) for each in evaders])
    except (KeyError, TypeError):
        raise refusal(path, "GL152", "its evaders are not in graphlink's format") from None
