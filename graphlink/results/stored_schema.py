"""The tables that a run stores beside its report, so that questions are answered without analysing again.

They are Parquet files in the folder ``tables`` of a run; ``columns.toml`` says what is in them.
"""

from typing import Final

from graphlink.results.columns import DECLARED, FOLDER

__all__ = ["FOLDER", "ROWS", "STORED", "TRACE"]

ROWS: Final = 1 << 16
"""Rows of a group: few enough to read one account's at once, enough to compress."""

_STORED: Final = DECLARED["stored"]
ACCOUNTS, SIGNALS, SIGHTINGS, BEARERS = (_STORED[name] for name in ("accounts", "signals", "sightings", "bearers"))
EDGES, MEMBERS, RINGS, EVIDENCE = (_STORED[name] for name in ("edges", "members", "rings", "evidence"))
TRACE: Final = _STORED["trace"]
STORED: Final = (ACCOUNTS, SIGNALS, SIGHTINGS, BEARERS, EDGES, MEMBERS, RINGS, EVIDENCE)
"""The tables of every run. ``TRACE`` comes with them if the run was read from exports."""
