"""The command line: draw the dials, build the city, settle the honest, let the rings in, write it all down."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from book import FLAGS, Book
from circle import World
from city import COUNTRIES
from params import FAMILY, Params, draw
from people import settle
from rings import prey


def build(par: Params) -> World:
    """A world from its parameters."""
    world = World(par)
    rings = 0 if par.scenario == "clean" else int(par.accounts * par.ring_share)
    if par.scenario == "proxy":
        world.vendor = 0
    settle(world, par.accounts - rings)
    if rings:
        prey(world, max(rings, 5))
    world.city.live()
    return world


def names(rng: np.random.Generator, n: int) -> np.ndarray:
    """Random account ids without order."""
    raw = np.unique(rng.integers(16**11, 16**12, int(n * 1.01) + 10))
    return np.array([f"acct_{x:012x}" for x in rng.permutation(raw)[:n].tolist()], dtype=object)


def accounts_of(book: Book, ids: np.ndarray) -> pd.DataFrame:
    """The table of accounts as the provider exports it."""
    n, par, rng = book.n, book.par, book.rng
    cols = book.cols
    plan = cols["plan"][:n].copy()
    lacks = plan == ""
    plan[lacks] = np.array(["free", "free", "payg", "pro", "payg"], dtype=object)[rng.integers(0, 5, int(lacks.sum()))]
    email = cols["email"][:n].copy()
    for i in np.flatnonzero(rng.random(n) < par.untidy).tolist():
        email[i] = email[i].upper() if i % 2 else f" {email[i]} "
    email[rng.random(n) < par.missing * 0.5] = None
    phone = cols["phone"][:n].copy()
    phone[phone == ""] = None
    frame = pd.DataFrame(
        {
            "account_id": ids,
            "created_at": pd.to_datetime(cols["created"][:n], unit="s", utc=True),
            "email": email,
            "plan": plan,
            "country": np.array(COUNTRIES, dtype=object)[cols["place"][:n]],
            "phone": phone,
        }
    )
    return frame.drop(columns=sorted(par.no_columns)).iloc[rng.permutation(n)]


def sightings_of(book: Book, ids: np.ndarray) -> pd.DataFrame:
    """The table of sightings, with the mess that exports have."""
    par, rng = book.par, book.rng
    gone = set(par.off) | {kind for kind, share in par.extras.items() if share <= 0}
    rows = [r for r in book.rows if r[1] not in gone]
    types = sorted({r[1] for r in rows})
    code = np.concatenate([np.full(len(r[0]), types.index(r[1]), dtype=np.int8) for r in rows])
    who = np.concatenate([r[0] for r in rows])
    value = np.concatenate([r[2] for r in rows])
    first = np.concatenate([r[3] for r in rows])
    last = np.concatenate([r[4] for r in rows])
    count = np.concatenate([r[5] for r in rows])
    keep = rng.random(len(who)) >= par.missing
    who, code, value, first, last, count = (x[keep] for x in (who, code, value, first, last, count))
    n = len(who)
    blank = rng.random(n) < par.placeholders
    ip_code = types.index("ip")
    blank &= code != ip_code
    value[blank] = np.array(["none", "unknown", "null", "n/a", "default"], dtype=object)[
        rng.integers(0, 5, int(blank.sum()))
    ]
    for i in np.flatnonzero(rng.random(n) < par.untidy * 0.3).tolist():
        text = value[i]
        value[i] = f"::ffff:{text}" if code[i] == ip_code and "." in text else f"{text} "
    order = np.concatenate([np.arange(n), rng.integers(0, n, int(n * par.duplicates))])
    order = rng.permutation(order)
    return pd.DataFrame(
        {
            "account_id": ids[who[order]],
            "signal_type": np.array(types, dtype=object)[code[order]],
            "signal_value": value[order],
            "first_seen": pd.to_datetime(first[order], unit="s", utc=True),
            "last_seen": pd.to_datetime(last[order], unit="s", utc=True),
            "count": count[order],
        }
    )


def truth_of(book: Book, ids: np.ndarray) -> pd.DataFrame:
    """The answer key."""
    n = book.n
    frame = pd.DataFrame({"account_id": ids})
    for name in ("ring", "operator", "group", "kind"):
        frame[name] = book.cols[name][:n]
    lent = book.cols["grey"][:n]
    frame.loc[lent, "ring"] = ""
    for name in FLAGS:
        frame[name] = np.where(book.cols[name][:n], "1", "")
    return frame.sort_values("account_id")


def write(world: World, out: Path) -> None:
    """Write the export and the answer key."""
    book = world.book
    ids = names(book.rng, book.n)
    exports = out / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    accounts_of(book, ids).to_parquet(exports / "accounts.parquet", index=False)
    sightings = sightings_of(book, ids)
    sightings.to_parquet(exports / "sightings.parquet", index=False)
    truth_of(book, ids).to_csv(out / "truth.csv", index=False)
    here = set(sightings["signal_type"].unique())
    lines = []
    for name, (family, provenance) in FAMILY.items():
        if name in here:
            lines.append(f'[signals.{name}]\nfamily = "{family}"\nprovenance = "{provenance}"\n')
    toml = out / "graphlink.toml"
    if lines:
        toml.write_text("\n".join(lines), encoding="utf-8")
    else:
        toml.unlink(missing_ok=True)


def main() -> None:
    """Read the arguments and make a world."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("out", type=Path)
    ask.add_argument("--accounts", type=int, default=25_000)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--ring-share", type=float, default=None)
    ask.add_argument("--random", action="store_true")
    ask.add_argument("--scenario", default="default", choices=("default", "clean", "proxy", "borrowers", "farms"))
    args = ask.parse_args()
    par = draw(args.accounts, args.seed, args.ring_share, args.scenario, args.random)
    write(build(par), args.out)


if __name__ == "__main__":
    main()
