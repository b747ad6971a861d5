"""What the provider's export looks like: texts, formats, gaps and dirt."""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from clockwork import Addresses, Rows
from dice import hexes
from ledger import Ledger
from stock import CLIENTS

#: types to be declared, with family and provenance
DECLARED = {
    "conversation": ("content", "observed"),
    "git_remote": ("content", "observed"),
    "tool_schema": ("content", "observed"),
    "billing_address": ("payment", "claimed"),
    "identity_check": ("identity", "third_party"),
}
TRUTH = ["account_id", "ring", "operator", "group", "kind", "grey", "same_owner", "framed", "victim"]
EPOCH = np.datetime64("2026-08-31T00:00:00", "s")  # a Monday


def _names(name: str, codes: np.ndarray, where: Addresses, words: dict[str, list[str]], salt: int) -> list[str]:
    if name == "ip":
        return where.text(codes)
    if name == "asn":
        return [f"AS{v}" for v in codes.tolist()]
    if name == "user_agent":
        return [CLIENTS[v // 1000][0].replace("{v}", str(v % 1000)) for v in codes.tolist()]
    if name == "tls_fingerprint":
        return [
            f"t13d{10 + v % 7}1{v % 10}h2_{h[:12]}_{h[4:16]}"
            for v, h in zip(codes.tolist(), hexes(codes, salt + 5, "", 16), strict=True)
        ]
    if name == "card_bin":
        return [f"{(4 if h % 5 < 3 else 5)}{h * 48271 % 9973 + 20:04d}{h % 10}" for h in codes.tolist()]
    if name in words and name != "conversation":
        return [words[name][v] for v in codes.tolist()]
    if name == "conversation":
        opaque = hexes(codes, salt + 6, "cv_", 16)
        return [words[name][v] if v < (1 << 40) else o for v, o in zip(codes.tolist(), opaque, strict=True)]
    prefix, width = {
        "device": ("dv", 16),
        "template": ("tp_", 14),
        "payment": ("pm_", 16),
        "tool_schema": ("ts_", 12),
        "git_remote": ("gr_", 14),
        "billing_address": ("ba_", 12),
    }[name]
    return hexes(codes, salt + len(name) * 101, prefix, width)


def _when(t: np.ndarray, start: np.datetime64, mess: float, rnd: np.random.Generator, grain: int) -> pa.Array:
    """Times as text, of more than one format where the export is messy."""
    sec = (t * 86400).astype(np.int64) // grain * grain
    text = np.char.add(np.datetime_as_string(start + sec.astype("timedelta64[s]"), unit="s"), "Z").astype(object)
    if mess > 0:
        odd = np.flatnonzero(rnd.random(len(t)) < 0.06 * mess)
        for i in odd.tolist():
            off = int(rnd.integers(-5, 9))
            local = np.datetime_as_string(start + np.timedelta64(int(sec[i]) + off * 3600, "s"), unit="s")
            text[i] = f"{str(local).replace('T', ' ')}{'+' if off >= 0 else '-'}{abs(off):02d}:00"
    return pa.array(text, type=pa.string())


def write(
    out: Path,
    led: Ledger,
    rows: Rows,
    where: Addresses,
    words: dict[str, list[str]],
    seed: int,
    *,
    wide: bool,
    basic: bool,
    hidden: list[str],
) -> dict[str, object]:
    """Writes exports, settings and truth; says what it left out."""
    rnd, gen = Random(f"{seed}/export"), np.random.default_rng([seed, 93])
    p = led.p
    salt = rnd.randrange(1 << 40)
    start = EPOCH + np.timedelta64(7 * (seed % 9), "D")
    n = len(led)
    ids = np.array(hexes(np.arange(n), salt + 1, "acct_", 12))
    notes: dict[str, object] = {"lost": [], "columns": [], "format": "parquet"}
    mess = p["mess"] if not basic else p["mess"] / 2
    as_csv, grain = False, 1
    drop_types: set[str] = set(hidden)
    drop_columns: set[str] = set()
    thin: dict[str, float] = {}
    if wide:
        as_csv = rnd.random() < 0.4
        grain = rnd.choice((1, 1, 60, 3600, 86400))
        firm = ["ip", "payment", "template", "device"]
        firm.remove(rnd.choice(firm)) if rnd.random() < 0.35 else None
        drop_types |= {t for t in rows if t not in firm and rnd.random() < 0.35}
        drop_types |= {t for t in rows if t in ("ip", "payment", "template", "device") and t not in firm}
        drop_columns = {
            c
            for c, q in (
                ("email", 0.15),
                ("phone", 0.4),
                ("plan", 0.3),
                ("country", 0.35),
                ("created_at", 0.12),
                ("status", 0.5),
            )
            if rnd.random() < q
        }
        thin = {t: rnd.uniform(0.35, 1.0) if rnd.random() < 0.4 else 1.0 for t in rows}
        notes["columns"] = sorted(drop_columns)
    notes["lost"] = sorted(drop_types)
    notes["format"] = "csv" if as_csv else "parquet"
    kinds, accs, vals, times, counts = [], [], [], [], []
    names: list[str] = []
    base = 0
    type_names = [t for t in sorted(rows) if t not in drop_types]
    for no, name in enumerate(type_names):
        a, v, t, c = rows[name]
        keep = gen.random(len(a)) < (1 - p["lost"]) * thin.get(name, 1.0)
        a, v, t, c = a[keep], v[keep], t[keep], c[keep]
        if not len(a):
            continue
        uniq, inv = np.unique(v, return_inverse=True)
        text = _names(name, uniq, where, words, salt)
        names += text
        kinds.append(np.full(len(a), no))
        accs.append(a)
        vals.append(inv + base)
        times.append(t)
        counts.append(c)
        base += len(text)
    kind, acc, val, t, c = (np.concatenate(z) for z in (kinds, accs, vals, times, counts))
    # dirt: mapped addresses, placeholders, rows twice, spaces, upper case, a type nobody knows
    junk = len(names)
    names += ["none", "unknown", "-", "  "]
    if mess > 0:
        m = np.flatnonzero(
            np.isin(kind, [i for i, x in enumerate(type_names) if x in ("device", "template", "payment", "ip")])
            & (gen.random(len(kind)) < 0.004 * mess)
        )
        val[m] = junk + gen.integers(0, 3, len(m))
        ip_no = type_names.index("ip") if "ip" in type_names else -1
        m = np.flatnonzero((kind == ip_no) & (gen.random(len(kind)) < 0.01 * mess))
        mapped: dict[int, int] = {}
        for i in m.tolist():
            w = names[val[i]]
            if "." in w:
                if val[i] not in mapped:
                    mapped[val[i]] = len(names)
                    names.append(f"::ffff:{w}")
                val[i] = mapped[val[i]]
        dup = np.flatnonzero(gen.random(len(kind)) < 0.006 * mess)
        kind, acc, val, t, c = (np.concatenate([z, z[dup]]) for z in (kind, acc, val, t, c))
        type_names.append("support_tag")
        dust = gen.integers(0, n, max(1, int(len(kind) * 0.0008 * mess)))
        kind = np.concatenate([kind, np.full(len(dust), len(type_names) - 1)])
        acc, val = np.concatenate([acc, dust]), np.concatenate([val, np.full(len(dust), junk)])
        t, c = (
            np.concatenate([t, gen.uniform(0, led.days, len(dust))]),
            np.concatenate([c, np.ones(len(dust), dtype=np.int64)]),
        )
    order = np.lexsort((val, kind, acc, t))
    kind, acc, val, t, c = (z[order] for z in (kind, acc, val, t, c))
    who = pa.array(ids).take(pa.array(acc))
    if mess > 0:  # a few rows have lost whose they are
        gap = gen.random(len(kind)) < 0.004 * mess
        who = pa.compute.if_else(pa.array(gap), pa.scalar("", type=who.type), who)
    table = pa.table(
        {
            "account_id": who,
            "seen_at": _when(t, start, mess, gen, grain),
            "signal_type": pa.array(type_names).take(pa.array(kind)),
            "signal_value": pa.array(names).take(pa.array(val)),
            "count": pa.array(c),
        }
    )
    exports = out / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    email = list(led.email)
    if mess > 0:
        for i in range(n):
            if rnd.random() < 0.02 * mess:
                email[i] = email[i].upper() if rnd.random() < 0.6 else f" {email[i]} "
    cols = {
        "account_id": pa.array(ids),
        "created_at": _when(np.array(led.born), start, mess, gen, max(1, grain if grain < 86400 else 1)),
        "email": pa.array(email),
        "phone": pa.array(led.phone),
        "plan": pa.array(led.plan),
        "country": pa.array(led.country),
        "status": pa.array(led.status),
    }
    if basic:
        cols.pop("status")
    order_a = np.argsort(ids)
    people = pa.table({k: v for k, v in cols.items() if k not in drop_columns}).take(pa.array(order_a))
    for name, tab in (("accounts", people), ("sightings", table)):
        for old in exports.glob(f"{name}.*"):
            old.unlink()
        if as_csv:
            pa.csv.write_csv(tab, exports / f"{name}.csv")
        else:
            pa.parquet.write_table(tab, exports / f"{name}.parquet", compression="zstd")
    need = [d for d in DECLARED if d in type_names]
    toml = out / "graphlink.toml"
    if need:
        toml.write_text(
            "".join(f'[signals.{d}]\nfamily = "{DECLARED[d][0]}"\nprovenance = "{DECLARED[d][1]}"\n\n' for d in need),
            encoding="utf-8",
        )
    elif toml.exists():
        toml.unlink()
    with (out / "truth.csv").open("w", encoding="utf-8", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(TRUTH)
        for i in order_a.tolist():
            w.writerow(
                [
                    ids[i],
                    led.ring[i],
                    led.operator[i],
                    led.group[i],
                    led.kind[i],
                    "true" if led.grey[i] else "",
                    "true" if led.same_owner[i] else "",
                    led.framed[i],
                    led.victim[i],
                ]
            )
    notes["rows"] = len(table)
    return notes
