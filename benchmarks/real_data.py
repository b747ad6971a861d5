"""Run graphlink with its defaults on labelled sets of real records and print B-cubed precision, recall and F.

    python benchmarks/real_data.py FOLDER

The folder holds `early_childhood` and `dutch_inventors`, each with `edges.csv` and `labels.csv`; the README says where
these records come from. The configuration only names the family and provenance of each set's types. Hard mode leaves
out the types that lie close to the answer.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
import pandas as pd

import graphlink as gl
from graphlink.evaluate import Reported, evaluate, read_truth
from graphlink.evaluate.baselines import PAIR_CAPS, connect_pairs, tabulate_incidence

CONFIGURATIONS: Final = Path(__file__).resolve().parents[1] / "tests" / "real"
CLOSE_TO_THE_ANSWER: Final = {"early_childhood": ("address", "zip"), "dutch_inventors": ("name", "surname")}


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
def main(folder: Path) -> None:
    """Print a row for each set and mode, beside connected pairs that share two values."""
    click.echo(f"{'set':<18}{'types':<7}{'precision':>10}{'recall':>8}{'F':>7}{'pairs sharing two, F':>22}")
    for name, close in CLOSE_TO_THE_ANSWER.items():
        edges = pd.read_csv(folder / name / "edges.csv", dtype=str, keep_default_na=False)
        truth = read_truth(folder / name)
        for mode, kept in (("all", edges), ("hard", edges[~edges.signal_type.isin(close)])):
            result = gl.link(kept, config=gl.load_config(CONFIGURATIONS / f"{name}.toml"))
            found = evaluate(truth, Reported(name, result.rings, result.members)).grouping
            outcomes = (connect_pairs(tabulate_incidence(kept), cap) for cap in PAIR_CAPS)
            naive = max(evaluate(truth, each).grouping.bcubed_f for each in outcomes if isinstance(each, Reported))
            figures = f"{found.bcubed_precision:>10.3f}{found.bcubed_recall:>8.3f}{found.bcubed_f:>7.3f}{naive:>22.3f}"
            click.echo(f"{name:<18}{mode:<7}{figures}")


if __name__ == "__main__":
    main()
