"""Communities that the same signals span are one campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from graphlink.method import Method
    from graphlink.model import Bipartite, Calibration, Int32s, Int64s, SignalTest

_SPANNING = 2
"""Members that a signal needs to speak for a community: one may be a stranger. One that has siblings needs no more than
one, for these speak with it; but it speaks only for a community that hardly anything else holds together: two operators
may draw on one stock of addresses."""

_BEYOND_CHANCE = 3
"""Times the number expected in a random group of the community's size."""

_CROSSING = 5
"""Members on either side that cross between two communities at least: fewer is somebody with two jobs."""

_MANY_VALUES = 5
"""Values of one family that tell as much as two families: a building has a few addresses, an operator many cards. The
more values, the fewer of the members need to bear them."""

_WIDEST_SPAN = 64
"""Communities that one signal may span, the largest first: bounds the pairs to 64 * 64 a signal."""


def join_spanned(
    community: Int32s, bipartite: Bipartite, test: SignalTest, calibration: Calibration, method: Method
) -> Int32s:
    """Put communities together that the same passing signals span, well beyond chance.

    Either one card or template is on most members of each: whoever chose it runs them all. Or signals of two families
    are on enough members of both sides. One company's staff who also are some vendor's customers share that vendor's
    signals too, but they are few, and the address of a building is on most of its tenants, but it is one family.
    """
    n_communities = int(community.max(initial=-1)) + 1
    size = np.bincount(community[community >= 0], minlength=n_communities)
    borne = _borne(community, size, bipartite, test, calibration.n_accounts)
    held = borne[borne["n"] >= method.campaign_core * size[borne["community"]]]
    held = held[bipartite.adds_up[held["signal"]]]
    first = held.groupby("signal")["community"].transform("first")
    crossed = _crossed(borne, size, community, bipartite, method)
    a = np.concatenate([held["community"].to_numpy(), crossed["community"].to_numpy()])
    b = np.concatenate([first.to_numpy(), crossed["other"].to_numpy()])
    links = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(n_communities,) * 2)
    if not n_communities:
        return community
    whole = connected_components(links, directed=False)[1]
    return np.where(community >= 0, whole[community], -1).astype(np.int32)


def _borne(community: Int32s, size: Int64s, bipartite: Bipartite, test: SignalTest, n_accounts: int) -> pd.DataFrame:
    """Passing signal, community, and the number n of its members that bear it, where that is well beyond chance."""
    entry = np.flatnonzero(np.repeat(test.passes, bipartite.degree))
    signal = np.repeat(np.flatnonzero(test.passes), bipartite.degree[test.passes])
    account = bipartite.accounts[entry]
    own = np.zeros(len(community), dtype=np.bool_)
    own[account[test.siblings[signal] == 0]] = True
    n_own = np.bincount(community[own & (community >= 0)], minlength=len(size))
    inside = community[account]
    pair, n = np.unique(signal[inside >= 0] << 32 | inside[inside >= 0], return_counts=True)
    borne = pd.DataFrame({"signal": pair >> 32, "community": pair & 0xFFFFFFFF, "n": n})
    by_chance = bipartite.degree[borne["signal"]] * size[borne["community"]] / n_accounts
    stands_in = test.siblings[borne["signal"]] > 0
    speaks = np.where(stands_in, (2 * n_own < size)[borne["community"]], n >= _SPANNING)
    return pd.DataFrame(borne[speaks & (n >= _BEYOND_CHANCE * by_chance)])


def _crossed(
    borne: pd.DataFrame, size: Int64s, community: Int32s, bipartite: Bipartite, method: Method
) -> pd.DataFrame:
    """Pairs of communities crossed by signals of two families, or by many of one, borne by enough members of both."""
    shared = borne[borne.duplicated("signal", keep=False)]
    shared = shared.sort_values(["signal", "n", "community"], ascending=[True, False, True])
    shared = shared[shared.groupby("signal").cumcount() < _WIDEST_SPAN][["signal", "community"]]
    sides = shared.merge(shared.rename(columns={"community": "other"}), on="signal")
    sides = sides[sides["community"] != sides["other"]]
    bearing = np.isin(np.arange(bipartite.n_signals), shared["signal"])
    signal = np.repeat(np.arange(bipartite.n_signals, dtype=np.int64), bipartite.degree)
    entry = np.flatnonzero(bearing[signal])
    account = bipartite.accounts[entry]
    bearers = pd.DataFrame({"signal": signal[entry], "community": community[account], "account": account})
    crossing = sides.merge(bearers, on=["signal", "community"])
    crossing["family"] = bipartite.family[crossing["signal"]]
    pairs = crossing.groupby(["community", "other"]).agg(
        families=("family", "nunique"), values=("signal", "nunique"), bearers=("account", "nunique")
    )
    cover = pairs["bearers"] / size[pairs.index.get_level_values("community")]
    by_families = (pairs["families"] > 1) & (cover >= method.campaign_cover)
    by_values = (pairs["values"] >= _MANY_VALUES) & (cover * pairs["values"] >= _MANY_VALUES * method.campaign_cover)
    wide = pairs.index[(by_families | by_values) & (pairs["bearers"] >= _CROSSING)]
    crossed = wide.to_frame(index=False)
    back = crossed.rename(columns={"community": "other", "other": "community"})
    return crossed.merge(back, on=["community", "other"])  # wide enough from either side
