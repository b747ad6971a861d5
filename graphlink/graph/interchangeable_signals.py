"""The signal test in, the same with sibling signals passing out: values that stand in for one another.

An operator who gives each card a dozen accounts and each address a dozen others leaves no two accounts with both a card
and an address in common: no signal has company inside. But the accounts of one card meet those of another at address
after address. Such cards are siblings, and a set of them is a stock. A stock passes when most of its accounts bear
addresses, or other values, that hardly anybody outside it bears: its counterparts, which pass with it. A carrier's
customers have no such addresses, for theirs are many others' too.

Where mail domains cross prompts, an account with a public mailbox does not tell to whom it belongs, and is asked
neither way: a third of a hydra's accounts have its domains and the others a webmailer's, and its prompts are its own
all the same. A fifth of a prompt's accounts must be seen to be the stock's. About nothing else does anybody keep
silent: the cards, machines and addresses of honest organisations cross with domains, too, and their people's prompts
are mostly everybody's.
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
from graphlink.model.families import CONTENT, LARGEST_HOUSEHOLD, MAIL_DOMAIN
from graphlink.model.graph import BIT_SCALE

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphlink.config.method import Method
    from graphlink.model.arrays import (
        Bools,
        Floats,
        Int8s,
        Int16s,
        Int32s,
        Int64s,
        Keys,
    )
    from graphlink.model.calibration import Calibration
    from graphlink.model.graph import Bipartite, SignalTest
    from graphlink.model.signals import SignalType

_FEWEST, _MOST = 3, 100
"""Accounts of a value that may have siblings. Two accounts are a pair that moved house; and the values of more than a
hundred have company inside, if they are anybody's."""

_MOST_BORNE = 32
"""Such values of an account that may show them: who has more meets everybody. This and the most accounts of a value
bound the work: for each value that an account bears, 32 others with 100 accounts of 32 each."""

_FALSE_SIBLINGS = 0.1
"""Siblings that a value may be expected to have by chance. That is more than a test of one pair would be allowed: of a
stock there are three values at least, and most of their accounts must bear what hardly anybody else does."""

_CROSSING = 2
"""Values of the other side that the accounts of each bear: a company's card is at its own address alone."""

_VALUES = 3
"""Values on either side: two cards and two addresses may be one couple's."""

_SEEN = 0.2
"""Share of a prompt's accounts that have one of the stock's mail domains, at least, where others are not asked."""


def accept_interchangeable(
    bipartite: Bipartite, test: SignalTest, calibration: Calibration, method: Method
) -> SignalTest:
    """Let signals pass that stand in for one another.

    Returns
    -------
    SignalTest
        Where a signal did not pass and has siblings, or is a counterpart of some, ``siblings`` counts the values of its
        type that stand in for one another there; ``lower_bound`` is the share of its accounts that bear a value of the
        other side, ``coordinated_share`` what it is with those who are silent, ``family`` is that of most of these
        values, and ``stock`` has one number for all that stand together.
    """
    graph = _Candidates.of(bipartite, calibration, method)
    stock = _stocks(graph, keys_of_values(bipartite, graph.signal), calibration.n_accounts)
    if (stock < 0).all():  # as in null worlds and in most small exports
        return test
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
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Candidates:
    """The graph of the signals that may have siblings, which are numbered by their place."""

    signal: Int64s
    """The number of each in the whole graph."""
    kind: Int16s
    family: Int8s
    degree: Int32s
    by_account: csr_array
    """Accounts by signals, one where an account bears a signal."""
    by_signal: csr_array
    is_domain: Bools
    is_prompt: Bools
    """By signal: the mail domains, and the values of the family of prompts, which may stand for each other."""
    is_silent: Bools
    """Accounts whose mailbox is a public one."""
    speaking: float
    """The share of everybody who has one of his own."""
    most: float
    """Share of a signal's accounts from which on they are most of them."""

    @classmethod
    def of(cls, bipartite: Bipartite, calibration: Calibration, method: Method) -> _Candidates:
        candidate = _candidates(bipartite)
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
            is_prompt=_is_of(bipartite, lambda each: each.voice == CONTENT)[chosen],
            is_silent=bipartite.mailbox == PUBLIC,
            speaking=share_with_own(bipartite.mailbox, calibration),
            most=float(needed_shares([CONTENT], calibration, method)[0]),
        )


def _is_of(bipartite: Bipartite, kind: Callable[[SignalType], bool]) -> Bools:
    """By signal: whether it is of such a type."""
    return np.array([kind(each) for each in bipartite.types], dtype=np.bool_)[bipartite.signal_type]


def _candidates(bipartite: Bipartite) -> Bools:
    """Signals of few accounts, several of which bear another such signal of another family."""
    degree = bipartite.degree
    candidate: Bools = (degree >= _FEWEST) & (degree <= _MOST) & ~bipartite.corroborates
    graph = bipartite.csr
    keep_meeting(graph, bipartite.family, candidate, _FEWEST)
    return candidate


def _stocks(graph: _Candidates, key: Keys, n_accounts: int) -> Int32s:
    """The stock of siblings that each signal belongs to; -1 where it has none."""
    arguments = (
        (
            graph.by_account.indptr.astype(np.int64),
            graph.by_account.indices.astype(np.int32),
            graph.by_signal.indptr.astype(np.int64),
            graph.by_signal.indices.astype(np.int32),
        ),
        (graph.kind, graph.family),
        n_accounts,
        _FALSE_SIBLINGS,
    )
    one, other = find_siblings(*arguments, n_blocks())
    return find_stocks(one, other, key)


def _stand_together(graph: _Candidates, stock: Int32s) -> pd.DataFrame:
    """The signals that pass as siblings, and with them those that are counterparts of theirs.

    One row a signal: ``signal``, ``siblings`` (how many values of its type stand in for one another there, it among
    them), ``share`` (of its accounts that are the stock's, as far as they say), ``least`` (of those that bear a value
    of the other side), ``family`` (of most values there) and ``stock``.
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
    """The family of the values of each."""
    of_domains: Bools
    of_prompts: Bools
    """Whether its values are mail domains, or prompts."""
    bearers: csr_array
    """Stocks by accounts, one where an account bears a value of a stock."""
    touching: pd.DataFrame
    """``stock``, ``value`` and ``signal``: what the accounts of each value of a stock bear."""

    @classmethod
    def of(cls, graph: _Candidates, stock: Int32s) -> _Stocks:
        inside = np.flatnonzero(stock >= 0)
        shape = (int(stock.max(initial=-1)) + 1, len(stock))
        one = np.zeros(shape[0], dtype=np.int64)
        one[stock[inside]] = inside  # all are of one type
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
    """The values of other families that several values of a stock meet at, where most accounts bear one of these."""
    n_crossing = stocks.touching.groupby(["stock", "signal"]).size()
    met = _crossing(_pairs(stocks.bearers @ graph.by_account), n_crossing)
    met = met[graph.family[met["signal"]] != stocks.family[met["stock"]]]
    by_mailbox = stocks.of_domains[met["stock"]] & graph.is_prompt[met["signal"]]
    n_silent = graph.by_signal @ graph.is_silent.astype(np.int8)
    return _where_most(met.assign(n_silent=n_silent[met["signal"]] * by_mailbox), graph)


def _silent(accounts: csr_array, by_mailbox: Bools, graph: _Candidates) -> csr_array:
    """Of some accounts of each stock those with a public mailbox, where the stock is asked ``by_mailbox``."""
    some = accounts.tocoo()
    chosen = (some.data > 0) & by_mailbox[some.row] & graph.is_silent[some.col]
    return csr_array((np.ones(chosen.sum(), np.int32), (some.row[chosen], some.col[chosen])), accounts.shape)


def _tell(
    graph: _Candidates, values: pd.DataFrame, counterparts: pd.DataFrame, family: Int8s, other: Int8s
) -> pd.DataFrame:
    """What there is to say of each value of a stock, and of each counterpart; of one in several stocks, the best."""
    told = pd.concat([values.assign(own=True), counterparts.assign(own=False)], ignore_index=True)
    told["kind"] = graph.kind[told["signal"]]
    told["siblings"] = told.groupby(["stock", "kind"])["signal"].transform("size")
    told["least"] = told["n"] / graph.degree[told["signal"]]
    told["family"] = np.where(told["own"], other[told["stock"]], family[told["stock"]])
    best = told.sort_values(["signal", "share", "siblings", "stock"], ascending=[True, False, False, True])
    return pd.DataFrame(best.drop_duplicates("signal")[["signal", "siblings", "share", "least", "family", "stock"]])


def _crossing(met: pd.DataFrame, n_crossing: pd.Series[int]) -> pd.DataFrame:
    """Of the rows ``stock``, ``signal`` and ``n`` those that meet several values of the other side."""
    crossing = n_crossing.rename_axis(["stock", "signal"]).rename("crossing")
    met = met.merge(crossing[crossing >= _CROSSING].reset_index())
    return met.drop(columns="crossing")


def _where_most(met: pd.DataFrame, graph: _Candidates) -> pd.DataFrame:
    """Of the rows ``stock``, ``signal``, ``n`` and ``n_silent`` those with most of the signal's accounts.

    ``n_silent`` counts its other accounts that are not asked. Adds ``share``.
    """
    n, n_silent = met["n"].to_numpy(), met["n_silent"].to_numpy()
    share = _share(n, graph.degree[met["signal"]], n_silent, graph.speaking)
    return met.assign(share=share)[_are_most(n, share, graph)]


def _share(n: Int32s, of: Int32s, n_silent: Int32s, speaking: float) -> Floats:
    """The share of so many accounts among themselves and the ordinary people who are with them.

    ``n_silent`` of the others may be either. Of ordinary people the share ``speaking`` are not silent, so that those
    who speak, and one more who was not seen, tell how many ordinary people there are. Where fewer than ``_SEEN`` are
    seen to be the stock's, all others are taken for ordinary people.
    """
    others = of - n
    ordinary = np.where(n < _SEEN * of, others, np.minimum(others, (others - n_silent + 1) / speaking))
    share: Floats = n / (n + ordinary)
    return share


def _are_most(n: Int32s, share: Floats, graph: _Candidates) -> Bools:
    """Whether so many accounts are enough, and most."""
    most: Bools = (n >= _FEWEST) & (share > graph.most)
    return most


def _pairs(counts: csr_array, row: str = "stock") -> pd.DataFrame:
    """What is counted, one row a pair: the row under its name, ``signal`` and ``n``."""
    pairs = counts.tocoo()
    return pd.DataFrame({row: pairs.row, "signal": pairs.col, "n": pairs.data})


def _n_in_row(marks: csr_array) -> Int32s:
    return np.diff(marks.indptr).astype(np.int32)


def _marks(counts: csr_array) -> csr_array:
    """One wherever something is counted."""
    marks = csr_array(counts)
    marks.eliminate_zeros()
    marks.data = np.ones(len(marks.data), dtype=np.int32)
    return marks
