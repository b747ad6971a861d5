"""Words, mail names, domains, hashes and the writing of addresses."""

import numpy as np

Array = np.ndarray
FIRST = (
    "anna ben carla david emma felix grace hugo irene james kavya liam maria noah olga peter qing rosa sam tara".split()
)
FIRST += (
    "umar vera wei xavier yuki zoe amir bianca chen dinh elena farid gita hans ivan julia kofi lena marco nadia".split()
)
LAST = "adams baker chen diaz evans fischer garcia huang ito jones kumar lopez muller nguyen okafor patel rossi".split()
LAST += "santos tanaka usman vogel wang young zhang bauer costa dubois ferrari gupta hansen kowalski lindberg".split()
SYLLABLES = "ba co da el fi ga ho in ja ka lo mi na or pe qua ri so tu ve wi xo ya zen ter lab net core nor sta".split()
ENDINGS = np.array(["com", "io", "net", "org", "co", "dev", "ai", "xyz", "app", "info", "de", "co.uk", "fr", "in"])
WEBMAIL = "gmail.com outlook.com yahoo.com hotmail.com icloud.com qq.com 163.com proton.me gmx.de mail.ru".split()
WEBMAIL_WEIGHTS = np.array([50, 12, 8, 8, 8, 4, 3, 3, 2, 2]) / 100
ALIAS = "duck.com mozmail.com privaterelay.appleid.com simplelogin.com".split()
DISPOSABLE = "mailinator.com yopmail.com guerrillamail.com 10minutemail.com temp-mail.org sharklasers.com".split()


def words(rng: np.random.Generator, size: int, parts: int = 3) -> Array:
    """Return made-up words."""
    pick = rng.integers(0, len(SYLLABLES), (size, parts))
    return np.array(["".join(SYLLABLES[part] for part in row) for row in pick], dtype=object)


def domains(rng: np.random.Generator, size: int, cheap: bool = False) -> Array:
    """Return private mail domains, cheap ones with a digit or a cheap ending."""
    stems = words(rng, size, int(rng.integers(3, 5)))
    ends = rng.choice(ENDINGS if not cheap else ENDINGS[[0, 4, 7, 7, 9]], size)
    digits = rng.integers(1, 999, size) if cheap else np.full(size, 0)
    both = zip(stems, digits, ends, strict=True)
    return np.array([f"{stem}{digit or ''}.{end}" for stem, digit, end in both], dtype=object)


def tokens(rng: np.random.Generator, size: int, head: str = "", length: int = 16) -> Array:
    """Return opaque hashes."""
    raw = rng.bytes(size * length // 2).hex()
    return np.array([head + raw[at * length : (at + 1) * length] for at in range(size)], dtype=object)


def mail_names(rng: np.random.Generator, size: int, at: Array, style: str = "person") -> Array:
    """Return mail addresses at domains in a person's or a machine's manner of naming."""
    first, last = rng.integers(0, len(FIRST), size), rng.integers(0, len(LAST), size)
    form, number = rng.integers(0, 4, size), rng.integers(1, 9999, size)
    if style == "machine":
        stems = words(rng, size, 3)
        return np.array([f"{s}{n}@{d}" for s, n, d in zip(stems, number, at, strict=True)], dtype=object)
    out = []
    for one, two, how, digit, where in zip(first, last, form, number, at, strict=True):
        given, family = FIRST[one], LAST[two]
        local = (
            f"{given}.{family}{digit}",
            f"{given}{family}{digit % 100}",
            f"{given[0]}{family}{digit}",
            f"{given}{digit}",
        )
        out.append(f"{local[how]}@{where}")
    return np.array(out, dtype=object)


def dotted(numbers: Array) -> Array:
    """Write numbers as IPv4 addresses."""
    return np.array([f"{n >> 24}.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in numbers.tolist()], dtype=object)


def zipf(size: int, power: float) -> Array:
    """Return Zipf weights over a number of ranks."""
    weights = 1 / np.arange(1, size + 1) ** power
    return weights / weights.sum()
