"""Chains of links: the shortest between two accounts, and everything within a few steps.

A link is an edge of the projection: two accounts whose evidence beats the odds. A large group is linked sparsely, so
two of its accounts may be linked through others alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from graphlink.results.listings import Listing, format_folded, format_notes
from graphlink.results.questions.folder import damaged
from graphlink.results.questions.known import account_ids, share
from graphlink.results.questions.phrases import bits, paragraphs, shown, words
from graphlink.words.sentences import counted, listed

if TYPE_CHECKING:
    from graphlink.results.questions.folder import OpenRun, Record


@dataclass(frozen=True, slots=True)
class Step:
    """A link of a chain."""

    source: str
    target: str
    bits: float
    families: tuple[str, ...]
    shared: tuple[str, ...]
    """Signals of both ends, as type=value, strongest first."""


@dataclass(frozen=True, slots=True)
class Path:
    """A chain of links from one account to another."""

    steps: tuple[Step, ...]

    @property
    def through(self) -> tuple[str, ...]:
        """The accounts between its ends."""
        return tuple(step.target for step in self.steps[:-1])


@dataclass(frozen=True, slots=True)
class NeighboursAnswer:
    """What a few steps along links reach; only the first accounts are listed."""

    account_id: str
    reached: tuple[int, ...]
    """How many accounts are 1, 2, … links away."""
    listed: list[Record]
    """As ``_NEIGHBOURS`` has them; ``via`` is at the other end of the last link, which has the evidence."""


_NEIGHBOURS = """
    WITH near AS (SELECT unnest(?) AS account, unnest(?) AS via, unnest(?) AS hops)
    SELECT accounts.account_id, hops, others.account_id AS via, edges.bits,
        string_split(edges.families, '; ') AS families, ring_id, tier
    FROM near JOIN accounts USING (account) JOIN accounts AS others ON others.account = via
        JOIN edges ON edges.account = via AND other = near.account LEFT JOIN members ON members.account = near.account
    ORDER BY hops, edges.bits DESC, near.account
"""


def find_path(run: OpenRun, one: int, two: int) -> Path | None:
    """Find the chain of fewest links; among equals, the one whose weakest link is strongest."""
    components = run.rows("SELECT component FROM accounts WHERE account IN (?, ?)", one, two)
    if one == two or len({row[0] for row in components}) > 1 or components[0][0] is None:
        return None
    from graphlink.results.questions.walking import walk  # noqa: PLC0415  numpy: 0.1 s, and most pairs need no walk

    gone = walk(run, one, until=two)
    if gone.level[two] < 0:  # same component, so some chain exists
        raise damaged(run.folder)
    chain = [two]
    while chain[-1] != one:
        chain.append(int(gone.before[chain[-1]]))
    chain.reverse()
    return Path(_steps(run, chain))


def find_neighbours(run: OpenRun, account: int, hops: int, limit: int) -> NeighboursAnswer:
    """Find the accounts within ``hops`` links of an account, nearest and most firmly linked first."""
    from graphlink.results.questions.walking import walk  # noqa: PLC0415

    gone = walk(run, account, hops=hops)
    near = gone.nearest(limit)
    return NeighboursAnswer(
        account_id=account_ids(run, [account])[account],
        reached=tuple(int((gone.level == step).sum()) for step in range(1, hops + 1)),
        listed=run.records(_NEIGHBOURS, near, gone.before[near].tolist(), gone.level[near].tolist()),
    )


def _steps(run: OpenRun, chain: list[int]) -> tuple[Step, ...]:
    names = account_ids(run, chain)
    steps = []
    for one, two in pairwise(chain):
        bits, families = run.rows("SELECT bits, families FROM edges WHERE account = ? AND other = ?", one, two)[0]
        shared = tuple(each.signal.name for each in share(run, one, two) if each.counted_bits > 0)
        steps.append(Step(names[one], names[two], bits, tuple(families.split("; ")), shared))
    return tuple(steps)


# --- in words ---------------------------------------------------------------------------------------------------------


_NAMED: Final = 3
"""Signals named for each link."""


def describe_path(names: tuple[str, str], path: Path | None, width: int) -> str:
    """Describe the chain of links between two accounts, given their ids."""
    one, two = map(shown, names)
    if path is None:
        return paragraphs([f"No chain of links joins {one} and {two}."], width)
    n = len(path.steps)
    weakest = min(step.bits for step in path.steps)
    head = (
        f"{one} and {two} are linked directly."
        if n == 1
        else f"{n:,} links join {one} and {two}, the weakest of {bits(weakest)}."
    )
    return paragraphs([head, "\n", describe_steps(path, width)], width)


def describe_steps(path: Path, width: int) -> str:
    """Describe each link of a chain with the signals of both ends."""
    rows = []
    for number, step in enumerate(path.steps, 1):
        named = [shown(name) for name in step.shared[:_NAMED]]
        more = len(step.shared) - len(named)
        names = [*named, f"{more:,} more"] if more else named
        rows.append((number, round(step.bits, 1), f"{shown(step.source)} – {shown(step.target)} share {listed(names)}"))
    return format_notes(Listing(("link", "bits", "shared"), tuple(rows)), width)


def describe_neighbours(answer: NeighboursAnswer, width: int) -> str:
    """Describe the accounts within a few links."""
    name = shown(answer.account_id)
    if not any(answer.reached):
        return paragraphs([f"{name} is linked with no account."], width)
    steps = [
        f"{counted(number, 'account')} {'directly' if hops == 1 else f'by {hops} links'}"
        for hops, number in enumerate(answer.reached, 1)
    ]
    texts = [f"From {name}: {', '.join(steps)}.", "\n"]
    rows = tuple(
        (
            each["hops"],
            round(each["bits"], 1),
            each["ring_id"] or "–",
            words(each["tier"] or "–"),
            each["account_id"],
            each["via"],
        )
        for each in answer.listed
    )
    texts.append(format_folded(Listing(("links", "bits", "ring", "tier", "account", "via"), rows), width))
    more = sum(answer.reached) - len(rows)
    if more:
        texts.append(f"… and {more:,} more; --limit shows them.")
    return paragraphs(texts, width)
