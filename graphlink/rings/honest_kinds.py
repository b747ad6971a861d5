"""Names what a group looks like if it is honest, by a table of kinds and a few facts about each group.

The card alone decides whether a group is coordinated. A kind only names what the card holds to be honest, and tells a
reader what else would look like a coordinated group.
"""

from __future__ import annotations

from functools import lru_cache
from math import inf, isnan
from typing import TYPE_CHECKING, Final, NamedTuple

import pandas as pd

from graphlink.model.families import CLIENT, CONTENT, DEVICE, LARGEST_HOUSEHOLD, NETWORK
from graphlink.model.findings import OWN_TESTS, TOO_SMALL, Check
from graphlink.rings.card_features import Held, of_families
from graphlink.words.sentences import FOUND, NOT_COUNTED, counted, listed, percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphlink.rings.card_features import Described

HOUSEHOLD: Final = "household"

SAID_AGAIN: Final = 1 << 16
"""Different texts that are cached: half a million households need mostly the same ones, and keeping each once takes a
fraction of the memory."""

_NEARLY_ALL, _HALF, _FEW = 0.8, 0.5, 0.2


def _share_of(what: str) -> Callable[[float], str]:
    return lambda share: f"{what} {percent(share)} of them"


_FACTS: Final[dict[str, Callable[[float], str]]] = {
    "accounts": lambda number: f"{counted(round(number), 'account')}{NOT_COUNTED}",
    "address": _share_of("the most common address is on"),
    "card": _share_of("the most common card is on"),
    "device": _share_of("the most common device is on"),
    "devices": _share_of("shared devices are on"),
    "domain": _share_of("the most common mail domain is on"),
    "prompt": _share_of("the most common prompt is on"),
    "prompts": _share_of("shared prompts are on"),
    "plans": lambda share: f"{percent(share)} of them are on plans sold to organisations",
    "institutions": lambda share: f"{percent(share)} of them have mail domains that only institutions get",
    "joined": lambda share: f"{percent(share)} of them were created in the same two weeks, beyond what is usual",
    "own": _share_of("shared names, cards and devices are on"),
}
"""The facts that kinds ask for, and how each is said."""


class _Ask(NamedTuple):
    """That at least one of some facts lies within bounds, in words."""

    words: str
    facts: tuple[str, ...]
    least: float
    most: float = inf


_SMALL = _Ask(f"at most {LARGEST_HOUSEHOLD} accounts", ("accounts",), 0, LARGEST_HOUSEHOLD)
_LARGER = _Ask("more accounts than a household", ("accounts",), LARGEST_HOUSEHOLD + 1)
_NOTHING_OWN = _Ask("hardly any shared names, cards or devices", ("own",), 0, _FEW)
_ONE_PLACE = _Ask("one address for half of them", ("address",), _HALF)

_KINDS: Final = {
    OWN_TESTS: (
        _Ask("one device for nearly all", ("device",), _NEARLY_ALL),
        _Ask("one address for nearly all", ("address",), _NEARLY_ALL),
        _Ask("one prompt for nearly all", ("prompt",), _NEARLY_ALL),
    ),
    HOUSEHOLD: (
        _SMALL,
        _Ask(
            "one address, card, device or mail domain for half of them", ("address", "card", "device", "domain"), _HALF
        ),
    ),
    "organisation": (
        _LARGER,
        _Ask(
            "one mail domain, plans sold to organisations or institutions' mail for half of them",
            ("domain", "plans", "institutions"),
            _HALF,
        ),
    ),
    "agency": (_LARGER, _Ask("one card for half of them", ("card",), _HALF)),
    "event": (_LARGER, _ONE_PLACE, _Ask("half of the accounts made within two weeks", ("joined",), _HALF)),
    "shared machines": (_LARGER, _ONE_PLACE, _Ask("shared devices on half of them", ("devices",), _HALF)),
    "shared network": (_LARGER, _NOTHING_OWN, _Ask("hardly any shared prompts", ("prompts",), 0, _FEW)),
    "platform": (_LARGER, _NOTHING_OWN),
}
"""The kinds, the most specific first. Of 3,500 honest groups of ten and more on 46 worlds, on which they were chosen,
98 in a hundred had a name by these bounds, which are round shares."""


class Named(NamedTuple):
    """What each group looks like if it is honest."""

    checks: list[tuple[Check, ...]]
    name: list[str]
    """The first kind that fits; ``TOO_SMALL`` if none fits a group of a household's size, empty if none fits another.
    """


def name_kinds(facts: pd.DataFrame) -> Named:
    """Try each kind on each group; ``facts`` are those of ``kind_facts``."""
    checks = [_checks(row) for row in facts.round(2).itertuples(index=False, name=None)]
    few = (facts["accounts"] <= LARGEST_HOUSEHOLD).tolist()
    return Named(checks, [_first(each) or TOO_SMALL * small for each, small in zip(checks, few, strict=True)])


def kind_facts(described: Described, features: pd.DataFrame) -> pd.DataFrame:
    """The facts that kinds ask for: one row a group, shares from 0 to 1, NaN where the export lacks the data.

    ``features`` are those of the card.
    """
    held, known = Held.of(described), described.where_known
    devices, prompts = of_families(DEVICE), of_families(CONTENT)
    return pd.DataFrame(
        {
            "accounts": held.size,
            "address": features["one_address"],
            "card": features["one_card"],
            "device": known(DEVICE, held.most("top", devices)),
            "devices": known(DEVICE, held.most("cover", devices)),
            "domain": features["one_domain"],
            "prompt": known(CONTENT, held.most("top", prompts)),
            "prompts": held.most("cover", prompts),
            "plans": features["organisation_plans"],
            "institutions": features["reserved_mail"],
            "joined": features["joined_at_once"],
            "own": held.most("cover", lambda each: each.family not in {NETWORK, CLIENT, CONTENT}),
        }
    )[list(_FACTS)]


@lru_cache(SAID_AGAIN)
def _checks(row: tuple[float, ...]) -> tuple[Check, ...]:
    facts = dict(zip(_FACTS, row, strict=True))
    return tuple(_check(name, asked, facts) for name, asked in _KINDS.items())


def _check(name: str, asked: tuple[_Ask, ...], facts: dict[str, float]) -> Check:
    met = [_is_met(each, facts) for each in asked]
    used = dict.fromkeys(fact for each in asked for fact in each.facts)
    found = "; ".join(_FACTS[fact](facts[fact]) for fact in used if not isnan(facts[fact]))
    unknown = [fact for fact in used if isnan(facts[fact])]
    if unknown:
        found += f"{'; ' if found else ''}not known: {listed(unknown)}"
    if False in met:
        missing = [each.words for each, is_met in zip(asked, met, strict=True) if is_met is False]
        return Check(name, fits=False, because=f"it would fit only with {'; and '.join(missing)}{FOUND}{found}")
    return Check(name, fits=None if None in met else True, because=found)


def _is_met(asked: _Ask, facts: dict[str, float]) -> bool | None:
    values = [facts[fact] for fact in asked.facts]
    if any(asked.least <= value <= asked.most for value in values):
        return True
    return None if any(map(isnan, values)) else False


def _first(checks: tuple[Check, ...]) -> str:
    return next((each.explanation for each in checks if each.fits), "")
