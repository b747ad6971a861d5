"""Dials of a world: prices, fears, shares, habits and untidiness, fixed by default and drawn on demand."""

from dataclasses import dataclass, field

import numpy as np

SCENARIOS = ("default", "clean", "proxy", "borrowers", "farms")

# What one unit costs a month in dollars on the grey market, before the world's inflation.
PRICES = {"ip": 2.4, "payment": 5.0, "device": 1.5, "domain": 6.0, "template": 4.0, "phone": 0.6}

# How dangerous an operator believes it is that two of his accounts show the same unit.
HAZARDS = {"ip": 1.0, "payment": 0.45, "device": 0.6, "domain": 0.3, "template": 0.12, "phone": 0.8}

# Share of honest accounts by kind; the rest are people on their own.
SHARES = {
    "household": 0.05,
    "friends": 0.01,
    "company": 0.125,
    "holding": 0.012,
    "campus": 0.035,
    "course": 0.014,
    "hotdesk": 0.012,
    "hackathon": 0.009,
    "vendor": 0.03,
    "lowcode": 0.012,
    "notebook": 0.014,
    "sase": 0.015,
    "viral": 0.03,
    "tutorial": 0.025,
    "agency": 0.014,
    "own_tests": 0.005,
    "own_pool": 0.004,
    "agents": 0.006,
    "reseller": 0.01,
    "programme": 0.01,
    "payer": 0.005,
    "place": 0.008,
    "project": 0.008,
    "bundle": 0.006,
    "bootcamp": 0.008,
    "crowdwork": 0.004,
    "exit_host": 0.006,
}

# Types beyond the usual ones: family and provenance as declared in graphlink.toml.
DECLARED = {
    "card_bin": ("payment", "third_party"),
    "billing_address": ("payment", "claimed"),
    "asn": ("network", "observed"),
    "git_remote": ("content", "claimed"),
    "conversation_prefix": ("content", "observed"),
    "previous_response": ("content", "observed"),
    "tool_schema": ("content", "observed"),
    "client": ("device", "claimed"),
    "promo_code": ("identity", "observed"),
    "parent_org": ("identity", "observed"),
    "identity_check": ("identity", "third_party"),
}
DEFAULT_HIDDEN = ("parent_org", "billing_address", "asn", "identity_check")


@dataclass
class Dials:
    """Everything that may differ between worlds."""

    days: float = 56
    first_day: str = "2026-09-07"
    shares: dict[str, float] = field(default_factory=lambda: dict(SHARES))
    segments: tuple[float, float, float, float] = (0.6, 0.2, 0.12, 0.08)
    prices: dict[str, float] = field(default_factory=lambda: dict(PRICES))
    fear: float = 0.03
    fear_spread: float = 1.1
    contamination: float = 0.75
    spread: float = 1.0
    public_head: float = 1.05
    webmail: float = 0.8
    card_share: float = 0.5
    device_share: float = 0.75
    phone_share: float = 0.4
    weak_device: float = 0.33
    line_slack: float = 24.0
    regrow: float = 0.3
    reuse_operator: float = 0.15
    lend: float = 0.4
    hidden_types: tuple[str, ...] = DEFAULT_HIDDEN
    hidden_columns: tuple[str, ...] = ()
    mess: float = 0.15
    csv: bool = False
    id_style: str = "hex"
    time_style: str = "native"
    domain_rows: bool = False


def drawn(rng: np.random.Generator) -> Dials:
    """Return dials drawn from wide ranges."""
    dials = Dials()
    dials.days = float(rng.integers(28, 100))
    dials.first_day = str(np.datetime64("2026-01-05") + int(rng.integers(0, 260)))
    dials.shares = {kind: share * float(np.exp(rng.normal(0, 0.6))) for kind, share in SHARES.items()}
    excess = max(1.0, sum(dials.shares.values()) / 0.7)
    dials.shares = {kind: share / excess for kind, share in dials.shares.items()}
    parts = rng.dirichlet([24, 8, 5, 3.5])
    dials.segments = (float(parts[0]), float(parts[1]), float(parts[2]), float(parts[3]))
    dials.prices = {good: price * float(np.exp(rng.normal(0, 0.4))) for good, price in PRICES.items()}
    dials.fear = float(np.exp(rng.uniform(np.log(0.012), np.log(0.08))))
    dials.fear_spread = float(rng.uniform(0.7, 1.5))
    dials.contamination = float(rng.uniform(0.45, 0.95))
    dials.spread = float(rng.uniform(0.7, 1.35))
    dials.public_head = float(rng.uniform(0.95, 1.2))
    dials.webmail = float(rng.uniform(0.65, 0.88))
    dials.card_share = float(rng.uniform(0.35, 0.7))
    dials.device_share = float(rng.uniform(0.5, 0.9))
    dials.phone_share = float(rng.uniform(0.15, 0.7))
    dials.weak_device = float(rng.uniform(0.2, 0.45))
    dials.line_slack = float(rng.uniform(12, 34))
    dials.regrow = float(rng.uniform(0.1, 0.5))
    dials.reuse_operator = float(rng.uniform(0.05, 0.3))
    dials.lend = float(rng.uniform(0.15, 0.6))
    return untidy(rng, dials)


def untidy(rng: np.random.Generator, dials: Dials) -> Dials:
    """Draw which columns and types an export lacks and how untidy it is."""
    gone = [name for name in DECLARED if rng.random() < 0.45]
    gone += [name for name in ("device", "payment", "template") if rng.random() < 0.07][:1]
    dials.hidden_types = tuple(gone)
    columns = ("phone", "plan", "country", "status", "count", "last_seen")
    dials.hidden_columns = tuple(name for name in columns if rng.random() < 0.18)
    dials.mess = float(rng.uniform(0, 1))
    dials.csv = bool(rng.random() < 0.45)
    dials.id_style = str(rng.choice(["hex", "number", "word", "exponent"]))
    dials.time_style = str(rng.choice(["native", "iso", "mixed", "epoch"], p=[0.3, 0.3, 0.25, 0.15]))
    dials.domain_rows = bool(rng.random() < 0.2)
    return dials
