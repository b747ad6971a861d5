"""A simulated world with two rings as CSV files, read and analysed for good: the run that case packs are made from."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from graphlink import library
from graphlink.config import Config
from graphlink.simulate import WorldRequest, parse_rings, simulate, write_world

N_ACCOUNTS = 2_000
QUICK = {"null_worlds": 1, "disturbances": 1}


_ROOM = TemporaryDirectory(prefix="graphlink-case-world-")


@lru_cache(maxsize=1)
def exports() -> Path:
    """A folder with ``accounts.csv`` and ``sightings.csv``."""
    world = Path(_ROOM.name)
    write_world(simulate(n_accounts=N_ACCOUNTS, seed=3, request=WorldRequest(rings=parse_rings("R1=60,R3=120"))), world)
    folder = world / "exports"
    folder.mkdir()
    for name in ("accounts", "sightings"):
        table = pq.read_table(world / f"{name}.parquet")
        for place, field in enumerate(table.schema):
            if pa.types.is_timestamp(field.type):
                table = table.set_column(place, field.name, pc.strftime(table[field.name], format="%Y-%m-%dT%H:%M:%SZ"))
        pacsv.write_csv(table, folder / f"{name}.csv")
    return folder


def config(**sections: object) -> Config:
    """Settings under which an analysis is quick."""
    return Config.model_validate({"method": QUICK, **sections})


@lru_cache(maxsize=1)
def run_folder() -> Path:
    """The folder of a finished run of the exports."""
    settings = config()
    reading = library.read(exports(), config=settings)
    out = exports().parent / "run"
    library.analyse(reading, config=settings).write(out)
    return out
