"""graphlink finds accounts that appear to act together, and shows the evidence.

Examples
--------
>>> import graphlink as gl
>>> gl.SEED
7
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from graphlink.api.library import LinkedRing, Result, analyse, link, read
    from graphlink.api.saved import SavedResult, case, evaluate, explain, open  # noqa: A004
    from graphlink.config.settings import Config, load_config
    from graphlink.results.questions.asking import Answer
    from graphlink.words.errors import ConfigError, GraphlinkError, InputError, MachineError

__version__ = "0.1.0"

SEED: Final = 7
"""Seed of every draw. Fixed, so that two runs over the same data agree; any other number does as well."""

_NAMES: Final = {
    "graphlink.config.settings": ("Config", "load_config"),
    "graphlink.words.errors": ("ConfigError", "GraphlinkError", "InputError", "MachineError"),
    "graphlink.api.library": ("LinkedRing", "Result", "analyse", "link", "read"),
    "graphlink.api.saved": ("SavedResult", "case", "evaluate", "explain", "open"),
    "graphlink.results.questions.asking": ("Answer",),
}
_HOMES: Final = {name: home for home, names in _NAMES.items() for name in names}
__all__ = [
    "SEED",
    "Answer",
    "Config",
    "ConfigError",
    "GraphlinkError",
    "InputError",
    "LinkedRing",
    "MachineError",
    "Result",
    "SavedResult",
    "__version__",
    "analyse",
    "case",
    "evaluate",
    "explain",
    "link",
    "load_config",
    "open",
    "read",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that `import graphlink` costs nothing."""
    from importlib import import_module

    if name not in _HOMES:
        message = f"module 'graphlink' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names, those not imported yet among them."""
    return __all__
