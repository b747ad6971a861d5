"""Sweeps written by hand, for the first page of a sweep's report: ``two_rings`` with what the weeks before had."""

from dataclasses import replace

from report_worlds import START, harmless, two_rings

from graphlink.model.sweeps import Changes, Cleared, Evader, EventKind, KnownBad, Returned, RingEvent, Ruling

FARM, FIRM = "R-4KQ7", "R-9XWM"


def event(week, kind, ring_id, *numbers, others=()):
    """What happened, with the accounts before, now, joined, left and closed as far as they are given."""
    numbers += (0,) * (5 - len(numbers))
    return RingEvent(f"2026-W{week}", EventKind(kind), ring_id, others, *numbers, "a reason")


def changes(**other):
    base = Changes(
        week="2026-W09",
        revision=1,
        previous="2026-W08",
        missing_weeks=(),
        missing_sources=(),
        events=(event("09", "grew", FARM, 6, 11, 6, 1, 1), event("09", "continued", FIRM, 6, 6)),
        earlier=(event("08", "born", FARM, 0, 6, 6), event("08", "born", FIRM, 0, 6, 6)),
        evaders=(),
        gates=(),
        drift=(),
        calibration_renewed=False,
        config_changed=False,
    )
    return replace(base, **other)


def swept(disguise=harmless, **other):
    return replace(two_rings(disguise), changes=changes(**other))


def decided(disguise):
    """Everything that people decided and who may evade a ban, in strings of strangers."""
    shared = tuple(("card", disguise(f"card:{number}")) for number in range(5))
    return {
        "evaders": (Evader(disguise("acc-9"), FARM, START, shared, 20 << 16),),
        "ruling": Ruling(
            cleared=(
                Cleared(disguise("staff-1"), is_ring=False, ring_id=FIRM, by=disguise("kim"), note=disguise("our own")),
            ),
            returned=(
                Returned(
                    disguise("acc-1040"),
                    ring_id=FARM,
                    is_ring=False,
                    by=disguise("kim"),
                    note=disguise("looked fine"),
                    new=shared,
                ),
            ),
            known_bad=(KnownBad(FARM, "card", disguise("card:4f1b"), disguise("kim"), disguise("chargebacks")),),
        ),
    }
