"""One or two names in, the answer to their question out: for the command line and for Python."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from graphlink.results.questions.account import describe_account, explain_account
from graphlink.results.questions.document import document
from graphlink.results.questions.folder import open_run
from graphlink.results.questions.naming import Kind, find_account, find_named
from graphlink.results.questions.pair import describe_pair, explain_pair
from graphlink.results.questions.ring import describe_ring, explain_ring
from graphlink.results.questions.signal import describe_signal, explain_signal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from _typeshed import DataclassInstance

    from graphlink.results.questions.folder import OpenRun
    from graphlink.results.questions.naming import Named

_PAIR: Final = 2
_WIDTH: Final = 100


class SameAccountError(ValueError):
    """Both names of a pair mean the same account."""


class Asked(NamedTuple):
    """An answer: its kind (pair, ring, account or signal), the result, and the rings that it names."""

    question: str
    found: DataclassInstance
    words: Callable[[int], str]
    """The answer in words, as lines of this width."""
    rings: tuple[str, ...] = ()
    named: Named | None = None
    """The meaning of the one name; None for a pair."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Answer:
    """What ``explain`` found, for people and for programs."""

    text: str
    document: Mapping[str, Any]
    """The same numbers; ``untrusted`` lists the fields that an account holder may have written."""

    def __repr__(self) -> str:
        """The words, which a notebook shows."""
        return self.text


def explain(*names: str, run: str | Path, width: int = _WIDTH) -> Answer:
    """Answer from the folder of a finished run, as ``gl.explain`` says."""
    if not 0 < len(names) <= _PAIR or not all(isinstance(name, str) for name in names):
        raise TypeError("explain takes one name or two, as text: an account and another, or an account, signal or ring")
    with open_run(Path(run)) as opened:
        asked = ask(opened, names)
        return Answer(asked.words(width), document(asked.question, asked.found))


def ask(run: OpenRun, names: Sequence[str]) -> Asked:
    """Answer the question of one or two names to an open run.

    Raises
    ------
    InputError
        As ``find_named`` does.
    SameAccountError
        If both are one account's.
    """
    if len(names) == _PAIR:
        return _ask_pair(run, names)
    named = find_named(run, names[0])
    if named.kind is Kind.RING:
        ring = explain_ring(run, str(named.key))
        return Asked("ring", ring, partial(describe_ring, ring), named=named)
    if named.kind is Kind.ACCOUNT:
        account = explain_account(run, int(named.key))
        of = account.account.ring
        return Asked("account", account, partial(describe_account, account), (of.ring_id,) if of else (), named)
    signal = explain_signal(run, int(named.key))
    return Asked(
        "signal", signal, partial(describe_signal, signal), tuple(ring["ring_id"] for ring in signal.rings), named
    )


def _ask_pair(run: OpenRun, names: Sequence[str]) -> Asked:
    one, two = (find_account(run, name) for name in names)
    if one == two:
        raise SameAccountError("both name one account")
    pair = explain_pair(run, one, two)
    rings = tuple(account.ring.ring_id for account in pair.accounts if account.ring)
    return Asked("pair", pair, partial(describe_pair, pair), rings)
