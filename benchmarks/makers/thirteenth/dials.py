"""The dials of a world: shares, habits, what the export lacks."""

import random
from dataclasses import dataclass, field

EXTRAS: dict[str, tuple[str, str]] = {
    "git_remote": ("content", "observed"),
    "promo_code": ("programme", "observed"),
    "billing_address": ("payment", "claimed"),
    "card_bin": ("payment", "third_party"),
    "conversation_prefix": ("content", "observed"),
    "identity_check": ("identity", "third_party"),
    "sdk": ("client", "claimed"),
    "parent_org": ("organisation", "observed"),
}
SHARES: dict[str, float] = {
    "mobile": 0.11,
    "cloud": 0.085,
    "vpn": 0.055,
    "company": 0.115,
    "franchise": 0.012,
    "hot_desk": 0.012,
    "campus": 0.04,
    "course": 0.014,
    "hackathon": 0.01,
    "agency": 0.018,
    "own_tests": 0.006,
    "self_pool": 0.006,
    "agents": 0.004,
    "byok": 0.028,
    "low_code": 0.012,
    "notebook": 0.014,
    "gift_codes": 0.008,
    "programme": 0.008,
    "incubator": 0.005,
    "reseller": 0.006,
    "payer": 0.006,
    "club": 0.006,
    "public_place": 0.008,
    "open_source": 0.006,
    "proxy_home": 0.004,
    "migration": 0.004,
    "contractors": 0.004,
}


@dataclass
class Dials:
    """Everything that may differ from world to world."""

    accounts: int
    seed: int
    ring_share: float
    scenario: str
    days: int = 84
    shares: dict[str, float] = field(default_factory=lambda: dict(SHARES))
    churn_days: float = 175.0
    card_share: float = 0.5
    public_share: float = 0.55
    private_share: float = 0.75
    weak_devices: float = 0.29
    phone_share: float = 0.6
    webmail: float = 0.8
    second_net: float = 0.1
    size_tail: float = 1.15
    viral_week: float = 5.0
    skill: float = 0.4
    skill_sum: float = 4.0
    thrift: float = 1.0
    ring_size: float = 1.0
    contamination: float = 1.0
    regrow: float = 0.4
    inherit: float = 0.55
    recruits: float = 0.35
    framing: float = 0.3
    same_operator: float = 0.2
    honest_bans: float = 0.002
    extras: tuple[str, ...] = tuple(EXTRAS)
    lacking_types: tuple[str, ...] = ()
    lacking_columns: tuple[str, ...] = ()
    csv: bool = False
    slices: int = 1
    seen_at: bool = False
    untidy: float = 0.01
    mixed_dates: bool = False


def drawn(accounts: int, seed: int, ring_share: float, scenario: str) -> Dials:
    """Draw every dial from a wide range."""
    r = random.Random(f"dials{seed}")
    dials = Dials(accounts, seed, ring_share * r.uniform(0.6, 1.4), scenario)
    dials.days = r.choice((28, 42, 56, 84, 112))
    dials.shares = {kind: share * r.lognormvariate(0, 0.5) for kind, share in SHARES.items()}
    too_much = max(1.0, sum(dials.shares.values()) / 0.75)
    dials.shares = {kind: share / too_much for kind, share in dials.shares.items()}
    dials.churn_days = 7 / r.uniform(0.03, 0.05)
    dials.card_share, dials.public_share = r.uniform(0.35, 0.65), r.uniform(0.42, 0.7)
    dials.private_share, dials.weak_devices = r.uniform(0.5, 0.9), r.uniform(0.16, 0.4)
    dials.phone_share, dials.webmail = r.uniform(0.2, 0.9), r.uniform(0.6, 0.9)
    dials.second_net, dials.size_tail = r.uniform(0.04, 0.22), r.uniform(0.9, 1.6)
    dials.viral_week, dials.skill = r.uniform(2, 10), r.uniform(0.2, 0.6)
    dials.skill_sum, dials.thrift = r.uniform(2, 8), r.uniform(0.6, 1.6)
    dials.ring_size, dials.contamination = r.lognormvariate(0, 0.4), r.uniform(0.5, 1.5)
    dials.regrow, dials.inherit = r.uniform(0.0, 0.8), r.uniform(0.2, 0.9)
    dials.recruits, dials.framing = r.uniform(0.0, 0.5), r.uniform(0.0, 0.5)
    dials.same_operator, dials.honest_bans = r.uniform(0.0, 0.4), r.uniform(0.0, 0.01)
    dials.extras = tuple(name for name in EXTRAS if r.random() < 0.55)
    dials.lacking_types = tuple(name for name in ("device", "payment", "template", "ip") if r.random() < 0.1)[:2]
    optional = ("email", "phone", "plan", "country", "status", "count", "last_seen")
    dials.lacking_columns = tuple(name for name in optional if r.random() < 0.2)
    dials.csv, dials.slices, dials.seen_at = r.random() < 0.5, r.choice((1, 1, 2, 4)), r.random() < 0.25
    dials.untidy, dials.mixed_dates = r.uniform(0.0, 0.03), r.random() < 0.3
    return dials
