"""Finished runs of small named worlds, written to a folder as a user's are, for the tests of questions."""

from functools import cache
from pathlib import Path

import worlds
from worlds import among, sightings

from graphlink.api import library
from graphlink.config.settings import Config
from graphlink.model.reading import Reading
from graphlink.model.rows import RowCounts
from graphlink.model.run import Run
from graphlink.results.run_folder import write_run

TOLD = f"""
{worlds.campaign}
    ip gateway: s1..s9 crowd-00000 crowd-00001 crowd-00002 lone1 lone2 x1..x40
    device twice: s1 s7
    ip twice: lone1 lone2
    card alone: lone1
    device d9 @3: s6
    device d9 @2: s5
    device d9: s4 s7
"""
"""A campaign of thirty, a gateway that some of them and many strangers stand behind, and a value of two types."""


def run_of(seen, disturbances=0, **said) -> Run:
    """Analyse a small world."""
    given = sightings(seen, **said)
    reading = Reading(given, (), RowCounts(len(given), len(given)), (), (), {}, "00" * 32)
    config = Config.model_validate({"method": {"null_worlds": 1, "disturbances": disturbances}})
    return library.analyse(reading, config=config).run


@cache
def campaign_run() -> Run:
    """The campaign among strangers; analysed once for all tests of a process."""
    return run_of(among(TOLD, 600), created={"s1": 1, "lone1": 5}, plans={"s1": "pro"})


def renamed_run(names: dict[str, str], kinds: dict[str, str]) -> Run:
    """The campaign with other names for some accounts and for some values."""
    seen = tuple(
        (names.get(account, account), kind, kinds.get(value, value), day)
        for account, kind, value, day in among(TOLD, 600)
    )
    return run_of(seen)


def written(run: Run, folder: Path) -> Path:
    """Write a run and give its folder."""
    write_run(run, folder)
    return folder
