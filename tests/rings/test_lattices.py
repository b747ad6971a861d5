"""Lattices: pieces side by side that share small values in turn are one group, and honest neighbours are not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import Row, sightings

from graphlink.graph.bipartite import build_bipartite
from graphlink.rings.joining.lattices import join_lattices


def borne(kind: str, value: str, *who: tuple[int, int]) -> list[Row]:
    """A value on accounts, each told by its piece and its place there."""
    return [(f"p{piece}-{place}", kind, value, -1) for piece, place in who]


def pieces(n: int, n_each: int = 10) -> list[Row]:
    """Pieces that have a card each."""
    return [row for p in range(n) for row in borne("card", f"own-{p}", *((p, place) for place in range(n_each)))]


def in_turn(n: int, *kinds: str) -> list[Row]:
    """Values that each piece shares with the next: one account of either bears them."""
    return [row for p in range(n - 1) for kind in kinds for row in borne(kind, f"{kind}-{p}", (p, 0), (p + 1, 1))]


def largest(seen: list[Row]) -> int:
    """How many pieces come out as one at most."""
    given_ = sightings(tuple(seen))
    piece = np.array([int(name[1:].partition("-")[0]) for name in given_.accounts.ids.to_pylist()], dtype=np.int32)
    whole = join_lattices(piece, build_bipartite(given_))
    assert len(np.unique(np.stack([piece, whole]), axis=1).T) == len(np.unique(piece))  # none is cut
    n_pieces = np.unique(np.unique(np.stack([whole, piece]), axis=1)[0], return_counts=True)[1]
    assert (n_pieces > 1).sum() <= 1
    return int(n_pieces.max())


@pytest.mark.parametrize(("n", "together"), [(7, 1), (8, 8), (30, 30)])
def test_eight_pieces_that_touch_in_turn_are_one(n, together):
    assert largest([*pieces(n), *in_turn(n, "card", "ip")]) == together


def test_pieces_that_one_family_joins_are_neighbours():
    assert largest([*pieces(12), *in_turn(12, "ip")]) == 1
    assert largest([*pieces(12), *in_turn(12, "card", "device")]) == 12


def test_a_value_that_somebody_else_has_joins_nothing():
    """A proxy's address is on both, and on a stranger in a piece of his own or in none."""
    row = [*pieces(12), *in_turn(12, "card", "ip")]
    assert largest(row) == 12
    assert largest([*row, *(each for p in range(11) for each in borne("ip", f"ip-{p}", (12, 0)))]) == 1


@pytest.mark.parametrize("n", [8, 9, 20])
def test_who_visits_many_homes_joins_none(n):
    """A technician was seen at the addresses and machines of twenty couples, who came out as a group of 41."""
    homes = [row for p in range(n) for row in borne("card", f"own-{p}", (p, 0), (p, 1))]
    visits = [row for p in range(n) for kind in ("ip", "device") for row in borne(kind, f"{kind}-{p}", (p, 0), (n, 0))]
    assert largest([*homes, *visits]) == 1


def test_what_few_of_a_large_piece_bear_joins_nothing():
    """A couple in two firms joins no firms: of eleven accounts one is less than a tenth."""
    assert [largest([*pieces(12, n), *in_turn(12, "card", "ip")]) for n in (10, 11)] == [12, 1]


@pytest.mark.parametrize(("n_each", "together"), [(16, 8), (17, 1)])
def test_what_is_on_many_is_no_small_value(n_each, together):
    offices = [
        row
        for p in range(7)
        for kind in ("ip", "device")
        for row in borne(kind, f"{kind}-{p}", *((q, place) for q in (p, p + 1) for place in range(n_each)))
    ]
    assert largest([*pieces(8, n_each), *offices]) == together


def test_who_is_in_no_piece_stays_so_and_joins_nothing():
    given_ = sightings((*pieces(2), *in_turn(2, "card", "ip")))
    nobody = np.full(20, -1, dtype=np.int32)
    assert (join_lattices(nobody, build_bipartite(given_)) == -1).all()


@given(st.permutations(range(12)))
def test_however_pieces_are_numbered_the_same_are_one(order):
    row = [*pieces(12), *in_turn(9, "card", "ip")]
    renamed = [(f"p{order[int(who[1:].partition('-')[0])]}-{who.partition('-')[2]}", *rest) for who, *rest in row]
    assert largest(renamed) == 9
