"""How a card is fitted: hinges at quantiles, bounded L-BFGS, families masked, makers weighted alike, rounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from graphlink.rings.card_features import FAMILIES, FEATURES, NAMES
from graphlink.rings.scorecard import Reference, Scorecard, Shape

if TYPE_CHECKING:
    import pandas as pd

QUANTILES = (0.3, 0.6, 0.85, 0.97)
"""Of the known values above the least, at which a feature's log-odds may bend."""

STEEP = (0.5, 8.0)
"""What a step costs that is wide, or narrow, beside one of even width: small differences are chance's."""

CAP, L2, MISSING = 4.0, 5.0, 0.3
MASKED, N_COPIES = 0.25, 3
START = (-9.0, -3.2)
"""What a group starts with: less than a family can make up for."""

N_REFERENCE = 900


@dataclass(frozen=True)
class _Design:
    at: list[np.ndarray]
    basis: np.ndarray
    """Rows by columns: the increments of every feature, then whether each feature is missing."""
    column_family: np.ndarray
    sign: np.ndarray
    of_feature: np.ndarray
    dear: np.ndarray
    """What a column's weight costs, beside that of a step of even width."""


def fit(
    features: pd.DataFrame, is_ring: np.ndarray, maker: np.ndarray, *, n_copies: int = N_COPIES, seed: int = 0
) -> Scorecard:
    """Fit a card to labelled groups and to copies of them in which families are masked."""
    at = [_hinges(features[name].to_numpy()) for name in NAMES]
    design = _design(features, at)
    rng = np.random.default_rng(seed)
    weight = np.zeros(len(features))
    for name in np.unique(maker):
        weight[maker == name] = len(features) / len(np.unique(maker)) / (maker == name).sum()
    masks = [np.zeros((len(features), len(FAMILIES)), dtype=bool)]
    masks += [rng.random((len(features), len(FAMILIES))) < MASKED for _ in range(n_copies)]
    bases = np.concatenate([_masked(design, mask) for mask in masks]).astype(np.float32)
    y = np.tile(is_ring.astype(np.float32), len(masks))
    w = np.tile((weight / len(masks)).astype(np.float32), len(masks))
    n_families = len(FAMILIES)
    columns = [np.flatnonzero(design.column_family == f) for f in range(n_families)]

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        signed = (theta[1:] * design.sign).astype(np.float32)
        z = np.full(len(y), theta[0], dtype=np.float64)
        free = []
        for mine in columns:
            part = bases[:, mine] @ signed[mine]
            free.append(part < CAP)
            z += np.minimum(part, CAP)
        p = 1 / (1 + np.exp(-z))
        value = float(np.sum(w * np.logaddexp(0, np.where(y > 0, -z, z)))) + 0.5 * L2 * float(
            design.dear @ theta[1:] ** 2
        )
        slope = (w * (p - y)).astype(np.float32)
        gradient = np.empty_like(theta)
        gradient[0] = slope.sum()
        for mine, is_free in zip(columns, free, strict=True):
            gradient[1 + mine] = (slope * is_free) @ bases[:, mine]
        gradient[1:] = gradient[1:] * design.sign + L2 * design.dear * theta[1:]
        return value, gradient

    is_missing = design.of_feature >= len(NAMES)
    n_in_family = np.bincount(design.column_family[is_missing])
    most_missing = MISSING / n_in_family[design.column_family]
    bounds = [
        START,
        *((-most, most) if each else (0, None) for each, most in zip(is_missing, most_missing, strict=True)),
    ]
    start = np.r_[-5.0, np.where(is_missing, 0.0, 0.1)]
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 400})
    theta = best.x
    shapes = {}
    for number, each in enumerate(FEATURES):
        steps = theta[1:][design.of_feature == number] * each.sign
        missing = float(theta[1:][design.of_feature == number + len(NAMES)][0])
        odds = np.round(np.r_[0.0, np.cumsum(steps)], 1)
        shapes[each.name] = Shape(_numbers(at[number]), _numbers(np.asarray(odds)), round(missing, 2))
    return Scorecard(start=round(float(theta[0]), 1), cap=CAP, shapes=shapes)


def _numbers(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _hinges(values: np.ndarray) -> np.ndarray:
    known = values[~np.isnan(values)]
    if not len(known):
        return np.array([0.0, 1.0])
    low = known.min()
    above = known[known > low]
    if not len(above):
        return np.array([low, low + 1.0])
    points = [float(f"{value:.2g}") for value in (low, *np.quantile(above, QUANTILES))]
    found = np.unique(points)
    return found if len(found) > 1 else np.array([low, low + 1.0])


def _design(features: pd.DataFrame, at: list[np.ndarray]) -> _Design:
    parts, family, sign, of_feature, dear = [], [], [], [], []
    for number, each in enumerate(FEATURES):
        values = features[each.name].to_numpy()
        for low, high in zip(at[number][:-1], at[number][1:], strict=True):
            parts.append(np.nan_to_num(np.clip((values - low) / (high - low), 0, 1)))
            family.append(FAMILIES.index(each.family))
            sign.append(each.sign)
            of_feature.append(number)
            even = (at[number][-1] - at[number][0]) / (len(at[number]) - 1)
            dear.append(np.clip(even / (high - low), *STEEP))
    for number, each in enumerate(FEATURES):
        parts.append(np.isnan(features[each.name].to_numpy()).astype(float))
        family.append(FAMILIES.index(each.family))
        sign.append(1)
        of_feature.append(number + len(NAMES))
        dear.append(1.0)
    columns = (np.array(each) for each in (family, np.array(sign, dtype=float), of_feature, dear))
    return _Design(at, np.stack(parts, axis=1), *columns)


def _masked(design: _Design, mask: np.ndarray) -> np.ndarray:
    hidden = mask[:, design.column_family]
    is_missing = design.of_feature >= len(NAMES)
    return np.where(hidden, is_missing.astype(float), design.basis)


def choose_reference(card: Scorecard, features: pd.DataFrame, is_ring: np.ndarray, *, seed: int = 0) -> Reference:
    """Rings drawn at random, and as many of the honest groups that look most like rings; no two alike."""
    rng = np.random.default_rng(seed)
    places = np.round(card.places(features), 2)
    odds = card.log_odds(features)
    rings, honest = np.flatnonzero(is_ring), np.flatnonzero(~is_ring)
    rings = rng.permutation(rings)[:N_REFERENCE]
    honest = honest[np.argsort(-odds[honest], kind="stable")][:N_REFERENCE]
    chosen = np.sort(np.r_[rings, honest])
    rows = np.unique(np.column_stack([is_ring[chosen], places[chosen]]), axis=0)
    return Reference(places=rows[:, 1:], is_ring=rows[:, 0] > 0)
