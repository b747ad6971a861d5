# /// script
# requires-python = ">=3.11"
# dependencies = ["igraph==1.0.0", "networkx==3.6.1", "pyarrow==26.0.1"]
# ///
"""networkx: weighted projection of the bipartite graph, then Leiden (igraph, since networkx has none of its own)."""

import sys

import igraph
import networkx as nx
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

CAP = 50  # accounts: what everybody does, because the projection of a busier signal does not fit

links = pq.read_table(sys.argv[1])
degree = links.group_by("signal").aggregate([("account", "count")])
usual = degree.filter(pc.and_(pc.greater(degree["account_count"], 1), pc.less_equal(degree["account_count"], CAP)))
links = links.filter(pc.is_in(links["signal"], usual["signal"]))

bipartite = nx.Graph()
accounts = pc.unique(links["account"]).to_pylist()
bipartite.add_nodes_from(accounts, bipartite=0)
bipartite.add_edges_from(
    (account, ("signal", signal))
    for account, signal in zip(links["account"].to_pylist(), links["signal"].to_pylist(), strict=True)
)
projection = nx.bipartite.weighted_projected_graph(bipartite, accounts)
graph = igraph.Graph.from_networkx(projection)
membership = graph.community_leiden(objective_function="modularity", weights="weight", n_iterations=2).membership
pq.write_table(pa.table({"account": graph.vs["_nx_name"], "group": membership}), sys.argv[2])
