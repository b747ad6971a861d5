"""Framed victims bore every value before the ring took it."""

import numpy as np
import pytest
from simulate_worlds import framed, honest

from graphlink.simulate import WorldRequest, parse_rings, simulate
from graphlink.simulate.framing import FRAMING
from graphlink.simulate.scene import NOBODY


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


def test_a_world_without_rings_frames_nobody():
    some = simulate(n_accounts=2_000, seed=3, request=WorldRequest(prevalence="clean", n_victims=4))
    assert not len(victims(some))
