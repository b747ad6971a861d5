"""The columns of exports that yield the signal types that every run knows, and the normalisers by name."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pyarrow as pa

from graphlink.model.signals import Normalised
from graphlink.reading.normalise.addresses import normalise_addresses, normalise_prefixes
from graphlink.reading.normalise.cards import normalise_bins, normalise_cards
from graphlink.reading.normalise.mail import normalise_domains, normalise_mail
from graphlink.reading.normalise.phones import normalise_phones
from graphlink.reading.normalise.prompts import normalise_prompts
from graphlink.reading.normalise.text import lower_text, nfc_text, normalise_asns, plain_text, spaced_text, uuid_text


@dataclass(frozen=True, slots=True)
class Reader:
    """A normaliser, and under which of its names a declared type finds its value."""

    normalise: Callable[[pa.StringArray], Normalised]
    main: tuple[str, ...]


NORMALISERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        "text": Reader(plain_text, ("text",)),
        "nfc": Reader(nfc_text, ("text",)),
        "lower": Reader(lower_text, ("text",)),
        "uuid": Reader(uuid_text, ("text",)),
        "spaces": Reader(spaced_text, ("text",)),
        "ip": Reader(normalise_addresses, ("ip",)),
        "ip_prefix": Reader(normalise_prefixes, ("ip24", "ip64")),
        "asn": Reader(normalise_asns, ("asn",)),
        "card": Reader(normalise_cards, ("card",)),
        "card_bin": Reader(normalise_bins, ("card_bin",)),
        "email": Reader(normalise_mail, ("email",)),
        "email_domain": Reader(normalise_domains, ("email_domain",)),
        "phone": Reader(normalise_phones, ("phone",)),
        "prompt": Reader(normalise_prompts, ("template",)),
    }
)
"""Normalisers by the name that a declared type may use."""


@dataclass(frozen=True, slots=True)
class BuiltInColumn:
    """A built-in column: its name, its normaliser, and the types it yields."""

    name: str
    normaliser: str
    types: tuple[str, ...]


BUILT_IN_COLUMNS: Final = tuple(
    BuiltInColumn(name, each["normaliser"], tuple(each["types"]))
    for name, each in tomllib.loads(Path(__file__).with_name("builtin.toml").read_text("utf-8"))["columns"].items()
)
