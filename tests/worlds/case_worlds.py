"""A simulated world with two rings as CSV files, read and analysed for good: the run that case packs are made from."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from report_worlds import harmless, two_rings

from graphlink.api import library
from graphlink.config.settings import Config
from graphlink.lab.simulate import WorldRequest, parse_rings, simulate, write_world
from graphlink.model.text import TEXT
from graphlink.results.cases.case import Case

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


def case_by_hand(disguise: Callable[[str], str] = harmless) -> Case:
    """The farm of ``two_rings`` as a case, every string that an account holder could have written disguised."""
    run = two_rings(disguise)
    findings = run.findings
    ring = findings.rings[0]
    own = {
        name: table[table["ring_id"] == ring.ring_id].reset_index(drop=True)
        for name, table in (("members", findings.members), ("signals", findings.signals), ("tied", findings.ties))
    }
    own["tied"] = own["tied"].merge(own["signals"][["signal_type", "signal_value"]])
    members = own["members"].assign(status=pd.array([disguise("active")] * len(own["members"]), dtype=TEXT))
    members = members.assign(plan=members["status"], country=members["status"])
    facts = ["signal_type", "signal_value", "family", "provenance", "accounts_in_ring", "accounts_outside", "bits"]
    evidence = own["tied"].merge(own["members"][["account_id", "tier"]]).merge(own["signals"][facts])
    evidence = evidence.assign(
        source=pd.array([disguise("exports.csv")] * len(evidence), dtype=TEXT), line=range(2, len(evidence) + 2)
    )
    order = ["account_id", "tier", *facts[:4], "first_seen", "last_seen", "count", *facts[4:], "source", "line"]
    cut = replace(run, findings=replace(findings, rings=(ring,), **own))
    return Case(cut, members, evidence[order], n_rings=2, run_digest="ab" * 32)
