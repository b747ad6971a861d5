"""Who the honest accounts are before they share anything: segment, age, activity, plan and country.

Rates are heavy-tailed on purpose (domain: activity), so that a ring's volume lies inside what honest developers do.
"""

from __future__ import annotations

import numpy as np

from graphlink.simulate.draws import Ints, Part, coin, some
from graphlink.simulate.scene import DAY, Accounts, Plan, Scene, Segment, Status

COUNTRIES = (
    "US",
    "IN",
    "GB",
    "DE",
    "FR",
    "BR",
    "JP",
    "CA",
    "NL",
    "KR",
    "ES",
    "PL",
    "SG",
    "AU",
    "IT",
    "TR",
    "VN",
    "ID",
    "UA",
    "SE",
    "MX",
    "HK",
    "TW",
    "PH",
)
_COUNTRY_WEIGHT = np.array([28, 12, 6, 6, 4, 5, 5, 4, 3, 3, 3, 3, 2, 3, 3, 2, 2, 2, 2, 1, 2, 1, 1, 1], np.float64)
# Offset of each country's working day from the export's clock, in hours.
_COUNTRY_HOUR = np.array([18, 5, 0, 1, 1, 21, 9, 18, 1, 9, 1, 1, 8, 10, 1, 3, 7, 7, 2, 1, 18, 8, 8, 8], np.int64)
# Lognormal spread that puts the 99th percentile of requests a day near 500 when the median is 10.
_VOLUME_SPREAD = 1.68


def settle(scene: Scene, honest: Ints) -> None:
    """Give every honest account its segment, age, activity, plan and country."""
    part = scene.part("people")
    shares = scene.settings.segments
    weights = np.array(
        [shares.home, shares.mobile, shares.corporate, shares.university, shares.cloud, shares.vpn, shares.agency]
    )
    bounds = np.round(np.cumsum(weights / weights.sum()) * len(honest)).astype(np.int64)
    scene.accounts.segment[honest] = np.searchsorted(bounds, np.arange(len(honest)), side="right")
    be_someone(part, scene.accounts, honest)
    _age(scene, part, honest)
    _plans(part, scene.accounts, honest)


def be_someone(part: Part, accounts: Accounts, who: Ints) -> None:
    """Give accounts a country with its hours, a rate, and a name style."""
    n = len(who)
    country = part.rng.choice(len(COUNTRIES), size=n, p=_COUNTRY_WEIGHT / _COUNTRY_WEIGHT.sum())
    accounts.country[who] = country
    accounts.hour[who] = (_COUNTRY_HOUR[country] + part.rng.integers(-2, 3, n)) % 24
    accounts.volume[who] = np.exp(np.log(10.0) + _VOLUME_SPREAD * part.rng.standard_normal(n))
    accounts.style[who] = part.rng.integers(0, 100, n)


def history(scene: Scene, part: Part, n: int) -> Ints:
    """Draw creation times of ordinary accounts: two years with growth, up to the end of the world."""
    length = scene.settings.time.history_days * DAY
    return scene.horizon - (length * (1.0 - np.sqrt(part.rng.random(n)))).astype(np.int64)


def _age(scene: Scene, part: Part, who: Ints) -> None:
    habits, accounts, n = scene.settings.habits, scene.accounts, len(who)
    created = history(scene, part, n)
    light = coin(part.rng, n, habits.light)
    days = np.where(light, part.rng.integers(1, 9, n), part.rng.integers(16, 29, n))
    weeks = scene.horizon / (7 * DAY)
    leaves = part.rng.random(n) < 1.0 - (1.0 - habits.churn_weekly) ** weeks
    first = np.maximum(created, 0)
    # A light account is seen for part of the window only.
    idle = np.where(light, part.rng.random(n) * 0.6, 0.02) * (scene.horizon - first)
    end = np.where(
        leaves, first + part.rng.random(n) * (scene.horizon - first), scene.horizon - idle * part.rng.random(n)
    )
    accounts.created[who] = created
    accounts.active_days[who] = days
    accounts.start[who] = first + (idle * part.rng.random(n) * 0.5).astype(np.int64)
    accounts.end[who] = np.maximum(end.astype(np.int64), accounts.start[who] + 600).clip(max=scene.horizon)
    accounts.status[who[leaves]], accounts.closed[who[leaves]] = Status.CLOSED, accounts.end[who[leaves]]
    if len(scene.sweep_ends) > 1:
        _ban_by_mistake(scene, part, who)


def _ban_by_mistake(scene: Scene, part: Part, who: Ints) -> None:
    """Let bans hit honest accounts too, on the days after sweeps."""
    accounts, ends = scene.accounts, np.asarray(scene.sweep_ends)
    hit = some(part.rng, who, scene.settings.enforcement.honest_banned)
    day = ends[part.rng.integers(0, len(ends) - 1, len(hit))] + DAY
    alive = (accounts.start[hit] < day) & (accounts.end[hit] > day)
    hit, day = hit[alive], day[alive]
    accounts.end[hit], accounts.status[hit], accounts.closed[hit] = day, Status.BANNED, day


def _plans(part: Part, accounts: Accounts, who: Ints) -> None:
    kinds = np.array([Plan.FREE, Plan.TRIAL, Plan.PRO, Plan.TEAM, Plan.ENTERPRISE, Plan.EDUCATION])
    by_segment = {
        Segment.HOME: (0.45, 0.08, 0.42, 0.03, 0.0, 0.02),
        Segment.MOBILE: (0.55, 0.1, 0.33, 0.01, 0.0, 0.01),
        Segment.CORPORATE: (0.1, 0.05, 0.15, 0.6, 0.1, 0.0),
        Segment.UNIVERSITY: (0.35, 0.05, 0.1, 0.0, 0.0, 0.5),
        Segment.CLOUD: (0.25, 0.1, 0.45, 0.18, 0.02, 0.0),
        Segment.VPN: (0.45, 0.1, 0.42, 0.03, 0.0, 0.0),
        Segment.AGENCY: (0.05, 0.05, 0.5, 0.4, 0.0, 0.0),
    }
    for segment, shares in by_segment.items():
        mine = who[accounts.segment[who] == segment]
        accounts.plan[mine] = part.rng.choice(kinds, size=len(mine), p=np.asarray(shares) / sum(shares))
