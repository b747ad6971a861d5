"""Command line: plant a world of accounts and write its exports, declarations and truth."""

import argparse
from pathlib import Path

import numpy as np

import dials as dial
from book import Book
from export import Exporter
from honest import Society
from market import Life, Market
from operators import Underworld

Array = np.ndarray


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--accounts", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--ring-share", type=float, default=0.02)
    parser.add_argument("--random", action="store_true")
    parser.add_argument("--scenario", choices=dial.SCENARIOS, default="default")
    return parser.parse_args()


def vendors(market: Market, rings: int, crowded: bool) -> list[Array]:
    """Return the exit pools of residential vendors, who resell a part of each other's exits."""
    rng = market.rng
    homes = np.concatenate(market.home_pools)
    pools: list[Array] = []
    for _ in range(3):
        size = int(max(1500, rings * np.exp(rng.uniform(*np.log([15, 40] if crowded else [20, 600])))))
        size = min(size, 150_000)
        platform = rng.choice(homes, min(int(size * 0.25), len(homes)), replace=False)
        parts = [platform, market.network(size - len(platform))]
        if pools:
            parts.append(rng.choice(pools[-1], len(pools[-1]) // 10, replace=False))
        pools.append(np.unique(np.concatenate(parts)))
    return pools


def enterprise(society: Society, size: int, pool: Array) -> None:
    """Plant an enterprise that buys a residential vendor's exits for its own honest work."""
    who = society.employer("company", size, society.market.office(3))
    users = society.some(who, 0.5)
    society.market.wander(users, pool, 3, 15)


def plant(book: Book, dials: dial.Dials, rng: np.random.Generator, rings: int, scenario: str) -> None:
    """Plant honest people first, then rings among them."""
    if scenario == "proxy":
        dials.shares["exit_host"] = max(0.03, dials.shares["exit_host"] * 4)
    if scenario == "borrowers":
        dials.shares["company"] *= 1.2
    market = Market(book, dials, rng)
    pools = vendors(market, rings, scenario == "proxy")
    life = Life(market)
    society = Society(market, life, pools[:1] if scenario == "proxy" else pools)
    honest = book.size - rings
    if scenario == "proxy":
        size = max(10, round(honest * rng.uniform(0.01, 0.05)))
        enterprise(society, size, pools[0])
        honest -= size
    society.plant(honest)
    if rings:
        Underworld(market, life, pools, society.firms).plant(rings, scenario)
    if book.left:
        society.alone(book.left)


def main() -> None:
    """Make one world."""
    args = arguments()
    scenario = dial.SCENARIOS.index(args.scenario)
    rng = np.random.default_rng([args.seed, args.accounts, scenario, int(args.random), 13])
    dials = dial.drawn(rng) if args.random else dial.Dials()
    rings = 0 if args.scenario == "clean" else round(args.accounts * args.ring_share)
    book = Book(args.accounts, dials.days, rng)
    plant(book, dials, rng, rings, args.scenario)
    Exporter(book, dials, rng).write(args.out)


if __name__ == "__main__":
    main()
