# /// script
# requires-python = ">=3.11"
# dependencies = ["igraph==1.0.0", "pyarrow==26.0.1", "scipy==1.17.1"]
# ///
"""scipy: Newman's projection by a sparse product, signals of over 50 accounts left out, then igraph's Leiden."""

import sys

import igraph
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy import sparse

CAP = 50  # accounts

links = pq.read_table(sys.argv[1])
account, signal = links["account"].to_numpy(), links["signal"].to_numpy()
incidence = sparse.csr_array((np.ones(len(account)), (account, signal)))
degree = incidence.sum(axis=0)
incidence = incidence[:, np.flatnonzero((degree > 1) & (degree <= CAP))]
degree = incidence.sum(axis=0)
edges = sparse.triu((incidence @ sparse.diags_array(1 / (degree - 1))) @ incidence.T, k=1).tocoo()
graph = igraph.Graph(n=edges.shape[0], edges=np.column_stack((edges.row, edges.col)))
clustering = graph.community_leiden(objective_function="modularity", weights=edges.data.tolist(), n_iterations=2)
pq.write_table(pa.table({"account": np.arange(edges.shape[0]), "group": np.array(clustering.membership)}), sys.argv[2])
