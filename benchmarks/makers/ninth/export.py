"""Writes the export as a provider would hold it, and the answer key beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from engine import TYPE, Engine, Rows
from groups import Cast
from pools import RESERVED, Pools, hexes, scramble, skewed
from settings import DECLARED, END, TYPES, World
from theta import AT

FIRST = (
    "anna ben carlos daria emil fatima george hana ivan julia kofi lena marco nina omar priya quinn rosa sam tara umar "
    "vera wei xenia yusuf zoe adam bella chen diego elena felix grace hugo ines jonas kira liam maya noah olga pavel "
    "rita simon tom ursula victor wang yara arjun beth clara david erik fiona gita henry iris jack karin leo mia nils"
).split()
LAST = (
    "smith mueller garcia rossi kim tanaka nguyen silva kumar ali khan lopez novak ivanov petrov jensen berg olsen "
    "martin bernard dubois costa santos souza chen liu zhang wang li park sato ito yamada singh patel sharma gupta "
    "okafor mensah diallo abebe haddad nasser cohen levi peretz brown jones taylor wilson clark walker hall young king "
    "wright scott green baker hill moore fischer weber wagner becker hoffmann koch richter klein wolf"
).split()
NICK = (
    "pixel tiger cloud moon neo dark star blue fast zen code dev data sky fox wolf byte nova luna echo river stone "
    "magic ghost robo turbo happy lazy crazy silent"
).split()
COUNTRIES = "US IN GB DE BR JP FR CA KR ID NG VN MX PL ES IT TR PH NL AU PK KE EG UA SG HK".split()
LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz0123456789"), dtype=object)
CHARGES = [TYPE[t] for t in ("payment", "card_bin", "billing_address", "coupon", "identity_check")]


def _words(rng: np.random.Generator, words: list[str], n: int) -> np.ndarray:
    """Random words."""
    return np.array(words, dtype=object)[skewed(rng, len(words), 0.3, n)]


def _digits(rng: np.random.Generator, most: int, n: int) -> np.ndarray:
    """Random numbers as text."""
    return rng.integers(0, most, n).astype(str).astype(object)


def _random_text(rng: np.random.Generator, n: int) -> np.ndarray:
    """Meaningless local parts."""
    out = LETTERS[rng.integers(0, 26, n)]
    for _ in range(8):
        out = out + LETTERS[rng.integers(0, 36, n)]
    return out


def _personal(rng: np.random.Generator, n: int) -> np.ndarray:
    """Local parts as people choose them."""
    f, s, k = _words(rng, FIRST, n), _words(rng, LAST, n), _words(rng, NICK, n)
    initial = np.array([w[0] for w in f], dtype=object)
    years = (rng.integers(60, 106, n) % 100).astype(str).astype(object)
    shapes = [f + "." + s, f + s, initial + s, f + "." + s + years, f + years, k + f + _digits(rng, 1000, n),
              s + "." + f, k + _digits(rng, 9999, n), f + "_" + s + _digits(rng, 100, n),
              _random_text(rng, n)]  # fmt: skip
    pick = rng.choice(10, n, p=[0.24, 0.13, 0.1, 0.14, 0.09, 0.08, 0.05, 0.07, 0.05, 0.05])
    return np.choose(pick, shapes)


def emails(cast: Cast, engine: Engine, pools: Pools, rng: np.random.Generator) -> np.ndarray:
    """Addresses: a group's pattern where its member follows it, else a person's own."""
    n = len(cast.primary)
    local = _personal(rng, n)
    regular = engine.table[cast.primary, AT["regular"]] > rng.random(n)
    regular &= cast.primary >= 0
    patterns = np.array([g.local_part for g in cast.groups] + [""], dtype=object)[cast.primary]
    words = _words(rng, NICK + HEADS, len(cast.groups) + 1)[cast.primary]
    number = np.round(cast.rank * np.array([g.n for g in cast.groups] + [1])[cast.primary]).astype(int)
    base = rng.integers(1, 900, len(cast.groups) + 1)[cast.primary]
    texts = (number + base).astype(str).astype(object)
    f, s = _words(rng, FIRST, n), _words(rng, LAST, n)
    for name, made in (
        ("name", f + "." + s),
        ("student", np.array([w[0] for w in s], dtype=object) + _digits(rng, 9_000_000, n)),
        ("seq", words + texts),
        ("plus", words + "+" + _words(rng, "qa test dev stage load ci bot user".split(), n) + texts),
        ("nick", _words(rng, NICK, n) + _words(rng, NICK, n) + _digits(rng, 99999, n)),
        ("rand", _random_text(rng, n)),
        ("dense", f + s + _digits(rng, 9999, n)),
    ):
        at = regular & (patterns == name)
        local[at] = made[at]
    unique, back = np.unique(engine.mail, return_inverse=True)
    domain = pools.domain_text(unique)
    twice = pd.Series(domain).duplicated().to_numpy() & (unique >= RESERVED)
    domain[twice] = np.array([f"{h[:3]}-{d}" for h, d in zip(hexes(unique[twice], 7), domain[twice], strict=True)])
    domain = domain[back]
    for _ in range(3):  # nobody has another's mailbox
        plain = pd.Series(local).str.replace(".", "", regex=False).to_numpy(dtype=object) + "@" + domain
        same = pd.Series(plain).duplicated().to_numpy()
        local[same] = local[same] + _digits(rng, 9999, int(same.sum()))
    return local + "@" + domain


HEADS = "account team mail user office info contact hello admin api bot work".split()


def _stamps(days: np.ndarray, as_text: bool, rng: np.random.Generator) -> pa.Array:
    """Times as timestamps, or as text in the two forms that one finds mixed."""
    seconds = np.round(days * 86400).astype("datetime64[s]")
    if not as_text:
        return pa.array(seconds).cast(pa.timestamp("s")).cast(pa.timestamp("us", tz="UTC"))
    text = np.char.add(np.datetime_as_string(seconds, unit="s"), "Z").astype(object)
    odd = np.flatnonzero(rng.random(len(text)) < 0.05)
    text[odd] = [t.replace("T", " ")[:-1] + "+00:00" for t in text[odd]]
    return pa.array(text, pa.string())


def counts(rows: Rows, cast: Cast, engine: Engine, rng: np.random.Generator) -> np.ndarray:
    """Calls (or charges) behind each sighting."""
    n = len(cast.primary)
    daily = engine.of["vol"] * rng.lognormal(0, 1, n) ** engine.of["volsd"]
    steady = np.where(engine.of["machine"] > rng.random(n), rng.beta(6, 2, n), rng.beta(0.7, 1.8, n))
    days = rows.last - rows.first
    mean = daily[rows.account] * np.maximum(days * steady[rows.account], 0.5) * rows.share
    charge = np.isin(rows.type, CHARGES)
    mean = np.where(charge, days / 30.0, mean * rng.lognormal(0, 0.4, len(days)))
    return (1 + rng.poisson(np.minimum(mean, 1e8))).astype(np.int64)


def keep_rows(rows: Rows, world: World, n: int) -> Rows:
    """Drop what the provider did not record, and in some worlds what is older than the window."""
    keep = np.ones(len(rows.account), bool)
    for t, name in enumerate(TYPES):
        u = scramble(np.arange(n), world.seed * 31 + 100 + t).astype(float) / 2.0**64
        keep &= (rows.type != t) | (u < world.cover[name])[rows.account]
    if not world.history:
        start = END - world.window
        keep &= rows.last >= start
        rows.first = np.maximum(rows.first, start)
    return Rows(*(getattr(rows, f)[keep] for f in Rows.__annotations__))


def _texts(rows: Rows, pools: Pools, world: World) -> tuple[np.ndarray, np.ndarray]:
    """A table of value texts and each row's place in it."""
    codes, tables, at = np.zeros(len(rows.account), dtype=np.int64), [], 0
    for t, name in enumerate(TYPES):
        here = np.flatnonzero(rows.type == t)
        unique, back = np.unique(rows.value[here], return_inverse=True)
        salt = world.seed * 64 + 40 + t
        if name == "ip":
            text = pools.ip_text(unique)
        elif name == "card_bin":
            text = unique.astype(str).astype(object)
        elif name == "client":
            kinds = np.array("python js go java curl cli web rust".split(), dtype=object)
            h = scramble(unique, salt)
            minor, patch = (h >> np.uint64(8)) % np.uint64(90), (h >> np.uint64(20)) % np.uint64(9)
            text = kinds[(h % np.uint64(8)).astype(int)] + "/1." + minor.astype(str).astype(object)
            text = text + "." + patch.astype(str).astype(object)
        elif name == "coupon":
            text = np.array([h.upper() for h in hexes(unique, salt, 10)], dtype=object)
        else:
            text = hexes(unique, salt, {"template": 16, "device": 16}.get(name, 14))
            text = {"payment": "card_", "billing_address": "adr_", "identity_check": "idv_"}.get(name, "") + text
        codes[here] = at + back
        tables.append(text)
        at += len(text)
    return np.concatenate(tables), codes


def _mess(rows: Rows, texts: np.ndarray, codes: np.ndarray, world: World,
          rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Placeholders, stray spaces, capitals and IPv4 in IPv6's clothes."""
    n = len(codes)
    bad = np.flatnonzero(rng.random(n) < world.mess)
    kinds = rng.integers(0, 3, len(bad))
    placeholders = {TYPE["device"]: "unknown", TYPE["payment"]: "none", TYPE["coupon"]: "n/a", TYPE["template"]: "null",
                    TYPE["billing_address"]: "-", TYPE["git_remote"]: "none"}  # fmt: skip
    more = []
    for t, old, kind in zip(rows.type[bad], texts[codes[bad]], kinds, strict=True):
        if t == TYPE["ip"]:
            more.append(f"::ffff:{old}" if "." in old and kind else f" {old}")
        elif kind == 0 and t in placeholders:
            more.append(placeholders[int(t)])
        else:
            more.append(f"{old} " if kind == 1 else str(old).upper() if t != TYPE["client"] else old)
    codes = codes.copy()
    codes[bad] = len(texts) + np.arange(len(bad))
    return np.concatenate([texts, np.array(more, dtype=object)]), codes


def write(out: Path, world: World, pools: Pools, cast: Cast, engine: Engine, rows: Rows,
          rng: np.random.Generator) -> None:  # fmt: skip
    """All files."""
    (out / "exports").mkdir(parents=True, exist_ok=True)
    n = len(cast.primary)
    ids = "acc_" + hexes(np.arange(n), world.seed * 7 + 1, 14)
    _write_accounts(out, world, pools, cast, engine, ids, rng)
    rows = keep_rows(rows, world, n)
    number = counts(rows, cast, engine, rng)
    texts, codes = _texts(rows, pools, world)
    texts, codes = _mess(rows, texts, codes, world, rng)
    order = rng.permutation(len(codes))
    again = rng.choice(order, int(len(order) * world.mess))
    order = np.concatenate([order, again])
    lost = rng.random(len(order)) < world.mess * 0.3
    account = pa.array(rows.account[order].astype(np.int32), mask=lost)
    columns = {
        "account_id": pa.DictionaryArray.from_arrays(account, pa.array(ids, pa.string())).cast(pa.string()),
        "signal_type": pa.DictionaryArray.from_arrays(pa.array(rows.type[order]), pa.array(TYPES)).cast(pa.string()),
        "signal_value": pa.DictionaryArray.from_arrays(pa.array(codes[order]), pa.array(texts, pa.string())).cast(
            pa.string()
        ),
        "first_seen": _stamps(rows.first[order], world.text_times, rng),
        "last_seen": _stamps(rows.last[order], world.text_times, rng),
        "count": pa.array(number[order]),
    }
    table = pa.table({k: v for k, v in columns.items() if k not in world.drop_columns})
    pq.write_table(table, out / "exports" / "sightings.parquet")
    used = {TYPES[t] for t in np.unique(rows.type)}
    lines = [
        f'[signals.{t}]\nfamily = "{family}"\nprovenance = "{provenance}"\n'
        for t, (family, provenance) in DECLARED.items()
        if t in used
    ]
    (out / "graphlink.toml").write_text("\n".join(lines))
    _write_truth(out, cast, ids, rng)


def _write_accounts(out: Path, world: World, pools: Pools, cast: Cast, engine: Engine, ids: np.ndarray,
                    rng: np.random.Generator) -> None:  # fmt: skip
    """accounts.parquet."""
    n = len(ids)
    mail = emails(cast, engine, pools, rng)
    loud = rng.random(n) < world.mess
    mail[loud] = [str(m).upper() for m in mail[loud]]
    no_mail = rng.random(n) < world.mess
    plans = [g.region.plans.split() for g in cast.groups] + [["free", "free", "pro", "pro", "api"]]
    width = 60
    table = np.array([np.resize(p, width) for p in plans], dtype=object)
    plan = table[cast.primary, rng.integers(0, width, n)]
    phone_seen = (engine.phone >= 0) & (rng.random(n) < 0.95)
    number = scramble(np.maximum(engine.phone, 0), world.seed + 77) % np.uint64(9_000_000_000)
    prefix = np.array("+1 +44 +49 +55 +91 +62 +84 +234".split(), dtype=object)
    code = prefix[(scramble(np.maximum(engine.phone, 0), 9) % np.uint64(8)).astype(int)]
    phone = code + (number + np.uint64(1_000_000_000)).astype(str).astype(object)
    closed = (cast.end < END - 20) & (rng.random(n) < 0.4)
    order = rng.permutation(n)
    columns = {
        "account_id": pa.array(ids[order], pa.string()),
        "created_at": _stamps(cast.created[order], world.text_times, rng),
        "email": pa.array(mail[order], pa.string(), mask=no_mail[order]),
        "plan": pa.array(plan[order], pa.string()),
        "country": pa.array(np.array(COUNTRIES, dtype=object)[engine.country][order], pa.string()),
        "phone": pa.array(phone[order], pa.string(), mask=~phone_seen[order]),
        "status": pa.array(np.where(closed, "closed", "active")[order], pa.string()),
    }
    kept = pa.table({k: v for k, v in columns.items() if k not in world.drop_columns})
    pq.write_table(kept, out / "exports" / "accounts.parquet")


def _write_truth(out: Path, cast: Cast, ids: np.ndarray, rng: np.random.Generator) -> None:
    """truth.csv."""
    side = np.array([g.region.side for g in cast.groups] + ["stranger"], dtype=object)[cast.primary]
    name = np.array([g.name for g in cast.groups] + [""], dtype=object)[cast.primary]
    kind = np.array([g.kind for g in cast.groups] + ["stranger"], dtype=object)[cast.primary]
    operator = np.array([g.operator for g in cast.groups] + [""], dtype=object)[cast.primary]
    cells = np.array([g.cells for g in cast.groups] + [1])[cast.primary]
    cell = np.minimum((cast.rank * cells).astype(int), cells - 1).astype(str).astype(object)
    ring = side == "ring"
    frame = pd.DataFrame(
        {
            "account_id": ids,
            "ring": np.where(ring, name, ""),
            "operator": np.where(cells > 1, operator + "-" + cell, operator),
            "group": np.where(ring, "", name),
            "kind": kind,
            "grey": np.where(side == "grey", "1", ""),
            "same_owner": np.where(side == "same_owner", "1", ""),
            "framed": np.where(cast.framed, "1", ""),
            "victim": np.where(cast.victim, "1", ""),
        }
    )
    frame.iloc[rng.permutation(len(frame))].to_csv(out / "truth.csv", index=False)
