"""Whose mailboxes accounts have: a public one says nothing, one of their own does, of the others nothing is known."""

from dataclasses import replace

import pytest
from worlds import stages

from graphlink.graph.mail_domains import OWN, PUBLIC, rate_of_own_domains, share_with_own

WORLD = "email_domain gmail.com: ann bob cat\nemail_domain own.example: bob\ncard x: ann dan"


def mailboxes(seen) -> dict[str, int]:
    """The mailbox of each account."""
    world = stages(seen)
    return dict(zip(world.sightings.accounts.ids.to_pylist(), world.bipartite.mailbox.tolist(), strict=True))


def test_a_public_mailbox_is_told_from_ones_own_which_nobody_need_share():
    assert mailboxes(WORLD) == {"ann": PUBLIC, "bob": OWN, "cat": PUBLIC, "dan": 0}


@pytest.mark.parametrize("kind", ["device", "template", "phone"])
def test_nothing_else_that_many_have_is_a_mailbox(kind):
    assert set(mailboxes([(f"a{i}", kind, "15550100", -1) for i in range(101)]).values()) == {0}


def test_how_many_have_their_own_is_a_share_of_those_whose_mailbox_is_known():
    world = stages(WORLD)
    assert rate_of_own_domains(world.bipartite.mailbox) == {"own mailbox": pytest.approx(1 / 3)}
    phones = stages("phone 15550100: ann bob\ncard x: ann dan")
    assert rate_of_own_domains(phones.bipartite.mailbox) == {}


def test_a_frozen_share_counts_and_where_it_could_not_be_known_this_weeks():
    world = stages(WORLD)
    known = replace(world.calibration, habits={"own mailbox": 0.125})
    assert share_with_own(world.bipartite.mailbox, known) == 0.125
    assert share_with_own(world.bipartite.mailbox, replace(known, habits={"plans": 0.5})) == pytest.approx(1 / 3)


def test_one_account_at_least_is_taken_to_have_its_own():
    world = stages("email_domain gmail.com: ann bob cat dan")
    assert share_with_own(world.bipartite.mailbox, replace(world.calibration, habits={})) == 0.25
