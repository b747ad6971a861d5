"""A chain of links in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from graphlink.results.listings import Listing, format_notes
from graphlink.results.questions.words.phrases import bits, paragraphs, shown
from graphlink.words.sentences import listed

if TYPE_CHECKING:
    from graphlink.results.questions.links import Path

_NAMED: Final = 3
"""Signals named for each link."""


def tell_path(names: tuple[str, str], path: Path | None, width: int) -> str:
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
    return paragraphs([head, "\n", tell_steps(path, width)], width)


def tell_steps(path: Path, width: int) -> str:
    """Describe each link of a chain with the signals of both ends."""
    rows = []
    for number, step in enumerate(path.steps, 1):
        named = [shown(name) for name in step.shared[:_NAMED]]
        more = len(step.shared) - len(named)
        names = [*named, f"{more:,} more"] if more else named
        rows.append((number, round(step.bits, 1), f"{shown(step.source)} – {shown(step.target)} share {listed(names)}"))
    return format_notes(Listing(("link", "bits", "shared"), tuple(rows)), width)
