"""A world as an export and its answer key: the files that `graphlink run` and `graphlink evaluate` read.

An export has its flaws: rows that occur twice, IPv4 in the notation of IPv6, mail in capitals, missing columns. Exports
of scenario `sparse_export` hold two types alone, which two depends on the seed.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from otherworlds import attributes, further_types, regions
from otherworlds.further_types import mail_domains, write_settings
from otherworlds.world import N_COUNTRIES

if TYPE_CHECKING:
    from pathlib import Path

    from otherworlds.world import Floats, Texts, World

START: Final = pd.Timestamp("2026-03-02", tz="UTC")
COUNTRIES: Final = ("US", "DE", "IN", "GB", "BR", "FR", "CN", "JP", "NG", "PL")
SPARSE: Final = (("ip", "template"), ("ip", "card"), ("card", "email"))
"""What an export of two types holds, in turn."""

DECLARED: Final = {"types": further_types.TYPES, "regions": regions.TYPES, "attributes": attributes.TYPES}
"""Types that the settings file of a scenario declares."""

_ON_TEAM_PLAN: Final = {
    "corporate": 65,
    "enterprise": 100,
    "merged": 80,
    "callcentre": 85,
    "department": 100,
    "lab": 60,
    "agency": 30,
    "reseller": 50,
    "incubator": 50,
    "coworking": 40,
    "familybusiness": 30,
    "clinic": 5,
    "serviced": 60,
    "consortium": 35,
    "rented": 60,
    "holding": 80,
    "franchise": 35,
    "resold": 40,
    "cohort": 55,
}
"""How many of a hundred organisations of a kind pay for a team."""


def write_world(world: World, folder: Path, scenario: str, seed: int) -> None:
    """Write the export, the settings file where one is needed, and the answer key below `_truth`."""
    (folder / "_truth").mkdir(parents=True)
    ids = np.array([f"acc-{x:07x}" for x in world.rng.permutation(1 << 22)[: world.n] + (1 << 26)], object)
    kept = SPARSE[seed % len(SPARSE)] if scenario == "sparse_export" else ()
    _gather_sightings(world, ids, kept).to_parquet(folder / "sightings.parquet", index=False)
    stated = ("plan", "country") if seed % 2 else ()
    _gather_accounts(world, ids, kept, stated).to_parquet(folder / "accounts.parquet", index=False)
    if types := DECLARED.get(scenario):
        (folder / "graphlink.toml").write_text(write_settings(types), encoding="utf-8")
    _write_truth(world, ids, folder / "_truth")


def _gather_sightings(world: World, ids: Texts, kept: tuple[str, ...]) -> pd.DataFrame:
    """One row for an account and a value, in no order."""
    account, value, first, last, count = (
        np.concatenate([np.asarray(chunk[place]) for chunk in world.chunks]) for place in (0, 2, 3, 4, 5)
    )
    kind = np.repeat([chunk[1] for chunk in world.chunks], [len(chunk[0]) for chunk in world.chunks])
    every = pd.DataFrame(
        {"account": account, "signal_type": kind, "signal_value": value, "first": first, "last": last, "count": count},
    )
    each = every.groupby(["account", "signal_type", "signal_value"], sort=False)
    rows = each.agg(first=("first", "min"), last=("last", "max"), count=("count", "sum")).reset_index()
    if kept:
        rows = rows[rows.signal_type.isin(kept)]
    twice = world.rng.permutation(len(rows)), world.rng.integers(0, len(rows), len(rows) // 200)
    rows = rows.iloc[np.concatenate(twice)]
    is_four = (rows.signal_type == "ip") & rows.signal_value.str.contains(".", regex=False)
    mapped = is_four & (world.rng.random(len(rows)) < 0.01)
    return pd.DataFrame(
        {
            "account_id": ids[rows.account],
            "signal_type": rows.signal_type.to_numpy(str),
            "signal_value": rows.signal_value.where(~mapped, "::ffff:" + rows.signal_value).to_numpy(),
            "first_seen": _moments(rows["first"].to_numpy()),
            "last_seen": _moments(rows["last"].to_numpy()),
            "count": rows["count"].to_numpy(),
        },
    )


def _gather_accounts(world: World, ids: Texts, kept: tuple[str, ...], stated: tuple[str, ...]) -> pd.DataFrame:
    """One row for an account, in no order."""
    n = world.n
    accounts = pd.DataFrame({"account_id": ids, "created_at": _moments(world.created[:n])})
    if not kept or "email" in kept:
        loud = world.rng.random(n) < 0.01
        mails = zip(world.email[:n], loud, strict=True)
        accounts["email"] = [f"{mail.upper()} " if mail and is_loud else mail for mail, is_loud in mails]
    if not kept:
        accounts["phone"] = world.phone[:n]
    if "plan" in stated:
        accounts["plan"] = _draw_plans(world)
    if "country" in stated:
        accounts["country"] = np.asarray(COUNTRIES[:N_COUNTRIES], object)[world.country[:n]]
    return accounts.iloc[world.rng.permutation(n)]


def _draw_plans(world: World) -> Texts:
    """Free, pro or team; an organisation's accounts have one plan, and so has one mail domain."""
    domain = mail_domains(world)
    house = np.array([zlib.crc32(each.encode()) % 100 for each in domain])
    likely = np.array([_ON_TEAM_PLAN.get(segment, 0) for segment in world.segment[: world.n]])
    r = world.rng.random(world.n)
    is_team = ((house < likely) & (r < 0.9)) | (r > 0.97)
    return np.where(is_team, "team", np.where(r < 0.55, "free", "pro")).astype(object)


def _write_truth(world: World, ids: Texts, folder: Path) -> None:
    """The ring of each account, all honest groups, and which accounts are in them."""
    n = world.n
    none = ("", "")
    pd.DataFrame(
        {
            "account_id": ids,
            "ring_id": world.ring[:n],
            "ring_kind": [world.rings.get(ring, none)[0] for ring in world.ring[:n]],
            "campaign_id": [world.rings.get(ring, none)[1] for ring in world.ring[:n]],
            "cell": world.cell[:n],
            "victim": world.victim[:n],
            "segment": world.segment[:n],
        },
    ).to_parquet(folder / "truth.parquet", index=False)
    groups = pd.DataFrame(world.groups, columns=["group_id", "kind", "hard_negative_id"])
    groups.to_parquet(folder / "truth_groups.parquet", index=False)
    group_ids = np.repeat([group for group, _ in world.members], [len(members) for _, members in world.members])
    accounts = ids[np.concatenate([members for _, members in world.members])]
    members = pd.DataFrame({"group_id": group_ids, "account_id": accounts})
    members.to_parquet(folder / "truth_members.parquet", index=False)


def _moments(days: Floats) -> pd.DatetimeIndex:
    return START + pd.to_timedelta(np.round(days * 86400), unit="s")
