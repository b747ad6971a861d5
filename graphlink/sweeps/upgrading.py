"""What a new method changes by itself: the newest published week analysed as it was, and as it would be now.

A method is the version of graphlink and of what it uses, the digests of the scorecard, and the settings. Where one of
them differs from what made the newest sweep, that week is repeated from the same exports and the same knowledge, and
the two are compared ring by ring. What differs is the method's doing, since the data is the same.
"""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from graphlink.config.settings import Config
from graphlink.engine.worker.protocol import Limits
from graphlink.engine.worker.supervise import Listener
from graphlink.model.sweeps import MethodChange, Upgrade
from graphlink.sweeps.comparing import COLUMNS, compare_runs, read_members
from graphlink.sweeps.methods import find_new
from graphlink.sweeps.preflight import list_inputs
from graphlink.sweeps.publication import read_inputs
from graphlink.sweeps.start_reading import Begin
from graphlink.sweeps.verifying import plan_again, read_published, repeat_sweep
from graphlink.words.errors import GraphlinkError


def analyse_both_ways(
    config: Config, folder: Path, key: bytes, limits: Limits, listener: Listener, begin: Begin
) -> Upgrade:
    """Repeat a published sweep by the method at hand, and compare it with what was published.

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
    week, quiet = published.before.week, Listener(listener.on_stage, lambda *_: None)
    try:
        plan = plan_again(config, published)
        if list_inputs(plan) != read_inputs(folder).get("files"):
            return Upgrade(new, week, unknown=f"the exports of {week} are not what they were")
        with tempfile.TemporaryDirectory(prefix="graphlink-upgrade-") as place:
            repeat_sweep(plan, published, key, replace(limits, folder=place), quiet, begin)
            return _compare(new, week, folder, Path(place))
    except GraphlinkError as error:
        return Upgrade(new, week, unknown=str(error))


def _compare(new: tuple[str, ...], week: str, folder: Path, repeated: Path) -> Upgrade:
    listing, unlisted = compare_runs(folder, repeated)
    records: list[dict[str, Any]] = [dict(zip(COLUMNS, row, strict=True)) for row in listing.rows]
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
