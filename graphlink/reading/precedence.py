"""Which value counts where several rows describe one account: that of the newest export, else the least harmful.

Exports of earlier weeks were true then. Rows of one week have no order: that of lines and files may not decide. Among
their statuses, one that ends an account counts. Accounts are closed more often than opened again, and a missed ban lets
its evasion go on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphlink.config.lineage import LineageSettings, folded, folded_words
from graphlink.model.arrays import Int32s, Int64s
from graphlink.model.fields import ATTRIBUTES, STATUS
from graphlink.reading.categories import are_categories
from graphlink.reading.coding import RECORD_BITS, Coded, Coder
from graphlink.words.escape import printable

_NAMED = 3
"""Disagreements that a notice names of each column."""


@dataclass(frozen=True, slots=True, eq=False)
class Precedence:
    """Which of several values counts."""

    ages: Int64s
    """By source: how many weeks its export is older than the newest."""
    settings: LineageSettings
    """Which statuses end an account."""


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """The values of one attribute column, by account."""

    texts: tuple[str, ...]
    """Sorted."""
    value: Int32s
    """By row, -1 for nothing."""
    chosen: Int32s
    """By account, likewise."""


def values_of(
    number: int, described: Coded, account: Int32s, size: int, coder: Coder, precedence: Precedence
) -> Values:
    """Find the value that counts, of one attribute.

    Parameters
    ----------
    number
        Which of ``ATTRIBUTES``.
    described, account
        The rows that describe accounts, and the account of each.
    size
        How many accounts there are.
    """
    texts, rank = _sorted_texts(coder.attributes[number].texts())
    if not texts:
        return Values((), np.full(len(described), -1, np.int32), np.full(size, -1, np.int32))
    codes = described.attributes[number]
    value = np.where(codes >= 0, rank[codes], np.int32(-1))
    weight = _weights(texts, precedence.settings) if ATTRIBUTES[number] == STATUS else np.zeros(len(texts), np.int8)
    ages = precedence.ages[described.origin >> RECORD_BITS] if precedence.ages.any() else None
    return Values(texts, value, choose(account, value, ages, weight, size))


def choose(account: Int32s, value: Int32s, ages: Int64s | None, weight: NDArray[np.int8], size: int) -> Int32s:
    """For each account the value of its newest rows; of several the weightiest, then the commonest, then the first."""
    chosen = np.full(size, -1, dtype=np.int32)
    rows = np.flatnonzero(value >= 0)
    chosen[account[rows]] = value[rows]
    differs = np.zeros(size, dtype=np.bool_)
    differs[account[rows[chosen[account[rows]] != value[rows]]]] = True
    rows = rows[differs[account[rows]]]
    if ages is not None:
        newest = np.full(size, np.iinfo(np.int64).max, dtype=np.int64)
        np.minimum.at(newest, account[rows], ages[rows])
        rows = rows[ages[rows] == newest[account[rows]]]
    pairs = (account[rows].astype(np.int64) << 32) | value[rows]
    pairs, times = np.unique(pairs, return_counts=True)
    whose, what = pairs >> 32, (pairs & 0xFFFFFFFF).astype(np.int32)
    order = np.lexsort((-what, times, weight[what]))  # the best of an account is written last
    chosen[whose[order]] = what[order]
    return chosen


def disagreements(described: Coded, coder: Coder, precedence: Precedence) -> Iterator[str]:
    """List for each column the values that counted where rows disagree, with the number of accounts.

    Only categories are named: a value of few accounts may be a note about one of them.
    """
    size = int(described.account.max(initial=-1)) + 1
    for number, name in enumerate(ATTRIBUTES):
        found = values_of(number, described, described.account, size, coder, precedence)
        taken = found.chosen[described.account]
        rows = np.flatnonzero((found.value >= 0) & (found.value != taken))
        pairs = np.unique((described.account[rows].astype(np.int64) << 32) | found.value[rows])
        if not len(pairs):
            continue
        rare = len(found.texts)  # what is no category has this code
        known = precedence.settings.known_statuses if name == STATUS else ()
        code = np.where(
            are_categories(_borne(described.account, found.value), found.texts, known), np.arange(rare), rare
        )
        both = code[found.chosen[pairs >> 32]] * np.int64(rare + 1) + code[pairs & 0xFFFFFFFF]
        kinds, times = np.unique(both, return_counts=True)
        order = np.argsort(-times, kind="stable")
        said = [_said(found.texts, divmod(int(kinds[at]), rare + 1), int(times[at])) for at in order[:_NAMED].tolist()]
        more = f" and {len(order) - _NAMED:,} more pairs" if len(order) > _NAMED else ""
        yield f"{name}: {', '.join(said)}{more}"


def _borne(account: Int32s, value: Int32s) -> Int32s:
    """The value of each distinct pair of an account and a value of its rows, also of values that do not count."""
    rows = np.flatnonzero(value >= 0)
    pairs = np.unique((account[rows].astype(np.int64) << 32) | value[rows])
    return (pairs & 0xFFFFFFFF).astype(np.int32)


def _said(texts: Sequence[str], pair: Sequence[int], n: int) -> str:
    counts, other = (printable(texts[code]) if code < len(texts) else "a rare one" for code in pair)
    other = "another" if counts == other else other
    return f"{counts} counts, not {other} ({n:,} account{'' if n == 1 else 's'})"


def _weights(texts: Sequence[str], settings: LineageSettings) -> NDArray[np.int8]:
    banned, closed = folded_words(settings.banned_statuses), folded_words(settings.closed_statuses)
    plain = map(folded, texts)
    return np.array([2 if text in banned else 1 if text in closed else 0 for text in plain], dtype=np.int8)


def _sorted_texts(texts: pa.LargeStringArray) -> tuple[tuple[str, ...], Int32s]:
    order = pc.array_sort_indices(texts).to_numpy()
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    return tuple(texts.take(order).to_pylist()), rank
