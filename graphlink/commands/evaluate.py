"""`graphlink evaluate`: judge runs against an answer key."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command(short_help="Judge runs against an answer key.")
@click.argument("truth", type=click.Path(path_type=Path))
@click.argument("runs", nargs=-1, required=True, metavar="RUN...", type=click.Path(path_type=Path))
@click.option("--baselines", type=click.Path(path_type=Path), help="Run the naive baselines on these sightings too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def evaluate(truth: Path, runs: tuple[Path, ...], baselines: Path | None, as_json: bool) -> None:
    """Judge runs against an answer key, beside the naive baselines if wanted.

    \b
    Examples:
      graphlink evaluate world result
      graphlink evaluate world result --baselines world/sightings.parquet --json
    """
    from graphlink.evaluate.baselines import read_incidence
    from graphlink.evaluate.comparison import compare_runs, format_comparison
    from graphlink.evaluate.document import document_comparison
    from graphlink.evaluate.runs import read_run
    from graphlink.evaluate.truth import read_truth

    incidence = None if baselines is None else read_incidence(baselines)
    comparison = compare_runs(read_truth(truth), [read_run(folder) for folder in runs], incidence)
    if as_json:
        click.echo(json.dumps(document_comparison(comparison), indent=2))
    else:
        click.echo(format_comparison(comparison), nl=False)
