"""Command line: simulate one export of an AI provider, with an answer key."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from engine import Engine, Settings
from export import DECLARED, Exporter
from people import CROWDS, PEOPLE
from rings import RINGS

SCALE = {"cgn_density": 1.0, "proxy_vendors": 9, "shops": 12, "card_apps": 9, "exit_pool": 4.0}
COVERAGE = {
    "tool_schema": 0.8,
    "git_remote": 0.8,
    "conversation_prefix": 0.8,
    "identity_check": 0.9,
    "promo_code": 0.95,
    "billing_address": 0.9,
    "parent_org": 0.8,
    "card_bin": 1.0,
    "tls": 0.0,
    "asn": 0.0,
}


def ordinary(a: argparse.Namespace) -> Settings:
    """The ordinary world."""
    s = Settings(a.accounts, a.seed, 0.02 if a.ring_share is None else a.ring_share, a.scenario)
    s.scale, s.coverage = dict(SCALE), dict(COVERAGE)
    if a.scenario == "proxy":
        s.scale.update(one_vendor=1, exit_pool=0.5)
    return s


def wild(a: argparse.Namespace) -> Settings:
    """A world all of whose parameters are drawn."""
    rng = np.random.default_rng([a.seed, 3030])
    s = ordinary(a)
    s.wild = True
    share = float(np.exp(rng.uniform(np.log(0.005), np.log(0.12))))
    s.ring_share = share if a.ring_share is None else a.ring_share
    s.window = float(np.exp(rng.uniform(np.log(28), np.log(240))))
    s.scale.update(
        cgn_density=float(rng.uniform(0.3, 2.5)),
        proxy_vendors=int(rng.integers(1, 20)),
        shops=int(rng.integers(2, 25)),
        card_apps=int(rng.integers(2, 20)),
        exit_pool=float(np.exp(rng.uniform(np.log(0.3), np.log(60)))),
    )
    if a.scenario == "proxy":
        s.scale.update(one_vendor=1, exit_pool=float(np.exp(rng.uniform(np.log(0.1), np.log(10)))))
    s.people = {k.name: float(np.exp(rng.normal(0, 0.8)) * (rng.random() > 0.12)) for k in PEOPLE + CROWDS}
    s.people["loner"] = float(rng.uniform(0.3, 2.0))
    s.rings = {k.name: float(np.exp(rng.normal(0, 0.9)) * (rng.random() > 0.25)) + 1e-3 for k in RINGS}
    for k in DECLARED:
        s.coverage[k] = float(rng.choice([0, rng.uniform(0.05, 0.6), rng.uniform(0.6, 1)], p=[0.35, 0.25, 0.4]))
    lost = str(rng.choice(["payment", "device", "template", "none"], p=[0.07, 0.07, 0.06, 0.8]))  # one at most
    for k in ("payment", "device", "template"):
        s.coverage[k] = 0.0 if k == lost else float(rng.choice([rng.uniform(0.45, 0.95), 1], p=[0.3, 0.7]))
    s.coverage["ip"] = float(rng.choice([rng.uniform(0.5, 0.95), 1], p=[0.25, 0.75]))
    s.looseness = float(np.exp(rng.uniform(np.log(0.6), np.log(2.0))))
    s.cover_power = float(np.exp(rng.uniform(np.log(0.6), np.log(1.6))))
    s.contamination = float(rng.uniform(0.5, 2.0))
    top = float(rng.uniform(0.2, 0.8))
    s.hide = (0.0, top)
    s.mess = {
        "twice": float(rng.uniform(0, 0.02)),
        "lost_id": float(rng.uniform(0, 0.02)),
        "dirt": float(rng.uniform(0, 0.02)),
        "placeholder": float(rng.uniform(0, 0.03)),
        "no_email": float(rng.choice([0, 0.02, 0.3])),
        "no_country": float(rng.choice([0, 0.02, 0.5])),
        "no_phone": float(rng.random() < 0.3),
        "status": float(rng.random() < 0.4),
        "text_times": float(rng.random() < 0.25),
        "no_count": float(rng.random() < 0.12),
    }
    return s


def main() -> None:
    """Build the world and write it."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("out", type=Path)
    ap.add_argument("--accounts", type=int, required=True)
    ap.add_argument("--seed", type=int, required=True)
    ap.add_argument("--ring-share", type=float, default=None)
    ap.add_argument("--random", action="store_true")
    ap.add_argument("--scenario", choices=["default", "clean", "proxy", "borrowers", "farms"], default="default")
    a = ap.parse_args()
    if a.accounts < 100:
        ap.error("--accounts must be 100 or more")
    if a.seed < 0:
        ap.error("--seed must not be negative")
    if a.ring_share is not None and not 0 <= a.ring_share <= 0.5:
        ap.error("--ring-share must lie between 0 and 0.5")
    s = wild(a) if a.random else ordinary(a)
    Exporter(Engine(s)).write(a.out)


if __name__ == "__main__":
    main()
