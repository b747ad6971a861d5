"""Whether a week is like the weeks before it: counts go in, those that are unusual come out, each with its sentence."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from graphlink.model.sweeps import Gate, GateLevel
from graphlink.words.sentences import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from graphlink.config.sweeps import SweepSettings

ROWS: Final = "rows"
ACCOUNTS: Final = "accounts"
SIGHTINGS: Final = "sightings"
PLACED: Final = "placed"

_ONLY_ABOVE: Final = frozenset({"largest_ring", "hubs"})
"""Few hubs or small rings are what one hopes for; only their growth shows linking that ran away."""

_ONLY_BELOW: Final = frozenset({PLACED})
"""Countries may come to be exported, and calibrations to know them."""

TOLD: Final = "told:"
"""Before the name of a field: rows that tell it of an account. Fields, too, may come to be exported."""

VALUES: Final = "values:"
"""Before the name of a type of signals: its distinct values."""

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
    """Compare a week's counts with the median of the weeks before.

    Parameters
    ----------
    counts
        This week's.
    earlier
        Those of the newest weeks before; without any, nothing is unusual.
    settings
        What is usual, and what is refused.
    borne
        What sources bore at most that are missing and may be: too few are told, and refuse nothing where there are
        enough beside that. None where nobody knows what they bore: then too few refuse nothing.
    without
        Counts of which nothing is there any more, and may be missing; of these alone too few refuse nothing.

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
    gates = (_judge(name, counts.get(name, 0), [week.get(name, 0) for week in earlier], settings) for name in names)
    found = tuple(gate for gate in gates if gate is not None)
    missing = {*without, *(PLACED for name in without if name == f"{TOLD}country")}
    return tuple(
        _without_refusal(gate) if gate.count_of in missing or _is_explained(gate, borne, settings) else gate
        for gate in found
    )


def judge_calibration(n_calibrated: int, n_accounts: int) -> tuple[Gate, ...]:
    """Compare the accounts that a frozen calibration was made of with a week's: the rarity of values is told by them.

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
"""Times the accounts of a calibration, or a part of them, beyond which it misjudges: of a fiftieth of a week's accounts
it lost a ring of 120, and of a tenth it did not (trial worlds)."""


def find_gone(gates: Iterable[Gate]) -> tuple[str, ...]:
    """Find the types and fields that are refused since there is nothing of them any more; no share of it is enough.

    Examples
    --------
    >>> from graphlink.config.sweeps import SweepSettings
    >>> find_gone(judge_counts({"rows": 9}, [{"rows": 1000, "values:card": 500}], SweepSettings()))
    ('values:card',)
    """
    return tuple(gate.count_of for gate in gates if is_gone(gate))


def name_gone(count_of: str) -> str:
    """Name a type or field of which nothing is there.

    Examples
    --------
    >>> name_gone("values:card"), name_gone("told:status")
    ('values of card', 'status')
    """
    return f"values of {count_of.removeprefix(VALUES)}" if count_of.startswith(VALUES) else count_of.removeprefix(TOLD)


def is_gone(gate: Gate) -> bool:
    """Whether it refuses a week that has nothing of a type or field."""
    return gate.level is GateLevel.REFUSED and not gate.now and gate.count_of.startswith((VALUES, TOLD))


def _is_explained(gate: Gate, borne: Mapping[str, int] | None, settings: SweepSettings) -> bool:
    """Whether what is missing bore so much that what is left is enough of the rest."""
    if borne is None:
        return True
    rest = gate.usual - borne.get(gate.count_of, 0)
    return rest < settings.gate_least or gate.now >= settings.refused_low * rest


def _without_refusal(gate: Gate) -> Gate:
    return replace(gate, level=GateLevel.DEGRADED) if gate.now < gate.usual else gate


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
        return f"accounts of which {which} is told"
    return f"distinct values of {which}" if kind == "values" else _TITLES.get(name, name)
