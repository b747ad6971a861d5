"""`graphlink simulate`: write a labelled world."""

import os
from pathlib import Path
from typing import Any

import click

from graphlink.cli.options import PATH
from graphlink.cli.printing import print_lines
from graphlink.words.escape import pasted


@click.command(short_help="Write a labelled world to try graphlink on.")
@click.argument("out", type=PATH)
@click.option("--accounts", default=200_000, show_default=True, help="Accounts in all.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help="The same seed gives the same world."
)
@click.option(
    "--prevalence",
    type=click.Choice(["clean", "low", "default", "heavy"]),
    default="default",
    show_default=True,
    help="The share of accounts in rings.",
)
@click.option("--rings", default="", help="Exactly these rings, such as R1,R3=400,R7=25000.")
@click.option(
    "--weeks", default=1, show_default=True, type=click.IntRange(1, 520), help="Weekly sweeps, with bans and regrowth."
)
@click.option(
    "--victims", "n_victims", default=0, show_default=True, type=click.IntRange(0), help="Honest accounts to frame."
)
@click.option(
    "--framing-types",
    default=1,
    show_default=True,
    type=click.IntRange(1),
    help="Types whose values are taken from each victim.",
)
@click.option("--messy", is_flag=True, help="CSV with the faults of real exports, and a graphlink.toml to read it.")
@click.option(
    "--parameters", default="default", show_default=True, help="default, cautious, noisy, bare, or a TOML file."
)
def simulate(
    out: Path,
    accounts: int,
    seed: int,
    rings: str,
    messy: bool,
    parameters: str,
    **asked: Any,  # noqa: ANN401  the options of a WorldRequest
) -> None:
    """Write a labelled world: exports to try graphlink on, and the truth in a folder of its own.

    \b
    Examples:
      graphlink simulate world --accounts 20000 --seed 1
      graphlink simulate hydra --rings R7=5000 --prevalence clean
    """
    from graphlink.lab import simulate as worlds
    from graphlink.results.publish.publish import publish_folder

    worlds.check_free(out)
    try:
        request = worlds.WorldRequest(rings=worlds.parse_rings(rings), **asked)
        ranges = worlds.load_parameters(parameters)
        world = worlds.simulate(ranges, n_accounts=accounts, seed=seed, request=request)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    try:
        publish_folder(out, lambda folder: worlds.write_world(world, folder, messy=messy))
    except OSError as error:
        if error.errno is not None and error.filename is None:  # Arrow names no file, and words the reason its own way
            raise OSError(error.errno, os.strerror(error.errno), str(out)) from None
        raise
    print_lines(*worlds.summarise(world), whole=str(out))
    if messy:
        week = f" --week {worlds.list_sweeps(world)[0].week}" if request.weeks > 1 else ""
        print_lines(f"Next: graphlink check --config {pasted(out / worlds.SETTINGS_FILE)}{week}")
    elif request.weeks == 1:
        print_lines(f"Next: graphlink run {pasted(out)} -o result")
