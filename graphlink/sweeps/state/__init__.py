"""The state of weekly sweeps: a SQLite file to which rows are only added, sealed against damage and edits by hand.

``open_state.open_state`` returns a ``Ledger``, on which the other modules work.
"""
