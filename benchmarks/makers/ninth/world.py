"""Simulates one export of an AI provider, with an answer key."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from engine import Engine, bin_rows
from export import write
from groups import make_cast
from pools import Pools
from settings import draw_world


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--accounts", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--ring-share", type=float, default=None)
    parser.add_argument("--random", action="store_true")
    parser.add_argument("--scenario", choices=["default", "clean", "proxy", "borrowers", "farms"], default="default")
    a = parser.parse_args()
    world = draw_world(a.accounts, a.seed, a.ring_share, a.scenario, a.random)
    rng = np.random.default_rng([a.seed, 2])
    pools = Pools(world, rng)
    cast = make_cast(world, pools, rng)
    engine = Engine(world, pools, cast, rng)
    rows = engine.run()
    rows = bin_rows(rows, pools, engine.personal)
    write(a.out, world, pools, cast, engine, rows, rng)


if __name__ == "__main__":
    main()
