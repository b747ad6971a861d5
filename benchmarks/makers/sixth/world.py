#!/usr/bin/env python3
"""Labelled worlds of a sixth maker: adaptive rings in the most confusing honest world.

For whom
    For whoever measures a tool that finds fraud rings among accounts. Written from domain.md and the contracts alone,
    without sight of the tool's code or of the other makers' generators. What its command line says of an export was
    looked at to have one it reads (names of types, times with an offset, few missing ids), its findings were not.

    world.py OUT --accounts 200000 --seed 1 [--ring-share .01] [--random] [--scenario default|clean|proxy|borrowers|farms]

What comes out
    OUT/exports/          accounts (id, created_at, email, phone, plan, country, status) and sightings, long or wide, of
                          ip, device, payment, template, user_agent, card_bin, coupon
    OUT/exports_more/     sightings of tool_schema, git_remote, conversation_prefix, billing_address, identity_check,
                          timezone, org_id (section 10.3); OUT/graphlink.toml declares these types. Some rings (star,
                          careless, relay_cascade, public_template) show far more of themselves with them
    OUT/truth.csv         account_id, group, kind, label (ring, honest, grey, same_owner); one row an account
    OUT/truth_campaigns.csv   account_id, campaign: for rings in several cells, storefronts or rival parties
    OUT/world.json        the window, every parameter, what was dropped

What is in it
    ground.py    networks, carriers, VPN, vendors of exits, public prompts, cards, and each account's private life
                 (sections 2, 9.2-9.4); a member of a ring has an honest shell as well (9.6)
    honest.py    35 kinds of honest groups, one grey one, and four of one owner (sections 9.7, 10.2)
    rings.py     24 kinds of rings (sections 1, 8, 9.8, 10.1), with bans and regrowth in a third of them (7), and the
                 scenarios
    export.py    text, mess, degradation (9.5)

Choices
    --accounts counts everybody. --ring-share is the share of accounts in *large* rings (sizes of 9.8, the giants shrunk
    to the world); at least ten small rings of each kind per 200,000 accounts come on top, together some 2 to 3 %.
    For rings of cells (hydra, franchise_resale, rivals) a group is the operator's cell: the campaign stands apart.
    Grey are honest victims of a takeover (they bear the ring's group name) and buyers in lands that are not served.
    'clean' has neither ring nor grey account; same_owner groups remain. 'proxy', 'borrowers' and 'farms' hold only the
    rings they are named after, in the same honest world.
    --random multiplies every parameter by up to 2.5 to 5 either way, and loses columns, types of signal and sightings.
    The same arguments give the same bytes.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent))
import export  # noqa: E402
import ground  # noqa: E402
import honest  # noqa: E402
import rings  # noqa: E402


def make(accounts, seed, ring_share=0.01, *, wild=False, scenario="default"):
    """A world, ready to be written."""
    w = ground.World(accounts, seed, wild)
    plan, build = [], rings.build_rings
    if scenario == "default":
        plan = rings.plan_rings(w, ring_share)
    elif scenario != "clean":
        plan, build = getattr(rings, f"plan_{scenario}")(w), getattr(rings, f"build_{scenario}")
    honest.build_honest(w, grey=scenario != "clean")
    if not w.campuses:
        honest.campus_of(honest.Group(w, "campus", "campus-none"))
    rest = accounts - w.used - sum(n for _, n in plan)
    w.lone = np.array([], int)
    if scenario in {"proxy", "borrowers"}:  # they bring honest accounts of their own
        build(w, plan)
        w.lone = honest.build_lone(w, max(0, accounts - w.used))
    else:
        w.lone = honest.build_lone(w, max(0, rest))
        build(w, plan)
    w.live()
    return w


def describe(w, truth):
    """Counts of each kind, and the checks of section 9.9."""
    t = truth.groupby(["label", "kind"]).agg(
        groups=("group", lambda g: g[g != ""].nunique()), accounts=("group", "size")
    )
    sizes = (
        truth[truth.group != ""]
        .groupby(["label", "kind", "group"])
        .size()
        .groupby(["label", "kind"])
        .agg(["min", "median", "max"])
    )
    with pd.option_context("display.max_rows", None, "display.width", 140):
        print(t.join(sizes).to_string())
    print(truth.label.value_counts(normalize=True).round(4).to_string())
    a, y, v = (np.concatenate([c[j] for c in w.rows]) for j in range(3))
    ok = w.label[a] == 0
    total = (w.label[: w.used] == 0).sum()
    pair = pd.DataFrame({"a": a[ok], "y": y[ok], "v": v[ok]}).drop_duplicates()
    pair["c"] = pair.groupby(["y", "v"])["a"].transform("size")
    print("honest accounts that share a value, its largest degree, sightings an account:")
    for i, name in enumerate(ground.TYPES):
        p = pair[pair.y == i]
        print(
            f"  {name:20s} {p[p.c > 1].a.nunique() / total:6.1%} {p.c.max() if len(p) else 0:7d} {len(p) / total:6.2f}"
        )
    d = np.bincount(w.dom[: w.used][w.label[: w.used] == 0])
    d[: len(ground.WEBMAIL)] = 0
    print(f"  mail domain beside webmail {d[d > 1].sum() / total:6.1%}")


def check(w, truth, out):
    """The output against its contract."""
    assert truth.account_id.is_unique, "an id twice"
    assert len(truth) == w.used, "rows of the truth"
    path = next((out / "exports").glob("accounts.*"))
    if path.suffix == ".parquet":
        got = pd.read_parquet(path, columns=["account_id"])
    elif path.suffix == ".csv":
        got = pd.read_csv(path, usecols=["account_id"], dtype=str)
    else:
        got = pd.read_json(path, lines=True, dtype={"account_id": str})
    assert set(got.account_id.astype(str)) == set(truth.account_id), "truth and accounts differ"
    assert len(got) == len(truth), "rows of the accounts"
    c = w.created[: w.used]
    assert c.min() >= ground.BIRTH, "an account before the platform"
    assert c.max() < w.w1, "an account after the window"


def main():
    """Command line."""
    ap = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    ap.add_argument("out", type=Path)
    ap.add_argument("--accounts", type=int, default=200_000)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--ring-share", type=float, default=0.01)
    ap.add_argument(
        "--random", action="store_true", help="draw every parameter from a wide range and degrade the export"
    )
    ap.add_argument("--scenario", choices=["default", "clean", "proxy", "borrowers", "farms"], default="default")
    ap.add_argument("--shape", choices=["long", "wide", "mixed"], default="long", help="without --random")
    ap.add_argument("--basic", action="store_true", help="no exports_more")
    ap.add_argument("--describe", action="store_true", help="print the counts of each kind")
    a = ap.parse_args()
    t = time.time()
    w = make(a.accounts, a.seed, a.ring_share, wild=a.random, scenario=a.scenario)
    made = time.time() - t
    a.out.mkdir(parents=True, exist_ok=True)
    truth = export.save(w, a.out, a.shape, a.basic)
    check(w, truth, a.out)
    if a.describe:
        describe(w, truth)
    print(
        f"{w.used} accounts, {sum(len(c[0]) for c in w.rows)} sightings, {time.time() - t:.0f} s ({made:.0f} s to make)"
    )


if __name__ == "__main__":
    main()
