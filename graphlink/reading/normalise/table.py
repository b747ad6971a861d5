"""The table of signal types: what each can corroborate, who could have written it, and which columns yield it.

Built-in types cover what a provider sees of an account. Others are declared by name, family and provenance; a declared
type takes the place of a built-in one of the same name, for instance where an export holds hashes of telephone numbers.
Any other may be a time zone or a range of numbers, and is taken for local.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.config.declared_types import wrong_declarations
from graphlink.config.settings import Config, SignalDeclaration, declared_families
from graphlink.engine.arrays import bytes_of
from graphlink.engine.kernels.reading import have_any
from graphlink.model.rows import Notice
from graphlink.model.signal_types import BUILT_IN_TYPES
from graphlink.model.signals import Column, Normalised, SignalTable, SignalType
from graphlink.reading.columns.layout import own_name
from graphlink.reading.columns.meanings import plain_meaning
from graphlink.reading.normalise.addresses import normalise_addresses, normalise_prefixes
from graphlink.reading.normalise.arrow import flags, matches, only
from graphlink.reading.normalise.cards import normalise_bins, normalise_cards
from graphlink.reading.normalise.mail import normalise_domains, normalise_mail
from graphlink.reading.normalise.phones import normalise_phones
from graphlink.reading.normalise.placeholders import are_words, is_listed, is_placeholder, placeholder_set
from graphlink.reading.normalise.prompts import normalise_prompts
from graphlink.reading.normalise.text import lower_text, nfc_text, normalise_asns, plain_text, spaced_text, uuid_text
from graphlink.words.errors import ConfigError, Problem

_Normaliser = Callable[[pa.StringArray], Normalised]

NORMALISERS: Final[Mapping[str, _Normaliser]] = MappingProxyType(
    {
        "text": plain_text,
        "nfc": nfc_text,
        "lower": lower_text,
        "uuid": uuid_text,
        "spaces": spaced_text,
        "ip": normalise_addresses,
        "ip_prefix": normalise_prefixes,
        "asn": normalise_asns,
        "card": normalise_cards,
        "card_bin": normalise_bins,
        "email": normalise_mail,
        "email_domain": normalise_domains,
        "phone": normalise_phones,
        "prompt": normalise_prompts,
    }
)
"""Normalisers by the name that a declared type may use."""

_TEXT: Final = ("text",)
_MAIN: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("nfc", "lower", "uuid", "spaces"), _TEXT),
    "ip_prefix": ("ip24", "ip64"),
    "prompt": ("template",),
}
"""Under which of a normaliser's names a declared type finds its value, where that is not its own."""


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


def signal_table(config: Config) -> SignalTable:
    """Put the built-in types and those of the section ``[signals]`` together.

    Returns
    -------
    SignalTable
        ``Column.normalise`` trims, sets placeholders aside and yields the types of ``Column.types``. Other names of
        columns are those of ``reading.columns.meanings``. A declared type with a built-in name takes its place, in all
        the columns that are known by it.

    Raises
    ------
    ConfigError
        GL407 if a declaration is refused.

    Examples
    --------
    >>> table = signal_table(Config(signals={"desk": {"family": "place", "provenance": "claimed"}}))
    >>> table.types["desk"].family, table.columns["ip"].types
    ('place', ('ip', 'ip24', 'ip64'))
    >>> found = table.columns["device"].normalise(pa.array([" a1 ", "UNKNOWN"]))
    >>> found.signals["device"].to_pylist(), found.unlinkable.tolist()
    (['a1', None], [False, True])
    """
    declared, placeholders, region = config.signals, config.reading.placeholders, config.reading.phone_region
    for _, message in wrong_declarations(declared_families(config), placeholders):
        raise ConfigError("GL407", "configuration", message, "correct the declaration")
    known = {each.name: each for each in BUILT_IN_TYPES}
    types = known | {name: _declared_type(name, each, known) for name, each in declared.items()}
    words = {name: (*placeholders.get(name, ()), *placeholders.get("*", ())) for name in types}
    columns: dict[str, Column] = {}
    for each in BUILT_IN_COLUMNS:
        is_plain = _MAIN.get(each.normaliser, (each.normaliser,)) == _TEXT
        yields: dict[str, tuple[str, ...]] = {name: _TEXT if is_plain else (name,) for name in each.types}
        columns[each.name] = _column(each.name, each.normaliser, yields, each.types[0], words, region)
    for name, told in declared.items():
        yields = {name: _MAIN.get(told.normalise, (told.normalise,))}
        columns[name] = _column(name, told.normalise, yields, told.normalise, words, region)
    return SignalTable(
        types=MappingProxyType(dict(sorted(types.items()))), columns=MappingProxyType(dict(sorted(columns.items())))
    )


def _declared_type(name: str, told: SignalDeclaration, known: Mapping[str, SignalType]) -> SignalType:
    """The declared type; a bank's range of cards or a part of the network stays one, also where it is declared anew."""
    coarse = {each.name for each in BUILT_IN_COLUMNS if known[each.types[0]].coarse}
    made = SignalType(name, told.family, told.provenance, told.adds_up, tells_apart=told.tells_apart)
    if name in known:
        return replace(made, coarse=known[name].coarse, local=known[name].local)
    return replace(made, coarse=plain_meaning(name) in coarse, local=True)


def _column(
    name: str,
    normaliser: str,
    yields: Mapping[str, tuple[str, ...]],
    nothing: str,
    words: Mapping[str, tuple[str, ...]],
    region: str | None,
) -> Column:
    """A column; ``yields`` has the normaliser's names of each type, ``nothing`` whose placeholders it may hold."""
    first = next(iter(yields))
    outputs = tuple(_Output(kind, names, placeholder_set(kind, words[kind])) for kind, names in yields.items())
    voids = placeholder_set(nothing, words[first])
    normalise = partial(normalise_phones, region=region) if normaliser == "phone" else NORMALISERS[normaliser]
    return Column(name, tuple(yields), partial(_read_column, normalise, voids, outputs, are_made=first in _MADE))


_MADE: Final = frozenset({"device", "card"})
"""Types of which programs make the values."""


@dataclass(frozen=True, slots=True)
class _Output:
    """A signal type that a column yields, where the normaliser has it, and its placeholders."""

    type_name: str
    sources: tuple[str, ...]
    voids: pa.StringArray


def _read_column(
    normalise: _Normaliser,
    voids: pa.StringArray,
    outputs: tuple[_Output, ...],
    values: pa.StringArray,
    *,
    are_made: bool,
) -> Normalised:
    """Trim raw values, set placeholders aside before and after normalising, and name the rest by signal type."""
    trimmed = pc.utf8_trim_whitespace(values)
    void = is_placeholder(trimmed, voids)
    notices: tuple[Notice, ...] = ()
    if are_made:
        words = are_words(trimmed, ~void & flags(trimmed.is_valid()))
        notices = (*_tell_words(int(np.count_nonzero(words))), *_tell_lists(trimmed))
        void |= words
    found = normalise(only(trimmed, ~void))
    signals = {each.type_name: pc.coalesce(*(found.signals[name] for name in each.sources)) for each in outputs}
    void |= found.unlinkable | is_placeholder(signals[outputs[0].type_name], voids)
    listed = {each.type_name: is_listed(signals[each.type_name], each.voids) for each in outputs}
    return Normalised(
        {name: only(found_values, ~(void | listed[name])) for name, found_values in signals.items()},
        void,
        found.bad,
        (*found.notices, *notices),
    )


def _tell_words(n: int) -> Iterator[Notice]:
    """Add a notice with the number of words; none is quoted, since it may be a person's name."""
    if n:
        are, link = ("value is a word", "links") if n == 1 else ("values are words", "link")
        text = f"{n:,} {are} amid ids that programs made, and {link} nobody"
        yield Notice("GL336", text, about_files=False)


_LIST: Final = r"""^[\[{]?"?[^;|,\s"]{6,}"?(?:\s*[;|,]\s*"?[^;|,\s"]{6,}"?)+[\]}]?$"""
_BETWEEN: Final = np.array([chr(byte) in ";|," for byte in range(256)])
"""What stands between two."""
_OFTEN, _FEW_LISTS = 0.05, 20
"""Share of a column's distinct values, and number of them, from which on it holds lists."""


def _tell_lists(values: pa.StringArray) -> Iterator[Notice]:
    """Add a notice about several ids in one value, which cannot match any one of them."""
    several = have_any(*bytes_of(values), _BETWEEN)  # few, as a rule, and the pattern takes its time
    n = int(np.count_nonzero(matches(values.filter(pa.array(several)), _LIST)))
    if n >= max(_FEW_LISTS, _OFTEN * len(values)):
        what = f"{n:,} of {len(values):,} values look like lists of ids"
        yield Notice("GL338", f"{what}, and each is taken for one", about_files=False)


def check_mappings(config: Config) -> None:
    """Check that mappings name fields and signals that there are.

    Raises
    ------
    ConfigError
        GL402, one problem for each name.
    """
    table = signal_table(config)
    wrong: list[Problem] = []
    for columns in (config.columns, *(each.columns for each in config.sources)):
        for ours, theirs in columns.items():
            try:
                own_name(ours, theirs, table)
            except ConfigError as error:
                wrong += error.problems
    if wrong:
        raise ConfigError.of(wrong)
