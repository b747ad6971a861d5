"""What a run publishes: tables, a graph and the investigator's page, in one folder, all of it or none."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphlink.report.folder import write_run

__all__ = ["write_run"]


def __getattr__(name: str) -> object:
    """Load what renders on first use: who only publishes needs none of it."""
    if name in __all__:
        return getattr(import_module("graphlink.report.folder"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
