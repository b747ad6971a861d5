"""`python -m graphlink.evaluate TRUTH RUN…`: the same as `graphlink evaluate`, without the rest of the program."""

from __future__ import annotations

import json
from pathlib import Path

import click

from graphlink.evaluate.baselines import read_incidence
from graphlink.evaluate.comparison import compare_runs, format_comparison
from graphlink.evaluate.document import document_comparison
from graphlink.evaluate.lineage import document_lineage, evaluate_lineage, format_lineage
from graphlink.evaluate.runs import read_run
from graphlink.evaluate.series import read_lineage, read_sweep
from graphlink.evaluate.truth import read_truth


@click.command()
@click.argument("truth", type=click.Path(exists=True, path_type=Path))
@click.argument("runs", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--baselines", type=click.Path(exists=True, path_type=Path), help="Run the baselines on these sightings.")
@click.option("--lineage", is_flag=True, help="The runs are weekly sweeps: do rings keep their ids?")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def main(truth: Path, runs: tuple[Path, ...], baselines: Path | None, *, lineage: bool, as_json: bool) -> None:
    """Judge RUNS, folders that `graphlink run` wrote, against the answer key TRUTH."""
    if lineage:
        judged = evaluate_lineage(read_lineage(truth), [read_sweep(run) for run in runs])
        click.echo(json.dumps(document_lineage(judged), indent=2) if as_json else format_lineage(judged).rstrip("\n"))
        return
    incidence = read_incidence(baselines) if baselines else None
    comparison = compare_runs(read_truth(truth), [read_run(run) for run in runs], incidence)
    if as_json:
        click.echo(json.dumps(document_comparison(comparison), indent=2, ensure_ascii=True))
    else:
        click.echo(format_comparison(comparison), nl=False)


if __name__ == "__main__":
    main()
