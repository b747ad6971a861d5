"""What weekly sweeps remember: a SQLite file whose rows are only ever added, sealed against damage and hand edits.

``open_state.open_state`` gives a ``State``; everything else here is what it does.
"""
