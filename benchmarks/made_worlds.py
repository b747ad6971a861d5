"""The makers' worlds: which are made, how, what is taken from them, and their answer keys in one form.

A plan is a line of text, ``maker/variant/accounts/seed/copy``, so that every world that a weight was fitted on can be
made again. Copy 0 is the world as it is; every other is degraded, as the exports of those who keep little are.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd
from otherworlds.scenarios import make_world
from otherworlds.writing import write_world

if TYPE_CHECKING:
    from collections.abc import Iterator

BENCHMARKS: Final = Path(__file__).resolve().parent
MAKERS: Final = BENCHMARKS / "makers"

_RING_SHARE: Final = "0.06"
"""Of ring accounts where a world's parameters are not drawn: three times what makers think usual, for more rings."""

_RING_SHARE_OF_LARGE: Final = "0.03"
"""The same of the sixth maker, whose small rings come on top."""

FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH = "first", "second", "third", "fourth", "fifth", "sixth"
NEWEST: Final = ("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth")
"""Makers that write their own settings, and whose drawn worlds lack columns and types."""

_FURTHER: Final = (
    "default", "farms", "default,random", "borrowers", "proxy,random", "clean", "borrowers,random", "farms,random",
    "proxy", "default,random",
)  # fmt: skip
"""Scenarios of the makers that came last, and whether all parameters are drawn from wide ranges."""

VARIANTS: Final = {
    FIRST: (
        "default,default", "guarded,heavy", "sparse,default", "mobile,heavy", "cautious,default", "noisy,heavy",
        "default,clean", "bare,default", "guarded,low", "mobile,default",
    ),
    SECOND: (
        "classic", "device", "chain", "lookalikes", "heavy", "honest", "victims", "proxies", "sparse_export",
        "carriers",
    ),
    THIRD: ("default", "0.02", "heavy", "clean", "default,M1", "default,M4", "0.02,M1", "low", "default,M2", "0.02"),
    FOURTH: _FURTHER,
    FIFTH: _FURTHER,
    SIXTH: _FURTHER,
    **dict.fromkeys(NEWEST, _FURTHER),
}  # fmt: skip
"""What is planted among whom, and with which parameters, one world after the other."""

ACCOUNTS: Final = {
    FIRST: 40_000,
    SECOND: 40_000,
    THIRD: 25_000,
    FOURTH: 30_000,
    FIFTH: 30_000,
    SIXTH: 30_000,
    **dict.fromkeys(NEWEST, 30_000),
}
FIRST_SEED: Final = 501

ATTRIBUTES: Final = ("created_at", "email", "phone", "plan", "country")
_DROPPED, _TYPE_DROPPED, _SOMETIMES = 0.3, 0.25, 0.5
"""Chance that a column is missing, that a type is, and that sightings are lost, or a type is on some accounts alone."""
_MOST_LOST: Final = 0.5
_FEWEST_TYPES: Final = 2
_PATCHY: Final = (0.2, 0.7)
"""Share of the accounts of which a patchy type is not known."""

KEY_COLUMNS: Final = ("account_id", "ring", "operator", "group", "kind", "grey", "same_owner", "framed", "victim")


class Plan(NamedTuple):
    """A world to make."""

    maker: str
    variant: str
    n_accounts: int
    seed: int
    copy: int

    @property
    def name(self) -> str:
        """Its line."""
        return "/".join(map(str, self))

    @property
    def file(self) -> str:
        """The same as the name of a file."""
        return self.name.replace("/", "-").replace(",", "+")


def make_plans(
    makers: list[str], n_worlds: int, n_copies: int, seed: int = FIRST_SEED, n_accounts: int | None = None
) -> list[Plan]:
    """So many worlds of each maker, and degraded copies of every other one; the first of every maker come first."""
    return [
        Plan(maker, VARIANTS[maker][number % len(VARIANTS[maker])], n_accounts or ACCOUNTS[maker], seed + number, copy)
        for number in range(n_worlds)
        for copy in range(n_copies + 1 if number % 2 == 0 else 1)
        for maker in makers
        if not (copy and maker in {SIXTH, *NEWEST} and "random" in VARIANTS[maker][number % len(VARIANTS[maker])])
    ]


def make(plan: Plan, folder: Path) -> tuple[Path, pd.DataFrame]:
    """Make a world below a folder, unless it is there; its exports' folder and its answer key."""
    whole = folder / plan._replace(copy=0).file
    if not whole.is_dir():
        building = folder / f"{whole.name}.part"
        _MAKE[plan.maker](plan, building)
        building.rename(whole)
    key = _KEYS[plan.maker](whole)
    if not plan.copy:
        return whole, key
    place = folder / plan.file
    if not place.is_dir():
        degrade(whole, place, np.random.default_rng([plan.seed, plan.copy]))
    return place, key


def degrade(world: Path, place: Path, rng: np.random.Generator) -> None:
    """Lose columns, types and sightings of an export."""
    accounts, sightings = (
        pd.read_parquet(world / f"{name}.parquet", dtype_backend="pyarrow") for name in ("accounts", "sightings")
    )
    lost = [name for name in ATTRIBUTES if name in accounts.columns and rng.random() < _DROPPED]
    kinds = sorted(sightings["signal_type"].unique())
    gone = [kind for kind in kinds if rng.random() < _TYPE_DROPPED]
    if len(kinds) - len(gone) < _FEWEST_TYPES:
        gone = []
    sightings = sightings[~sightings["signal_type"].isin(gone)]
    if rng.random() < _SOMETIMES:
        sightings = sightings[rng.random(len(sightings)) >= _MOST_LOST * rng.random()]
    if rng.random() < _SOMETIMES:
        patchy = rng.choice([kind for kind in kinds if kind not in gone])
        names = sightings["account_id"].unique()
        without = names[rng.random(len(names)) < rng.uniform(*_PATCHY)]
        sightings = sightings[(sightings["signal_type"] != patchy) | ~sightings["account_id"].isin(without)]
    place.mkdir(parents=True)
    accounts.drop(columns=lost).to_parquet(place / "accounts.parquet", index=False)
    sightings.to_parquet(place / "sightings.parquet", index=False)
    if (world / "graphlink.toml").is_file():
        (place / "graphlink.toml").write_bytes((world / "graphlink.toml").read_bytes())


# --- how each makes a world -------------------------------------------------------------------------------------------


def _first(plan: Plan, place: Path) -> None:
    parameters, prevalence = plan.variant.split(",")
    file = BENCHMARKS / "worlds" / f"{parameters}.toml"
    size = ("--accounts", str(plan.n_accounts), "--seed", str(plan.seed), "--prevalence", prevalence)
    known = ("--parameters", str(file) if file.is_file() else parameters)
    _run("-m", "graphlink", "simulate", str(place), *size, *known)


def _second(plan: Plan, place: Path) -> None:
    write_world(make_world(plan.variant, plan.n_accounts, plan.seed), place, plan.variant, plan.seed)


def _third(plan: Plan, place: Path) -> None:
    prevalence, *modifiers = plan.variant.split(",")
    more = ("--modifiers", modifiers[0]) if modifiers else ()
    size = ("--accounts", str(plan.n_accounts), "--seed", str(plan.seed), "--prevalence", prevalence)
    _run(str(MAKERS / "third" / "world.py"), str(place), *size, "--email-domain", *more)


def _further(plan: Plan, place: Path) -> None:
    scenario, *drawn = plan.variant.split(",")
    size = ("--accounts", str(plan.n_accounts), "--seed", str(plan.seed), "--scenario", scenario)
    more = ("--random",) if drawn else ("--ring-share", _RING_SHARE)
    _run(str(MAKERS / plan.maker / "world.py"), str(place), *size, *(() if scenario == "clean" else more))

    (place / "graphlink.toml").write_text(_SETTINGS, encoding="utf-8")


def _sixth(plan: Plan, place: Path) -> None:
    """The sixth writes further columns apart, which are left out, and drawn worlds in any of the formats."""
    scenario, *drawn = plan.variant.split(",")
    size = ("--accounts", str(plan.n_accounts), "--seed", str(plan.seed), "--scenario", scenario, "--basic")
    more = ("--random",) if drawn else ("--ring-share", _RING_SHARE_OF_LARGE)
    _run(str(MAKERS / plan.maker / "world.py"), str(place), *size, *(() if scenario == "clean" else more))
    (place / "graphlink.toml").write_text("[reading]\nmax_reject_share = 0.2\n", encoding="utf-8")
    if not drawn:
        accounts = pd.read_csv(place / "exports" / "accounts.csv", dtype="string", keep_default_na=False)
        accounts.to_parquet(place / "accounts.parquet", index=False)
        (place / "exports" / "sightings.parquet").rename(place / "sightings.parquet")


def _newest(plan: Plan, place: Path) -> None:
    """The newest write their own settings; drawn worlds, the seventh's as CSV, are read as they are."""
    scenario, *drawn = plan.variant.split(",")
    size = ("--accounts", str(plan.n_accounts), "--seed", str(plan.seed), "--scenario", scenario)
    more = ("--random",) if drawn else ("--ring-share", _RING_SHARE)
    _run(str(MAKERS / plan.maker / "world.py"), str(place), *size, *(() if scenario == "clean" else more))
    with (place / "graphlink.toml").open("a", encoding="utf-8") as file:
        file.write('\n[reading]\nmax_reject_share = 0.2\ntimezone = "UTC"\n')
    if not drawn:
        for name in ("accounts.parquet", "sightings.parquet"):
            (place / "exports" / name).rename(place / name)


_SETTINGS: Final = """
ignore_types = ["time_zone", "referrer", "beta_header", "session_hint"]

[reading]
max_reject_share = 0.2

[signals.billing_address]
family = "billing"
provenance = "claimed"

[signals.tool_schema]
family = "content"
provenance = "free_text"

[signals.conversation_prefix]
family = "content"
provenance = "free_text"

[signals.git_remote]
family = "repository"
provenance = "free_text"

[signals.coupon]
family = "referral"
provenance = "third_party"

[signals.identity_check]
family = "identity"
provenance = "third_party"
"""
"""What somebody would declare of these makers' further types who knows the export and not the method."""


def _run(*words: str) -> None:
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL, cwd=BENCHMARKS.parent)


# --- their answer keys in one form ------------------------------------------------------------------------------------


def _key_of_ours(world: Path) -> pd.DataFrame:
    """Of the first two makers: an account of several honest groups is of the smallest of them."""
    truth, groups, members = (
        pd.read_parquet(world / "_truth" / f"{name}.parquet") for name in ("truth", "truth_groups", "truth_members")
    )
    size = members["group_id"].map(members["group_id"].value_counts())
    honest = members[~members["group_id"].isin(truth["ring_id"].dropna())].assign(size=size)
    smallest = honest.sort_values("size", kind="stable").drop_duplicates("account_id").set_index("account_id")
    named = groups.set_index("group_id")
    hard = named["hard_negative_id"].fillna("").str.partition("-")[0] if "hard_negative_id" in named else ""
    kinds = (hard + " " + named["kind"]).str.strip()
    group = truth["account_id"].map(smallest["group_id"])
    ring = truth["ring_id"].fillna("")
    kind = np.where(ring != "", truth["ring_kind"].fillna(""), group.map(kinds).fillna(truth["segment"]).fillna(""))
    return _key(truth, ring=ring, operator=_filled(truth["campaign_id"], ring), group=group.fillna(""), kind=kind)


def _key_of_third(world: Path) -> pd.DataFrame:
    truth = pd.read_parquet(world / "truth" / "truth.parquet")
    kind = np.where(truth["role"] == "honest", truth["segment"], truth["role"] + " " + truth["segment"].fillna(""))
    return _key(truth, ring=truth["ring"], operator=_filled(truth["operator"], truth["ring"]), kind=kind)


def _key_of_further(world: Path) -> pd.DataFrame:
    found = next(
        path
        for path in (world / "truth" / "truth.parquet", world / "_truth" / "truth.parquet", world / "truth.parquet")
        if path.is_file()
    )
    truth = pd.read_parquet(found)
    return _key(truth, ring=truth["ring"].fillna(""), operator=_filled(truth["operator"], truth["ring"].fillna("")))


def _key_of_newest(world: Path) -> pd.DataFrame:
    """Those of the newest: an account that somebody took over is neither a hit nor an error."""
    truth = pd.read_csv(world / "truth.csv", dtype=object, keep_default_na=False).replace("false", "")
    return _key(
        truth, operator=_filled(truth["operator"], truth["ring"]), grey=(truth[["grey", "victim"]] != "").any(axis=1)
    )


def _key_of_sixth(world: Path) -> pd.DataFrame:
    truth, campaigns = (
        pd.read_csv(world / f"{name}.csv", dtype=object, keep_default_na=False) for name in ("truth", "truth_campaigns")
    )
    ring = truth["group"].where(truth["label"] == "ring", "")
    campaign = truth["account_id"].map(dict(zip(campaigns["account_id"], campaigns["campaign"], strict=True)))
    marks = {name: (truth["label"] == name).to_numpy(dtype=bool) for name in ("grey", "same_owner")}
    return _key(truth, ring=ring, operator=_filled(campaign.where(ring != ""), ring), **marks)


def _key(truth: pd.DataFrame, **columns: pd.Series | np.ndarray) -> pd.DataFrame:
    key = truth.assign(**columns)
    for name in KEY_COLUMNS:
        if name not in key:
            key[name] = "" if name in {"group", "kind", "ring", "operator"} else False
    for name in ("ring", "operator", "group", "kind"):
        key[name] = key[name].astype(object).where(key[name].notna(), "").astype(str)
    for name in ("grey", "same_owner", "framed", "victim"):
        key[name] = key[name].notna() & ~key[name].isin([False, "", "False"])
    key.loc[key["grey"], ["ring", "operator"]] = ""
    return key[list(KEY_COLUMNS)]


def _filled(one: pd.Series, other: pd.Series) -> pd.Series:
    one = one.fillna("").astype(str)
    return one.where(one != "", other)


_MAKE: Final = {FIRST: _first, SECOND: _second, THIRD: _third, FOURTH: _further, FIFTH: _further, SIXTH: _sixth,
    **dict.fromkeys(NEWEST, _newest),
}  # fmt: skip
_KEYS: Final = {
    FIRST: _key_of_ours,
    SECOND: _key_of_ours,
    THIRD: _key_of_third,
    FOURTH: _key_of_further,
    FIFTH: _key_of_further,
    SIXTH: _key_of_sixth,
    **dict.fromkeys(NEWEST, _key_of_newest),
}


def all_plans(text: str) -> Iterator[Plan]:
    """Read the lines of plans."""
    for line in text.split():
        maker, variant, n, seed, copy = line.split("/")
        yield Plan(maker, variant, int(n), int(seed), int(copy))
