"""Labelled worlds: `simulate` builds one, `write_world` writes its export and, apart from it, its truth."""

from graphlink.simulate.parameters import PRESETS, WorldParameters, load_parameters
from graphlink.simulate.plans import parse_rings
from graphlink.simulate.world import Wish, World, simulate
from graphlink.simulate.writing import write_world

__all__ = ["PRESETS", "Wish", "World", "WorldParameters", "load_parameters", "parse_rings", "simulate", "write_world"]
