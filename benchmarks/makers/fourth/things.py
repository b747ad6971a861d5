"""What accounts carry: devices that drift, clients with releases, templates, cards with issuer ranges, mail domains."""

# ruff: noqa: PLR2004  (a share or a size stands beside what it describes)
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from kernel import Floats, Ints, Rng, keyed, mix, unit, zipf_pick

CLIENTS: list[tuple[str, float, str, int]] = [  # name, days between releases, kind, popularity
    ("Chrome", 28, "web", 40),
    ("Safari", 45, "web", 15),
    ("Edge", 28, "web", 9),
    ("Firefox", 28, "web", 7),
    ("app-ios", 9, "app", 9),
    ("app-android", 9, "app", 8),
    ("desktop", 11, "app", 6),
    ("code-cli", 3, "cli", 26),
    ("ide-plugin", 8, "cli", 10),
    ("notebook-kit", 30, "cli", 2),
    ("sdk-python", 12, "sdk", 16),
    ("sdk-ts", 10, "sdk", 9),
    ("sdk-go", 25, "sdk", 2),
    ("sdk-java", 30, "sdk", 2),
    ("python-requests", 90, "sdk", 4),
    ("axios", 60, "sdk", 2),
    ("node-fetch", 80, "sdk", 1),
    ("okhttp", 60, "sdk", 1),
    ("flow-runner", 14, "sdk", 1),
    ("agent-kit", 6, "sdk", 3),
    ("curl", 120, "sdk", 1),
    ("relay-go", 7, "sdk", 1),
]
SYSTEMS = ["Windows", "macOS", "Linux", "iOS", "Android"]
WEBMAIL = [
    "gmail.com",
    "outlook.com",
    "yahoo.com",
    "icloud.com",
    "hotmail.com",
    "proton.me",
    "qq.com",
    "163.com",
    "gmx.de",
    "mail.ru",
    "naver.com",
    "web.de",
]
WEBMAIL_WEIGHT = [50, 13, 7, 7, 6, 3, 4, 3, 2, 2, 2, 1]
ALIAS = ["privaterelay.appleid.com", "simplelogin.com", "duck.com", "mozmail.com", "anonaddy.me"]
SYLLABLES = [
    "ba",
    "cor",
    "del",
    "en",
    "far",
    "gan",
    "hel",
    "in",
    "jo",
    "kel",
    "lum",
    "mar",
    "nor",
    "o",
    "pra",
    "qui",
    "ros",
    "sol",
    "tan",
    "ul",
    "ver",
    "wes",
    "xi",
    "yor",
    "zen",
    "bit",
    "net",
    "lab",
    "dat",
    "med",
    "arc",
    "sta",
]
ENDINGS = [
    "com",
    "com",
    "com",
    "io",
    "net",
    "org",
    "co",
    "ai",
    "dev",
    "de",
    "fr",
    "co.uk",
    "in",
    "com.br",
    "xyz",
    "online",
    "site",
    "app",
]


def domain_name(code: int) -> str:
    """A mail domain as text. Large webmail and alias services come first."""
    if code < len(WEBMAIL):
        return WEBMAIL[code]
    if code < len(WEBMAIL) + len(ALIAS):
        return ALIAS[code - len(WEBMAIL)]
    h = int(mix(np.array([code + 991]))[0])
    parts = [SYLLABLES[h >> (5 * i) & 31] for i in range(3)]
    number = str(h >> 20 & 127) if h >> 27 & 7 == 0 else ""
    dash = "-" if h >> 30 & 7 == 0 else ""
    return f"{parts[0]}{parts[1]}{dash}{parts[2]}{SYLLABLES[h >> 31 & 31]}{number}.{ENDINGS[(h >> 40) % len(ENDINGS)]}"


@dataclass
class Devices:
    """Devices: some with a fingerprint of their own, some weak, which all phones of one model share."""

    rng: Rng
    classes: int
    model: list[Ints] = field(default_factory=list)
    drift: list[np.ndarray] = field(default_factory=list)
    size: int = 0

    def add(self, n: int, weak: float, drifting: float = 0.25, model: Ints | int | None = None) -> Ints:
        """Add devices; a share of them are weak, of models whose popularity is Zipf."""
        if model is None:
            classes = np.where(self.rng.random(n) < weak, zipf_pick(self.rng, n, self.classes, 0.85), -1)
        else:
            classes = np.broadcast_to(np.asarray(model, np.int64), (n,)).copy()
        self.model.append(classes)
        self.drift.append(self.rng.random(n) < drifting)
        self.size += n
        return np.arange(self.size - n, self.size)

    def models(self, n: int) -> Ints:
        """New models: images of organisations, which no stranger has."""
        self.classes += n
        return np.arange(self.classes - n, self.classes)

    def close(self) -> None:
        """Freeze the table."""
        self.model_of, self.drifts = np.concatenate(self.model), np.concatenate(self.drift)

    def value(self, device: Ints, t: Floats) -> Ints:
        """The fingerprint at a time: it changes when a release reaches the device and happens to alter it."""
        model, drifts = self.model_of[device], self.drifts[device]
        lag = -np.log1p(-unit(mix(device)) * 0.999) * 6.0
        release = np.maximum(0, np.floor((t - lag) / 28.0 + 40)).astype(np.int64)
        weak = model >= 0
        seen = np.where(weak | drifts, release, 0)
        alters = unit(keyed(np.where(weak, model, device), seen, 3)) < np.where(weak, 0.45, 0.8)
        seen = np.where(alters, seen, np.maximum(seen - 1, 0) // 2 * 2)
        return (keyed(np.where(weak, model + (1 << 40), device), seen) >> np.uint64(2)).astype(np.int64)


@dataclass
class Templates:
    """System prompts. Viral ones live for some weeks; a family has paraphrases."""

    rng: Rng
    since: list[float] = field(default_factory=list)
    until: list[float] = field(default_factory=list)

    def add(self, n: int, since: Floats | float = -1e9, until: Floats | float = 1e9) -> Ints:
        """Add templates, which are in use between two times."""
        first = len(self.since)
        self.since.extend(np.broadcast_to(since, (n,)).astype(float).tolist())
        self.until.extend(np.broadcast_to(until, (n,)).astype(float).tolist())
        return np.arange(first, first + n)


@dataclass
class Cards:
    """Cards and the issuer range of each. Issuers of virtual cards sell to anybody."""

    rng: Rng
    ranges: int
    virtual: Ints = field(init=False)
    bins: list[Ints] = field(default_factory=list)
    size: int = 0

    def __post_init__(self) -> None:
        """Some ranges in the upper half belong to issuers of virtual and prepaid cards."""
        self.virtual = np.sort(self.rng.choice(np.arange(4, self.ranges), max(8, self.ranges // 90), replace=False))

    def add(self, n: int, bins: Ints | int | None = None, virtual: float = 0.07) -> Ints:
        """Issue cards, from given ranges or from the general market."""
        if bins is None:
            market = zipf_pick(self.rng, n, self.ranges, 0.9)
            online = self.virtual[zipf_pick(self.rng, n, len(self.virtual), 0.8)]
            bins = np.where(self.rng.random(n) < virtual, online, market)
        self.bins.append(np.broadcast_to(np.asarray(bins, np.int64), (n,)).copy())
        self.size += n
        return np.arange(self.size - n, self.size)

    def some_range(self, n: int) -> Ints:
        """Ranges of virtual cards, as a customer of a few issuers would meet them."""
        return self.virtual[zipf_pick(self.rng, n, len(self.virtual), 0.8)]

    def close(self) -> None:
        """Freeze the table."""
        self.bin_of = np.concatenate(self.bins)


def client_version(client: Ints, upgrade_key: Ints, pinned: Floats, t: Floats) -> Ints:
    """The release which a client runs: releases reach each user after a lag of his own, pools all at once."""
    every = np.array([c[1] for c in CLIENTS])[client]
    lag = np.where(upgrade_key < 0, 0.05, -np.log1p(-unit(keyed(upgrade_key, client)) * 0.999) * every * 0.8)
    at = np.where(np.isfinite(pinned), np.minimum(pinned, t), t)
    return np.maximum(0, np.floor((at - lag) / every + unit(mix(client)) + 130)).astype(np.int64)


def show_client(code: int) -> str:
    """A user agent as text."""
    client, rest = code // (5 * 100_000), code % (5 * 100_000)
    system, version = rest // 100_000, rest % 100_000
    name = CLIENTS[client][0]
    if CLIENTS[client][2] == "web":
        return f"{name}/{version}.0.0.0 ({SYSTEMS[system]})"
    return f"{name}/{version // 40}.{version % 40}.{int(mix(np.array([version + client]))[0]) % 4} ({SYSTEMS[system]})"


def pick_clients(rng: Rng, n: int, kinds: tuple[str, ...]) -> Ints:
    """Clients of some kinds by popularity."""
    ids = [i for i, c in enumerate(CLIENTS) if c[2] in kinds]
    weights = np.array([CLIENTS[i][3] for i in ids], float)
    return rng.choice(np.array(ids), n, p=weights / weights.sum()).astype(np.int64)


def hexes(salt: int, codes: Ints, width: int = 16) -> list[str]:
    """Opaque tokens: they say nothing about who bears them."""
    h = keyed(codes, salt)
    return [f"{x:016x}"[:width] for x in h.tolist()]


def systems_for(rng: Rng, n: int, client: Ints) -> Ints:
    """An operating system that goes with each client."""
    kind = np.array([["web", "app", "cli", "sdk"].index(c[2]) for c in CLIENTS])[client]
    table = np.array(
        [[0.58, 0.27, 0.05, 0.03, 0.07], [0.2, 0.2, 0.05, 0.3, 0.25], [0.25, 0.5, 0.25, 0, 0], [0.1, 0.1, 0.8, 0, 0]]
    )
    edges = np.cumsum(table, 1)[kind]
    out = (rng.random(n)[:, None] > edges).sum(1).clip(0, 4)
    name = np.array([c[0] for c in CLIENTS])[client]
    out = np.where(name == "app-ios", 3, np.where(name == "app-android", 4, out))
    out = np.where((name == "desktop") & (out > 1), rng.integers(0, 2, n), out)
    return np.where(name == "Safari", np.where(rng.random(n) < 0.5, 1, 3), out).astype(np.int64)
