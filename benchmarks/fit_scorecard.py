"""Fits the scorecard from stored groups, and measures it on makers held out: ``python benchmarks/fit_scorecard.py FOLDER``.

The folder is what ``benchmarks/groups.py`` filled. Writes the card and its reference groups into the package with
``--ship``, and the table of what was measured in any case.
"""

from __future__ import annotations

import pickle
import subprocess
from pathlib import Path

import click
import numpy as np
import pandas as pd
from fitting import choose_reference, fit
from groups import label_groups

from graphlink.rings.card_features import NAMES, Described, make_features, n_known
from graphlink.rings.explanations import ORGANISATION
from graphlink.rings.scorecard import Reference, Scorecard, judge, write_card, write_reference

ROOT = Path(__file__).resolve().parents[1]
FEWEST = 5
"""Members of a group that is judged, at least."""


def read_groups(store: Path, *, again: bool = False) -> pd.DataFrame:
    """Features, labels and today's verdicts of all stored groups, one row a group; computed once for each world."""
    tables = []
    for path in sorted(store.glob("*.pkl")):
        kept = path.with_suffix(".features.parquet")
        if again or not kept.is_file() or kept.stat().st_mtime < path.stat().st_mtime:
            with path.open("rb") as file:
                stored = pickle.load(file)
            table_of(stored).to_parquet(kept, index=False)
        tables.append(pd.read_parquet(kept))
    return pd.concat(tables, ignore_index=True)


def table_of(stored: dict) -> pd.DataFrame:
    """The groups of one world."""
    described = Described(
        stored["evidence"], stored["traits"], stored["types"], stored["families"], stored["anyones"], stored["known"]
    )
    table = pd.concat([make_features(described), label_groups(stored)], axis=1)
    key = stored["key"]
    honest = (key["ring"].to_numpy() == "") & ~key["grey"].to_numpy()
    known = stored["known"]
    verdicts = stored["assessments"]
    table = table.assign(
        world=stored["plan"],
        maker=stored["plan"].partition("/")[0],
        copy=int(stored["plan"].rpartition("/")[2]),
        n_honest=int(honest.sum()),
        n_known=n_known(known),
        described=stored["traits"].groups["size"].to_numpy(),
        score=[each.score for each in verdicts],
        today=[each.assessment for each in verdicts],
        vetoed=[
            any(check.fits or (check.fits is None and check.explanation == ORGANISATION) for check in each.checks)
            for each in verdicts
        ],
    )
    return table[(table["described"] >= FEWEST) & (table["grey_share"] < 0.5) & (table["own_share"] < 0.5)]


def judged(table: pd.DataFrame, card: Scorecard, reference: Reference, *, veto: bool = True) -> pd.DataFrame:
    """The same with log-odds and verdict."""
    outcome = judge(card, reference, table[list(NAMES)], table["n_known"].to_numpy())
    called = outcome.coordinated & ~(table["vetoed"].to_numpy() & veto)
    return table.assign(
        odds=outcome.log_odds, called=called, alone=outcome.alone, unlike=outcome.unlike, little=outcome.little
    )


def figures(table: pd.DataFrame) -> dict[str, float]:
    """What is told of verdicts: ``odds`` and ``called``."""
    ring = (table["ring_share"] >= 0.5).to_numpy()
    called, odds = table["called"].to_numpy(dtype=bool), table["odds"].to_numpy(dtype=float)
    large = table["n"].to_numpy() >= 30
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


def train(table: pd.DataFrame) -> tuple[Scorecard, Reference]:
    """Fit a card, and choose its reference groups."""
    ring = (table["ring_share"] >= 0.5).to_numpy()
    card = fit(table[list(NAMES)], ring, table["maker"].to_numpy(dtype=str))
    return card, choose_reference(card, table[list(NAMES)], ring)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--again", is_flag=True, help="Compute the features anew.")
@click.option("--ship", is_flag=True, help="Write the card into the package.")
@click.option("--quick", is_flag=True, help="Only fit.")
def main(folder: Path, *, again: bool, ship: bool, quick: bool) -> None:
    """Fit, hold out, and write."""
    table = read_groups(folder / "store", again=again)
    rows = []
    pooled = []
    for maker in sorted(table["maker"].unique()) if not quick else []:
        mine, others = table[table["maker"] == maker], table[table["maker"] != maker]
        card, reference = train(others)
        new = judged(mine, card, reference)
        pooled.append(new)
        today = mine.assign(odds=(mine["score"] - 50) / 6, called=mine["today"] == "coordinated")
        for copy, mark in ((False, "whole"), (True, "degraded")):
            for name, each in (
                ("today", today),
                ("card", new),
                ("card, no veto", judged(mine, card, reference, veto=False)),
            ):
                part = each[(each["copy"] > 0) == copy]
                if len(part):
                    rows.append({"held out": maker, "export": mark, "what": name} | figures(part))
    report = ""
    if rows:
        report = pd.DataFrame(rows).round(3).to_string(index=False)
        click.echo(report)
        everything = pd.concat(pooled)
        everything.to_pickle(folder / "held_out.pkl")
        wrong = everything[everything["called"] & (everything["ring_share"] < 0.5)]
        click.echo("\nwrongly called, by kind:\n" + wrong.groupby(["maker", "kind"]).size().sort_values().to_string())
    card, reference = train(table)
    click.echo("\nstart %s; %d reference groups" % (card.start, len(reference.is_ring)))
    click.echo(", ".join(f"{name} {card.shapes[name].odds[-1]:+.1f}" for name in NAMES))
    if ship:
        commit = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True, cwd=ROOT
        ).stdout.strip()
        worlds = sorted(table["world"].unique())
        head = (
            f"The scorecard: log-odds of features, fitted by `python benchmarks/fit_scorecard.py` at {commit}.\n"
            f"Fitted on {len(table):,} groups of {len(worlds)} worlds (maker/variant/accounts/seed/copy):\n"
            + "\n".join(f"  {world}" for world in worlds)
            + "\n\nEach maker held out of the fit:\n"
            + report
        )
        (ROOT / "graphlink" / "scorecard.toml").write_text(write_card(card, head), encoding="utf-8")
        told = "Reference groups: 1 for a ring, then where it stands in each feature, in hundredths."
        (ROOT / "graphlink" / "scorecard_reference.csv").write_text(write_reference(reference, told), encoding="utf-8")


if __name__ == "__main__":
    main()
