"""The parameters of a world: narrow draws by default, ranges several times as wide with --random."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tables import MAIN_SIGNALS, OPTIONAL_SIGNALS, SIGNAL_NAMES

if TYPE_CHECKING:
    import numpy as np

Number = float | int | bool

# name: (centre, factor by default, factor with --random). A scale is drawn log-uniformly in centre / f … centre × f.
SCALES: dict[str, tuple[float, float, float]] = {
    "window_days": (84, 1.0, 1.6),
    "household.pool_per_line": (8.0, 1.1, 3.0),
    "household.account_joins": (0.06, 1.1, 3.0),
    "carrier.accounts_per_address": (30, 1.1, 4.0),
    "carrier.dense_accounts": (1500, 1.2, 2.5),
    "vpn.accounts_per_exit": (22, 1.1, 4.0),
    "template.public_size": (3000, 1.1, 4.0),
    "template.viral_per_week": (20, 1.2, 3.0),
    "template.viral_median": (22, 1.2, 3.0),
    "device.weak_classes": (400, 1.1, 4.0),
    "kind.size": (1.0, 1.05, 2.0),
    "roam.intensity": (0.85, 1.05, 2.2),
    "ring.size": (1.0, 1.1, 3.0),
    "ring.budget": (1.0, 1.1, 3.0),
    "ring.contamination": (1.0, 1.05, 2.5),
    "ring.leak": (0.05, 1.2, 5.0),
    "ring.framed": (0.15, 1.2, 4.0),
    "residential.pool_millions": (2.0, 1.3, 12.0),
    "residential.honest_lines": (0.03, 1.2, 4.0),
    "activity.sigma": (1.5, 1.03, 1.5),
    "mess.level": (1.0, 1.1, 3.0),
}
# name: (centre, half-width by default, half-width with --random), drawn uniformly on the logit scale.
CHANCES: dict[str, tuple[float, float, float]] = {
    "household.stable": (0.60, 0.1, 1.2),
    "household.daily_of_rest": (0.42, 0.1, 1.2),
    "household.ipv6_isp": (0.45, 0.1, 1.5),
    "template.public": (0.45, 0.1, 1.0),
    "device.known": (0.72, 0.1, 1.2),
    "device.weak": (0.28, 0.1, 1.0),
    "card.owned": (0.50, 0.1, 1.0),
    "card.virtual": (0.07, 0.1, 1.2),
    "mail.own_domain": (0.06, 0.1, 1.2),
    "mail.alias": (0.03, 0.1, 1.2),
    "mail.disposable": (0.01, 0.1, 1.2),
    "phone.known": (0.32, 0.1, 1.5),
    "ring.public_template": (0.55, 0.1, 1.2),
    "ring.weak_device": (0.40, 0.1, 1.0),
    "ring.regrow": (0.35, 0.1, 1.5),
    "ring.inherit": (0.45, 0.2, 1.8),
    "ring.shared_suppliers": (0.35, 0.1, 1.5),
}


class Params:
    """The drawn parameters, kept for the manifest."""

    def __init__(self, rng: np.random.Generator, *, wide: bool) -> None:
        self.rng = rng
        self.wide = wide
        self.drawn: dict[str, Number | str] = {}
        for name, (centre, narrow, broad) in SCALES.items():
            self.scale(name, centre, narrow, broad)
        for name, (centre, narrow, broad) in CHANCES.items():
            self.chance(name, centre, narrow, broad)
        self.drawn["window_days"] = int(float(self.drawn["window_days"]))
        self.drawn["countries"] = int(rng.integers(5, 29)) if wide else 28
        for signal in (*MAIN_SIGNALS, *OPTIONAL_SIGNALS):
            self._coverage(signal)
        for signal in range(13):
            self.drawn[f"rate_shift.{SIGNAL_NAMES[signal]}"] = round(
                float(rng.uniform(-1, 1)) * (1.1 if wide else 0.1), 4
            )
        self.drawn["mess.text_dates"] = bool(rng.random() < 0.3) if wide else False

    def __getitem__(self, name: str) -> float:
        return float(self.drawn[name])

    def scale(self, name: str, centre: float, narrow: float, broad: float) -> float:
        """Draw a positive number around a centre."""
        factor = math.log(broad if self.wide else narrow)
        value = centre * math.exp(float(self.rng.uniform(-factor, factor)))
        self.drawn[name] = round(value, 6)
        return value

    def chance(self, name: str, centre: float, narrow: float, broad: float) -> float:
        """Draw a probability around a centre."""
        half = broad if self.wide else narrow
        value = shifted(centre, float(self.rng.uniform(-half, half)))
        self.drawn[name] = round(value, 6)
        return value

    def kind_share(self, name: str, share: float) -> float:
        """The share of an honest kind; with wide draws one kind in ten is absent."""
        value = self.scale(f"share.{name}", share, 1.1, 3.5)
        if self.wide and name not in {"home", "enterprise", "university"} and self.rng.random() < 0.1:
            value = 0.0
        self.drawn[f"share.{name}"] = round(value, 6)
        return value

    def _coverage(self, signal: int) -> None:
        name = f"coverage.{SIGNAL_NAMES[signal]}"
        main = signal in MAIN_SIGNALS
        if not self.wide:
            value = float(self.rng.uniform(0.96, 0.995)) if main else float(self.rng.uniform(0.45, 0.9))
        elif self.rng.random() < (0.06 if main else 0.4):
            value = 0.0
        else:
            value = float(self.rng.uniform(0.45 if main else 0.1, 1.0))
        if signal == 0:
            value = max(value, 0.6)  # a world without addresses is no world
        self.drawn[name] = round(value, 4)


def shifted(chance: float, shift: float) -> float:
    """Move a probability on the logit scale."""
    if chance <= 0 or chance >= 1:
        return chance
    odds = chance / (1 - chance) * math.exp(shift)
    return odds / (1 + odds)
