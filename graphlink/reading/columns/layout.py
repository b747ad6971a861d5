"""What the columns of an export mean: the names of its header in, a shape and the position of every field out.

Columns are recognised by name, up to case, spaces, underscores and byte order marks, or mapped by the configuration.
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
from typing import Final

from graphlink.config.settings import Shape
from graphlink.model.signals import SignalTable
from graphlink.reading.columns.suggestions import (
    HEADER,
    NAMES,
    FirstLine,
    likely,
    looks_like_value,
    maybe_times,
    shown,
    speaks_of_signal,
)
from graphlink.words.errors import ConfigError, InputError, Place
from graphlink.words.escape import printable

ACCOUNT: Final = "account_id"
TYPE: Final = "signal_type"
VALUE: Final = "signal_value"
SEEN: Final = "seen_at"
FIRST: Final = "first_seen"
LAST: Final = "last_seen"
COUNT: Final = "count"
CREATED: Final = "created_at"
PLAN: Final = "plan"
COUNTRY: Final = "country"
STATUS: Final = "status"

TIMES: Final = frozenset({SEEN, FIRST, LAST, CREATED})
ATTRIBUTES: Final = (PLAN, COUNTRY, STATUS)

# Only names that can hardly mean anything else: a wrong guess would be silent.
ALIASES: Final[Mapping[str, str]] = {
    "accountid": ACCOUNT,
    "timestamp": SEEN,
    "ts": SEEN,
    "time": SEEN,
    "event_time": SEEN,
    "occurred_at": SEEN,
}

FIELDS: Final = (ACCOUNT, TYPE, VALUE, SEEN, FIRST, LAST, COUNT, CREATED, *ATTRIBUTES)
_OF_SHAPE: Final[Mapping[str, frozenset[str]]] = {
    "sightings": frozenset({ACCOUNT, TYPE, VALUE, SEEN, FIRST, LAST, COUNT}),
    "events": frozenset({ACCOUNT, SEEN, FIRST, LAST, COUNT}),
    "accounts": frozenset({ACCOUNT, CREATED, *ATTRIBUTES}),
}
_COUNTED: Final = re.compile(r"(.*[^\d_])_?[0-9]{1,2}")
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
    def is_timed(self) -> bool | None:
        """True if rows have a time of a sighting; None for rows that describe accounts."""
        return None if self.shape == "accounts" else not {SEEN, FIRST, LAST}.isdisjoint(self.fields)

    @property
    def maybe_times(self) -> tuple[str, ...]:
        """Columns that are not read, and that may hold the time of a sighting."""
        return maybe_times(self.ignored)

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
    return speaks_of_signal(name) and all(key.replace("-", "_").isidentifier() for key in name.split("."))


@dataclass(frozen=True, slots=True)
class Naming:
    """The settings for the columns of one source."""

    shape: Shape | None = None
    everywhere: Mapping[str, str] = field(default_factory=dict)
    """``[columns]``: applies where such a column is there."""
    here: Mapping[str, str] = field(default_factory=dict)
    """The source's own ``columns``: such a column must be there."""
    unread: frozenset[str] = frozenset()
    """``ignore_columns``, as columns are compared: they mean nothing unless they are mapped."""


def recognise(
    names: Sequence[str],
    naming: Naming,
    table: SignalTable,
    where: Place,
    *,
    first_line: FirstLine = HEADER,
    inside: Sequence[str] = (),
) -> Layout:
    """Find the meaning of a file's columns. A row as the first line has none, unless it names accounts.

    Names ``inside`` the objects of columns are suggested where a column is missing.

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
    meaning = _meanings(plain, names, naming, table, where)
    looks_like_data = any(_LOOKS_LIKE_DATA.search(name) for name in names) and 2 * len(meaning) < len(names)
    is_row = bool(first_line.repeated) and meaning.keys() <= first_line.repeated
    if ACCOUNT not in meaning.values() and (looks_like_data or is_row):
        raise _headless(where)
    if ACCOUNT not in meaning.values():
        raise _missing(ACCOUNT, names, inside, where, naming.unread)
    shape = naming.shape or _shape_of(set(meaning.values()), table)
    wanted = _OF_SHAPE[shape]
    fields = {ours: position for position, ours in meaning.items() if ours in wanted}
    signals = tuple(
        (table.columns[ours].name, position)
        for position, ours in sorted(meaning.items())
        if shape != "sightings" and ours not in wanted and ours in table.columns
    )
    if shape == "sightings":
        for needed in (TYPE, VALUE):
            if needed not in fields:
                raise _missing(needed, names, inside, where, naming.unread)
    elif not signals and fields.keys() <= {ACCOUNT, SEEN, FIRST, LAST, COUNT}:
        raise InputError(
            "GL120",
            where,
            f"no column that is a signal; found {shown(names)}",
            "map one in `[columns]`, or declare it in `[signals.NAME]`",
        )
    return Layout(shape, tuple(names), fields, signals, unread=naming.unread)


def list_unmet(columns: Mapping[str, str], layouts: Sequence[Layout]) -> list[str]:
    """Name our fields that a mapping for all sources gives a column which none has, and that are read from no other.

    Raises
    ------
    InputError
        GL120 where the mapping is a slip: a column that is not used has nearly the same name.
    """
    read = {name for each in layouts for name in (*each.fields, *(name for name, _ in each.signals))}
    there = {plain_name(name) for each in layouts for name in (*each.names, *chain(*each.inside.values()))}
    unused = {plain_name(name): name for each in layouts for name in each.ignored}
    unmet = [ours for ours, theirs in columns.items() if ours not in read and plain_name(theirs) not in there]
    for ours in unmet:
        near = difflib.get_close_matches(plain_name(columns[ours]), sorted(unused), n=1)
        if near:
            meant = printable(unused[near[0]])
            raise InputError(
                "GL120",
                Place("settings", column=f"columns.{ours}"),
                f"no source has a column `{printable(columns[ours])}`; nearest that is not used: `{meant}`",
                f"write `{ours} = {json.dumps(meant)}` if that is meant, or take the line out",
            )
    return unmet


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


def _bare(name: str) -> str:
    """A plain name as programs write it: `deviceId` for `device_id`, and `@timestamp` for `timestamp`."""
    return name.removeprefix("@").replace("_", "")


def _refuse_twins(plain: Sequence[str], names: Sequence[str], where: Place) -> None:
    for name, times in Counter(plain).items():
        if times > 1 and name:
            same = [given for given, known in zip(names, plain, strict=True) if known == name]
            both = (
                shown(same)
                if any(map(looks_like_value, same))
                else " and ".join(f"`{printable(each)}`" for each in same)
            )
            raise InputError("GL122", where, f"column twice: {both}", "rename or drop one")


def _mapped(
    plain: Sequence[str], names: Sequence[str], naming: Naming, table: SignalTable, where: Place
) -> dict[int, str]:
    """The meanings that the settings give to columns, by position."""
    meaning: dict[int, str] = {}
    for ours, theirs in {**naming.everywhere, **naming.here}.items():
        if ours not in FIELDS and ours not in table.columns:
            raise _unknown_field(ours, theirs, table)
        if plain_name(theirs) in plain:
            position = plain.index(plain_name(theirs))
            if position in meaning:
                what = f"`{meaning[position]}` and `{ours}` are both mapped to `{printable(theirs)}`"
                raise InputError("GL122", where, what, "map one of them")
            meaning[position] = ours
        elif ours in naming.here:
            near = difflib.get_close_matches(plain_name(theirs), plain, n=1)
            meant = f'`{ours} = "{printable(names[plain.index(near[0])])}"`' if near else f"`{ours}`"
            what = f"no column `{printable(theirs)}`; found {shown(names)}"
            raise InputError("GL120", where, what, f"{'write' if near else 'correct'} {meant} in `[sources.columns]`")
    return meaning


def _meanings(
    plain: Sequence[str], names: Sequence[str], naming: Naming, table: SignalTable, where: Place
) -> dict[int, str]:
    meaning = _mapped(plain, names, naming, table, where)
    mapped = set(meaning.values())
    plain = ["" if name in naming.unread else name for name in plain]
    for position, name in enumerate(plain):
        ours = ALIASES.get(name, name)
        known = ours in FIELDS or ours in table.columns
        if position not in meaning and known and ours not in mapped:
            meaning[position] = ours
    told = {_bare(name): name for name in (*table.columns, *FIELDS)}
    told.update((_bare(name), ours) for name, ours in ALIASES.items())
    for position, name in enumerate(plain):
        ours = told.get(_bare(name), "")
        if position not in meaning and ours and ours not in meaning.values():
            meaning[position] = ours
    meaning = _by_company(meaning, plain, mapped)
    twice = [ours for ours, times in Counter(meaning.values()).items() if times > 1]
    if twice:
        both = [printable(plain[position]) for position, ours in meaning.items() if ours == twice[0]]
        raise InputError("GL122", where, f"`{both[0]}` and `{both[1]}` are both {twice[0]}", "drop one, or map one")
    return _numbered(plain, table) | meaning


def _numbered(plain: Sequence[str], table: SignalTable) -> dict[int, str]:
    """Columns of one signal that are numbered, as in wide exports: `ip_1`, `ip_2` and so on, two at least."""
    found: dict[str, list[int]] = {}
    for position, name in enumerate(plain):
        if (counted := _COUNTED.fullmatch(name)) and counted[1] in table.columns:
            found.setdefault(counted[1], []).append(position)
    return {position: name for name, mine in found.items() if len(mine) > 1 for position in mine}


def _by_company(meaning: dict[int, str], plain: Sequence[str], mapped: AbstractSet[str]) -> dict[int, str]:
    """What names mean by what stands beside them: a status among requests, and the one moment where no other is."""
    if STATUS not in mapped and not NAMES["of_requests"].isdisjoint(plain):
        meaning = {position: ours for position, ours in meaning.items() if ours != STATUS}
    if {SEEN, FIRST, LAST}.isdisjoint(meaning.values()):
        moments = [position for position, name in enumerate(plain) if _bare(name) in map(_bare, NAMES["moments"])]
        meaning |= dict.fromkeys(moments, SEEN) if len(moments) == 1 else {}
    return meaning


def _shape_of(found: set[str], table: SignalTable) -> Shape:
    if TYPE in found or VALUE in found:
        return "sightings"
    if found & {SEEN, FIRST, LAST}:
        return "events"
    contact = {ours for ours in found if ours in table.columns and table.columns[ours].name in {"email", "phone"}}
    others = {ours for ours in found if ours in table.columns} - contact
    return "accounts" if found & {CREATED, *ATTRIBUTES} or not others else "events"


def _accounts(naming: Naming) -> set[str]:
    """Names of the column that holds accounts."""
    mapped = (each[ACCOUNT] for each in (naming.everywhere, naming.here) if ACCOUNT in each)
    return {ACCOUNT, *(name for name, ours in ALIASES.items() if ours == ACCOUNT), *map(plain_name, mapped)}


def _headless(where: Place) -> InputError:
    return InputError("GL121", where, "the first line looks like data, not like names", "export with a header line")


def _missing(
    needed: str, names: Sequence[str], inside: Sequence[str], where: Place, unread: frozenset[str]
) -> InputError:
    objects = {name.partition(".")[0] for name in inside}
    hint = likely(needed, [*(name for name in names if name not in objects), *inside])
    told = [*names, *(name for name in inside if name == hint or _is_telling(name))]
    what = f"missing `{needed}`; found {shown(told)}"
    if f"/{needed}=" in f"/{where.name}":
        return InputError("GL120", where, what, "write it into the file too: names of folders are not read")
    if hint and plain_name(hint) in unread:
        return InputError("GL120", where, what, f"take `{printable(hint)}` out of `ignore_columns`")
    return InputError(
        "GL120",
        where,
        what,
        f"[columns] {needed} = '{printable(hint) if hint else 'name in the file'}', in a file that --config names",
    )


def _unknown_field(ours: str, theirs: str, table: SignalTable) -> ConfigError:
    """Refuse a name that is none of ours, and say what was meant where that is clear."""
    place = Place("settings", column=f"columns.{ours}")
    known = [*FIELDS, *table.columns]
    near = difflib.get_close_matches(plain_name(ours), known, n=1, cutoff=0.8)  # below it `id` is near to `cidr`
    if ACCOUNT.startswith(plain_name(ours)):  # `account` is nearer to `count`
        near = [ACCOUNT]
    near = [ALIASES[plain_name(ours)]] if plain_name(ours) in ALIASES else near
    if plain_name(theirs) in known:
        what = (
            f"no such field or signal; the names of a mapping stand the other way round: `{printable(theirs)}` is ours"
        )
        return ConfigError("GL402", place, what, f"write `{plain_name(theirs)} = {json.dumps(printable(ours))}`")
    if near:
        return ConfigError("GL402", place, "no such field or signal", f"write `{near[0]}`")
    names = ", ".join([*FIELDS, *sorted({column.name for column in table.columns.values()})])
    what = f"no such field or signal; a column may be mapped to {names}, or another name in docs/settings.md"
    return ConfigError("GL402", place, what, "write one of them, or declare it in `[signals.NAME]`")
