"""Lets interchangeable signals pass: values that an operator uses in place of one another.

An operator may give each card a dozen accounts and each address a dozen others. No two accounts then share both a card
and an address, so no signal has companions inside. But the accounts of one card share address after address with the
accounts of another. Such cards are siblings, and a set of siblings is a stock. A stock passes if most of its accounts
have addresses, or other values, that hardly any account outside has. These values are its counterparts, and pass with
it. A carrier's customers have no such addresses, because many other accounts use them too.

Where mail domains cross prompts, an account with a public mailbox gives no evidence either way and is not counted. A
third of an operator's accounts may have its domains and the others a public mailbox, and its prompts are still its own.
At least a fifth of a prompt's accounts must have the stock's domains. All other crossings count every account: the
cards, machines and addresses of honest organisations cross with domains, too, and most prompts of their people are
common ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from graphlink.engine.kernels.basic import take_entries
from graphlink.engine.kernels.interchangeable import find_siblings, keep_meeting
from graphlink.engine.threads import n_blocks
from graphlink.graph.mail_domains import PUBLIC, share_with_own
from graphlink.graph.reference_rates import needed_shares
from graphlink.graph.stocks import find_stocks, keys_of_values
from graphlink.graph.wide_accounts import hash_names
from graphlink.model.families import CONTENT, LARGEST_HOUSEHOLD, MAIL_DOMAIN
from graphlink.model.graph import BIT_SCALE

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphlink.config.method import Method
    from graphlink.model.arrays import Bools, Floats, Int8s, Int16s, Int32s, Int64s
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite, SignalTest
    from graphlink.model.signals import SignalType

_FEWEST, _MOST = 3, 100
"""Range of accounts of a value that may have siblings. Two accounts may be a couple that moved house. A value with more
than a hundred accounts has companions inside if an operator holds it."""

_MOST_BORNE = 32
"""Most such values of an account that is compared: an account with more shares one with nearly every account. Together
with the most accounts of a value this bounds the work: for each value of an account, 32 others with 100 accounts of 32
values each."""

_MOST_WAYS = 1024
"""Most ways, for each account of a value, by which it reaches others of its type. In simulated worlds of 100,000
accounts no value has more than 340. Beyond, values with small hashes stand for all that lead there."""

_FALSE_SIBLINGS = 0.1
"""Siblings expected by chance per value, at most. This is more than a test of one pair would allow, but a stock has at
least three values, and most of its accounts must have values that hardly any other account has."""

_CROSSING = 2
"""Values of the other side that the accounts of each value must have: a company's card is at the company's address
only."""

_VALUES = 3
"""Least number of values on either side: two cards and two addresses may be one couple's."""

_SEEN = 0.2
"""Least share of a prompt's accounts that have one of the stock's mail domains, for the silent ones to be left out."""


def accept_interchangeable(
    bipartite: Bipartite, test: SignalTest, calibration: Calibration, method: Method
) -> SignalTest:
    """Let interchangeable signals pass.

    Returns
    -------
    SignalTest
        Changed for each signal that did not pass and has siblings or is a counterpart. ``siblings`` counts the
        interchangeable values of its type in the stock. ``lower_bound`` is the share of its accounts that have a value
        of the other side. ``coordinated_share`` is the same share, corrected for silent accounts. ``family`` is the
        family of most values of the other side. ``stock`` is one number for all values of a stock and its counterparts.
    """
    graph = _Candidates.of(bipartite, calibration, method)
    stock, n_limited = _stocks(graph, bipartite, calibration.n_accounts)
    if (stock < 0).all():  # as in null worlds and in most small exports
        return replace(test, n_limited=n_limited)
    told = _stand_together(graph, stock)
    signal = graph.signal[told["signal"].to_numpy()]
    fresh, told = signal[~test.passes[signal]], told[~test.passes[signal]]
    siblings, in_stock = np.zeros_like(test.siblings), np.full_like(test.stock, -1)
    passes, bits = test.passes.copy(), test.bits.copy()
    family, share, lower = test.family.copy(), test.coordinated_share.copy(), test.lower_bound.copy()
    siblings[fresh] = told["siblings"]
    in_stock[fresh] = told["stock"]
    family[fresh] = told["family"]
    share[fresh], lower[fresh] = told["share"], told["least"]
    passes[fresh] = True
    bits[fresh] = np.maximum(bits[fresh], round(calibration.threshold_bits * BIT_SCALE))
    return replace(
        test,
        siblings=siblings,
        stock=in_stock,
        family=family,
        coordinated_share=share,
        lower_bound=lower,
        passes=passes,
        bits=bits,
        n_limited=n_limited,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Candidates:
    """The graph of the signals that may have siblings, numbered by their position here.

    These have few accounts, several of which have another such signal of another family.
    """

    signal: Int64s
    """The number of each signal in the whole graph."""
    kind: Int16s
    family: Int8s
    degree: Int32s
    by_account: csr_array
    """Accounts × signals, 1 where an account has a signal."""
    by_signal: csr_array
    is_domain: Bools
    is_prompt: Bools
    """By signal: mail domains, and values of the family of prompts. A public mailbox is silent only between these two.
    """
    is_silent: Bools
    """By account: whether its mailbox is a public one."""
    speaking: float
    """Share of the population with a mailbox at a domain of its own."""
    most: float
    """Share of a signal's accounts above which they count as most of them."""

    @classmethod
    def of(cls, bipartite: Bipartite, calibration: Calibration, method: Method) -> _Candidates:
        candidate = (bipartite.degree >= _FEWEST) & (bipartite.degree <= _MOST) & ~bipartite.corroborates
        keep_meeting(bipartite.csr, bipartite.family, candidate, _FEWEST)  # with another such signal of another family
        chosen = np.flatnonzero(candidate)
        number = np.cumsum(candidate, dtype=np.int32) - 1
        starts, borne = take_entries((bipartite.account_start, bipartite.signals), candidate)
        n_borne = np.diff(starts)
        few = n_borne <= _MOST_BORNE
        indices = number[borne[np.repeat(few, n_borne)]]
        starts = np.concatenate([[0], np.cumsum(np.where(few, n_borne, 0))]).astype(np.int32)
        shape = (bipartite.n_accounts, len(chosen))
        by_account = csr_array((np.ones(len(indices), np.int32), indices, starts), shape=shape)
        return cls(
            signal=chosen,
            kind=bipartite.signal_type[chosen],
            family=bipartite.family[chosen],
            degree=bipartite.degree[chosen],
            by_account=by_account,
            by_signal=by_account.T.tocsr(),
            is_domain=_is_of(bipartite, lambda each: each.name == MAIL_DOMAIN)[chosen],
            is_prompt=_is_of(bipartite, lambda each: each.counts_as == CONTENT)[chosen],
            is_silent=bipartite.mailbox == PUBLIC,
            speaking=share_with_own(bipartite.mailbox, calibration),
            most=float(needed_shares([CONTENT], calibration, method)[0]),
        )


def _is_of(bipartite: Bipartite, kind: Callable[[SignalType], bool]) -> Bools:
    """By signal: whether its type meets a condition."""
    return np.array([kind(each) for each in bipartite.types], dtype=np.bool_)[bipartite.signal_type]


def _stocks(graph: _Candidates, bipartite: Bipartite, n_accounts: int) -> tuple[Int32s, int]:
    """The stock of each signal, -1 where it has no siblings, and the number of signals that were compared in part."""
    one, other, n_limited = find_siblings(
        (
            graph.by_account.indptr.astype(np.int64),
            graph.by_account.indices.astype(np.int32),
            graph.by_signal.indptr.astype(np.int64),
            graph.by_signal.indices.astype(np.int32),
        ),
        (graph.kind, graph.family),
        lambda: hash_names(bipartite.signal_value, bipartite.origin[graph.signal]),
        n_accounts,
        (_FALSE_SIBLINGS, _MOST_WAYS),
        n_blocks(),
    )
    return find_stocks(one, other, keys_of_values(bipartite, graph.signal)), n_limited


def _stand_together(graph: _Candidates, stock: Int32s) -> pd.DataFrame:
    """The signals that pass as siblings, and their counterparts.

    One row a signal. ``signal``; ``siblings``, the number of interchangeable values of its type in the stock, itself
    included; ``share``, of its accounts that are the stock's, corrected for silent accounts; ``least``, the share of
    its accounts that have a value of the other side; ``family``, of most values of the other side; and ``stock``.
    """
    stocks = _Stocks.of(graph, stock)
    counterparts = _counterparts(graph, stocks)
    across = np.zeros((len(stocks.family), int(graph.family.max(initial=0)) + 1), dtype=np.int32)
    np.add.at(across, (counterparts["stock"], graph.family[counterparts["signal"]]), 1)
    other = across.argmax(axis=1).astype(np.int8)

    shape = (len(stocks.family), len(stock))
    borne = csr_array((np.ones(len(counterparts), np.int32), (counterparts["stock"], counterparts["signal"])), shape)
    accompanied = csr_array(_marks(borne @ graph.by_signal).multiply(stocks.bearers))
    n_accompanied, n_bearers = _n_in_row(accompanied), _n_in_row(stocks.bearers)
    n_domains = np.bincount(counterparts["stock"], graph.is_domain[counterparts["signal"]], len(stocks.family))
    by_mailbox = stocks.of_prompts & (2 * n_domains > _n_in_row(borne))
    silent = _silent(csr_array(stocks.bearers - accompanied), by_mailbox, graph)
    share = _share(n_accompanied, n_bearers, _n_in_row(silent), graph.speaking)
    stands = (_n_in_row(borne) >= _VALUES) & (n_bearers > LARGEST_HOUSEHOLD) & _are_most(n_accompanied, share, graph)
    counterparts = counterparts[stands[counterparts["stock"]]]

    touching = stocks.touching.merge(counterparts[["stock", "signal"]])
    values = _crossing(_pairs(accompanied @ graph.by_account), touching.groupby(["stock", "value"]).size())
    values = values[stock[values["signal"]] == values["stock"]]
    n_silent = _pairs(silent @ graph.by_account).rename(columns={"n": "n_silent"})
    values = _where_most(values.merge(n_silent, how="left").fillna({"n_silent": 0}), graph)
    return _tell(graph, values, counterparts, stocks.family, other)


@dataclass(frozen=True, slots=True, eq=False)
class _Stocks:
    """Stocks of siblings, numbered from 0."""

    family: Int8s
    """The family of each stock's values."""
    of_domains: Bools
    of_prompts: Bools
    """By stock: whether its values are mail domains, and whether they are prompts."""
    bearers: csr_array
    """Stocks × accounts, 1 where an account has a value of a stock."""
    touching: pd.DataFrame
    """``stock``, ``value`` and ``signal``: the signals that the accounts of each value of a stock have."""

    @classmethod
    def of(cls, graph: _Candidates, stock: Int32s) -> _Stocks:
        inside = np.flatnonzero(stock >= 0)
        shape = (int(stock.max(initial=-1)) + 1, len(stock))
        one = np.zeros(shape[0], dtype=np.int64)
        one[stock[inside]] = inside  # all values of a stock are of one type
        held = csr_array((np.ones(len(inside), np.int32), (stock[inside], inside)), shape=shape)
        touching = _pairs(graph.by_signal[inside] @ graph.by_account, "value").drop(columns="n")
        touching["value"] = inside[touching["value"]]
        touching["stock"] = stock[touching["value"]]
        return cls(
            family=graph.family[one],
            of_domains=graph.is_domain[one],
            of_prompts=graph.is_prompt[one],
            bearers=_marks(held @ graph.by_signal),
            touching=touching,
        )


def _counterparts(graph: _Candidates, stocks: _Stocks) -> pd.DataFrame:
    """The values of other families that several values of a stock share, and most of whose accounts are the stock's."""
    n_crossing = stocks.touching.groupby(["stock", "signal"]).size()
    met = _crossing(_pairs(stocks.bearers @ graph.by_account), n_crossing)
    met = met[graph.family[met["signal"]] != stocks.family[met["stock"]]]
    by_mailbox = stocks.of_domains[met["stock"]] & graph.is_prompt[met["signal"]]
    n_silent = graph.by_signal @ graph.is_silent.astype(np.int8)
    return _where_most(met.assign(n_silent=n_silent[met["signal"]] * by_mailbox), graph)


def _silent(accounts: csr_array, by_mailbox: Bools, graph: _Candidates) -> csr_array:
    """The accounts with a public mailbox among some accounts of each stock, where ``by_mailbox`` is set."""
    some = accounts.tocoo()
    chosen = (some.data > 0) & by_mailbox[some.row] & graph.is_silent[some.col]
    return csr_array((np.ones(chosen.sum(), np.int32), (some.row[chosen], some.col[chosen])), accounts.shape)


def _tell(
    graph: _Candidates, values: pd.DataFrame, counterparts: pd.DataFrame, family: Int8s, other: Int8s
) -> pd.DataFrame:
    """One row for each value of a stock and each counterpart. Of a value in several stocks the largest share counts."""
    told = pd.concat([values.assign(own=True), counterparts.assign(own=False)], ignore_index=True)
    told["kind"] = graph.kind[told["signal"]]
    told["siblings"] = told.groupby(["stock", "kind"])["signal"].transform("size")
    told["least"] = told["n"] / graph.degree[told["signal"]]
    told["family"] = np.where(told["own"], other[told["stock"]], family[told["stock"]])
    best = told.sort_values(["signal", "share", "siblings", "stock"], ascending=[True, False, False, True])
    return pd.DataFrame(best.drop_duplicates("signal")[["signal", "siblings", "share", "least", "family", "stock"]])


def _crossing(met: pd.DataFrame, n_crossing: pd.Series[int]) -> pd.DataFrame:
    """Keep the rows ``stock``, ``signal`` and ``n`` whose signal meets several values of the other side."""
    crossing = n_crossing.rename_axis(["stock", "signal"]).rename("crossing")
    return met.merge(crossing[crossing >= _CROSSING].reset_index()).drop(columns="crossing")


def _where_most(met: pd.DataFrame, graph: _Candidates) -> pd.DataFrame:
    """Keep the rows ``stock``, ``signal``, ``n`` and ``n_silent`` that cover most of the signal's accounts.

    ``n_silent`` counts its other accounts that are not counted either way. Adds ``share``.
    """
    n, n_silent = met["n"].to_numpy(), met["n_silent"].to_numpy()
    share = _share(n, graph.degree[met["signal"]], n_silent, graph.speaking)
    return met.assign(share=share)[_are_most(n, share, graph)]


def _share(n: Int32s, of: Int32s, n_silent: Int32s, speaking: float) -> Floats:
    """The share of ``n`` accounts among themselves and the ordinary accounts beside them.

    ``n_silent`` of the other accounts may be either. A share ``speaking`` of ordinary accounts is not silent. The
    number of ordinary accounts is therefore estimated from those that are not silent, plus one that was not seen. If
    fewer than ``_SEEN`` are known to be the stock's, all others count as ordinary.
    """
    others = of - n
    ordinary = np.where(n < _SEEN * of, others, np.minimum(others, (others - n_silent + 1) / speaking))
    share: Floats = n / (n + ordinary)
    return share


def _are_most(n: Int32s, share: Floats, graph: _Candidates) -> Bools:
    """Whether ``n`` accounts are enough, and most of the signal's accounts."""
    most: Bools = (n >= _FEWEST) & (share > graph.most)
    return most


def _pairs(counts: csr_array, row: str = "stock") -> pd.DataFrame:
    """The non-zero counts, one row a pair: the row under its name, ``signal`` and ``n``."""
    pairs = counts.tocoo()
    return pd.DataFrame({row: pairs.row, "signal": pairs.col, "n": pairs.data})


def _n_in_row(marks: csr_array) -> Int32s:
    return np.diff(marks.indptr).astype(np.int32)


def _marks(counts: csr_array) -> csr_array:
    """1 wherever the count is not zero."""
    marks = csr_array(counts)
    marks.eliminate_zeros()
    marks.data = np.ones(len(marks.data), dtype=np.int32)
    return marks
