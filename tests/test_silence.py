"""Who says nothing of whose he is: a public mailbox does not, a domain of one's own does, and so does none at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from worlds import stages

from graphlink.silence import LARGEST_OWN, find_silent, remember_speakers, share_that_speaks

WORLD = "email_domain gmail.com: ann bob cat\nemail_domain own.example: bob dan\ncard x: ann dan"


def silent_in(seen, family: str) -> set[str]:
    """The accounts that are silent in a family."""
    world = stages(seen)
    column = find_silent(world.bipartite)[:, world.bipartite.families.index(family)]
    ids = world.sightings.accounts.ids.to_pylist()
    return {ids[i] for i in np.flatnonzero(column)}


def test_whoever_has_a_public_mailbox_and_no_other_is_silent():
    assert silent_in(WORLD, "identity") == {"ann", "cat"}


def test_whoever_has_none_is_not_for_he_may_have_something_of_his_own():
    assert silent_in(WORLD, "payment") == set()


@pytest.mark.parametrize(("n", "silent"), [(LARGEST_OWN, 0), (LARGEST_OWN + 1, LARGEST_OWN + 1)])
def test_what_more_than_a_hundred_have_says_nothing_either(n, silent):
    assert len(silent_in([(f"a{i}", "template", "summarise", -1) for i in range(n)], "content")) == silent


def test_nobody_keeps_silent_by_a_machine_that_many_have():
    assert silent_in([(f"a{i}", "device", "laptop", -1) for i in range(LARGEST_OWN + 1)], "device") == set()


def test_how_many_speak_is_remembered_by_family():
    world = stages(WORLD)
    calibration = remember_speakers(replace(world.calibration, habits={"plans": 0.5}), world.bipartite)
    assert calibration.habits == {"plans": 0.5, "speaks/identity": 0.5}


def test_what_a_calibration_knows_stays_and_what_is_new_is_added():
    world = stages(WORLD)
    known = replace(world.calibration, habits={"speaks/identity": 0.25})
    assert remember_speakers(known, world.bipartite) is known
    texts = stages(WORLD + "\ntemplate t: bob cat")
    assert remember_speakers(known, texts.bipartite).habits == {"speaks/identity": 0.25, "speaks/content": 1.0}


def test_a_frozen_calibration_says_how_many_speak_and_the_week_where_it_does_not_know():
    world = stages(WORLD)
    silent = find_silent(world.bipartite)
    assert share_that_speaks(silent, world.bipartite, replace(world.calibration, habits=None)).tolist() == [0.5, 1.0]
    known = replace(world.calibration, habits={"speaks/identity": 0.125})
    assert share_that_speaks(silent, world.bipartite, known).tolist() == [0.125, 1.0]


def test_at_least_one_account_is_taken_to_speak():
    world = stages("email_domain gmail.com: ann bob cat dan")
    silent = find_silent(world.bipartite)
    assert silent.all()
    assert share_that_speaks(silent, world.bipartite, replace(world.calibration, habits=None)).tolist() == [0.25]
