"""Describes the worlds that a card was fitted on: reliability of scores held out, and the spread of features."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from groups import MOSTLY
from scipy.optimize import minimize

from graphlink.rings.card_features import NAMES
from graphlink.rings.fitted_worlds import (
    ENOUGH,
    FittedWorlds,
    Spread,
    count_between,
    smoothed_shares,
    stability_index,
)
from graphlink.rings.scorecard import DOUBT, MARGIN, TIED
from graphlink.words.sentences import listed

if TYPE_CHECKING:
    from graphlink.rings.scorecard import Scorecard

HARDLY_EVER = 0.99
"""Share of whole single worlds that are further than a bound for no feature."""


def describe_worlds(card: Scorecard, table: pd.DataFrame, held_out: pd.DataFrame) -> FittedWorlds:
    """Describe the worlds of a table; ``held_out`` are groups with the log-odds of cards that have not seen them."""
    start, slope = scale(held_out)
    return FittedWorlds(start, slope, ring_share(held_out), spread_over(card, table))


def scale(held_out: pd.DataFrame) -> tuple[float, float]:
    """Platt's scaling: start and slope of log-odds that come true, makers weighted alike."""
    part = held_out[held_out["odds"] >= DOUBT]
    odds, ring = part["odds"].to_numpy(dtype=float), (part["ring_share"] >= MOSTLY).to_numpy()
    weight = 1 / part.groupby("maker")["odds"].transform("size").to_numpy()

    def loss(theta: np.ndarray) -> float:
        z = theta[0] + theta[1] * odds
        return float(weight @ np.logaddexp(0, np.where(ring, -z, z)))

    start, slope = minimize(loss, np.array([0.0, 1.0]), method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-9}).x
    return float(start), float(slope)


def tell_reliability(held_out: pd.DataFrame) -> str:
    """Word how far what is told of groups comes true: in ten steps, for each maker, and of the groups called."""
    start, slope = scale(held_out)
    part = held_out[held_out["odds"] >= DOUBT]
    told = 1 / (1 + np.exp(-start - slope * part["odds"]))
    table = part.assign(told=told, found=part["ring_share"] >= MOSTLY)[["maker", "called", "told", "found"]]
    steps = table.groupby(np.ceil(10 * table["told"]) / 10)[["told", "found"]].mean()
    called = table[table["called"].astype(bool)]
    expected, wrong = (1 - called["told"]).sum(), int((~called["found"]).sum())
    return (
        f"Told and found, by step:\n{steps.round(2).to_string()}\n\n"
        f"Told and found, by maker:\n{table.groupby('maker')[['told', 'found']].mean().round(2).to_string()}\n\n"
        f"Of {len(called):,} groups called, {expected:.1f} were expected to be wrong, and {wrong} were."
    )


def tell_ties(held_out: pd.DataFrame) -> str:
    """Word what ties to other rings do in whole exports: near the margin, and had they another weight."""
    whole = held_out[held_out["copy"] == 0]
    ring = (whole["ring_share"] >= MOSTLY).to_numpy()
    near, tied = whole["untied_odds"].between(1.0, MARGIN, inclusive="left"), whole["tied"] > 0
    free = ~(whole["alone"] | whole["unlike"] | whole["little"])
    counts = (f"{(near & tied & mine).sum()} of {(near & mine).sum()}" for mine in (ring, ~ring))
    told = [f"Tied to a ring, of rings' groups, and of others, between 1 and {MARGIN} without it: {listed([*counts])}."]
    for weight in (0.0, 1.0, 1.5):
        odds = whole["untied_odds"] + weight * TIED.of(whole["tied"].to_numpy()) / TIED.odds[-1]
        called = free & (odds >= MARGIN)
        told.append(
            f"With {weight} units: {(called & ring).sum()} groups of rings and {(called & ~ring).sum()} others."
        )
    return "\n".join(told)


def tell_unlike(card: Scorecard, table: pd.DataFrame) -> str:
    """Word in how many worlds of each maker a feature is spread as in none of the others'."""
    rows = []
    for maker, mine in table.groupby("maker"):
        others = FittedWorlds(0.0, 1.0, 0.01, spread_over(card, table[table["maker"] != maker]))
        for world, part in mine.groupby("world"):
            export = "degraded" if part["copy"].iloc[0] else "whole"
            rows.append((maker, export, world, bool(others.unlike(card, part))))
    told = pd.DataFrame(rows, columns=["maker", "export", "world", "unlike"])
    shares = told.pivot_table(index="maker", columns="export", values="unlike")
    mean = shares.mean().round(3).to_dict()
    return f"Share of worlds unlike the other makers':\n{shares.round(2).to_string()}\nMean: {mean}"


def ring_share(table: pd.DataFrame) -> float:
    """Share of ring accounts: the mean over the worlds of each maker, then over makers."""
    worlds = table.drop_duplicates("world")
    share = worlds["n_ring"] / (worlds["n_ring"] + worlds["n_honest"])
    return float(share.groupby(worlds["maker"]).mean().mean())


def spread_over(card: Scorecard, table: pd.DataFrame) -> dict[str, Spread]:
    """How each feature spreads over the groups, and the bound that single worlds keep."""
    distances, shares = {}, {}
    for name in NAMES:
        at = card.shapes[name].at
        counts = {
            key: count_between(part[name], at) for key, part in table.groupby(["maker", "copy", "world"], sort=True)
        }
        of_maker = pd.DataFrame(counts).T.groupby(level=0).sum()
        of_maker = of_maker.apply(lambda row: pd.Series(smoothed_shares(row.to_numpy())), axis=1)
        shares[name] = tuple(of_maker.mean().round(5))
        distances[name] = pd.Series(
            {
                (maker, world): stability_index(each, tuple(of_maker.drop(maker).mean()))
                for (maker, copy, world), each in counts.items()
                if copy == 0 and each.sum() >= ENOUGH
            }
        )
    usual = {name: each.quantile(HARDLY_EVER) for name, each in distances.items()}
    furthest = pd.DataFrame({name: each / usual[name] for name, each in distances.items()}).max(axis=1)
    room = furthest.quantile(HARDLY_EVER)
    return {name: Spread(shares[name], round(float(usual[name] * room), 2)) for name in NAMES}
