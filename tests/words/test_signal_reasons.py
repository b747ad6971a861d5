"""Why a signal did not link: the reason that is given is the condition that was missed."""

from graphlink.words.signal_reasons import why_unlinked


def test_a_share_that_falls_short_never_looks_as_if_it_were_enough():
    assert why_unlinked("seen", (20, 10.0), (0.6, 0.4996, 0.5)) == (
        "seen; at least 49 % belong together by this, and a link takes 50 %"
    )
    assert why_unlinked("seen", (20, 10.0), (0.6, 0.502, 0.505)) == (
        "seen; at least 50.2 % belong together by this, and a link takes 50.5 %"
    )
    assert why_unlinked("seen", (20, 10.0), (0.6, 0.004, 0.5)) == (
        "seen; at least 0.4 % belong together by this, and a link takes 50 %"
    )


def test_fewer_than_chance_gives_is_never_called_too_few_to_belong_together():
    told = why_unlinked("seen", (27, 33.2), (0.7071, 0.49999, 0.5))
    assert told == "seen, so it shows nothing by itself; that 71 % belong together is for other signals to show"
