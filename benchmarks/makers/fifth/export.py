"""Write what a provider's exporters would: rendered values, gaps, and mess; and the truth beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from emit import Seen, join_seen
from honest import BULK, STAFF, TWIN
from society import CAMPUS, CHEAP, LISTED, SCATTERED, THROWAWAY, Society
from tables import (
    AGENT,
    ALIAS_MAIL,
    ASN,
    BILLING,
    BIN,
    CHEAP_SUFFIXES,
    CLIENT_TOOLS,
    COUNTRIES,
    DEVICE,
    DISPOSABLE_MAIL,
    DOMAIN,
    FIRM_WORDS,
    FIRST_NAMES,
    IP,
    JA4,
    LAST_NAMES,
    MAIN_SIGNALS,
    NAME_GROUP,
    OPTIONAL_SIGNALS,
    PAYMENT,
    PHONE,
    SIGNAL_NAMES,
    SYLLABLES,
    SYSTEMS,
    TEMPLATE,
    WEBMAIL,
    ZONE,
)

if TYPE_CHECKING:
    from pathlib import Path

    from book import Book, Bools, Floats, Ints
    from params import Params

WINDOW_START = np.datetime64("2026-09-07T00:00:00", "us")  # a Monday
Texts = npt.NDArray[np.object_]
UInts = npt.NDArray[np.uint64]
PLACEHOLDERS = {
    IP: "0.0.0.0",
    PAYMENT: "none",
    TEMPLATE: "default",
    DEVICE: "00000000-0000-0000-0000-000000000000",
    AGENT: "unknown",
}
STATUS = np.array(["active", "closed", "banned"], dtype=object)


def mixed(numbers: Any, salt: int) -> UInts:
    """A one-to-one scramble of 64-bit numbers."""
    z = np.asarray(numbers).astype(np.uint64) + np.uint64((salt * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        z = (z ^ (z >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(z ^ (z >> np.uint64(31)))


class Exporter:
    """Renders and writes one world."""

    def __init__(self, rng: np.random.Generator, params: Params, book: Book, society: Society, seed: int) -> None:
        self.rng, self.params, self.book, self.society = rng, params, book, society
        self.salt = int(mixed([seed + 1], 77)[0] >> np.uint64(2))
        count = book.accounts.size
        self.order = rng.permutation(count)
        names = mixed(np.arange(count), self.salt % 2**62)
        self.ids: Texts = np.array([f"acct_{name:016x}" for name in names.tolist()], dtype=object)

    # --- signals that follow from others, and what exporters leave out

    def derive(self, seen: dict[int, Seen]) -> None:
        """BIN and billing address follow from a payment, the AS from an address, JA4 from a client."""
        values = self.book.values
        for source, target, column in ((PAYMENT, BIN, 0), (PAYMENT, BILLING, 1), (IP, ASN, 0), (AGENT, JA4, 0)):
            rows = seen[source]
            used, where = np.unique(rows.value, return_inverse=True)
            attribute = values[source].attributes(used)[column]
            if source == IP:
                attribute = self._plain_networks(used, attribute)
            part = Seen(rows.account, attribute[where], rows.first, rows.last, rows.count)
            if target == BILLING:
                part = part.take(self.rng.random(len(rows.account)) < 0.9)
            seen[target] = join_seen([part, seen[target]] if target in seen else [part])

    def _plain_networks(self, used: Ints, attribute: Ints) -> Ints:
        """Network numbers: without the mark of IPv6, and one home network for each address of a residential vendor."""
        attribute = np.where((attribute >= 10_000) & (attribute < 20_000), attribute - 10_000, attribute)
        homes = np.concatenate(list(self.society.local["home"].values()))
        share = np.concatenate(
            [
                np.full(len(nets), weight / len(nets))
                for nets, weight in zip(self.society.local["home"].values(), self.society.country_weight, strict=True)
            ]
        )
        bounds = np.cumsum(share) / share.sum()
        pick = np.searchsorted(bounds, (mixed(used, 5) >> np.uint64(11)).astype(float) / 2**53)
        return np.where(attribute >= 20_000, homes[np.minimum(pick, len(homes) - 1)], attribute)

    def cover(self, seen: dict[int, Seen]) -> dict[int, Seen]:
        """Keep what exporters cover: per signal a share of accounts, with gaps of some days and rows lost."""
        rng, out = self.rng, {}
        count, days = self.book.accounts.size, self.book.days
        for signal in (*MAIN_SIGNALS, *OPTIONAL_SIGNALS):
            rows, coverage = seen[signal], self.params[f"coverage.{SIGNAL_NAMES[signal]}"]
            known = rng.random(count) < coverage
            kept = known[rows.account] & (rng.random(len(rows.account)) > 0.01)
            begin = float(rng.uniform(0, days))
            lost = (rows.first > begin) & (rows.last < begin + rng.uniform(0.3, 3)) & (rng.random() < 0.5)
            out[signal] = rows.take(kept & ~lost)
        return out

    # --- rendering

    def text(self, signal: int, used: Ints) -> Texts:
        """The text of each used value."""
        if signal == IP:
            return self._addresses(used)
        values = self.book.values
        if signal == ZONE:
            zones = np.array([zone for country in COUNTRIES for zone in country.zones], dtype=object)
            return zones[values[ZONE].attributes(used)[0]]
        if signal == ASN:
            return np.array(
                [f"AS{number}" for number in self.society.networks.table()["asn"][used].tolist()], dtype=object
            )
        if signal == AGENT:
            return np.array([self._client(number) for number in (used - self.society.agents).tolist()], dtype=object)
        scrambled = mixed(used, self.salt % 2**61 + signal).tolist()
        if signal == BIN:
            codes = (400_000 + np.random.default_rng(self.salt).permutation(190_000))[used]
            return np.array([str(code) for code in codes.tolist()], dtype=object)
        forms = {
            PAYMENT: "pm_{:016x}",
            TEMPLATE: "{:016x}",
            BILLING: "ba_{:016x}",
            JA4: "t13d1516h2_{:016x}",
        }
        if signal == DEVICE:
            return np.array([_uuid(code) for code in scrambled], dtype=object)
        form = forms.get(signal, "{:016x}")
        return np.array([form.format(code) for code in scrambled], dtype=object)

    @staticmethod
    def _client(number: int) -> str:
        tool, rest = divmod(number, len(SYSTEMS) * 9)
        system, version = divmod(rest, 9)
        return f"{CLIENT_TOOLS[tool]}/{1 + version // 4}.{(version * 7) % 13}.{version % 3} ({SYSTEMS[system]})"

    def _addresses(self, used: Ints) -> Texts:
        """Give every used address a place in its network. Homes are strewn, lets lie together, in a random order."""
        rng = self.rng
        raw = self.book.values[IP].attributes(used)[0]
        six = (raw >= 10_000) & (raw < 20_000)
        nets = self._plain_networks(used, raw)
        kinds = self.society.networks.table()["kind"]
        strewn = [self.society.network_kinds.index(kind) for kind in SCATTERED]
        out: Texts = np.empty(len(used), dtype=object)
        blocks = iter(rng.permutation(_public_blocks()).tolist())
        runs = self.book.values[IP].run_of(used)
        for net in np.unique(nets):
            mask = np.flatnonzero((nets == net) & ~six)
            if len(mask):
                scatter = kinds[net] in strewn
                place = self._strewn(len(mask)) if scatter else self._together(runs[mask])
                many = int(place.max()) // 4096 + 1
                mine = np.array([next(blocks) for _ in range(many)], dtype=np.int64)
                number = mine[place // 4096] * 4096 + place % 4096
                out[mask] = [f"{n >> 24}.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in number.tolist()]
            mask = np.flatnonzero((nets == net) & six)
            top = int(rng.integers(0x2400, 0x2C00))
            middle = int(rng.integers(0, 65536))
            code = rng.choice(2**28, len(mask), replace=False) if len(mask) else mask
            out[mask] = [f"{top:x}:{middle:x}:{n >> 16:x}:{n & 65535:x}" for n in code.tolist()]
        return out

    def _strewn(self, count: int) -> Ints:
        """Distinct random places; home networks are sparsely filled by customers of one platform."""
        return np.asarray(self.rng.choice(max(4096, count * 24), count, replace=False))

    def _together(self, runs: Ints) -> Ints:
        """Places for lets in a random order, with gaps between them."""
        kinds, where, size = np.unique(runs, return_inverse=True, return_counts=True)
        order = self.rng.permutation(len(kinds))
        gap = self.rng.geometric(0.05, len(kinds))
        width = (size + gap)[order]
        start = np.zeros(len(kinds), dtype=np.int64)
        start[order] = np.cumsum(width) - width
        first = np.concatenate([[True], runs[1:] != runs[:-1]])
        at = np.flatnonzero(first)
        inside = np.arange(len(runs)) - np.repeat(at, np.diff(np.append(at, len(runs))))
        return start[where] + inside

    def domains(self, used: Ints) -> Texts:
        """Mail domains as text."""
        style, second = self.book.values[DOMAIN].attributes(used)
        known = [*WEBMAIL, *ALIAS_MAIL, *DISPOSABLE_MAIL]
        codes = mixed(used, self.salt % 2**60).tolist()
        out: Texts = np.empty(len(used), dtype=object)
        seen: set[str] = set()
        for row, (kind, number, code) in enumerate(zip(style.tolist(), second.tolist(), codes, strict=True)):
            if kind == LISTED:
                out[row] = known[number]
                continue
            name = _domain(kind, code)
            again = code
            while name in seen:
                again = again * 6364136223846793005 % 2**64 + 1
                name = _domain(kind, again)
            seen.add(name)
            out[row] = name
        return out

    # --- files

    def write_accounts(self, path: Path, seen: dict[int, Seen]) -> None:
        """The table of accounts, in the order of their random ids."""
        rng, count = self.rng, self.book.accounts.size
        table = self.book.accounts.table()
        order = np.argsort(self.ids)
        mail = self._mail(seen[DOMAIN])
        phone = self._phones(seen[PHONE])
        upper = rng.random(count) < 0.01 * self.params["mess.level"]
        spaced = rng.random(count) < 0.005 * self.params["mess.level"]
        absent = rng.random(count) < 0.012 * self.params["mess.level"]
        for row in np.flatnonzero(upper):
            mail[row] = mail[row].upper()
        for row in np.flatnonzero(spaced):
            mail[row] = f" {mail[row]}"
        mail[absent] = None
        codes = np.array([country.code for country in COUNTRIES], dtype=object)[table["country"]]
        codes[rng.random(count) < 0.02] = None
        status = table["status"].copy()
        closed = (table["end"] < self.book.days - 3) & (status == 0) & (rng.random(count) < 0.25)
        status[closed] = 1
        created: Any = moments(table["created"], rng)
        if self.params.drawn["mess.text_dates"]:
            created = self._text_dates(created)
        frame = {
            "account_id": pa.array(self.ids[order]),
            "created_at": pa.array(created[order])
            if created.dtype == object
            else pa.array(created[order]).cast(pa.timestamp("us", "UTC")),
            "email": pa.array(mail[order], pa.string()),
            "phone": pa.array(phone[order], pa.string()),
            "plan": pa.array(self._plans(seen)[order], pa.string()),
            "country": pa.array(codes[order], pa.string()),
            "status": pa.array(STATUS[status][order], pa.string()),
        }
        pq.write_table(pa.table(frame), path / "accounts.parquet")

    def _text_dates(self, created: npt.NDArray[Any]) -> Texts:
        """Dates as several systems write them, with their own offsets."""
        out: Texts = np.empty(len(created), dtype=object)
        for row, (stamp, form) in enumerate(zip(created, self.rng.integers(0, 3, len(created)).tolist(), strict=True)):
            if form == 0:
                out[row] = f"{stamp}Z"
            elif form == 1:
                out[row] = f"{stamp + np.timedelta64(2, 'h')}+02:00"
            else:
                out[row] = f"{stamp - np.timedelta64(5, 'h')}".replace("T", " ") + "-05:00"
        return out

    def _plans(self, seen: dict[int, Seen]) -> Texts:
        """Plans follow from payment, from the kind of work, and from how many work there."""
        rng, count = self.rng, self.book.accounts.size
        table = self.book.accounts.table()
        paid = np.zeros(count, dtype=bool)
        paid[seen[PAYMENT].account] = True
        staff = (table["style"] == STAFF) & (rng.random(count) < 0.8)
        busy = table["rate"] > 15
        draw = rng.random(count)
        plan = np.where(paid & (draw < 0.7), "pro", np.where(busy & (draw < 0.9), "api", "free")).astype(object)
        plan[staff & paid & (draw < 0.8)] = "team"
        plan[staff & (draw < 0.25)] = "enterprise"
        plan[rng.random(count) < 0.02] = "team"
        plan[rng.random(count) < 0.03] = "api"
        plan[rng.random(count) < 0.01] = None
        return np.asarray(plan)

    def _mail(self, seen: Seen) -> Texts:
        """One mailbox each. Who drew several domains keeps the most particular one."""
        rng, count = self.rng, self.book.accounts.size
        table = self.book.accounts.table()
        domain = np.full(count, -1, dtype=np.int64)
        np.maximum.at(domain, seen.account, seen.value)
        domain[domain < 0] = self.society.listed + WEBMAIL.index("gmail.com")
        used, where = np.unique(domain, return_inverse=True)
        texts = self.domains(used)
        taken: set[str] = set()
        out: Texts = np.empty(count, dtype=object)
        owner = table["same_owner"]
        twin_of: dict[int, tuple[str, str]] = {}
        bulk_form = rng.integers(0, 4, len(self.book.names["operator"]) + 1)
        names = [self._people(country) for country in COUNTRIES]
        draws = rng.random((count, 4))
        for row in range(count):
            country, style = int(table["country"][row]), int(table["style"][row])
            first, last = names[country]
            one = first[int(draws[row, 0] * len(first))]
            two = last[int(draws[row, 1] * len(last))]
            host = texts[where[row]]
            if style == BULK:
                local = _bulk(one, two, int(bulk_form[table["operator"][row]]), draws[row])
            elif style == STAFF and draws[row, 3] < 0.9:
                local = f"{one}.{two}" if draws[row, 2] < 0.7 else f"{one[0]}{two}"
            else:
                local = _personal(one, two, draws[row])
            if style == TWIN and owner[row] in twin_of:
                root, root_host = twin_of[int(owner[row])]
                if draws[row, 3] < 0.6:
                    host = root_host
                    local = _twin(root, host, draws[row, 2], row)
            elif style == TWIN:
                twin_of[int(owner[row])] = (local, host)
            while f"{local}@{host}" in taken:
                local = f"{local}{int(rng.integers(1, 100))}"
            taken.add(f"{local}@{host}")
            out[row] = f"{local}@{host}"
        return out

    @staticmethod
    def _people(country: Any) -> tuple[list[str], list[str]]:
        group = NAME_GROUP.get(country.language, "west")
        return FIRST_NAMES[group], LAST_NAMES[group]

    def _phones(self, seen: Seen) -> Texts:
        number = np.full(self.book.accounts.size, -1, dtype=np.int64)
        np.maximum.at(number, seen.account, seen.value)
        out: Texts = np.full(len(number), None, dtype=object)
        rows = np.flatnonzero(number >= 0)
        used, where = np.unique(number[rows], return_inverse=True)
        country = self.book.values[PHONE].attributes(used)[0].tolist()
        digits = (mixed(used, self.salt % 2**59) % np.uint64(10**9)).tolist()
        texts = np.array(
            [f"{COUNTRIES[max(c, 0)].prefix}{6 + d % 4}{d:09d}" for c, d in zip(country, digits, strict=True)],
            dtype=object,
        )
        out[rows] = texts[where] if len(rows) else out[rows]
        return out

    def write_sightings(self, path: Path, seen: dict[int, Seen]) -> int:
        """The long table, shuffled, with the mess of real exports."""
        rng, level = self.rng, self.params["mess.level"]
        parts: list[pa.Table] = []
        ids = pa.array(self.ids)
        for signal, rows in seen.items():
            if not len(rows.account):
                continue
            used, where = np.unique(rows.value, return_inverse=True)
            texts = self.text(signal, used)
            values = self._messy(signal, texts, where, level)
            account = pa.array(rows.account, mask=rng.random(len(where)) < 0.012 * level)
            parts.append(
                pa.table(
                    {
                        "account_id": ids.take(account),
                        "signal_type": pa.array(np.full(len(where), SIGNAL_NAMES[signal], dtype=object)),
                        "signal_value": values,
                        "first_seen": pa.array(moments(rows.first, rng)),
                        "last_seen": pa.array(moments(rows.last, None)),
                        "count": pa.array(rows.count),
                    }
                )
            )
        table = pa.concat_tables(parts)
        table = pa.concat_tables([table, self._odd_rows(table, level)])
        table = table.take(pa.array(rng.permutation(len(table))))
        first, last = table["first_seen"].to_numpy(), table["last_seen"].to_numpy()
        zone = pa.timestamp("us", "UTC")
        table = table.set_column(3, "first_seen", pa.array(np.minimum(first, last)).cast(zone))
        table = table.set_column(4, "last_seen", pa.array(np.maximum(first, last)).cast(zone))
        pq.write_table(table, path / "sightings.parquet", compression="zstd")
        return len(table)

    def _messy(self, signal: int, texts: Texts, where: Ints, level: float) -> pa.Array:
        """Values as text, some with spaces, placeholders, or IPv4 written as IPv6; IPv6 hosts differ by row."""
        rng, size = self.rng, len(where)
        base = len(texts)
        extra: list[str] = []
        index = where.astype(np.int64).copy()

        def put(rows: Ints, made: list[str]) -> None:
            index[rows] = base + len(extra) + np.arange(len(rows))
            extra.extend(made)

        if signal == IP:
            six: Bools = np.array([":" in text for text in texts.tolist()], dtype=bool)[where]
            rows = np.flatnonzero(six)
            tails = rng.integers(1, 2**32, len(rows)).tolist()
            put(
                rows,
                [
                    f"{texts[where[row]]}:{t >> 16:x}:{t & 65535:x}:{(t * 7) & 65535:x}:{(t * 13) >> 8 & 65535:x}"
                    for row, t in zip(rows, tails, strict=True)
                ],
            )
            rows = np.flatnonzero(~six & (rng.random(size) < 0.003 * level))
            put(rows, [f"::ffff:{texts[where[row]]}" for row in rows])
        rows = np.flatnonzero((index < base) & (rng.random(size) < 0.002 * level))
        put(rows, [f" {texts[where[row]]} " for row in rows])
        if signal in PLACEHOLDERS:
            rows = np.flatnonzero(rng.random(size) < 0.006 * level)
            put(rows, [PLACEHOLDERS[signal]] * len(rows))
        return pa.array(np.concatenate([texts, np.array(extra, dtype=object)])).take(pa.array(index))

    def _odd_rows(self, table: pa.Table, level: float) -> pa.Table:
        """Duplicate rows, and types that nobody declared."""
        rng = self.rng
        twice = table.take(pa.array(rng.integers(0, len(table), int(len(table) * 0.004 * level))))
        odd = table.take(pa.array(rng.integers(0, len(table), int(len(table) * 0.002 * level) + 1)))
        kinds = rng.choice(np.array(["beta_header", "session_hint", "referrer"], dtype=object), len(odd))
        values = rng.choice(np.array(["no", "n/a", "organic", "2026-06-01", "default"], dtype=object), len(odd))
        odd = odd.set_column(1, "signal_type", pa.array(kinds)).set_column(2, "signal_value", pa.array(values))
        return pa.concat_tables([twice, odd])

    def truth(self) -> pd.DataFrame:
        """Who is what. Never read by a detector."""
        table = self.book.accounts.table()
        names = {column: np.array([*texts, None], dtype=object) for column, texts in self.book.names.items()}
        order = np.argsort(self.ids)
        frame = pd.DataFrame(
            {
                "account_id": self.ids,
                "kind": np.array(self.book.kinds, dtype=object)[table["kind"]],
                "ring": names["ring"][table["ring"]],
                "operator": names["operator"][table["operator"]],
                "group": names["group"][table["group"]],
                "grey": table["grey"].astype(bool),
                "same_owner": names["same_owner"][table["same_owner"]],
                "framed": table["framed"].astype(bool),
                "victim": table["victim"].astype(bool),
            }
        )
        return frame.iloc[order].reset_index(drop=True)


def moments(days: Floats, rng: np.random.Generator | None) -> npt.NDArray[Any]:
    """Days since the window's start as UTC moments, to the second."""
    seconds = np.floor(np.asarray(days) * 86400).astype(np.int64)
    _ = rng
    return WINDOW_START + seconds.astype("timedelta64[s]").astype("timedelta64[us]")


def _public_blocks() -> Ints:
    """Numbers of /20 blocks that lie in public IPv4 space."""
    every = np.arange(2**20, dtype=np.int64)
    first, second = every >> 12, (every >> 4) & 255
    bad = (first == 0) | (first == 10) | (first == 127) | (first >= 224)
    bad |= (first == 172) & (second >= 16) & (second < 32)
    bad |= ((first == 192) & np.isin(second, [0, 168, 88])) | ((first == 100) & (second >= 64) & (second < 128))
    bad |= (
        ((first == 169) & (second == 254))
        | ((first == 198) & np.isin(second, [18, 19, 51]))
        | ((first == 203) & (second == 0))
    )
    return np.asarray(every[~bad])


def _uuid(code: int) -> str:
    text = f"{code:016x}{(code * 0x9E3779B97F4A7C15 + 0x1234567) % 2**64:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _domain(style: int, code: int) -> str:
    def take(count: int) -> int:
        nonlocal code
        code, number = divmod(code, count)
        return number

    syllables = "".join(SYLLABLES[take(len(SYLLABLES))] for _ in range(3 + take(2)))
    country = COUNTRIES[take(len(COUNTRIES))]
    if style == CAMPUS:
        return f"{syllables}.edu" if country.code == "US" else f"uni-{syllables}.{country.suffix}"
    if style in (CHEAP, THROWAWAY):
        return f"{syllables}.{CHEAP_SUFFIXES[take(len(CHEAP_SUFFIXES))]}"
    word = FIRM_WORDS[take(len(FIRM_WORDS))] if take(2) else ""
    suffix = ("com", "com", "io", "ai", "dev", "net", country.suffix, country.suffix)[take(8)]
    return f"{syllables}{word}.{suffix}"


def _personal(one: str, two: str, draw: Floats) -> str:
    kind, number = int(draw[2] * 10), int(draw[3] * 9973)
    forms = (
        f"{one}.{two}",
        f"{one}{two}{number % 100}",
        f"{one}_{two}",
        f"{one[0]}{two}{number % 1000}",
        f"{two}.{one}{number % 100}",
        f"{one}{1960 + number % 50}",
        f"{one}.{two[0]}{number % 100}",
        f"the{two}{number % 100}",
        f"{one}{two}",
        f"{SYLLABLES[number % 60]}{SYLLABLES[number % 53]}{SYLLABLES[number % 47]}{number % 1000}",
    )
    return forms[kind]


def _bulk(one: str, two: str, form: int, draw: Floats) -> str:
    number = int(draw[2] * 1e6)
    letters = "".join(SYLLABLES[int(draw[3] * 60 ** (place + 1)) % 60] for place in range(4))
    return (
        f"{one}{two}{number % 10000:04d}",
        f"{letters}{number % 1000}",
        f"{one}.{two}{1970 + number % 35}",
        f"{letters}",
    )[form]


def _twin(root: str, host: str, draw: float, row: int) -> str:
    if draw < 0.5 or host not in {"gmail.com", "outlook.com"}:
        return f"{root}+{('test', 'qa', 'dev', 'work', 'two', 'staging')[row % 6]}{'' if draw < 0.3 else row % 97}"
    cut = 1 + row % max(1, len(root) - 1)
    return f"{root[:cut]}.{root[cut:]}".replace("..", ".")
