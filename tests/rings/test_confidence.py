"""How firmly members are tied, and how far they are believed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from graphlink.rings.membership.confidence import believe


def members_with(links, families=2, values=3):
    """Members of a group whose median is 8 links."""
    table = pd.DataFrame({"n_links": links, "n_families": families, "n_values": values})
    return table.assign(usual_links=8.0, survives_any_value=True)


def test_confidence_grows_with_links_and_no_member_is_taken_for_certain():
    confidence = believe(members_with([1, 2, 3, 4, 8, 80]))
    assert (np.diff(confidence[:4]) > 0).all()
    assert confidence[0] < 0.5 < confidence[1]
    assert confidence[-2:].tolist() == [0.99, 0.99]


def test_a_member_that_one_family_ties_is_believed_less():
    links = [1, 2, 3, 4, 5]
    one = believe(members_with(links, families=1))
    assert (one < believe(members_with(links))).all()


def test_a_member_without_a_link_has_a_confidence():
    """Its only neighbour was left out: it keeps what is known of it."""
    alone = pd.DataFrame({"n_links": [0], "usual_links": [0.0], "n_families": [2], "n_values": [3]})
    confidence = believe(alone.assign(survives_any_value=True))
    assert 0 < confidence[0] < 0.5


@pytest.mark.parametrize(
    ("links", "usual", "confidence"),
    [
        (2, 12.0, 0.5),  # a sixth is as likely as not, and twice as many give 16 to 1
        (4, 12.0, 0.941),
        (3, 12.0, 0.835),
        (1, 12.0, 0.115),  # less than a tenth counts as a tenth
        (0, 12.0, 0.115),
        (0, 0.0, 0.115),
        (1, 2.0, 0.988),
        (1, 1.0, 0.99),
        (1, 0.0, 0.99),
    ],
)
def test_a_sixth_of_the_usual_links_is_as_likely_as_not(links, usual, confidence):
    assert believe(members_with([links]).assign(usual_links=usual)).tolist() == [confidence]


@pytest.mark.parametrize(
    ("n_families", "survives", "n_values", "confidence"),
    [
        (2, True, 3, 0.941),
        (2, True, 1, 0.941),
        (2, False, 2, 0.941),
        (2, False, 1, 0.5),  # one value that is of two families
        (1, True, 3, 0.5),
        (1, False, 1, 0.5),
        (0, True, 3, 0.5),
    ],
)
def test_where_one_family_or_one_value_ties_a_third_is_as_likely_as_not(n_families, survives, n_values, confidence):
    some = members_with([4], families=n_families, values=n_values)
    assert believe(some.assign(usual_links=12.0, survives_any_value=survives)).tolist() == [confidence]
