"""The folder of a run: a finished ``Run`` goes in, all of its files or none come out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from graphlink.engine.threads import all_of, later
from graphlink.results import stored_schema as stored
from graphlink.results.files.csv_files import file_names, parts, write_csv
from graphlink.results.files.graphml import write_graphml
from graphlink.results.files.json_files import write_rejects, write_rings_json, write_run_json
from graphlink.results.files.stored_tables import write_found_tables, write_linked_tables, write_seen_tables
from graphlink.results.files.trace_table import write_trace
from graphlink.results.page.html_page import write_report
from graphlink.results.publish.publish import (
    MANIFEST,
    RUN_FORMAT,
    check_destination,
    create_file,
    file_facts,
    publish_folder,
)
from graphlink.results.tables import table_frames

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

    import pandas as pd

    from graphlink.engine.threads import Apart, Arrays
    from graphlink.model.run import Run
    from graphlink.results.tables import Table

REPORT: Final = "report.html"
GRAPH: Final = "graph.graphml"
RINGS_JSON: Final = "rings.json"
REJECTS: Final = "rejects.jsonl"


def write_run(run: Run, out: Path, *, force: bool = False) -> tuple[Path, ...]:
    """Write every file of a run into a new folder that appears only when all of them are complete.

    Parameters
    ----------
    run
        The finished run.
    out
        The folder to make. It and its files are readable by their owner alone.
    force
        Whether a folder that holds an earlier run may be replaced. A folder that graphlink did not write never is.

    Returns
    -------
    The files, in the order in which a reader wants them; the report comes first.

    Raises
    ------
    OSError
        If the folder may not be replaced or the disk fails. Nothing has changed then.
    """
    found = check_destination(out, RUN_FORMAT, force=force)
    names: list[str] = []
    publish_folder(out, lambda folder: names.extend(write_files(run, folder)), found)
    return tuple(out / name for name in names)


def write_files(
    run: Run,
    folder: Path,
    beside: Mapping[str, bytes] | None = None,
    *,
    apart: Apart = later,
    begun: Sequence[Callable[[], object]] = (),
) -> list[str]:
    """Write every file of a run into an empty folder, and name them; the report comes first, the manifest last.

    ``beside`` are more files by name, whose digests the manifest tells too; ``apart`` is how the page is written, and
    how the graph and the tables of rings are: a third of the time each. What waits for the ends of
    ``write_seen_tables`` and ``write_linked_tables`` is ``begun``, where both were begun before.
    """
    sheets = {name: part for table in table_frames(run.findings).items() for name, part in _sheets(*table)}
    page = apart(partial(_write_anew, folder, {REPORT: lambda file: write_report(file, run)}))
    others = apart(partial(_write_anew, folder, {**sheets, GRAPH: lambda file: write_graphml(file, run.findings)}))
    drawn = [REPORT, *sheets, GRAPH]
    del sheets
    more = {name: partial(_put, content) for name, content in (beside or {}).items()}
    writers: list[Callable[[], list[str]]] = [  # what takes longest first, so that the threads end together
        partial(_write, folder, RINGS_JSON, lambda file: write_rings_json(file, run)),
        partial(_write_tables, run, folder, begun),
        partial(write_trace, run, folder),
        partial(_write, folder, REJECTS, lambda file: write_rejects(file, run.reading.rejects)),
        *(partial(_write, folder, name, write) for name, write in more.items()),
    ]
    _, stored, trace, *_ = all_of(lambda write: write(), writers)
    page()
    others()
    names = [*drawn, RINGS_JSON, REJECTS, *stored, *more, *trace]
    facts = all_of(lambda name: file_facts(folder / name), names)
    with create_file(folder, MANIFEST) as file:
        write_run_json(file, run, dict(zip(names, facts, strict=True)))
    return [*names, MANIFEST]


def _write_tables(run: Run, folder: Path, begun: Sequence[Callable[[], object]]) -> list[str]:
    """Write the tables that questions are answered from; none where the run was put together without its groups."""
    groups = run.findings.groups
    if groups is None:
        return []
    write_found_tables(run, groups, folder)
    sightings = run.reading.sightings
    seen = partial(write_seen_tables, sightings, groups.bipartite, groups.test, folder)
    for finish in begun or (seen, partial(write_linked_tables, sightings, groups, folder)):
        finish()
    return [table.file for table in stored.STORED]


def _write(folder: Path, name: str, write: Callable[[BinaryIO], object]) -> list[str]:
    with create_file(folder, name) as file:
        write(file)
    return [name]


def _write_anew(folder: Path, writers: Mapping[str, Callable[[BinaryIO], object]]) -> Arrays:
    """Write some files, whether or not a copy that was ended had begun them."""
    for name, write in writers.items():
        (folder / name).unlink(missing_ok=True)
        _write(folder, name, write)
    return {}


def _put(content: bytes, file: BinaryIO) -> None:
    file.write(content)


def _sheets(table: Table, frame: pd.DataFrame) -> Iterator[tuple[str, Callable[[BinaryIO], None]]]:
    for name, part in zip(file_names(table, len(frame)), parts(frame), strict=True):
        yield name, partial(write_csv, table=table, frame=part)
