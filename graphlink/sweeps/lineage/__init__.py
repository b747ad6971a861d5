"""Rings across weekly sweeps: which ring is which of those known, and what happened to each.

In go the known rings and a week's findings, out comes a ``Lineage``. A ring is the same ring when its accounts are, or,
since enforcement removes the accounts and not the operator, when the signals are that only it had.
"""

from __future__ import annotations

from graphlink.sweeps.lineage.former import with_former_members
from graphlink.sweeps.lineage.lineage import recognise_rings, tell_lineage
from graphlink.sweeps.lineage.names import rename_rings

__all__ = ["recognise_rings", "rename_rings", "tell_lineage", "with_former_members"]
