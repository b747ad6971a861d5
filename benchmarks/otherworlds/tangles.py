"""Rings whose ties have a form of their own: chains, grids, stars, waves, cells, and two rings with one supplier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from otherworlds.people import pay
from otherworlds.ties import recruit, share_mail, share_prompts, tie, tie_to
from otherworlds.world import DAYS, N_BINS

if TYPE_CHECKING:
    from otherworlds.world import Ints, Texts, World


def chain(world: World) -> None:
    """Each card on three accounts, each address on three others, like links; half of the chains have devices too."""
    members = recruit(world, "C1 chain", world.whole(60, 300))
    n = len(members)
    k = np.arange(n)
    _pay_in_blocks(world, members, k // 3, n, 6)
    world.see(members, "ip", world.addresses(n, 1)[(k + 1) // 3])
    if world.rng.random() < 0.5:
        world.see(members, "device", world.fresh("dev-", n)[(k + 2) // 4])


def grid(world: World) -> None:
    """A card for each row and an address for each column: no two members share both."""
    side = world.whole(6, 12)
    members = recruit(world, "C2 grid", side * world.whole(6, 14))
    k = np.arange(len(members))
    cards, bins = world.fresh("card_", len(members)), world.bins[world.rng.choice(N_BINS, 6)]
    pay(world, members, cards[k // side], bins[k % 6])
    world.see(members, "ip", world.addresses(side, 1)[k % side])


def waves(world: World) -> None:
    """A ring that grows again: every wave takes three tenths of its values from the one before."""
    n_waves, size = world.whole(4, 6), world.whole(40, 110)
    members = recruit(world, "C3 waves", n_waves * size, "spread")
    before: dict[str, Texts] = {}
    for number in range(n_waves):
        wave = members[number * size : (number + 1) * size]
        world.created[wave] = -8 + number * 34 / n_waves + world.reals(0, 2, size)
        world.left[wave] = np.clip(world.created[wave] + world.reals(6, 12, size), 1, DAYS)
        world.created[wave] = np.minimum(world.created[wave], DAYS - 0.5)
        world.left[wave] = np.maximum(world.left[wave], np.maximum(world.created[wave], 0) + 0.2)
        world.cell[wave] = str(number)
        for kind, per_value in (("ip", 6), ("card", 5), ("template", 40)):
            n = max(2, size // per_value)
            values = world.addresses(n, 1) if kind == "ip" else world.fresh(f"{kind[:4]}_", n)
            kept = world.rng.random(n) < 0.3
            if kind in before:
                values[kept] = before[kind][kept]
            before[kind] = values
            tie_to(world, wave, kind, values, 0.85)


def two_operators(world: World) -> None:
    """Two rings whose operators buy cards or proxies from one stock, which a third of either ring bears."""
    kind, per_value = ("card", 6) if world.rng.random() < 0.5 else ("ip", 6)
    stock = world.addresses(25, 4) if kind == "ip" else world.fresh("card_", 25)
    for _ in range(2):
        members = recruit(world, "C4 two operators, one stock", world.whole(90, 250))
        buyers = world.some(members, 0.35)
        world.pick(buyers, kind, stock)
        tie(world, np.setdiff1d(members, buyers), kind, per_value)
        tie(world, members, "card" if kind == "ip" else "ip", world.real(4, 9), 0.85)
        share_mail(world, members, world.whole(3, 10), 0.4)
        share_prompts(world, members, world.whole(1, 3), 0.8)


def star(world: World) -> None:
    """Four accounts share something with everybody; of the others any two share one value at most."""
    members = recruit(world, "C5 star", world.whole(50, 150), "spread")
    hubs, rest = members[:4], members[4:]
    n = len(rest) // 2
    for kind in ("ip", "card", "device"):
        values = world.addresses(n, 1) if kind == "ip" else world.fresh(f"{kind[:4]}_", n)
        part = world.some(rest, 0.75)
        world.see(part, kind, values[world.rng.integers(0, n, len(part))])
        world.see(hubs[world.rng.integers(0, 4, n)], kind, values)


def small_cells(world: World) -> None:
    """Cells of five to eight accounts, each with a card, an address and a device; only prompts cross between them."""
    n_cells = world.whole(15, 40)
    cell = np.repeat(np.arange(n_cells), world.wholes(5, 8, n_cells))
    members = recruit(world, "C6 small cells", len(cell), "spread")
    world.cell[members] = cell.astype(str)
    _pay_in_blocks(world, members, cell, n_cells, 5)
    for kind, share in (("ip", 0.85), ("device", 0.5)):
        part = world.some(members, share)
        values = world.addresses(n_cells, 1) if kind == "ip" else world.fresh("dev-", n_cells)
        world.see(part, kind, values[world.cell[part].astype(int)])
    share_prompts(world, members, world.whole(2, 5), 0.8)


def _pay_in_blocks(world: World, members: Ints, block: Ints, n_cards: int, n_bins: int) -> None:
    """A card for each block of members, all of a few BINs."""
    cards, bins = world.fresh("card_", n_cards), world.bins[world.rng.choice(N_BINS, n_bins)]
    pay(world, members, cards[block], bins[block % n_bins])
