"""The state of weekly sweeps: a SQLite file to which rows are only added, sealed against damage and edits by hand.

``open_state.open_state`` returns a ``State``. The other modules implement its methods.
"""
