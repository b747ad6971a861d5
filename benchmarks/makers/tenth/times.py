"""Calendars: when parties are founded, when members sign up, when accounts are alive. Days; 0 is the export's end."""

from __future__ import annotations

import numpy as np

from terms import Kind, log_uniform

HORIZON = 900.0


def founding(rng: np.random.Generator, n: int, recent: float, window: float) -> np.ndarray:
    """Days on which parties begin: in the window with the given chance, else over the years before."""
    fresh = rng.random(n) < recent
    old = -window - np.minimum(rng.exponential(260.0, n), HORIZON - window)
    return np.where(fresh, -rng.uniform(0.5, window, n), old)


def created_days(
    rng: np.random.Generator, kind: Kind, start: np.ndarray, party: np.ndarray, window: float
) -> np.ndarray:
    """The day of sign-up of each member, by its party's calendar."""
    n, t0 = len(party), start[party]
    width = log_uniform(rng, kind.width, len(start))[party]
    u = rng.random(n)
    if kind.cal == "drift":
        day = -np.minimum(rng.exponential(260.0, n), HORIZON)
    elif kind.cal == "join":  # hired over the years, a third with the contract
        day = np.where(rng.random(n) < 0.33, t0 + rng.exponential(6.0, n), t0 * (1 - u))
    elif kind.cal == "burst":
        day = t0 + width * np.where(rng.random(n) < 0.8, u, u**2 * 1.6)
    elif kind.cal == "cohorts":  # a term every four months or so
        terms = np.maximum(1, np.floor(-t0 / 120.0) + 1)
        day = t0 + 120.0 * np.floor(u * terms) + rng.random(n) * width
    elif kind.cal == "waves":  # stock bought again a week or two after each loss
        gap = (5 + 16 * rng.random(len(start)))[party]
        rounds = np.maximum(1, np.floor(-t0 / gap))
        rounds = np.minimum(rounds, rng.integers(2, 9, len(start))[party])
        day = t0 + gap * np.floor(u * rounds) + width * rng.random(n)
    else:  # recruit: slow and steady, faster towards the end
        day = t0 * (1 - np.sqrt(u))
    day = np.where(day >= -0.02, -0.02 - rng.random(n) * np.minimum(width, -t0 * 0.5 + 0.1), day)
    return np.maximum(day, -HORIZON - 30)


def to_hours(rng: np.random.Generator, day: np.ndarray, offset: np.ndarray, night: np.ndarray) -> np.ndarray:
    """Move the hour of sign-ups to local waking hours (or, for a few, to the small hours)."""
    base = np.floor(day)
    local = np.where(night, rng.normal(3.5, 1.2, len(day)), rng.normal(14.5, 4.2, len(day)))
    return np.minimum(base + ((local - offset) % 24) / 24.0, -0.01)


def alive(
    rng: np.random.Generator, active: np.ndarray, created: np.ndarray, wake: np.ndarray, window: float
) -> tuple[np.ndarray, np.ndarray]:
    """First and last day on which each account is seen (active: 0 steady, 1 brief, 2 sleeper)."""
    n = len(created)
    first = np.maximum(created, -window * (1 - 0.3 * rng.random(n) ** 2))
    gone = rng.random(n) < 0.22
    last = np.where(gone, first + (0 - first) * rng.random(n), -rng.exponential(2.5, n))
    brief = created + np.exp(rng.normal(0.9, 1.0, n))
    last = np.where(active == 1, brief, last)
    first = np.where(active == 1, created, first)
    first = np.where(active == 2, np.maximum(created, wake), first)
    last = np.where(active == 2, np.maximum(first + 0.2, -rng.exponential(0.8, n)), last)
    first = np.maximum(first, created)
    last = np.clip(last, first + 0.01, 0.0)
    return np.minimum(first, last - 0.005), last
