"""Measures how strongly each member is tied to its community, and which members had its values first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from graphlink.engine.threads import run_two
from graphlink.model.signals import Provenance
from graphlink.rings.membership.confidence import links_inside, usual_links
from graphlink.rings.membership.robustness import find_lasting
from graphlink.rings.membership.vendors import is_particular
from graphlink.rings.victims import find_first

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    import numpy.typing as npt

    from graphlink.model.arrays import Bools, Int64s
    from graphlink.model.graph import Bipartite, Projection
    from graphlink.model.sightings import Sightings
    from graphlink.model.signals import SignalType
    from graphlink.rings.shared_signals import Counted

    _Columns = Mapping[str, npt.NDArray[Any]]


def weigh_members(
    counted: Counted,
    sightings: Sightings,
    bipartite: Bipartite,
    projection: Projection,
    *,
    further_share: float,
    needed: float,
) -> pd.DataFrame:
    """One row a member, by account: what ties it, what still ties it after a loss, and whether it had the values first.

    ``further_share`` and ``needed`` are as for ``find_lasting``.

    Returns
    -------
    pandas.DataFrame
        The columns of ``Evidence.members`` except ``cell``, ``taken_over`` and ``tier``.
    """
    lasting = partial(
        find_lasting,
        community=counted.community,
        bipartite=bipartite,
        projection=projection,
        further_share=further_share,
        needed=needed,
    )
    strength = partial(_strength, types=bipartite.types, further_share=further_share)

    def weigh(ties: pd.DataFrame, signals: pd.DataFrame, particular: Bools, account: Int64s) -> _Columns:
        return {**strength(ties, signals, particular, account), **lasting(ties, signals, account)}

    return _weigh_members(counted, sightings, bipartite, projection, weigh)


def weigh_ties(
    counted: Counted, sightings: Sightings, bipartite: Bipartite, projection: Projection, *, further_share: float
) -> pd.DataFrame:
    """The same without the losses: ``survives_any_value`` only tests whether more than one value ties a member.

    The losses take far longer to compute, and are not needed while the members are still being decided.
    """
    strength = partial(_strength, types=bipartite.types, further_share=further_share)
    members = _weigh_members(counted, sightings, bipartite, projection, strength)
    return members.assign(survives_any_value=members["n_values"] > 1)


def _weigh_members(
    counted: Counted,
    sightings: Sightings,
    bipartite: Bipartite,
    projection: Projection,
    weigh: Callable[..., _Columns],
) -> pd.DataFrame:
    community, ties, signals = counted.community, counted.ties, counted.signals
    account = np.flatnonzero(community >= 0)
    size = counted.size
    links = links_inside(community, projection)[account]
    particular = is_particular(ties, signals, size, bipartite)
    sized = signals.assign(size=size[signals["community"]])
    coarse = np.array([each.coarse for each in bipartite.types], dtype=np.bool_)
    exact = np.flatnonzero(~coarse[signals["type"].to_numpy()[ties["row"]]])
    exact_ties = pd.DataFrame({name: ties[name].to_numpy()[exact] for name in ("row", "account")})
    exact_ties["first_seen"] = sightings.first_seen[ties["sighting"].to_numpy()[exact]]
    strength, first = run_two(lambda: weigh(ties, signals, particular, account), lambda: find_first(exact_ties, sized))
    came_first = first["came_first"].reindex(account, fill_value=False).to_numpy()
    members = {
        "account": account,
        "community": community[account],
        "n_links": links,
        "usual_links": usual_links(community[account], links),
        **strength,
        "came_first": came_first,
    }
    return pd.DataFrame(members)


def _strength(
    ties: pd.DataFrame,
    signals: pd.DataFrame,
    particular: Bools,
    account: Int64s,
    *,
    types: Sequence[SignalType],
    further_share: float,
) -> _Columns:
    """Evidence of each account as for a pair: over families, the strongest in full and a fraction of the others.

    A coarse value does not count beside the value that it follows from: a card implies its bank's range, an address its
    network. Own values are those that no more others than members have; only own values count for ``observed``. An
    account that nothing ties has 0 and False in all columns.
    """
    adds_up = np.array([each.adds_up for each in types], dtype=np.bool_)
    coarse = np.array([each.coarse for each in types], dtype=np.bool_)
    own = (signals["outside"] <= signals["inside"]).to_numpy()
    observed = np.array([each.provenance is Provenance.OBSERVED for each in types], dtype=np.bool_)
    strongest_first = np.lexsort((-signals["bits"].to_numpy(), signals["family"].to_numpy()))
    place = np.empty_like(strongest_first)
    place[strongest_first] = np.arange(len(signals))
    order = np.argsort(ties["account"].to_numpy() << 32 | place[ties["row"]])
    bearer, row = ties["account"].to_numpy()[order], ties["row"].to_numpy()[order]
    of_type, family, bits = (signals[name].to_numpy()[row] for name in ("type", "family", "bits"))
    is_next = np.diff(bearer, prepend=-1) != 0
    begins = np.flatnonzero(is_next)
    is_first = is_next | (np.diff(family, prepend=-1) != 0)  # of its family
    families = np.flatnonzero(is_first)

    in_full = adds_up[of_type] | is_first
    given = np.where(in_full, bits, np.floor(bits * further_share)).astype(np.int64)
    fine = ~coarse[of_type]
    n_of_family = np.diff(families, append=len(bearer))
    n_fine = np.repeat(np.add.reduceat(fine, families, dtype=np.int64), n_of_family)
    mask = np.int64(1) << family[families]
    tie_bits = np.add.reduceat(given, begins)
    n_families = np.add.reduceat(is_first, begins, dtype=np.int64)
    of_account = np.cumsum(n_families) - n_families
    of_tied = {
        "n_values": np.add.reduceat(fine | (n_fine == 0), begins, dtype=np.int64),
        "tie_bits": tie_bits,
        "n_families": n_families,
        "n_own_families": np.add.reduceat(np.logical_or.reduceat(own[row], families), of_account, dtype=np.int64),
        "observed": np.logical_or.reduceat(own[row] & observed[of_type], begins),
        "particular": np.logical_or.reduceat(particular[order], begins),
        "families": np.add.reduceat(mask, of_account),
    }
    tied = np.searchsorted(account, bearer[begins])
    columns = {name: np.zeros(len(account), dtype=column.dtype) for name, column in of_tied.items()}
    for name, column in of_tied.items():
        columns[name][tied] = column
    return columns
