"""At which hours of the local day people and programs call."""

from __future__ import annotations

import numpy as np

_H = np.arange(96) / 4.0


def _bump(centre: float, width: float) -> np.ndarray:
    d = np.minimum(abs(_H - centre), 24 - abs(_H - centre))
    return np.exp(-0.5 * (d / width) ** 2)


_SHAPES = {
    "day": 0.7 * _bump(10.5, 2.6) + 0.8 * _bump(15.5, 3) + 0.7 * _bump(20.5, 2),
    "office": _bump(10, 1.4) + 0.9 * _bump(14.8, 1.7) + 0.05 * _bump(20, 2),
    "evening": 0.3 * _bump(13, 3) + 1.2 * _bump(20.5, 2.2),
    "night": 0.4 * _bump(17, 3) + 1.3 * _bump(0.5, 2.4),
    "commute": _bump(8, 0.9) + 0.7 * _bump(12.7, 1) + _bump(18, 1.2) + 0.6 * _bump(22.5, 1.2),
    "class": _bump(9.5, 0.9) + 1.1 * _bump(11.5, 0.7) + _bump(14.5, 1),
    "late": 0.2 * _bump(3, 1.2) + _bump(22, 1.6),
    "flat": np.ones(96),
    "shift": _bump(9.5, 1.5) + _bump(13.5, 1.5) + 0.8 * _bump(19, 1.5),
}
PROFILE = {name: i for i, name in enumerate([*_SHAPES, "cron"])}
CRON = PROFILE["cron"]
_BINS = 512


def table() -> np.ndarray:
    """For each profile, hours such that each is as likely as the other."""
    rows = []
    for shape in _SHAPES.values():
        cum = np.cumsum(shape + 0.004)
        rows.append(np.interp((np.arange(_BINS) + 0.5) / _BINS, cum / cum[-1], _H + 0.25))
    rows.append(np.repeat(np.arange(24.0), _BINS // 24 + 1)[:_BINS])
    return np.array(rows)
