"""Labelled worlds: `simulate` builds one, `write_world` writes its export and, separately, its truth.

Honest accounts and rings follow the domain facts. What is easy or hard for a detector outside is equally so here, and
the honest groups that fool detectors are planted with labels.
"""

from graphlink.lab.simulate.messy import SETTINGS_FILE
from graphlink.lab.simulate.parameters import PRESETS, WorldParameters, load_parameters
from graphlink.lab.simulate.plans import parse_rings
from graphlink.lab.simulate.summary import summarise
from graphlink.lab.simulate.weeks import list_sweeps
from graphlink.lab.simulate.world import World, WorldRequest, simulate
from graphlink.lab.simulate.writing import check_free, write_world

__all__ = [
    "PRESETS",
    "SETTINGS_FILE",
    "World",
    "WorldParameters",
    "WorldRequest",
    "check_free",
    "list_sweeps",
    "load_parameters",
    "parse_rings",
    "simulate",
    "summarise",
    "write_world",
]
