"""A chain of links, and the accounts within a few links, in words."""

from typing import Final

from graphlink.results.listings import Listing, format_folded, format_notes
from graphlink.results.questions.links import NeighboursAnswer, Path
from graphlink.results.questions.words.phrases import bits, paragraphs, shown, words
from graphlink.words.sentences import counted, listed

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
            each.hops,
            round(each.bits, 1),
            each.ring_id or "–",
            "–" if each.tier is None else words(each.tier),
            each.account_id,
            each.via,
        )
        for each in answer.listed
    )
    texts.append(format_folded(Listing(("links", "bits", "ring", "tier", "account", "via"), rows), width))
    more = sum(answer.reached) - len(rows)
    if more:
        texts.append(f"… and {more:,} more; --limit shows them.")
    return paragraphs(texts, width)
