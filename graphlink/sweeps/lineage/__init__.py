"""Rings across weekly sweeps: match each found ring with a known one, and record what happened to each.

Known rings and a week's findings come in, a ``Lineage`` goes out. Rings match by their accounts. Enforcement removes
accounts but not the operator, so rings also match by signals that only they had.
"""
