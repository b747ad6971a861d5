"""Mixtures: a community of borrowers and the honest people whose names they borrow is two."""

import numpy as np
import pytest
import worlds
from hypothesis import given
from hypothesis import strategies as st

from graphlink.config.method import Method
from graphlink.model.times import NO_TIME
from graphlink.rings.grouping import build_graph
from graphlink.rings.joining.borrowers import part_borrowers

METHOD = Method(null_worlds=0, disturbances=0)
DAY = 86_400_000_000
RING_LIKE, HONEST = 4.0, -6.0


def borrowed(n_firm: int, n_new: int, *, own: bool = True) -> list[worlds.Row]:
    """A firm of one domain and its desks, and newcomers who wear its domain and have cards of their own."""
    firm, new = [f"f{i:03d}" for i in range(n_firm)], [f"n{i:03d}" for i in range(n_new)]
    told = [(account, "email_domain", "firm.example", 0) for account in (*firm, *new)]
    told += [(account, "device", f"desk{i % 6}", 0) for i, account in enumerate(firm)]
    if own:
        told += [(account, kind, f"{kind}{i % 8}", 0) for i, account in enumerate(new) for kind in ("card", "phone")]
    return told


def parted(rows: list[worlds.Row], odds, *, created: dict[str, float] | None = None) -> dict[str, int]:
    """The community of each account where all begin in one; ``odds`` are those of a set of names."""
    seen = worlds.sightings(rows, created=created or {})
    names = seen.accounts.ids.to_pylist()

    def score(community):
        groups = [{names[i] for i in np.flatnonzero(community == number)} for number in range(community.max() + 1)]
        return np.array([odds(group) if group else -np.inf for group in groups])

    whole = np.zeros(len(names), dtype=np.int32)
    found = part_borrowers(whole, seen.accounts.created_at, build_graph(seen), METHOD, score)
    return dict(zip(names, found.tolist(), strict=True))


def by_share_of_new(high: float = RING_LIKE, low: float = HONEST):
    return lambda group: high if sum(name[0] == "n" for name in group) > len(group) / 2 else low


def test_borrowers_and_the_firm_are_parted():
    found = parted(borrowed(40, 32), by_share_of_new())
    assert len({number for name, number in found.items() if name[0] == "f"}) == 1
    assert len({number for name, number in found.items() if name[0] == "n"}) == 1
    assert len(set(found.values())) == 2


@pytest.mark.parametrize(
    ("high", "low"), [(HONEST, HONEST), (RING_LIKE, RING_LIKE), (RING_LIKE, -1.0), (-2.3, -9.0), (-2.0, -6.0)]
)
def test_two_parts_that_the_card_does_not_tell_apart_stay_together(high, low):
    assert len(set(parted(borrowed(40, 32), by_share_of_new(high, low)).values())) == 1


def test_who_has_nothing_of_their_own_is_not_parted_from_the_others():
    assert len(set(parted(borrowed(40, 6, own=True), by_share_of_new()).values())) == 1  # too few to look like anything


def test_when_accounts_were_made_counts_where_little_else_does():
    """Half of the newcomers have a card, and all came within a week; the firm's people came over years."""
    rows = borrowed(40, 32, own=False)
    rows += [(f"n{i:03d}", "card", f"card{i % 8}", 0) for i in range(16)]
    created = {f"f{i:03d}": 20.0 * i for i in range(40)} | {f"n{i:03d}": 900.0 + i / 8 for i in range(32)}
    found = parted(rows, by_share_of_new(), created=created)
    assert {found[f"n{i:03d}"] for i in range(32)} == {found["n000"]}
    assert sum(found[f"f{i:03d}"] == found["n000"] for i in range(40)) <= 2


@given(st.permutations(range(72)), st.booleans())
def test_neither_names_nor_the_order_of_rows_matter(order, dated):
    rows = borrowed(40, 32)
    names = sorted({row[0] for row in rows})
    renamed = {name: f"{name[0]}{order[i]:03d}" for i, name in enumerate(names)}
    created = {name: float(i % 9) for i, name in enumerate(names)} if dated else {}
    one = parted(rows, by_share_of_new(), created=created)
    other = parted(
        [(renamed[name], *rest) for name, *rest in rows],
        by_share_of_new(),
        created={renamed[name]: day for name, day in created.items()},
    )
    parts = {frozenset(renamed[name] for name in names if one[name] == number) for number in one.values()}
    assert parts == {frozenset(name for name in other if other[name] == number) for number in other.values()}


def test_accounts_in_no_community_stay_in_none():
    seen = worlds.sightings(borrowed(10, 10), created={})
    nobody = np.full(len(seen.accounts), -1, dtype=np.int32)
    created = np.full(len(seen.accounts), NO_TIME)
    assert (part_borrowers(nobody, created, build_graph(seen), METHOD, lambda _: np.zeros(0)) == -1).all()
