"""Files: accounts, sightings, truth and manifest. Ids and values are opaque; rows stand in the order of ids."""

# ruff: noqa: PLR2004, S104, TC003  (tables of habits, long recipes)
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from events import COVERAGE, TYPES, Sightings
from kernel import Ints, below, keyed
from people import REGIONS, Cohort, World, chance
from places import show_addresses
from things import domain_name, hexes, show_client

EPOCH_END = 1_796_083_200.0  # midnight UTC, 1 December 2026, in seconds
FIRST = [
    "james",
    "mary",
    "wei",
    "anna",
    "li",
    "maria",
    "john",
    "priya",
    "ahmed",
    "sofia",
    "david",
    "emma",
    "lucas",
    "yuki",
    "min",
    "fatima",
    "omar",
    "julia",
    "ivan",
    "chloe",
    "raj",
    "noah",
    "lena",
    "paul",
    "sara",
    "tom",
    "nina",
    "alex",
    "kim",
    "luis",
    "eva",
    "max",
    "ines",
    "oleg",
    "hana",
    "leo",
    "amy",
    "dan",
    "zoe",
    "ben",
    "ada",
    "kai",
    "mia",
    "sam",
    "tara",
    "rob",
    "liv",
    "joe",
    "uma",
    "finn",
    "ravi",
]
LAST = [
    "smith",
    "wang",
    "garcia",
    "kim",
    "singh",
    "muller",
    "silva",
    "sato",
    "nguyen",
    "brown",
    "ivanov",
    "rossi",
    "khan",
    "chen",
    "patel",
    "jones",
    "dubois",
    "lopez",
    "park",
    "kaya",
    "ali",
    "novak",
    "costa",
    "weber",
    "haas",
    "cruz",
    "lee",
    "ford",
    "adams",
    "berg",
    "reyes",
    "tan",
    "wolf",
    "moore",
    "diaz",
    "roy",
    "ito",
    "lin",
    "cho",
    "mora",
    "sosa",
    "lang",
    "vega",
    "hunt",
    "stone",
    "wood",
    "bauer",
    "ortiz",
    "shah",
    "ng",
]
ROLES = [
    "info",
    "dev",
    "admin",
    "api",
    "billing",
    "hello",
    "ops",
    "data",
    "team",
    "contact",
    "labs",
    "research",
    "it",
    "support",
    "product",
    "eng",
    "ai",
    "test",
    "office",
    "lab",
]
PLANS = ("free", "pro", "team", "api")
STATUS = ("active", "suspended", "closed")
BLANKS = {
    "ip": ["0.0.0.0", "127.0.0.1"],
    "device": ["unknown", "0000000000000000"],
    "payment": ["none"],
    "template": ["default", "none"],
    "user_agent": ["-", "unknown"],
    "time_zone": ["UTC"],
    "git_remote": ["origin", "none"],
    "billing_address": ["no"],
}


def account_ids(seed: int, key: Ints) -> list[str]:
    """Opaque ids."""
    return [f"acc_{x:016x}"[:18] for x in keyed(key, seed, 99).tolist()]


def stamps(t: np.ndarray, end: float, mask: np.ndarray | None = None) -> pa.Array:
    """Days of the world as timestamps."""
    ms = np.round(EPOCH_END + (t - end) * 86400.0).astype(np.int64) * 1000
    return pa.array(ms, pa.timestamp("ms", tz="UTC"), mask=mask)


def addresses(w: World, c: Cohort, key: Ints) -> list[str | None]:
    """E-mail addresses: names, names with digits, roles, nicknames, suffixed mailboxes."""
    rng = w.rng("mail")
    n = c.n
    first, last = rng.integers(0, len(FIRST), n).tolist(), rng.integers(0, len(LAST), n).tolist()
    digits = np.where(rng.random(n) < 0.5, rng.integers(0, 100, n), rng.integers(0, 10_000, n)).tolist()
    token = rng.integers(0, 1 << 40, n).tolist()
    letters = "abcdefghijklmnopqrstuvwxyz"
    out: list[str | None] = []
    seen: set[str] = set()
    names = {int(d): domain_name(int(d)) for d in np.unique(c.domain)}
    missing = rng.random(n) < w.params.number("email_missing", 0.015, 0, 0.3)
    shout, stray = rng.random(n) < 0.004, rng.random(n) < 0.002
    for i, (style, domain, box) in enumerate(zip(c.style.tolist(), c.domain.tolist(), c.mailbox.tolist(), strict=True)):
        f, s, d, k = FIRST[first[i]], LAST[last[i]], digits[i], token[i]
        if box >= 0:
            local = f"{FIRST[box % len(FIRST)]}.{LAST[box // 7 % len(LAST)]}{box % 10}+{ROLES[k % len(ROLES)]}{k % 89}"
        elif style == 0:
            local = f"{f}.{s}"
        elif style == 1:
            local = f"{f}{s}{d}"
        elif style == 2:
            local = f"{f[0]}{s}"
        elif style == 3:
            local = "".join(
                letters[k >> (5 * j) & 31 if (k >> (5 * j) & 31) < 26 else j] for j in range(6 + k % 3)
            ) + str(d)
        elif style == 4:
            local = f"{f}{s[0]}{d % 100}"
        else:
            local = ROLES[k % len(ROLES)] if domain >= 100 else f"{f}_{s}"
        mail = f"{local}@{names[domain]}"
        while mail in seen:
            k = (k * 2862933555777941757 + 3037000493) & ((1 << 40) - 1)
            mail = f"{local}{k % 9973}@{names[domain]}"
        seen.add(mail)
        out.append(None if missing[i] else mail.upper() if shout[i] else f" {mail} " if stray[i] else mail)
    del key
    return out


def write_accounts(w: World, c: Cohort, key: Ints, ids: list[str], order: Ints, out: Path) -> None:
    """The accounts file."""
    mails = addresses(w, c, key)
    rng = w.rng("accounts")
    codes = [REGIONS[int(r)] for r in c.region]
    token = keyed(c.phone, w.seed, 7)
    often = np.bincount(np.maximum(c.phone, 0))[np.maximum(c.phone, 0)] > 1
    where = np.where(often, below(keyed(c.phone, w.seed, 8), len(REGIONS)), c.region)
    phone = [
        f"+{REGIONS[r][4]}{x % 10**9:09d}" if p >= 0 else None
        for r, x, p in zip(where.tolist(), token.tolist(), c.phone.tolist(), strict=True)
    ]
    gone = (c.ended < w.days - 1) & (c.status == 0) & (rng.random(c.n) < 0.5)
    status = np.where(c.status == 1, 1, np.where(gone, 2, 0))
    columns: dict[str, Any] = {
        "account_id": pa.array([ids[i] for i in order]),
        "created_at": stamps(c.created[order], w.days),
        "email": pa.array([mails[i] for i in order], pa.string()),
        "plan": pa.array([PLANS[int(p)] for p in c.plan[order]]),
        "country": pa.array([codes[i][0] for i in order], mask=rng.random(c.n) < 0.02),
        "status": pa.array([STATUS[int(s)] for s in status[order]]),
    }
    if w.params.exists("has_phone_column", 0.6):
        columns["phone"] = pa.array([phone[i] for i in order], pa.string())
    pq.write_table(pa.table(columns), out / "accounts.parquet", compression="zstd")


def show(w: World, name: str, codes: Ints) -> list[str]:
    """Values of one type as text."""
    if name == "ip":
        return show_addresses(codes)
    if name == "user_agent":
        return [show_client(x) for x in codes.tolist()]
    if name == "time_zone":
        return [REGIONS[x][1] for x in codes.tolist()]
    if name == "card_bin":
        return [f"{4 + x % 2}{x // 1 * 7919 % 100_000:05d}" for x in codes.tolist()]
    prefix = {"payment": "pm_", "billing_address": "ba_", "coupon": "", "template": "", "device": ""}.get(name, "")
    width = {"coupon": 8, "device": 20}.get(name, 16)
    values = hexes(w.seed * 64 + TYPES.index(name), codes, min(width, 16))
    return [prefix + (v.upper() if name == "coupon" else v) for v in values]


def write_sightings(w: World, sightings: dict[str, Sightings], key: Ints, ids: list[str], rank: Ints, out: Path) -> int:
    """The sightings file, with the exporter's gaps and dirt."""
    rng = w.rng("export")
    p = w.params
    parts: list[tuple[Ints, int, Ints, np.ndarray, np.ndarray, Ints]] = []
    words: list[str] = []
    for number, name in enumerate(TYPES):
        needed = name in ("ip", "payment", "template", "device", "user_agent")
        if not p.exists(f"has_{name}", 0.93 if needed else 0.6):
            continue
        cover = p.share(f"coverage_{name}", COVERAGE[name])
        s = sightings[name]
        keep = (chance(key[s.who], 200 + number) < cover) & (
            rng.random(len(s.who)) > p.number("row_loss", 0.01, 0, 0.3)
        )
        who, code, first, last, count = s.who[keep], s.code[keep], s.first[keep], s.last[keep], s.count[keep]
        values, inverse = np.unique(code, return_inverse=True)
        texts = show(w, name, values)
        index = inverse + len(words)
        words.extend(texts)
        if name in BLANKS:
            dirty = rng.random(len(who)) < p.number("placeholders", 0.002, 0, 0.03)
            index[dirty] = len(words) + rng.integers(0, len(BLANKS[name]), int(dirty.sum()))
            words.extend(BLANKS[name])
        if name == "ip":
            mapped = np.flatnonzero((code < (1 << 60)) & (rng.random(len(who)) < 0.003))
            index[mapped] = len(words) + np.arange(len(mapped))
            words.extend("::ffff:" + texts[int(inverse[m])] for m in mapped)
        parts.append((who, number, index, first, last, count))
    who = np.concatenate([x[0] for x in parts])
    kind = np.concatenate([np.full(len(x[0]), x[1]) for x in parts])
    index, first, last, count = (np.concatenate([x[i] for x in parts]) for i in (2, 3, 4, 5))
    twice = np.flatnonzero(rng.random(len(who)) < p.number("rows_twice", 0.003, 0, 0.05))
    take = np.concatenate([np.arange(len(who)), twice])
    take = take[np.lexsort((first[take], kind[take], rank[who[take]]))]
    lost_id, lost_time = rng.random(len(take)) < p.number("ids_missing", 0.001, 0, 0.02), rng.random(len(take)) < 0.002
    by_rank = np.array(ids, object)
    table = pa.table(
        {
            "account_id": pa.DictionaryArray.from_arrays(pa.array(who[take], mask=lost_id), pa.array(by_rank)).cast(
                pa.string()
            ),
            "signal_type": pa.array(list(TYPES)).take(pa.array(kind[take])),
            "signal_value": pa.array(words).take(pa.array(index[take])),
            "first_seen": stamps(first[take], w.days, lost_time),
            "last_seen": stamps(last[take], w.days, lost_time),
            "count": pa.array(count[take], mask=rng.random(len(take)) < 0.002),
        }
    )
    pq.write_table(table, out / "sightings.parquet", compression="zstd")
    return len(take)


def named(prefix: str, numbers: Ints) -> pa.Array:
    """Instance numbers as labels, -1 as null."""
    return pa.array([f"{prefix}{x:05d}" if x >= 0 else None for x in numbers.tolist()], pa.string())


def write_truth(w: World, c: Cohort, ids: list[str], order: Ints, out: Path) -> None:
    """The truth file, in the same order as the accounts."""
    o = order
    table = pa.table(
        {
            "account_id": pa.array([ids[i] for i in o]),
            "kind": pa.array([w.kinds[int(k)] for k in c.kind[o]]),
            "ring": named("ring-", c.ring[o]),
            "operator": named("operator-", c.operator[o]),
            "group": named("group-", c.group[o]),
            "grey": pa.array(c.grey[o]),
            "same_owner": named("owner-", c.same_owner[o]),
            "framed": pa.array(c.framed[o]),
            "victim": pa.array(c.victim[o]),
        }
    )
    pq.write_table(table, out / "truth.parquet", compression="zstd")


def write_all(
    w: World, c: Cohort, key: Ints, sightings: dict[str, Sightings], out: Path, arguments: dict[str, Any]
) -> None:
    """Write every file."""
    (out / "truth").mkdir(parents=True, exist_ok=True)
    ids = account_ids(w.seed, key)
    order = np.argsort(np.array(ids), kind="stable")
    rank = np.empty(c.n, np.int64)
    rank[order] = np.arange(c.n)
    write_accounts(w, c, key, ids, order, out)
    rows = write_sightings(w, sightings, key, ids, rank, out)
    write_truth(w, c, ids, order, out / "truth")
    rings = [
        {"id": f"ring-{i:05d}", **r, "operators": [f"operator-{x:05d}" for x in r["operators"]]}
        for i, r in enumerate(w.rings)
    ]
    groups = [{"id": f"group-{i:05d}", **g} for i, g in enumerate(w.groups)]
    kinds = {k: int(n) for k, n in zip(w.kinds, np.bincount(c.kind, minlength=len(w.kinds)), strict=True)}
    manifest = {
        "arguments": arguments,
        "accounts": c.n,
        "sightings": rows,
        "ring_accounts": int(((c.ring >= 0) & ~c.grey).sum()),
        "grey_accounts": int(c.grey.sum()),
        "history_days": w.days,
        "window_days": w.window,
        "kinds": kinds,
        "parameters": dict(sorted(w.params.drawn.items())),
        "rings": rings,
        "honest_groups": groups,
    }
    (out / "truth" / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
