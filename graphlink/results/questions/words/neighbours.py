"""The accounts within a few links, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlink.results.listings import Listing, format_folded
from graphlink.results.questions.words.phrases import paragraphs, shown, words
from graphlink.words.sentences import counted

if TYPE_CHECKING:
    from graphlink.results.questions.links import NeighboursAnswer


def tell_neighbours(answer: NeighboursAnswer, width: int) -> str:
    """Describe the accounts within a few links."""
    name = shown(answer.account_id)
    if not any(answer.reached):
        return paragraphs([f"{name} is linked with no account."], width)
    steps = [
        f"{counted(number, 'account')} {'directly' if hops == 1 else f'by {hops} links'}"
        for hops, number in enumerate(answer.reached, 1)
    ]
    told = [f"From {name}: {', '.join(steps)}.", "\n"]
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
    told.append(format_folded(Listing(("links", "bits", "ring", "tier", "account", "via"), rows), width))
    more = sum(answer.reached) - len(rows)
    if more:
        told.append(f"… and {more:,} more; --limit shows them.")
    return paragraphs(told, width)
