"""Words joined as sentences join them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def listed(names: Sequence[str]) -> str:
    """Join words as a sentence does.

    Examples
    --------
    >>> listed(["content", "network", "payment"])
    'content, network and payment'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
