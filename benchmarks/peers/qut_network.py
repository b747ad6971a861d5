# /// script
# requires-python = ">=3.11"
# dependencies = ["coordination-network-toolkit==1.5.2", "igraph==1.0.0", "pyarrow==26.0.1"]
# ///
"""QUT's coordination network toolkit: a sighting is a message that shares a link; then Leiden on its network.

Two accounts are tied when they shared two links at any time within the export; the toolkit's own window of a minute
would need the time of every call.
"""

import sqlite3
import sys
from pathlib import Path

import igraph
import pyarrow as pa
import pyarrow.parquet as pq
from coordination_network_toolkit.compute_networks import compute_co_link_network
from coordination_network_toolkit.preprocess import preprocess_data

WINDOW = 10 * 365 * 24 * 3600  # seconds

if __name__ == "__main__":
    links = pq.read_table(sys.argv[1])
    database = Path(sys.argv[2]).with_suffix(".db")
    rows = zip(*(links[name].to_pylist() for name in ("account", "signal", "first_seen")), strict=True)
    preprocess_data(
        str(database),
        (
            (str(n), str(account), str(account), "", "", "", str(seen), [str(signal)])
            for n, (account, signal, seen) in enumerate(rows)
        ),
    )
    compute_co_link_network(str(database), WINDOW, n_threads=2, min_edge_weight=2)
    with sqlite3.connect(database) as connection:
        edges = connection.execute(
            "SELECT user_1, user_2, weight FROM co_link_network WHERE user_1 < user_2"
        ).fetchall()
    graph = igraph.Graph.TupleList(edges, weights=True)
    membership = graph.community_leiden(objective_function="modularity", weights="weight", n_iterations=2).membership
    accounts = [int(name) for name in graph.vs["name"]]
    pq.write_table(pa.table({"account": accounts, "group": membership}), sys.argv[2])
