"""Simulated worlds that several tests look at, each made once, and what can be measured on them."""

from functools import lru_cache

import numpy as np

from graphlink.lab.simulate import World, WorldRequest, load_parameters, parse_rings, simulate
from graphlink.lab.simulate.mail import PUBLIC
from graphlink.lab.simulate.scene import NOBODY, Signal

TIES = (Signal.IP, Signal.CARD, Signal.DEVICE, Signal.TEMPLATE)


@lru_cache(maxsize=16)
def world(parameters: str = "default", n: int = 50_000, seed: int = 11, rings: str = "", **wishes: object) -> World:
    request = WorldRequest(rings=parse_rings(rings), **wishes)
    return simulate(load_parameters(parameters), n_accounts=n, seed=seed, request=request)


def six_kinds() -> World:
    """One ring of each kind among 50,000 accounts."""
    return world(rings="R1=150,R2=400,R3=400,R6=1500,R7=4000,R9=300")


def eight_weeks() -> World:
    """The same kinds over eight sweeps, with bans and regrowth."""
    return world(n=20_000, rings="R1=150,R2=400,R3=300,R6=600,R7=1500,R9=300", weeks=8)


def framed() -> World:
    """Twelve victims, each framed with values of two types."""
    return world(n=20_000, rings="R1=150,R3=300,R9=200", n_victims=12, framing_types=2)


def honest(some: World) -> np.ndarray:
    return some.accounts.ring == NOBODY


def incidence(some: World) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Accounts and values by type; private mail domains are a type, what everybody shares is not."""
    tables = {table.signal: table for table in some.tables}
    pairs = [(signal.name, tables[signal].account.astype(np.int64), tables[signal].value) for signal in TIES]
    owners = np.flatnonzero(some.accounts.domain >= len(PUBLIC))
    return [*pairs, ("MAIL", owners, some.accounts.domain[owners])]
