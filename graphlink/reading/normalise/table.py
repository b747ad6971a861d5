"""The table of signal types: what each can corroborate, who could have written it, and which columns yield it.

Built-in types cover what a provider sees of an account. Others are declared by name, family and provenance; a declared
type takes the place of a built-in one of the same name, for instance where an export holds hashes of telephone numbers.
Any other may be a time zone or a range of numbers, and is taken for local.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Final

import numpy as np
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.config.declared_types import wrong_declarations
from graphlink.config.settings import Config
from graphlink.engine.arrays import bytes_of
from graphlink.engine.kernels.reading import have_any
from graphlink.model.rows import Notice
from graphlink.model.signal_types import BUILT_IN_TYPES
from graphlink.model.signals import Column, Normalised, Provenance, SignalTable, SignalType
from graphlink.reading.columns.layout import own_name
from graphlink.reading.columns.meanings import plain_meaning
from graphlink.reading.normalise.arrow import flags, matches, only
from graphlink.reading.normalise.builtin import BUILT_IN_COLUMNS, NORMALISERS, BuiltInColumn
from graphlink.reading.normalise.phones import normalise_phones
from graphlink.reading.normalise.placeholders import are_words, is_listed, is_placeholder, placeholder_set
from graphlink.words.errors import ConfigError, Problem


@dataclass(frozen=True, slots=True)
class DeclaredType:
    """A signal type that the configuration adds, or puts in the place of a built-in one of the same name."""

    name: str
    family: str
    provenance: Provenance
    normalise: str = "text"
    adds_up: bool = False
    tells_apart: bool = False


_NO_TYPES: Final[Mapping[str, DeclaredType]] = MappingProxyType({})
_NO_WORDS: Final[Mapping[str, Collection[str]]] = MappingProxyType({})


def signal_table(
    declared: Mapping[str, DeclaredType] = _NO_TYPES,
    *,
    placeholders: Mapping[str, Collection[str]] = _NO_WORDS,
    phone_region: str | None = None,
) -> SignalTable:
    """Put the built-in and the declared types together.

    Parameters
    ----------
    declared
        Types by name. One with a built-in name takes its place, in all the columns that are known by it.
    placeholders
        More values that stand for nothing: by type name, or under ``*`` for all types.
    phone_region
        Country (ISO 3166-1, two letters) of telephone numbers that are written without a country code.

    Returns
    -------
    SignalTable
        ``Column.normalise`` trims, sets placeholders aside and yields the types of ``Column.types``. Other names of
        columns are those of ``reading.columns.meanings``.

    Raises
    ------
    ValueError
        One sentence that says which declaration is wrong and what would be right.

    Examples
    --------
    >>> table = signal_table({"desk": DeclaredType("desk", "place", Provenance.CLAIMED)})
    >>> table.types["desk"].family, table.columns["ip"].types
    ('place', ('ip', 'ip24', 'ip64'))
    >>> found = table.columns["device"].normalise(pa.array([" a1 ", "UNKNOWN"]))
    >>> found.signals["device"].to_pylist(), found.unlinkable.tolist()
    (['a1', None], [False, True])
    """
    if phone_region is not None and phone_region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"phone_region {phone_region!r} is no country; write two capitals, such as GB")
    for name, each in declared.items():
        _check(name, each)
    wrong = wrong_declarations({name: each.family for name, each in declared.items()}, placeholders)
    for _, message in wrong:
        raise ValueError(message)
    known = {each.name: each for each in BUILT_IN_TYPES}
    coarse = {each.name for each in BUILT_IN_COLUMNS if known[each.types[0]].coarse}
    types = known | {
        each.name: _declared_type(each, known.get(each.name), coarse=plain_meaning(each.name) in coarse)
        for each in declared.values()
    }
    words = {name: (*placeholders.get(name, ()), *placeholders.get("*", ())) for name in types}
    columns = {each.name: _built_in_column(each, words, phone_region) for each in BUILT_IN_COLUMNS}
    columns |= {each.name: _declared_column(each, words[each.name], phone_region) for each in declared.values()}
    return SignalTable(
        types=MappingProxyType(dict(sorted(types.items()))), columns=MappingProxyType(dict(sorted(columns.items())))
    )


def _declared_type(declared: DeclaredType, known: SignalType | None, *, coarse: bool) -> SignalType:
    """The declared type; a bank's range of cards or a part of the network stays one, also where it is declared anew."""
    told = SignalType(
        declared.name,
        declared.family,
        declared.provenance,
        declared.adds_up,
        coarse=coarse,
        local=True,
        tells_apart=declared.tells_apart,
    )
    return told if known is None else replace(told, coarse=known.coarse, local=known.local)


def _check(name: str, declared: DeclaredType) -> None:
    if name != declared.name:
        raise ValueError(f"signal type {declared.name!r} is declared under the name {name!r}; use one name")
    if declared.normalise not in NORMALISERS:
        raise ValueError(
            f"signal type {name!r}: no normaliser {declared.normalise!r}; choose one of {', '.join(NORMALISERS)}"
        )


def _built_in_column(built_in: BuiltInColumn, words: Mapping[str, tuple[str, ...]], region: str | None) -> Column:
    reader = NORMALISERS[built_in.normaliser]
    is_plain = reader.main == ("text",)
    outputs = tuple(
        _Output(name, ("text",) if is_plain else (name,), placeholder_set(name, words[name])) for name in built_in.types
    )
    voids = placeholder_set(built_in.types[0], words[built_in.types[0]])
    return Column(
        built_in.name,
        built_in.types,
        partial(
            _read_column, _for_region(reader.normalise, region), voids, outputs, are_made=built_in.types[0] in _MADE
        ),
    )


def _declared_column(declared: DeclaredType, words: tuple[str, ...], region: str | None) -> Column:
    reader = NORMALISERS[declared.normalise]
    outputs = (_Output(declared.name, reader.main, placeholder_set(declared.name, words)),)
    voids = placeholder_set(declared.normalise, words)
    return Column(
        declared.name,
        (declared.name,),
        partial(_read_column, _for_region(reader.normalise, region), voids, outputs, are_made=declared.name in _MADE),
    )


def _for_region(
    normalise: Callable[[pa.StringArray], Normalised], region: str | None
) -> Callable[[pa.StringArray], Normalised]:
    return partial(normalise_phones, region=region) if normalise is normalise_phones else normalise


_MADE: Final = frozenset({"device", "card"})
"""Types of which programs make the values."""


@dataclass(frozen=True, slots=True)
class _Output:
    """A signal type that a column yields, where the normaliser has it, and its placeholders."""

    type_name: str
    sources: tuple[str, ...]
    voids: pa.StringArray


def _read_column(
    normalise: Callable[[pa.StringArray], Normalised],
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
        yield Notice(
            "GL336",
            f"{n:,} {'value is a word' if n == 1 else 'values are words'} amid ids that programs made, and "
            f"{'links' if n == 1 else 'link'} nobody",
            about_files=False,
        )


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
    table = declared_table(config)
    wrong: list[Problem] = []
    for columns in (config.columns, *(each.columns for each in config.sources)):
        for ours, theirs in columns.items():
            try:
                own_name(ours, theirs, table)
            except ConfigError as error:
                wrong += error.problems
    if wrong:
        raise ConfigError.of(wrong)


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
