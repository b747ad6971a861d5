"""A labelled simulated world: countries, their institutions, people who belong to several, and operators who buy.

python world.py OUT --accounts 100000 --seed 7 [--ring-share 0.02] [--random] [--scenario NAME] [--check]
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from book import OWN, Book, Ints
from check import check
from emit import Seen, join_seen, sight
from export import Exporter
from honest import Honest
from market import Market
from params import Params
from rings import Ring, Theft, Underworld
from society import Society
from tables import IP

SCENARIOS = ("default", "clean", "proxy", "borrowers", "farms")
SHARES = {"default": 0.02, "clean": 0.0, "proxy": 0.04, "borrowers": 0.02, "farms": 0.03}


def honest_extras(scenario: str, accounts: int) -> list[tuple[str, int, float]]:
    """Honest groups that a scenario sets beside its rings: kind, size, days of arrival."""
    if scenario == "proxy":
        return [("enterprise", int(accounts * 0.03), 60.0)]
    if scenario != "borrowers":
        return []
    sizes = [size for size in (20, 40, 200, 500) if size * 24 < accounts]
    out = [("hiring", size, days) for size in sizes for days in (6.0, 49.0)]
    out += [("new_office", size, days) for size in sizes for days in (6.0, 49.0)]
    return out + [("branch", size, 30.0) for size in sizes]


def honest_lines(book: Book, rng: np.random.Generator, share: float) -> Ints:
    """Addresses of honest homes that are exits of a vendor."""
    offers, institutions = book.offers.table(), book.institutions.table()
    home = institutions["kind"][offers["inst"]] == book.kind("household")
    rows = np.flatnonzero(home & (offers["signal"] == IP) & (offers["base"] >= 0) & (offers["mode"] != OWN))
    return np.asarray(offers["base"][rows][rng.random(len(rows)) < share])


def settle(thefts: list[Theft], rng: np.random.Generator, book: Book, seen: dict[int, Seen]) -> None:
    """Let rings use values that honest accounts were seen with: stolen cards, copied repositories and devices."""
    table = book.accounts.table()
    for theft in thefts:
        rows = seen[theft.signal]
        honest = table["ring"][rows.account] < 0
        _, where, degree = np.unique(rows.value, return_inverse=True, return_counts=True)
        free = np.flatnonzero(honest & (degree[where] <= 4))
        if not len(free):
            continue
        taken = rng.choice(free, min(theft.owners, len(free)), replace=False)
        size = len(theft.accounts)
        value = rows.value[taken][np.arange(size) * len(taken) // size]
        first = table["start"][theft.accounts] + rng.random(size)
        last = np.maximum(table["end"][theft.accounts] - rng.random(size), first)
        last = np.minimum(last, book.days)
        first = np.minimum(first, last)
        seen[theft.signal] = join_seen([rows, Seen(theft.accounts, value, first, last, 1 + rng.poisson(9, size))])
        touched = np.unique(rows.account[np.isin(rows.value, value) & honest])
        table["victim" if theft.stolen else "framed"][touched] = True


def manifest(arguments: dict[str, Any], params: Params, book: Book, rings: list[Ring]) -> dict[str, Any]:
    """Arguments, drawn parameters, planted rings and honest groups."""
    table = book.accounts.table()
    planted = [
        {
            "ring": ring.name,
            "pattern": ring.pattern,
            "operator": ring.operator,
            "members": ring.accounts,
            "grey": ring.grey,
            "bought": ring.bought,
            "accounts_per_value": ring.per_value,
            "notes": ring.notes,
        }
        for ring in rings
    ]
    known = table["group"] >= 0
    kinds, count = np.unique(table["kind"], return_counts=True)
    groups = np.bincount(table["group"][known], minlength=len(book.names["group"]))
    kind_of = np.zeros(len(groups), dtype=np.int64)
    kind_of[table["group"][known]] = table["kind"][known]
    listed = [
        {"group": name, "kind": book.kinds[kind], "accounts": int(size)}
        for name, kind, size in zip(book.names["group"], kind_of.tolist(), groups.tolist(), strict=True)
        if size >= 8
    ]
    return {
        "maker": "fifth",
        "arguments": arguments,
        "parameters": params.drawn,
        "accounts_by_kind": {book.kinds[kind]: int(number) for kind, number in zip(kinds, count, strict=True)},
        "rings": planted,
        "honest_groups": listed,
        "honest_groups_below_8": int(((groups > 0) & (groups < 8)).sum()),
    }


def make(out: Path, accounts: int, seed: int, scenario: str, share: float | None, *, wide: bool) -> None:
    """Make one world and write it."""
    seeds = np.random.SeedSequence([seed, accounts]).spawn(7)
    rngs = [np.random.default_rng(one) for one in seeds]
    params = Params(rngs[0], wide=wide)
    book = Book(int(params["window_days"]))
    society = Society(rngs[1], params, book, accounts)
    honest = Honest(society, params, honest_extras(scenario, accounts))
    honest.rng = rngs[2]
    honest.populate(accounts)
    honest.side_lives()
    market = Market(rngs[3], params, book, society)
    people = np.arange(book.accounts.size)
    share_of_lines = params["residential.honest_lines"] * (3 if scenario == "proxy" else 1)
    lines = honest_lines(book, rngs[3], share_of_lines)
    market.honest_lines(people, lines)
    underworld = Underworld(rngs[4], params, society, market, honest)
    wanted = SHARES[scenario] if share is None else share
    if scenario == "default" and wanted > 0:
        underworld.default(int(accounts * wanted))
    elif scenario == "proxy" and wanted > 0:
        underworld.proxy(int(accounts * wanted))
    elif scenario == "farms" and wanted > 0:
        underworld.farms(int(accounts * wanted))
    elif scenario == "borrowers" and wanted > 0:
        underworld.borrowers()
    seen = sight(rngs[5], book)
    settle(underworld.thefts, rngs[5], book, seen)
    exporter = Exporter(rngs[6], params, book, society, seed)
    exporter.derive(seen)
    (out / "truth").mkdir(parents=True, exist_ok=True)
    exporter.write_accounts(out, seen)
    exporter.write_sightings(out, exporter.cover(seen))
    pq.write_table(pa.Table.from_pandas(exporter.truth(), preserve_index=False), out / "truth" / "truth.parquet")
    arguments = {"accounts": accounts, "seed": seed, "scenario": scenario, "ring_share": wanted, "random": wide}
    text = json.dumps(manifest(arguments, params, book, underworld.rings), indent=1, sort_keys=True)
    (out / "truth" / "manifest.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--accounts", type=int, default=100_000, help="honest accounts; rings come on top")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--ring-share", type=float, default=None, help="ring accounts per honest account; 0 plants none"
    )
    parser.add_argument("--random", action="store_true", help="draw every parameter from a wide range")
    parser.add_argument("--scenario", choices=SCENARIOS, default="default")
    parser.add_argument("--check", action="store_true", help="print the figures of the world when it is made")
    given = parser.parse_args()
    began = time.process_time()
    make(given.out, given.accounts, given.seed, given.scenario, given.ring_share, wide=given.random)
    print(f"{given.out}: {time.process_time() - began:.1f} s of CPU")
    if given.check:
        check(given.out)


if __name__ == "__main__":
    main()
