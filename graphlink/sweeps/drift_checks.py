"""Compare a week with earlier weeks: unusual counts and lost columns, each with a sentence."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from statistics import median
from types import MappingProxyType
from typing import Final

from graphlink.config.sweeps import SweepSettings
from graphlink.model.fields import SEEN
from graphlink.model.reading import Reading
from graphlink.model.sweeps import Gate, GateLevel
from graphlink.sweeps.documents import Before
from graphlink.words.errors import InputError
from graphlink.words.escape import printable
from graphlink.words.sentences import counted

ROWS: Final = "rows"
ACCOUNTS: Final = "accounts"
SIGHTINGS: Final = "sightings"
PLACED: Final = "placed"

_ONLY_ABOVE: Final = frozenset({"largest_ring", "hubs"})
"""Counts where a fall is welcome. Only growth shows runaway links."""

_ONLY_BELOW: Final = frozenset({PLACED})
"""Counts where a rise is normal: exports may gain countries, and calibrations learn them."""

TOLD: Final = "told:"
"""The prefix of a field: counts rows with a value in that field. A rise is normal here too."""

VALUES: Final = "values:"
"""The prefix of a signal type: counts its distinct values."""

_TITLES: Final = {
    ROWS: "rows read",
    ACCOUNTS: "accounts",
    SIGHTINGS: "sightings",
    "hubs": "signals of many accounts that did not link",
    "largest_ring": "accounts in the largest ring",
    PLACED: "accounts of a country that the calibration knows",
}


def judge_counts(
    counts: Mapping[str, int],
    earlier: Sequence[Mapping[str, int]],
    settings: SweepSettings,
    *,
    borne: Mapping[str, int] | None = MappingProxyType({}),
    without: Collection[str] = (),
) -> tuple[Gate, ...]:
    """Compare a week's counts with the median of earlier weeks.

    Parameters
    ----------
    counts
        This week's counts.
    earlier
        Counts of the newest earlier weeks. If there are none, nothing is unusual.
    settings
        The usual range and the limits for refusal.
    borne
        The largest counts of sources that may be missing. A low count is then reported, and refused only if these
        do not explain it. None if their counts are unknown: then a low count is never refused.
    without
        Counts that may fall to zero. A low value of these is never refused.

    Examples
    --------
    >>> from graphlink.config.sweeps import SweepSettings
    >>> weeks, settings = [{"rows": 1000}, {"rows": 1200}, {"rows": 1100}], SweepSettings()
    >>> [gate.because for gate in judge_counts({"rows": 400}, weeks, settings)]
    ['400 rows read; 1,100 are usual']
    >>> [gate.level.value for gate in judge_counts({"rows": 9}, weeks, settings, borne={"rows": 300})]
    ['refused']
    """
    if not earlier:
        return ()
    names = sorted({*counts, *(name for week in earlier for name in week)})
    missing = {*without, *(PLACED for name in without if name == f"{TOLD}country")}
    found = []
    for name in names:
        gate = _judge(name, counts.get(name, 0), [week.get(name, 0) for week in earlier], settings)
        if gate and gate.now < gate.usual and (name in missing or _is_explained(gate, borne, settings)):
            gate = replace(gate, level=GateLevel.DEGRADED)
        found += [gate] if gate else []
    return tuple(found)


def judge_calibration(n_calibrated: int, n_accounts: int) -> tuple[Gate, ...]:
    """Compare the number of accounts behind a frozen calibration with this week's, since it sets how rare values are.

    Examples
    --------
    >>> [gate.because for gate in judge_calibration(100, 5_000)]
    ['the calibration is of 100 accounts, of 5,000 now, so values are misjudged; `graphlink calibrate` makes it anew']
    >>> judge_calibration(4_000, 5_000)
    ()
    """
    if max(n_calibrated, n_accounts) <= _OTHER_ORDER * max(min(n_calibrated, n_accounts), 1):
        return ()
    what = f"the calibration is of {counted(n_calibrated, 'account')}, of {n_accounts:,} now, so values are misjudged"
    because = f"{what}; `graphlink calibrate` makes it anew"
    return (Gate("calibrated", n_accounts, n_calibrated, GateLevel.DEGRADED, because),)


_OTHER_ORDER: Final = 4
"""Largest ratio of account numbers between calibration and week. A calibration from a fiftieth of the accounts lost a
ring of 120; one from a tenth did not (trial worlds)."""


def name_vanished(count_of: str) -> str:
    """Name a type or field of which nothing is left.

    Examples
    --------
    >>> name_vanished("values:card"), name_vanished("told:status")
    ('values of card', 'status')
    """
    return f"values of {count_of.removeprefix(VALUES)}" if count_of.startswith(VALUES) else count_of.removeprefix(TOLD)


def is_vanished(gate: Gate) -> bool:
    """Whether a gate refuses a week because nothing of a type or field is left.

    Examples
    --------
    >>> from graphlink.config.sweeps import SweepSettings
    >>> gates = judge_counts({"rows": 9}, [{"rows": 1000, "values:card": 500}], SweepSettings())
    >>> [gate.count_of for gate in gates if is_vanished(gate)]
    ['values:card']
    """
    return gate.level is GateLevel.REFUSED and not gate.now and gate.count_of.startswith((VALUES, TOLD))


def _is_explained(gate: Gate, borne: Mapping[str, int] | None, settings: SweepSettings) -> bool:
    """Whether the missing sources explain a low count."""
    if borne is None:
        return True
    rest = gate.usual - borne.get(gate.count_of, 0)
    return rest < settings.gate_least or gate.now >= settings.refused_low * rest


def _judge(name: str, now: int, before: Sequence[int], settings: SweepSettings) -> Gate | None:
    usual = round(median(before))
    if max(now, usual) < settings.gate_least:
        return None
    share = now / usual if usual else float("inf")
    has_floor = name not in _ONLY_ABOVE
    has_ceiling = name not in _ONLY_BELOW and not name.startswith(TOLD)
    if (has_ceiling and share > settings.refused_high) or (has_floor and share < settings.refused_low):
        level = GateLevel.REFUSED if usual >= settings.gate_least else GateLevel.DEGRADED
    elif (has_ceiling and share > settings.usual_high) or (has_floor and share < settings.usual_low):
        level = GateLevel.DEGRADED
    else:
        return None
    return Gate(name, now, usual, level, f"{now:,} {_title(name)}; {usual:,} are usual")


def _title(name: str) -> str:
    kind, _, which = name.partition(":")
    if name.startswith(TOLD):
        return f"accounts with a value of {which}"
    return f"distinct values of {which}" if kind == "values" else _TITLES.get(name, name)


def find_lost(reading: Reading, before: Before) -> tuple[str, ...]:
    """List the fields that had values in earlier weeks and have no column now.

    If sources are missing, a field without any source that could hold it counts as part of the missing source.
    """
    counts = [name for week in before.earlier_counts for name, n in week.items() if n and name.startswith(TOLD)]
    told = sorted({name.removeprefix(TOLD) for name in counts})
    could_be = reading.told if before.missing_sources else told
    return tuple(name for name in told if name in could_be and reading.told.get(name) is None)


def without_fields(reading: Reading, before: Before, lost: Sequence[str]) -> Before:
    """The earlier weeks without the counts of missing fields, so that drift checks skip them."""
    there = {f"{TOLD}{name}" for name, n in reading.told.items() if n is not None}
    counts = tuple(
        {name: n for name, n in week.items() if name in there or not name.startswith(TOLD)}
        for week in before.earlier_counts
    )
    missing = (*before.missing_sources, *(f"column {name}" for name in lost))
    return replace(before, earlier_counts=counts, missing_sources=missing)


def refuse_lost(reading: Reading, before: Before, lost: Sequence[str], *, allow_partial: bool) -> None:
    """Refuse an export that lacks columns of earlier weeks.

    Raises
    ------
    InputError
        GL166 with the most similar name among the unused columns.
    """
    if not lost or allow_partial:
        return
    of_times = lost[0] == SEEN
    near = reading.maybe_times[:1] if of_times else difflib.get_close_matches(lost[0], reading.unused_columns, n=1)
    several = len(lost) > 1
    named = ", ".join(f"`{name}`" for name in lost)
    what = f"no column {named} any more; the weeks before had {'them' if several else 'it'}"
    cure = "export it again"
    if near:
        cure = f'`[columns] {lost[0]} = "{printable(near[0])}"` if that is what it is called now'
    raise InputError("GL166", before.week, what, f"{cure}; --allow-partial sweeps without")
