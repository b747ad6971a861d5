"""Groups of accounts before any is called a ring: the evidence, and what repetitions find."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

    from graphlink.model.arrays import Bools, Floats, Int8s, Int64s
    from graphlink.model.graph import Bipartite, Projection, SignalTest


class Left(StrEnum):
    """Why an account that links lead to is in no group that is reported."""

    ONE_OF_MANY = "one of many"
    """What ties it is borne by more who are none of the group."""
    UNLIKELY = "unlikely"
    """It is less likely to belong than not, or nothing that it bears tells anything of the group."""
    SMALL = "small group"
    """Its group is smaller than a ring may be."""
    CHANCE = "chance"
    """Groups as strong as its group are found where only chance is at work."""


LEFT: Final = tuple(Left)


SIGNAL_COLUMNS: Final = (
    *("community", "signal", "type", "family", "inside", "outside", "expected", "bits", "first_seen", "last_seen"),
)
"""The telling signals of communities, one row each.

``community`` and ``signal`` are numbers, ``type`` and ``family`` positions among the types and families. ``inside``:
members who bear it; ``outside``: others who do; ``expected``: members who would by chance; ``bits``: of evidence, in
units of 2**-16; ``first_seen`` and ``last_seen``: with a member.
"""

TIE_COLUMNS: Final = ("row", "account", "first_seen", "last_seen", "count")
"""Who bears the telling signals: the row of the signals, a member who bears it, when it was seen with it, and in how
many sightings."""

MEMBER_COLUMNS: Final = (
    *("account", "community", "cell", "chained", "n_links", "usual_links", "n_values", "tie_bits", "n_families"),
    *("n_own_families", "families", "observed", "particular", "survives_any_value", "depends_on", "hangs_by_family"),
    *("came_first", "taken_over", "tier"),
)
"""The members of communities, one row each, by account.

``account`` and ``community`` are numbers, ``cell`` is Leiden's. ``chained``: whether it is on a chain; ``n_links``:
inside; ``usual_links``: the median of the community. Of the values that tie it: ``n_values``, their ``tie_bits`` in
units of 2**-16, ``n_families``, and ``families`` as a bit mask; ``n_own_families``: of values that no more others than
members bear. ``observed``: whether the provider observed one of its own values; ``particular``: whether some tie is
none that a vendor makes; ``survives_any_value``: whether some link inside is left, whichever value is struck from it;
``depends_on``: bit mask of the families without which it is not linked to the largest piece that is left;
``hangs_by_family``: whether it is of a part of 20 or more that one family alone links to most of the others;
``came_first``: whether it bore all before the others; ``taken_over``: whether it may have been; ``tier``: position in
``Tier``.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What ties each community together, and each member to it. Communities are numbered from 0."""

    members: pd.DataFrame
    """``MEMBER_COLUMNS``."""
    signals: pd.DataFrame
    """``SIGNAL_COLUMNS``."""
    ties: pd.DataFrame
    """``TIE_COLUMNS``."""
    size: Int64s
    """Members of each community."""
    n_small: int
    """Communities that were smaller than a ring may be."""
    left: Int8s
    """Of each account there is why it was let go: its position in ``Left``, -1 of a member and of who has no links."""


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """What the stages up to the evidence made of sightings: the groups, before anything is called a ring."""

    bipartite: Bipartite
    test: SignalTest
    projection: Projection
    evidence: Evidence


@dataclass(frozen=True, slots=True, eq=False)
class Strengths:
    """How many accounts each group of a world has, and the bits beyond the prior odds that hold them together."""

    size: Int64s
    bits: Floats


@dataclass(frozen=True, slots=True, eq=False)
class NullWorld:
    """What was found where only chance ties accounts together."""

    strengths: Strengths
    is_coordinated: Bools
    """Of each group, whether it was assessed as coordinated."""
    n_links_lost: int
    """Links for which there was no other account."""


class Recurrence(NamedTuple):
    """How far a repetition of the analysis brings the groups back."""

    jaccard: Floats
    """Of each group with the group of the repetition that holds most of it."""
    kept: Bools
    """By row of ``Evidence.members``: whether the account is in that group."""


@dataclass(frozen=True, slots=True, eq=False)
class Holdings:
    """How communities hold the values of each signal type: one row a community and type, as ``Holding`` has them."""

    community: Int64s
    type: Int64s
    cover: Floats
    top: Floats
    top_owned: Floats
    n_values: Int64s
    n_own: Int64s
    effective: Floats
    owned: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Traits:
    """What each community is like: arrays by community; NaN where it is not known."""

    holdings: Holdings
    says_more: bool
    """Whether accounts of the export share more than places, programs and prompts."""
    size: Int64s
    """Members, without peripheral ones, but with all that were taken over if most were."""
    rush: Floats
    """Share of the members who joined within the two fullest weeks and in the four months before they were last seen,
    beyond the share of all accounts who did: older accounts were not opened for this."""
    life: Floats
    """Median of the days from an account's first sighting to its last. Its creation may be the first, never the last.
    """
    organisation_plans: Floats
    """Share of the members on a plan that is sold to organisations."""
    disposable: Floats
    """Share of the members with a disposable mail address, which lasts for an hour."""
    reserved: Floats
    """Share of the members with a mail domain that only governments, schools, universities and armies get."""
    nested: Floats
    """Share of the pairs sharing a card, a device or the like that also share one private domain, beyond chance."""
    worded: Floats
    """Share of the pairs sharing a text that also share one private domain, beyond chance."""
    apart: Floats
    """Share of the pairs sharing anything beyond common values that also share one private domain, beyond chance. The
    type with the smallest share counts."""
    housed: Floats
    """Share of the pairs sharing a card that also share an address, beyond chance, as a mean over members."""
    settled: Floats
    """Share of the pairs sharing a mail domain that also share an address, beyond chance."""
    keyed: Floats
    """Share of the pairs sharing a mail domain that also share what they pay with, beyond chance."""
    roofed: Floats
    """Share of the pairs sharing a device that also share an address, beyond chance, as a mean over members."""
    paired: Floats
    """Share of the pairs sharing a device that also share a card, or the like, beyond chance, as a mean over members.
    """
    in_step: Floats
    even_use: Floats
    heavy_use: Floats
    own_devices: Floats
    moving: Floats
    elsewhere: Floats
    one_country: Floats
