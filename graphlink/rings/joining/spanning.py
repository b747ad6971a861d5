"""Communities that the same signals span are one campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from graphlink.engine.arrays import distinct, take_rows
from graphlink.engine.components import join_pairs
from graphlink.engine.kernels.basic import order_groups

if TYPE_CHECKING:
    from graphlink.config.method import Method
    from graphlink.model.arrays import Int32s, Int64s
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite, SignalTest

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
    signals too, but they are few, and the address of a building is on most of its tenants, but it is one family. Or
    most members of each bear what passed together, and hardly anything else holds them.
    """
    n_communities = int(community.max(initial=-1)) + 1
    size = np.bincount(community[community >= 0], minlength=n_communities)
    n_own = _n_held_otherwise(community, size, bipartite, test)
    borne = _borne(community, size, n_own, bipartite, test, calibration.n_accounts)
    shared = borne[borne.duplicated("signal", keep=False)]
    if not n_communities or (shared.empty and (test.stock < 0).all()):
        return community
    held = shared[shared["n"] >= method.campaign_core * size[shared["community"]]]
    held = held[bipartite.adds_up[held["signal"]]]
    first = held.groupby("signal")["community"].transform("first")
    crossed = _crossed(shared, size, community, bipartite, method)
    stocked = _of_one_stock(community, size, n_own, bipartite, test)
    a = np.concatenate([held["community"].to_numpy(), crossed["community"].to_numpy(), stocked["community"].to_numpy()])
    b = np.concatenate([first.to_numpy(), crossed["other"].to_numpy(), stocked["other"].to_numpy()])
    whole = join_pairs(a, b, n_communities)
    return np.where(community >= 0, whole[community], -1).astype(np.int32)


def _borne(
    community: Int32s, size: Int64s, n_own: Int64s, bipartite: Bipartite, test: SignalTest, n_accounts: int
) -> pd.DataFrame:
    """Passing signal, community, and the number n of its members that bear it, where that is well beyond chance."""
    entry = np.flatnonzero(np.repeat(test.passes, bipartite.degree))
    signal = np.repeat(np.flatnonzero(test.passes), bipartite.degree[test.passes])
    account = bipartite.accounts[entry]
    inside = community[account]
    pair, n = np.unique(signal[inside >= 0] << 32 | inside[inside >= 0], return_counts=True)
    borne = pd.DataFrame({"signal": pair >> 32, "community": pair & 0xFFFFFFFF, "n": n})
    by_chance = bipartite.degree[borne["signal"]] * size[borne["community"]] / n_accounts
    stands_in = test.siblings[borne["signal"]] > 0
    speaks = np.where(stands_in, (2 * n_own < size)[borne["community"]], n >= _SPANNING)
    return pd.DataFrame(borne[speaks & (n >= _BEYOND_CHANCE * by_chance)])


def _n_held_otherwise(community: Int32s, size: Int64s, bipartite: Bipartite, test: SignalTest) -> Int64s:
    """How many members of each community bear what passed by itself."""
    own = np.zeros(len(community), dtype=np.bool_)
    own[bipartite.accounts[np.repeat(test.passes & (test.siblings == 0), bipartite.degree)]] = True
    return np.bincount(community[own & (community >= 0)], minlength=len(size))


def _of_one_stock(
    community: Int32s, size: Int64s, n_own: Int64s, bipartite: Bipartite, test: SignalTest
) -> pd.DataFrame:
    """Each community most of whose members bear values of one stock, and the first of that stock.

    Cells that one value holds are parts of one whole, and so is what of the stock is together already; but of several
    such wholes each may be another operator's, who draws on the same addresses.
    """
    in_stock = test.stock >= 0
    signal = np.repeat(np.flatnonzero(in_stock), bipartite.degree[in_stock])
    account = bipartite.accounts[np.repeat(in_stock, bipartite.degree)]
    told = {"stock": test.stock[signal], "community": community[account], "signal": signal, "account": account}
    borne = pd.DataFrame(told)[community[account] >= 0]
    whole = ["stock", "community"]
    n_bearers = borne.groupby(whole)["account"].nunique()
    n_of_one = borne.groupby([*whole, "signal"]).size().groupby(whole).max()
    found = pd.DataFrame({"n": n_bearers, "of_one": n_of_one}).reset_index()
    n_members = size[found["community"]]
    of_stock = (2 * found["n"] > n_members) & (2 * n_own[found["community"]] < n_members)
    found = found.assign(is_cell=2 * found["of_one"] > n_members)[of_stock]
    n_wholes = (~found["is_cell"]).groupby(found["stock"]).transform("sum")
    found = pd.DataFrame(found[found["is_cell"] | (n_wholes == 1)])
    return found.assign(other=found.groupby("stock")["community"].transform("first"))


def _crossed(
    shared: pd.DataFrame, size: Int64s, community: Int32s, bipartite: Bipartite, method: Method
) -> pd.DataFrame:
    """Pairs of communities crossed by signals of two families, or by many of one, borne by enough members of both."""
    shared = shared.sort_values(["signal", "n", "community"], ascending=[True, False, True])
    shared = shared[shared.groupby("signal").cumcount() < _WIDEST_SPAN][["signal", "community"]]
    shared = shared.sort_values(["signal", "community"]).assign(row=np.arange(len(shared)))
    sides = shared.merge(shared[["signal", "community"]].rename(columns={"community": "other"}), on="signal")
    sides = sides[sides["community"] != sides["other"]]
    pair, number = np.unique(_joined(sides["community"], sides["other"]), return_inverse=True)
    families = np.zeros(len(pair), dtype=np.int64)
    np.bitwise_or.at(families, number, 1 << bipartite.family[sides["signal"]].astype(np.int64))
    n_values = np.bincount(number, minlength=len(pair))

    accounts, starts = _bearers(shared, community, bipartite)
    n_borne = np.diff(starts)[sides["row"]]
    bearers = distinct(np.repeat(number, n_borne) << 32 | take_rows(accounts, starts, sides["row"].to_numpy()))
    n_bearers = np.bincount(bearers >> 32, minlength=len(pair))

    cover = n_bearers / size[pair >> 32]
    by_families = (np.bitwise_count(families) > 1) & (cover >= method.campaign_cover)
    by_values = (n_values >= _MANY_VALUES) & (cover * n_values >= _MANY_VALUES * method.campaign_cover)
    wide = pair[(by_families | by_values) & (n_bearers >= _CROSSING)]
    wide = np.intersect1d(wide, (wide & 0xFFFFFFFF) << 32 | wide >> 32, assume_unique=True)  # from either side
    return pd.DataFrame({"community": wide >> 32, "other": wide & 0xFFFFFFFF})


def _bearers(shared: pd.DataFrame, community: Int32s, bipartite: Bipartite) -> tuple[Int32s, Int64s]:
    """The accounts of the community that bear the signal, row after row, and where each begin; rows come sorted."""
    bearing = np.zeros(bipartite.n_signals, dtype=np.bool_)
    bearing[shared["signal"]] = True
    account = bipartite.accounts[np.repeat(bearing, bipartite.degree)]
    signal = np.repeat(np.flatnonzero(bearing), bipartite.degree[bearing])
    inside = community[account] >= 0
    account, signal = account[inside], signal[inside]
    asked, borne = _joined(shared["signal"], shared["community"]), _joined(signal, community[account])
    row = np.searchsorted(asked, borne)
    row[asked[np.minimum(row, len(asked) - 1)] != borne] = -1
    order, starts = order_groups(row.astype(np.int32), len(asked))
    return account[order], starts


def _joined(one: pd.Series[int] | Int64s, other: pd.Series[int] | Int32s) -> Int64s:
    """Pairs of numbers as one number each, in the same order."""
    joined: Int64s = np.asarray(one, dtype=np.int64) << 32 | np.asarray(other)
    return joined
