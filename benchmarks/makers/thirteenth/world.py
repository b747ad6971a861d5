"""Make one labelled world: world.py OUT --accounts N --seed S [--ring-share F] [--random] [--scenario NAME]."""

import argparse
import gc
from pathlib import Path

from circles import household, settle
from city import City
from dials import Dials, drawn
from export import write
from operators import plot


def build(dials: Dials) -> City:
    """Let a world happen."""
    city = City(dials)
    rings = 0 if dials.scenario == "clean" else plot(city, round(dials.accounts * dials.ring_share))
    settle(city, dials.accounts - rings)
    city.run()
    while len(city.accounts) < dials.accounts:
        for _ in range(dials.accounts - len(city.accounts)):
            household(city, 1)
        city.run()
    return city


def main() -> None:
    """Read the command line and write a world."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--accounts", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--ring-share", type=float, default=0.02)
    parser.add_argument("--random", action="store_true")
    parser.add_argument("--scenario", default="default", choices=("default", "clean", "proxy", "borrowers", "farms"))
    given = parser.parse_args()
    make = drawn if given.random else Dials
    gc.disable()
    write(build(make(given.accounts, given.seed, given.ring_share, given.scenario)), given.out)


if __name__ == "__main__":
    main()
