"""A draft for each account holder: what is on record of their own account, so that they can answer.

A draft names only values that the holder gave, such as their own mail domain. Of other values it gives the kind, the
number and the dates. Kinds follow the signal type, not the family: who shares a bank's range of numbers shares no card.
A draft reveals nothing about another account, except that a possible victim was first. Peripheral accounts get no
draft.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from graphlink.engine.ranks import number_rows
from graphlink.model.families import IDENTITY
from graphlink.model.findings import COORDINATED, Tier
from graphlink.model.signals import Provenance
from graphlink.model.text import TEXT
from graphlink.model.times import NO_TIME
from graphlink.results.cases.case import Case
from graphlink.results.ring_sentences import WORDS
from graphlink.results.statements import family_words, statement_text, type_word
from graphlink.results.tables import time_integers
from graphlink.results.text import span, visible
from graphlink.words.sentences import shorten

_TOLD: Final = frozenset({Tier.CORE.value, Tier.PROBABLE.value, Tier.POSSIBLE_VICTIM.value})
_N_VALUES: Final = 3
"""Values of one kind that a draft names at most."""
_LONGEST: Final = 80
"""Letters of a named value that are shown."""
_NEVER: Final = np.iinfo(np.int64).max


class _Tie(NamedTuple):
    """A signal of the ring that an account has."""

    account_id: str
    signal_type: str
    signal_value: str
    family: str
    provenance: str
    first: int
    last: int
    came_first: bool
    """True if the account had it before every member that is no possible victim."""

    @property
    def is_named(self) -> bool:
        """True if the holder gave the value, so that the draft may name it."""
        return self.family == IDENTITY and self.provenance == Provenance.FREE_TEXT


def draft_statements(case: Case) -> pd.DataFrame:
    """Draft the text for each account holder; empty for a ring that is not coordinated."""
    members = case.members[case.members["tier"].isin(_TOLD)]
    if case.ring.assessment != COORDINATED:
        members = members.iloc[:0]
    ties_of = _ties_by_account(case.evidence)
    manifest = case.run.manifest
    period = _period(manifest.window_start, manifest.window_end)
    rows = [
        (account, tier, _draft(Tier(tier), joined, ties_of.get(account, []), period, survives=bool(survives)))
        for account, tier, joined, survives in members[
            ["account_id", "tier", "families", "survives_any_value"]
        ].itertuples(index=False)
    ]
    return pd.DataFrame(rows, columns=["account_id", "tier", "draft"]).astype(TEXT)


def _ties_by_account(evidence: pd.DataFrame) -> dict[str, list[_Tie]]:
    """The signals of the ring by account."""
    names = ("account_id", "signal_type", "signal_value", "family", "provenance")
    first, last = (time_integers(evidence[name]) for name in ("first_seen", "last_seen"))
    seen = pd.Series(np.where(evidence["tier"] == Tier.POSSIBLE_VICTIM.value, _NEVER, first))
    theirs = seen.groupby(number_rows(evidence, names[1:3])).transform("min").to_numpy()
    came_first = (first != NO_TIME) & (first < theirs) & (theirs != _NEVER)
    columns = (*(evidence[name].tolist() for name in names), first.tolist(), last.tolist(), came_first.tolist())
    return {account: list(mine) for account, mine in groupby(map(_Tie, *columns), attrgetter("account_id"))}


def _period(first: int, last: int) -> str:
    if NO_TIME in (first, last):
        return "When the records looked at were made is not known."
    return f"The records looked at are of {span(first, last)} (UTC)."


def _draft(tier: Tier, joined: str, ties: Sequence[_Tie], period: str, *, survives: bool) -> str:
    bears = {tie.family for tie in ties}
    families = [family for family in joined.split("; ") if family in bears]
    known = [tie for tie in ties if tie.family in families]
    known.sort(key=lambda tie: (families.index(tie.family), tie.signal_type))
    own = [list(alike) for _, alike in groupby(known, lambda tie: (tie.family, type_word(tie.signal_type)))]
    earlier = [words for words in map(_came_first, own) if words]
    return statement_text(
        tier,
        families,
        survives=survives,
        record=" ".join(_record(own, earlier if tier is Tier.POSSIBLE_VICTIM else [], period)) if own else "",
        words=family_words(((tie.signal_type, tie.family) for tie in known), "and"),
        came_first=bool(earlier),
    )


def _record(own: Sequence[Sequence[_Tie]], earlier: Sequence[str], period: str) -> Iterator[str]:
    """List what is on record of an account by kind, and which of it was there first."""
    known = [tie for alike in own for tie in alike]
    yield period
    yield f"What they have of this account: {'; '.join(map(_on_record, own))}."
    if any(tie.family == IDENTITY for tie in known):
        yield "Contact details are looked at since the account was created."
    if named := {tie.signal_type for tie in known if tie.is_named}:
        spelling = "; ".join(words for name, words in WORDS["spelling"].items() if name in named)
        yield f"{WORDS['draft']['compared']} ({spelling})." if spelling else f"{WORDS['draft']['compared']}."
    if earlier:
        yield f"On this account before any of those other accounts had it: {'; '.join(earlier)}."


def _on_record(ties: Sequence[_Tie]) -> str:
    """Word what an account has on record of one kind."""
    named = [shorten(visible(tie.signal_value), _LONGEST) for tie in ties if tie.is_named]
    facts = named[:_N_VALUES] or [f"{len(ties):,} shared"]
    if len(named) > _N_VALUES:
        facts.append(f"{len(named) - _N_VALUES:,} more")
    first = min((tie.first for tie in ties if tie.first != NO_TIME), default=NO_TIME)
    if first != NO_TIME:
        facts.append(span(first, max(tie.last for tie in ties)))
    return f"{type_word(ties[0].signal_type)} ({', '.join(facts)})"


def _came_first(ties: Sequence[_Tie]) -> str:
    """Word how much of one kind an account had first; empty if none."""
    number = sum(tie.came_first for tie in ties)
    return f"{type_word(ties[0].signal_type)} ({number:,} of {len(ties):,})" if number else ""
