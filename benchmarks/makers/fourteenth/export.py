"""Writing a world: the export as a provider's staff would hand it over (with its dirt), and the truth."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ledger import FLAGS
from market import CODES

START = np.datetime64("2026-10-26T00:00:00")
# further signal types: family, provenance
DECLARED = {
    "card_bin": ("payment", "observed"),
    "billing_hash": ("payment", "claimed"),
    "asn": ("network", "observed"),
    "sdk": ("client", "claimed"),
    "ja4": ("client", "observed"),
    "timezone": ("client", "claimed"),
    "tool_schema": ("content", "observed"),
    "system_block": ("content", "observed"),
    "prompt_shape": ("content", "observed"),
    "conv_prefix": ("content", "observed"),
    "prev_response": ("content", "observed"),
    "git_remote": ("content", "claimed"),
    "rhythm": ("timing", "observed"),
    "promo_code": ("acquisition", "claimed"),
    "parent_org": ("organisation", "observed"),
    "end_user": ("organisation", "claimed"),
    "id_check": ("identity", "third_party"),
}
CORE = ("ip", "payment", "device", "template")


def gather(w):
    """All sightings as one table: one row for each account, type and value."""
    led = w.led
    tabs = []
    for typ in sorted({c[0] for c in led.chunks}):
        part = [c for c in led.chunks if c[0] == typ]
        ids, vals, first, last, count = (np.concatenate([c[i] for c in part]) for i in range(1, 6))
        code, uniq = pd.factorize(vals)
        key = ids.astype(np.int64) * (len(uniq) + 1) + code
        order = np.argsort(key, kind="stable")
        cuts = np.flatnonzero(np.r_[True, np.diff(key[order]) > 0])
        o = order[cuts]
        tabs.append(
            (
                typ,
                ids[o],
                vals[o],
                np.minimum.reduceat(first[order], cuts),
                np.maximum.reduceat(last[order], cuts),
                np.add.reduceat(count[order], cuts),
            )
        )
        if typ == "ip":
            tabs.append(networks(w, *tabs[-1][1:]))
    return pd.DataFrame(
        {
            "acc": np.concatenate([t[1] for t in tabs]),
            "signal_type": np.concatenate([np.full(len(t[1]), t[0], object) for t in tabs]),
            "signal_value": np.concatenate([t[2] for t in tabs]),
            "first": np.concatenate([t[3] for t in tabs]),
            "last": np.concatenate([t[4] for t in tabs]),
            "count": np.concatenate([t[5] for t in tabs]),
        }
    )


def owner(w, ip):
    """The network supplier of an address, if it is one of the market's."""
    if ":" in ip:
        a = ip.split(":")
        return w.mk.v6_owner.get(int(a[0], 16) << 16 | int(a[1], 16))
    a = ip.split(".")
    return w.mk.block_owner.get((int(a[0]) << 12) | (int(a[1]) << 4) | (int(a[2]) >> 4))


def networks(w, ids, vals, first, last, count):
    """The AS number of each address, as sightings of their own; also remembers the kind of address."""
    code, uniq = pd.factorize(vals)
    own = [owner(w, u) for u in uniq]
    every = [p for c in sorted(w.mk.isps) for p in w.mk.isps[c]]
    # lines outside the market's blocks belong to the same operators
    far = [
        every[(int(u.split(".")[0]) * 251 + int(u.split(".")[1])) % len(every)].asn if "." in u else "" for u in uniq
    ]
    names = np.array([o.asn if o else f for o, f in zip(own, far)], object)
    w.ip_kind = {u: (o.kind if o else "residential") for u, o in zip(uniq, own)}
    asn = names[code]
    d = pd.DataFrame({"a": ids, "v": asn, "f": first, "l": last, "c": count}).groupby(["a", "v"], sort=True)
    g = d.agg({"f": "min", "l": "max", "c": "sum"}).reset_index()
    return ("asn", g.a.to_numpy(), g.v.to_numpy(object), g.f.to_numpy(), g.l.to_numpy(), g.c.to_numpy())


def stamp(w, t, dirt):
    """Times as texts: mostly ISO with Z, some with an offset or a space."""
    rng = w.rng
    start = START - np.timedelta64(7 * w.weeks_back, "D")
    secs = np.floor(np.asarray(t) * 86400).astype("timedelta64[s]")
    out = np.char.add(np.datetime_as_string(start + secs, unit="s"), "Z").astype(object)
    m = np.flatnonzero(rng.random(len(out)) < dirt)
    which = rng.integers(0, 3, len(m))
    for k, (off, tail) in enumerate(((2, "+02:00"), (-5, "-05:00"), (0, ""))):
        mm = m[which == k]
        if len(mm):
            s = np.datetime_as_string(start + secs[mm] + np.timedelta64(off, "h"), unit="s").astype(object)
            out[mm] = [x.replace("T", " ") if not tail else x + tail for x in s]
    return out


def soil(w, s, acc):
    """The dirt of real exports: gaps, doubles, stray spaces, mapped addresses, placeholders, unknown types."""
    rng, mk = w.rng, w.mk
    n = len(s)
    v = s["signal_value"].to_numpy(object).copy()
    is_ip4 = np.flatnonzero((s["signal_type"].to_numpy(object) == "ip") & (rng.random(n) < mk.p(0.004, 0.012, 0, 0.05)))
    v[is_ip4] = ["::ffff:" + x if ":" not in x else x.upper() for x in v[is_ip4]]
    m = np.flatnonzero(rng.random(n) < 0.003)
    v[m] = [" " + x + " " for x in v[m]]
    s["signal_value"] = v
    rows = []
    for typ, word, share in (
        ("payment", "none", mk.p(0.004, 0.012, 0, 0.04)),
        ("device", "unknown", mk.p(0.004, 0.012, 0, 0.04)),
        ("template", "default", mk.p(0.002, 0.006, 0, 0.02)),
        ("ip", "0.0.0.0", 0.001),
        ("git_remote", "no", 0.004),
        ("billing_hash", "n/a", 0.003),
        ("x_trace", "0", 0.002),
    ):
        x = np.flatnonzero(rng.random(w.led.n) < share)
        a, b = w.led.life(x)
        rows.append(
            pd.DataFrame({"acc": x, "signal_type": typ, "signal_value": word, "first": a, "last": b, "count": 1})
        )
    x = np.flatnonzero(rng.random(w.led.n) < 0.01)
    a, b = w.led.life(x)
    rows.append(
        pd.DataFrame(
            {
                "acc": x,
                "signal_type": "x_trace",
                "signal_value": mk.tokens("", len(x), 8),
                "first": a,
                "last": b,
                "count": 1,
            }
        )
    )
    s = pd.concat([s] + rows, ignore_index=True)
    s = pd.concat([s, s.iloc[rng.integers(0, len(s), int(len(s) * 0.004))]], ignore_index=True)
    s = s.iloc[rng.permutation(len(s))].reset_index(drop=True)
    name = acc[s["acc"].to_numpy()]
    name[rng.random(len(name)) < mk.p(0.008, 0.018, 0, 0.03)] = ""
    s.insert(0, "account_id", name)
    return s


def account_table(w, acc):
    """The table of accounts."""
    led, rng, mk = w.led, w.rng, w.mk
    n = led.n
    born = led.col["born"][:n]
    mail = led.txt["mail"][:n].copy()
    up = np.flatnonzero(rng.random(n) < 0.015)
    mail[up] = [x.upper() if i % 2 else x.title() for i, x in enumerate(mail[up])]
    sp = np.flatnonzero(rng.random(n) < 0.004)
    mail[sp] = [x + " " for x in mail[sp]]
    mail[rng.random(n) < 0.004] = ""
    phone = led.txt["phone"][:n].copy()
    phone[(phone == "") & (rng.random(n) < 0.004)] = "none"
    dot = np.flatnonzero((phone != "") & (phone != "none") & (rng.random(n) < 0.08))
    phone[dot] = [p[:4] + " " + p[4:7] + "-" + p[7:] for p in phone[dot]]
    country = np.array(CODES, object)[led.col["country"][:n]]
    country[rng.random(n) < 0.01] = ""
    d = pd.DataFrame(
        {
            "account_id": acc,
            "created_at": stamp(w, born, 0.02),
            "email": mail,
            "phone": phone,
            "plan": led.txt["plan"][:n],
            "country": country,
            "status": led.txt["status"][:n],
        }
    )
    d = pd.concat([d, d.iloc[rng.integers(0, n, max(1, n // 700))]], ignore_index=True)
    return d.iloc[rng.permutation(len(d))].reset_index(drop=True)


def save(df, folder, name, form):
    """One table as Parquet, CSV or JSON Lines; nothing in the file depends on the day of writing."""
    if form == "csv":
        df.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    elif form == "jsonl":
        with open(folder / f"{name}.jsonl", "w", encoding="utf-8", newline="\n") as f:
            cols = list(df.columns)
            for row in zip(*(df[c].tolist() for c in cols)):
                f.write(json.dumps({c: x for c, x in zip(cols, row) if x not in ("", None)}, ensure_ascii=False) + "\n")
    else:
        t = pa.table(
            {
                c: pa.array([x if x != "" else None for x in df[c].tolist()])
                if df[c].dtype == object
                else pa.array(df[c].to_numpy())
                for c in df.columns
            }
        )
        pq.write_table(t, folder / f"{name}.parquet", compression="zstd")


def write(w, out):
    """Write exports, settings and truth."""
    led, rng, mk = w.led, w.rng, w.mk
    n = led.n
    (out / "exports").mkdir(parents=True, exist_ok=True)
    for old in list((out / "exports").glob("accounts.*")) + list((out / "exports").glob("sightings.*")):
        old.unlink()
    style = int(rng.integers(3)) if w.wild else 0
    raw = rng.bytes(n * 6).hex()
    if style == 2:
        acc = np.array([str(x) for x in 10_000_000 + rng.permutation(n * 3)[:n]], object)
    else:
        acc = np.array([("acc_" if style == 0 else "org-") + raw[i * 12 : i * 12 + 12] for i in range(n)], object)
    s = soil(w, gather(w), acc)
    forms = ["parquet", "parquet"]
    drop_types, drop_cols, times = set(), set(), "both"
    if w.wild:
        optional = list(DECLARED)
        gone = rng.random(len(optional)) < rng.uniform(0.1, 0.7)
        drop_types = {t for t, g in zip(optional, gone) if g}
        if rng.random() < 0.25:
            drop_types.add(str(rng.choice(["payment", "device", "template", "ip"], p=[0.35, 0.35, 0.2, 0.1])))
        for c, p in (
            ("phone", 0.3),
            ("plan", 0.25),
            ("country", 0.25),
            ("status", 0.35),
            ("created_at", 0.1),
            ("email", 0.08),
        ):
            if rng.random() < p:
                drop_cols.add(c)
        times = str(rng.choice(["both", "seen_at", "last", "none"], p=[0.6, 0.2, 0.12, 0.08]))
        forms = [str(rng.choice(["parquet", "csv", "jsonl"], p=[0.4, 0.4, 0.2])) for _ in range(2)]
    s = s[~s["signal_type"].isin(drop_types)]
    f = pd.DataFrame(
        {
            "account_id": s["account_id"].to_numpy(object),
            "signal_type": s["signal_type"].to_numpy(object),
            "signal_value": s["signal_value"].to_numpy(object),
        }
    )
    first, last = s["first"].to_numpy(), s["last"].to_numpy()
    dirt = mk.p(0.005, 0.03, 0, 0.1)
    if times == "both":
        f["first_seen"], f["last_seen"] = stamp(w, first, dirt), stamp(w, last, dirt)
        f.loc[rng.random(len(f)) < 0.004, "first_seen"] = ""
    elif times == "last":
        f["last_seen"] = stamp(w, last, dirt)
    elif times == "seen_at":
        two = np.flatnonzero(last - first > 0.5)
        g = f.iloc[two].copy()
        f["seen_at"], g["seen_at"] = stamp(w, first, dirt), stamp(w, last[two], dirt)
        f = pd.concat([f, g], ignore_index=True)
    if times in ("both", "last") and not (w.wild and rng.random() < 0.25):
        f["count"] = s["count"].to_numpy().astype(np.int64)
    if times != "none" and not (w.wild and rng.random() < 0.4) and "ip" not in drop_types:
        kind = np.array(
            [w.ip_kind.get(x, "") if t == "ip" else "" for t, x in zip(f["signal_type"], f["signal_value"])], object
        )
        kind[rng.random(len(kind)) < 0.3] = ""
        f["ip_kind"] = kind
    save(f, out / "exports", "sightings", forms[1])
    a = account_table(w, acc).drop(columns=sorted(drop_cols))
    save(a, out / "exports", "accounts", forms[0])
    have = set(f["signal_type"].unique())
    toml = ["# settings that somebody who knows this export would write"]
    if not (w.wild and rng.random() < 0.25):
        for t, (fam, prov) in sorted(DECLARED.items()):
            if t in have:
                toml += [f"[signals.{t}]", f'family = "{fam}"', f'provenance = "{prov}"', ""]
    (out / "graphlink.toml").write_text("\n".join(toml) + "\n", encoding="utf-8")
    t = pd.DataFrame(
        {
            "account_id": acc,
            **{k: led.txt[k][:n] for k in ("ring", "operator", "group", "kind")},
            **{k: np.where(led.flag[k][:n], "true", "") for k in FLAGS},
        }
    )
    t.sort_values("account_id").to_csv(out / "truth.csv", index=False, lineterminator="\n")
