"""`python -m graphlink.simulate OUT --accounts 20000 --seed 1`: write a labelled world."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from graphlink.simulate import WorldRequest, load_parameters, parse_rings, simulate, summarise, write_world


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--accounts", default=200_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--prevalence", type=click.Choice(["clean", "low", "default", "heavy"]), default="default")
@click.option("--rings", default="", help="Exactly these rings, such as R1,R3=400,R7=25000.")
@click.option("--weeks", default=1, show_default=True, help="Weekly sweeps, with bans and regrowth.")
@click.option("--victims", default=0, show_default=True, help="Honest accounts to frame.")
@click.option("--framing-types", default=1, show_default=True, help="Types whose values are taken from each victim.")
@click.option("--messy", is_flag=True, help="CSV with everything that real exports have wrong.")
@click.option(
    "--parameters", default="default", show_default=True, help="default, cautious, noisy, bare, or a TOML file."
)
def main(out: Path, **options: Any) -> None:  # noqa: ANN401 (click passes one value for each option)
    """Write a labelled world into OUT, its truth in OUT/_truth."""
    request = WorldRequest(
        prevalence=options["prevalence"],
        rings=parse_rings(options["rings"]),
        weeks=options["weeks"],
        n_victims=options["victims"],
        framing_types=options["framing_types"],
    )
    parameters = load_parameters(options["parameters"])
    world = simulate(parameters, n_accounts=options["accounts"], seed=options["seed"], request=request)
    write_world(world, out, messy=options["messy"])
    click.echo("\n".join(summarise(world)))


if __name__ == "__main__":
    main()
