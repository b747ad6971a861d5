"""From codes to an export: names, addresses, a little dirt, and the answer key apart from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from engine import Engine, Party
from suppliers import CC, COUNTRIES, V6, WEBMAIL, v4
from terms import LIFE_NAMES, mix64

DECLARED = {  # types beyond the contract: family, provenance
    "promo_code": ("referral", "free_text"),
    "git_remote": ("repository", "free_text"),
    "conversation_prefix": ("content", "free_text"),
    "billing_address": ("billing", "claimed"),
    "tool_schema": ("content", "free_text"),
    "identity_check": ("identity", "third_party"),
    "parent_org": ("organisation", "observed"),
    "tls": ("client", "observed"),
}
FORM = {  # lead and number of hexadecimal digits
    "payment": ("pm_", 16),
    "device": ("", 20),
    "template": ("", 16),
    "git_remote": ("", 12),
    "conversation_prefix": ("", 24),
    "billing_address": ("", 14),
    "tool_schema": ("ts:", 10),
    "identity_check": ("idv_", 12),
    "parent_org": ("org-", 10),
    "tls": ("t13d", 12),
}
FIRST = """aisha amir ana andrei anh arjun bao carlos chen chidi daniel deepa diego dmitri elena emeka fatima
francesca grace hana hassan hiro ibrahim irina ivan jae james javier jin joao john jose juan kamal
karim katya kofi kwame lan lea li linh lucas lucia maria mariam marek marta maya mehmet mei mina
minh mohamed musa nadia natasha ngozi nina noor olga oluwaseun omar pablo paul pedro peter phuong
pierre priya rafael rahul raj ravi rosa sadia samuel sandra sara sergei shreya siti sofia somchai
sunil tariq thanh thomas tomasz tuan usman valeria victor wanjiru wei yara yasmin yuki yusuf zainab"""
LAST = """abdi adeyemi ahmed ali alvarez andersson banda bauer begum bhatt bondarenko castro chowdhury costa
cruz das diallo diaz dubois fernando garcia gonzalez gupta haddad hansen hoang hossain ibrahim islam
ivanov jansen kamau khan kim kovacs kowalski kumar le lee lopez mahmoud martin mehta mensah moreno
mueller mwangi nair ndlovu nguyen novak nowak okafor okoye oliveira park patel pereira perera petrov
pham popescu rahman ramos reddy reyes ricci rojas rossi santos sato schmidt shah sharma silva singh
smith suzuki tan tanaka tran vargas wang weber williams wong yadav yilmaz zhang zulu"""
WORDS = """north blue river stone cloud bright green data code soft link craft peak oak sun star media trade
labs works hub point field bridge port metro delta orbit pixel nova terra logic prime spark wave
core mint leaf atlas forge kite lotus mango palm cedar amber coral quartz summit harbor meadow
falcon tiger zebra swift solid clear open first next"""
TLDS = [
    "com"
] * 40 + "io ai net org co dev app xyz online site info biz shop tech me eu in ng ke br vn id pl ua de uk".split()
ALIASES = [
    "privaterelay.appleid.com",
    "mozmail.com",
    "simplelogin.com",
    "duck.com",
    "anonaddy.me",
    "passmail.net",
    "aleeas.com",
]
DIAL = [
    int(x)
    for x in """1 91 44 49 55 62 84 33 81 82 63 234 92 880 254 52 380 48 40 90 20 27 54 57 1 61 34 39 31 46 66 60
94 977 95 855 233 251 255 256 51 58 381 995 7 971 65 972 886 852""".split()
]


def pick(words: list[str], h: np.ndarray, salt: int) -> list[str]:
    """A word for each hash."""
    return [words[i] for i in (mix64(h.astype(np.int64), salt) % np.uint64(len(words))).tolist()]


class Exporter:
    """Writes one world."""

    def __init__(self, world: Engine) -> None:
        """Draw the ids of the accounts and the day the export ends."""
        self.w, self.s, self.rng = world, world.s, np.random.default_rng([world.s.seed, 2020])
        self.salt = int(self.rng.integers(1, 1 << 30))
        raw = mix64(np.arange(world.total), self.salt)
        self.ids = np.array([f"acc_{x:014x}" for x in (raw >> np.uint64(8)).tolist()], dtype=object)
        self.end = np.datetime64("2026-05-01") + np.timedelta64(int(self.rng.integers(0, 200)), "D")

    def stamp(self, day: np.ndarray) -> np.ndarray:
        """Days before the end as timestamps."""
        return self.end.astype("datetime64[us]") + (day * 86_400_000_000).astype("timedelta64[us]")

    def domains(self, codes: np.ndarray) -> np.ndarray:
        """Names of mail domains; a campus looks like one, all else is of one make."""
        a, b = pick(WORDS.split(), codes, self.salt), pick(WORDS.split(), codes, self.salt + 1)
        tld, shape = pick(TLDS, codes, self.salt + 2), (mix64(codes, self.salt + 3) % np.uint64(10)).tolist()
        number = (mix64(codes, self.salt + 4) % np.uint64(9000)).tolist()
        campus = np.isin(codes, self.w.shelves.campuses)
        out = []
        for i, c in enumerate(codes.tolist()):
            if c < len(WEBMAIL):
                name = WEBMAIL[c]
            elif 500 <= c < 507:
                name = ALIASES[c - 500]
            elif campus[i]:
                cc = COUNTRIES[number[i] % len(COUNTRIES)][4].split(".")[-1]
                name = f"{a[i]}{b[i]}{number[i] % 97}." + (
                    "edu" if cc == "com" else ("ac." if number[i] % 2 else "edu.") + cc
                )
            else:
                mid = "-" if shape[i] < 2 else ""
                tail = (
                    str(number[i] % 1000)
                    if shape[i] % 3
                    else f"{pick(WORDS.split(), codes[i : i + 1], 9)[0]}{number[i] % 89}"
                )
                name = f"{a[i]}{mid}{b[i]}{mid}{tail}.{tld[i]}"
            out.append(name)
        return np.array(out, dtype=object)

    def emails(self) -> np.ndarray:
        """Addresses: names in several habits; a few parties are one mailbox with suffixes."""
        w, n = self.w, self.w.total
        key = np.arange(n)
        one = w.plus >= 0
        web = one & (w.domain < len(WEBMAIL))
        w.domain[web] = np.where(w.plus[web] % 5 > 0, 0, w.plus[web] % 3)
        seed = np.where(one, w.plus + 5_000_000_000, key)
        uniq, inv = np.unique(w.domain, return_inverse=True)
        host = self.domains(uniq)[inv].tolist()
        first, last = pick(FIRST.split(), seed, self.salt + 5), pick(LAST.split(), seed, self.salt + 6)
        word = pick(WORDS.split(), seed, self.salt + 7)
        num = (mix64(seed, self.salt + 8) % np.uint64(9973)).tolist()
        noise = mix64(seed, self.salt + 9).tolist()
        out = []
        for i, style in enumerate(w.style.tolist()):
            f, m = first[i], last[i]
            local = (
                f"{f}.{m}",
                f"{f}{m}{num[i] % 100}",
                f"{word[i]}{f}{num[i] % 1000}",
                "",
                f"{f[0]}.{m}",
                f"{f}_{num[i]}",
            )[style]
            if not local:
                x = noise[i]
                local = "".join("abcdefghijklmnopqrstuvwxyz0123456789"[(x >> (5 * j)) % 36] for j in range(7 + x % 4))
            if one[i]:
                local += "+" + ("qa", "test", "a", "dev")[num[i] % 4] + str(i % 997)
            out.append(f"{local}@{host[i]}")
        e = pd.Series(out, dtype=object)
        twin = e.groupby(e).cumcount().to_numpy()
        for i in np.flatnonzero(twin).tolist():
            local, at = out[i].split("@")
            out[i] = f"{local}{twin[i] + num[i] % 7 + 1}{i % 10}@{at}"
        return np.array(out, dtype=object)

    def text(self, what: str, codes: np.ndarray) -> np.ndarray:
        """The text of unique codes."""
        if what == "ip":
            out = np.empty(len(codes), dtype=object)
            four = codes < V6
            out[four] = v4(codes[four])
            site, host = (codes[~four] >> 8).tolist(), mix64(codes[~four], self.salt).tolist()
            net = (mix64(codes[~four] >> 12, self.salt)).tolist()
            out[~four] = [
                f"2{0x400 | x & 0x3F:03x}:{x >> 16 & 0xFFFF:x}:{x >> 32 & 0xFFFF:x}:{(x >> 48 & 0xFF0) | s & 15:x}:"
                f"{h & 0xFFFF:x}:{h >> 16 & 0xFFFF:x}:{h >> 32 & 0xFFFF:x}:{h >> 48:x}"
                for x, s, h in zip(net, site, host, strict=True)
            ]
            return out
        h = mix64(codes, self.salt + sum(what.encode()))
        if what == "card_bin":
            return np.array([str(400000 + int(x) % 155000) for x in h.tolist()], dtype=object)
        if what == "asn":
            return np.array([f"AS{int(x) % 390000 + 1000}" for x in h.tolist()], dtype=object)
        if what == "promo_code":
            a, b = pick(WORDS.split(), codes, self.salt), (h % np.uint64(46656)).tolist()
            return np.array([f"{x.upper()}-{y:04X}" for x, y in zip(a, b, strict=True)], dtype=object)
        lead, width = FORM[what]
        low = mix64(codes, self.salt + 31).tolist()
        return np.array(
            [lead + f"{x:016x}{y:016x}"[:width] for x, y in zip(h.tolist(), low, strict=True)], dtype=object
        )

    def derived(self, what: dict[str, tuple[np.ndarray, ...]]) -> None:
        """Weak columns that follow from others: card issuers, AS numbers, TLS fingerprints."""
        w, sh, rng = self.w, self.w.shelves, self.rng
        if "payment" in what:
            acct, code, f, e, c = what["payment"]
            issuer = 20_000 + code // 7_000_000
            runs = sorted(sh.bins)
            if runs:
                heads = np.array([r[0] for r in runs])
                issuers = np.concatenate([r[2] for r in runs])
                base = np.concatenate([[0], np.cumsum([r[1] for r in runs])[:-1]])
                r = np.searchsorted(heads, code, side="right") - 1
                ok = r >= 0
                issuer[ok] = issuers[np.minimum(base[r[ok]] + code[ok] - heads[r[ok]], len(issuers) - 1)]
            what["card_bin"] = (acct, issuer, f, e, c)
        acct, code, f, e, c = what["ip"]
        four = code < V6
        net_of = np.full(1 << 16, 0)
        for i, (a, k) in enumerate(zip(sh.net.first, sh.net.width, strict=True)):
            net_of[sh.net.blocks[a : a + k]] = i + 1
        asn = net_of[(code[four] >> 16) & 0xFFFF]
        pair = np.unique(acct[four] * 100_000 + asn, return_index=True)[1]
        what["asn"] = (acct[four][pair], asn[pair], f[four][pair], e[four][pair], c[four][pair])
        tls = sh.zipf(70, w.total, 2.0)
        machine = np.isin(w.life, [LIFE_NAMES.index(x) for x in ("server", "bot", "maker")])
        tls = np.where(machine & (rng.random(w.total) < 0.7), sh.zipf(8, w.total, 2.0), tls)
        calls = np.maximum(1, w.pace * (w.last - w.first) * 0.3).astype(np.int64)
        what["tls"] = (np.arange(w.total), tls, w.first, w.last, calls)

    def sightings(self) -> pa.Table:
        """All sightings as a table, in no order."""
        w, s, rng = self.w, self.s, self.rng
        what = {k: tuple(np.concatenate(x) for x in zip(*v, strict=True)) for k, v in sorted(w.out.items())}
        self.derived(what)
        columns: list[list[np.ndarray]] = [[], [], [], [], [], []]
        self.types: list[str] = []
        for k, (acct, code, f, e, c) in what.items():
            share = s.coverage.get(k, 1.0)
            keep = (mix64(acct, self.salt + len(k) * 13 + ord(k[0])) % np.uint64(10_000)).astype(int) < share * 10_000
            if share <= 0 or not keep.any():
                continue
            self.types.append(k)
            acct, code, f, e, c = acct[keep], code[keep], f[keep], e[keep], c[keep]
            uniq, inv = np.unique(code, return_inverse=True)
            value = self.text(k, uniq)[inv]
            value = self.dirty(k, value)
            ids = self.ids[acct]
            for col, x in zip(columns, (ids, np.full(len(ids), k, dtype=object), value, f, e, c), strict=True):
                col.append(x)
            self.placeholders(k, columns)
        ids, kind, value, f, e, c = (np.concatenate(x) for x in columns)
        order = rng.permutation(len(ids))
        twice = order[rng.random(len(order)) < s.mess.get("twice", 0.004)]
        order = np.concatenate([order, twice])
        ids, kind, value = ids[order], kind[order], value[order]
        ids[rng.random(len(ids)) < s.mess.get("lost_id", 0.002)] = None
        first, last = self.stamp(f[order]), self.stamp(e[order])
        cols = {
            "account_id": pa.array(ids, pa.string()), "signal_type": pa.array(kind, pa.string()),
            "signal_value": pa.array(value, pa.string()), "first_seen": self.time_column(first),
            "last_seen": self.time_column(last), "count": pa.array(c[order], pa.int64()),
        }  # fmt: skip
        if s.mess.get("no_count"):
            cols.pop("count")
        return pa.table(cols)

    def time_column(self, t: np.ndarray) -> pa.Array:
        """Timestamps, or in some worlds text in mixed zones."""
        if not self.s.mess.get("text_times"):
            return pa.array(t).cast(pa.timestamp("us", tz="UTC"))
        text = np.datetime_as_string(t.astype("datetime64[s]")).astype(object)
        east = self.rng.random(len(t)) < 0.3
        moved = np.datetime_as_string(t[east].astype("datetime64[s]") + np.timedelta64(330, "m")).astype(object)
        text = text + "Z"
        text[east] = moved + "+05:30"
        return pa.array(text, pa.string())

    def dirty(self, what: str, value: np.ndarray) -> np.ndarray:
        """Stray spaces, upper case, mapped addresses."""
        rng, share = self.rng, self.s.mess.get("dirt", 0.003)
        at = np.flatnonzero(rng.random(len(value)) < share)
        for i in at.tolist():
            v = value[i]
            value[i] = "::ffff:" + v if what == "ip" and "." in v and i % 2 else f" {v}" if i % 3 else f"{v} "
        return value

    def placeholders(self, what: str, columns: list[list[np.ndarray]]) -> None:
        """Values that mean nothing, on many accounts of all sorts."""
        word = {"ip": "0.0.0.0", "payment": "none", "device": "unknown", "template": "default", "promo_code": "N/A",
                "git_remote": "null", "billing_address": "-"}.get(what)  # fmt: skip
        share = self.s.mess.get("placeholder", 0.006) * self.rng.uniform(0.2, 1.8)
        n = self.rng.binomial(self.w.total, min(share, 0.3))
        if word is None or not n:
            return
        acct = self.rng.choice(self.w.total, n, replace=False)
        f, e = self.w.first[acct], self.w.last[acct]
        new = (
            self.ids[acct],
            np.full(n, what, dtype=object),
            np.full(n, word, dtype=object),
            f,
            e,
            np.ones(n, np.int64),
        )
        for col, x in zip(columns, new, strict=True):
            col.append(x)

    def accounts(self) -> pa.Table:
        """The table of accounts, in no order."""
        w, s, rng, n = self.w, self.s, self.rng, self.w.total
        email = self.emails()
        loud = rng.random(n) < s.mess.get("dirt", 0.003) * 3
        email[loud] = [x.upper() for x in email[loud]]
        email[rng.random(n) < s.mess.get("no_email", 0.01)] = None
        uniq, at, inv = np.unique(w.phone, return_index=True, return_inverse=True)
        lead, digits = w.country[at].tolist(), (mix64(uniq, self.salt + 44) % np.uint64(10**9)).tolist()
        number = [f"+{DIAL[c]}{d:09d}" if p else None for c, d, p in zip(lead, digits, uniq.tolist(), strict=True)]
        phone = np.array(number, dtype=object)[inv]
        paid = np.zeros(n, bool)
        for part in w.out.get("payment", []):
            paid[part[0]] = True
        u = rng.random(n)
        plan = np.where(paid, np.select([u < 0.4, u < 0.75, u < 0.9], ["api", "pro", "team"], "free"),
                        np.select([u < 0.75, u < 0.9], ["free", "api"], "team")).astype(object)  # fmt: skip
        country = np.array(CC, dtype=object)[w.country]
        country[rng.random(n) < s.mess.get("no_country", 0.02)] = None
        order = rng.permutation(n)
        cols = {
            "account_id": pa.array(self.ids[order], pa.string()),
            "created_at": self.time_column(self.stamp(w.created)[order]),
            "email": pa.array(email[order], pa.string()), "phone": pa.array(phone[order], pa.string()),
            "plan": pa.array(plan[order], pa.string()), "country": pa.array(country[order], pa.string()),
        }  # fmt: skip
        if s.mess.get("status"):
            risk = np.full(n, 0.006)
            for p in w.parties:
                if p.ring:
                    risk[p.acct] = (rng.random(len(p.start)) ** 3 * 0.4)[p.party]
            banned = np.where(rng.random(n) < risk, "banned", "active").astype(object)
            cols["status"] = pa.array(banned[order], pa.string())
        if s.mess.get("no_phone"):
            cols.pop("phone")
        return pa.table(cols)

    def truth(self) -> pd.DataFrame:
        """The answer key."""
        w, n = self.w, self.w.total
        t = {c: np.full(n, "", dtype=object) for c in
             ("ring", "operator", "group", "kind", "grey", "same_owner", "framed", "victim")}  # fmt: skip
        for p in w.parties:
            if not p.ring:
                self.honest_truth(t, p)
        for p in w.parties:
            if p.ring:
                self.ring_truth(t, p)
        out = pd.DataFrame({"account_id": self.ids, **t})
        return out.iloc[self.rng.permutation(n)]

    def honest_truth(self, t: dict[str, np.ndarray], p: Party) -> None:
        """Groups of honest accounts; the first tie names the group."""
        size = np.bincount(p.party, minlength=len(p.start))
        name = np.array([f"{p.kind.name}-{i}" if z > 1 else "" for i, z in enumerate(size.tolist())], dtype=object)
        free = t["group"][p.acct] == ""
        a, g = p.acct[free], name[p.party[free]]
        t["group"][a] = g
        t["kind"][a] = p.kind.name
        if p.kind.same_owner:
            t["same_owner"][a] = "1"
        if p.kind.grey:
            t["grey"][a] = "1"

    def ring_truth(self, t: dict[str, np.ndarray], p: Party) -> None:
        """Rings, their operators, and those who were drawn in."""
        ring = np.array([f"{p.kind.name}-r{i}" for i in range(len(p.start))], dtype=object)[p.party]
        boss = np.array([f"op-{p.kind.name}-{i}" for i in range(int(p.boss.max()) + 1)], dtype=object)[p.boss[p.party]]
        own = p.role == 0
        t["kind"][p.acct[own]] = p.kind.name
        for role, column in ((1, "victim"), (2, "grey"), (3, "framed")):
            t[column][p.acct[p.role == role]] = "1"
        t["grey"][p.acct[p.role == 1]] = "1"
        of = p.role < 3
        t["ring"][p.acct[of]] = ring[of]
        t["operator"][p.acct[of]] = boss[of]

    def write(self, out: Path) -> None:
        """Write everything below OUT."""
        (out / "exports").mkdir(parents=True, exist_ok=True)
        pq.write_table(self.accounts(), out / "exports" / "accounts.parquet")
        pq.write_table(self.sightings(), out / "exports" / "sightings.parquet")
        self.truth().to_csv(out / "truth.csv", index=False, lineterminator="\n")
        lines = []
        for k in self.types:
            if k in DECLARED:
                lines += [f"[signals.{k}]", f'family = "{DECLARED[k][0]}"', f'provenance = "{DECLARED[k][1]}"', ""]
        path = out / "graphlink.toml"
        if lines:
            path.write_text("\n".join(lines), encoding="utf-8")
        elif path.exists():
            path.unlink()
