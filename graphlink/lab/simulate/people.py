"""The honest accounts before they share anything: segment, age, activity, plan and country.

Rates are heavy-tailed on purpose (domain: activity), so that a ring's volume is within the range of honest developers.
"""

from __future__ import annotations

import numpy as np

from graphlink.lab.simulate.draws import Ints, Part, coin, some
from graphlink.lab.simulate.scene import DAY, WEEK, Accounts, Plan, Scene, Segment, Status

# Country, its weight among accounts, and its working day's offset from the export's clock in hours.
_PLACES = (
    *(("US", 28, 18), ("IN", 12, 5), ("GB", 6, 0), ("DE", 6, 1), ("FR", 4, 1), ("BR", 5, 21), ("JP", 5, 9)),
    *(("CA", 4, 18), ("NL", 3, 1), ("KR", 3, 9), ("ES", 3, 1), ("PL", 3, 1), ("SG", 2, 8), ("AU", 3, 10)),
    *(("IT", 3, 1), ("TR", 2, 3), ("VN", 2, 7), ("ID", 2, 7), ("UA", 2, 2), ("SE", 1, 1), ("MX", 2, 18)),
    *(("HK", 1, 8), ("TW", 1, 8), ("PH", 1, 8)),
)
COUNTRIES = tuple(country for country, _, _ in _PLACES)
_COUNTRY_WEIGHT = np.array([share for _, share, _ in _PLACES], np.float64)
_COUNTRY_HOUR = np.array([hour for _, _, hour in _PLACES], np.int64)
# A lognormal spread that puts the 99th percentile of requests per day near 500 for a median of 10.
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


def close_accounts(scene: Scene, honest: Ints) -> None:
    """Half of those who left close their accounts. Bans also hit honest accounts, a day after a sweep."""
    part, accounts, ends = scene.part("closing"), scene.accounts, np.asarray(scene.sweep_ends)
    left = some(part.rng, honest[accounts.end[honest] < scene.horizon - 7 * DAY], 0.5)
    accounts.status[left], accounts.closed[left] = Status.CLOSED, accounts.end[left]
    if len(ends) > 1:
        hit = some(part.rng, honest, scene.settings.enforcement.honest_banned)
        day = ends[part.rng.integers(0, len(ends) - 1, len(hit))] + DAY
        at_work = (accounts.start[hit] < day) & (accounts.end[hit] > day)
        hit, day = hit[at_work], day[at_work]
        accounts.end[hit], accounts.status[hit], accounts.closed[hit] = day, Status.BANNED, day


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
    leaves = coin(part.rng, n, 1.0 - (1.0 - habits.churn_weekly) ** (scene.horizon / WEEK))
    first = np.maximum(created, 0)
    # A light account is seen in part of the window only.
    idle = np.where(light, part.rng.random(n) * 0.6, 0.02) * (scene.horizon - first)
    leaves_at = first + part.rng.random(n) * (scene.horizon - first)
    end = np.where(leaves, leaves_at, scene.horizon - idle * part.rng.random(n))
    accounts.created[who] = created
    accounts.active_days[who] = days
    accounts.start[who] = first + (idle * part.rng.random(n) * 0.5).astype(np.int64)
    accounts.end[who] = np.maximum(end.astype(np.int64), accounts.start[who] + 600).clip(max=scene.horizon)


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
