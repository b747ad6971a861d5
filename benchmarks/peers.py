"""What people use today, on the same worlds as graphlink: time, memory, accuracy, and what stopped it.

    python benchmarks/peers.py                                  # 20,000, 100,000 and 300,000 accounts
    python benchmarks/peers.py --accounts 20000 --peer splink_clusters

Each peer is a script in benchmarks/peers/ that names its own packages and versions; `uv` makes an environment for each.
Both begin at the exports. For a peer, pandas numbers accounts and values first (peer_links.py), and it ends with its
groups; graphlink ends with the report. Groups of five and more accuse their accounts; smaller ones would make every
household a false ring of theirs.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import numpy as np
import pandas as pd
from processes import Took, graphlink, measure_process
from worlds_kept import exports_of, keep_world

from graphlink.lab.evaluate.baselines import SMALLEST_ACCUSED
from graphlink.lab.evaluate.evaluation import evaluate
from graphlink.lab.evaluate.runs import Reported, read_run
from graphlink.lab.evaluate.truth import read_truth

if TYPE_CHECKING:
    from graphlink.lab.evaluate.evaluation import Evaluation

SCRIPTS: Final = Path(__file__).with_name("peers")
NUMBERING: Final = Path(__file__).with_name("peer_links.py")
PEERS: Final = tuple(sorted(path.stem for path in SCRIPTS.glob("*.py")))
OURS: Final = "graphlink"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One program on one world; no evaluation where it was stopped."""

    name: str
    accounts: int
    took: Took
    evaluation: Evaluation | None
    numbering: float = 0.0
    """Seconds of a peer's time in which its exports were numbered."""


def run_ours(world: Path, accounts: int, scratch: Path) -> Outcome:
    """Run graphlink as its users do."""
    out = scratch / "out"
    took = measure_process(graphlink("run", *exports_of(world), "-o", str(out), "--force", "--quiet"))
    judged = None if took.stopped else evaluate(read_truth(world / "_truth"), read_run(out))
    return Outcome(OURS, accounts, took, judged)


def run_peer(peer: str, world: Path, accounts: int, scratch: Path, *, seconds: float, memory: int) -> Outcome:
    """Run a peer in its own environment, within its limits, after the exports were numbered for it."""
    script = SCRIPTS / f"{peer}.py"
    links, ids, groups = (scratch / f"{name}.parquet" for name in ("links", "ids", peer))
    numbered = measure_process([sys.executable, str(NUMBERING), str(world), str(links), str(ids)])
    subprocess.run(["uv", "sync", "--quiet", "--script", script], check=True)
    found = subprocess.run(["uv", "python", "find", "--script", script], check=True, capture_output=True, text=True)
    took = measure_process([found.stdout.strip(), str(script), str(links), str(groups)], seconds=seconds, memory=memory)
    judged = None
    if not took.stopped:
        names = pd.Index(pd.read_parquet(ids).account_id)
        judged = evaluate(read_truth(world / "_truth"), read_groups(peer, groups, names))
    whole = replace(took, seconds=numbered.seconds + took.seconds, peak=max(numbered.peak, took.peak))
    return Outcome(peer, accounts, whole, judged, numbered.seconds)


def read_groups(name: str, path: Path, ids: pd.Index) -> Reported:
    """Read a peer's groups as rings, the largest first."""
    groups = pd.read_parquet(path)
    groups["group"] = pd.factorize(groups.group)[0]
    size = groups.groupby("group").account.transform("size")
    groups = groups[size > 1]
    rings = groups.groupby("group").account.agg(["size", "min"]).sort_values(["size", "min"], ascending=[False, True])
    rank = pd.Series(np.arange(1, len(rings) + 1), index=rings.index)
    return Reported(
        name,
        pd.DataFrame(
            {
                "ring_id": "b" + rank.astype(str),
                "rank": rank,
                "assessment": np.where(rings["size"] >= SMALLEST_ACCUSED, "coordinated", "too small"),
            }
        ).reset_index(drop=True),
        pd.DataFrame(
            {
                "account_id": ids[groups.account.to_numpy()],
                "ring_id": "b" + rank[groups.group].astype(str).to_numpy(),
                "tier": "core",
            }
        ),
    )


def compare(
    accounts: tuple[int, ...], peers: tuple[str, ...], seed: int, folder: Path, *, seconds: float, memory: int
) -> list[Outcome]:
    """Run graphlink and every peer on every size; a peer that was stopped is not asked for more."""
    outcomes: list[Outcome] = []
    stopped: set[str] = set()
    for size in sorted(accounts):
        world = keep_world(folder, size, seed)
        with tempfile.TemporaryDirectory() as scratch:
            outcomes.append(run_ours(world, size, Path(scratch)))
            for peer in peers:
                if peer not in stopped:
                    outcome = run_peer(peer, world, size, Path(scratch), seconds=seconds, memory=memory)
                    outcomes.append(outcome)
                    stopped |= {peer} if outcome.took.stopped else set()
    return outcomes


def tabulate(outcomes: list[Outcome]) -> str:
    """All outcomes as a table in Markdown."""
    head = ["accounts", "program", "time", "peak memory", "precision", "recall", "honest accused", "rings found"]
    lines = ["| " + " | ".join(head) + " |", "|--:|---|--:|--:|--:|--:|--:|--:|"]
    for outcome in outcomes:
        took, judged = outcome.took, outcome.evaluation
        cells = [f"{outcome.accounts:,}", outcome.name.replace("_", " "), f"{took.seconds:.1f} s"]
        cells.append(f"{took.peak / 1e9:.2f} GB")
        if judged is None:
            cells += [f"stopped: {took.stopped}", "", "", ""]
        else:
            figures = judged.accounts
            cells += [f"{figures.precision:.3f}", f"{figures.recall:.3f}", f"{figures.accused - figures.right:,}"]
            cells.append(f"{sum(ring.is_found for ring in judged.planted)} of {len(judged.planted)}")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--accounts", multiple=True, type=int, default=(20_000, 100_000, 300_000), show_default=True)
@click.option("--peer", "peers", multiple=True, type=click.Choice(PEERS), default=PEERS, show_default=True)
@click.option("--seed", default=61, show_default=True, help="Seed of the worlds.")
@click.option("--seconds", default=600.0, show_default=True, help="Wall time after which a peer is stopped.")
@click.option("--gigabytes", default=12.0, show_default=True, help="Address space that a peer may take.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where worlds are kept.")
def main(
    accounts: tuple[int, ...], peers: tuple[str, ...], seed: int, seconds: float, gigabytes: float, folder: Path | None
) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as scratch:
        where = folder or Path(scratch)
        click.echo(
            tabulate(compare(accounts, peers, seed, where, seconds=seconds, memory=int(gigabytes * 1e9))), nl=False
        )


if __name__ == "__main__":
    main()
