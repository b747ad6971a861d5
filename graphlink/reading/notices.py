"""Notices about values that very many accounts share, before and after the analysis."""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.engine.arrays import ranges_of_types
from graphlink.engine.kernels.basic import count_bearers
from graphlink.model.arrays import Int32s, Int64s
from graphlink.model.findings import Findings
from graphlink.model.rows import Notice
from graphlink.model.sightings import Sightings
from graphlink.model.signals import SignalType
from graphlink.reading.columns.codebook import coded
from graphlink.reading.normalise.text import composed
from graphlink.words.escape import printable
from graphlink.words.sentences import listed, unlike_sentence

OUTSIDE_WINDOW: Final = "GL326"
"""Said of types most of whose sightings lie outside the window; a sweep's window is its week, and nobody set it."""

UNTIMED: Final = "GL339"
_WIDE: Final = "GL301"
_TWINS: Final = "GL323"
QUOTING: Final = frozenset({UNTIMED, _WIDE, _TWINS})
"""Notices of data that quote values, or names of columns."""

_SHARE: Final = 0.02
"""Share of all accounts from which on a value counts as very common: one in fifty."""

_TIMES: Final = 50
"""How many times as many accounts bear it as bear any usual one of its type. Providers and programs, some of which are
common, come nowhere near; a device, a card or a number of so many is a ring's or stands for nothing."""

_VALUES: Final = 50
"""Shared values of a type from which on there is a usual one."""

_TOGETHER: Final = 3
"""Values of a type that stand out at most: exports write nothing in a few ways."""

_LARGE: Final = 1_000
"""Accounts of a group from which on it is told if it holds most accounts that are in groups."""


def find_wide(sightings: Sightings) -> Iterator[Notice]:
    """Notices for values that unusually many accounts share (GL301) and that no list of placeholders has."""
    degree = count_bearers(sightings.signal, len(sightings.signal_type))
    n_accounts = len(sightings.accounts)
    for kind, low, high in ranges_of_types(sightings):
        shared = low + np.flatnonzero(degree[low:high] > 1)  # most values are one account's
        widest_first = shared[np.argsort(-degree[shared], kind="stable")]
        many = degree[widest_first]
        n_wide = count_outstanding(many, n_accounts)
        others = "others" if n_wide == 1 else f"all but {n_wide} of its type"
        for signal in widest_first[:n_wide].tolist():
            value = printable(sightings.signal_value[signal].as_py())
            what = f"is borne by {degree[signal]:,} of {n_accounts:,} accounts, {others} by at most {many[n_wide]:,}"
            what += "; look at it, and list it in `[reading.placeholders]` only if it stands for nothing"
            what += ": a ring's own would be lost there"
            unquoted = f"a value of {kind.name}, which `graphlink check --json` shows, {what}"
            yield Notice(_WIDE, f"{kind.name} {value} {what}", about_files=False, unquoted=unquoted)


def count_outstanding(many: Int32s | Int64s, n_accounts: int) -> int:
    """Count the values of a type that unusually many accounts share.

    Parameters
    ----------
    many
        Accounts of each shared value, the most first.
    n_accounts
        Accounts in all.

    Examples
    --------
    >>> count_outstanding(np.array([900, 700] + 60 * [5]), 10_000)
    2
    >>> count_outstanding(np.array([6_000, 900] + 60 * [400]), 10_000)
    0
    """
    if len(many) < _VALUES:
        return 0
    here, usual = many[:_TOGETHER], many[1 : _TOGETHER + 1]
    return int(np.flatnonzero((here >= _SHARE * n_accounts) & (here >= _TIMES * usual)).max(initial=-1)) + 1


def find_twins(sightings: Sightings) -> Iterator[Notice]:
    """Notices for shared values that differ only in case or in composed letters (GL323): they stay distinct."""
    shared = count_bearers(sightings.signal, len(sightings.signal_type)) > 1
    for kind, low, high in ranges_of_types(sightings):
        values = sightings.signal_value.slice(low, high - low).filter(pa.array(shared[low:high]))
        folded = pc.utf8_lower(composed(values))
        if folded.equals(values):  # as most types are, all of whose values are in one form
            continue
        form = coded(folded)[1]
        is_twin = np.bincount(form)[form] > 1
        if not is_twin.any():
            continue
        twins = values.filter(pa.array(is_twin))
        one, other = values.filter(pa.array(form == form[is_twin].min())).slice(0, 2).to_pylist()
        what = f"{len(twins):,} shared values of {kind.name} differ from another only in case"
        what += " or in how letters are composed"
        kept = "they are kept apart, so export them in one spelling if they are the same"
        example = f"{printable(one)} and {printable(other)}"
        unquoted = f"{what}; {kept}; `graphlink check --json` shows two"
        yield Notice(_TWINS, f"{what}, as {example}; {kept}", about_files=False, unquoted=unquoted)


def tell_findings(findings: Findings, types: Sequence[SignalType]) -> Iterator[Notice]:
    """Notices for values that linked nobody (GL302) and for groups that chance may not explain (GL335).

    What was compared in part gets one (GL343), so do groups unlike those of all fitted worlds (GL345), a group of most
    accounts (GL346), and declared ``types`` that were found to describe people (GL328).
    """
    coarse = findings.calibration.coarse
    for each in types:
        if coarse.get(each.name) and not each.coarse:
            told = f"{each.name} was taken to describe people, as a city does"
            if each.tells_apart:
                told += " when sweeps were calibrated: `graphlink calibrate` takes up its `tells_apart`"
            else:
                told += (
                    ": a quarter of all accounts bear values of it that eight or more have. None of them links "
                    "accounts by itself; if they are what accounts did or have, set `tells_apart = true` in "
                    f"`[signals.{each.name}]`, and have sweeps take it up with `graphlink calibrate`"
                )
            yield Notice("GL328", told)
    if findings.unlike:
        yield Notice("GL345", unlike_sentence(findings.unlike))
    sizes = {ring.ring_id: ring.n_members for ring in findings.found}
    largest, n = max(sizes.items(), key=itemgetter(1), default=("", 0))
    n_grouped = sum(sizes.values())
    if n >= _LARGE and n > n_grouped / 2:
        what = f"{largest} holds {n:,} of the {n_grouped:,} accounts that are in groups"
        why = "it may be several groups that common values tie"
        yield Notice("GL346", f"{what}: {why}, so look at its cells one by one before anybody acts on it")
    accounts = findings.hubs["accounts"]
    if len(accounts):
        are, itself = ("value is", "itself") if len(accounts) == 1 else ("values are", "themselves")
        what = f"{len(accounts):,} {are} borne by up to {accounts.max():,} accounts"
        yield Notice("GL302", f"{what} and linked nobody by {itself}; see hubs.csv")
    if sampled := findings.sampled:
        what = f"{sampled['sightings_left_out']:,} sightings were left out, of accounts with hundreds of shared values"
        n = sampled["values_compared_in_part"]
        yield Notice("GL343", f"{what}, and {n:,} comparisons of values with others look at a part of them")
    chance = findings.chance
    if chance is not None and chance.n_alone:
        n, alone = chance.n_alone, listed(chance.alone_types)
        were = "group was" if n == 1 else "groups were"
        what = f"{n:,} {were} left out as chance, though hardly anybody else bears any {alone}"
        why = "links that are shuffled among the same accounts tie them again"
        yield Notice("GL335", f"{what}: {why}; export these types of all accounts, or set `null_worlds = 0`")
