"""Why a signal did not link: the reason that is given is the condition that was missed."""

from __future__ import annotations

from graphlink.unlinked import why_unlinked


def test_a_share_that_falls_short_never_looks_as_if_it_were_enough():
    assert why_unlinked("seen", (20, 10.0), (0.6, 0.4996, 0.5)) == (
        "seen; beyond doubt 49.9 % belong together, and a link takes 50 %"
    )


def test_fewer_than_chance_gives_is_never_called_too_few_to_belong_together():
    told = why_unlinked("seen", (27, 33.2), (0.7071, 0.49999, 0.5))
    assert told == "seen, so it shows nothing by itself; what joins 71 % are other signals"


def test_a_little_more_than_chance_gives_may_be_chance():
    assert why_unlinked("seen", (190, 185.4), (0.3, 0.52, 0.5)) == "seen, which may be chance"
