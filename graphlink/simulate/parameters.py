"""The numbers of a world: ranges read from a TOML file, and the values that one world draws from them.

A parameter file gives every number either as a value or as a range `[low, high]`. Each world draws its own value from
each range, because a detector must be judged on other parameters than those it was tuned on, not merely on other seeds.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, is_dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

if TYPE_CHECKING:
    import numpy as np

PRESETS = ("default", "cautious", "noisy")


@dataclass(frozen=True, slots=True)
class Time:
    """The export's window; fixed, since a world must not depend on a clock."""

    as_of: str
    window_days: int
    history_days: int


@dataclass(frozen=True, slots=True)
class Segments:
    """Relative sizes of the seven honest segments (they are brought to a sum of one)."""

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
    carrier_weekly_low: int
    carrier_weekly_high: int
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
    """Honest templates, the mid-degree ones among them."""

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
    """What every ring member shares with honest strangers; the most important numbers of the file."""

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
    """Share of accounts whose export carries the column at all: 1 everywhere, or 0 where a provider lacks it."""

    device: float
    created_at: float
    card_bin: float
    user_agent: float


@dataclass(frozen=True, slots=True)
class Enforcement:
    """Bans and what grows back, in worlds of several weeks."""

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


@dataclass(frozen=True, slots=True)
class WorldParameters:
    """The two ends of every range of one parameter file."""

    name: str
    low: Settings
    high: Settings

    def draw(self, rng: np.random.Generator) -> Settings:
        """Draw one world's settings, each number evenly from its own range."""
        drawn: Settings = _between(self.low, self.high, rng)
        return drawn


def load_parameters(name: str | Path = "default") -> WorldParameters:
    """Load a parameter set by its name (`default`, `cautious`, `noisy`) or from a TOML file.

    A file other than `default` need only give what differs: it is laid over `default`.

    Raises
    ------
    ValueError
        If the file has a section or number that worlds do not have, or a range is not `[low, high]`.

    Examples
    --------
    >>> load_parameters("default").low.time.window_days
    28
    """
    base = _read(_preset("default"))
    if str(name) == "default":
        document, title = base, "default"
    else:
        is_preset = str(name) in PRESETS
        document = _laid_over(base, _read(_preset(str(name)) if is_preset else Path(name).read_text("utf-8")))
        title = str(name) if is_preset else Path(name).stem
    low, high = (_settings(Settings, document, end, title) for end in (0, 1))
    return WorldParameters(title, low, high)


def _preset(name: str) -> str:
    return resources.files("graphlink.simulate").joinpath("worlds", f"{name}.toml").read_text("utf-8")


def _read(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def _laid_over(base: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    merged = {section: dict(numbers) for section, numbers in base.items()}
    for section, numbers in other.items():
        merged.setdefault(section, {}).update(numbers)
    return merged


def _settings(kind: type[Any], document: dict[str, Any], end: int, where: str) -> Any:  # noqa: ANN401 (generic over the sections)
    hints = get_type_hints(kind)
    if sorted(document) != sorted(hints):
        odd = sorted(set(document) ^ set(hints))
        message = f"{where}: unknown or missing: {', '.join(odd)}; see worlds/default.toml for all numbers of a world"
        raise ValueError(message)
    values = {}
    for name, hint in hints.items():
        given = document[name]
        if is_dataclass(hint):
            values[name] = _settings(hint, given, end, f"{where}.{name}")  # type: ignore[arg-type]
        elif isinstance(given, list):
            if len(given) != len("lh") or given[0] > given[1]:
                message = f"{where}.{name}: {given} is no range; write [low, high]"
                raise ValueError(message)
            values[name] = hint(given[end])
        else:
            values[name] = hint(given)
    return kind(**values)


def _between(low: Any, high: Any, rng: np.random.Generator) -> Any:  # noqa: ANN401 (one number, or a section of them)
    if is_dataclass(low):
        pairs = ((field.name, getattr(low, field.name), getattr(high, field.name)) for field in fields(low))
        return type(low)(**{name: _between(smallest, largest, rng) for name, smallest, largest in pairs})  # type: ignore[misc]  # a section
    share = rng.random()  # drawn even for a fixed number, so that giving it a range leaves the others as they are
    if isinstance(low, str):
        return low
    value = low + share * (high - low)
    return round(value) if isinstance(low, int) else value
