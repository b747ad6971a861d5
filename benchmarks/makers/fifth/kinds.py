"""The honest kinds: what each institution is, how it grows, and what it provides to its members.

A kind is data. What its members share follows from these provisions, from a parent institution, and from private life.
"""

from __future__ import annotations

from dataclasses import dataclass

from book import BLOCK, FOREVER, MIX, OWN
from tables import AGENT, BILLING, DEVICE, DOMAIN, GIT, IDENTITY, IP, PAYMENT, PHONE, PREFIX, SCHEMA, TEMPLATE


@dataclass(frozen=True)
class Provision:
    """Something an institution provides: `has` of them do, to `prob` of their members, from n × size ** grow values."""

    signal: int
    has: float
    prob: float
    n: float = 1
    grow: float = 0.0
    k: float = 1.0
    power: float = 1.0
    mode: int = MIX
    tenure: float = FOREVER
    source: str = "office"  # kind of network, of domain or of issuer
    sync: float = -1.0  # minutes within which all members begin, if they do together


@dataclass(frozen=True)
class Parent:
    """An institution above others: a holding, a brand, a gateway, a vendor's cloud."""

    name: str
    children: float  # members' institutions per parent, in the mean
    provisions: tuple[Provision, ...]
    group: bool = False  # whether the truth's group is the parent


@dataclass(frozen=True)
class Kind:
    """A kind of honest account, by the membership it was opened for."""

    name: str
    share: float
    size: tuple[float, float, int, int]  # median, sigma, least, most
    provisions: tuple[Provision, ...]
    wave: tuple[float, float] = (0.4, 20.0)  # share that joins together, and over how many days
    recent: float = 0.0  # share of institutions that began inside or shortly before the window
    machine: float = 0.1  # share of members that are programs rather than persons
    home: float = 0.3
    roam: float = 1.0
    hours: tuple[float, float, bool] = (13.0, 3.0, True)
    parent: Parent | None = None
    national: bool = True
    one_owner: bool = False
    twins: bool = False  # mailboxes with a suffix
    plan: str = "team"


P = Provision
HOME = (19.0, 4.0, False)
NIGHT = (3.0, 5.0, False)
ANY = (14.0, 7.0, False)

# What firms of most shapes have. Probabilities are means; each institution has its own.
DOMAIN_OWN = P(DOMAIN, 0.96, 0.96, source="firm")
OFFICE_IP = P(IP, 0.95, 0.92, 1.6, 0.12, k=1.7, power=1.5)
CARD = P(PAYMENT, 0.5, 0.93)
PROMPTS = P(TEMPLATE, 0.6, 0.55, 1.2, 0.3, k=1.6, power=1.4, tenure=60)
CODE = P(GIT, 0.6, 0.5, 1.0, 0.5, k=1.6, tenure=45)
TOOLS = P(SCHEMA, 0.4, 0.4, 1.0, 0.2, k=1.3, tenure=60)
CLIENT = P(AGENT, 0.4, 0.75, 1.5, source="public")
FIRM = (DOMAIN_OWN, OFFICE_IP, CARD, PROMPTS, CODE, TOOLS, CLIENT)

HOLDING = Parent(
    "holding_company",
    6,
    (P(PAYMENT, 0.7, 0.7), P(DOMAIN, 0.35, 0.5), P(TEMPLATE, 0.5, 0.5), P(IP, 0.4, 0.3, 2)),
    group=True,
)
BRAND = Parent(
    "brand",
    25,
    (
        P(PAYMENT, 0.7, 0.85),
        P(DOMAIN, 0.8, 0.9, source="firm"),
        P(TEMPLATE, 0.95, 0.85, 1.5),
        P(SCHEMA, 0.6, 0.6),
        P(AGENT, 0.7, 0.8, source="public"),
    ),
    group=True,
)
HEAD_OFFICE = Parent(
    "head_office",
    9,
    (
        P(PAYMENT, 0.7, 0.95),
        P(DOMAIN, 1, 0.97, source="firm"),
        P(TEMPLATE, 0.8, 0.6, 4, k=1.5),
        P(GIT, 0.4, 0.3, 8),
        P(IP, 0.3, 0.4, 2),
    ),
    group=True,
)
GATEWAY = Parent("state_gateway", 5, (P(IP, 1, 0.85, 5, k=2, source="state"), P(PAYMENT, 0.7, 0.8)))
SASE = Parent("sase_provider", 40, (P(IP, 1, 0.96, 60, k=4, power=1.3, tenure=3, source="sase"),))
DESKTOPS = Parent(
    "desktop_vendor", 12, (P(IP, 1, 0.93, 14, k=3, tenure=5, source="cloud"), P(DEVICE, 0.9, 0.8, 4, power=1.6))
)
REGION = Parent("cloud_region", 700, (P(IP, 1, 0.95, 70, k=4, power=1.7, tenure=4, source="cloud"),))
SPONSOR = Parent("sponsor", 4, (P(TEMPLATE, 0.5, 0.4, 3), P(PREFIX, 0.05, 0.2)))

KINDS = [
    Kind("home", 0.315, (1, 0, 1, 1), (), home=1.0, hours=HOME, machine=0.08, plan="free"),
    Kind(
        "family",
        0.055,
        (2.6, 0.35, 2, 6),
        (P(PAYMENT, 0.55, 0.8), P(DEVICE, 0.45, 0.6, 1.4), P(PHONE, 0.12, 0.6), P(IDENTITY, 0.03, 0.5)),
        home=1.0,
        hours=HOME,
        machine=0.0,
        plan="free",
    ),
    Kind("mobile", 0.11, (1, 0, 1, 1), (), home=0.12, hours=HOME, machine=0.0, plan="free"),
    Kind("vpn", 0.045, (1, 0, 1, 1), (), home=0.35, hours=HOME, plan="pro"),
    Kind("private_relay", 0.012, (1, 0, 1, 1), (), home=0.7, hours=HOME, machine=0.0, plan="pro"),
    Kind("startup", 0.03, (6, 0.8, 2, 45), (*FIRM, P(PREFIX, 0.2, 0.2, 2, k=1.3)), home=0.6, machine=0.25),
    Kind("small_firm", 0.03, (4, 0.8, 2, 70), (DOMAIN_OWN, OFFICE_IP, CARD, PROMPTS), home=0.3),
    Kind(
        "enterprise",
        0.05,
        (70, 1.35, 25, 5000),
        (
            P(DOMAIN, 1, 0.97, 1.2, source="firm"),
            P(IP, 1, 0.93, 1.5, 0.1, k=1.8, power=1.3),
            CARD,
            P(TEMPLATE, 0.8, 0.5, 1, 0.35, k=1.6, power=1.4),
            CODE,
            TOOLS,
            CLIENT,
            P(DEVICE, 0.15, 0.6, 1, 0.25, power=1.5),
        ),
        wave=(0.35, 40),
        home=0.33,
        plan="enterprise",
    ),
    Kind("holding", 0.008, (20, 1.0, 4, 400), FIRM, parent=HOLDING, plan="enterprise"),
    Kind(
        "franchise",
        0.008,
        (4, 0.6, 2, 18),
        (OFFICE_IP, P(DEVICE, 0.5, 0.7, 1.3)),
        parent=BRAND,
        wave=(0.6, 10),
        home=0.1,
    ),
    Kind(
        "branch", 0.008, (14, 0.8, 4, 150), (OFFICE_IP, P(DEVICE, 0.1, 0.6, 2)), parent=HEAD_OFFICE, plan="enterprise"
    ),
    Kind(
        "call_centre",
        0.007,
        (60, 0.9, 20, 800),
        (
            P(DOMAIN, 0.95, 0.95, source="firm"),
            P(IP, 1, 0.98, 1.5, k=1.3),
            P(PAYMENT, 0.75, 0.95),
            P(TEMPLATE, 0.9, 0.9, 2),
            P(DEVICE, 0.9, 0.92, 0.3, 0.9, k=2.5, tenure=10),
            P(AGENT, 0.8, 0.9, source="public"),
        ),
        wave=(0.4, 15),
        home=0.1,
        hours=ANY,
    ),
    Kind(
        "hospital",
        0.006,
        (80, 1.0, 20, 1500),
        (
            P(DOMAIN, 0.97, 0.95, source="firm"),
            P(IP, 1, 0.95, 1.8, k=1.4),
            CARD,
            P(TEMPLATE, 0.6, 0.5, 4),
            P(DEVICE, 0.9, 0.8, 0.3, 0.85, k=3, tenure=6),
        ),
        hours=ANY,
    ),
    Kind("ministry", 0.007, (90, 1.1, 15, 2000), (P(DOMAIN, 1, 0.97, source="firm"), PROMPTS), parent=GATEWAY),
    Kind(
        "kiosk",
        0.003,
        (14, 0.8, 5, 120),
        (P(IP, 1, 0.9), P(DEVICE, 1, 0.9, 2, 0.2, k=1.4, tenure=5)),
        home=0.3,
        hours=ANY,
        machine=0,
        plan="free",
    ),
    Kind(
        "school",
        0.007,
        (40, 0.8, 10, 300),
        (
            P(IP, 1, 0.9),
            P(DOMAIN, 0.6, 0.9, source="campus"),
            P(DEVICE, 0.7, 0.6, 0.5, 0.7, k=2),
            P(TEMPLATE, 0.7, 0.6, 3),
        ),
        wave=(0.7, 6),
        home=0.5,
        plan="free",
    ),
    Kind(
        "university",
        0.03,
        (220, 1.0, 40, 3000),
        (
            P(IP, 1, 0.85, 1.2, 0.25, k=2.2, power=1.3, source="campus"),
            P(DOMAIN, 0.95, 0.75, 1.5, source="campus"),
            P(DEVICE, 0.5, 0.08, 0.2, 0.6),
            P(TEMPLATE, 0.6, 0.12, 0.4, 0.6),
            P(GIT, 0.7, 0.15, 0.5, 0.7),
        ),
        wave=(0.2, 10),
        home=0.5,
        plan="pro",
    ),
    Kind("cloud", 0.05, (1, 0, 1, 1), (), home=0.1, machine=0.85, roam=0.3, hours=ANY, plan="api"),
    Kind("serverless", 0.03, (1, 0, 1, 1), (), parent=REGION, home=0.1, machine=0.9, roam=0.2, hours=ANY, plan="api"),
    Kind(
        "ci",
        0.012,
        (300, 1.0, 40, 4000),
        (
            P(IP, 1, 0.95, 1.5, 0.6, k=7, tenure=1, source="cloud"),
            P(TEMPLATE, 0.9, 0.35, 8, power=1.8),
            P(AGENT, 1, 0.85, 2, source="public"),
        ),
        wave=(0.02, 30),
        home=0.4,
        national=False,
        machine=0.6,
        hours=ANY,
        plan="api",
    ),
    Kind(
        "notebook",
        0.014,
        (350, 1.0, 40, 5000),
        (
            P(IP, 1, 0.93, 2, 0.55, k=6, tenure=1, source="cloud"),
            P(TEMPLATE, 1, 0.5, 10, power=1.7),
            P(AGENT, 1, 0.95, 1, source="public"),
        ),
        wave=(0.02, 30),
        home=0.6,
        national=False,
        hours=ANY,
        plan="free",
    ),
    Kind(
        "sase_tenant",
        0.014,
        (24, 1.0, 4, 900),
        (DOMAIN_OWN, P(PAYMENT, 0.6, 0.93), PROMPTS, CODE, TOOLS, CLIENT),
        parent=SASE,
        plan="enterprise",
    ),
    Kind("cloud_desktop", 0.008, (26, 0.9, 5, 500), (DOMAIN_OWN, P(PAYMENT, 0.6, 0.93), PROMPTS), parent=DESKTOPS),
    Kind(
        "agency",
        0.014,
        (16, 0.9, 5, 300),
        (
            P(PAYMENT, 0.95, 0.93),
            P(IP, 0.95, 0.93),
            P(DOMAIN, 1, 0.9, 0.4, 1.0, mode=BLOCK, source="firm"),
            P(TEMPLATE, 0.5, 0.5, 3),
        ),
        wave=(0.2, 20),
        home=0.15,
    ),
    Kind(
        "lowcode",
        0.01,
        (250, 1.0, 30, 4000),
        (
            P(IP, 1, 0.92, 8, 0.05, k=3, tenure=6, source="cloud"),
            P(TEMPLATE, 0.9, 0.6, 1, 0.5, k=2, power=1.5),
            P(AGENT, 1, 0.9, source="public"),
            P(SCHEMA, 0.7, 0.6, 4),
        ),
        wave=(0.02, 30),
        national=False,
        machine=0.5,
        hours=ANY,
        plan="api",
    ),
    Kind(
        "aggregator",
        0.002,
        (2, 0.5, 1, 8),
        (
            P(IP, 1, 0.98, 10, k=12, source="cloud"),
            P(TEMPLATE, 1, 1, 250, k=70, tenure=6),
            P(GIT, 0.6, 0.9, 60, k=20, tenure=10),
            P(SCHEMA, 1, 1, 60, k=20),
            P(AGENT, 1, 1, 30, k=14, source="public"),
            P(DOMAIN, 1, 0.98, source="firm"),
            P(PAYMENT, 1, 0.95),
        ),
        national=False,
        machine=1,
        home=0,
        roam=0,
        hours=ANY,
        plan="api",
    ),
    Kind(
        "byok_vendor",
        0.05,
        (70, 1.5, 20, 20000),
        (
            P(TEMPLATE, 1, 0.95, 1.2, tenure=80),
            P(IP, 0.62, 0.75, 1.6, k=1.5, source="cloud"),
            P(AGENT, 0.8, 0.6, source="public"),
            P(SCHEMA, 0.5, 0.8),
        ),
        wave=(0.03, 20),
        home=0.75,
        national=False,
        hours=HOME,
        plan="api",
    ),
    Kind(
        "reseller_customers",
        0.007,
        (60, 0.9, 15, 600),
        (P(PAYMENT, 0.55, 0.7, 0.12, 0.8), P(TEMPLATE, 0.4, 0.3, 2), P(PAYMENT, 0.4, 0.6, mode=OWN, source="gift")),
        wave=(0.5, 12),
        recent=0.7,
        home=0.8,
        hours=HOME,
        plan="pro",
    ),
    Kind(
        "gift_code",
        0.005,
        (60, 0.8, 20, 400),
        (P(PAYMENT, 1, 0.75, mode=OWN, source="gift"), P(IP, 0.5, 0.35, tenure=0.3), P(TEMPLATE, 0.3, 0.2)),
        wave=(0.8, 4),
        recent=0.9,
        home=0.85,
        hours=HOME,
        plan="pro",
    ),
    Kind(
        "credit_programme",
        0.007,
        (100, 0.8, 30, 900),
        (P(TEMPLATE, 0.7, 0.5, 2), P(SCHEMA, 0.3, 0.4), P(AGENT, 0.5, 0.6, source="public")),
        wave=(0.7, 10),
        recent=0.7,
        home=0.6,
        parent=SPONSOR,
        national=False,
        plan="api",
    ),
    Kind(
        "hackathon",
        0.005,
        (120, 0.6, 50, 500),
        (
            P(IP, 1, 0.95, 1.4, tenure=1.5),
            P(TEMPLATE, 0.9, 0.75, 1.5, tenure=4),
            P(GIT, 0.8, 0.5, 0.3, 0.9, tenure=3),
            P(SCHEMA, 0.5, 0.5, tenure=3),
        ),
        wave=(0.95, 0.25),
        recent=1.0,
        home=0.7,
        hours=(11, 2, False),
        plan="free",
    ),
    Kind(
        "course",
        0.014,
        (240, 0.6, 60, 800),
        (
            P(TEMPLATE, 1, 0.93, 1.5, tenure=12),
            P(GIT, 0.7, 0.7, 0.4, 0.7, tenure=20),
            P(SCHEMA, 0.4, 0.5),
            P(AGENT, 0.5, 0.7, source="public"),
        ),
        wave=(0.9, 6),
        recent=0.9,
        home=0.5,
        plan="free",
    ),
    Kind(
        "incubator",
        0.004,
        (25, 0.7, 10, 120),
        (
            P(IP, 1, 0.85, 1.3),
            P(DOMAIN, 1, 0.85, 0.35, 1.0, mode=BLOCK, source="firm"),
            P(BILLING, 0.7, 0.7),
            P(TEMPLATE, 0.4, 0.3, 2),
        ),
        wave=(0.5, 10),
    ),
    Kind(
        "own_test",
        0.007,
        (7, 0.9, 3, 150),
        (
            P(PAYMENT, 0.8, 0.85),
            P(IP, 1, 0.95, 1.4, k=1.3),
            P(DOMAIN, 0.75, 0.97, source="firm"),
            P(TEMPLATE, 1, 0.9, 1.5, k=1.4),
            P(GIT, 0.8, 0.9),
            P(SCHEMA, 0.8, 0.9),
            P(DEVICE, 0.6, 0.8, 1.2),
            P(AGENT, 1, 0.95, 1.5, source="public"),
            P(PREFIX, 0.5, 0.6, 2),
        ),
        wave=(0.8, 2),
        home=0.1,
        machine=0.6,
        one_owner=True,
        twins=True,
        plan="api",
    ),
    Kind(
        "pooled_subscriptions",
        0.012,
        (2.3, 0.3, 2, 4),
        (
            P(PAYMENT, 0.7, 0.85),
            P(DEVICE, 0.9, 0.85),
            P(PHONE, 0.4, 0.8),
            P(TEMPLATE, 0.8, 0.9, 1.5),
            P(GIT, 0.7, 0.9, 2, k=2),
            P(PREFIX, 0.7, 0.9, 4, k=3, tenure=0.3),
            P(IDENTITY, 0.1, 0.9),
        ),
        home=1.0,
        one_owner=True,
        twins=True,
        hours=HOME,
        plan="pro",
    ),
    Kind(
        "virtual_card_firm",
        0.005,
        (20, 0.9, 5, 300),
        (P(PAYMENT, 1, 0.95, mode=OWN, source="virtual"), DOMAIN_OWN, OFFICE_IP, PROMPTS, CODE),
    ),
    Kind(
        "team_card",
        0.007,
        (14, 0.8, 4, 80),
        (P(PAYMENT, 1, 0.9, 0.22, 1.0, mode=BLOCK), DOMAIN_OWN, OFFICE_IP, PROMPTS),
    ),
    Kind(
        "agent_fleet",
        0.01,
        (20, 0.9, 4, 400),
        (
            P(IP, 1, 0.95, 1.2, 0.35, k=1.5, source="cloud"),
            P(TEMPLATE, 1, 0.97, 1.2, 0.2, k=1.3, sync=10),
            P(GIT, 0.85, 0.8, 1, 0.5, k=2),
            P(SCHEMA, 0.9, 0.9),
            P(DOMAIN, 0.85, 0.95, source="firm"),
            P(PAYMENT, 0.8, 0.93),
            P(AGENT, 1, 0.97, source="public"),
            P(PREFIX, 0.2, 0.3, 3),
        ),
        wave=(0.7, 3),
        machine=1,
        home=0.03,
        roam=0.1,
        hours=NIGHT,
        plan="api",
    ),
    Kind(
        "coworking",
        0.006,
        (35, 0.8, 10, 250),
        (
            P(IP, 1, 0.85, 1.4),
            P(BILLING, 0.6, 0.5),
            P(DOMAIN, 0.8, 0.6, 0.4, 1.0, mode=BLOCK, source="firm"),
            P(DEVICE, 0.2, 0.15),
        ),
        wave=(0.02, 9),
        home=0.7,
    ),
    Kind(
        "treasurer_club",
        0.004,
        (22, 0.8, 8, 150),
        (P(PAYMENT, 1, 0.9), P(TEMPLATE, 0.8, 0.65, 1.6), P(DOMAIN, 0.15, 0.5, source="firm")),
        wave=(0.7, 12),
        recent=0.3,
        home=0.95,
        machine=0,
        hours=HOME,
        plan="pro",
    ),
    Kind(
        "phone_shop",
        0.004,
        (30, 0.8, 10, 200),
        (
            P(IP, 1, 0.6, tenure=0.1),
            P(DEVICE, 0.8, 0.5, 0.2, 0.8, mode=BLOCK),
            P(PAYMENT, 0.7, 0.4, mode=OWN, source="gift"),
            P(PHONE, 0.6, 0.8, mode=OWN),
        ),
        wave=(0.02, 9),
        home=0.5,
        machine=0,
        hours=HOME,
        plan="free",
    ),
    Kind(
        "translators",
        0.004,
        (30, 0.8, 8, 200),
        (
            P(TEMPLATE, 1, 0.9, 2, k=1.5, tenure=30),
            P(PAYMENT, 0.5, 0.8, 0.25, 0.7, source="virtual"),
            P(AGENT, 0.6, 0.8, source="public"),
            P(IDENTITY, 0.0, 0.0),
        ),
        wave=(0.6, 9),
        recent=0.4,
        home=0.85,
        national=False,
        machine=0,
        hours=HOME,
        plan="pro",
    ),
    Kind("hiring", 0.003, (30, 0.8, 8, 200), (), wave=(0.9, 6), recent=1.0, home=0.3, plan="enterprise"),
    Kind(
        "new_office",
        0.003,
        (30, 0.8, 8, 200),
        (P(IP, 1, 0.95, 1.5), P(PAYMENT, 0.4, 0.8), P(DEVICE, 0.3, 0.7, 0.3, 0.7)),
        wave=(0.85, 15),
        recent=1.0,
        home=0.2,
        plan="enterprise",
    ),
]

SEATED_IN = {
    "hiring": "enterprise",
    "new_office": "enterprise",
    "course": "university",
}  # part of a standing institution
