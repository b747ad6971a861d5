"""Business plans of ring operators: what each is after, can pay and accepts. Purchases do the rest."""

from __future__ import annotations

from dataclasses import dataclass, field

Names = tuple[str, ...]
ANY_CARD = ("virtual", "several", "gift", "shared", "none")
ANY_MAIL = ("webmail", "domains", "mixed", "throwaway", "shop")
ANY_ADDRESS = ("static", "residential", "hosts", "modems")
ANY_DEVICE = ("none", "antidetect", "emulators", "machine")


@dataclass(frozen=True)
class Plan:
    """A business plan. Budget is per account and month; caution weighs exposure against price."""

    name: str
    size: tuple[int, int]
    weight: float = 1.0
    budget: tuple[float, float] = (0.3, 3.0)
    caution: tuple[float, float] = (0.2, 0.9)
    cards: Names = ANY_CARD
    mails: Names = ANY_MAIL
    addresses: Names = ANY_ADDRESS
    devices: Names = ANY_DEVICE
    phones: Names = ("none", "rented", "batch")
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict)
    prompts: tuple[int, int] = (1, 4)  # families of prompts
    prompt_rate: tuple[float, float] = (0.75, 0.98)
    own_prompts: float = 0.2  # share of members with prompts of their own beside
    spread: tuple[float, float] = (2, 20)  # days over which one lot is opened
    lots: tuple[int, int] = (1, 2)
    lives: tuple[float, float] = (60, 300)  # mean days an account lives
    rate: tuple[float, float] = (5, 60)
    aged: float = 0.0
    sync: float = -1.0
    special: str = ""


PLANS = [
    Plan(
        "naive_farm",
        (50, 500),
        budget=(0.1, 0.5),
        caution=(0, 0.1),
        cards=("shared",),
        mails=("throwaway", "domains"),
        addresses=("hosts",),
        devices=("machine", "none"),
        bounds={"shared": (15, 80), "domains": (40, 250), "hosts": (25, 200)},
        prompts=(1, 1),
        prompt_rate=(0.93, 1.0),
        spread=(0.1, 1.5),
        lots=(1, 1),
        sync=30,
    ),
    Plan(
        "one_card",
        (15, 250),
        cards=("single",),
        mails=("webmail", "domains", "mixed"),
        addresses=("static", "residential", "modems"),
    ),
    Plan(
        "one_domain",
        (15, 250),
        mails=("single",),
        cards=("virtual", "gift", "none"),
        addresses=("static", "residential"),
    ),
    Plan(
        "trial_farm",
        (200, 2000),
        budget=(0.03, 0.15),
        caution=(0, 0.3),
        cards=("none", "sequence"),
        mails=("domains",),
        addresses=("static", "hosts", "modems"),
        devices=("emulators", "none"),
        bounds={"domains": (50, 200), "static": (15, 40), "hosts": (15, 40), "modems": (15, 40), "emulators": (20, 50)},
        prompts=(3, 12),
        prompt_rate=(0.2, 0.5),
        own_prompts=0.7,
        spread=(10, 40),
        lots=(3, 8),
        lives=(1, 3),
    ),
    Plan(
        "load_balanced",
        (300, 1000),
        cards=("shared",),
        mails=("mixed",),
        addresses=("static", "hosts"),
        bounds={"shared": (5, 12), "mixed": (15, 40), "static": (4, 12), "hosts": (6, 15)},
        prompts=(1, 1),
        prompt_rate=(0.92, 1.0),
        spread=(3, 25),
        sync=15,
    ),
    Plan(
        "residential_pool",
        (1500, 5000),
        budget=(2, 6),
        caution=(0.8, 1.5),
        cards=("virtual",),
        mails=("mixed", "throwaway"),
        addresses=("residential",),
        devices=("none", "antidetect"),
        bounds={"mixed": (25, 60)},
        prompts=(1, 1),
        prompt_rate=(0.7, 0.95),
        lots=(2, 5),
        spread=(5, 25),
        rate=(20, 850),
    ),
    Plan(
        "hydra",
        (6000, 25000),
        budget=(1, 5),
        caution=(0.6, 1.4),
        rate=(10, 30),
        lots=(1, 3),
        lives=(30, 90),
        special="hydra",
    ),
    Plan("failover", (40, 400), lots=(1, 1), special="failover"),
    Plan(
        "small_rotating",
        (200, 400),
        cards=("several",),
        mails=("mixed", "webmail"),
        addresses=("static",),
        bounds={"several": (3, 7), "static": (5, 15)},
        prompts=(3, 7),
        lots=(4, 8),
        spread=(1, 3),
        lives=(1.5, 3),
        rate=(2000, 7000),
    ),
    Plan(
        "rivals",
        (80, 700),
        addresses=("residential",),
        mails=("shop",),
        aged=0.6,
        cards=("virtual", "several", "gift"),
        prompts=(1, 3),
        special="rivals",
    ),
    Plan("sleepers", (40, 500), mails=("shop", "webmail"), aged=1.0, prompts=(1, 3), spread=(1, 10)),
    Plan(
        "star",
        (12, 120),
        cards=("virtual", "none"),
        mails=("webmail",),
        addresses=("static", "residential"),
        devices=("none",),
        prompt_rate=(0.0, 0.4),
        special="star",
    ),
    Plan(
        "api_only",
        (60, 800),
        devices=("none",),
        phones=("none",),
        addresses=("hosts", "static"),
        cards=("shared", "virtual", "several"),
        bounds={"hosts": (4, 60), "shared": (4, 15)},
        prompts=(2, 8),
        rate=(30, 500),
    ),
    Plan(
        "relay",
        (60, 900),
        addresses=("hosts", "static"),
        cards=("several", "virtual", "gift"),
        mails=("webmail", "mixed", "shop"),
        devices=("none", "antidetect"),
        bounds={"hosts": (5, 80)},
        prompts=(1, 2),
        prompt_rate=(0.3, 0.8),
        rate=(60, 500),
        special="relay",
    ),
    Plan(
        "takeover",
        (20, 200),
        cards=("stolen", "virtual"),
        addresses=("residential", "hosts"),
        mails=("webmail", "throwaway"),
        special="takeover",
    ),
    Plan(
        "company_clothes",
        (20, 300),
        cards=("several",),
        mails=("webmail",),
        addresses=("static",),
        devices=("emulators", "none"),
        special="clothes",
    ),
    Plan(
        "slow_farm",
        (25, 250),
        budget=(0.3, 2),
        lots=(6, 12),
        spread=(5, 12),
        lives=(150, 400),
        rate=(2, 12),
        special="slow",
    ),
]
BY_NAME = {plan.name: plan for plan in PLANS}

# Blatant farms: what one of them shares, as bounds of accounts for one value of card, domain, address, device, prompt.
FARM_FORMS: list[tuple[str, dict[str, int]]] = [
    ("card", {"cards": 1}),
    ("domain", {"mails": 1}),
    ("host", {"addresses": 1}),
    ("prompt", {"prompt": 1}),
    ("device", {"devices": 1}),
    ("host_prompt", {"addresses": 1, "prompt": 1}),
    ("card_domain", {"cards": 1, "mails": 1}),
    ("card_prompt", {"cards": 1, "prompt": 1}),
    ("domain_prompt", {"mails": 1, "prompt": 1}),
    ("device_host", {"devices": 1, "addresses": 1}),
    ("phones_domain", {"phones": 3, "mails": 1}),
    ("hosts_cards_domain", {"addresses": 2, "cards": 2, "mails": 1}),
    ("host_card_prompt", {"addresses": 1, "cards": 1, "prompt": 1}),
    ("devices_domain_prompt", {"devices": 2, "mails": 1, "prompt": 2}),
    ("hosts_prompts_cards", {"addresses": 3, "prompt": 2, "cards": 4}),
]
