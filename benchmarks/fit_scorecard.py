"""Fits the scorecard from stored groups, and measures it on makers held out.

``python benchmarks/fit_scorecard.py FOLDER``.

The folder is what ``benchmarks/groups.py`` filled. Writes the card and its reference groups into the package with
``--ship``, and the table of what was measured in any case.
"""

from __future__ import annotations

import os
import pickle
import subprocess
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
import pandas as pd
from fitted import describe_worlds, tell_reliability, tell_ties, tell_unlike
from fitting import N_COPIES, choose_reference, fit
from groups import MOSTLY, TRAITS, label_groups

from graphlink.model.findings import ANOTHER_RING
from graphlink.rings.card_features import NAMES, make_features, n_known
from graphlink.rings.fitted_worlds import write_worlds
from graphlink.rings.ring_ties import count_tied
from graphlink.rings.scorecard import Reference, Scorecard, judge, shipped, write_card, write_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphlink.rings.fitted_worlds import FittedWorlds

ROOT = Path(__file__).resolve().parents[1]
STORED, STORED_TIES = (ROOT / "benchmarks" / name for name in ("groups.parquet", "group_ties.parquet"))
FEWEST = 5
"""Members of a group that is judged, at least."""

LARGE = 30
"""Members of a large group, at least."""


def read_groups(store: Path, *, again: bool = False) -> pd.DataFrame:
    """Features and labels of all stored groups, one row a group; computed once for each world."""
    tables = []
    for path in sorted(store.glob("*.pkl")):
        kept = path.with_suffix(".features.parquet")
        if again or not kept.is_file() or kept.stat().st_mtime < path.stat().st_mtime:
            with path.open("rb") as file:
                stored = pickle.load(file)  # noqa: S301  our own files
            table_of(stored).to_parquet(kept, index=False)
        tables.append(pd.read_parquet(kept))
    return pd.concat(tables, ignore_index=True)


def read_ties(store: Path) -> pd.DataFrame:
    """What ties the groups of all stored worlds: the share of a group's accounts that values tie to another group."""
    tables = []
    for path in sorted(store.glob("*.pkl")):
        kept = path.with_suffix(".ties.parquet")
        if not kept.is_file() or kept.stat().st_mtime < path.stat().st_mtime:
            with path.open("rb") as file:
                stored = pickle.load(file)  # noqa: S301  our own files
            ties_of(stored).to_parquet(kept, index=False)
        tables.append(pd.read_parquet(kept))
    return pd.concat(tables, ignore_index=True)


def ties_of(stored: dict[str, Any]) -> pd.DataFrame:
    """What ties the groups of one world, in thousandths of a group's accounts."""
    evidence = stored["described"].evidence
    tied = count_tied(evidence, np.ones(len(evidence.size), dtype=np.bool_))
    names = {"community": "group", "community_other": "other"}
    share = (tied["n"] / evidence.size[tied["community"]]).round(3).astype(np.float32)
    return tied.rename(columns=names)[["group", "other"]].assign(share=share, world=stored["plan"])


def table_of(stored: dict[str, Any]) -> pd.DataFrame:
    """The groups of one world."""
    if stored.get("traits") != TRAITS:
        raise click.ClickException(
            f"{stored['plan']}: stored with other traits; remove the file, and run groups.py again"
        )
    described = stored["described"]
    table = pd.concat([make_features(described), label_groups(stored)], axis=1)
    key = stored["key"]
    honest = (key["ring"].to_numpy() == "") & ~key["grey"].to_numpy()
    table = table.assign(
        group=np.arange(len(table)),
        world=stored["plan"],
        maker=stored["plan"].partition("/")[0],
        copy=int(stored["plan"].rpartition("/")[2]),
        n_honest=int(honest.sum()),
        n_ring=int((key["ring"].to_numpy() != "").sum()),
        n_known=n_known(described.known),
        described=described.traits.size,
    )
    return table[(table["described"] >= FEWEST) & (table["grey_share"] < MOSTLY) & (table["own_share"] < MOSTLY)]


def judged(table: pd.DataFrame, card: Scorecard, reference: Reference, ties: pd.DataFrame) -> pd.DataFrame:
    """The same with log-odds and verdict; ``ties`` tells what ties the groups to each other."""
    told = card, reference, table[list(NAMES)], table["n_known"].to_numpy(), table["n"].to_numpy()
    called = table.loc[judge(*told).vouching, ["world", "group"]].rename(columns={"group": "other"})
    tied = ties.merge(called, on=["world", "other"]).groupby(["world", "group"])["share"].max()
    share = table[["world", "group"]].merge(tied.reset_index(), how="left", on=["world", "group"])["share"]
    tied_share = share.fillna(0.0).to_numpy(dtype=np.float64)
    outcome = judge(*told, tied_share)
    return table.assign(
        odds=outcome.log_odds,
        tied=tied_share,
        untied_odds=outcome.log_odds - outcome.by_family[ANOTHER_RING].to_numpy(),
        called=outcome.coordinated,
        alone=outcome.alone,
        unlike=outcome.unlike,
        little=outcome.little,
    )


def figures(table: pd.DataFrame) -> dict[str, float]:
    """What is told of verdicts: ``odds`` and ``called``."""
    ring = (table["ring_share"] >= MOSTLY).to_numpy()
    called, odds = table["called"].to_numpy(dtype=bool), table["odds"].to_numpy(dtype=float)
    large = table["n"].to_numpy() >= LARGE
    p = 1 / (1 + np.exp(-odds))
    honest = table.drop_duplicates("world")["n_honest"].sum()
    return {
        "groups": len(table),
        "rings": int(ring.sum()),
        "wrong": int((called & ~ring).sum()),
        "per100k": (called & ~ring).sum() / honest * 1e5,
        "honest_accounts_per100k": table["n"].to_numpy()[called & ~ring].sum() / honest * 1e5,
        "recall5": called[ring].mean() if ring.any() else np.nan,
        "recall30": called[ring & large].mean() if (ring & large).any() else np.nan,
        "AP": average_precision(ring, odds),
        "brier": float(np.mean((p - ring) ** 2)),
        "ece": calibration_error(ring, p),
    }


def average_precision(ring: np.ndarray, odds: np.ndarray) -> float:
    """Of groups in the order of their odds."""
    hits = ring[np.argsort(-odds, kind="stable")]
    if not hits.any():
        return float("nan")
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())


def calibration_error(ring: np.ndarray, p: np.ndarray, n_bins: int = 10) -> float:
    """Expected calibration error over bins of equally many groups."""
    parts = np.array_split(np.argsort(p, kind="stable"), n_bins)
    return float(sum(len(part) * abs(p[part].mean() - ring[part].mean()) for part in parts if len(part)) / len(p))


def train(table: pd.DataFrame, n_copies: int = N_COPIES) -> tuple[Scorecard, Reference]:
    """Fit a card, and choose its reference groups."""
    ring = (table["ring_share"] >= MOSTLY).to_numpy()
    card = fit(table[list(NAMES)], ring, table["maker"].to_numpy(dtype=str), n_copies=n_copies)
    return card, choose_reference(card, table[list(NAMES)], ring)


def train_each(tables: Iterable[pd.DataFrame], n_copies: int = N_COPIES) -> Iterator[tuple[Scorecard, Reference]]:
    """Fit a card on each table, as many at a time as there are cores.

    Each has one thread: those of linear algebra wait for one another where cores are busy.
    """
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # of the processes that are started from here on
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as processes:
        yield from processes.map(partial(train, n_copies=n_copies), tables)


def without_each_maker(table: pd.DataFrame, n_copies: int = N_COPIES) -> Iterator[tuple[str, Scorecard, Reference]]:
    """Leave out one maker after the other, and fit a card on the others' groups."""
    makers = sorted(table["maker"].unique())
    fits = train_each((table[table["maker"] != maker] for maker in makers), n_copies)
    for maker, fitted in zip(makers, fits, strict=True):
        yield (maker, *fitted)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--again", is_flag=True, help="Compute the features anew.")
@click.option("--ship", is_flag=True, help="Write the card into the package.")
@click.option("--keep", is_flag=True, help="Store the groups for `verdict_gate.py`.")
@click.option("--quick", is_flag=True, help="Only fit.")
@click.option("--from-seed", default=0, help="Measure on worlds of this seed and later ones, fit on the stored groups.")
@click.option("--as-shipped", is_flag=True, help="Judge by the card in the package, and fit nothing.")
def main(  # noqa: PLR0913  as many options
    folder: Path, *, again: bool, ship: bool, keep: bool, quick: bool, from_seed: int, as_shipped: bool
) -> None:
    """Fit, hold out, and write."""
    if quick and ship:
        raise click.UsageError("--ship writes what --quick leaves out")
    if as_shipped and (ship or keep):
        raise click.UsageError("--as-shipped fits nothing that could be written")
    table, ties = read_groups(folder / "store", again=again), read_ties(folder / "store")
    if as_shipped:
        click.echo(tell([judged(each, *shipped(), ties) for _, each in table.groupby("maker")]))
        return
    if keep:
        keep_groups(table, ties)
    report, held_out = ("", table) if quick else hold_out(table, ties, from_seed, folder)
    click.echo(report)
    card, reference = train(table)
    if not quick:
        click.echo(f"\n{tell_reliability(held_out)}\n\n{tell_ties(held_out)}\n\n{tell_unlike(card, table)}")
    click.echo(f"\nstart {card.start}; {len(reference.is_ring)} reference groups")
    click.echo(", ".join(f"{name} {card.shapes[name].odds[-1]:+.1f}" for name in NAMES))
    if ship:
        write(card, reference, describe_worlds(card, table, held_out), table, report)


def keep_groups(table: pd.DataFrame, ties: pd.DataFrame) -> None:
    """Store what a fit takes of each group, in hundredths, and what ties these groups."""
    told = ["maker", "world", "group", "copy", "n", "n_honest", "n_ring", "n_known", "ring_share", "kind", "ring_kind"]
    kept = table[[*told, *NAMES]].sort_values(["world", "n"], kind="stable")
    kept = kept.astype(dict.fromkeys([*NAMES, "ring_share"], np.float32)).round(2)
    there = kept[["world", "group"]]
    tied = ties.merge(there, on=["world", "group"]).merge(
        there.rename(columns={"group": "other"}), on=["world", "other"]
    )
    tied = tied.astype({"world": "category", "group": np.int16, "other": np.int16})
    for place, each in ((STORED, kept), (STORED_TIES, tied)):
        each.to_parquet(place, index=False, compression="zstd", compression_level=19)


def hold_out(table: pd.DataFrame, ties: pd.DataFrame, from_seed: int, folder: Path) -> tuple[str, pd.DataFrame]:
    """Measure each maker's worlds with a card fitted on the others', or late worlds with one of the stored groups."""
    pooled = []
    is_late = table["world"].str.split("/").str[3].astype(int) >= from_seed
    for maker, card, reference in without_each_maker(pd.read_parquet(STORED) if from_seed else table):
        pooled.append(judged(table[(table["maker"] == maker) & is_late], card, reference, ties))
    everything = pd.concat(pooled)
    everything.to_parquet(folder / "held_out.parquet", index=False)
    return tell(pooled), everything


def tell(judged_makers: list[pd.DataFrame]) -> str:
    """Word the figures of each maker's judged groups, whole exports and degraded, and what was wrongly called."""
    rows = []
    for new in judged_makers:
        for is_copy, mark in ((False, "whole"), (True, "degraded")):
            part = new[(new["copy"] > 0) == is_copy]
            if len(part):
                about = {"held out": part["maker"].iloc[0], "export": mark, "worlds": part["world"].nunique()}
                rows.append(about | figures(part))
    everything = pd.concat(judged_makers)
    wrong = everything[everything["called"] & (everything["ring_share"] < MOSTLY)]
    kinds = wrong.groupby(["maker", "kind"]).size().sort_values()
    told = kinds.reset_index(name="groups").to_string(index=False) if len(kinds) else "none"
    return f"{pd.DataFrame(rows).round(3).to_string(index=False)}\n\nWrongly called, by kind:\n{told}"


def write(card: Scorecard, reference: Reference, fitted: FittedWorlds, table: pd.DataFrame, report: str) -> None:
    """Write the card and its reference groups into the package."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()
    worlds = sorted(table["world"].unique())
    head = (
        f"The scorecard: log-odds of features, fitted by `python benchmarks/fit_scorecard.py` at {commit}.\n"
        f"Fitted on {len(table):,} groups of {len(worlds)} worlds (maker/variant/accounts/seed/copy):\n"
        + "\n".join(f"  {world}" for world in worlds)
        + "\n\nEach maker held out of the fit:\n"
        + report
    )
    place = ROOT / "graphlink" / "rings"
    (place / "scorecard.toml").write_text(write_card(card, head) + write_worlds(fitted), encoding="utf-8")
    told = "Reference groups: 1 for a ring, then where it stands in each feature, in hundredths."
    (place / "scorecard_reference.csv").write_text(write_reference(reference, told), encoding="utf-8")


if __name__ == "__main__":
    main()
