"""`graphlink evaluate`: judge runs against an answer key."""

import json
from pathlib import Path

import click

from graphlink.cli.options import PATH, format_options
from graphlink.cli.printing import terminal_width
from graphlink.results.listings import Format


@click.command(short_help="Judge runs against an answer key.")
@click.argument("truth", type=PATH)
@click.argument("runs", nargs=-1, required=True, metavar="RUN...", type=PATH)
@click.option("--baselines", type=PATH, help="Run the naive baselines on these sightings too.")
@click.option("--lineage", is_flag=True, help="The runs are weekly sweeps: check if rings keep their ids.")
@format_options(Format.TABLE, Format.JSON)
def evaluate(truth: Path, runs: tuple[Path, ...], baselines: Path | None, lineage: bool, form: Format) -> None:
    """Judge runs against an answer key, and compare them with the naive baselines on request.

    With --lineage, only the newest revision of each week counts.

    \b
    Examples:
      graphlink evaluate world result
      graphlink evaluate world result --baselines world/sightings.parquet --json
      graphlink evaluate world sweeps/run-* --lineage
    """
    if lineage:
        if baselines is not None:
            raise click.UsageError("the baselines know no weeks; leave out --baselines or --lineage")
        _judge_sweeps(truth, runs, form)
        return
    from graphlink.lab.evaluate.baselines import read_incidence
    from graphlink.lab.evaluate.comparison import compare_runs, document_comparison, format_comparison
    from graphlink.lab.evaluate.runs import read_run
    from graphlink.lab.evaluate.truth import read_truth

    incidence = None if baselines is None else read_incidence(baselines)
    comparison = compare_runs(read_truth(truth), [read_run(folder) for folder in runs], incidence)
    if form is Format.JSON:
        click.echo(json.dumps(document_comparison(comparison), indent=2))
    else:
        click.echo(format_comparison(comparison, terminal_width()), nl=False)


def _judge_sweeps(world: Path, folders: tuple[Path, ...], form: Format) -> None:
    from graphlink.lab.evaluate.lineage import document_lineage, evaluate_lineage, format_lineage
    from graphlink.lab.evaluate.series import newest_revisions, read_lineage, read_sweep

    sweeps = newest_revisions(read_sweep(folder) for folder in folders)
    evaluation = evaluate_lineage(read_lineage(world), sweeps)
    if form is Format.JSON:
        click.echo(json.dumps(document_lineage(evaluation), indent=2))
    else:
        click.echo(format_lineage(evaluation, terminal_width()), nl=False)
