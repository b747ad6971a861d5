"""The signal types of a run: those that graphlink knows, and those that the settings declare."""

from __future__ import annotations

from graphlink.config.settings import Config
from graphlink.model.signals import SignalTable
from graphlink.reading.normalise.table import DeclaredType, signal_table
from graphlink.words.errors import ConfigError


def declared_table(config: Config) -> SignalTable:
    """Make the table of signal types out of the sections ``[signals]`` and ``[reading]``.

    Raises
    ------
    ConfigError
        GL407 if a declaration is refused.
    """
    declared = {
        name: DeclaredType(name, each.family, each.provenance, each.normalise, each.adds_up, each.tells_apart)
        for name, each in config.signals.items()
    }
    reading = config.reading
    try:
        return signal_table(declared, placeholders=reading.placeholders, phone_region=reading.phone_region)
    except ValueError as error:
        raise ConfigError("GL407", "configuration", str(error), "correct the declaration") from None
