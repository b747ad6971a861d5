"""The folder of a run: a finished ``Run`` goes in, all of its files or none come out."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from graphlink.engine.threads import Arrays, Runner, map_threads, run_now
from graphlink.model.listing import listed_part
from graphlink.model.run import Run
from graphlink.results.files.csv_files import sheets, write_csv
from graphlink.results.files.graph_files import MOST, write_graphml
from graphlink.results.files.json_files import write_rejects, write_rings_json, write_run_json
from graphlink.results.files.stored_tables import stored_tables
from graphlink.results.files.trace_table import write_trace
from graphlink.results.page.html_page import write_report
from graphlink.results.publish import publish
from graphlink.results.stored_schema import BEARERS, EDGES, FOLDER, SIGHTINGS, SIGNALS
from graphlink.results.tables import table_frames

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
    found = publish.check_destination(out, publish.RUN_FORMAT, force=force)
    return tuple(out / name for name in publish.publish_folder(out, partial(write_files, run), found))


def write_files(
    run: Run, folder: Path, beside: Mapping[str, bytes] | None = None, *, runner: Runner = run_now
) -> list[str]:
    """Write every file of a run into an empty folder, and name them; the report comes first, the manifest last.

    ``beside`` are more files by name, whose digests the manifest tells too.
    """
    shown = replace(run, findings=listed_part(run.findings))
    tables = {
        name: partial(write_csv, table=table, frame=part)
        for table, frame in table_frames(shown.findings).items()
        for name, part in sheets(table, frame)
    }
    more = {name: partial(_put, content) for name, content in (beside or {}).items()}
    first: dict[str, Callable[[BinaryIO], object]] = {
        REPORT: partial(write_report, run=shown),
        **tables,
        GRAPH: partial(write_graphml, findings=shown.findings, most=MOST),
        RINGS_JSON: partial(write_rings_json, run=shown),
        REJECTS: partial(write_rejects, rejects=run.reading.rejects),
    }
    stored = stored_tables(run)
    files: dict[str, Callable[[BinaryIO], object]] = {**first, **stored, **more}
    if stored:
        (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
        (folder / FOLDER).chmod(0o700)  # the umask narrows the mode that is given to mkdir, and is not ours
    tasks = [partial(_write, folder, name, files[name]) for name in sorted(files, key=_turn)]
    trace, _ = runner(partial(write_trace, run, folder), tasks)
    names = [*files, *trace]
    facts = map_threads(lambda name: publish.file_facts(folder / name), names)
    with publish.create_file(folder, publish.MANIFEST) as file:
        write_run_json(file, shown, dict(zip(names, facts, strict=True)))
    return [*names, publish.MANIFEST]


_LONGEST: Final = (REPORT, GRAPH, RINGS_JSON, SIGHTINGS.file, EDGES.file, BEARERS.file, SIGNALS.file)


def _turn(name: str) -> int:
    """What takes longest comes first, so that all ends together."""
    return _LONGEST.index(name) if name in _LONGEST else len(_LONGEST)


def _write(folder: Path, name: str, write: Callable[[BinaryIO], object]) -> Arrays:
    """Write a file, whether or not a copy of the process that was ended had begun it."""
    (folder / name).unlink(missing_ok=True)
    with publish.create_file(folder, name) as file:
        write(file)
    return {}


def _put(content: bytes, file: BinaryIO) -> None:
    file.write(content)
