"""Which groups reports list: those that need eyes, and honest ones that are not small. The others are counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from graphlink.model.findings import COORDINATED, INCONCLUSIVE, OWN_TESTS, Findings, Ring, Ties
from graphlink.model.sweeps import CLEARED, OF_DECISIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

_ALWAYS: Final = frozenset({COORDINATED, OWN_TESTS, INCONCLUSIVE, CLEARED})
_FEWEST: Final = 2
"""A ring has at least two members; possible victims are none."""


class Counted(NamedTuple):
    """The groups of one assessment, and their members."""

    assessment: str
    groups: int
    accounts: int


def is_listed(assessment: str, n_members: int, smallest: int, *, is_decided: bool = False) -> bool:
    """Whether a group is listed: it needs eyes, a person decided about it, or it has at least so many members.

    Examples
    --------
    >>> is_listed("household", 4, 10), is_listed("household", 10, 10), is_listed("own tests", 2, 10)
    (False, True, True)
    """
    return n_members >= _FEWEST and (n_members >= smallest or assessment in _ALWAYS or is_decided)


def is_ring_listed(ring: Ring, smallest: int) -> bool:
    """The same of a finished ring, whose checks tell what people decided."""
    is_decided = any(check.explanation in OF_DECISIONS for check in ring.checks)
    return is_listed(ring.assessment, ring.n_members, smallest, is_decided=is_decided)


def split_rings(findings: Findings) -> tuple[tuple[Ring, ...], tuple[Ring, ...]]:
    """The rings that are listed, and those that are not, in rank order."""
    parts: tuple[list[Ring], list[Ring]] = [], []
    for ring in findings.rings:
        parts[not is_ring_listed(ring, findings.smallest_listed)].append(ring)
    return tuple(parts[0]), tuple(parts[1])


def listed_part(findings: Findings) -> Findings:
    """The findings without the groups that are not listed, which are counted."""
    rings, unlisted = split_rings(findings)
    if not unlisted:
        return findings
    listed = {ring.ring_id for ring in rings}

    def of(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["ring_id"].isin(listed)].reset_index(drop=True)

    chance, stability = findings.chance, findings.stability
    return replace(
        findings,
        rings=rings,
        members=of(findings.members),
        signals=of(findings.signals),
        tied=findings.tied.of(listed) if isinstance(findings.tied, Ties) else of(findings.tied),
        chance=chance and replace(chance, q_values={ring.ring_id: chance.q_values[ring.ring_id] for ring in rings}),
        stability=stability and replace(stability, rings=of(stability.rings), members=of(stability.members)),
        unlisted=unlisted,
    )


def count_groups(rings: Iterable[Ring]) -> tuple[Counted, ...]:
    """Count groups and their members by assessment, the most frequent first."""
    groups: Counter[str] = Counter()
    accounts: Counter[str] = Counter()
    for ring in rings:
        groups[ring.assessment] += 1
        accounts[ring.assessment] += ring.n_members
    most = sorted(groups, key=lambda name: (-groups[name], name))
    return tuple(Counted(name, groups[name], accounts[name]) for name in most)
