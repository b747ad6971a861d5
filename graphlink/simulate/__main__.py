"""`python -m graphlink.simulate OUT --accounts 20000 --seed 1`: write a labelled world."""

from __future__ import annotations

from pathlib import Path

import click

from graphlink.simulate import Wish, load_parameters, parse_rings, simulate, write_world


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--accounts", default=200_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--prevalence", type=click.Choice(["clean", "low", "default", "heavy"]), default="default", show_default=True)
@click.option("--rings", default="", help="Exactly these rings, such as R1,R3=400,R7=25000.")
@click.option("--weeks", default=1, show_default=True)
@click.option("--parameters", default="default", show_default=True, help="default, cautious, noisy, or a TOML file.")
def main(*, out: Path, accounts: int, seed: int, prevalence: str, rings: str, weeks: int, parameters: str) -> None:
    """Write a labelled world into OUT, its truth in OUT/truth."""
    wish = Wish(prevalence, parse_rings(rings), weeks)
    world = simulate(load_parameters(parameters), n_accounts=accounts, seed=seed, wish=wish)
    write_world(world, out)


if __name__ == "__main__":
    main()
