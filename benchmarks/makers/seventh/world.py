"""Makes one labelled world of accounts; see README.md."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bodies import Bodies
from clockwork import condense, sightings
from export import write
from folk import Folk
from ledger import Ledger
from operators import Underworld
from settings import draw
from stock import Stock
from terrain import Terrain


def build(
    accounts: int, seed: int, *, ring_share: float | None, wide: bool, scenario: str
) -> tuple[Ledger, list[dict]]:
    """A peopled world, and what its operators are."""
    p = draw(Random(f"{seed}/settings"), wide=wide)
    if ring_share is not None:
        p["ring_share"] = ring_share
    elif scenario in ("proxy", "borrowers", "farms"):
        p["ring_share"] = max(0.05, p["ring_share"])
    if scenario == "clean":
        p["ring_share"] = p["grey"] = 0.0
    honest = Random(f"{seed}/honest")
    land = Terrain(Random(f"{seed}/terrain"), accounts, p)
    stock = Stock(honest, accounts, p)
    led = Ledger(Random(f"{seed}/ledger"), land, stock, p)
    stock.prepare_viral(honest, led.days)
    folk = Folk(led)
    bodies = Bodies(folk)
    bodies.people(honest, accounts, clean=scenario == "clean")
    under = Underworld(folk, bodies, Random(f"{seed}/operators"), wide=wide)
    if scenario != "clean":
        under.honest_customers(accounts)
    rings = under.rings(accounts, scenario) if p["ring_share"] > 0 else []
    return led, rings


def main() -> None:
    """The command."""
    ap = argparse.ArgumentParser(description="Makes a labelled world of accounts.")
    ap.add_argument("out", type=Path)
    ap.add_argument("--accounts", type=int, required=True, help="honest accounts; those of rings come on top")
    ap.add_argument("--seed", type=int, required=True)
    ap.add_argument("--ring-share", type=float, help="accounts of rings as a share of honest ones; 0 for none")
    ap.add_argument(
        "--random", action="store_true", help="draw every number from its wide range, and lose what exports lose"
    )
    ap.add_argument("--scenario", choices=("default", "clean", "proxy", "borrowers", "farms"), default="default")
    ap.add_argument("--basic", action="store_true", help="only what every provider has")
    a = ap.parse_args()
    led, rings = build(a.accounts, a.seed, ring_share=a.ring_share, wide=a.random, scenario=a.scenario)
    rows, where, words = sightings(led, a.seed, basic=a.basic)
    a.out.mkdir(parents=True, exist_ok=True)
    notes = write(a.out, led, condense(rows), where, words, a.seed, wide=a.random, basic=a.basic, hidden=[])
    notes |= {"accounts": len(led), "honest": sum(not r for r in led.ring), "settings": led.p, "rings": rings}
    (a.out / "made.json").write_text(json.dumps(notes, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{a.out}: {len(led)} accounts, {notes['rows']} sightings, {len(rings)} rings")


if __name__ == "__main__":
    main()
