"""The answer key of a labelled world: the members of each planted ring, and the honest groups.

It comes from the simulator's folder or from a plain table of labels. It becomes arrays over accounts in a fixed order,
so that every metric works on integers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from graphlink.lab.evaluate.open_inputs import read_table, refusal
from graphlink.model.text import TEXT
from graphlink.words.errors import InputError, Place
from graphlink.words.escape import printable

if TYPE_CHECKING:
    from pathlib import Path

    from graphlink.model.arrays import Bools, Int64s

GROUP_COLUMNS: Final = ("group_id", "kind", "hard_negative")
ANSWER_KEY: Final = Place("answer key")
SMALLEST_RING: Final = 2
"""A label on a single account means that the account is in no ring."""


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """An answer key over ``accounts``.

    ``ring`` gives each account's row in ``rings`` (``ring_id``, ``kind``, ``campaign_id``), -1 for honest accounts.
    ``cell`` is the number of its operator cell, over all rings. ``groups`` are the honest groups (``group_id``,
    ``kind``, ``hard_negative``: its id in the domain reference, or empty). An account may be in several, so members are
    pairs of ``group_account`` and ``group_number``. ``victim`` marks honest accounts framed with a ring's signals.
    """

    accounts: pd.Index
    ring: Int64s
    cell: Int64s
    rings: pd.DataFrame
    victim: Bools
    groups: pd.DataFrame
    group_account: Int64s
    group_number: Int64s

    def __len__(self) -> int:
        return len(self.accounts)

    @property
    def honest(self) -> Bools:
        """Accounts in no planted ring."""
        return self.ring < 0


def read_truth(path: Path) -> Truth:
    """Read a simulator's truth folder, the world folder above it, or a CSV or Parquet table of labels.

    Raises ``InputError`` if the path holds no answer key.
    """
    if path.is_file():
        return label_truth(read_table(path, "GL151"))
    for folder in (path, path / "_truth"):
        if (folder / "truth.parquet").is_file():
            return _read_world(folder)
    for folder in (path, path / "_truth"):
        for name in ("labels.csv", "truth.csv"):
            if (folder / name).is_file():
                return label_truth(read_table(folder / name, "GL151"))
    raise InputError(
        "GL150",
        Place(str(path)),
        "no answer key here",
        "name a folder with truth.parquet, labels.csv or truth.csv in it or in its _truth, or such a file itself",
    )


def label_truth(labels: pd.DataFrame) -> Truth:
    """Make an answer key from a table with ``account_id`` and ``ring_id``, one row per account.

    An account with an empty ``ring_id``, or one that no other account has, is in no ring. Optional columns: ``kind``
    (or ``ring_kind``), ``campaign_id``, ``cell``, ``victim``, and ``group_id`` with ``group_kind`` for honest groups.

    Raises ``InputError`` for a missing column, a row without an account or a repeated account.

    Examples
    --------
    >>> truth = label_truth(pd.DataFrame({"account_id": ["a", "b", "c"], "ring_id": ["x", "x", ""]}))
    >>> truth.rings.ring_id.tolist(), truth.ring.tolist()
    (['x'], [0, 0, -1])
    """
    if not {"account_id", "ring_id"} <= set(labels.columns):
        columns = ", ".join(printable(str(column)) for column in labels.columns)
        raise InputError("GL151", ANSWER_KEY, f"its columns are {columns}", "give it account_id and ring_id")
    accounts = pd.Index(labels["account_id"].astype(str))
    if "" in accounts:
        raise InputError("GL151", ANSWER_KEY, "a row has no account_id", "give each row an account")
    if not accounts.is_unique:
        twice = printable(accounts[accounts.duplicated()][0])
        raise InputError("GL151", ANSWER_KEY, f"account {twice} occurs twice", "give each account one row")
    ring_id = _text(labels, "ring_id").where(lambda ids: ids.map(ids.value_counts()) >= SMALLEST_RING, "")
    kind = _text(labels, "kind", "ring_kind").where(ring_id != "", "")
    campaign = _text(labels, "campaign_id").where(ring_id != "", "")
    cell = _text(labels, "cell")
    ring, rings = _number_rings(ring_id, kind, campaign)
    groups, group_account, group_number = _number_groups(_text(labels, "group_id"), _text(labels, "group_kind"))
    return Truth(
        accounts=accounts,
        ring=ring,
        cell=np.where(ring < 0, -1, pd.DataFrame({"ring": ring, "cell": cell}).groupby(["ring", "cell"]).ngroup()),
        rings=rings,
        victim=_flags(labels, "victim"),
        groups=groups,
        group_account=group_account,
        group_number=group_number,
    )


def _read_world(folder: Path) -> Truth:
    """Read the simulator's three tables: accounts with their ring, all groups, and their members."""
    key = label_truth(read_table(folder / "truth.parquet", "GL151"))
    groups = read_table(folder / "truth_groups.parquet", "GL151", ("group_id", "kind"))
    if not groups.group_id.is_unique:
        raise refusal(folder / "truth_groups.parquet", "GL151", "a group occurs twice")
    groups = groups[~groups.group_id.isin(key.rings.ring_id)].sort_values("group_id", ignore_index=True)
    # Instances are numbered: HN2-000017 is a university course.
    groups["hard_negative"] = _text(groups, "hard_negative_id").str.partition("-")[0]
    members = read_table(folder / "truth_members.parquet", "GL151", ("group_id", "account_id"))
    number = _positions(groups.group_id, members.group_id)
    account = key.accounts.get_indexer(pd.Index(members.account_id)).astype(np.int64)
    return replace(
        key,
        groups=groups[list(GROUP_COLUMNS)],
        group_account=account[number >= 0],
        group_number=number[number >= 0],
    )


def _text(table: pd.DataFrame, *names: str) -> pd.Series:
    """The first of these columns in the table, without missing values, or else empty texts."""
    for name in names:
        if name in table.columns:
            return table[name].astype(TEXT).fillna("").reset_index(drop=True)
    return pd.Series([""] * len(table), dtype=TEXT)


def _flags(table: pd.DataFrame, name: str) -> Bools:
    return _text(table, name).str.lower().isin({"true", "1", "yes"}).to_numpy(dtype=bool)


def _number_rings(ring_id: pd.Series, kind: pd.Series, campaign: pd.Series) -> tuple[Int64s, pd.DataFrame]:
    """Each account's row in the table of rings, sorted by id. A ring without a campaign is its own."""
    whole = pd.DataFrame({"ring_id": ring_id, "kind": kind, "campaign_id": campaign})
    rings = whole[whole.ring_id != ""].drop_duplicates("ring_id").sort_values("ring_id", ignore_index=True)
    rings["campaign_id"] = rings.campaign_id.where(rings.campaign_id != "", rings.ring_id)
    return _positions(rings.ring_id, ring_id), rings


def _number_groups(group_id: pd.Series, kind: pd.Series) -> tuple[pd.DataFrame, Int64s, Int64s]:
    """The table of honest groups, sorted by id, and its members as pairs of account and row number."""
    table = pd.DataFrame({"group_id": group_id, "kind": kind, "hard_negative": ""})
    groups = table[table.group_id != ""].drop_duplicates("group_id").sort_values("group_id", ignore_index=True)
    number = _positions(groups.group_id, group_id)
    return groups, np.flatnonzero(number >= 0), number[number >= 0]


def _positions(ids: pd.Series, wanted: pd.Series) -> Int64s:
    """The position of each wanted id in ``ids``, -1 if it is missing."""
    return np.asarray(pd.Index(ids).get_indexer(pd.Index(wanted)), dtype=np.int64)
