"""Weekly sweeps: what a week's exports are, what is done with them and in which order, and what is published.

A supervisor owns the lock, the state and the folder of sweeps. A worker reads and analyses under limits and writes into
one private folder only. The state is changed by one transaction after everything else is on the disk: whatever goes
wrong, it is that before the sweep or that after it.
"""
