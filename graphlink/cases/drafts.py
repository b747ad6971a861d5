"""What each account holder can be told, with what is on record of the own account: who is accused needs it to answer.

Named are values that the holder gave, such as the own mail domain; of everything else only what kind it is, how many
the account bore and when. Nothing tells of another account, and peripheral accounts have no draft.
"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

import pandas as pd

from graphlink.families import IDENTITY
from graphlink.model import NO_TIME, Provenance, Tier
from graphlink.report.statements import FAMILY_WORDS, statement_text
from graphlink.report.tables import time_integers
from graphlink.report.text import shorten, span, visible
from graphlink.report.words import COORDINATED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphlink.cases.case import Case

_TOLD: Final = frozenset({Tier.CORE.value, Tier.PROBABLE.value, Tier.POSSIBLE_VICTIM.value})
_N_VALUES: Final = 3
"""Values of one family that a draft names."""
_LONGEST: Final = 80
"""Letters of a value that a draft names."""


class _Tie(NamedTuple):
    """A signal of the ring that an account bears."""

    account_id: str
    signal_type: str
    signal_value: str
    family: str
    provenance: str
    first: int
    last: int


def draft_statements(case: Case) -> pd.DataFrame:
    """Draft what the holder of each account can be told; nobody is told of a ring that is not called coordinated."""
    members = case.members[case.members["tier"].isin(_TOLD)]
    if case.ring.assessment != COORDINATED:
        members = members.iloc[:0]
    borne = _borne(case.evidence)
    manifest = case.run.manifest
    period = span(manifest.window_start, manifest.window_end)
    rows = [
        (account, tier, _draft(Tier(tier), joined, borne.get(account, []), period, survives=bool(survives)))
        for account, tier, joined, survives in members[
            ["account_id", "tier", "families", "survives_any_value"]
        ].itertuples(index=False)
    ]
    return pd.DataFrame(rows, columns=["account_id", "tier", "draft"]).astype("str")


def _borne(evidence: pd.DataFrame) -> dict[str, list[_Tie]]:
    """By account, the signals of the ring that it bears."""
    names = ("account_id", "signal_type", "signal_value", "family", "provenance")
    times = (time_integers(evidence[name]).tolist() for name in ("first_seen", "last_seen"))
    ties = map(_Tie, *(evidence[name].tolist() for name in names), *times)
    return {account: list(mine) for account, mine in groupby(ties, attrgetter("account_id"))}


def _draft(tier: Tier, joined: str, ties: Sequence[_Tie], period: str, *, survives: bool) -> str:
    families = joined.split("; ") if joined else []
    own = [_on_record(family, [tie for tie in ties if tie.family == family]) for family in families]
    record = (
        f"The records looked at are of {period} (UTC), with contact details since the account was created. What they "
        f"have of this account: {'; '.join(filter(None, own))}."
    )
    return statement_text(tier, families, survives=survives, record=record if any(own) else "")


def _on_record(family: str, ties: Sequence[_Tie]) -> str:
    """What an account has on record of one family, in words."""
    if not ties:
        return ""
    given = [tie for tie in ties if family == IDENTITY and tie.provenance == Provenance.FREE_TEXT]
    named = [shorten(visible(tie.signal_value), _LONGEST) for tie in given[:_N_VALUES]]
    facts = named or [f"{len(ties):,} shared"]
    first = min((tie.first for tie in ties if tie.first != NO_TIME), default=NO_TIME)
    if first != NO_TIME:
        facts.append(span(first, max(tie.last for tie in ties)))
    return f"{FAMILY_WORDS.get(family, family)} ({', '.join(facts)})"
