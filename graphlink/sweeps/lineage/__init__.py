"""Rings across weekly sweeps: match each found ring with a known one, and record what happened to each.

Known rings and a week's findings come in, a ``Lineage`` goes out. Rings match by their accounts. Enforcement removes
accounts but not the operator, so rings also match by signals that only they had.
"""

from graphlink.sweeps.lineage.former import with_former_members
from graphlink.sweeps.lineage.lineage import derive_lineage, recognise_rings
from graphlink.sweeps.lineage.names import rename_rings

__all__ = ["derive_lineage", "recognise_rings", "rename_rings", "with_former_members"]
