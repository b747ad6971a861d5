"""What the columns of an export mean: the names of its header in, a shape and the position of every field out.

Columns are recognised by the words of their names (``meanings``), or mapped by the configuration.
From here on a column is a position: no name that a stranger wrote reaches a parser or a query.
"""

import difflib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, NamedTuple

from graphlink.config.settings import Shape
from graphlink.model.fields import ACCOUNT, ATTRIBUTES, COUNT, CREATED, FIELDS, SEEN, STATUS, TIMES, TYPE, VALUE, WHEN
from graphlink.model.signals import Column, SignalTable
from graphlink.reading.columns import suggestions
from graphlink.reading.columns.meanings import meaning_of, plain_meaning
from graphlink.words.errors import ConfigError, InputError, Place
from graphlink.words.escape import printable

# Only names that can hardly mean anything else: a wrong guess would be silent.
ALIASES: Final[Mapping[str, str]] = {
    "accountid": ACCOUNT,
    **dict.fromkeys(("timestamp", "ts", "time", "event_time", "occurred_at"), SEEN),
}

_NUMBERS: Final = frozenset({"asn", "card_bin"})
_OF_SHAPE: Final[Mapping[str, frozenset[str]]] = {
    "sightings": frozenset({ACCOUNT, TYPE, VALUE, COUNT}) | WHEN,
    "events": frozenset({ACCOUNT, COUNT}) | WHEN,
    "accounts": frozenset({ACCOUNT, CREATED, *ATTRIBUTES}),
}
Names = str | Sequence[str]
"""A name in the file, or several: of a field the first that is there counts, of a signal each."""
COUNTED: Final = re.compile(r"(.*[^\d_])_?[0-9]{1,2}")
_LOOKS_LIKE_DATA: Final = re.compile(r"\d{3}|@|^\d+$|\d[.:]\d")


@dataclass(frozen=True, slots=True)
class Layout:
    """How one file is to be read; columns are positions."""

    shape: Shape
    names: tuple[str, ...]
    fields: Mapping[str, int]
    """Our field: position in the file."""
    signals: tuple[tuple[str, int], ...]
    """Columns that yield signals: name in the signal table, position."""
    inside: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Columns with objects: the names by which a mapping reaches what is inside."""
    is_crowded: bool = False
    """Whether there are more columns than are named here, which nothing is read from."""
    unread: frozenset[str] = frozenset()
    """Columns that the configuration leaves out."""

    @property
    def used(self) -> tuple[int, ...]:
        """Positions that are read, ascending."""
        return tuple(sorted({*self.fields.values(), *(position for _, position in self.signals)}))

    @property
    def numbers(self) -> frozenset[int]:
        """Positions of what is a number by its kind: pandas writes whole ones as 7.0 where some are missing."""
        fields = {position for ours, position in self.fields.items() if ours in TIMES or ours == COUNT}
        return frozenset(fields | {position for name, position in self.signals if name in _NUMBERS})

    @property
    def is_timed(self) -> bool | None:
        """True if rows have a time of a sighting; None for rows that describe accounts."""
        return None if self.shape == "accounts" else not WHEN.isdisjoint(self.fields)

    @property
    def maybe_times(self) -> tuple[str, ...]:
        """Columns that are not read, and that may hold the time of a sighting."""
        return suggestions.maybe_times(self.ignored)

    @property
    def ignored(self) -> tuple[str, ...]:
        """Names of the columns that nothing is read from; of one with objects, of what may be a signal inside.

        Other keys inside are not named, since they may be data: ids, addresses of mail.
        """
        told = {name: [each for each in inside if _is_telling(each)] for name, inside in self.inside.items()}
        unsaid = {each for name, inside in self.inside.items() for each in inside}.difference(*told.values())
        unsaid |= {name for name in self.names if plain_name(name) in self.unread}
        used = frozenset(self.used)
        unused = (name for position, name in enumerate(self.names) if position not in used and name not in unsaid)
        return tuple(each for name in unused for each in told.get(name) or (name,))


def _is_telling(name: str) -> bool:
    return (suggestions.speaks_of_signal(name) or meaning_of(name) is not None) and all(
        key.replace("-", "_").isidentifier() for key in name.split(".")
    )


@dataclass(frozen=True, slots=True)
class Naming:
    """The settings for the columns of one source."""

    shape: Shape | None = None
    everywhere: Mapping[str, Names] = field(default_factory=dict)
    """``[columns]``: applies where such a column is there."""
    here: Mapping[str, Names] = field(default_factory=dict)
    """The source's own ``columns``: such a column must be there."""
    unread: frozenset[str] = frozenset()
    """``ignore_columns``, as columns are compared: they mean nothing unless they are mapped."""

    @property
    def theirs(self) -> tuple[str, ...]:
        """All names in files that a mapping has."""
        return tuple(
            name for each in (self.everywhere, self.here) for names in each.values() for name in as_names(names)
        )


class Nested(NamedTuple):
    """Names inside objects."""

    inside: Sequence[str] = ()
    """Those that are no columns, and may be suggested for a column that is missing."""
    deep: AbstractSet[str] = frozenset()
    """Columns that stand beside what is mapped there, and mean nothing by themselves."""


NOT_NESTED: Final = Nested()


def recognise(
    names: Sequence[str],
    naming: Naming,
    table: SignalTable,
    where: Place,
    *,
    first_line: suggestions.FirstLine = suggestions.HEADER,
    nested: Nested = NOT_NESTED,
) -> Layout:
    """Find the meaning of a file's columns. A row as the first line has none, unless it names accounts.

    Raises
    ------
    InputError
        GL120 to GL122: a column missing, no header, a column twice.
    ConfigError
        GL402: the configuration maps a field that does not exist.
    """
    plain = [plain_name(name) for name in names]
    if first_line.is_like_a_row and _accounts(naming).isdisjoint(plain):
        raise _headless(where)
    _refuse_twins(plain, names, where)
    meaning = _meanings(plain, names, naming, table, where, nested.deep)
    looks_like_data = any(_LOOKS_LIKE_DATA.search(name) for name in names) and 2 * len(meaning) < len(names)
    is_row = bool(first_line.repeated) and meaning.keys() <= first_line.repeated
    if ACCOUNT not in meaning.values():
        is_headless = looks_like_data or is_row
        raise _headless(where) if is_headless else _missing(ACCOUNT, names, nested.inside, where, naming.unread)
    shape = naming.shape or _shape_of(set(meaning.values()), table)
    wanted = _OF_SHAPE[shape]
    fields = {ours: position for position, ours in meaning.items() if ours in wanted}
    signals = tuple(
        (ours, position)
        for position, ours in sorted(meaning.items())
        if shape != "sightings" and ours not in wanted and ours in table.columns
    )
    for needed in (TYPE, VALUE) if shape == "sightings" else ():
        if needed not in fields:
            raise _missing(needed, names, nested.inside, where, naming.unread)
    if shape != "sightings" and not signals and fields.keys() <= {ACCOUNT, COUNT, *WHEN}:
        what = f"no column that is a signal; found {suggestions.shown(names)}"
        raise InputError("GL120", where, what, "map one in `[columns]`, or declare it in `[signals.NAME]`")
    return Layout(shape, tuple(names), fields, signals, unread=naming.unread)


def list_unmet(columns: Mapping[str, Names], layouts: Sequence[Layout]) -> list[str]:
    """Name our fields that a mapping for all sources gives a column which none has, and that are read from no other.

    Raises
    ------
    InputError
        GL120 where the mapping is a slip: a column that is not used has nearly the same name.
    """
    read = {name for each in layouts for name in (*each.fields, *(name for name, _ in each.signals))}
    there = {plain_name(name) for each in layouts for name in (*each.names, *chain(*each.inside.values()))}
    unused = {plain_name(name): name for each in layouts for name in each.ignored}
    unmet = [
        ours
        for ours, theirs in columns.items()
        if ours not in read and there.isdisjoint(map(plain_name, as_names(theirs)))
    ]
    for ours in unmet:
        first = as_names(columns[ours])[0]
        near = difflib.get_close_matches(plain_name(first), sorted(unused), n=1)
        if near:
            meant = printable(unused[near[0]])
            what = f"no source has a column `{printable(first)}`; nearest that is not used: `{meant}`"
            fix = f"write `{ours} = {json.dumps(meant)}` if that is meant, or take the line out"
            raise InputError("GL120", Place("settings", column=f"columns.{ours}"), what, fix)
    return unmet


def as_names(theirs: str | Sequence[str]) -> tuple[str, ...]:
    """The names that a mapping has for one of ours."""
    return (theirs,) if isinstance(theirs, str) else tuple(theirs)


def plain_name(name: str) -> str:
    r"""Name of a column as it is compared.

    Examples
    --------
    >>> plain_name("\ufeffAccount ID ")
    'account_id'
    """
    return re.sub(r"[\s-]+", "_", name.replace("\ufeff", "").strip().casefold())


def type_name(text: str) -> str:
    """Name of a signal type as it is compared and declared.

    Examples
    --------
    >>> type_name("Zip-Code"), type_name("device.id")
    ('zip_code', 'device_id')
    """
    return plain_name(text).replace(".", "_")


def column_of(table: SignalTable, name: str) -> Column | None:
    """The column of signals that a name means beyond doubt: `payment_method_fingerprint` is a card."""
    return table.columns.get(type_name(name)) or table.columns.get(plain_meaning(name))


def left_out(name: str) -> str:
    """The line of the settings that leaves a column out."""
    return f"ignore_columns = [{json.dumps(printable(name), ensure_ascii=False)}]"


def _bare(name: str) -> str:
    """A plain name as programs write it: `deviceId` for `device_id`, and `@timestamp` for `timestamp`."""
    return name.removeprefix("@").replace("_", "")


def _refuse_twins(plain: Sequence[str], names: Sequence[str], where: Place) -> None:
    for name, times in Counter(plain).items():
        if times > 1 and name:
            same = [given for given, known in zip(names, plain, strict=True) if known == name]
            both = " and ".join(f"`{printable(each)}`" for each in same)
            both = suggestions.shown(same) if any(map(suggestions.looks_like_value, same)) else both
            raise InputError("GL122", where, f"column twice: {both}", "rename or drop one")


def _mapped(
    plain: Sequence[str], names: Sequence[str], naming: Naming, table: SignalTable, where: Place
) -> dict[int, str]:
    """The meanings that the settings give to columns, by position."""
    meaning: dict[int, str] = {}
    for ours, theirs in {**naming.everywhere, **naming.here}.items():
        own = own_name(ours, theirs, table)
        there = [each for each in as_names(theirs) if plain_name(each) in plain]
        for each in there[:1] if own in FIELDS else there:
            position = plain.index(plain_name(each))
            if position in meaning:
                what = f"`{meaning[position]}` and `{ours}` are both mapped to `{printable(each)}`"
                raise InputError("GL122", where, what, "map one of them")
            meaning[position] = own
        if not there and ours in naming.here:
            first = as_names(theirs)[0]
            near = difflib.get_close_matches(plain_name(first), plain, n=1)
            meant = f'`{ours} = "{printable(names[plain.index(near[0])])}"`' if near else f"`{ours}`"
            what = f"no column `{printable(first)}`; found {suggestions.shown(names)}"
            raise InputError("GL120", where, what, f"{'write' if near else 'correct'} {meant} in `[sources.columns]`")
    return meaning


def _meanings(
    plain: Sequence[str],
    names: Sequence[str],
    naming: Naming,
    table: SignalTable,
    where: Place,
    deep: AbstractSet[str],
) -> dict[int, str]:
    meaning = _mapped(plain, names, naming, table, where)
    mapped = set(meaning.values())
    plain = ["" if name in naming.unread else name for name in plain]
    for position, name in enumerate(plain):
        ours = ALIASES.get(name, name)
        if position not in meaning and (ours in FIELDS or ours in table.columns) and ours not in mapped:
            meaning[position] = ours
    told = {_bare(name): name for name in (*table.columns, *FIELDS)}
    told.update((_bare(name), ours) for name, ours in ALIASES.items())
    for position, name in enumerate(plain):
        ours = told.get(_bare(name), "")
        if position not in meaning and ours and ours not in meaning.values():
            meaning[position] = ours
    told_by_words = (name if known and name not in deep else "" for name, known in zip(names, plain, strict=True))
    meaning |= _by_words(meaning, [*told_by_words], table)
    meaning = _by_company(meaning, plain, mapped)
    twice = [ours for ours, times in Counter(meaning.values()).items() if times > 1 and ours in FIELDS]
    if twice:
        both = [printable(plain[position]) for position, ours in meaning.items() if ours == twice[0]]
        raise InputError("GL122", where, f"`{both[0]}` and `{both[1]}` are both {twice[0]}", "drop one, or map one")
    return _numbered(plain, table) | meaning


def _by_words(meaning: Mapping[int, str], names: Sequence[str], table: SignalTable) -> dict[int, str]:
    """What other names mean beyond doubt; of several for one field the likeliest, whatever the order of columns.

    Another spelling of a name that is read already means nothing.
    """
    forms = [_bare(plain_name(name)) for name in names]
    order = sorted(range(len(names)), key=lambda place: (names[place].count("_"), names[place]))
    chosen = {forms[place]: place for place in (*order, *meaning)}
    found = {
        position: told
        for position, name in enumerate(names)
        if position not in meaning
        and chosen[forms[position]] == position
        and (told := meaning_of(name)) is not None
        and told.is_sure
    }
    known = set(meaning.values())
    likeliest = sorted(found, key=lambda position: (found[position].rank, len(names[position]), names[position]))
    fields = {found[position].name: position for position in reversed(likeliest)}
    return {
        position: told.name
        for position, told in found.items()
        if told.name in table.columns
        or (told.name in FIELDS and told.name not in known and fields[told.name] == position)
    }


def _numbered(plain: Sequence[str], table: SignalTable) -> dict[int, str]:
    """Columns of one signal that are numbered, as in wide exports: `ip_1`, `ip_2` and so on, two at least."""
    found: dict[str, list[int]] = {}
    for position, name in enumerate(plain):
        if (counted := COUNTED.fullmatch(name)) and (column := column_of(table, counted[1])):
            found.setdefault(column.name, []).append(position)
    return {position: name for name, mine in found.items() if len(mine) > 1 for position in mine}


def _by_company(meaning: dict[int, str], plain: Sequence[str], mapped: AbstractSet[str]) -> dict[int, str]:
    """What names mean by what stands beside them: a status among requests, and the one moment where no other is."""
    if STATUS not in mapped and not suggestions.NAMES["of_requests"].isdisjoint(plain):
        meaning = {position: ours for position, ours in meaning.items() if ours != STATUS}
    if WHEN.isdisjoint(meaning.values()):
        moments = [
            position for position, name in enumerate(plain) if _bare(name) in map(_bare, suggestions.NAMES["moments"])
        ]
        meaning |= dict.fromkeys(moments, SEEN) if len(moments) == 1 else {}
    return meaning


def _shape_of(found: set[str], table: SignalTable) -> Shape:
    if TYPE in found or VALUE in found:
        return "sightings"
    if found & WHEN:
        return "events"
    others = (found & table.columns.keys()) - {"email", "phone"}
    return "accounts" if found & {CREATED, *ATTRIBUTES} or not others else "events"


def _accounts(naming: Naming) -> set[str]:
    """Names of the column that holds accounts."""
    mapped = (name for each in (naming.everywhere, naming.here) for name in as_names(each.get(ACCOUNT, ())))
    return {ACCOUNT, *(name for name, ours in ALIASES.items() if ours == ACCOUNT), *map(plain_name, mapped)}


def _headless(where: Place) -> InputError:
    return InputError("GL121", where, "the first line looks like data, not like names", "export with a header line")


def _missing(
    needed: str, names: Sequence[str], inside: Sequence[str], where: Place, unread: frozenset[str]
) -> InputError:
    objects = {name.partition(".")[0] for name in inside}
    hint = suggestions.likely(needed, [*(name for name in names if name not in objects), *inside])
    told = [*names, *(name for name in inside if name == hint or _is_telling(name))]
    fix = f"[columns] {needed} = '{printable(hint) if hint else 'name in the file'}', in a file that --config names; "
    fix += "`graphlink config init --from` writes one"
    if f"/{needed}=" in f"/{where.name}":
        fix = "write it into the file too: names of folders are not read"
    elif hint and plain_name(hint) in unread:
        fix = f"take `{printable(hint)}` out of `ignore_columns`"
    return InputError("GL120", where, f"missing `{needed}`; found {suggestions.shown(told)}", fix)


def own_name(ours: str, theirs: Names, table: SignalTable) -> str:
    """The field or signal that a mapping names, which may be by another name of it.

    Raises
    ------
    ConfigError
        GL402: there is none.
    """
    if ours in FIELDS or ours in table.columns:
        return ours
    column = column_of(table, ours)
    if column is None:
        raise _unknown_field(ours, as_names(theirs)[0], table)
    return column.name


def mapped_types(columns: Mapping[str, Names], table: SignalTable) -> dict[str, str]:
    """The signals that a mapping has for types of rows: a name of theirs may stand in a column as well as above one."""
    named = ((own_name(ours, theirs, table), as_names(theirs)) for ours, theirs in columns.items())
    return {type_name(each): own for own, theirs in named for each in theirs if own in table.columns}


def _unknown_field(ours: str, theirs: str, table: SignalTable) -> ConfigError:
    """Refuse a name that is none of ours, and say what was meant where that is clear."""
    place = Place("settings", column=f"columns.{ours}")
    known = [*FIELDS, *table.columns]
    near = difflib.get_close_matches(plain_name(ours), known, n=1, cutoff=0.8)  # below it `id` is near to `cidr`
    if ACCOUNT.startswith(plain_name(ours)):  # `account` is nearer to `count`
        near = [ACCOUNT]
    near = [ALIASES[plain_name(ours)]] if plain_name(ours) in ALIASES else near
    what = "no such field or signal"
    fix = f"write `{near[0]}`" if near else "write one of them, or declare it in `[signals.NAME]`"
    if plain_name(theirs) in known or column_of(table, theirs):
        what += f"; the names of a mapping stand the other way round: `{printable(theirs)}` is ours"
        fix = f"write `{plain_name(theirs)} = {json.dumps(printable(ours))}`"
    elif not near:
        what += f"; a column may be mapped to {', '.join(known)}, or another name in docs/settings.md"
    return ConfigError("GL402", place, what, fix)
