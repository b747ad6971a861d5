"""Every number that a world is drawn from: its usual value and the range of a world drawn at random.

A tag in brackets names the section of the domain reference that the value answers to; the others are this maker's own.
"""

from __future__ import annotations

import math
from random import Random

#: name: (usual, low, high)
RANGES: dict[str, tuple[float, float, float]] = {
    # the window and the population
    "days": (28, 15, 50),  # [9.1] a trailing window of about four weeks
    "churn": (0.04, 0.01, 0.08),  # [9.3] joins, and leaves, a week
    "home": (0.44, 0.25, 0.60),  # [9.2] shares of the segments; they are brought to a sum of one
    "mobile": (0.13, 0.06, 0.30),
    "company": (0.145, 0.06, 0.25),
    "university": (0.05, 0.01, 0.12),
    "cloud": (0.095, 0.04, 0.20),
    "vpn": (0.065, 0.02, 0.15),
    "agency": (0.02, 0.0, 0.05),
    "special": (0.055, 0.01, 0.15),  # gatherings, call centres, franchises, own tests, fleets, …
    # lines
    "keep_address": (0.60, 0.35, 0.85),  # [2, 9.2]
    "daily_lease": (0.17, 0.05, 0.40),
    "v6": (0.40, 0.0, 0.75),
    "lease_room": (7.0, 0.5, 20.0),  # addresses in a region's pool for each line of ours
    "cgnat_load": (34, 6, 90),  # accounts an address of an ordinary carrier
    "dense_share": (0.22, 0.0, 0.5),  # subscribers of a dense carrier
    "dense_load": (1200, 200, 3000),
    "sase": (0.16, 0.0, 0.5),  # companies behind a common pool
    "hybrid": (0.33, 0.1, 0.7),
    "shared_cloud": (0.33, 0.1, 0.6),
    # people
    "daily_user": (0.28, 0.1, 0.4),  # [9.3]
    "calls_median": (10, 5, 20),
    "calls_sigma": (1.68, 1.3, 1.9),
    "cron": (0.07, 0.02, 0.15),
    "has_card": (0.52, 0.3, 0.8),
    "card_twice": (0.03, 0.005, 0.08),
    "virtual": (0.075, 0.02, 0.2),
    "company_card": (0.5, 0.2, 0.8),
    "weak_device": (0.22, 0.08, 0.5),
    "drift": (0.10, 0.0, 0.3),
    "webmail": (0.80, 0.6, 0.95),  # of private people
    "alias": (0.04, 0.0, 0.1),
    "disposable": (0.012, 0.0, 0.05),
    "phone": (0.42, 0.0, 0.9),
    "public_template": (1.05, 0.5, 1.8),  # public prompts an account takes up, on average
    "public_slope": (0.97, 0.7, 1.25),
    "viral_week": (16, 4, 40),  # [9.4]
    "byok_each": (1500, 700, 6000),  # accounts for each vendor that takes the customer's own key
    "byok_top": (0.06, 0.01, 0.12),
    "notebook": (0.02, 0.0, 0.06),
    "lowcode": (0.015, 0.0, 0.05),
    "travel": (0.04, 0.0, 0.2),
    "cafe": (0.05, 0.0, 0.25),
    "refer": (0.05, 0.0, 0.15),
    "grey": (0.012, 0.0, 0.04),
    # operators
    "ring_share": (0.03, 0.004, 0.16),
    "rings_per": (36, 20, 160),  # accounts for each ring, on average
    "care_low": (0.1, 0.0, 0.6),  # an operator's care lies between the two
    "care_high": (0.95, 0.5, 1.0),
    "cover_sessions": (0.22, 0.02, 0.5),  # of a member's sessions through honest lines
    "public_cover": (0.55, 0.3, 0.8),  # [9.6]
    "common_device": (0.40, 0.2, 0.6),
    "slip": (0.03, 0.0, 0.12),  # an operator's own line or machine on an account
    "ban": (0.4, 0.0, 0.8),  # chance that a ring was hit within the window
    "exits_ours": (0.10, 0.01, 0.3),  # residential exits that are lines of our own customers
    "frame": (0.5, 0.0, 1.0),  # chance that a ring frames somebody
    # the export
    "mess": (0.4, 0.0, 1.0),
    "lost": (0.01, 0.0, 0.5),  # sightings lost
}


def draw(rnd: Random, *, wide: bool) -> dict[str, float]:
    """The numbers of one world."""
    out: dict[str, float] = {}
    for name, (usual, low, high) in RANGES.items():
        if not wide:
            out[name] = usual
        elif low > 0 and high / low >= 6:
            out[name] = math.exp(rnd.uniform(math.log(low), math.log(high)))
        else:
            out[name] = rnd.uniform(low, high)
    out["days"] = int(round(out["days"]))
    if wide:
        out["cgnat_load"] = max(4.0, out["cgnat_load"])
    return out
