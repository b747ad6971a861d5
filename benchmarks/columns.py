"""What each column of an export is worth: recall and precision without it, and with a few columns alone.

    python benchmarks/columns.py                         # one world of each maker, 20,000 accounts (half an hour)
    python benchmarks/columns.py --maker first --accounts 5000

Prints the two tables of docs/columns.md. An account is accused if it is a core or probable member of a coordinated
group. Recall is the mean over the worlds, so that each counts alike; precision counts the accused of all worlds
together. The score was fitted on other worlds of the same makers: compare the rows, and expect lower levels elsewhere.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click
import pandas as pd
from judging import METHOD, SEED
from made_worlds import VARIANTS, Plan, make

import graphlink as gl
from graphlink.config.settings import load_config
from graphlink.pipeline import analyse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphlink.config.settings import Config

ADDRESS, CARD, DEVICE, MAIL, PROMPT, MADE = "address", "card", "device", "mail address", "prompt", "creation time"

COLUMNS: Final = {
    ADDRESS: ("ip", "asn"),
    CARD: ("card", "payment"),
    "card BIN": ("card_bin",),
    DEVICE: ("device",),
    MAIL: ("email", "email_domain"),
    "telephone number": ("phone",),
    PROMPT: ("template", "conversation_prefix", "conversation", "tool_schema"),
    "client program": ("user_agent", "client", "tls_fingerprint"),
    MADE: ("created_at",),
    "country": ("country",),
    "plan": ("plan",),
    "times of use": ("first_seen", "last_seen", "seen_at"),
}
"""What an export tells, and the types and columns in which the makers' worlds have it."""

FEW: Final = (
    (ADDRESS,),
    (ADDRESS, MAIL),
    (ADDRESS, CARD),
    (ADDRESS, DEVICE),
    (ADDRESS, PROMPT),
    (CARD, DEVICE),
    (CARD, MAIL),
    (ADDRESS, CARD, MAIL),
    (ADDRESS, CARD, DEVICE),
    (ADDRESS, CARD, DEVICE, MAIL),
    (ADDRESS, CARD, DEVICE, MAIL, MADE),
    (ADDRESS, CARD, DEVICE, MAIL, PROMPT),
    (ADDRESS, CARD, DEVICE, MAIL, PROMPT, MADE),
)
"""Exports of a few columns; each has the times of use."""

_ALWAYS: Final = ("account_id", "signal_type", "signal_value", "count")
_TIMES: Final = "times of use"


class World(NamedTuple):
    """A world's exports, its settings, and which accounts are a ring's; of grey ones nobody asks."""

    accounts: pd.DataFrame
    sightings: pd.DataFrame
    config: Config | None
    ring: frozenset[str]
    grey: frozenset[str]


class Judged(NamedTuple):
    """Accounts of rings, those of them that are accused, and all that are accused."""

    in_rings: int
    found: int
    accused: int


def read_world(maker: str, n_accounts: int, seed: int, folder: Path) -> World:
    """Make a world; empty cells are as in its files."""
    place, key = make(Plan(maker, VARIANTS[maker][0], n_accounts, seed, 0), folder)
    accounts, sightings = (
        pd.read_parquet(place / f"{name}.parquet", dtype_backend="pyarrow") for name in ("accounts", "sightings")
    )
    settings = place / "graphlink.toml"
    config = load_config(settings) if settings.is_file() else None
    ring, grey = (frozenset(key["account_id"][chosen]) for chosen in (key["ring"] != "", key["grey"]))
    return World(accounts, sightings, config, ring - grey, grey)


def judge(world: World, told: Iterable[str]) -> Judged:
    """Analyse what the chosen columns tell, and count who is accused."""
    names = {*_ALWAYS, *(name for each in told for name in COLUMNS.get(each, (each,)))}
    sightings = world.sightings[world.sightings["signal_type"].isin(names)]
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, frame in (("accounts", world.accounts), ("sightings", sightings)):
            known = [each for each in frame.columns if each in names]
            if known != ["account_id"]:
                files.append(Path(folder) / f"{name}.parquet")
                frame[known].to_parquet(files[-1], index=False)
        found = analyse(gl.read(files, config=world.config).sightings, METHOD, seed=SEED)
    coordinated = {ring.ring_id for ring in found.rings if ring.assessment == "coordinated"}
    members = found.members
    is_accused = members["ring_id"].isin(coordinated) & members["tier"].isin(["core", "probable"])
    accused = frozenset(members["account_id"][is_accused]) - world.grey
    return Judged(len(world.ring), len(accused & world.ring), len(accused))


def list_exports(worlds: list[World]) -> list[tuple[str, tuple[str, ...]]]:
    """The rows of the first table: with all that the worlds tell, and without one column."""
    known = {name for names in COLUMNS.values() for name in names}
    own = tuple(sorted({each for world in worlds for each in world.sightings["signal_type"].unique()} - known))
    everything = (*COLUMNS, *own)
    without = [(f"without {each}", tuple(name for name in everything if name != each)) for each in COLUMNS]
    return [("everything", everything), *without, ("without types of your own", tuple(COLUMNS))]


def table(head: str, rows: Iterable[tuple[str, tuple[str, ...]]], worlds: list[World]) -> Iterator[str]:
    """Make the lines of a table."""
    yield f"| {head} | of the rings' accounts are found | in the worst and the best world | of the accused are rings' |"
    yield "|---|--:|--:|--:|"
    for name, told in rows:
        judged = [judge(world, told) for world in worlds]
        shares = [each.found / each.in_rings for each in judged]
        accused, found = sum(each.accused for each in judged), sum(each.found for each in judged)
        right = f"{100 * found / accused:.1f} %" if accused else "nobody accused"
        spread = f"{100 * min(shares):.0f}–{100 * max(shares):.0f} %"
        yield f"| {name} | {100 * sum(shares) / len(shares):.0f} % | {spread} | {right} |"


@click.command()
@click.option("--maker", "makers", multiple=True, default=tuple(VARIANTS), help="Of the worlds; else all of them.")
@click.option("--accounts", default=20_000, show_default=True)
@click.option("--seed", default=8001, show_default=True)
def main(makers: tuple[str, ...], accounts: int, seed: int) -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        worlds = [read_world(maker, accounts, seed, Path(folder)) for maker in makers]
    for line in table("export", list_exports(worlds), worlds):
        click.echo(line)
    few = [(", ".join(names), (*names, _TIMES)) for names in FEW]
    click.echo("")
    for line in table("export with these alone", few, worlds):
        click.echo(line)


if __name__ == "__main__":
    main()
