"""Every number of a world, by section. `worlds/default.toml` explains each one beside its range."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Time:
    """The export's window. It is fixed, since a world must not depend on a clock."""

    as_of: str
    window_days: int
    history_days: int


@dataclass(frozen=True, slots=True)
class Segments:
    """Relative sizes of the seven honest segments (scaled to a sum of one)."""

    home: float
    mobile: float
    corporate: float
    university: float
    cloud: float
    vpn: float
    agency: float


@dataclass(frozen=True, slots=True)
class Networks:
    """How honest accounts share addresses."""

    household_pair: float
    family: float
    line_kept: float
    line_daily: float
    line_reuse: float
    ipv6: float
    carrier_dense: float
    carrier_dense_load: int
    carrier_load: int
    carrier_low: int
    carrier_high: int
    company_tail: float
    enterprise: float
    egress_max: int
    remote: float
    hybrid: float
    campus_size: int
    campus_egress_max: int
    serverless: float
    serverless_exits: float
    vpn_exits_low: int
    vpn_exits_high: int
    vpn_exits: float
    vpn_zipf: float
    agency_tail: float
    second_place: float


@dataclass(frozen=True, slots=True)
class Habits:
    """Honest cards, devices, mail, clients, and activity."""

    light: float
    churn_weekly: float
    company_card: float
    company_domain: float
    card: float
    card_shared: float
    bins: int
    bin_zipf: float
    device: float
    device_weak: float
    device_classes: int
    device_zipf: float
    device_drift: float
    webmail: float
    alias: float
    disposable: float
    twin: float
    phone: float
    user_agents: int


@dataclass(frozen=True, slots=True)
class Templates:
    """Honest templates, including those of medium degree."""

    public: int
    public_zipf: float
    public_rate: float
    private: float
    house: float
    vendor_share: float
    vendor_tail: float
    vendor_low: int
    vendor_high: int
    vendor_egress: float
    viral_weekly: float
    viral_median: float
    tutorial_share: float
    courses: float
    course_low: int
    course_high: int
    hackathons: float
    hackathon_low: int
    hackathon_high: int


@dataclass(frozen=True, slots=True)
class Contamination:
    """What every ring member shares with honest strangers: the most important numbers of the file."""

    addresses_low: int
    addresses_high: int
    degree_low: int
    degree_high: int
    public_template: float
    device_class: float
    webmail_rest: float
    aged: float


@dataclass(frozen=True, slots=True)
class Rings:
    """How careful the operators are."""

    farm_addresses: int
    farm_per_card: float
    farm_listed: float
    trial_per_proxy: float
    trial_per_domain: float
    trial_per_device: float
    trial_carded: float
    balanced_per_address: float
    balanced_per_card: float
    balanced_domains: int
    pool: int
    pool_honest: float
    pool_exits_low: int
    pool_exits_high: int
    pool_domain_share: float
    pool_per_domain: float
    pool_template: float
    hydra_pool: int
    hydra_exits_low: int
    hydra_exits_high: int
    hydra_cell: float
    hydra_per_family: float
    hydra_cover: float
    hydra_domain_share: float
    hydra_per_domain: float
    hydra_card_minority: float
    hydra_mixing: float
    rotating_per_address: float
    rotating_per_card: float
    rotating_card_share: float
    rotating_families: int
    framing: float


@dataclass(frozen=True, slots=True)
class Prevalence:
    """Share of ring members among all accounts, by preset."""

    clean: float
    low: float
    default: float
    heavy: float


@dataclass(frozen=True, slots=True)
class Columns:
    """Share of accounts whose export has the column: 1 everywhere, or 0 if a provider lacks it."""

    device: float
    created_at: float
    card_bin: float
    user_agent: float


@dataclass(frozen=True, slots=True)
class Enforcement:
    """Bans and regrowth, in worlds of several weeks."""

    after_days: int
    waves: int
    banned: float
    regrown: float
    inherited: float
    honest_banned: float


@dataclass(frozen=True, slots=True)
class Settings:
    """One value for every number of a world."""

    time: Time
    segments: Segments
    networks: Networks
    habits: Habits
    templates: Templates
    contamination: Contamination
    rings: Rings
    prevalence: Prevalence
    columns: Columns
    enforcement: Enforcement
