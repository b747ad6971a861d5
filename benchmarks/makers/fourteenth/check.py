"""Print what worlds have, beside the numbers of the reference.

check.py WORLD...        prints one block for each world
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

WEB = set(
    "gmail.com outlook.com hotmail.com yahoo.com icloud.com proton.me qq.com 163.com gmx.de naver.com yandex.ru web.de "
    "privaterelay.appleid.com duck.com simplelogin.com mozmail.com anonaddy.me".split()
)
WANT = {"ip": "45-65", "template": "50-70", "device": "15-30", "mail_domain": "15-30", "payment": "8-18"}


def read(folder, name):
    for end, f in (
        ("parquet", pd.read_parquet),
        ("csv", lambda p: pd.read_csv(p, dtype=str, keep_default_na=False)),
        ("jsonl", lambda p: pd.read_json(p, lines=True, dtype=False, convert_dates=False)),
    ):
        p = folder / "exports" / f"{name}.{end}"
        if p.exists():
            return f(p), p.name
    raise SystemExit(f"{folder}: no {name}")


def q(x, *ps):
    return "/".join(f"{v:.0f}" for v in np.percentile(x, ps)) if len(x) else "-"


def sharing(s, ids, exclude=()):
    """Share of ids that bear at least one value that another of the ids bears."""
    s = s[s.account_id.isin(ids) & ~s.signal_value.isin(exclude)].drop_duplicates(["account_id", "signal_value"])
    d = s.groupby("signal_value").account_id.transform("size")
    return 100 * s.account_id[d > 1].nunique() / max(1, len(ids)), int(d.max() if len(d) else 0)


def look(folder):
    t = pd.read_csv(folder / "truth.csv", dtype=str, keep_default_na=False)
    a, an = read(folder, "accounts")
    s, sn = read(folder, "sightings")
    s = s[s.account_id.notna() & (s.account_id != "")]
    s = s.assign(
        signal_value=s.signal_value.astype(str).str.strip().str.replace("::ffff:", "", regex=False),
        account_id=s.account_id.astype(str),
    )
    honest = t.account_id[t.ring == ""]
    ring = t.account_id[(t.ring != "") & (t.grey == "")]
    print(f"== {folder}  {an} {list(a.columns)}  {sn} {list(s.columns)} rows {len(s)}")
    print(
        f"   accounts {len(t)}, honest {len(honest)}, in rings {int((t.ring != '').sum())}, grey {int((t.grey != '').sum())}, "
        f"same_owner {int((t.same_owner != '').sum())}, framed {int((t.framed != '').sum())}, victims {int((t.victim != '').sum())}, "
        f"rings {t.ring[t.ring != ''].nunique()}, operators {t.operator[t.operator != ''].nunique()}, "
        f"grouped {100 * (t.group != '').mean():.0f} %"
    )
    dirt = {"none", "unknown", "default", "0.0.0.0", "no", "n/a", "0"}
    if "email" in a:
        d = a.assign(
            account_id=a.account_id.astype(str),
            signal_value=a.email.fillna("").astype(str).str.strip().str.lower().str.split("@").str[-1],
            signal_type="mail_domain",
        )
        s2 = d[(d.signal_value != "") & ~d.signal_value.isin(WEB)][["account_id", "signal_type", "signal_value"]]
    else:
        s2 = s.iloc[:0][["account_id", "signal_type", "signal_value"]]
    for typ in WANT:
        x = s2 if typ == "mail_domain" else s[s.signal_type == typ]
        h, top = sharing(x, honest, dirt)
        r, _ = sharing(x, ring, dirt)
        n = x[~x.signal_value.isin(dirt)].drop_duplicates(["account_id", "signal_value"]).groupby("account_id").size()
        print(
            f"   {typ:12s} honest share {h:5.1f} % (want {WANT[typ]})  top {top:5d}  among ring {r:5.1f} %   values an account: honest "
            f"{q(n.reindex(honest).fillna(0), 50, 90, 99)} ring {q(n.reindex(ring).fillna(0), 50, 90, 99)}"
        )
    rest = s[~s.signal_type.isin(WANT)]
    print("   others:", ", ".join(f"{k} {len(g)}" for k, g in rest.groupby("signal_type")))
    if "count" in s:
        c = (
            s[s.signal_type == "ip"]
            .assign(c=lambda x: pd.to_numeric(x["count"], errors="coerce"))
            .groupby("account_id")
            .c.sum()
        )
        print(
            f"   calls in the window (sum over addresses): honest 50/90/99 {q(c.reindex(honest).dropna(), 50, 90, 99)}  ring "
            f"{q(c.reindex(ring).dropna(), 50, 90, 99)}"
        )
    if "created_at" in a:
        b = pd.to_datetime(
            a.drop_duplicates("account_id").set_index("account_id").created_at.astype(str).str.slice(0, 10),
            errors="coerce",
        )
        b.index = b.index.astype(str)
        start = (
            pd.to_datetime(s.first_seen.astype(str).str.slice(0, 10), errors="coerce").min()
            if "first_seen" in s
            else pd.Timestamp("2026-10-26")
        )
        new = b >= start
        print(
            f"   opened in the window: honest {100 * new.reindex(honest).mean():.0f} % ring {100 * new.reindex(ring).mean() if len(ring) else 0:.0f} %"
        )
    pairs = 0
    for typ in ("ip", "template", "device", "payment"):
        x = s[(s.signal_type == typ)].drop_duplicates(["account_id", "signal_value"]).groupby("signal_value").size()
        pairs += int((x * (x - 1) // 2).sum())
    print(
        f"   uncapped pairs {pairs / 1e6:.1f} M; largest honest component at cap 20: {component(s, honest):.0f} % (want >= 15)"
    )
    g = t[t.group != ""].groupby(["kind", "group"]).size()
    print("   groups:", "; ".join(f"{k} {len(v)}x {v.min()}-{v.max()}" for k, v in g.groupby(level=0)))
    g = t[t.ring != ""].groupby(["kind", "ring"]).size()
    print("   rings:", "; ".join(f"{k} " + ",".join(str(x) for x in sorted(v.tolist())) for k, v in g.groupby(level=0)))


def component(s, honest, cap=20):
    """Share of honest accounts in the largest component when values of more than `cap` accounts are left out."""
    x = s[s.signal_type.isin(["ip", "template", "device", "payment"]) & s.account_id.isin(honest)]
    x = x.drop_duplicates(["account_id", "signal_value"])
    d = x.groupby("signal_value").account_id.transform("size")
    x = x[(d > 1) & (d <= cap)]
    ids, who = np.unique(x.account_id.to_numpy().astype(str), return_inverse=True)
    _, val = np.unique(x.signal_value.to_numpy().astype(str), return_inverse=True)
    root = np.arange(len(ids))
    while True:  # label propagation to the smallest number
        low = np.full(val.max() + 1 if len(val) else 1, len(ids))
        np.minimum.at(low, val, root[who])
        new = root.copy()
        np.minimum.at(new, who, low[val])
        new = new[new]
        if (new == root).all():
            break
        root = new
    return 100 * np.bincount(root).max() / max(1, len(honest)) if len(root) else 0


if __name__ == "__main__":
    for f in sys.argv[1:]:
        look(Path(f))
