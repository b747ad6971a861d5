"""What the page shows of one ring: a ring's data goes in, frozen lists for the template come out.

Lists are cut to what a person reads, and always state how many more rows the CSV files have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graphlink.model.arrays import Bools
from graphlink.model.findings import COORDINATED, Check, Tier
from graphlink.model.sightings import Accounts
from graphlink.model.sweeps import RingEvent
from graphlink.results import ring_sentences as sentences
from graphlink.results.page.risk import LONG, Burst, TierRisk, as_burst, count_risks, find_burst, list_outsiders
from graphlink.results.pictures.matrix import draw_matrix
from graphlink.results.pictures.network import N_ACCOUNTS, draw_cell, draw_network
from graphlink.results.pictures.timeline import draw_timeline
from graphlink.results.pictures.waterfall import draw_waterfall
from graphlink.results.ring_data import RingData, Row
from graphlink.results.statements import family_words, list_statements
from graphlink.results.text import day, minute
from graphlink.words.sentences import FOUND

Texts = NDArray[np.object_]
View = dict[str, Any]
"""What a template shows, by the names that it uses."""


class Detail(Enum):
    """How much of a ring is shown."""

    FULL = "full"
    BRIEF = "brief"
    """No pictures and short lists: for rings far down the list, so that the page stays light."""


N_SIGNALS: Final = {Detail.FULL: 40, Detail.BRIEF: 8}
N_STRONGEST: Final = 12
"""Signals shown unfolded; other listed signals are folded away."""
N_MEMBERS: Final = {Detail.FULL: 25, Detail.BRIEF: 5}
"""Members listed per tier."""
N_CAMPAIGN_RINGS: Final = 12
"""Other rings of a campaign that a ring names."""
N_CELLS: Final = 40
N_OPEN_CELLS: Final = 6
"""Cells that can be opened as a drawing of their own, largest first."""
N_CELL_ACCOUNTS: Final = 48


def view_ring(
    data: RingData,
    statuses: Texts,
    styles: Mapping[str, int],
    detail: Detail,
    history: tuple[RingEvent, ...] = (),
    n_cleared: int = 0,
) -> View:
    """Choose and word what the page shows of a ring; ``statuses`` holds each member's status, if known."""
    ring = data.ring
    is_full = detail is Detail.FULL
    half = find_burst(data)
    burst = as_burst(half)
    risks = count_risks(data, burst)
    types = data.signals[["signal_type", "family"]].sort_values("signal_type")
    statements, numbers = list_statements(data.members, family_words(types.itertuples(index=False)))
    rows = list(zip(data.member_rows, statuses, numbers, strict=True))
    tiers = _tiers(data, statuses, rows, N_MEMBERS[detail], _doubts(risks, day(burst.start) if burst else ""))
    others = tuple(each for each in (data.campaign.ring_ids if data.campaign else ()) if each != ring.ring_id)
    signals = data.signal_rows[: N_SIGNALS[detail]]
    _, cell_sizes = data.cells()
    return {
        "ring": ring,
        # By family: the number of its colour and shape
        "styles": styles,
        "campaign": sentences.campaign_sentence(data.campaign),
        # The other rings of its campaign that are named, in rank order
        "campaign_rings": others[:N_CAMPAIGN_RINGS],
        "n_campaign_rings": len(others),
        # What happened to it in the recorded weeks, newest first
        "history": history,
        "tiers": tiers,
        "statuses": count_statuses(statuses),
        "creation": _creation(half, ring.n_possible_victims),
        "waterfall": draw_waterfall(ring.factors),
        "checks": tuple(_check(check) for check in ring.checks),
        "signals": signals[:N_STRONGEST],
        "more_signals": signals[N_STRONGEST:],
        "n_signals": len(data.signals),
        "cells": _cells(data, styles) if is_full and len(cell_sizes) > 1 else (),
        # Cells of several accounts; the table has the largest
        "n_cells": len(cell_sizes),
        # Accounts outside these cells
        "n_in_no_cell": data.n_accounts - int(cell_sizes.sum()),
        "risks": risks,
        "older": sentences.older_sentence(LONG, _start(burst), all_known=burst.all_known) if burst else "",
        "outsiders": list_outsiders(data, N_SIGNALS[detail]),
        "not_tied": sentences.not_tied_sentence([family for family in styles if family not in ring.families]),
        "n_survive_any_value": int(data.members["survives_any_value"].sum()),
        # Accounts that were left out because a person cleared them; score and reasons include them
        "n_cleared": n_cleared,
        "robustness": sentences.robustness_sentences(data.robustness, sentences.everybody(ring)),
        "matrix": draw_matrix(data, styles) if is_full else None,
        "network": draw_network(data, styles) if is_full else None,
        "timeline": draw_timeline(data, styles) if is_full else None,
        "statements": statements if ring.assessment == COORDINATED else (),
    }


def _creation(burst: Burst | None, n_victims: int) -> str:
    if burst is None:
        return ""
    half = (burst.n_half, burst.length, _start(burst), n_victims)
    return sentences.creation_sentence(*half, by_day=burst.by_day, all_known=burst.all_known)


def _start(burst: Burst) -> str:
    return day(burst.start) if burst.by_day else minute(burst.start)


def _doubts(risks: Sequence[TierRisk], start: str) -> dict[Tier, str]:
    return {
        each.tier: sentences.tier_doubt(each.n_accounts, each.n_falls_away, each.n_older or 0, LONG, start)
        for each in risks
    }


def _tiers(
    data: RingData, statuses: Texts, rows: Sequence[tuple[Row, str, int]], limit: int, doubts: Mapping[Tier, str]
) -> tuple[View, ...]:
    """The tiers, each with its first members: status in the export, empty if it has none, and number of the draft."""
    tier_of, numbers = data.members["tier"].to_numpy(), data.ring.tiers
    return tuple(
        {
            "tier": tier,
            "number": number,
            "meaning": sentences.TIER_MEANING[tier],
            "effect": sentences.tier_effect(tier, number, sum(list(numbers.values())[: place + 1])),
            # The members with the best case against action
            "doubt": doubts.get(tier, ""),
            # Acting on a closed account has no effect
            "statuses": count_statuses(statuses[tier_of == str(tier)]),
            "rows": tuple(rows[member] for member in np.flatnonzero(tier_of == str(tier))[:limit]),
        }
        for place, (tier, number) in enumerate(numbers.items())
    )


def find_statuses(accounts: Accounts, ids: pd.Series[str]) -> Texts:
    """Look up the status of every member; empty if the export has none."""
    places = accounts.positions(ids)
    names = np.array([*accounts.status_names, ""], dtype=object)
    return names[np.where(places >= 0, np.append(accounts.status, -1)[places], -1)]


def count_statuses(statuses: Texts) -> tuple[tuple[str, int], ...]:
    """Count the statuses of some accounts, most frequent first; accounts without a status come last, under "".

    The result is empty if no account has a status.

    Examples
    --------
    >>> count_statuses(np.array(["active", "", "banned", "active"], dtype=object))
    (('active', 2), ('banned', 1), ('', 1))
    >>> count_statuses(np.array(["", ""], dtype=object))
    ()
    """
    counts = Counter(statuses.tolist())
    unstated = counts.pop("", 0)
    stated = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return (*stated, *([("", unstated)] if stated and unstated else []))


def _check(check: Check) -> View:
    """An honest explanation, the result of its test in words, and what is missing for it to fit; empty if it fits."""
    result, word = _RESULTS[check.fits]
    name = sentences.explanation_words(check.explanation)
    missing, _, found = check.because.rpartition(FOUND)
    name = name[0].upper() + name[1:]
    return {"explanation": name, "result": result, "word": word, "missing": missing, "found": found}


_RESULTS: Final = {True: ("fits", "Fits"), False: ("not", "Does not fit"), None: ("unknown", "Could not be judged")}


def _cells(data: RingData, styles: Mapping[str, int]) -> tuple[View, ...]:
    """Describe the largest cells by what their accounts share most; draw them if the ring is drawn by cell."""
    cells = data.members["cell"].to_numpy(dtype=np.int64)
    core = (data.members["tier"] == str(Tier.CORE)).to_numpy()
    n_open = N_OPEN_CELLS if data.n_accounts > N_ACCOUNTS else 0
    return tuple(
        {
            "number": int(number),
            "n_accounts": int(size),
            "n_core": int((core & (cells == number)).sum()),
            "ties": _cell_ties(data, cells == number),
            "network": draw_cell(data, int(number), styles, N_CELL_ACCOUNTS) if rank < n_open else None,
        }
        for rank, (number, size) in enumerate(zip(*data.largest_cells(N_CELLS), strict=True))
    )


def _cell_ties(data: RingData, is_member: Bools) -> tuple[tuple[Row, float], ...]:
    counts = np.bincount(data.signal[is_member[data.account]], minlength=len(data.signals))
    strongest = np.argsort(-counts, kind="stable")[:3]
    return tuple(
        (data.signal_rows[signal], float(counts[signal] / is_member.sum()))
        for signal in strongest
        if counts[signal] > 1
    )
