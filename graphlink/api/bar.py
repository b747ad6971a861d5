"""A bar in a notebook while an analysis runs, which goes when the analysis ends."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import NamedTuple


class Bar(NamedTuple):
    """A stage and the share that is done, as a notebook shows them; nothing without a stage."""

    stage: str
    done: float

    def _repr_html_(self) -> str:
        return f'<progress max="1" value="{self.done:.2f}"></progress> {escape(self.stage)}' if self.stage else ""

    def __repr__(self) -> str:
        return f"{self.stage}: {self.done:.0%}" if self.stage else ""


@contextmanager
def notebook_bar() -> Iterator[Callable[[str, float], None] | None]:
    """Show a bar where the program runs in the kernel of a notebook; elsewhere there is none."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if getattr(shell, "kernel", None) is None:
        yield None
        return
    from IPython.display import display  # noqa: PLC0415  it is loaded, in a notebook alone

    shown = display(Bar("", 0.0), display_id=True)
    try:
        yield lambda stage, done: shown.update(Bar(stage, done))
    finally:
        shown.update(Bar("", 1.0))
