"""Groups of all makers' worlds with what is known of them and what they are: ``python benchmarks/groups.py FOLDER``.

Each world is made, analysed up to its groups, and kept as one file: what ties the groups, their traits, and the answer
key. Features are computed from these in seconds, and a card is fitted from the features. A world whose file is there is
not made again, so that the same command goes on where it was stopped.
"""

from __future__ import annotations

import pickle
import time
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
import pandas as pd
from made_worlds import FIRST_SEED, VARIANTS, Plan, make, make_plans

import graphlink as gl
from graphlink.config.method import Method
from graphlink.config.settings import load_config
from graphlink.graph.calibration import calibrate
from graphlink.graph.family_merge import merge_families
from graphlink.graph.interchangeable_signals import accept_interchangeable
from graphlink.graph.observation_times import observe_times
from graphlink.graph.signal_test import count_companions, test_signals
from graphlink.graph.strata import stratify
from graphlink.model.groups import Traits
from graphlink.rings.assessment import describe
from graphlink.rings.grouping import build_graph, find_groups
from graphlink.words.errors import GraphlinkError

if TYPE_CHECKING:
    from graphlink.model.sightings import Sightings

METHOD = Method(disturbances=0)

TRAITS = tuple(each.name for each in fields(Traits))
"""A stored file with other traits is of another version: read with these, its numbers would get each other's names."""

MOSTLY = 0.5
"""Share of a group's members from which on it is what they are."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--makers", default=",".join(VARIANTS), show_default=True)
@click.option("--worlds", default=6, show_default=True)
@click.option("--copies", default=1, show_default=True)
@click.option("--seed", default=FIRST_SEED, show_default=True, help="Of the first world; the others follow.")
@click.option("--accounts", type=int, help="Honest accounts of each world; else as many as each maker's usual ones.")
@click.option("--minutes", default=600.0, show_default=True)
def main(  # noqa: PLR0913  as many options
    folder: Path, *, makers: str, worlds: int, copies: int, seed: int, accounts: int | None, minutes: float
) -> None:
    """Analyse worlds, and keep their groups."""
    made, kept = folder / "worlds", folder / "store"
    for each in (made, kept):
        each.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    for plan in make_plans(makers.split(","), worlds, copies, seed, accounts):
        if (kept / f"{plan.file}.pkl").is_file():
            continue
        if time.monotonic() - began > 60 * minutes:
            break
        try:
            stored = analyse_world(plan, made)
        except GraphlinkError as error:
            click.echo(f"{plan.name}  REFUSED  {str(error)[:300]}", err=True)
            continue
        with (kept / f"{plan.file}.pkl.part").open("wb") as file:
            pickle.dump(stored, file, protocol=5)
        (kept / f"{plan.file}.pkl.part").rename(kept / f"{plan.file}.pkl")
        figures = judge_groups(stored)
        said = "  ".join(f"{name} {value:.3f}" for name, value in figures.items())
        click.echo(f"{(time.monotonic() - began) / 60:5.1f} min  {plan.name}  {said}", err=True)


def analyse_world(plan: Plan, folder: Path) -> dict[str, Any]:
    """Make a world and find its groups; null worlds and disturbances aside, as ``analyse`` does."""
    world, key = make(plan, folder)
    settings = world / "graphlink.toml"
    config = load_config(settings) if settings.is_file() else None
    files = [world / f"{each}.parquet" for each in ("accounts", "sightings")]
    paths = [str(path) for path in files] if files[0].is_file() else [str(world / "exports")]
    sightings = gl.read(paths, config=config).sightings
    return {"plan": plan.name} | find_and_describe(sightings, key)


def find_and_describe(sightings: Sightings, key: pd.DataFrame) -> dict[str, Any]:
    """Find groups and describe them."""
    sightings = merge_families(stratify(sightings, None), None)
    bipartite, times = build_graph(sightings), observe_times(sightings)
    companions = count_companions(bipartite, METHOD)
    calibration = calibrate(sightings, bipartite, times, companions, METHOD)
    test = test_signals(bipartite, companions, calibration, METHOD)
    test = accept_interchangeable(bipartite, test, calibration, METHOD)
    groups = find_groups(sightings, bipartite, test, times, calibration, METHOD, seed=gl.SEED)
    described = describe(groups.evidence, sightings, bipartite, times, calibration, METHOD)
    ids = np.asarray(sightings.accounts.ids.to_numpy(zero_copy_only=False))
    key = key.set_index("account_id").reindex(ids)
    for name in ("ring", "operator", "group", "kind"):
        key[name] = key[name].fillna("").astype("category")
    for name in ("grey", "same_owner", "framed", "victim"):
        key[name] = key[name].eq(other=True)
    return {
        "traits": TRAITS,
        "described": described,
        "key": key.reset_index(drop=True),
    }


def label_groups(stored: dict[str, Any]) -> pd.DataFrame:
    """What each group is by the answer key: one row a group."""
    members, key = stored["described"].evidence.members, stored["key"]
    mine = key.iloc[members["account"].to_numpy()].reset_index(drop=True)
    group, n_groups = members["community"].to_numpy(dtype=np.int64), len(stored["described"].evidence.size)
    ring = mine["ring"].to_numpy() != ""
    n = np.bincount(group, minlength=n_groups)
    n_grey, n_own = (np.bincount(group, mine[name].to_numpy(), minlength=n_groups) for name in ("grey", "same_owner"))
    n_ring = np.bincount(group, ring & ~mine["grey"].to_numpy(), minlength=n_groups)

    def widest(column: str, chosen: np.ndarray) -> pd.Series:
        table = pd.DataFrame({"group": group[chosen], "value": mine[column].to_numpy()[chosen]})
        counted = table.groupby(["group", "value"], observed=True).size().reset_index(name="n")
        return counted.sort_values("n").drop_duplicates("group", keep="last").set_index("group")["value"]

    every = np.arange(n_groups)
    return pd.DataFrame(
        {
            "n": n,
            "n_grey": n_grey,
            "n_own": n_own,
            "ring_share": n_ring / np.maximum(n - n_grey, 1),
            "grey_share": n_grey / np.maximum(n, 1),
            "own_share": n_own / np.maximum(n, 1),
            "ring": widest("operator", ring).reindex(every).fillna("").to_numpy(dtype=str),
            "kind": widest("kind", ~ring).reindex(every).fillna("").to_numpy(dtype=str),
            "ring_kind": widest("kind", ring).reindex(every).fillna("").to_numpy(dtype=str),
        }
    )


def judge_groups(stored: dict[str, Any]) -> dict[str, float]:
    """How well operators and honest groups come out as groups."""
    members, key = stored["described"].evidence.members, stored["key"]
    group = np.full(len(key), -1)
    group[members["account"].to_numpy()] = members["community"].to_numpy()
    n_groups = len(stored["described"].evidence.size)
    size = np.bincount(group[group >= 0], minlength=n_groups)
    if not n_groups:
        return {"groups": 0.0}

    def jaccards(column: str, chosen: np.ndarray, smallest: int) -> tuple[np.ndarray, np.ndarray]:
        codes, number = np.unique(key[column].to_numpy(dtype=str)[chosen], return_inverse=True)
        whole = np.bincount(number)
        there = group[chosen]
        pairs, n = np.unique(number[there >= 0].astype(np.int64) * n_groups + there[there >= 0], return_counts=True)
        of, which = pairs // n_groups, pairs % n_groups
        best = np.zeros(len(codes))
        np.maximum.at(best, of, n / (whole[of] + size[which] - n))
        large = whole >= smallest
        return best[large], whole[large]

    ring, grey = key["ring"].to_numpy() != "", key["grey"].to_numpy()
    of_rings, sizes = jaccards("ring", ring & ~grey, 5)
    labels = label_groups(stored)
    is_ring = labels["ring_share"].to_numpy() >= MOSTLY
    in_ring = is_ring[group] & (group >= 0)
    honest, _ = jaccards("group", ~ring & ~grey & (key["group"].to_numpy() != ""), 5)
    return {
        "rings": float(len(sizes)),
        "jaccard": float(np.average(of_rings, weights=sizes)) if len(sizes) else np.nan,
        "honest_inside": float((in_ring & ~ring & ~grey).sum() / max(1, (in_ring & ring).sum())),
        "honest_kept": float((honest >= MOSTLY).mean()) if len(honest) else np.nan,
    }


if __name__ == "__main__":
    main()
