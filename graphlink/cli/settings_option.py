"""The settings of a command, and the arguments that repeat them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from graphlink.words.escape import pasted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from graphlink.config.settings import Config

CONFIG_NAME: Final = "graphlink.toml"
_YEARS: Final = range(1971, 9998)
"""Within this range, a time stays valid with any offset and any window before it."""


def load(path: Path | None, as_of: str | None, mapped: Sequence[tuple[str, str]] = ()) -> Config:
    """Read the settings file, or take the defaults; ``--as-of`` and ``--map`` win over the file."""
    from graphlink.config.settings import Config, load_config, with_columns

    settings = with_columns(Config() if path is None else load_config(path), mapped)
    if as_of is None:
        return settings
    reading = settings.reading.model_copy(update={"latest": instant(as_of)})
    return settings.model_copy(update={"reading": reading})


def given(sources: tuple[Path, ...], config_path: Path | None, mapped: Sequence[tuple[str, str]] = ()) -> str:
    """Return the arguments that name these sources again."""
    settings = [] if config_path is None else ["--config", pasted(config_path)]
    return " ".join([*map(pasted, sources), *settings, *(f"--map {pasted('='.join(pair))}" for pair in mapped)])


def instant(text: str) -> datetime:
    """Read a time from the command line, in whole seconds, since it is written and read back so."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no time such as 2026-11-22T00:00:00Z", param_hint="--as-of") from None
    if moment.tzinfo is None and len(text) > len("2026-11-22"):
        raise click.BadParameter(f"{text!r} lacks an offset such as Z or +01:00", param_hint="--as-of")
    if moment.year not in _YEARS:
        raise click.BadParameter(f"{text!r} is not within the years 1971 to 9997", param_hint="--as-of")
    return moment.replace(microsecond=0, tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def checked_week(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    """Read an ISO week from the command line."""
    from graphlink.model.weeks import end_of

    if text is None:
        return None
    try:
        end_of(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--week") from None
    return text
