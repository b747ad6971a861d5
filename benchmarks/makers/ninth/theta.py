"""The space of group parameters: one vector per group, regions of that space, draws and mixtures."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

ALL = 1e7  # accounts per value so large that one value serves the whole group
SCALARS = (
    "n span gap pulse npulse machine life vol volsd sync het late regular local batch skew reach "
    "ownnet owncard owndev owntmpl ownphone"
).split()
FAMILIES = "net exit card mail tmpl dev phone addr code git pref idc".split()
LOGS = {"n", "span", "gap", "npulse", "life", "vol", "reach"}
NAMES = SCALARS + [f"{f}_cov" for f in FAMILIES] + [f"{f}_per" for f in FAMILIES]
AT = {name: i for i, name in enumerate(NAMES)}
LOG_MASK = np.array([name in LOGS or name.endswith("_per") for name in NAMES])
SHARE = np.array([name.endswith("_cov") for name in NAMES])
for _s in ("pulse", "machine", "sync", "het", "late", "regular", "local", "batch", *SCALARS[-5:]):
    SHARE[AT[_s]] = True

HONEST = dict(
    span=(30, 700), gap=(1, 300), pulse=(0, 0.25), npulse=(1, 6), machine=(0, 0.15), life=(200, 3000), vol=(5, 40),
    volsd=(0.9, 1.6), sync=(0, 0.12), het=(0.1, 0.7), late=(0, 0), regular=(0, 0.25), local=(0.6, 1), batch=(0, 0.5),
    skew=(0, 1.5), reach=(1, 1.6), ownnet=(0.5, 1), owncard=(0.3, 0.6), owndev=(0.5, 0.9), owntmpl=(0.6, 1),
    ownphone=(0.3, 0.7),
)  # fmt: skip
RING = dict(
    span=(0.2, 25), gap=(1, 150), pulse=(0.1, 0.9), npulse=(1, 12), machine=(0.2, 1), life=(5, 120), vol=(5, 200),
    volsd=(0.3, 1.2), sync=(0.1, 0.9), het=(0, 0.7), late=(0, 0), regular=(0.1, 0.9), local=(0.1, 0.95),
    batch=(0.2, 1), skew=(0, 1.2), reach=(1, 2), ownnet=(0.55, 1), owncard=(0.02, 0.35), owndev=(0.2, 0.65),
    owntmpl=(0.3, 0.8), ownphone=(0.1, 0.45),
)  # fmt: skip


@dataclass
class Region:
    """A named box of the space: bounds in transformed units, and the discrete habits of its groups."""

    name: str
    side: str  # honest, ring, grey or same_owner
    weight: float
    low: np.ndarray
    high: np.ndarray
    source: dict[str, str] = field(default_factory=dict)  # family -> vendor style; "^" is the host's own pool
    style: str = "office"  # where the group's own addresses lie
    host: str = ""  # name of the region whose groups lend their pools
    local_part: str = "name"
    plans: str = "free pro"
    open_door: bool = False  # honest strangers may be members of it besides their own group
    free: bool = False  # each family is switched on or off at random
    maildom: str = "corp"


def region(name: str, side: str, weight: float, **spec: object) -> Region:
    """Make a region from bounds; a family is (cov low, cov high, per low, per high[, source])."""
    bounds = dict(RING if side == "ring" else HONEST)
    kwargs: dict[str, object] = {}
    low, high, source = np.zeros(len(NAMES)), np.zeros(len(NAMES)), {}
    for key, value in spec.items():
        if key in FAMILIES:
            cov_lo, cov_hi, per_lo, per_hi = value[:4]  # type: ignore[index]
            bounds[f"{key}_cov"], bounds[f"{key}_per"] = (cov_lo, cov_hi), (per_lo, per_hi)
            if len(value) > 4:  # type: ignore[arg-type]
                source[key] = value[4]  # type: ignore[index]
        elif key in AT:
            bounds[key] = value  # type: ignore[assignment]
        else:
            kwargs[key] = value
    for key, (lo, hi) in bounds.items():
        i = AT[key]
        low[i], high[i] = (np.log(lo), np.log(hi)) if LOG_MASK[i] else (lo, hi)
    return Region(name, side, weight, low, high, source, **kwargs)  # type: ignore[arg-type]


def draw(rng: np.random.Generator, reg: Region, spread: float) -> np.ndarray:
    """Draw one group's vector; `spread` widens the box on both sides, since its edges are not walls."""
    u = rng.uniform(-spread, 1 + spread, len(NAMES))
    x = reg.low + (reg.high - reg.low) * u
    x[AT["n"]] = reg.low[0] + (reg.high[0] - reg.low[0]) * rng.beta(0.8, 1.6)
    if reg.free:
        on = rng.random(len(FAMILIES)) < rng.uniform(0.25, 0.7)
        x[AT["net_cov"] : AT["net_cov"] + len(FAMILIES)] *= on
    x[SHARE] = np.clip(x[SHARE], 0, 1)
    return x


def mix(a: np.ndarray, b: np.ndarray, share: float, keep_own: bool) -> np.ndarray:
    """A point between two draws; honest people keep lives of their own, wherever their group lies."""
    out = (1 - share) * a + share * b
    for f in FAMILIES:
        ca, cb = a[AT[f"{f}_cov"]], b[AT[f"{f}_cov"]]
        if ca == 0 or cb == 0:
            out[AT[f"{f}_per"]] = (a if cb == 0 else b)[AT[f"{f}_per"]]
    out[AT["n"]] = a[AT["n"]]
    if keep_own:
        first = AT["ownnet"]
        out[first : first + 5] = a[first : first + 5]
        out[AT["life"]] = a[AT["life"]]
    return out


def natural(x: np.ndarray) -> np.ndarray:
    """Vectors in natural units."""
    out = x.copy()
    out[..., LOG_MASK] = np.exp(out[..., LOG_MASK])
    return out
