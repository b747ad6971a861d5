"""What a run takes is told beforehand, and work that would not fit is refused before it begins."""

import pytest
from sighting_worlds import farm, sightings_of

from graphlink.engine.resources import memory_of, refuse_too_much
from graphlink.words.errors import MachineError


def test_work_that_does_not_fit_is_refused_and_says_which_types_most_sightings_are_of():
    sightings = sightings_of(farm())
    refuse_too_much(sightings, memory_of(len(sightings)))
    with pytest.raises(MachineError, match="GL824") as refused:
        refuse_too_much(sightings, memory_of(len(sightings)) // 2)
    counts = {
        kind.name: int((sightings.signal_type[sightings.signal] == n).sum()) for n, kind in enumerate(sightings.types)
    }
    most = max(counts, key=counts.get)
    assert f"{most} {counts[most]:,}" in str(refused.value)
