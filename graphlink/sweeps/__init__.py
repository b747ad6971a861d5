"""Weekly sweeps: read a week's exports, compare with earlier weeks, publish the result and update the state.

A supervisor owns the lock, the state and the folder of sweeps. A worker process reads and analyses under limits, and
writes only to one private folder. One transaction updates the state after all files are on disk, so any failure leaves
the state either before or after the sweep.
"""
