"""What was asked of graphlink, on held-back seeds and parameters and with its defaults, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from accuracy_results import Measured


@dataclass(frozen=True, slots=True)
class Goal:
    """A headline figure, what its mean must reach, and on the worlds with which rings planted."""

    what: str
    planted: str
    figure: str
    limit: float
    is_at_most: bool = False
    is_per_100_000: bool = False

    def value(self, result: Measured) -> float | None:
        """The figure on one world."""
        value = result.figures.get(self.figure)
        return 100_000 * value / result.plan.n_accounts if self.is_per_100_000 and value is not None else value

    def is_met(self, mean: float) -> bool:
        """Whether a mean reaches the limit."""
        return mean <= self.limit if self.is_at_most else mean >= self.limit


_INNOCENTS: Final = "honest in core per 100,000"

GOALS: Final = (
    Goal(
        "rings assessed coordinated per 100,000", "clean", "rings coordinated", 1, is_at_most=True, is_per_100_000=True
    ),
    Goal("honest accounts in core per 100,000", "default", _INNOCENTS, 10, is_at_most=True),
    Goal("honest accounts in core per 100,000", "low", _INNOCENTS, 10, is_at_most=True),
    Goal("precision of core members", "default", "precision, core", 0.98),
    Goal("precision of core members", "low", "precision, core", 0.95),
    Goal("precision among the first 10 rings", "default", "precision of first 10", 1.0),
    Goal("precision among the first 25 rings", "default", "precision of first 25", 0.95),
    Goal("recall, naive farm (R1)", "default", "recall R1", 0.95),
    Goal("recall, trial farm (R2)", "default", "recall R2", 0.85),
    Goal("recall, load-balanced (R3)", "default", "recall R3", 0.95),
    Goal("recall, small rotating (R9)", "default", "recall R9", 0.85),
    Goal("recall, residential pool of 5,000 (R6)", "big", "recall R6", 0.85),
    Goal("recall, hydra of 25,000 (R7)", "big", "recall R7", 0.75),
    Goal("the hydra's recovered members in one ring or campaign", "big", "in one place R7", 0.90),
    *(
        Goal("campaigns with rings of several operators", planted, "campaigns of several operators", 0, is_at_most=True)
        for planted in ("default", "big")
    ),
    *(
        Goal(f"{name} accused, share", "default", f"{code} accused, share", limit, is_at_most=True)
        for code, name, limit in (
            ("HN1", "carrier NATs", 0.0),
            ("HN7", "VPN exits", 0.0),
            ("HN8", "families", 0.0),
            ("HN2", "courses", 0.02),
            ("HN3", "hackathons", 0.02),
            ("HN4", "enterprises", 0.02),
            ("HN5", "agencies", 0.02),
            ("HN6", "groups of a vendor's customers", 0.02),
        )
    ),
    Goal("framed victims in the core", "victims", "victims in core", 0, is_at_most=True),
    Goal(
        "rings on the same world with shuffled links, share of the real ones",
        "default",
        "rings on the shuffled world, share",
        0.01,
        is_at_most=True,
    ),
    Goal("seconds for a run and its evaluation", "default", "seconds, run and evaluation", 60, is_at_most=True),
)
