"""A value copied from an export, normalised as reading does.

A run's settings and a raw value come in, the signals that reading would make of it come out.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow as pa
from pydantic import ValidationError

from graphlink.config.settings import Config
from graphlink.model.signals import Column, SignalTable
from graphlink.reading.columns.layout import column_of
from graphlink.reading.normalise.cards import is_card_number
from graphlink.reading.normalise.table import signal_table
from graphlink.results.publish.publish import RUN_FORMAT, read_manifest
from graphlink.words.errors import ConfigError

Signal = tuple[str, str]

_CARDS: Final = frozenset({"card", "card_bin"})

SET_ASIDE: Final = "a placeholder or a private, reserved or documentation address, which is set aside and links nobody"
"""Why a readable value is none of the signals."""


class Meant(NamedTuple):
    """What a copied value means: signals of the value itself, derived signals, and why it may be none.

    An address is an ``ip``, and a /24 or /64 is derived from it.
    """

    itself: tuple[Signal, ...] = ()
    derived: tuple[Signal, ...] = ()
    wrong: str = ""
    is_set_aside: bool = False
    """True if reading takes it for a placeholder."""


def types_of(settings: Mapping[str, Any]) -> SignalTable | None:
    """The signal types of a run, from the settings in its ``run.json``; None if they cannot be read."""
    reading = settings.get("reading", {})
    try:
        kept = {name: reading[name] for name in ("phone_region", "placeholders") if name in reading}
        return signal_table(Config.model_validate({"signals": settings.get("signals", {}), "reading": kept}))
    except (ValidationError, ConfigError, TypeError):
        return None


def settings_of_run(folder: Path) -> Mapping[str, Any] | None:
    """The settings in the folder of a run, and the key of its pseudonyms; None if there is no run."""
    manifest = read_manifest(folder, RUN_FORMAT)
    try:
        return None if manifest is None else {**manifest["config"], "pseudonyms": manifest["pseudonyms"]}
    except (KeyError, TypeError):
        return None


def read_value(table: SignalTable, name: str | None, raw: str) -> Meant:
    """Find what a raw value is read as.

    Parameters
    ----------
    table
        The signal types.
    name
        A signal type, or a column that yields some; every one is tried where it is None.

    Examples
    --------
    >>> table = types_of({"reading": {}})
    >>> read_value(table, "ip", "::ffff:62.99.1.5")
    Meant(itself=(('ip', '62.99.1.5'),), derived=(('ip24', '62.99.1.0/24'),), wrong='', is_set_aside=False)
    >>> read_value(table, "email_domain", "QUICKINBOX.TOP").itself
    (('email_domain', 'quickinbox.top'),)
    >>> read_value(table, "ip", "62.99.1").wrong
    'neither an IPv4 nor an IPv6 address'
    """
    itself: dict[Signal, None] = {}
    derived: dict[Signal, None] = {}
    wrong = []
    is_set_aside = False
    for column in _columns(table, name):
        found = column.normalise(pa.array([raw], pa.string()))
        wrong += [bad.reason for bad in found.bad]
        is_set_aside |= bool(found.unlinkable[0])
        main = name if name in column.types else column.types[0]
        for kind, values in found.signals.items():
            if (value := values[0].as_py()) is not None:
                (itself if kind == main else derived)[kind, value] = None
    alone = tuple(signal for signal in itself if signal not in derived)  # the /24 around an address follows from it
    is_read = bool(itself or derived)
    why = "" if is_read or not wrong else SET_ASIDE if is_set_aside else wrong[0]
    return Meant(alone, tuple(derived), why, is_set_aside)


def is_full_card_number(name: str | None, raw: str) -> bool:
    """True if a value of a type is a full card number: reading keeps at most a hash of it."""
    return name in _CARDS and is_card_number(raw)


def _columns(table: SignalTable, name: str | None) -> Iterable[Column]:
    """The possible columns, each once."""
    every = table.columns.values()
    if name is None:
        return every
    named = column_of(table, name)
    yielding = [column for column in every if name in column.types and column is not named]
    return [*([named] if named else []), *yielding]
