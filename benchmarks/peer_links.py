"""Number the accounts and the values of a world's exports, mail domains included: what every peer begins from.

    python benchmarks/peer_links.py WORLD LINKS IDS

LINKS becomes a Parquet file of account number, signal number and first time (seconds) of every sighting, IDS one of the
accounts' ids by their numbers.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from graphlink.lab.evaluate.baselines import read_incidence


def write_links(world: Path, links: Path, ids: Path) -> None:
    """Write both files."""
    incidence = read_incidence(world)
    pairs = incidence.biadjacency.tocoo()
    sightings = pd.read_parquet(world / "sightings.parquet", columns=["account_id", "first_seen"])
    first = sightings.groupby("account_id").first_seen.min().reindex(incidence.accounts)
    seen = pd.to_datetime(first, utc=True).astype("int64").to_numpy() // 1_000_000
    columns = {"account": pairs.row.astype(np.int32), "signal": pairs.col.astype(np.int32)}
    pq.write_table(pa.table({**columns, "first_seen": seen[pairs.row]}), links)
    pq.write_table(pa.table({"account_id": pa.array(incidence.accounts)}), ids)


if __name__ == "__main__":
    write_links(*map(Path, sys.argv[1:]))
