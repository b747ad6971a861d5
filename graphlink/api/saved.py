"""A run that was written to a folder, opened again; cases, answers and judgements for programs.

Nothing is analysed anew: frames, answers and case packs come from what the run published.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from graphlink.api.frames import TableLike, as_frame
from graphlink.api.library import CHECKS, FACTORS, Result, parts_frame, published
from graphlink.engine.files import CELLS, load_json
from graphlink.engine.files import TABLES as LARGEST
from graphlink.model.findings import COORDINATED, Check, Factor
from graphlink.results.columns import Kind, Table
from graphlink.results.publish.publish import RUN_FORMAT, read_manifest
from graphlink.results.tables import TABLES
from graphlink.words.errors import InputError

if TYPE_CHECKING:
    from graphlink.results.questions.asking import Answer

_WIDTH: Final = 100


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SavedResult:
    """A run's folder as frames: those of the ``Result`` that was written, of the groups that its files list."""

    folder: Path
    rings: pd.DataFrame
    members: pd.DataFrame
    signals: pd.DataFrame
    hubs: pd.DataFrame
    factors: pd.DataFrame
    checks: pd.DataFrame

    def __repr__(self) -> str:
        n_coordinated = int((self.rings["assessment"] == COORDINATED).sum())
        return f"<SavedResult {self.folder.name}: {len(self.rings):,} rings ({n_coordinated:,} coordinated)>"


def open(folder: str | Path) -> SavedResult:  # noqa: A001  the caller writes gl.open
    """Open the folder of a finished run.

    Parameters
    ----------
    folder
        What ``Result.write`` or ``graphlink run`` made.

    Raises
    ------
    InputError
        GL501 if it is no finished run, GL503 if its tables cannot be read.
    TypeError
        If it is no path.
    """
    if not isinstance(folder, str | PathLike):
        raise TypeError(f"folder is {type(folder).__name__}; give the path of a run's folder")
    path = Path(folder)
    if read_manifest(path, RUN_FORMAT) is None:
        raise InputError("GL501", path, "no finished run", "name a folder that `graphlink run` or Result.write made")
    try:
        document = load_json(path / "rings.json", LARGEST, values=CELLS)
        frames = {table.name: _frame(table, document[table.name]) for table in TABLES}
        rings = document["rings"]
        factors = ((ring["ring_id"], [Factor(**each) for each in ring["factors"]]) for ring in rings)
        checks = ((ring["ring_id"], [Check(**each) for each in ring["checks"]]) for ring in rings)
        return SavedResult(path, factors=parts_frame(FACTORS, factors), checks=parts_frame(CHECKS, checks), **frames)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError("GL503", path / "rings.json", "its tables cannot be read", "run again") from error


def _frame(table: Table, records: list[dict[str, Any]]) -> pd.DataFrame:
    """The rows of a table as JSON has them, in the types of a result's frame."""
    frame = pd.DataFrame(records, columns=list(table.columns))
    for each in table.fields:
        if each.kind is Kind.NAMES:
            frame[each.name] = [cell if isinstance(cell, str) else "; ".join(cell) for cell in frame[each.name]]
        if each.kind is Kind.TIME:
            frame[each.name] = pd.to_datetime(frame[each.name], utc=True, format="ISO8601")
    return published(table, frame)


# --- answers ----------------------------------------------------------------------------------------------------------


def explain(*names: str, run: str | Path | Result | SavedResult, width: int = _WIDTH) -> Answer:
    """Explain why two accounts are linked or not, or describe one account, signal or ring.

    Nothing is analysed again: the answer comes from what a run stored, as with ``graphlink explain``.

    Parameters
    ----------
    names
        Two accounts, or one name of a ring, an account or a signal (``TYPE=VALUE`` or a value alone). ``account:NAME``,
        ``ring:NAME`` and ``signal:NAME`` say which is meant.
    run
        A result, or the folder that ``Result.write`` or ``graphlink run`` made.
    width
        Characters to a line of the text.

    Raises
    ------
    InputError
        GL504 if nothing has a name, with the nearest; GL505 if several signals have it or several rings' ids begin so,
        GL50x if the folder is no finished run.
    ValueError
        If both names are one account's.
    TypeError
        Unless there are one name or two.

    Examples
    --------
    >>> import pandas as pd
    >>> import graphlink as gl
    >>> accounts = [f"acct-{n}" for n in range(6)]
    >>> cards = ["c1", "c1", "c2", "c2", "c2", "c2"]
    >>> sightings = pd.DataFrame({"account_id": accounts, "signal_type": "card", "signal_value": cards})
    >>> gl.explain("acct-0", "acct-1", run=gl.link(sightings)).document["question"]
    'pair'
    """
    from graphlink.results.questions import asking  # noqa: PLC0415  loads DuckDB

    with _folder_of(run) as folder:
        return asking.explain(*names, run=folder, width=width)


def case(
    ring_id: str,
    out: str | Path,
    *,
    run: str | Path | Result | SavedResult,
    key_file: str | Path | None = None,
    force: bool = False,
) -> Path:
    """Write what a run knows of one ring to a folder that can be passed on; returns the path of its page.

    Parameters
    ----------
    ring_id
        The ring, or the beginning of its id.
    out
        The folder to write.
    run
        A result, or the folder of a finished run.
    key_file
        The secret key (32 bytes, mode 0600) by which every id and value is replaced by a pseudonym.
    force
        Replace the folder of an earlier case pack.

    Raises
    ------
    InputError
        If the run has no such ring, or its names are pseudonyms already.
    DestinationError
        If the folder is there and ``force`` is not given.
    """
    from graphlink.reading.pseudonyms import read_key  # noqa: PLC0415
    from graphlink.results.cases.exchange import exchange_names  # noqa: PLC0415
    from graphlink.results.cases.open_case import open_case  # noqa: PLC0415
    from graphlink.results.cases.pack import check_pack, write_pack  # noqa: PLC0415

    check_pack(Path(out), force=force)
    with _folder_of(run) as folder:
        opened = open_case(folder, ring_id)
        if key_file is not None:
            opened = exchange_names(opened, read_key(Path(key_file)))
        return write_pack(opened, Path(out), force=force)[0]


def evaluate(
    run: str | Path | Result | SavedResult,
    truth: str | Path | TableLike,
    baselines: str | Path | TableLike | None = None,
) -> dict[str, Any]:
    """Judge a run against an answer key, as ``graphlink evaluate --json`` does for several.

    Parameters
    ----------
    run
        A result, or the folder of a finished run.
    truth
        The folder of a simulated world, a file, or a frame with ``account_id`` and ``ring_id`` (missing for accounts in
        no ring).
    baselines
        The sightings, with ``account_id``, ``signal_type`` and ``signal_value``, if naive baselines shall be judged on
        them too: a frame, a file, or the folder of a simulated world.

    Returns
    -------
    dict
        The figures of the run: precision, recall and the like, and each planted ring; with ``baselines``, theirs under
        that name, and under ``stopped`` those that would take too long.
    """
    from graphlink.lab.evaluate import Reported, label_truth, read_run, read_truth  # noqa: PLC0415
    from graphlink.lab.evaluate.baselines import read_incidence, tabulate_incidence  # noqa: PLC0415
    from graphlink.lab.evaluate.comparison import compare_runs, document_comparison  # noqa: PLC0415

    key = read_truth(Path(truth)) if isinstance(truth, str | PathLike) else label_truth(as_frame(truth, "truth"))
    if isinstance(run, Result):
        reported = Reported("result", run.rings, run.members)
    else:
        reported = read_run(run.folder if isinstance(run, SavedResult) else Path(run))
    match baselines:
        case None:
            incidence = None
        case str() | PathLike():
            incidence = read_incidence(Path(baselines))
        case _:
            incidence = tabulate_incidence(as_frame(baselines, "baselines"))
    document: Any = document_comparison(compare_runs(key, [reported], incidence))
    return {**document["runs"][0], **{name: document[name] for name in ("baselines", "stopped") if incidence}}


@contextmanager
def _folder_of(run: str | Path | Result | SavedResult) -> Iterator[Path]:
    """The folder of a run; one that is in memory alone is written for as long as it is asked."""
    if isinstance(run, Result):
        with tempfile.TemporaryDirectory(prefix="graphlink-") as folder:
            yield run.write(Path(folder) / "run").parent
    elif isinstance(run, SavedResult):
        yield run.folder
    elif isinstance(run, str | PathLike):
        yield Path(run)
    else:
        raise TypeError(f"run is {type(run).__name__}; give a result, or the path of a run's folder")
