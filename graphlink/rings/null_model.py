"""Makes null worlds without rings from sightings, and compares real groups with the groups found in them.

In a null world every account has as many signals of each type as in the real one, and every signal as many accounts,
but the links between them are drawn anew. Groups found there exist by chance. Their number is therefore the number of
chance groups expected among the reported ones. The test distinguishes chance from purpose, and not an honest purpose
from a dishonest one: a company is no accident either.

Sweeps make null worlds once, when they calibrate. The limits found then apply until the next calibration.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from graphlink.engine.arrays import distinct
from graphlink.engine.kernels.basic import find_repeats, order_groups, sort_slices
from graphlink.model.findings import Chance
from graphlink.model.graph import BIT_SCALE
from graphlink.model.groups import LEFT, Left, NullWorld, Strengths
from graphlink.rings.evidence import only_groups

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphlink.config.method import Method
    from graphlink.model.arrays import Bools, Floats, Int32s, Int64s
    from graphlink.model.calibration import Calibration
    from graphlink.model.findings import Findings
    from graphlink.model.groups import Evidence, Grouping
    from graphlink.model.sightings import Accounts, Sightings

_ROUNDS = 10
"""Rounds in which duplicate links are drawn again: nearly all find a place within three; for some types there is none.
"""

_DECIMALS = 4
"""Decimals of a q-value: it is estimated from some thousand groups at most."""


def count_repeats(sightings: Sightings, at_most: int, method: Method) -> int:
    """The number of times the analysis can be repeated within ``repeated_sightings``."""
    return min(at_most, method.repeated_sightings // max(1, len(sightings)))


def shuffle_links(sightings: Sightings, *, seed: int, world: int) -> Sightings:
    """Draw anew which account has which signal, within each type, so that every account and signal keeps its degree.

    Parameters
    ----------
    sightings
        The real ones.
    seed, world
        The run's seed and the number of the null world.

    Returns
    -------
    Sightings
        As many of each account and signal as before, except links that still duplicate another of the same account
        after all attempts: those are left out. Times and counts stay with the account and the type.
    """
    random = np.random.default_rng(_entropy("null world", seed, world))
    n_borne = np.bincount(sightings.account, minlength=len(sightings.accounts))
    starts = np.concatenate([[0], np.cumsum(n_borne)])
    order, begins = order_groups(sightings.signal_type.astype(np.int32)[sightings.signal], len(sightings.types))
    rows = [order[low:high].astype(np.int32) for low, high in pairwise(begins.tolist())]
    del order
    signal = sightings.signal.copy()
    for mine in rows:
        signal[mine] = random.permutation(signal[mine])
    double = _sort(starts, signal, np.arange(len(sightings.accounts)))
    for _ in range(_ROUNDS):
        if not len(double):
            break
        of_type = sightings.signal_type[signal[double]]
        redrawn = [_redraw(signal, mine, double[of_type == each], random) for each, mine in enumerate(rows)]
        moved = distinct(sightings.account[np.concatenate(redrawn)].astype(np.int64))
        double = _sort(starts, signal, moved)
    del rows
    kept = np.ones(len(signal), dtype=np.bool_)
    kept[double] = False
    return _with_links(sightings, signal, kept)


def measure_strengths(groups: Grouping, calibration: Calibration) -> Strengths:
    """Strength of each group: the evidence of its average link beyond the prior odds, for each account but the first.

    This many bits are needed to tie that many accounts to one another, whatever further links add.
    """
    size = groups.evidence.size
    community = community_of_accounts(groups)
    source, target = community[groups.projection.source], community[groups.projection.target]
    inside = (source >= 0) & (source == target)
    n_links = np.bincount(source[inside], minlength=len(size))
    bits = np.bincount(source[inside], groups.projection.bits[inside], minlength=len(size)) / BIT_SCALE
    beyond = bits / np.maximum(1, n_links) - calibration.prior_bits
    return Strengths(size=size, bits=np.where(n_links > 0, (size - 1) * beyond, 0.0))


def estimate_q(real: Strengths, worlds: Sequence[NullWorld]) -> Floats:
    """Estimate, per group, the share of chance groups among the groups of its size that are at least as strong.

    A size is a power of two. Pairs and threes are compared with pairs and threes, so that the many large groups of a
    real world do not lower their estimate. The estimate never rises with strength.
    """
    q_values = np.zeros(len(real.size))
    classes = _size_class(real)
    for each in np.unique(classes):
        mine = np.flatnonzero(classes == each)
        mine = mine[np.argsort(real.bits[mine], kind="stable")]
        bits = real.bits[mine]
        n_real = len(bits) - np.searchsorted(bits, bits, side="left")
        n_null = _mean_at_least(worlds, int(each), bits)
        q_values[mine] = np.minimum.accumulate(np.minimum(n_null / n_real, 1.0))
    return np.round(q_values, _DECIMALS)


def freeze_chance(findings: Findings, test: ChanceTest, at_most: float) -> Findings:
    """Store in the calibration how strong a group of each size may be and still be explained by chance.

    Parameters
    ----------
    findings
        With the expected chance groups.
    test
        All groups beside null worlds; without null worlds, nothing is stored.
    at_most
        The largest q-value of a group that is reported.

    Returns
    -------
    Findings
        Their calibration has a limit for each size at which too many groups are chance. It is the strength of the
        weakest null group above which at most that share are chance. So it explains exactly the groups whose q-value is
        too large.
    """
    if findings.chance is None:
        return findings
    real, worlds = test.strengths, test.worlds
    classes = np.unique(np.concatenate([_size_class(each) for each in (real, *(world.strengths for world in worlds))]))
    limits = {str(1 << (each - 1)): _limit(real, worlds, each, at_most) for each in classes.tolist()}
    share = findings.chance.rings / max(1, len(findings.rings))
    frozen = replace(
        findings.calibration,
        chance_bits={size: bits for size, bits in limits.items() if bits is not None},
        chance_rings=round(min(1.0, share), _DECIMALS),
    )
    return replace(findings, calibration=frozen)


def find_explained(real: Strengths, limits: Mapping[str, float]) -> Bools:
    """Find the groups that are no stronger than chance was when the calibration was made."""
    least = 1 << (_size_class(real) - 1)
    return real.bits <= np.array([limits.get(str(size), -np.inf) for size in least.tolist()], dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class ChanceTest:
    """The strengths of groups, beside those of null worlds."""

    strengths: Strengths
    worlds: Sequence[NullWorld]
    q_values: Floats
    explained: Bools
    """By group: whether chance explains it."""


def compare_with_chance(
    groups: Grouping, worlds: Sequence[NullWorld], calibration: Calibration, method: Method
) -> ChanceTest:
    """Compare groups with those of null worlds, or with the limits of a frozen calibration."""
    strengths = measure_strengths(groups, calibration)
    q_values, limits = estimate_q(strengths, worlds), calibration.chance_bits
    explained = q_values > method.chance_share if limits is None else find_explained(strengths, limits)
    return ChanceTest(strengths, worlds, q_values, explained)


def drop_explained(groups: Grouping, chance: ChanceTest) -> Grouping:
    """Remove the groups that chance explains."""
    return replace(groups, evidence=without_explained(groups.evidence, chance.explained))


def without_explained(evidence: Evidence, explained: Bools) -> Evidence:
    """Remove some groups; they count among those that the evidence rules rejected."""
    if not explained.any():
        return evidence
    left = evidence.left.copy()
    left[evidence.members["account"][explained[evidence.members["community"]]]] = LEFT.index(Left.CHANCE)
    n_small = evidence.n_small + int(explained.sum())
    return replace(only_groups(evidence, ~explained), n_small=n_small, left=left)


def add_chance(findings: Findings, groups: Grouping, test: ChanceTest, accounts: Accounts) -> Findings:
    """Add the expected chance results to the findings: the number of similar groups, and the q-value of each ring.

    Parameters
    ----------
    findings
        Rings without the groups that chance explains.
    groups, test
        All groups, and how they compare with null worlds; without null worlds, nothing is added.
    accounts
        The accounts that the findings name.
    """
    if not test.worlds:
        return findings
    real, worlds, q_values = test.strengths, test.worlds, test.q_values
    one_of_each = findings.members.drop_duplicates("ring_id")
    reported = community_of_accounts(groups)[accounts.positions(one_of_each["account_id"])]
    weakest = Strengths(real.size[reported], real.bits[reported])
    chance = Chance(
        n_worlds=len(worlds),
        rings=round(_expected(weakest, worlds), 2),
        coordinated=round(_expected(weakest, [_coordinated(world) for world in worlds]), 2),
        n_explained=len(q_values) - len(reported),
        n_links_lost=sum(world.n_links_lost for world in worlds),
        q_values=dict(zip(one_of_each["ring_id"].tolist(), q_values[reported].tolist(), strict=True)),
    )
    return replace(findings, chance=chance, totals=replace(findings.totals, chance_rings=chance.rings))


def community_of_accounts(groups: Grouping) -> Int64s:
    """The group of each account, -1 for none."""
    community = np.full(groups.projection.n_accounts, -1, dtype=np.int64)
    community[groups.evidence.members["account"]] = groups.evidence.members["community"]
    return community


def _coordinated(world: NullWorld) -> NullWorld:
    """A null world with only the groups that were assessed as coordinated."""
    chosen, strengths = world.is_coordinated, world.strengths
    return replace(
        world, strengths=Strengths(strengths.size[chosen], strengths.bits[chosen]), is_coordinated=chosen[chosen]
    )


def _limit(real: Strengths, worlds: Sequence[NullWorld], size_class: int, at_most: float) -> float | None:
    """The weakest null group above which at most a share of groups are chance; None if that holds for all groups."""
    null = [world.strengths.bits[_size_class(world.strengths) == size_class] for world in worlds]
    steps = np.concatenate([[-np.inf], np.unique(np.concatenate(null))])
    mine = np.sort(real.bits[_size_class(real) == size_class])
    n_real = len(mine) - np.searchsorted(mine, steps, side="right")
    n_null = _mean_at_least(worlds, size_class, np.nextafter(steps, np.inf))
    share = np.where(n_real > 0, np.minimum(n_null / np.maximum(n_real, 1), 1.0), n_null > 0)
    step = float(steps[np.argmax(np.round(share, _DECIMALS) <= at_most)])
    return None if step == -np.inf else step


def _expected(reported: Strengths, worlds: Sequence[NullWorld]) -> float:
    """Mean number of null groups at least as strong as the weakest reported group of their size."""
    classes = _size_class(reported)
    weakest = ((each, reported.bits[classes == each].min(keepdims=True)) for each in np.unique(classes).tolist())
    return sum((float(_mean_at_least(worlds, each, bits)[0]) for each, bits in weakest), 0.0)


def _mean_at_least(worlds: Sequence[NullWorld], size_class: int, bits: Floats) -> Floats:
    """By number of bits: the mean number of groups of a size class, over null worlds, with at least as many bits."""
    total = np.zeros(len(bits))
    for world in worlds:
        mine = np.sort(world.strengths.bits[_size_class(world.strengths) == size_class])
        total += len(mine) - np.searchsorted(mine, bits, side="left")
    return total / max(1, len(worlds))


def _size_class(strengths: Strengths) -> Int64s:
    return np.frexp(strengths.size)[1].astype(np.int64)


def _sort(starts: Int64s, signal: Int32s, accounts: Int64s) -> Int64s:
    """Sort the signals of some accounts by type, in place; returns the rows that repeat the one before."""
    sort_slices(starts, signal, accounts)
    return find_repeats(starts, signal, accounts)


def _redraw(signal: Int32s, rows: Int32s, again: Int64s, random: np.random.Generator) -> Int64s:
    """Exchange the signals of some rows of a type with those of as many random rows, in place; returns both."""
    if not len(again):
        return again
    mixed = distinct(np.concatenate([again, random.choice(rows, size=len(again))]))
    signal[mixed] = signal[random.permutation(mixed)]
    return mixed


def _with_links(sightings: Sightings, signal: Int32s, kept: Bools) -> Sightings:
    shuffled = replace(sightings, signal=signal)
    return shuffled if kept.all() else shuffled.only(kept)


def _entropy(*parts: str | int) -> int:
    """A seed for one draw, so that no two draws of a run are the same."""
    return int.from_bytes(hashlib.sha256(" ".join(map(str, parts)).encode()).digest(), "big")
