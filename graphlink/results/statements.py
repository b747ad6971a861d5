"""Drafts for account holders: one for each tier and each combination of what ties an account.

A statement of reasons gives the facts, names the machine as their source, and explains how to contest the decision. It
holds no other person's data and calls nobody guilty. Square brackets mark what only the provider knows, such as whether
anybody reviewed it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from graphlink.model.findings import Tier
from graphlink.model.signal_types import BUILT_IN_TYPES
from graphlink.results.ring_sentences import TIER_WORDS, WORDS, count_kinds
from graphlink.words.sentences import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd


def type_word(name: str) -> str:
    """Words for signal types for readers who do not know graphlink; a declared type keeps its name.

    Examples
    --------
    >>> type_word("card_bin"), type_word("shop_city")
    ('ranges of card numbers that a bank gives out', 'shop city')
    """
    return WORDS["types"].get(name, name.replace("_", " "))


def family_words(types: Iterable[tuple[str, str]], joint: str = "or") -> dict[str, str]:
    """Name each family by its types that tie: joined by "or" for several accounts, by "and" for one.

    Parameters
    ----------
    types
        Names of types with their families, in the order in which they are named.

    Examples
    --------
    >>> family_words([("card_bin", "payment"), ("ip", "network"), ("ip24", "network")], "and")
    {'payment': 'ranges of card numbers that a bank gives out', 'network': 'network addresses and networks'}
    """
    named: dict[str, dict[str, None]] = {}
    for name, family in types:
        named.setdefault(family, {})[type_word(name)] = None
    return {family: listed(list(words), joint) for family, words in named.items()}


FAMILY_WORDS: Final = family_words((each.name, each.family) for each in BUILT_IN_TYPES)
"""Words for families if no types are known; other families keep their name."""

_DRAFT: Final = WORDS["draft"]


class Statement(NamedTuple):
    """A draft, and the number of accounts that it is for."""

    number: int
    tier: Tier
    families: tuple[str, ...]
    survives: bool
    n_accounts: int
    text: str

    @property
    def title(self) -> str:
        """Name the recipients of the draft."""
        if self.tier is Tier.PERIPHERAL:
            return TIER_WORDS[self.tier]
        hangs = "on no single value" if self.survives else "on one value"
        tied = f"tied by {listed(self.families)}" if self.families else "tied by no family"
        return f"{TIER_WORDS[self.tier]}, {tied}, hangs {hangs}"


def statement_text(
    tier: Tier,
    families: Sequence[str],
    *,
    survives: bool,
    record: str = _DRAFT["own_record"],
    words: Mapping[str, str] = FAMILY_WORDS,
    came_first: bool = False,
) -> str:
    """Draft a text for the holder of an account, from what ties it.

    Parameters
    ----------
    record
        What is on record of the account, in words.
    words
        What each family is called: see ``family_words``.
    came_first
        Whether the record shows that something was on the account before others had it; else nothing is said to
        suggest that they took it.

    Examples
    --------
    >>> text = statement_text(Tier.CORE, ["content", "payment"], survives=True)
    >>> text.partition(". ")[0]
    'Your account appears to be coordinated with other accounts'
    >>> statement_text(Tier.PERIPHERAL, ["network"], survives=False)
    'No measure may rest on this report, so there is nothing to tell: the account is tied too loosely.'
    """
    named = "; ".join(words.get(family, FAMILY_WORDS.get(family, family)) for family in families)
    kinds = f": {named}" if named else ""
    if tier is Tier.PERIPHERAL:
        return _DRAFT["nothing_to_tell"]
    if tier is Tier.POSSIBLE_VICTIM:
        what = _DRAFT["suggested"] if came_first else _DRAFT["possible"]
        told = [f"{_DRAFT['seen_elsewhere']}{kinds}.", record, what, _DRAFT["no_ground"]]
    else:
        found = _DRAFT["found"].format(of_kinds=_of_kinds(families), kinds=kinds)
        firmness = _firmness(tier, len(families), survives=survives)
        told = [found, record, firmness, _DRAFT["meaning"], _DRAFT["decision"], _DRAFT["contest"]]
    return " ".join(filter(None, told))


def list_statements(
    members: pd.DataFrame, words: Mapping[str, str] = FAMILY_WORDS
) -> tuple[tuple[Statement, ...], list[int]]:
    """Draft a statement for each combination among a ring's members; ``words`` name the families.

    The draft for peripheral members states that nothing is sent to them.

    Returns
    -------
    The statements, by tier and then by falling number of accounts; and for each member the number of its own.
    """
    tiers = list(Tier)
    edge = tiers.index(Tier.PERIPHERAL)
    combined = zip(
        (tiers.index(Tier(tier)) for tier in members["tier"]),
        members["families"].astype(str),
        members["survives_any_value"].astype(bool),
        strict=True,
    )
    keys = [(edge, "", False) if key[0] == edge else key for key in combined]
    counts = Counter(keys)
    ordered = sorted(counts, key=lambda key: (key[0], -counts[key], key[1], not key[2]))
    numbers = {key: place + 1 for place, key in enumerate(ordered)}
    statements = []
    for key in ordered:
        tier, families, survives = tiers[key[0]], tuple(key[1].split("; ")) if key[1] else (), key[2]
        text = statement_text(tier, families, survives=survives, words=words)
        statements.append(Statement(numbers[key], tier, families, survives, counts[key], text))
    return tuple(statements), [numbers[key] for key in keys]


def _of_kinds(families: Sequence[str]) -> str:
    return " of one kind" if len(families) == 1 else f" of {count_kinds(families)}" if families else ""


def _firmness(tier: Tier, n_kinds: int, *, survives: bool) -> str:
    """Word whether the link rests on one value; its kind is known if all are of one kind."""
    which = "one of these values" if n_kinds > 1 else "a single value of this kind" if n_kinds else "a single value"
    link = (
        "Your account would stay linked without any one of these values."
        if survives
        else f"The link rests on {which}: without it, your account would be linked to none of them."
    )
    return link if tier is Tier.CORE else f"The link falls short of one of the conditions for the firmest tier. {link}"
