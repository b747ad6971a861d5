"""What exports probably hold: files in, a mapping of their columns out, with counts that let a person judge it.

Names give candidates (``meanings``), and a sample of the values decides among them: what would be rejected is left out,
a time that differs within an account is no day of birth of it, and of several ids that one counts which other exports
have too.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphlink.config.settings import DECLARABLE, Config
from graphlink.engine.arrays import take_rows
from graphlink.model.arrays import Int64s
from graphlink.model.fields import ACCOUNT, ATTRIBUTES, COUNT, CREATED, FIELDS, SEEN, STATUS, TIMES, TYPE, VALUE, WHEN
from graphlink.model.signals import SignalTable
from graphlink.reading.coding import read_counts
from graphlink.reading.columns.codebook import coded
from graphlink.reading.columns.layout import COUNTED, Layout, column_of, plain_name
from graphlink.reading.columns.meanings import Meaning, meaning_of
from graphlink.reading.columns.suggestions import NAMES
from graphlink.reading.columns.times import TimeRule, read_times
from graphlink.reading.formats.open_table import open_table
from graphlink.reading.id_mismatch import form_of
from graphlink.reading.normalise.table import signal_table
from graphlink.reading.sources.files import Source, list_sources
from graphlink.words.errors import InputError
from graphlink.words.escape import printable

_ROWS: Final = 20_000
"""Rows of an export that are looked at."""
_TRIES: Final = 20
"""Columns of an export that may turn out to be no text, one after the other."""
_BAD: Final = 0.01
"""Share of malformed values from which on a file would be refused (`max_reject_share`)."""
_NO_TIMES: Final = "its times are not understood; set `time_format` in [reading] if it has any"
_AGAIN: Final = 1.02
"""Rows for each account from which on an export is no list of accounts."""


class Guess(NamedTuple):
    """One column of an export, and what it is taken for."""

    ours: str
    theirs: str
    filled: int
    distinct: int
    example: str


@dataclass(frozen=True, slots=True)
class Guessed:
    """One export: what is read from it, what was left out and why."""

    names: tuple[str, ...]
    """Its files, as reports name them."""
    paths: tuple[Path, ...]
    rows: int
    columns: tuple[Guess, ...]
    refused: tuple[tuple[str, str], ...] = ()
    """Columns that would be recognised, and why they are better left out."""
    is_naive: bool = False
    """Whether times have no offset."""
    unread: tuple[str, ...] = ()
    problem: str = ""
    """Why nothing can be read from it."""


@dataclass(slots=True)
class _Looked:
    """A sample of one export."""

    sources: list[Source]
    names: tuple[str, ...]
    found: dict[str, Meaning]
    rows: int = 0
    values: dict[str, pa.Array] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    problem: str = ""


def guess_columns(paths: Sequence[Path]) -> list[Guessed]:
    """Look at a sample of every export.

    Raises
    ------
    InputError
        If there is nothing to read.
    """
    config = Config()
    table = signal_table(config)
    looked: dict[tuple[str, ...], _Looked] = {}
    for source in list_sources(paths, config)[0]:
        one = _look(source, config, table)
        known = looked.setdefault((source.format, one.problem, *one.names), one)
        if known is not one:
            known.sources += one.sources
    accounts = _accounts(list(looked.values()))
    return [_guessed(one, accounts.get(place, ""), table) for place, one in enumerate(looked.values())]


# --- looking ----------------------------------------------------------------------------------------------------------


def _look(source: Source, config: Config, table: SignalTable) -> _Looked:
    """Read the beginning of a file, without the columns that turn out to be no text."""
    one = _Looked([source], (), {})
    try:
        for _ in range(_TRIES):
            if not (wrong := _sample(one, config, table)):
                break
            one.refused |= wrong
        else:
            one.found, one.problem = {}, f"over {_TRIES} columns that are not what their names say"
    except InputError as error:
        one.found, one.problem = {}, error.problems[0].what
    return one


def _sample(one: _Looked, config: Config, table: SignalTable) -> dict[str, str]:
    """Look at the first rows; give the columns that cannot be read, if there are any: others may then count."""
    with open_table(one.sources[0], config.reading, table, complete=True) as opened:
        nested = {name: tuple(ways) for name, ways in opened.nested.items()}
        one.names = tuple(each for name in opened.names for each in nested.get(name, (name,)))
        one.found = _candidates(one.names, set(one.refused))
        used = {name: place for place, name in enumerate(one.names) if name in one.found}
        kinds = {name: one.found[name].name for name in used}
        fields = {ours: used[name] for name, ours in kinds.items() if ours in TIMES}
        signals = tuple((ours, used[name]) for name, ours in kinds.items() if ours not in TIMES)
        parts: dict[str, list[pa.Array]] = {name: [] for name in used}
        one.rows = 0
        try:
            for batch in opened.batches(Layout("events", one.names, fields, signals, nested)) if used else ():
                bad = {each.column for each in batch.rejects} & used.keys()
                if bad and len(batch.rejects) > _BAD * (len(batch.records) + len(batch.rejects)):
                    return {str(name): "it holds lists, objects or truth values" for name in bad}
                for name, place in used.items():
                    parts[name].append(batch.columns[place][: _ROWS - one.rows])
                one.rows += min(len(batch.records), _ROWS - one.rows)
                if one.rows >= _ROWS:
                    break
        except InputError as error:
            if any(each.where.column not in used for each in error.problems):
                raise
            return {str(each.where.column): each.what for each in error.problems}
        nothing = pa.array(["", *config.reading.null_tokens])
        one.values = {name: _flat(arrays, nothing) for name, arrays in parts.items()}
    return dict.fromkeys((name for name in used if kinds[name] in TIMES and _read(one.values[name]) is None), _NO_TIMES)


def _flat(arrays: Sequence[pa.Array], nothing: pa.Array) -> pa.Array:
    """The values of all rows, none for a text that means nothing."""
    plain = [each.cast(each.type.value_type) if pa.types.is_dictionary(each.type) else each for each in arrays]
    values = pa.concat_arrays(plain) if plain else pa.array([], pa.string())
    if not pa.types.is_string(values.type):
        return values
    return pc.if_else(pc.is_in(pc.utf8_trim_whitespace(values), nothing), None, values)


def _texts(values: pa.Array) -> pa.StringArray:
    """The distinct texts of a column, in the order in which they come."""
    return coded(values.drop_null().cast(pa.string()))[0]


def _candidates(names: Sequence[str], refused: set[str]) -> dict[str, Meaning]:
    """What the columns may mean; of several for a time the likeliest alone, of an account all."""
    found = {name: meaning for name in names if name not in refused and (meaning := _meaning(name)) is not None}
    best: dict[str, str] = {}
    for name, meaning in sorted(found.items(), key=lambda item: (not item[1].is_sure, item[1].rank, item[0])):
        if meaning.name in FIELDS and meaning.name != ACCOUNT:
            best.setdefault(meaning.name, name)
    outer = {".".join(keys[:n]) for keys in (name.split(".") for name in found) for n in range(1, len(keys))}
    return {name: each for name, each in found.items() if best.get(each.name, name) == name and name not in outer}


def _meaning(name: str) -> Meaning | None:
    plain = plain_name(name)
    if plain in FIELDS:
        return Meaning(plain, is_sure=True, rank=0)
    counted = COUNTED.fullmatch(plain)
    signal = meaning_of(counted[1]) if counted else None
    return meaning_of(name) or (signal if signal is not None and signal.name not in FIELDS else None)


# --- accounts ---------------------------------------------------------------------------------------------------------


def _accounts(looked: Sequence[_Looked]) -> dict[int, str]:
    """The column of accounts of each export: those that other exports have too, then the likeliest by name."""
    numbers: dict[str, int] = {}
    found: list[tuple[str, int, int, Int64s]] = []
    for place, one in enumerate(looked):
        mine = [
            (name, np.array([numbers.setdefault(text, len(numbers)) for text in _texts(values).to_pylist()], np.int64))
            for name, values in one.values.items()
            if name in one.found and one.found[name].name == ACCOUNT
        ]
        mine.sort(key=lambda each, one=one: (len(each[1]) < 2, _rank(one, each[0])))  # type: ignore[misc]  # noqa: PLR2004  one alone is a constant
        found += [(name, place, rank, ids) for rank, (name, ids) in enumerate(mine)]
    if not found:
        return {}
    names, places, ranks, ids = map(list, zip(*found, strict=True))
    every = np.concatenate(ids)
    columns = np.repeat(np.arange(len(ids), dtype=np.int32), [*map(len, ids)])[np.argsort(every, kind="stable")]
    starts = np.concatenate([[0], np.cumsum(np.bincount(every, minlength=len(numbers)))])
    export, rank, sizes = np.array(places), np.array(ranks), np.array([*map(len, ids)])

    def chosen_from(start: int) -> tuple[tuple[float, int], dict[int, str]]:
        """Choose columns by what they share with those chosen before, from one on: how much, and the choice."""
        known = np.zeros(len(numbers), np.bool_)
        shared, is_left = np.zeros_like(sizes), np.ones(len(sizes), np.bool_)
        chosen, much = [start], 0.0
        while True:
            new = ids[chosen[-1]][~known[ids[chosen[-1]]]]
            known[new] = True
            shared += np.bincount(take_rows(columns, starts, new), minlength=len(sizes))
            is_left &= export != export[chosen[-1]]
            if not is_left.any():
                return (round(much, 2), -int(rank[chosen].sum())), {places[n]: names[n] for n in chosen}
            overlap = np.round(shared / np.maximum(1, np.minimum(sizes, np.count_nonzero(known))), 2)
            chosen.append(next(n for n in np.lexsort((export, rank, -overlap)).tolist() if is_left[n]))
            much += float(overlap[chosen[-1]])

    return max(map(chosen_from, range(len(names))), key=lambda way: way[0])[1]


def _rank(one: _Looked, name: str) -> tuple[bool, int, str]:
    meaning = one.found[name]
    return not meaning.is_sure, meaning.rank, name


# --- deciding ---------------------------------------------------------------------------------------------------------


def _guessed(one: _Looked, account: str, table: SignalTable) -> Guessed:
    names = tuple(each.name for each in one.sources)
    paths = tuple(each.path for each in one.sources if each.path is not None)
    problem = one.problem or ("" if account else "no column that may hold accounts")
    if problem:
        return Guessed(names, paths, one.rows, (), unread=one.names, problem=problem)
    refused = _refused(one, table)
    moments, is_naive = _moments(one, account)
    if _is_long(one, table):
        taken = {account: ACCOUNT, **moments, **_of(one, {TYPE, VALUE, COUNT})}
    else:
        taken = {account: ACCOUNT, **moments, **_of(one, _wanted(one, moments.values()))}
        signals = ((name, each.name) for name, each in one.found.items() if each.name not in FIELDS)
        taken |= {name: ours for name, ours in signals if _is_filled(one, name)}
    taken = {name: ours for name, ours in taken.items() if name not in refused}
    columns = tuple(_guess(ours, name, one.values[name]) for name, ours in taken.items())
    if set(taken.values()) <= {ACCOUNT, COUNT, *WHEN}:
        problem = "no column that is a signal, or describes accounts"
    unread = tuple(name for name in one.names if name not in taken)
    return Guessed(names, paths, one.rows, columns, tuple(sorted(refused.items())), is_naive, unread, problem)


def _is_filled(one: _Looked, name: str) -> bool:
    return bool(one.values[name].null_count < len(one.values[name]))


def _of(one: _Looked, wanted: AbstractSet[str]) -> dict[str, str]:
    return {name: each.name for name, each in one.found.items() if each.name in wanted}


def _wanted(one: _Looked, moments: Collection[str]) -> set[str]:
    """The fields beside account and times: counts of a log, and what describes accounts in a list of them."""
    wanted = set() if CREATED in moments else {COUNT}
    if CREATED in moments or WHEN.isdisjoint(moments):
        wanted |= {*ATTRIBUTES} - ({STATUS} if _is_of_requests(one) else set())
    return wanted


def _refused(one: _Looked, table: SignalTable) -> dict[str, str]:
    """The columns that would have the file refused, and why."""
    refused = dict(one.refused)
    is_long = _is_long(one, table)
    for name, meaning in one.found.items():
        why = ""
        if meaning.name not in FIELDS:
            why = _wrong(meaning.name, one.values[name], table)
        elif meaning.name == COUNT and read_counts(one.values[name], frozenset())[1].sum() > _BAD * one.rows:
            why = "it has no whole numbers above zero"
        elif meaning.name in {TYPE, VALUE} and meaning.is_sure and not is_long:
            why = "no known type of a signal stands beside a value"
        if why:
            refused[name] = why
    return refused


def _is_of_requests(one: _Looked) -> bool:
    """Whether an export is a log of requests or payments, and no list of accounts."""
    return not NAMES["of_requests"].isdisjoint(map(plain_name, one.names))


def _guess(ours: str, theirs: str, values: pa.Array) -> Guess:
    distinct = _texts(values)
    example = form_of(distinct[0].as_py()) if len(distinct) else ""
    return Guess(ours, theirs, len(values) - values.null_count, len(distinct), example)


def _wrong(ours: str, values: pa.Array, table: SignalTable) -> str:
    """Why a column would have the file refused if it were read as this signal; empty if it would not."""
    column, distinct = column_of(table, ours), _texts(values)
    bad = column.normalise(distinct).bad if column is not None else ()
    if len(bad) <= _BAD * len(distinct):
        return ""
    return f"{len(bad):,} of {len(distinct):,} values are malformed: {bad[0].reason}"


def _is_long(one: _Looked, table: SignalTable) -> bool:
    """Whether an export has a row for each value, with its type beside it."""
    kinds = [name for name, each in one.found.items() if each.name == TYPE]
    if not kinds or all(each.name != VALUE for each in one.found.values()):
        return False
    return any(column_of(table, text) is not None for text in _texts(one.values[kinds[0]]).to_pylist())


def _moments(one: _Looked, account: str) -> tuple[dict[str, str], bool]:
    """The columns of times: when accounts were made in a list of them, and in others when something was seen."""
    times = {each.name: name for name, each in one.found.items() if each.name in TIMES}
    is_naive = any(_read(one.values[name]) for name in times.values())
    is_list = one.rows <= _AGAIN * len(_texts(one.values[account])) and not _is_of_requests(one)
    kinds = {each.name for each in one.found.values()}
    if is_list and (kinds & {CREATED, *ATTRIBUTES, "email", "phone"}):
        kept = {CREATED} if CREATED in times else set()
    elif times.keys() & WHEN:
        kept = {*WHEN}
    else:
        return ({times[CREATED]: SEEN} if CREATED in times and not is_list else {}), is_naive
    return {times[ours]: ours for ours in sorted(kept & times.keys())}, is_naive


def _read(values: pa.Array) -> bool | None:
    """Whether times have no offset; None if they are no times."""
    some = values.drop_null()[:1_000]
    anywhere = read_times(some, TimeRule(timezone="UTC"), frozenset())
    if not len(some) or len(anywhere.bad) > _BAD * len(some):
        return None
    return len(read_times(some, TimeRule(), frozenset()).bad) > len(anywhere.bad)


# --- as settings ------------------------------------------------------------------------------------------------------


def settings_of(found: Sequence[Guessed], given: Sequence[tuple[Path, str]]) -> str:
    """Write what was guessed as a settings file.

    Parameters
    ----------
    found
        What ``guess_columns`` gave.
    given
        The paths that were named, and how the file is to name them.
    """
    return "\n".join([*_lines(found, given), ""])


def _lines(found: Sequence[Guessed], given: Sequence[tuple[Path, str]]) -> Iterator[str]:
    usable = [one for one in found if not one.problem]
    yield "# What `graphlink config init --from` takes these exports for, by their names and a sample of their values."
    yield "# Examples are masked: 9 is any digit but 0, x any letter. Correct what is wrong; `graphlink config init` in"
    yield "# another folder writes every key with its reason."
    refused = {name: why for one in usable for name, why in one.refused}
    if refused:
        yield ""
        yield from (f"# {_said(name)}: {_said(why)}" for name, why in refused.items())
        yield f"ignore_columns = [{', '.join(map(_quoted, refused))}]"
    if naive := [one.names[0] for one in usable if one.is_naive]:
        yield ""
        yield "[reading]"
        yield f"# Times in {_said(', '.join(naive))} have no offset. Warehouses write UTC; change it if yours does not."
        yield 'timezone = "UTC"'
    kinds = {each.ours for one in usable for each in one.columns} & DECLARABLE.keys()
    for name in sorted(kinds):
        yield from ("", f"[signals.{name}]", *(f'{key} = "{value}"' for key, value in DECLARABLE[name].items()))
    names = _for_all(usable)
    if names is not None:
        yield from ("", "[columns]")
        for ours, theirs in names.items():
            yield from (f"# {line}" for one in usable for line in _counts(one, ours))
            yield f"{ours} = {_quoted(theirs[0]) if len(theirs) == 1 else '[' + ', '.join(map(_quoted, theirs)) + ']'}"
    yield from _sources(found, given, is_apart=names is None)
    yield ""
    for one in usable:
        rest = list(map(_said, one.unread))
        shown = [*rest[:_SHOWN], *([f"{len(rest) - _SHOWN:,} more"] if len(rest) > _SHOWN else [])]
        yield f"# {_said(one.names[0])}: {'not read: ' + ', '.join(shown) if rest else 'all columns are read'}."


def _sources(found: Sequence[Guessed], given: Sequence[tuple[Path, str]], *, is_apart: bool) -> Iterator[str]:
    usable = [one for one in found if not one.problem]
    for one in found:
        if one.problem:
            yield from ("", f"# Not read: {_said(', '.join(one.names))}: {_said(one.problem)}.")
    if not is_apart and len(usable) == len(found):
        for _, written in given:
            yield from ("", "[[sources]]", f"path = {_quoted(written)}")
        return
    for one in usable:
        for path in one.paths:
            yield from ("", "[[sources]]", f"path = {_quoted(_written(path, given))}")
            if is_apart:
                yield from ("", "[sources.columns]")
                for each in one.columns:
                    yield from (f"# {line}" for line in _counts(one, each.ours, each.theirs))
                    yield f"{each.ours} = {_quoted(each.theirs)}"


def _for_all(usable: Sequence[Guessed]) -> dict[str, tuple[str, ...]] | None:
    """One mapping that gives every export what it is taken for; None if the same name differs in meaning."""
    names: dict[str, list[str]] = {}
    for one in usable:
        for each in one.columns:
            mine = names.setdefault(each.ours, [])
            if each.theirs not in mine:
                mine.append(each.theirs)
    for mine in names.values():
        mine.sort(key=lambda name: name.casefold() in {"id", "_id"})
    for one in usable:
        there = {plain_name(name) for name in chain((each.theirs for each in one.columns), one.unread)}
        meant = {(each.ours, plain_name(each.theirs)) for each in one.columns}
        read = {
            (ours, plain_name(name))
            for ours, theirs in names.items()
            for name in [name for name in theirs if plain_name(name) in there][: 1 if ours in FIELDS else None]
        }
        if read != meant:
            return None
    return {
        ours: tuple(theirs) for ours, theirs in sorted(names.items(), key=lambda item: (item[0] not in FIELDS, item[0]))
    }


def _counts(one: Guessed, ours: str, theirs: str | None = None) -> Iterator[str]:
    for each in one.columns:
        if each.ours == ours and theirs in {None, each.theirs}:
            of = f"{each.filled:,} of {one.rows:,} rows, {each.distinct:,} distinct"
            yield f"{_said(one.names[0])}: {_said(each.theirs)}, in {of}, such as {_said(each.example)}"


def _written(path: Path, given: Sequence[tuple[Path, str]]) -> str:
    """How the file names a file that was found below a path that was named."""
    for root, written in given:
        if path == root:
            return written
        if path.is_relative_to(root):
            return f"{written}/{path.relative_to(root)}"
    return str(path)


def _said(text: str) -> str:
    return printable(text, _LONG)


_LONG: Final = 200
_SHOWN: Final = 100
"""Columns that are named as not read."""


_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f"\\]')


def _quoted(text: str) -> str:
    r"""A text as TOML has it.

    Examples
    --------
    >>> print(_quoted('a "b"\x7f'))
    "a \u0022b\u0022\u007F"
    """
    return '"' + _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04X}", text) + '"'
