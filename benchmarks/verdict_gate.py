"""Whether the verdict holds on makers and honest kinds that it was not fitted on.

``python benchmarks/verdict_gate.py`` reads the stored groups of all makers' worlds, and what ties them
(``groups.parquet`` and ``group_ties.parquet``, which ``fit_scorecard.py --keep`` writes). It leaves out one maker after
the other, and one fifth of the honest kinds after the other, fits the card on the rest, and judges what was left out.
It prints the tables, and ends with 1 where a line is worse than its bound. The bounds are what was reached at the last
fit, with some room: they keep it from getting worse.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from fit_scorecard import LARGE, STORED, STORED_TIES, figures, judged, train_each, without_each_maker
from groups import MOSTLY

if TYPE_CHECKING:
    from collections.abc import Iterator

COPIES = 1
"""Masked copies of each group in a fit: fewer than of the card that is shipped, which takes longer."""

FOLDS = 5
"""Parts that honest kinds are divided into, by name."""

MANY = 20
"""Groups of an honest kind, from which on its share is judged by itself."""

MOST_WRONG, MOST_WRONG_OF_ONE = 0.4, 1.5
"""Wrong coordinated groups per 100,000 honest accounts, at most: over all makers, and of each that was left out. The
tenth, whose fleets of agents work as evenly and as much as rings, has most but one."""

LEAST_FOUND, LEAST_LARGE_FOUND = 0.5, 0.65
"""Share of ring groups that are called coordinated, at least, on average over makers: of all, and of the large."""

MOST_OF_A_KIND = 0.1
"""Share of the groups of an honest kind left out of the fit that are called, at most."""

NOT_TOLD = {"fourteenth": 2.5, "fourteenth label_workforce": 0.3}
"""The bounds of a maker and a kind that no card tells from rings, be it fitted on them: workforces that pay with a pool
of virtual cards, go out by a host, work in step, evenly and much, in exports without plans of organisations."""

WORST_CALIBRATED = 0.05
"""Expected calibration error, at most, of each maker that was left out."""


def judge_each_maker(table: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """Judge each maker's groups with a card that was fitted on all the others'."""
    fits = without_each_maker(table, COPIES)
    return pd.concat([judged(table[table["maker"] == maker], card, reference, ties) for maker, card, reference in fits])


def judge_each_kind(table: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """Judge the groups of each honest kind with a card that was fitted without a fifth of the kinds, it among them.

    All groups are judged, since those left out may share values with rings.
    """
    is_honest = table["ring_share"] < MOSTLY
    names = (table["maker"] + " " + table["kind"]).where(is_honest, "")
    kinds = sorted(set(names[is_honest]))
    folds = [names.isin(kinds[fold::FOLDS]) for fold in range(FOLDS)]
    parts = []
    for left_out, fitted in zip(folds, train_each((table[~left_out] for left_out in folds), COPIES), strict=True):
        outcome = judged(table, *fitted, ties)
        parts.append(outcome[left_out].assign(named=names[left_out]))
    return pd.concat(parts)


def told_by_maker(outcome: pd.DataFrame) -> pd.DataFrame:
    """One row a maker and export, whole or degraded."""
    rows = []
    for (maker, is_copy), part in outcome.groupby(["maker", outcome["copy"] > 0]):
        told = {
            "left out": maker,
            "export": "degraded" if bool(is_copy) else "whole",
            "worlds": part["world"].nunique(),
        }
        rows.append(told | figures(part))
    return pd.DataFrame(rows)


def faults(by_maker: pd.DataFrame, by_kind: pd.DataFrame) -> Iterator[str]:
    """Each line that is worse than its bound."""
    found, large = [], []
    for maker, part in by_maker.groupby("maker"):
        made = figures(part)
        found.append(made["recall5"])
        large.append(made["recall30"])
        most = NOT_TOLD.get(str(maker), MOST_WRONG_OF_ONE)
        if made["per100k"] > most:
            yield f"{maker}: {made['per100k']:.2f} wrong groups per 100,000 honest accounts, at most {most}"
        if made["ece"] > WORST_CALIBRATED:
            yield f"{maker}: calibration error {made['ece']:.3f}, at most {WORST_CALIBRATED}"
    wrong = figures(by_maker)["per100k"]
    if wrong > MOST_WRONG:
        yield f"{wrong:.2f} wrong groups per 100,000 honest accounts of all makers, at most {MOST_WRONG}"
    if np.mean(found) < LEAST_FOUND:
        yield f"of ring groups {np.mean(found):.2f} are called, at least {LEAST_FOUND}"
    if np.mean(large) < LEAST_LARGE_FOUND:
        yield f"of ring groups of {LARGE} or more {np.mean(large):.2f} are called, at least {LEAST_LARGE_FOUND}"
    called = by_kind.groupby("named")["called"].agg(["mean", "size"])
    for kind, row in called[called["size"] >= MANY].iterrows():
        most = NOT_TOLD.get(str(kind), MOST_OF_A_KIND)
        if row["mean"] > most:
            yield f"{kind}: {row['mean']:.2f} of its {row['size']:.0f} groups are called, at most {most}"


def main() -> int:
    """Print the tables, and what is worse than its bound."""
    table, ties = pd.read_parquet(STORED), pd.read_parquet(STORED_TIES)
    by_maker, by_kind = judge_each_maker(table, ties), judge_each_kind(table, ties)
    print(told_by_maker(by_maker).round(3).to_string(index=False))
    called = by_kind[by_kind["called"]]
    print(f"\nHonest groups called, their kind left out: {len(called)} of {len(by_kind):,}")
    print(called.groupby("named").size().sort_values(ascending=False).to_string() if len(called) else "")
    worse = [*faults(by_maker, by_kind)]
    print("\n".join(worse) or "Every line holds.")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
