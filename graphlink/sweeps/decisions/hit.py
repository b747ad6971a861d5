"""Who is hit by the action file: its accounts counted by what speaks for them, and who waits for a second name.

Confirmed accounts and what exports tell of them come in. Counts go out, and the accounts split into those that may be
acted on and those that a second person has to confirm first.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from graphlink.config.sweeps import SweepSettings
from graphlink.engine.small_table import read_small_table
from graphlink.model.findings import Findings
from graphlink.model.sightings import Accounts
from graphlink.model.sweeps import Action, Decisions, Hit, Waiting
from graphlink.model.times import NO_TIME
from graphlink.model.weeks import DAY
from graphlink.results.questions.folder import OpenRun
from graphlink.results.stored_schema import ACCOUNTS, EVIDENCE, MEMBERS, SIGHTINGS
from graphlink.words.errors import ConfigError, Place
from graphlink.words.escape import printable

MOST_PLANS: Final = 20
"""Plans that are counted by name, the most frequent first."""
_YOUNG: Final = 30
"""Days; most accounts that are made to be used in a ring are younger."""
UNKNOWN: Final = "unknown"
FIRST: Final = "had each value that ties it a day before its ring"
SHARED: Final = "tied only by values that more others have than members"
DOUBTED: Final = "called benign or unsure before"
WAITING: Final = "not in the file until a second person confirms"


@dataclass(frozen=True, slots=True)
class Facts:
    """What exports tell of accounts. An account without an entry is one of which it is not known."""

    as_of: int = NO_TIME
    created_at: Mapping[str, int] = field(default_factory=dict)
    plan: Mapping[str, str] = field(default_factory=dict)
    first: frozenset[str] = frozenset()
    """They had each value that ties them a day or more before any other member: they may be framed."""
    shared: frozenset[str] = frozenset()
    """Of each value that ties them there are no fewer accounts outside the ring than inside."""
    has_values: bool = False
    """Whether the two sets above are known."""
    spend: Mapping[str, Decimal] | None = None
    settled: frozenset[str] | None = frozenset()
    """Long-standing or paying as the sweep before knew, in rings that wait: true until an export tells otherwise. None
    if that is not known: then any account may be so of which no export tells age and plan."""

    def age(self, account: str) -> int | None:
        """Whole days since an account was made."""
        made = self.created_at.get(account)
        return None if made is None or self.as_of == NO_TIME else (self.as_of - made) // DAY

    def tells(self, account: str) -> bool:
        """Whether both age and plan of an account are known."""
        return self.age(account) is not None and account in self.plan


def ask_second_name(
    actions: Sequence[Action], facts: Facts, decisions: Decisions, settings: SweepSettings
) -> tuple[tuple[Action, ...], tuple[Waiting, ...]]:
    """Split off the accounts of rings with many long-standing or paying ones, but for those that two people confirmed.

    A ring's share is taken over its accounts in the file, so a ring of old customers isn't hidden by other rings.
    """
    seconded = frozenset(decisions.seconded)
    doubtful = {action for action in actions if facts.settled is None and not facts.tells(action.account_id)}
    heavy = [action for action in actions if action in doubtful or is_settled(action, facts, settings)]
    n_all, n_heavy = (Counter(action.ring_id for action in some) for some in (actions, heavy))
    asked = {ring for ring, n in n_heavy.items() if n > settings.second_name_share * n_all[ring]}
    waits = Counter(each.ring_id for each in actions if each.ring_id in asked and each.account_id not in seconded)
    kept = tuple(each for each in actions if each.ring_id not in waits or each.account_id in seconded)
    unknown = {each.ring_id for each in doubtful}
    settled = {ring: tuple(sorted(each.account_id for each in heavy if each.ring_id == ring)) for ring in waits}
    return kept, tuple(
        Waiting(ring, n, None if ring in unknown else n_heavy[ring], n_all[ring], settled[ring])
        for ring, n in sorted(waits.items())
    )


def is_settled(action: Action, facts: Facts, settings: SweepSettings) -> bool:
    """Whether an account is known to be long-standing or paying."""
    age, plan = facts.age(action.account_id), facts.plan.get(action.account_id)
    pays = plan is not None and plan.strip().casefold() not in settings.unpaid_words
    spends = bool(facts.spend) and (facts.spend or {}).get(action.account_id, Decimal()) > 0
    was_settled = action.account_id in (facts.settled or ()) and not facts.tells(action.account_id)
    return pays or spends or was_settled or (age is not None and age >= settings.long_standing_days)


def count_hit(
    actions: Sequence[Action],
    waiting: Sequence[Waiting],
    facts: Facts,
    decisions: Decisions,
    settings: SweepSettings,
) -> tuple[Hit, ...]:
    """Count the accounts of an action file by tier, age, plan, spend, values and earlier verdicts."""
    accounts = [action.account_id for action in actions]
    doubted, seconded = frozenset(decisions.doubted), frozenset(decisions.seconded)

    def hit(of: str, group: str, some: Sequence[str]) -> Hit:
        spend = None if facts.spend is None else sum((facts.spend.get(each, Decimal()) for each in some), Decimal())
        share = round(len(some) / len(accounts), 4) if accounts else None
        return Hit(of, group, len(some), share, None if spend is None else float(spend))

    def groups(of: str, group_of: Callable[[str], str], order: Sequence[str] = ()) -> Iterator[Hit]:
        found: dict[str, list[str]] = {group: [] for group in order}
        for account in accounts:
            found.setdefault(group_of(account), []).append(account)
        return (hit(of, group, some) for group, some in found.items() if some)

    tiers = {action.account_id: action.tier for action in actions}
    plans = Counter(facts.plan[account] for account in accounts if account in facts.plan)
    named = [plan for plan, _ in sorted(plans.items(), key=lambda each: (-each[1], each[0].encode()))][:MOST_PLANS]
    long, young = settings.long_standing_days, min(_YOUNG, settings.long_standing_days)
    ages = (f"under {young} days", f"{young} to {long - 1} days", f"{long} days and more", UNKNOWN)

    def age_of(account: str) -> str:
        age = facts.age(account)
        return ages[3 if age is None else (age >= young) + (age >= long)]

    def plan_of(account: str) -> str:
        plan = facts.plan.get(account)
        return UNKNOWN if plan is None else f"plan {plan}" if plan in named else "other plans"

    def spend_of(account: str) -> str:
        told = (facts.spend or {}).get(account)
        return UNKNOWN if told is None else "spends" if told > 0 else "spends nothing"

    settled = [action.account_id for action in actions if is_settled(action, facts, settings)]
    values = [(FIRST, facts.first), (SHARED, facts.shared)] if facts.has_values else []
    return (
        hit("accounts", "all", accounts),
        *groups("tier", tiers.__getitem__, ("core", "probable")),
        *groups("age", age_of, ages),
        *groups("plan", plan_of, (*(f"plan {plan}" for plan in named), "other plans", UNKNOWN)),
        *(groups("spend", spend_of, ("spends", "spends nothing", UNKNOWN)) if facts.spend is not None else ()),
        *(hit("values", name, [each for each in accounts if each in some]) for name, some in values),
        hit("earlier verdicts", DOUBTED, [each for each in accounts if each in doubted]),
        hit("second name", "long-standing or paying", settled),
        hit("second name", "confirmed by two people", [each for each in accounts if each in seconded]),
        Hit("second name", WAITING, sum(each.n_waiting for each in waiting)),
    )


def facts_of_week(accounts: Accounts, findings: Findings, actions: Sequence[Action], as_of: int) -> Facts:
    """The facts of confirmed accounts in a week that is being analysed."""
    ids = [action.account_id for action in actions]
    places = accounts.positions(pd.Series(ids, dtype=object))
    there = [(each, int(place)) for each, place in zip(ids, places.tolist(), strict=True) if place >= 0]
    created = {each: int(accounts.created_at[place]) for each, place in there}
    plans = {each: accounts.plan_names[accounts.plan[place]] for each, place in there if accounts.plan[place] >= 0}
    known = {each: made for each, made in created.items() if made != NO_TIME}
    if findings.groups is None:
        return Facts(as_of, known, plans)
    evidence = findings.groups.evidence
    ties = evidence.ties
    communities = evidence.signals["community"].to_numpy()[ties["row"].to_numpy()]
    own = np.unique(communities[np.isin(ties["account"].to_numpy(), [place for _, place in there])])
    ties = ties[np.isin(communities, own)]
    signals = evidence.signals.iloc[ties["row"].to_numpy()]
    first, shared = _find_doubtful(
        ties["row"].to_numpy(),
        ties["account"].to_numpy(),
        ties["first_seen"].to_numpy(np.int64),
        (signals["outside"].to_numpy() >= signals["inside"].to_numpy()),
    )
    name_of = {place: each for each, place in there}
    had_first, no_own = (frozenset(name_of[each] for each in some if each in name_of) for some in (first, shared))
    return Facts(as_of, known, plans, had_first, no_own, has_values=True)


def facts_of_run(run: OpenRun, actions: Sequence[Action], as_of: int) -> Facts:
    """The same of the tables of a published sweep."""
    ids = sorted({action.account_id for action in actions})
    rows = run.rows(_ACCOUNTS, ids)
    known = {account: made for account, made, _ in rows if made is not None}
    plans = {account: plan for account, _, plan in rows if plan is not None}
    ties = run.rows(_TIES, ids)
    row, account, seen, is_shared = zip(*ties, strict=True) if ties else ((), (), (), ())
    first, shared = _find_doubtful(row, account, [NO_TIME if time is None else time for time in seen], is_shared)
    wanted = frozenset(ids)
    return Facts(as_of, known, plans, first & wanted, shared & wanted, has_values=True)


_ACCOUNTS: Final = (
    "SELECT account_id, epoch_us(created_at), plan FROM accounts WHERE account_id IN (SELECT unnest(?::VARCHAR[]))"
)
ASKED: Final = tuple(table.file for table in (ACCOUNTS, EVIDENCE, MEMBERS, SIGHTINGS))
"""The files that these are asked of."""
_TIES: Final = """
WITH own AS (
    SELECT DISTINCT ring_id FROM members JOIN accounts USING (account)
    WHERE account_id IN (SELECT unnest(?::VARCHAR[]))
), rows AS (
    SELECT row_number() OVER () AS row, ring_id, signal, accounts_outside >= accounts_in_ring AS is_shared
    FROM evidence JOIN own USING (ring_id)
)
SELECT row, account_id, epoch_us(s.first_seen), is_shared FROM rows JOIN members AS m USING (ring_id)
JOIN sightings AS s ON s.account = m.account AND s.signal = rows.signal JOIN accounts AS a ON a.account = m.account
"""
"""Each account of the rings with each value that ties its ring."""


def read_spend(path: Path, *, trim: bool = True) -> Mapping[str, Decimal]:
    """Read what accounts spend from a CSV file with the columns ``account_id`` and ``spend``; an account's rows add up.

    Raises
    ------
    ConfigError
        GL461 at the first row that cannot be read.
    """

    def refuse(line: int | None, what: str, fix: str) -> None:
        raise ConfigError("GL461", Place(str(path), line), what, fix)

    spend: dict[str, Decimal] = {}
    table = read_small_table(path, "amounts", refuse)
    _, header = next(table)
    if not {"account_id", "spend"}.issubset(header):
        refuse(1, "no columns account_id and spend", "name them so in its header")
    of, amount = header.index("account_id"), header.index("spend")
    for line, cells in table:
        told, account = cells[amount].strip(), cells[of].strip() if trim else cells[of]
        if not _AMOUNT.fullmatch(told):
            what = f"{printable(told[:40])!r} is no amount"
            refuse(line, what, "write a plain number with a point, such as 1234.50")
        spend[account] = spend.get(account, Decimal()) + Decimal(told)
    return spend


_AMOUNT: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")


def knows_any(run: OpenRun, accounts: Collection[str]) -> bool:
    """Whether a published sweep has one of these accounts at all."""
    return run.row(_KNOWS, list(accounts)) is not None


_KNOWS: Final = "SELECT 1 FROM accounts WHERE account_id IN (SELECT unnest(?::VARCHAR[]))"


def _find_doubtful(
    row: ArrayLike, account: ArrayLike, first: ArrayLike, is_shared: ArrayLike
) -> tuple[frozenset[Any], frozenset[Any]]:
    """The accounts that were first with each value, and those with no value of the ring's own.

    Parameters
    ----------
    row, account, first, is_shared
        For each tie: the ring's value by number, the account, when it was first seen with it, in microseconds, and
        whether no fewer accounts outside have the value than inside.

    Examples
    --------
    >>> day = 86_400_000_000
    >>> ties = [(0, "ann", 0, False), (0, "bob", 2 * day, False), (1, "bob", 0, True), (1, "ann", 0, True)]
    >>> _find_doubtful(*zip(*ties[:2]))[0]
    frozenset({'ann'})
    >>> _find_doubtful(*zip(*ties))  # both had the second value at once
    (frozenset(), frozenset())
    """
    times, no_own = np.asarray(first, dtype=np.int64), np.asarray(is_shared, dtype=np.bool_)
    ties = pd.DataFrame({"row": row, "account": account, "first": times, "is_shared": no_own})
    ties = ties.sort_values(["row", "first"], kind="stable")
    own, then = ties["first"].to_numpy(), ties["first"].shift(-1, fill_value=NO_TIME).to_numpy()
    begins = ties["row"].ne(ties["row"].shift()).to_numpy()
    goes_on = ties["row"].eq(ties["row"].shift(-1)).to_numpy()
    is_known = begins & goes_on & (own != NO_TIME)
    ties["leads"] = is_known & (then - np.where(is_known, own, then) >= DAY)
    of = ties.groupby("account")[["leads", "is_shared"]].all()
    return frozenset(of.index[of["leads"]].tolist()), frozenset(of.index[of["is_shared"]].tolist())
