"""Whether account ids of one source are those of the others: where they hardly meet, accounts fall apart in silence.

Sources of the same columns are pieces of one export, which may hold whom the others do not. Different exports of the
same accounts overlap: what is smaller lies within what is larger, unless they write ids differently.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.model.arrays import Int32s, Int64s
from graphlink.model.fields import ACCOUNT
from graphlink.model.rows import Notice
from graphlink.reading.coding import Coded
from graphlink.reading.columns.codebook import places_among
from graphlink.reading.columns.ids import IdRule, cut_ids, without_zeros
from graphlink.reading.columns.layout import Layout
from graphlink.words.escape import printable

FEW: Final = 20
"""Of so few accounts nothing is said: that none of them occurs elsewhere may be chance."""
SHARE: Final = 0.1
"""Ids hardly meet below this share of the smaller side. Exports of other days differ by some accounts, not by nine in
ten; and of two ways to write an id some few may be alike by accident."""
_SAMPLE: Final = 1_000
"""Ids on which a cure is tried."""
_LONG: Final = 40
"""A longer text in front of all ids is no prefix that somebody would type."""


Export = tuple[str, Hashable]
"""A source by its name, with what distinguishes its export from others."""


def kind_of(form: str, layout: Layout) -> Hashable:
    """Sources of one format that use the same columns are pieces of one export."""
    used = frozenset(layout.names[position] for position in layout.used)
    return form, layout.shape, layout.names[layout.fields[ACCOUNT]], used


@dataclass(frozen=True, slots=True, eq=False)
class _Stranger:
    """An export of which hardly any account occurs in the others."""

    names: tuple[str, ...]
    own: Int64s
    others: Int64s
    n_met: int


def strangers(
    exports: Sequence[Export], rows: Sequence[tuple[int, Coded]], ids: pa.LargeStringArray, *, show_forms: bool
) -> Iterator[Notice]:
    """Name the sources of which hardly any account occurs in the sources of other columns.

    Parameters
    ----------
    exports
        All sources, in their order.
    rows
        Coded rows with the number of their source.
    ids
        The id of each coded account.
    show_forms
        Whether it may be shown how the ids of either side look.
    """
    found = _find(exports, rows, len(ids))
    cures = [_cure(ids.take(pa.array(each.own)), ids.take(pa.array(each.others)), "the source") for each in found]
    if len({kind for _, kind in exports}) == 2 and len(found) > 1:  # noqa: PLR2004 - either says the same of the other
        cured = [number for number, cure in enumerate(cures) if cure]
        best = cured[0] if cured else min(range(len(found)), key=lambda number: len(found[number].own))
        found, cures = [found[best]], [cures[best]]
    else:
        cures = [
            cure or _cure(ids.take(pa.array(each.others)), ids.take(pa.array(each.own)), "each of the others")
            for each, cure in zip(found, cures, strict=True)
        ]
    for each, cure in zip(found, cures, strict=True):
        yield Notice("GL316", _text(each, ids, cure if show_forms else "", show_forms=show_forms))


def _find(exports: Sequence[Export], rows: Sequence[tuple[int, Coded]], n_accounts: int) -> list[_Stranger]:
    if len({kind for _, kind in exports}) < 2:  # noqa: PLR2004 - nothing to compare
        return []
    of_export = _distinct_by(((number, part.account) for number, part in rows), n_accounts)
    accounts = [of_export.get(number, np.empty(0, np.int64)) for number in range(len(exports))]
    of_kind = _distinct_by(((kind, own) for (_, kind), own in zip(exports, accounts, strict=True)), n_accounts)
    n_kinds = np.zeros(n_accounts, dtype=np.int32)
    for own in of_kind.values():
        n_kinds[own] += 1
    found: list[_Stranger] = []
    pieces = [*zip(exports, accounts, strict=True)]
    for kind, own in of_kind.items():
        others = _of_others(own, n_kinds)
        alone = [
            (name, mine) for (name, of), mine in pieces if of == kind and _hardly_meets(mine, n_kinds, len(others))
        ]
        if alone:
            mine = _together([each for _, each in alone], n_accounts)
            n_met = int((n_kinds[mine] > 1).sum())
            names = tuple(name for name, _ in alone)
            found.append(_Stranger(names, mine, others, n_met))
    return found


def _distinct_by(parts: Iterable[tuple[Hashable, Int32s | Int64s]], n_accounts: int) -> dict[Hashable, Int64s]:
    """The distinct accounts of all parts with one key, in the order of the keys."""
    grouped: dict[Hashable, list[Int32s | Int64s]] = {}
    for key, own in parts:
        grouped.setdefault(key, []).append(own)
    return {key: _together(each, n_accounts) for key, each in grouped.items()}


def _of_others(own: Int64s, n_kinds: Int32s) -> Int64s:
    """The accounts that exports of other kinds than that of ``own`` hold."""
    elsewhere = n_kinds > 0
    elsewhere[own[n_kinds[own] == 1]] = False
    return np.flatnonzero(elsewhere)


def _hardly_meets(own: Int64s, n_kinds: Int32s, n_others: int) -> bool:
    smaller = min(len(own), n_others)
    return smaller >= FEW and int((n_kinds[own] > 1).sum()) < SHARE * smaller


def _together(parts: Sequence[Int32s | Int64s], n_accounts: int) -> Int64s:
    """Give the distinct accounts of all parts; a mask is faster where they are many, and slower where they are few."""
    if 64 * sum(map(len, parts)) < n_accounts:
        ordered = np.sort(np.concatenate([np.empty(0, np.int64), *parts]))
        return ordered[np.diff(ordered, prepend=-1) > 0]
    present = np.zeros(n_accounts, dtype=np.bool_)
    for part in parts:
        present[part] = True
    return np.flatnonzero(present)


# --- what is said -----------------------------------------------------------------------------------------------------


def _text(each: _Stranger, ids: pa.LargeStringArray, cure: str, *, show_forms: bool) -> str:
    more = f" and {len(each.names) - 1:,} more of these columns" if len(each.names) > 1 else ""
    met = f"only {each.n_met:,} of {len(each.own):,} accounts occur"
    met = met if each.n_met else f"none of {len(each.own):,} accounts occurs"
    text = f"{printable(each.names[0])}{more}: {met} in any other source"
    if not show_forms:
        return text
    here, there = (_forms(_sample(ids.take(pa.array(numbers))).to_pylist()) for numbers in (each.own, each.others))
    return f"{text}; ids look like {here} here, and like {there} there (9 any digit but 0, x any letter){cure}"


def _forms(ids: Sequence[str]) -> str:
    """Show the two commonest forms of ids: no id is said on stderr, nor kept in a log."""
    common = next((text for text in _common(ids, "prefix") if not text[-1].isalnum()), "")
    forms = Counter(common + form_of(each.removeprefix(common)) for each in ids)
    first = sorted(forms, key=lambda form: (-forms[form], form))[:2]
    return " and ".join(f"`{printable(form, _LONG)}`" for form in first)


def form_of(text: str) -> str:
    """Blank the parts in which ids of one make differ.

    Examples
    --------
    >>> form_of("u-007.0/Ann")
    'x-009.0/Xxx'
    """
    return "".join(map(_blank, text))


def _blank(letter: str) -> str:
    if letter.isdigit():
        return "0" if letter == "0" else "9"
    if letter.isalpha():
        return "X" if letter.isupper() else "x"
    return letter


def _cure(own: pa.LargeStringArray, others: pa.LargeStringArray, where: str) -> str:
    """Find the setting under which most ids of one side occur on the other, among those that can be typed."""
    sample = _sample(own)
    if _mostly(without_zeros(sample), others):
        return f". If they are the same accounts, set `account_drop_zeros = true` for {where}"
    if _mostly(pc.utf8_lower(sample), pc.utf8_lower(others)):
        return f". If they are the same accounts, set `account_lower_case = true` for {where} and the others"
    begins, ends = (list(_common(sample.to_pylist(), end)) for end in ("prefix", "suffix"))
    for rule in (
        *(IdRule(prefix=text) for text in begins),
        *(IdRule(suffix=text) for text in ends),
        *(IdRule(prefix, suffix) for prefix, suffix in product(begins, ends)),  # ="00123", which spreadsheets need
    ):
        if _mostly(cut_ids(sample, rule)[0], others):
            told = (("prefix", rule.prefix), ("suffix", rule.suffix))
            settings = " and ".join(f"`account_{end} = {json.dumps(text)}`" for end, text in told if text)
            return f". If they are the same accounts, set {settings} for {where}"
    return ""


def _sample(ids: pa.LargeStringArray) -> pa.LargeStringArray:
    """Give the first and the last ids by their bytes: what they all begin with, all do."""
    ends = [ids.take(pc.select_k_unstable(ids, min(_SAMPLE // 2, len(ids)), [("", way)])) for way in _WAYS]
    return pa.concat_arrays(ends)


_WAYS: Final = ("ascending", "descending")


def _common(ids: Sequence[str], end: str) -> Iterator[str]:
    """Give what all ids begin (end) with, up to its last mark that is no letter or digit, then as a whole."""
    turned = list(ids) if end == "prefix" else [each[::-1] for each in ids]
    first, last = min(turned), max(turned)
    common = next((first[:n] for n, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), first)
    marked = common.rstrip("".join(filter(str.isalnum, set(common))))
    for text in dict.fromkeys((marked, common)):
        if text and len(text) <= _LONG and text.isascii() and text.isprintable():
            yield text if end == "prefix" else text[::-1]


def _mostly(texts: pa.LargeStringArray, known: pa.LargeStringArray) -> bool:
    return 2 * int(np.count_nonzero(places_among(texts, known) >= 0)) > len(texts)
