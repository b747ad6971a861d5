"""Raw coded records in, distinct sightings out: signal types, their normalisers, and the stage that applies them.

Every column of an export has a normaliser that brings its values to the form in which equal things are equal. Values
that stand for nothing are set aside and counted; malformed ones are handed back with their place.
"""

from graphlink.declaring import RESERVED_COLUMNS
from graphlink.signal_types import FAMILIES
from graphlink.signals.builtin import NORMALISERS
from graphlink.signals.placeholders import PLACEHOLDERS
from graphlink.signals.providers import domain_kind
from graphlink.signals.sightings import normalise_sightings
from graphlink.signals.table import DeclaredType, signal_table

__all__ = [
    "FAMILIES",
    "NORMALISERS",
    "PLACEHOLDERS",
    "RESERVED_COLUMNS",
    "DeclaredType",
    "domain_kind",
    "normalise_sightings",
    "signal_table",
]
