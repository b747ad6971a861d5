"""Whom a second person has to confirm, for the commands that confirm accounts and write the action file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from graphlink.cli.printing import width
from graphlink.cli.state_option import Memory, today
from graphlink.words.sentences import counted, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from decimal import Decimal

    from graphlink.model.sweeps import Action, Hit, Waiting
    from graphlink.sweeps.state.state import State


class Confirmed(NamedTuple):
    """The confirmed accounts as they stand."""

    actions: tuple[Action, ...]
    """Those for the action file."""
    waiting: tuple[Waiting, ...]
    hit: tuple[Hit, ...]
    are_known: bool
    """Whether the newest sweep's tables told of ages, plans and values."""


def find_confirmed(held: State, memory: Memory, spend: Mapping[str, Decimal] | None = None) -> Confirmed:
    """Split and count the confirmed accounts by what the newest sweep's tables tell of them."""
    from graphlink.results.questions.folder import ask_tables
    from graphlink.sweeps.decisions.hit import Facts, ask_second_name, count_hit, facts_of_run

    confirmed, decisions, sweeps = held.actions(today()), held.decisions(today()), held.sweeps()
    facts, settings = None, memory.config.sweep
    if confirmed and sweeps and memory.newest.resolve().name == sweeps[-1].folder:
        facts = ask_tables(memory.newest, lambda run: facts_of_run(run, confirmed, sweeps[-1].as_of))
    known = replace(facts or Facts(), spend=spend)
    actions, waiting = ask_second_name(confirmed, known, decisions, settings)
    hit = count_hit(actions, waiting, known, decisions, settings)
    return Confirmed(actions, waiting, hit, are_known=facts is not None)


def ask_in_lines(waiting: Sequence[Waiting]) -> Iterator[str]:
    """Say who waits, ring by ring, and how a second person confirms."""
    for ring in waiting:
        wait = "1 account waits" if ring.n_waiting == 1 else f"{ring.n_waiting:,} accounts wait"
        what = (
            f"Not yet in the file: {wait} for a second person, since {ring.n_settled:,} of the "
            f"{counted(ring.n_confirmed, 'confirmed account')} of {ring.ring_id} are long-standing or paying: "
            f"graphlink verdict {ring.ring_id} confirmed --by NAME --note WHY"
        )
        yield from wrapped(what, width())
