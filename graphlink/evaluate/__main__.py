"""`python -m graphlink.evaluate TRUTH RUN…`: the same as `graphlink evaluate`, without the rest of the program."""

from __future__ import annotations

import json
from pathlib import Path

import click

from graphlink.evaluate.document import document_evaluations
from graphlink.evaluate.evaluation import evaluate
from graphlink.evaluate.runs import read_run
from graphlink.evaluate.table import format_evaluations
from graphlink.evaluate.truth import read_truth


@click.command()
@click.argument("truth", type=click.Path(exists=True, path_type=Path))
@click.argument("runs", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def main(truth: Path, runs: tuple[Path, ...], *, as_json: bool) -> None:
    """Judge RUNS, folders that `graphlink run` wrote, against the answer key TRUTH."""
    key = read_truth(truth)
    evaluations = [evaluate(key, read_run(run)) for run in runs]
    if as_json:
        click.echo(json.dumps(document_evaluations(evaluations), indent=2, ensure_ascii=True))
    else:
        click.echo(format_evaluations(evaluations), nl=False)


if __name__ == "__main__":
    main()
