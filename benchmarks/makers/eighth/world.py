"""Make a labelled world: python world.py OUT --accounts N --seed S [--ring-share X] [--random] [--scenario NAME]."""

from __future__ import annotations

import argparse
import csv
import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from operators import SCENARIOS, let_in
from people import COUNTRIES, People, populate
from stage import DAY, Stage, mix

START = 1788134400  # Monday 31 August 2026, UTC
CONF = """# Types this world exports beside those every reader knows.
[signals.conversation]
family = "content"
provenance = "observed"

[signals.git_remote]
family = "content"
provenance = "claimed"

[signals.promo_code]
family = "identity"
provenance = "observed"
"""


def settle(args):
    """Choose the parameters of the world: fixed ones, or drawn from wide ranges."""
    r = random.Random(f"{args.seed}-settle")
    wild = args.random
    draw = lambda usual, lo, hi: r.uniform(lo, hi) if wild else usual  # noqa: E731
    scenario = args.scenario
    share = {"default": 0.06, "clean": 0.0, "proxy": 0.08, "borrowers": 0.05, "farms": 0.08}[scenario]
    if wild and share:
        share = 10 ** r.uniform(-2.6, -0.75)
    if args.ring_share is not None and scenario != "clean":
        share = args.ring_share
    tilt = {}
    cfg = {
        "accounts": args.accounts,
        "days": r.choice((28, 42, 56, 70)) if wild else 56,
        "ring_share": share,
        "isp_room": draw(14.0, 2, 30),
        "nat": draw(40, 8, 200),
        "age": draw(200, 50, 500),
        "mobile": draw(0.3, 0.1, 0.7),
        "vpn": draw(0.07, 0.01, 0.2),
        "mix": [w * (r.lognormvariate(0, 1) if wild else 1) for _, _, w in COUNTRIES],
        "styles": [w * (r.lognormvariate(0, 0.7) if wild else 1) for w in (48, 20, 6, 6, 20)],
        "share": lambda kind: tilt.setdefault(kind, r.choice((0, 0.4, 1, 1, 1.8)) if wild else 1.0),
        "grey": 0.0 if scenario == "clean" else draw(0.012, 0.0, 0.04),
        "exit_pool": (draw(0.4, 0.1, 2), draw(4, 1, 20)),
        "proxy_users": draw(0.02, 0.0, 0.06) * (3 if scenario == "proxy" else 1),
        "kinds": draw(1.0, 0.3, 1.0),
        "uneven": draw(0.5, 0.3, 1.6),
        "free_plans": wild,
        # what an export loses
        "lost_types": [],
        "lost_columns": [],
        "kept": 1.0,
        "coarse": 1.0,
        "dirt": 0.002,
    }
    if wild:
        types = ["ip", "device", "payment", "template"]
        cfg["lost_types"] = [t for t in r.sample(types, 2) if r.random() < 0.3]
        cfg["lost_types"] += [
            t for t in ("card_bin", "user_agent", "conversation", "git_remote", "promo_code") if r.random() < 0.3
        ]
        cfg["lost_columns"] = [
            c for c in ("email", "phone", "plan", "country", "status", "created_at") if r.random() < 0.2
        ]
        cfg["kept"], cfg["coarse"], cfg["dirt"] = (
            r.choice((1, 1, 0.7, 0.4)),
            r.choice((1, 1, 60, 3600, DAY)),
            r.choice((0, 0.002, 0.02)),
        )
    return cfg


def export(out, st, seen, cfg, seed):
    """Write what a provider would hand over."""
    rng = np.random.default_rng([seed, 8])
    n = len(st.accounts)
    # ids tell nothing about who was made first
    numbers = np.argsort(mix(np.arange(n), seed, 99))
    rank = np.empty(n, np.int64)
    rank[numbers] = np.arange(n)
    ids = np.array([f"acct_{10**7 + int(k) * 37:09d}" for k in rank])
    tables, by = [], {}
    for a, t, kind, value in st.log:
        by.setdefault(kind, []).append((a, t, value))
    kinds = [
        "ip",
        "device",
        "payment",
        "card_bin",
        "template",
        "user_agent",
        "conversation",
        "git_remote",
        "promo_code",
    ]
    for kind in kinds:
        if kind in cfg["lost_types"]:
            continue
        acc, t, code, count = seen.get(
            kind, (np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64))
        )
        uniq, inv = np.unique(code, return_inverse=True)
        if kind == "user_agent":
            words = [client(int(c)) for c in uniq]
        elif kind == "conversation":
            words = [f"{int(c):016x}" for c in uniq]
        else:
            words = st.words(uniq)
        rows = by.get(kind, [])
        if rows:
            more, minv = np.unique(np.array([x[2] for x in rows]), return_inverse=True)
            acc = np.concatenate([acc, np.array([x[0] for x in rows], np.int64)])
            t = np.concatenate([t, np.array([x[1] for x in rows])])
            count = np.concatenate([count, np.ones(len(rows), np.int64)])
            inv = np.concatenate([inv, minv + len(words)])
            words += more.tolist()
        if not len(acc):
            continue
        keep = rng.random(len(acc)) < cfg["kept"] if kind not in ("payment", "promo_code") else np.ones(len(acc), bool)
        acc, t, inv, count = acc[keep], t[keep], inv[keep], count[keep]
        sec = (np.floor(t * DAY / cfg["coarse"]) * cfg["coarse"]).astype(np.int64)
        words += ["none", "unknown"]  # placeholders that become hubs
        bad = rng.random(len(acc)) < cfg["dirt"]
        inv = np.where(bad, len(words) - 1 - (inv % 2), inv)
        tables.append((kind, acc, sec, inv, count, words))
    ind, base, vocab = [], 0, []
    for _, _, _, inv, _, words in tables:
        ind.append(inv + base)
        base += len(words)
        vocab += words
    acc, sec, count = (np.concatenate([x[i] for x in tables]) for i in (1, 2, 4))
    val = np.concatenate(ind)
    typ = np.concatenate([np.full(len(x[1]), i) for i, x in enumerate(tables)])
    twice = np.nonzero(rng.random(len(acc)) < cfg["dirt"])[0]  # rows that came twice
    acc, sec, count, val, typ = (np.concatenate([x, x[twice]]) for x in (acc, sec, count, val, typ))
    order = np.lexsort((val, typ, acc, sec))
    acc, sec, count, val, typ = (x[order] for x in (acc, sec, count, val, typ))
    stamp = pa.timestamp("us", "UTC")
    when = lambda s: pa.array((s + START) * 1_000_000, pa.int64()).cast(stamp)  # noqa: E731
    word = lambda i, names: pa.DictionaryArray.from_arrays(pa.array(i.astype(np.int32)), pa.array(names, pa.string()))  # noqa: E731
    columns = {
        "account_id": word(acc, ids.tolist()),
        "seen_at": when(sec),
        "signal_type": word(typ, [x[0] for x in tables]),
        "signal_value": word(val, vocab),
        "count": pa.array(count),
    }
    folder = out / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    table = pa.table({k: v.cast(pa.string()) if pa.types.is_dictionary(v.type) else v for k, v in columns.items()})
    pq.write_table(table, folder / "sightings.parquet", compression="zstd")

    A = [st.accounts[i] for i in numbers]
    mail = [a.email.upper() if rng.random() < cfg["dirt"] else a.email for a in A]
    frame = {
        "account_id": pa.array(ids[numbers].tolist()),
        "created_at": when(np.floor(np.array([a.created for a in A]) * DAY).astype(np.int64)),
        "email": pa.array(mail),
        "phone": pa.array([a.phone or None for a in A], pa.string()),
        "plan": pa.array([a.plan for a in A]),
        "country": pa.array([a.country for a in A]),
        "status": pa.array([a.status for a in A]),
    }
    pq.write_table(
        pa.table({k: v for k, v in frame.items() if k not in cfg["lost_columns"]}),
        folder / "accounts.parquet",
        compression="zstd",
    )
    used = {x[0] for x in tables}
    parts = CONF.split("\n\n")
    (out / "graphlink.toml").write_text(
        "\n\n".join(s.strip() for s in parts if any(f".{u}]" in s for u in used)) + "\n", encoding="utf-8"
    )
    with (out / "truth.csv").open("w", newline="", encoding="utf-8") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow("account_id ring operator group kind grey same_owner framed victim".split())
        flag = lambda b: "true" if b else "false"  # noqa: E731
        for i in numbers:
            a = st.accounts[i]
            w.writerow(
                [
                    ids[i],
                    a.ring,
                    a.operator,
                    a.group,
                    a.kind,
                    flag(a.grey),
                    a.same_owner,
                    flag(a.framed),
                    flag(a.victim),
                ]
            )


def client(code):
    """Write a client's name and version."""
    kind, version = divmod(code, 1000)
    if kind < 10:
        engine = (
            "Chrome",
            "Safari",
            "Edg",
            "Firefox",
            "Mobile Safari",
            "Chrome Mobile",
            "Opera",
            "SamsungBrowser",
            "Chrome OS",
            "Vivaldi",
        )[kind]
        return f"{engine}/{100 + version}.0"
    return f"{('code-cli', 'sdk-python', 'sdk-node', 'http-kit', 'notebook', 'relay-go', 'sdk-java', 'curl')[(kind - 10) % 8]}/1.{version}.0"


def main(argv=None):
    """Read the arguments and make the world."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("out", type=Path)
    ap.add_argument("--accounts", type=int, default=25_000)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--ring-share", type=float)
    ap.add_argument("--random", action="store_true")
    ap.add_argument("--scenario", choices=["clean", *SCENARIOS], default="default")
    args = ap.parse_args(argv)
    cfg = settle(args)
    st = Stage(args.seed, cfg["days"])
    p = People(st, cfg)
    st.shops = [p.domain() for _ in range(3)]
    populate(p)
    let_in(p, args.scenario, cfg["ring_share"])
    export(args.out, st, st.play(), cfg, args.seed)


if __name__ == "__main__":
    main()
