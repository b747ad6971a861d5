"""Known rings and findings as tables, so that weeks of thousands of rings are joined, not looped over."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import pandas as pd

from graphlink.config.lineage import LineageSettings
from graphlink.engine.arrays import ranges_of_types
from graphlink.engine.ranks import number_rows, ranks
from graphlink.model.arrays import Int64s
from graphlink.model.findings import Findings, Ring, Tier
from graphlink.model.graph import BIT_SCALE
from graphlink.model.sightings import Sightings, positions_in_order
from graphlink.model.sweeps import KnownMember, KnownRing, KnownSignal, RingStatus
from graphlink.model.text import TEXT, Dtype

OPEN: Final = frozenset({RingStatus.ACTIVE, RingStatus.QUIET})
"""Rings that may still be found again."""

_DTYPES: Final[dict[object, Dtype]] = {int: "int64", bool: "bool"}
"""Of columns, by the type of the field. Others are text."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Known rings that may be found again, the oldest first.

    Only passing signals can match a ring. The others are stored as evidence for clearing it. ``members`` and
    ``signals`` have the fields of ``KnownMember`` and ``KnownSignal``, and ``known``: the ring's position in ``rings``.
    An account is in one ring only.
    """

    rings: tuple[KnownRing, ...]
    members: pd.DataFrame
    signals: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A week's rings, sorted by the id of the analysis.

    ``members``: found (the position in ``rings``), account_id, tier. ``signals``: found, signal_type, signal_value,
    accounts_in_ring, accounts_outside, bits, passes: whether it links its accounts and few other accounts have it.
    """

    rings: tuple[Ring, ...]
    members: pd.DataFrame
    signals: pd.DataFrame


def tabulate_known(known: Sequence[KnownRing]) -> Known:
    """Build tables of the rings that may be found again."""
    rings = tuple(sorted((ring for ring in known if ring.status in OPEN), key=lambda ring: (ring.born, ring.ring_id)))
    return Known(
        rings=rings,
        members=_once(_tabulate([ring.members for ring in rings], KnownMember)),
        signals=_tabulate([ring.signals for ring in rings], KnownSignal),
    )


def tabulate_found(findings: Findings, settings: LineageSettings) -> Found:
    """Build tables of a week's rings."""
    rings = tuple(sorted(findings.rings, key=lambda ring: ring.ring_id))
    place = pd.Index([ring.ring_id for ring in rings], dtype=TEXT)
    members, told = (
        table.assign(found=place.get_indexer(pd.Index(table["ring_id"])))
        for table in (findings.members, findings.signals)
    )
    is_own = told["accounts_in_ring"] >= settings.owned_share * (told["accounts_in_ring"] + told["accounts_outside"])
    signals = told.assign(
        bits=np.round(told["bits"] * BIT_SCALE).astype(np.int64), passes=told["passes"].astype(np.bool_) & is_own
    )
    columns = ["found", "signal_type", "signal_value", "accounts_in_ring", "accounts_outside", "bits", "passes"]
    return Found(
        rings=rings,
        members=in_order(members[["found", "account_id", "tier"]], ["found", "account_id"]),
        signals=in_order(signals[columns].astype(dict.fromkeys(columns[3:5], np.int64)), columns[:3]),
    )


def counted_as(found: Found, counted: Found) -> Found:
    """The same rings with fewer accounts. All signals stay, since they are the evidence when a ring is cleared."""
    keys, numbers = ["found", "signal_type", "signal_value"], ["accounts_in_ring", "accounts_outside"]
    n_before = len(found.signals)
    number = number_rows(pd.concat([found.signals[keys], counted.signals[keys]], ignore_index=True), keys)
    counts = counted.signals[numbers].assign(number=number[n_before:])
    left = pd.DataFrame({"number": number[:n_before]}).merge(counts, on="number", how="left")
    told = {name: left[name].fillna(found.signals[name]).astype(np.int64).array for name in numbers}
    return Found(rings=counted.rings, members=counted.members, signals=found.signals.assign(**told))


def in_order(table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Sort rows by their keys, which are numbers or texts, and number them anew."""
    return table.iloc[np.argsort(number_rows(table, keys), kind="stable")].reset_index(drop=True)


def without_victims(members: pd.DataFrame) -> pd.DataFrame:
    """Members that define a ring: a framed account is no evidence of the operator."""
    return members[members["tier"] != Tier.POSSIBLE_VICTIM.value]


def is_current(known: Known, members: pd.DataFrame) -> pd.Series:
    """Whether known members were in their ring at its last sighting. The others are its ghosts."""
    newest = np.array([ring.last_week for ring in known.rings], dtype=object)
    return members["last_week"] == newest[members["known"]]


def sizes(places: pd.Series, n_rings: int) -> Int64s:
    """The number of rows per ring."""
    return np.bincount(places, minlength=n_rings).astype(np.int64)


def _once(members: pd.DataFrame) -> pd.DataFrame:
    """Each account in its latest ring only: earlier sweeps without a source left some in two rings."""
    account = pd.Series(ranks(members["account_id"])[0], index=members.index)
    if account.is_unique:
        return members
    newest = (
        members.assign(account=account).sort_values("last_week", kind="stable").drop_duplicates("account", keep="last")
    )
    return newest.drop(columns="account").sort_index().reset_index(drop=True)


def _tabulate(groups: Sequence[Sequence[object]], kind: type[KnownMember | KnownSignal]) -> pd.DataFrame:
    """One row per value of each group, with the group's position."""
    counts = [len(group) for group in groups]
    table: dict[str, object] = {"known": np.repeat(np.arange(len(groups), dtype=np.int64), counts)}
    for field in fields(kind):
        values = [getattr(each, field.name) for group in groups for each in group]
        table[field.name] = pd.Series(values, dtype=_DTYPES.get(field.type, TEXT))
    return pd.DataFrame(table)


def find_bearers(signals: pd.DataFrame, sightings: Sightings) -> pd.DataFrame:
    """Find this week's accounts with given signals.

    Parameters
    ----------
    signals
        With ``signal_type`` and ``signal_value``. A signal may be in several rows.
    sightings
        This week's sightings.

    Returns
    -------
    DataFrame
        ``row`` (position in ``signals``) and ``account`` (position in ``sightings.accounts``), sorted by both.
    """
    number = _locate(signals, sightings)
    rows = np.flatnonzero(number >= 0)
    is_wanted = np.zeros(len(sightings.signal_type), dtype=np.bool_)
    is_wanted[number[rows]] = True
    seen = np.flatnonzero(is_wanted[sightings.signal])
    wanted = pd.DataFrame({"signal": number[rows], "row": rows})
    borne = pd.DataFrame({"signal": sightings.signal[seen].astype(np.int64), "account": sightings.account[seen]})
    pairs = wanted.merge(borne, on="signal")[["row", "account"]]
    return pairs.astype(np.int64).sort_values(["row", "account"], ignore_index=True)


def ring_of_accounts(members: pd.DataFrame, column: str, sightings: Sightings) -> Int64s:
    """The ring of each account in this week's export, as numbered in a column of ``members``; -1 for none."""
    ring = np.full(len(sightings.accounts) + 1, -1, dtype=np.int64)  # the last entry is for accounts outside the export
    ring[sightings.accounts.positions(members["account_id"])] = members[column]
    return ring[:-1]


def _locate(signals: pd.DataFrame, sightings: Sightings) -> Int64s:
    """The number of each signal in this week's sightings, -1 if no account has it."""
    number = np.full(len(signals), -1, dtype=np.int64)
    kind = signals["signal_type"].to_numpy(dtype=object)
    for each, low, high in ranges_of_types(sightings):
        rows = np.flatnonzero(kind == each.name)
        place = positions_in_order(sightings.signal_value.slice(low, high - low), signals["signal_value"].iloc[rows])
        number[rows] = np.where(place < 0, -1, low + place)
    return number
