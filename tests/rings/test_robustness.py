"""What is left of a member's links without one value, and of a community without one family of values."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from graphlink.model.graph import Projection
from graphlink.rings.membership.robustness import find_lasting

FAMILIES = ("content", "network", "payment")
CONTENT, NETWORK, PAYMENT = range(3)
KINDS = {"prompt": CONTENT, "ip": NETWORK, "net": NETWORK, "card": PAYMENT, "bin": PAYMENT}
TYPES = [SimpleNamespace(adds_up=False, coarse=kind in {"net", "bin"}) for kind in KINDS]
NEEDED = 12

Told = tuple[str, int, "list[int]"]


def lasting(*borne: Told, n: int, community=None, pairs=None) -> tuple[list[bool], list[int]]:
    """Of each of n accounts, from (kind, bits, bearers): whether it survives any loss, and what it depends on."""
    found = found_lasting(*borne, n=n, community=community, pairs=pairs)
    return found["survives_any_value"].tolist(), found["depends_on"].tolist()


def found_lasting(*borne: Told, n: int, community=None, pairs=None):
    community = np.zeros(n, dtype=np.int32) if community is None else np.array(community, dtype=np.int32)
    signals = pd.DataFrame(
        {
            "type": [list(KINDS).index(kind) for kind, _, _ in borne],
            "family": [KINDS[kind] for kind, _, _ in borne],
            "bits": [bits for _, bits, _ in borne],
        }
    )
    ties = pd.DataFrame(
        [(row, account) for row, (_, _, bearers) in enumerate(borne) for account in bearers],
        columns=["row", "account"],
    )
    source, target = np.array(pairs or list(combinations(range(n), 2)), dtype=np.int32).T
    nothing = np.zeros(len(source), dtype=np.int64)
    graph = SimpleNamespace(types=TYPES, families=FAMILIES)
    projection = Projection(n, source, target, nothing, nothing.astype(np.int32))
    account = np.flatnonzero(community >= 0)
    return find_lasting(ties, signals, account, community, graph, projection, further_share=0.25, needed=NEEDED)


def test_what_is_shared_with_different_others_does_not_stand_in_for_one_another():
    """A prompt ties 0 to 1 and 2; a card to 3 and an address to 4, neither of which is a link, nor both together."""
    told = [("prompt", 14, [0, 1, 2]), ("card", 8, [0, 3]), ("ip", 8, [0, 4])]
    assert not lasting(*told, n=5)[0][0]
    assert lasting(*told[:1], ("card", 8, [0, 3]), ("ip", 8, [0, 3]), n=5)[0][0]


def test_one_link_that_does_without_the_value_is_enough():
    told = [("prompt", 14, [0, 1, 2]), ("card", 12, [0, 3]), ("card", 12, [0, 4])]
    assert lasting(*told, n=5)[0] == [True, False, False, False, False]


@pytest.mark.parametrize(("bits", "survives"), [(NEEDED, True), (NEEDED - 1, False)])
def test_what_is_left_must_be_as_firm_as_a_link_needs_to_be(bits, survives):
    assert lasting(("prompt", 30, [0, 1]), ("ip", bits, [0, 1]), n=2)[0] == [survives] * 2


def test_a_card_goes_with_its_banks_range_even_where_only_the_range_is_shared():
    """Accounts 0 and 1 have two cards of one bank; without its card, 0 has nothing of that bank any more."""
    told = [("prompt", 8, [0, 1]), ("bin", 6, [0, 1]), ("card", 9, [0, 2]), ("prompt", 9, [0, 2]), ("ip", 12, [0, 3])]
    assert lasting(*told, n=4)[0][0]
    assert not lasting(*told[:4], n=4)[0][0]


def test_a_second_card_may_be_what_the_range_follows_from():
    told = [("prompt", 8, [0, 1]), ("bin", 6, [0, 1]), ("card", 9, [0, 2]), ("card", 9, [0, 3]), ("ip", 12, [0, 4])]
    assert lasting(*told, n=5)[0][0]


def test_links_to_another_community_are_none_of_its_own():
    told = [("prompt", 14, [0, 1]), ("card", 14, [0, 2])]
    assert lasting(*told, n=3)[0][0]
    assert not lasting(*told, n=3, community=[0, 0, 1])[0][0]


def test_who_has_no_link_survives_nothing():
    """Three bits are no link: without a prompt nobody stays linked to anybody."""
    assert lasting(("prompt", 3, [0, 1]), n=2) == ([False, False], [1 << CONTENT] * 2)


def test_who_stays_linked_among_itself_alone_does_not_stay_linked_to_the_ring():
    """Two groups at one address, each with a prompt and a card of its own; the larger is the ring without addresses."""
    here, there = [*range(6)], [*range(6, 11)]
    told = [("ip", 14, here + there)]
    told += [(kind, 14, some) for some in (here, there) for kind in ("prompt", "card")]
    survives, depends_on = lasting(*told, n=11)
    assert survives == [True] * 11
    assert depends_on == [0] * 6 + [1 << NETWORK] * 5


@pytest.mark.parametrize(("n_here", "n_there", "hang"), [(24, 20, True), (24, 19, False), (20, 20, False)])
def test_a_part_that_could_stand_by_itself_hangs_by_the_family_that_alone_links_it_to_most(n_here, n_there, hang):
    """Of two halves neither is most, and fewer than twenty are no group by themselves."""
    here, there = [*range(n_here)], [*range(n_here, n_here + n_there)]
    told = [("ip", 14, here + there)]
    told += [(kind, 14, some) for some in (here, there) for kind in ("prompt", "card")]
    hangs = found_lasting(*told, n=n_here + n_there)["hangs_by_family"]
    assert hangs.tolist() == [False] * n_here + [hang] * n_there


def test_who_would_be_linked_to_nobody_hangs_with_nobody():
    """Twenty who have nothing but the ring's address."""
    here, there = [*range(24)], [*range(24, 44)]
    told = [("ip", 14, here + there), ("prompt", 14, here), ("card", 14, here)]
    assert not found_lasting(*told, n=44)["hangs_by_family"].any()


def test_without_a_family_that_nobody_needs_everybody_stays():
    told = [(kind, 14, [0, 1, 2]) for kind in ("prompt", "ip", "card")]
    assert lasting(*told, n=3)[1] == [0, 0, 0]


def test_of_whom_nothing_ties_all_is_nothing():
    assert lasting(("prompt", 14, [0, 1]), n=3)[0][2] is False
    assert lasting(("prompt", 14, [0, 1]), n=3)[1][2] == 0


def test_no_community_is_no_trouble():
    assert lasting(("prompt", 14, [0, 1]), n=2, community=[-1, -1]) == ([], [])
