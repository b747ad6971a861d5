"""From habits to sessions, and from sessions to sightings."""

import numpy as np
import pandas as pd

from city import V6, City
from lives import V6_POOL

SPAN = 4096.0


def mix(key: np.ndarray, turn: np.ndarray, pool: int) -> np.ndarray:
    """Hash a key and a turn to a number between 0 and 1."""
    with np.errstate(over="ignore"):
        x = key.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + turn.astype(np.uint64) * np.uint64(
            0xBF58476D1CE4E5B9
        )
        x += np.uint64((pool + 7) * 0x94D049BB133111EB % 2**64)
        for shift in (30, 27, 31):
            x = (x ^ (x >> np.uint64(shift))) * np.uint64(0xBF58476D1CE4E5B9)
    return (x >> np.uint64(11)).astype(np.float64) / float(1 << 53)


class Sessions:
    """All sessions of the window, in order of account and time."""

    def __init__(self, city: City, rng: np.random.Generator) -> None:
        self.city, self.rng = city, rng
        people, days = city.accounts, city.days
        start, end = np.array([a.start for a in people]), np.array([a.end for a in people])
        rate, profile = np.array([a.rate for a in people]), np.array([a.profile for a in people])
        table = np.array([p.days for p in city.profiles], dtype=np.float32)
        active = rng.random((len(people), days), dtype=np.float32) < rate[:, None] * table[profile]
        who, day = np.nonzero(active)
        hour = self._hours(who, day, profile[who])
        time = np.clip(day + hour / 24, 0, days - 1e-4)
        kept = (time >= start[who]) & (time < end[who])
        opening = np.nonzero((start >= 0) & (start < days))[0]
        who = np.concatenate([who[kept], opening])
        time = np.concatenate([time[kept], np.minimum(start[opening] + 0.002, days - 1e-4)])
        order = np.lexsort((time, who))
        self.who, self.time = who[order], time[order]
        volume = np.array([a.requests for a in people])[self.who] * rng.lognormal(0, 0.9, len(order))
        self.requests = np.maximum(1, volume).astype(np.int64)
        self.key = self.who * SPAN + self.time
        self.sums = np.concatenate([[0], np.cumsum(self.requests)])

    def _hours(self, who: np.ndarray, day: np.ndarray, profile: np.ndarray) -> np.ndarray:
        """Draw the hour of each session, in step where a programme drives it."""
        city, rng = self.city, self.rng
        hour = np.array([a.hour for a in city.accounts])[who]
        spread = np.array([p.spread for p in city.profiles])[profile]
        driven = np.array([np.full(city.days, np.nan) if p.hours is None else p.hours for p in city.profiles])[
            profile, day
        ]
        free = np.isnan(driven)
        noise = rng.normal(0, 1, len(who)) * np.where(free & (profile > 2), 3.5, spread)
        return (np.where(free, hour, driven) + noise) % 24

    def within(self, who: np.ndarray, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Find each habit's first session and the one after its last."""
        low = np.searchsorted(self.key, who * SPAN + np.clip(start, 0, SPAN - 1))
        high = np.searchsorted(self.key, who * SPAN + np.clip(end, 0, SPAN - 1))
        return low, np.maximum(low, high)

    def holds(self) -> pd.DataFrame:
        """Let things held be seen in some of the sessions."""
        city, rng = self.city, self.rng
        who, what, value, start, end, chance = (np.array(column) for column in zip(*city.holds, strict=True))
        cuts = np.linspace(0, city.days, city.dials.slices + 1)
        parts = []
        for begin, stop in zip(cuts[:-1], cuts[1:], strict=True):
            low, high = self.within(who, np.maximum(start, begin), np.minimum(end, stop))
            count = high - low
            seen = rng.binomial(count, chance)
            took = np.nonzero(seen)[0]
            n, k, base = count[took], seen[took], low[took]
            first = base + np.where(k == n, 0, (1 - rng.random(len(took)) ** (1 / k)) * n).astype(int)
            last = base + n - 1 - np.where(k == n, 0, (1 - rng.random(len(took)) ** (1 / k)) * n).astype(int)
            last = np.where(k == 1, first, np.maximum(first, last))
            total = np.maximum(k, (self.sums[base + n] - self.sums[base]) * k // n)
            table = {"who": who[took], "what": what[took], "value": value[took]}
            parts.append(pd.DataFrame({**table, "first": self.time[first], "last": self.time[last], "count": total}))
        return pd.concat(parts, ignore_index=True)

    def roams(self) -> pd.DataFrame:
        """Let sessions go out through pools."""
        rng = self.rng
        columns = zip(*self.city.roams, strict=True)
        who, pool, start, end, chance, favourites, period, key = (np.array(column) for column in columns)
        low, high = self.within(who, start, end)
        count = high - low
        roam = np.repeat(np.arange(len(who)), count)
        session = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(low, count)
        kept = rng.random(len(roam)) < chance[roam]
        roam, session = roam[kept], session[kept]
        time = self.time[session]
        phase = mix(key[roam], np.zeros(len(roam)), 99)
        turn = np.where(
            favourites[roam] > 0,
            (rng.random(len(roam)) ** 1.5 * favourites[roam]).astype(int),
            np.floor(time / period[roam] + phase).astype(int),
        )
        value = self._draw(pool[roam], key[roam], who[roam], turn)
        frame = pd.DataFrame({"who": who[roam], "value": value, "time": time, "count": self.requests[session]})
        frame["slice"] = (time * self.city.dials.slices / self.city.days).astype(int)
        grouped = frame.groupby(["who", "value", "slice"], sort=True)
        table = grouped.agg(first=("time", "min"), last=("time", "max"), count=("count", "sum")).reset_index()
        return table.drop(columns="slice").assign(what="ip")

    def _draw(self, pool: np.ndarray, key: np.ndarray, who: np.ndarray, turn: np.ndarray) -> np.ndarray:
        """Pick the address that a key has at a turn."""
        value = np.zeros(len(pool), dtype=np.int64)
        for number in np.unique(pool):
            here = pool == number
            if number == V6_POOL:
                host = (mix(who[here], turn[here], 5) * 65536).astype(np.int64)
                value[here] = V6 + key[here] * 65536 + host
            else:
                chosen = self.city.pools[number]
                place = np.searchsorted(chosen.sums, mix(key[here], turn[here], int(number)))
                value[here] = chosen.addresses[np.minimum(place, len(chosen.addresses) - 1)]
        return value

    def stamps(self) -> pd.DataFrame:
        """Write single events, several of one value together."""
        frame = pd.DataFrame(self.city.stamps, columns=["who", "what", "value", "time"])
        recent = ~frame["what"].isin(["ip", "device", "conversation_prefix"]) | (frame["time"] >= 0)
        frame = frame[recent & (frame["time"] < self.city.days)]
        grouped = frame.groupby(["who", "what", "value"], sort=True)["time"]
        return grouped.agg(first="min", last="max", count="count").reset_index()


def sightings(city: City) -> pd.DataFrame:
    """Make the long table of sightings with texts as values."""
    sessions = Sessions(city, np.random.default_rng(city.dials.seed + 1))
    frame = pd.concat([sessions.holds(), sessions.roams(), sessions.stamps()], ignore_index=True)
    dials = city.dials
    usual = {"ip", "payment", "template", "device"} - set(dials.lacking_types)
    frame = frame[frame["what"].isin(usual | set(dials.extras))].reset_index(drop=True)
    codes, numbers = pd.factorize(frame["value"].where(frame["what"] == "ip", -1))
    texts = np.array([ip_text(number) for number in numbers], dtype=object)[codes]
    words = np.array(city.values, dtype=object)
    is_ip = (frame["what"] == "ip").to_numpy()
    other = words[np.where(is_ip, 0, frame["value"].to_numpy())]
    frame["value"] = np.where(is_ip, texts, other)
    return frame


def ip_text(number: int) -> str:
    """Write an address."""
    if number < V6:
        return f"{number >> 24 & 255}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    line, host = divmod(int(number) - V6, 65536)
    return f"2a0{line % 7}:{1000 + line % 41}:{line // 41 % 65536:x}:{line * 7919 % 65536:x}::{host:x}"
