"""What a new method changes by itself: the newest published week analysed as it was, and as it would be now.

A method is the version of graphlink and of what it uses, the digests of the scorecard, and the settings. Where one of
them differs from what made the newest sweep, that week is repeated from the same exports and the same knowledge, and
the two are compared ring by ring. What differs is the method's doing, since the data is the same.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from graphlink.config.settings import Config
from graphlink.engine.worker.protocol import Limits, WorkerBugError
from graphlink.engine.worker.supervise import Listener
from graphlink.model.sweeps import MethodChange, Upgrade
from graphlink.sweeps.comparing import compare_runs, read_members
from graphlink.sweeps.preflight import list_inputs
from graphlink.sweeps.publication import LATEST, Sweeps, read_table
from graphlink.sweeps.recognising import EXPORT_WEEKS, find_new
from graphlink.sweeps.start_reading import Begin
from graphlink.sweeps.state.folder import only_sweep
from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.reading import read_sweeps
from graphlink.sweeps.verifying import plan_again, read_published, repeat_sweep
from graphlink.words.errors import GraphlinkError, InputError


def preview_upgrade(config: Config, limits: Limits, listener: Listener, begin: Begin) -> Upgrade:
    """What the next sweep will owe to the method at hand. Neither state nor published sweeps change.

    Raises
    ------
    InputError
        GL164 if nothing was swept yet.
    LockedError
        GL602 if a sweep is at work.
    StateError
        If the state is missing or damaged, or is not that of the newest sweep.
    """
    folder, sweeps = Path(config.sweep.state), Sweeps(Path(config.sweep.output))
    with open_state(folder, Opening(read_only=True, settings=config.sweep)) as state:
        recorded, key = {record.folder: record.run_digest for record in read_sweeps(state)}, state.key.ids
    sweeps.refuse_unknown(recorded, folder, config.sweep)
    newest = sweeps.folder / (sweeps.latest() or LATEST)
    with only_sweep(folder):
        return analyse_both_ways(config, newest, key, limits, listener, begin)


def analyse_both_ways(
    config: Config, folder: Path, key: bytes, limits: Limits, listener: Listener, begin: Begin
) -> Upgrade:
    """Repeat a published sweep by the method at hand, and compare it with what was published.

    The repetition stands beside it, in a private folder as that of a sweep: who calls this holds the lock. If it fails,
    a notice has the reason, which may be of this machine; what is published says only that it is not known.

    Parameters
    ----------
    config
        The settings as written in their file.
    folder
        The published sweep.
    key
        The key under which new rings get their ids.
    limits, listener
        Of the worker; its notices are those of a week that was swept, and are not repeated.
    begin
        Starts a worker.

    Raises
    ------
    InputError
        GL164 if the folder holds no sweep.
    """
    published = read_published(folder)
    new = find_new(published.manifest, config)
    week, quiet, sweeps = published.before.week, Listener(listener.on_stage, lambda *_: None), Sweeps(folder.parent)
    if not new:
        return Upgrade(new, week)
    try:
        plan = plan_again(config, published)
        if not _are_there(list_inputs(plan), read_table(folder, "files"), new):
            return Upgrade(new, week, unknown=f"the exports of {week} are not what they were")
        private = sweeps.prepare(folder.name)
        try:
            repeat_sweep(plan, published, key, replace(limits, folder=str(private)), quiet, begin)
            return _compare(new, week, folder, private)
        finally:
            sweeps.drop(private)
    except (GraphlinkError, WorkerBugError, OSError) as error:
        listener.on_notice("GL344", f"{week} could not be analysed by the new method ({error})")
        why = f"the exports of {week} are gone, or refused now"
        return Upgrade(new, week, unknown=why if isinstance(error, InputError) else "its repetition failed")


def _are_there(now: Mapping[str, str], then: Mapping[str, str] | None, new: Collection[str]) -> bool:
    """Whether the exports are those of the published sweep; more or fewer weeks of them if that setting is new."""
    if f"setting {EXPORT_WEEKS}" not in new or then is None:
        return now == then
    these, those = set(now.values()), set(then.values())
    return these <= those or those <= these


def _compare(new: tuple[str, ...], week: str, folder: Path, repeated: Path) -> Upgrade:
    listing, unlisted = compare_runs(folder, repeated)
    records: list[dict[str, Any]] = listing.records()
    members = read_members(repeated)
    changes = tuple(
        MethodChange(
            ring_id=each["ring_id_before"] or each["ring_id"],
            change=each["change"],
            n_before=each["before"],
            n_by_new=each["now"],
            assessment_before=each["assessment_before"],
            assessment_by_new=each["assessment"],
            accounts=tuple(sorted(members[each["ring_id"]])) if each["change"] == "new" else (),
        )
        for each in records
        if each["change"] != "same"
    )
    return Upgrade(new, week, changes, len(records) - len(changes), unlisted.total() - unlisted["same"])
