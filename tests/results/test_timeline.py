"""When a ring was there: what an account states when it is made is no sighting, and nothing is cut without a sign."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from report_worlds import two_rings

from graphlink.results.pictures.families import family_styles
from graphlink.results.pictures.timeline import draw_timeline
from graphlink.results.ring_data import iter_rings
from graphlink.results.tables import time_integers

STYLES = family_styles(["content", "device", "identity", "network", "payment"])
MADE = pd.Timestamp("2024-08-07T09:30", tz="UTC")


@pytest.fixture
def data():
    """A farm whose accounts were made long before they were seen, and stated their mail domains then."""
    ring = next(iter_rings(two_rings().findings))
    members = ring.members.assign(created_at=MADE)
    stated = np.array([row.family == "identity" for row in ring.signal_rows])[ring.signal]
    assert stated.any()
    made = time_integers(members["created_at"])[ring.account]
    times = {name: np.where(stated, made, getattr(ring, name)) for name in ("first_seen", "last_seen")}
    of_identity = ring.signals["family"] == "identity"
    dated = {name: ring.signals[name].mask(of_identity, MADE) for name in ("first_seen", "last_seen")}
    first = members["first_seen"].mask(members["tier"] != "possible_victim", MADE)
    return replace(ring, members=members.assign(first_seen=first), signals=ring.signals.assign(**dated), **times)


def test_nobody_is_seen_when_an_account_is_made(data):
    titles = [life["title"] for life in draw_timeline(data, STYLES)["lives"]]
    assert titles
    assert not [title for title in titles if "seen 7 Aug 2024" in title]
    assert [title for title in titles if "created 7 Aug 2024, 09:30, seen 3 Feb 2026" in title]


def test_a_bar_of_stated_domains_is_of_the_accounts_that_were_made_with_them(data):
    titles = [use["title"] for use in draw_timeline(data, STYLES)["uses"]]
    assert all(("accounts made" in title) == title.startswith("mail_domain") for title in titles)
    assert not [title for title in titles if "seen 7 Aug 2024" in title]


def test_a_stated_domain_that_was_seen_since_has_a_bar_of_sightings(data):
    later = np.where(data.first_seen == data.last_seen, data.last_seen.max(), data.last_seen)
    titles = [use["title"] for use in draw_timeline(replace(data, last_seen=later), STYLES)["uses"]]
    assert not [title for title in titles if "accounts made" in title]
