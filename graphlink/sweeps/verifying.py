"""Repeat a past sweep from its recorded inputs, and compare every byte."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from graphlink.config.settings import Config
from graphlink.engine.files import TABLES, load_json, read_file
from graphlink.engine.worker.protocol import Job, Limits
from graphlink.engine.worker.supervise import Listener, begin_in_worker
from graphlink.model.sweeps import SweepRecord
from graphlink.results.publish.publish import MANIFEST, file_digest
from graphlink.results.run_folder import REPORT
from graphlink.sweeps.documents import BEFORE, Before, read_document
from graphlink.sweeps.erasing import REJECTS
from graphlink.sweeps.plan import Plan, plan_sweep
from graphlink.sweeps.preflight import list_inputs
from graphlink.sweeps.publication import INPUTS, read_table
from graphlink.sweeps.recognising import differing_settings, other_versions
from graphlink.sweeps.start_reading import Begin, task_of
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.reading import read_sweeps
from graphlink.words.errors import UNREADABLE, InputError, Place


@dataclass(frozen=True, slots=True)
class Published:
    """A published sweep as far as its repetition needs it."""

    manifest: dict[str, Any]
    text: str
    """Its ``before.json``."""
    before: Before


@dataclass(frozen=True, slots=True)
class Verified:
    """How a published sweep compares with its repetition."""

    difference: str = ""
    """The first difference, empty if there is none that matters."""
    made_by: tuple[str, ...] = ()
    """Versions that made it and are others now. Their results may differ, so no difference of bytes is told."""
    is_same: bool = True
    """Whether all files are the same; with other versions, but for the page and the manifest, which name them."""


def read_published(folder: Path) -> Published:
    """Read a published sweep.

    Raises
    ------
    InputError
        GL164 if the folder holds no sweep.
    """
    try:
        manifest: dict[str, Any] = load_json(folder / MANIFEST)
        text = read_file(folder / BEFORE, TABLES).decode()
        before = read_document(Before, text)
        datetime.fromisoformat(manifest["window"]["as_of"])
    except UNREADABLE:
        where = Place(str(folder))
        raise InputError("GL164", where, f"no sweep in this folder ({BEFORE})", "name a folder of a sweep") from None
    return Published(manifest, text, before)


def plan_again(config: Config, published: Published) -> Plan:
    """Plan the sweep of the same week again."""
    as_of = datetime.fromisoformat(published.manifest["window"]["as_of"])
    return plan_sweep(config, published.before.week, as_of, allow_partial=bool(published.before.missing_sources))


def repeat_sweep(
    plan: Plan, published: Published, key: bytes, limits: Limits, listener: Listener, begin: Begin
) -> None:
    """Repeat a sweep from what it knew into the folder of the limits."""
    task = {**task_of(plan, limits), "command": published.manifest["inputs"]["command"]}
    with begin(Job.SWEEP, task, limits, listener) as worker:
        worker.tell({"before": published.text, "swept_as": None, "id_key": key.hex()})
        worker.outcome()


def verify_sweep(
    config: Config, folder: Path, limits: Limits, listener: Listener, begin: Begin = begin_in_worker
) -> Verified:
    """Repeat a published sweep and compare every byte.

    Rejected rows that ``prune`` has deleted are compared by their digest. If other versions made the sweep, their bytes
    may be others without any fault. Then the files are held against the sweep's own manifest, and the result says
    whether the tables come out the same.

    Parameters
    ----------
    config
        The settings, with the location of the exports.
    folder
        The published sweep.
    limits
        The limits of the worker.
    listener
        The receiver of the worker's messages.
    begin
        Starts a worker.

    Raises
    ------
    InputError
        GL164 if the folder holds no sweep.
    StateError
        If the state, which knows the digest of the sweep's manifest and the key of the ids of new rings, is missing or
        damaged.
    """
    with open_state(Path(config.sweep.state), Opening(read_only=True, settings=config.sweep)) as state:
        records, key = read_sweeps(state), state.key.ids
    if _is_unknown(folder, records):
        return Verified(f"{MANIFEST} is not what the state recorded: it was changed since, or is of another state")
    published = read_published(folder)
    plan = plan_again(config, published)
    made_by = other_versions(published.manifest)
    for found in _differences_before(folder, published.manifest, plan, made_by):
        return Verified(found, made_by)
    with tempfile.TemporaryDirectory(prefix="graphlink-verify-") as place:
        try:
            own = replace(limits, folder=place)
            repeat_sweep(plan, published, key, own, listener, begin)
        except InputError as error:
            return Verified(f"the sweep is refused now: {error}", made_by)
        different = dict(_different_files(folder, Path(place)))
    if made_by:
        return Verified(made_by=made_by, is_same=different.keys() <= {REPORT, MANIFEST})
    told = next(iter(different.values()), "")
    if REPORT in different and different.keys() <= {REPORT, MANIFEST}:
        told += ", and no table does: another build of graphlink may write another page about the same findings"
    return Verified(told, is_same=not told)


def _is_unknown(folder: Path, records: Sequence[SweepRecord]) -> bool:
    """Whether a manifest is none that the state recorded, by the folder's name or, for a copy, by any."""
    digests = {record.folder: record.run_digest for record in records}
    named = digests.get(folder.resolve().name)
    manifest = folder / MANIFEST
    return manifest.is_file() and file_digest(manifest) not in ([named] if named else digests.values())


def is_pruned(folder: Path) -> bool:
    """Whether ``prune`` has deleted the rejected rows of a sweep. Their digest is kept."""
    return not (folder / REJECTS).exists()


def _differences_before(folder: Path, manifest: Mapping[str, Any], plan: Plan, made_by: Sequence[str]) -> Iterator[str]:
    """What differs before the week is swept again: settings, exports and, of other versions, changed files."""
    for name in differing_settings(manifest["config"], plan.config):
        yield f"setting {name} is not what it was"
    then, now = read_table(folder, "files") or {}, list_inputs(plan)
    for name in sorted(then.keys() | now.keys()):
        if then.get(name) != now.get(name):
            yield f"export {name} is not what it was"
    for name in _altered(folder, manifest) if made_by else ():
        yield f"{name} was changed after it was published: it differs from {MANIFEST}"


def _altered(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Files that are not what the manifest of their own sweep says, or that it does not name."""
    told = {**manifest["outputs"], **manifest["inputs"]["outputs"]}
    there = _files(folder)
    for name in sorted((told.keys() | there) - {MANIFEST} - _apart(folder)):
        if name not in told or name not in there or file_digest(folder / name) != told[name]["sha256"]:
            yield name


def _different_files(then: Path, now: Path) -> Iterator[tuple[str, str]]:
    """Name each file that differs, and how."""
    for name in sorted((_files(then) | _files(now)) - _apart(then)):
        one, two = then / name, now / name
        if not one.is_file() or not two.is_file():
            yield name, f"{name} is in one of the two only"
        elif file_digest(one) != file_digest(two):
            yield name, f"{name} differs{_first_line(one, two)}"


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _apart(folder: Path) -> set[str]:
    """What is not compared: the record of exports, and pruned rows, of which the compared manifest has the digest."""
    return {INPUTS, REJECTS} if is_pruned(folder) else {INPUTS}


def _first_line(one: Path, two: Path) -> str:
    """Where two texts first differ. Other files have no lines to name."""
    if one.suffix == ".parquet":
        return ""
    with one.open("rb") as old, two.open("rb") as new:
        for number, (before, after) in enumerate(zip(old, new, strict=False), start=1):
            if before != after:
                return f" from line {number} on"
    return " at its end"
