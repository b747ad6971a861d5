"""Write a world's export, and its truth separately in `_truth/`, which readers of exports never enter.

Rows are sorted by scrambled account id within each signal type, so that their order reveals nothing. The same world
gives the same bytes. A world of several weeks has one folder per sweep, named after its ISO week.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv

from graphlink.lab.simulate import text
from graphlink.lab.simulate.answers import write_truth
from graphlink.lab.simulate.draws import open_part
from graphlink.lab.simulate.messy import SETTINGS_FILE, messy_settings, soil_accounts, soil_sightings
from graphlink.lab.simulate.parquet import cut, write_parquet
from graphlink.lab.simulate.people import COUNTRIES
from graphlink.lab.simulate.scene import Plan, Signal, Status
from graphlink.lab.simulate.weeks import list_sweeps, look_back
from graphlink.words.errors import DestinationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from graphlink.lab.simulate.draws import Ints, Part
    from graphlink.lab.simulate.world import World


def write_world(world: World, out: Path, *, messy: bool = False) -> None:
    """Write a world's export and truth into a folder. A failure leaves an incomplete folder.

    Parameters
    ----------
    out
        The folder, created if needed. It receives `accounts.parquet` and `sightings.parquet`, or one
        folder of these for each ISO week of a world of several weeks, and `_truth/`.
    messy
        Write the export as CSV with the errors of real exports, and settings to read it.

    Raises
    ------
    DestinationError
        If the folder is not empty.
    """
    check_free(out)
    (out / "_truth").mkdir(parents=True)
    write_truth(world, out / "_truth")
    if world.request.weeks == 1:
        _write_export(world, out, "", messy=messy)
    else:
        for sweep in list_sweeps(world):
            (out / sweep.week).mkdir()
            _write_export(look_back(world, sweep), out / sweep.week, sweep.week, messy=messy)
    if messy:
        settings = messy_settings(weekly=world.request.weeks > 1)
        (out / SETTINGS_FILE).write_text(settings, encoding="utf-8")


def check_free(out: Path) -> None:
    """Refuse a folder that is not empty; raises ``DestinationError``."""
    if out.is_symlink() or (out.exists() and (not out.is_dir() or any(out.iterdir()))):
        raise DestinationError.at(out, "is there already", "name a new folder, so that two worlds do not mix")


def _write_export(world: World, folder: Path, week: str, *, messy: bool) -> None:
    rows = text.shuffle(world.exported, world.seed)
    accounts, sightings = _accounts(world, rows), _sightings(world, rows)
    if messy:
        part = open_part(world.seed, f"mess {week}")
        _write_csv(folder / "accounts.csv", accounts, soil_accounts, part)
        _write_csv(folder / "sightings.csv", sightings, soil_sightings, part)
    else:
        write_parquet(folder / "accounts.parquet", accounts)
        write_parquet(folder / "sightings.parquet", sightings)


def _write_csv(path: Path, tables: Iterable[pa.Table], soil: Callable[[pa.Table, Part], pa.Table], part: Part) -> None:
    writer: pcsv.CSVWriter | None = None
    for table in tables:
        soiled = soil(table, part)
        writer = writer or pcsv.CSVWriter(path, soiled.schema)
        writer.write_table(soiled)
    if writer is not None:
        writer.close()


def _accounts(world: World, order: Ints) -> Iterator[pa.Table]:
    columns, shown = world.accounts, world.settings.columns
    for rows in cut(order):
        table = {
            "account_id": text.account_ids(rows, world.seed),
            "created_at": text.moments(world, columns.created[rows]),
            "email": text.emails(columns.person[rows], columns.style[rows], columns.domain[rows], world.seed),
            "phone": text.phones(columns.phone[rows], world.seed),
            "plan": text.names(Plan, columns.plan[rows]),
            "country": pa.array(COUNTRIES).take(pa.array(columns.country[rows])),
            "status": text.names(Status, columns.status[rows]),
        }
        if not shown.created_at:
            del table["created_at"]
        yield pa.table(table)


def _sightings(world: World, order: Ints) -> Iterator[pa.Table]:
    place = np.zeros(len(world.accounts.segment), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    shown = world.settings.columns
    is_shown = {Signal.DEVICE: shown.device, Signal.CARD_BIN: shown.card_bin, Signal.USER_AGENT: shown.user_agent}
    for table in world.tables:
        if not is_shown.get(table.signal, True):
            continue
        for rows in cut(np.argsort(place[table.account], kind="stable")):
            yield pa.table(
                {
                    "account_id": text.account_ids(table.account[rows], world.seed),
                    "signal_type": text.names(Signal, np.full(len(rows), table.signal)),
                    "signal_value": text.values(table.signal, table.value[rows], world.seed),
                    "first_seen": text.moments(world, table.first[rows]),
                    "last_seen": text.moments(world, table.last[rows]),
                    "count": pa.array(table.count[rows].astype(np.int64)),
                }
            )
