"""Whom a second person has to confirm, for the commands that confirm accounts and write the action file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from graphlink.cli.printing import width
from graphlink.cli.state_option import Memory, today
from graphlink.words.errors import ConfigError, GraphlinkError
from graphlink.words.sentences import counted, wrapped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from graphlink.model.sweeps import Action, Hit, Waiting
    from graphlink.sweeps.decisions.hit import Facts
    from graphlink.sweeps.state.ledger import Ledger


class Confirmed(NamedTuple):
    """The confirmed accounts as they stand."""

    actions: tuple[Action, ...]
    """Those for the action file."""
    waiting: tuple[Waiting, ...]
    hit: tuple[Hit, ...]
    unknown: str
    """Why ages, plans and values are not known; empty if the newest sweep's tables told of them."""


def find_confirmed(held: Ledger, memory: Memory, spend_path: Path | None = None) -> Confirmed:
    """Split and count the confirmed accounts by what the newest sweep's tables tell of them.

    Where they cannot tell, whoever was not confirmed by two people waits.

    Raises
    ------
    ConfigError
        GL461 if what accounts spend cannot be read, or is of other accounts.
    """
    from graphlink.sweeps.decisions.hit import ask_second_name, count_hit, read_spend
    from graphlink.sweeps.decisions.standing import list_actions
    from graphlink.sweeps.state.decisions import read_decisions
    from graphlink.sweeps.state.reading import known_rings

    spend = None if spend_path is None else read_spend(spend_path, trim=memory.config.reading.trim)
    decisions, settings = read_decisions(held, today()), memory.config.sweep
    confirmed = list_actions(known_rings(held), decisions)
    facts, are_others, unknown = _find_facts(held, memory, confirmed, spend or ())
    if spend_path is not None and are_others:
        what = f"none of its {counted(len(spend or ()), 'account')} is in the newest sweep"
        raise ConfigError("GL461", spend_path, what, "name accounts as the exports do")
    facts = replace(facts, spend=spend)
    actions, waiting = ask_second_name(confirmed, facts, decisions, settings)
    hit = count_hit(actions, waiting, facts, decisions, settings)
    return Confirmed(actions, waiting, hit, unknown)


def _find_facts(
    held: Ledger, memory: Memory, confirmed: Sequence[Action], spenders: Collection[str]
) -> tuple[Facts, bool, str]:
    """What the newest sweep tells of the confirmed accounts, whether it knows no spender, and why it is silent."""
    from graphlink.results.questions.folder import ask_tables
    from graphlink.sweeps.decisions.hit import ASKED, Facts, facts_of_run, knows_any
    from graphlink.sweeps.documents import is_as_recorded, read_settled
    from graphlink.sweeps.state.reading import read_sweeps

    if not confirmed:
        return Facts(), False, ""
    folder, newest, unknown = memory.newest, read_sweeps(held)[-1], _NOT_THERE
    try:
        settled = read_settled(folder, newest.run_digest)
        if settled is not None and is_as_recorded(folder, newest.run_digest, ASKED):
            told = ask_tables(
                folder, lambda run: (facts_of_run(run, confirmed, newest.as_of), knows_any(run, spenders))
            )
            if told is not None:
                return replace(told[0], settled=frozenset(settled)), not told[1], ""
    except GraphlinkError as error:
        unknown = error.problems[0].what
    return Facts(settled=None), False, unknown


_NOT_THERE: Final = "the newest sweep is not where the settings say, or was changed since"


def ask_in_lines(waiting: Sequence[Waiting]) -> Iterator[str]:
    """Say who waits, ring by ring, and how a second person confirms."""
    for ring in waiting:
        wait = "1 account waits" if ring.n_waiting == 1 else f"{ring.n_waiting:,} accounts wait"
        what = (
            f"Not yet in the file: {wait} for a second person, since {tell_settled((ring,))} of {ring.ring_id} are "
            f"long-standing or paying: graphlink verdict {ring.ring_id} confirmed --by NAME --note WHY"
        )
        yield from wrapped(what, width())


def tell_settled(waiting: Sequence[Waiting]) -> str:
    """How many of the confirmed accounts of rings are long-standing or paying, as far as that is known.

    Examples
    --------
    >>> from graphlink.model.sweeps import Waiting
    >>> tell_settled([Waiting("R-1", 9, 3, 9)]), tell_settled([Waiting("R-1", 9, None, 9)])
    ('3 of the 9 confirmed accounts', 'it is not known how many of the 9 confirmed accounts')
    """
    n = counted(sum(each.n_confirmed for each in waiting), "confirmed account")
    known = [each.n_settled for each in waiting if each.n_settled is not None]
    return f"{sum(known):,} of the {n}" if len(known) == len(waiting) else f"it is not known how many of the {n}"
