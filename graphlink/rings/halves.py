"""Many groups in two halves, so that a copy of the process can look at one of them: cut before, joined after."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from graphlink.engine.threads import both
from graphlink.model.groups import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphlink.engine.threads import Arrays
    from graphlink.model.arrays import Bools, Int64s

_MANY: Final = 1 << 14
"""Accounts in groups from which on it pays to begin a copy."""


def are_many(size: Int64s) -> bool:
    """Whether groups have so many accounts that it pays to look at half of them in a copy: at every other one.

    Large groups come before small ones, by and large, since they are numbered by their smallest account.
    """
    return len(size) > 1 and int(size.sum()) >= _MANY


def only_groups(evidence: Evidence, kept: Bools) -> Evidence:
    """The evidence of some groups, which are numbered anew in the same order."""
    kept_signal = kept[evidence.signals["community"]]
    (members, signals), ties = both(
        lambda: [_only(frame, "community", kept) for frame in (evidence.members, evidence.signals)],
        lambda: _only(evidence.ties, "row", kept_signal),
    )
    return replace(evidence, members=members, signals=signals, ties=ties, size=evidence.size[kept])


def _only(frame: pd.DataFrame, column: str, kept: Bools) -> pd.DataFrame:
    """The rows of which the number in a column is kept; of these numbers only those that are kept count then."""
    rows = frame[kept[frame[column]]]
    before = rows[column].to_numpy()
    number = (np.cumsum(kept) - 1).astype(before.dtype)
    return rows.assign(**{column: number[before]}).reset_index(drop=True)


def pack_evidence(evidence: Evidence) -> Arrays:
    """Put evidence into plain arrays, which a copy can hand over."""
    frames = pack_frames({name: getattr(evidence, name) for name in _FRAMES})
    return {**frames, "size": evidence.size, "n_small": np.array(evidence.n_small), "left": evidence.left}


def unpack_evidence(packed: Arrays) -> Evidence:
    """Undo ``pack_evidence``."""
    frames = unpack_frames(packed, _FRAMES)
    return Evidence(**frames, size=packed["size"], n_small=int(packed["n_small"]), left=packed["left"])


_FRAMES: Final = ("members", "signals", "ties")


def pack_frames(frames: Mapping[str, pd.DataFrame]) -> Arrays:
    """Columns of numbers by the names of their frames and their own.

    Examples
    --------
    >>> packed = pack_frames({"one": pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5]})})
    >>> sorted(packed), unpack_frames(packed, ["one"])["one"]["b"].tolist()
    (['one.a', 'one.b'], [0.5, 1.5])
    """
    return {f"{of}.{name}": frame[name].to_numpy() for of, frame in frames.items() for name in frame.columns}


def unpack_frames(packed: Arrays, names: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Undo ``pack_frames`` for the frames of some names, whatever else is packed."""
    columns = [(*key.split(".", 1), column) for key, column in packed.items() if "." in key]
    return {of: pd.DataFrame({name: column for frame, name, column in columns if frame == of}) for of in names}


def join_evidence(one: Evidence, other: Evidence) -> Evidence:
    """The evidence of the groups of both, those of the first before those of the second."""
    n_groups, n_rows = len(one.size), len(one.signals)

    def members() -> pd.DataFrame:
        of_other = other.members.assign(community=other.members["community"] + n_groups)
        return pd.concat([one.members, of_other]).sort_values("account", ignore_index=True)

    of_both, (signals, ties) = both(
        members,
        lambda: (
            _in_one(one.signals, other.signals.assign(community=other.signals["community"] + n_groups)),
            _in_one(one.ties, other.ties.assign(row=other.ties["row"] + n_rows)),
        ),
    )
    return Evidence(
        members=of_both,
        signals=signals,
        ties=ties,
        size=np.concatenate([one.size, other.size]),
        n_small=one.n_small + other.n_small,
        left=np.maximum(one.left, other.left),  # -1 of whom the other speaks
    )


def _in_one(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([one, other], ignore_index=True)
