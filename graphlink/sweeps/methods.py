"""The method that made a sweep, beside the one at hand: versions, digests of the scorecard, and settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from graphlink import __version__
from graphlink.config.settings import Config
from graphlink.engine.files import load_json
from graphlink.results.publish.publish import MANIFEST
from graphlink.results.versions import current_versions
from graphlink.sweeps.recognising import OF_THE_WEEK, differing_settings
from graphlink.words.errors import UNREADABLE
from graphlink.words.escape import printable

_OF_NO_RING: Final = ("sweep.", "privacy.")
"""Sections that change no ring."""
EXPORT_WEEKS: Final = "sweep.export_weeks"
_OF_RINGS: Final = ("sweep.window_days", EXPORT_WEEKS)
"""But for these: they say how much of the exports is read."""


def find_new(manifest: Mapping[str, Any], config: Config) -> tuple[str, ...]:
    """What differs between the method that made a sweep and the one at hand; empty if nothing does."""
    settings = differing_settings(manifest.get("config", {}), config)
    others = [name for name in settings if name not in OF_THE_WEEK]
    changed = [name for name in others if name in _OF_RINGS or not name.startswith(_OF_NO_RING)]
    return (*other_versions(manifest), *(f"setting {name}" for name in changed))


def is_new(folder: Path, config: Config) -> bool:
    """Whether the method at hand is not the one that made a published sweep, as far as its folder tells."""
    try:
        return bool(find_new(load_json(folder / MANIFEST), config))
    except UNREADABLE:
        return False  # deleted, or not ours


def other_versions(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the versions that made a sweep, where they differ from the current ones."""
    versions = manifest.get("versions")
    then = {"graphlink": manifest.get("graphlink"), **(versions if isinstance(versions, dict) else {})}
    now = {"graphlink": __version__, **current_versions()}
    return tuple(
        f"{name} {_short(then.get(name))} (now {_short(now.get(name))})"
        for name in ("graphlink", *sorted({*then, *now} - {"graphlink"}))
        if then.get(name) != now.get(name)
    )


def _short(version: object) -> str:
    """A version, or the first digits of a digest."""
    text = printable(str(version or "none"))
    return text[:12] if len(text) == _DIGEST else text


_DIGEST: Final = 64
