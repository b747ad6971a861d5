"""Run graphlink with its defaults on labelled sets of real records and print B-cubed precision, recall and F.

    python benchmarks/real_data.py FOLDER

The folder holds `early_childhood` and `dutch_inventors`, each with `edges.csv` and `labels.csv`; the README says where
these records come from. The configuration only names the family and provenance of each set's types. Hard mode leaves
out the types that lie close to the answer. Beside it stand accounts that share two values, connected, and Leiden on
Newman's projection at two resolutions: one suits rings of hundreds, the other rings of three.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import pandas as pd

import graphlink as gl
from graphlink.lab.evaluate import Reported, evaluate, read_truth
from graphlink.lab.evaluate.baselines import PAIR_CAPS, connect_pairs, detect_leiden, tabulate_incidence

if TYPE_CHECKING:
    from graphlink.lab.evaluate.baselines import Stopped
    from graphlink.lab.evaluate.truth import Truth

CONFIGURATIONS: Final = Path(__file__).resolve().parents[1] / "tests" / "real"
LEIDEN_CAP: Final = 20
RESOLUTIONS: Final = (1, 50)
CLOSE_TO_THE_ANSWER: Final = {"early_childhood": ("address", "zip"), "dutch_inventors": ("name", "surname")}


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
def main(folder: Path) -> None:
    """Print a row for each set and mode, beside the F of what is simpler."""
    others = "".join(f"{f'Leiden {resolution}':>11}" for resolution in RESOLUTIONS)
    click.echo(f"{'set':<18}{'types':<7}{'precision':>10}{'recall':>8}{'F':>7}{'sharing two':>13}{others}")
    for name, close in CLOSE_TO_THE_ANSWER.items():
        edges = pd.read_csv(folder / name / "edges.csv", dtype=str, keep_default_na=False)
        truth = read_truth(folder / name)
        for mode, kept in (("all", edges), ("hard", edges[~edges.signal_type.isin(close)])):
            result = gl.link(kept, config=gl.load_config(CONFIGURATIONS / f"{name}.toml"))
            found = evaluate(truth, Reported(name, result.rings, result.members)).grouping
            incidence = tabulate_incidence(kept)
            naive = max(_agreement(truth, connect_pairs(incidence, cap)) for cap in PAIR_CAPS)
            leiden = [
                _agreement(truth, detect_leiden(incidence, LEIDEN_CAP, 7, resolution=each)) for each in RESOLUTIONS
            ]
            figures = f"{found.bcubed_precision:>10.3f}{found.bcubed_recall:>8.3f}{found.bcubed_f:>7.3f}{naive:>13.3f}"
            click.echo(f"{name:<18}{mode:<7}{figures}" + "".join(f"{each:>11.3f}" for each in leiden))


def _agreement(truth: Truth, outcome: Reported | Stopped) -> float:
    """B-cubed F of a baseline; one that was stopped agrees in nothing."""
    return evaluate(truth, outcome).grouping.bcubed_f if isinstance(outcome, Reported) else 0.0


if __name__ == "__main__":
    main()
