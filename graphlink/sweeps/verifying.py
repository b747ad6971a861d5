"""Repeat a past sweep from its recorded inputs, and compare every byte."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from graphlink import __version__
from graphlink.config.settings import Config, config_settings
from graphlink.engine.files import TABLES, load_json, read_file
from graphlink.engine.worker.protocol import Job, Limits
from graphlink.engine.worker.supervise import Listener, do_in_worker
from graphlink.results.manifest import current_versions
from graphlink.results.publish.publish import MANIFEST, file_digest
from graphlink.results.run_folder import REPORT
from graphlink.sweeps.documents import BEFORE, Before, read_document
from graphlink.sweeps.erasing import REJECTS
from graphlink.sweeps.plan import Plan, plan_sweep
from graphlink.sweeps.preflight import list_inputs
from graphlink.sweeps.publication import INPUTS, read_inputs
from graphlink.sweeps.start_reading import task_of
from graphlink.sweeps.state.key import place_of, read_key
from graphlink.words.errors import UNREADABLE, InputError, Place


def verify_sweep(config: Config, folder: Path, limits: Limits, listener: Listener) -> str:
    """Repeat a published sweep and return the first difference, empty if all bytes are equal.

    Rejected rows that ``prune`` has deleted are compared by their digest. If other versions made the sweep, the
    difference names them, since they may write other bytes.

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

    Raises
    ------
    InputError
        GL164 if the folder holds no sweep.
    StateError
        GL706 if the key of the state, which the ids of new rings are made with, is missing.
    """
    try:
        manifest: dict[str, Any] = load_json(folder / MANIFEST)
        text = read_file(folder / BEFORE, TABLES).decode()
        before = read_document(Before, text)
        as_of = datetime.fromisoformat(manifest["window"]["as_of"])
    except UNREADABLE:
        where = Place(str(folder))
        raise InputError("GL164", where, f"no sweep in this folder ({BEFORE})", "name a folder of a sweep") from None
    plan = plan_sweep(config, before.week, as_of, allow_partial=bool(before.missing_sources))
    found = _first_difference(plan, folder, limits, listener, manifest, text)
    return f"{found}{_other_versions(manifest)}" if found else ""


def is_pruned(folder: Path) -> bool:
    """Whether ``prune`` has deleted the rejected rows of a sweep. Their digest is kept."""
    return not (folder / REJECTS).exists()


def _first_difference(
    plan: Plan, folder: Path, limits: Limits, listener: Listener, manifest: Mapping[str, Any], before: str
) -> str:
    for found in _differences(manifest["config"], json.loads(json.dumps(config_settings(plan.config))), "setting"):
        return found
    for found in _differences(read_inputs(folder).get("files", {}), list_inputs(plan), "export"):
        return found
    key = read_key(Path(plan.config.sweep.state), place_of(plan.config.sweep))
    rest = {"before": before, "swept_as": None, "id_key": key.ids.hex()}
    with tempfile.TemporaryDirectory(prefix="graphlink-verify-") as place:
        limits = replace(limits, folder=place)
        try:
            task = {**task_of(plan, limits), "command": manifest["inputs"]["command"]}
            do_in_worker(Job.SWEEP, task, limits, listener, rest)
        except InputError as error:
            return f"the sweep is refused now: {error}"
        different = dict(_different_files(folder, Path(place)))
    told = next(iter(different.values()), "")
    if REPORT in different and different.keys() <= {REPORT, MANIFEST}:
        told += ", and no table does: another build of graphlink may write another page about the same findings"
    return told


def _other_versions(manifest: Mapping[str, Any]) -> str:
    """Name the versions that made a sweep, if they differ from the current ones."""
    versions = manifest.get("versions")
    then = {"graphlink": manifest.get("graphlink"), **(versions if isinstance(versions, dict) else {})}
    now = {"graphlink": __version__, **current_versions()}
    others = [
        f"{name} {then.get(name) or 'none'} (now {now.get(name) or 'none'})"
        for name in ("graphlink", *sorted({*then, *now} - {"graphlink"}))
        if then.get(name) != now.get(name)
    ]
    if not others:
        return ""
    return f". Other versions made this sweep, and may be the cause: {', '.join(others)}"


def _differences(then: object, now: object, what: str, where: str = "") -> Iterator[str]:
    """Name the differences between two documents, with their paths."""
    if isinstance(then, dict) and isinstance(now, dict):
        for name in sorted({*then, *now}):
            yield from _differences(then.get(name), now.get(name), what, f"{where}.{name}" if where else str(name))
    elif then != now:
        yield f"{what} {where} is not what it was"


def _different_files(then: Path, now: Path) -> Iterator[tuple[str, str]]:
    """Name each file that differs, and how."""
    names = {
        path.relative_to(folder).as_posix() for folder in (then, now) for path in folder.rglob("*") if path.is_file()
    }
    pruned = {REJECTS} if is_pruned(then) else set()  # the compared manifest has their digest
    for name in sorted(names - {INPUTS} - pruned):
        one, two = then / name, now / name
        if not one.is_file() or not two.is_file():
            yield name, f"{name} is in one of the two only"
        elif file_digest(one) != file_digest(two):
            yield name, f"{name} differs{_first_line(one, two)}"


def _first_line(one: Path, two: Path) -> str:
    """Where two texts first differ. Other files have no lines to name."""
    if one.suffix == ".parquet":
        return ""
    with one.open("rb") as old, two.open("rb") as new:
        for number, (before, after) in enumerate(zip(old, new, strict=False), start=1):
            if before != after:
                return f" from line {number} on"
    return " at its end"
