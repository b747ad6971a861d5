"""Framed victims bore every value before the ring took it."""

import numpy as np
import pytest
from simulate_worlds import framed, honest

from graphlink.lab.simulate import WorldRequest, parse_rings, simulate, summarise
from graphlink.lab.simulate.framing import FRAMING
from graphlink.lab.simulate.scene import NOBODY


def taken_from(some, victim):
    """Types, with the moments at which the victim and then the members of its ring were first seen with its values."""
    ring = some.accounts.ring == some.accounts.framed_by[victim]
    for table in some.tables:
        if table.signal in FRAMING:
            for value in table.value[table.account == victim]:
                bearers = table.value == value
                members = bearers & ring[table.account]
                if members.sum() > 0.3 * ring.sum():
                    yield table.signal, table.first[bearers & (table.account == victim)][0], table.first[members]


def victims(some):
    return np.flatnonzero(some.accounts.framed_by != NOBODY)


def test_as_many_honest_accounts_are_framed_as_were_asked_for():
    assert len(victims(framed())) == 12
    assert honest(framed())[victims(framed())].all()


def test_values_of_as_many_types_are_taken_as_were_asked_for():
    some = framed()
    for victim in victims(some):
        assert len({signal for signal, _, _ in taken_from(some, victim)}) == 2


def test_the_victim_bore_them_first():
    some = framed()
    for victim in victims(some):
        for _, bore, took in taken_from(some, victim):
            assert bore < took.min()


def test_every_ring_frames_somebody():
    some = framed()
    assert set(some.accounts.framed_by[victims(some)]) == {ring.number for ring in some.rings}


@pytest.mark.parametrize("types", [1, 3])
def test_number_of_types(types):
    request = WorldRequest(rings=parse_rings("R3=300"), n_victims=4, framing_types=types)
    some = simulate(n_accounts=10_000, seed=3, request=request)
    for victim in victims(some):
        assert len({signal for signal, _, _ in taken_from(some, victim)}) == types


def test_a_world_without_rings_can_frame_nobody():
    """It had no victims, and nothing said so."""
    request = WorldRequest(prevalence="clean", n_victims=4)
    with pytest.raises(ValueError, match="no ring is planted that could frame victims; ask for more accounts, or"):
        simulate(n_accounts=2_000, seed=3, request=request)


def test_more_types_than_a_ring_takes_over_are_refused():
    with pytest.raises(ValueError, match=r"4 types \(template, ip, device, card\); ask for 4 or fewer"):
        simulate(n_accounts=2_000, seed=3, request=WorldRequest(framing_types=5))


def test_fewer_victims_than_were_asked_for_are_told():
    request = WorldRequest(rings=parse_rings("R1=100"), n_victims=5_000)
    some = simulate(n_accounts=2_000, seed=3, request=request)
    assert 0 < len(victims(some)) < 5_000
    assert list(summarise(some))[-1].startswith(f"  victims: {len(victims(some)):,} of the 5,000 asked for")
    assert list(summarise(framed()))[-1] == "  victims: 12"
