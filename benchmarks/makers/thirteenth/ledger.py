"""The clock of events and the ledger in which every actor's events are written."""

import heapq
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from dials import Dials

FOREVER = 1e6


@dataclass(slots=True)
class Account:
    """One account with its habits and the truth about it."""

    created: float
    kind: str
    group: str = ""
    ring: str = ""
    operator: str = ""
    email: str = ""
    phone: str = ""
    plan: str = "free"
    country: str = "US"
    zone: float = 0.0
    status: str = "active"
    start: float = 0.0
    end: float = FOREVER
    rate: float = 0.2
    requests: float = 10.0
    profile: int = 0
    hour: float = 14.0
    grey: bool = False
    same_owner: bool = False
    framed: bool = False
    victim: bool = False
    holds: list[int] = field(default_factory=list)
    roams: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Profile:
    """When the accounts that follow it work: by day, and at what hour if in step."""

    days: np.ndarray
    hours: np.ndarray | None
    spread: float


class Ledger:
    """A queue of events in order of time, and what they leave behind."""

    def __init__(self, dials: Dials) -> None:
        self.dials, self.days, self.now = dials, dials.days, -2000.0
        self.r = random.Random(f"world{dials.seed}")
        self.queue: list[tuple[float, int, Callable, tuple]] = []
        self.turn = 0
        self.accounts: list[Account] = []
        self.values: list[str] = []
        self.stamps: list[tuple[int, str, int, float]] = []
        self.holds: list[list] = []
        self.roams: list[list] = []
        flat, week = np.ones(self.days), np.array([1.0 if d % 7 < 5 else 0.15 for d in range(self.days)])
        self.profiles = [Profile(flat, None, 3.5), Profile(week, None, 2.5), Profile(flat, None, 0.01)]
        self.names: dict[str, int] = {}

    def at(self, when: float, what: Callable, *args: object) -> None:
        """Put an event into the queue."""
        self.turn += 1
        heapq.heappush(self.queue, (when, self.turn, what, args))

    def run(self) -> None:
        """Let all events before the end of the window happen."""
        while self.queue and self.queue[0][0] < self.days:
            self.now, _, what, args = heapq.heappop(self.queue)
            what(self, *args)

    def name(self, prefix: str) -> str:
        """Give the next name with this prefix."""
        self.names[prefix] = self.names.get(prefix, 0) + 1
        return f"{prefix}{self.names[prefix]:04d}"

    def value(self, text: str) -> int:
        """Keep a text and give its number."""
        self.values.append(text)
        return len(self.values) - 1

    def token(self, prefix: str) -> int:
        """Make a new opaque value."""
        return self.value(f"{prefix}_{self.r.getrandbits(56):014x}")

    def add(self, account: Account) -> int:
        """Write a sign-up."""
        self.accounts.append(account)
        return len(self.accounts) - 1

    def stamp(self, who: int, what: str, value: int, when: float | None = None) -> None:
        """Write one event that shows a value."""
        self.stamps.append((who, what, value, self.now if when is None else when))

    def hold(self, who: int, what: str, value: int, chance: float = 1.0, until: float = FOREVER) -> int:
        """From now on the account's sessions show the value, each with this chance."""
        self.holds.append([who, what, value, self.now, until, chance])
        self.accounts[who].holds.append(len(self.holds) - 1)
        return len(self.holds) - 1

    def drop(self, hold: int) -> None:
        """End a hold now."""
        self.holds[hold][4] = min(self.holds[hold][4], self.now)

    def roam(self, who: int, pool: int, chance: float, favourites: int = 0, period: float = 1.0, key: int = -1) -> int:
        """From now on the account's sessions come through a pool of addresses."""
        self.roams.append([who, pool, self.now, FOREVER, chance, favourites, period, who if key < 0 else key])
        self.accounts[who].roams.append(len(self.roams) - 1)
        return len(self.roams) - 1

    def forget(self, who: int) -> None:
        """End everything that an account has had so far."""
        for hold in self.accounts[who].holds:
            self.drop(hold)
        for roam in self.accounts[who].roams:
            self.roams[roam][3] = min(self.roams[roam][3], self.now)

    def close(self, who: int, status: str) -> None:
        """An account is banned or left."""
        account = self.accounts[who]
        if account.end > self.now:
            account.end, account.status = self.now, status

    def tail(self, low: float, high: float, slope: float = 1.1) -> int:
        """Draw a heavy-tailed size."""
        low, high = max(1.0, low), max(low + 1, high)
        u = self.r.random()
        return int((low**-slope - u * (low**-slope - high**-slope)) ** (-1 / slope))

    def log_uniform(self, low: float, high: float) -> float:
        """Draw evenly on the logarithm."""
        return math.exp(self.r.uniform(math.log(low), math.log(max(high, low))))


def step_profile(ledger: Ledger, share: float, in_step: bool, spread: float) -> int:
    """Make a programme's calendar: on which days it runs and at what hour it starts."""
    r = ledger.r
    days = np.array([1.0 if r.random() < share else 0.05 for _ in range(ledger.days)])
    base = r.uniform(0, 24)
    hours = np.array([(base + r.gauss(0, 1.5)) % 24 for _ in range(ledger.days)]) if in_step else None
    ledger.profiles.append(Profile(days, hours, spread))
    return len(ledger.profiles) - 1
