# /// script
# requires-python = ">=3.11"
# dependencies = ["duckdb==2.0.1", "pandas==3.1.1", "pyarrow==26.0.1", "splink==5.0.0"]
# ///
"""Splink: its clustering over the pairs of accounts that share two signals of at most 50 accounts."""

import sys

import duckdb
import pyarrow.parquet as pq
from splink import DuckDBAPI
from splink.clustering import cluster_pairwise_predictions_at_threshold

CAP = 50  # accounts

connection = duckdb.connect()
connection.execute("CREATE TABLE links AS SELECT account, signal FROM read_parquet(?)", [sys.argv[1]])
connection.execute(
    """
    CREATE TABLE usual AS SELECT signal FROM links GROUP BY signal HAVING count(*) BETWEEN 2 AND ?
    """,
    [CAP],
)
connection.execute(
    """
    CREATE TABLE pairs AS
    WITH kept AS (SELECT account, signal FROM links SEMI JOIN usual USING (signal))
    SELECT a.account AS account_l, b.account AS account_r, 1.0 AS match_probability
    FROM kept a JOIN kept b ON a.signal = b.signal AND a.account < b.account
    GROUP BY ALL HAVING count(*) >= 2
    """
)
nodes = connection.sql("SELECT DISTINCT account FROM links").to_arrow_table()
pairs = connection.sql("SELECT * FROM pairs").to_arrow_table()
clusters = cluster_pairwise_predictions_at_threshold(
    nodes.to_pandas(), pairs.to_pandas(), DuckDBAPI(connection), "account", threshold_match_probability=0.5
)
found = clusters.as_duckdbpyrelation().to_arrow_table()
pq.write_table(found.select(["account", "cluster_id"]).rename_columns(["account", "group"]), sys.argv[2])
