"""The meaning of a name: a typed word goes in, the account, signal or ring with that name comes out.

Rings are searched first, then accounts, then signals; a prefix (``account:``, ``ring:``, ``signal:``) selects the kind.
A name without a match may be the beginning of one ring's id. A value that no account has as typed is normalised as
reading does.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from graphlink.results.questions.known import is_of_sweep
from graphlink.words.errors import InputError
from graphlink.words.escape import printable
from graphlink.words.short_ids import is_beginning, several_rings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphlink.results.questions.folder import OpenRun, Row
    from graphlink.results.questions.typed_value import Meant


class Kind(StrEnum):
    """The kinds of things that have names."""

    RING = "ring"
    ACCOUNT = "account"
    SIGNAL = "signal"


class Named(NamedTuple):
    """The meaning of a name: the kind, and the ring's id or the number of the account or signal.

    ``also`` lists the other kinds with this name. ``read_as`` is the ring or signal that was found if none has the id
    or the value exactly as typed.
    """

    kind: Kind
    key: int | str
    also: tuple[Kind, ...] = ()
    read_as: str | None = None


def find_named(run: OpenRun, name: str) -> Named:
    """Find the meaning of a name.

    Raises
    ------
    InputError
        GL504 if nothing has this name, GL505 if several signals do, or several rings' ids begin so.
    """
    forced, bare = _forced(name)
    kinds = [forced] if forced else list(Kind)
    _refuse_bytes(name)
    found: list[tuple[Kind, int | str]] = []
    for kind in kinds:
        key = _one_signal(run, bare, may_be_any=bool(found)) if kind is Kind.SIGNAL else _exact(run, kind, bare)
        if key is not None:
            found.append((kind, key))
    if not found and Kind.RING in kinds and (ring := _ring_beginning(run, bare)) is not None:
        return Named(Kind.RING, ring, read_as=ring)
    if not found and Kind.SIGNAL in kinds and (read := _read_signal(run, bare)) is not None:
        return Named(Kind.SIGNAL, read[0], read_as=read[1])
    if not found:
        raise _unknown(run, bare or name, kinds)
    (kind, key), *others = found
    return Named(kind, key, tuple(other for other, _ in others))


def find_account(run: OpenRun, name: str) -> int:
    """Find the number of an account; the prefix ``account:`` is accepted.

    Raises
    ------
    InputError
        GL504 if no account has this id.
    """
    forced, bare = _forced(name)
    _refuse_bytes(name)
    if forced not in (None, Kind.ACCOUNT):
        fix = "name two accounts, or what is asked for by itself"
        raise InputError("GL504", name, "the other name of a pair must be an account", fix)
    number = _exact(run, Kind.ACCOUNT, bare)
    if number is None:
        raise _unknown(run, bare or name, [Kind.ACCOUNT])
    return int(number)


def _refuse_bytes(name: str) -> None:
    """Refuse input from a terminal that is no text; no name in a run is like that."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raise InputError("GL504", name, "it is not UTF-8, so nothing has this name", "correct the name") from None


def _forced(name: str) -> tuple[Kind | None, str]:
    word, colon, rest = name.partition(":")
    if colon and word in set(Kind):
        return Kind(word), rest
    return None, name


def _exact(run: OpenRun, kind: Kind, name: str) -> int | str | None:
    """The ring's id or the account's number of exactly this name."""
    row = run.row(_EXACT[kind], name)
    return None if row is None else row[0]


_EXACT: Final = {
    Kind.RING: "SELECT ring_id FROM rings WHERE upper(ring_id) = upper(?)",
    Kind.ACCOUNT: "SELECT account FROM accounts WHERE account_id = ?",
}


def _ring_beginning(run: OpenRun, name: str) -> str | None:
    """The one ring whose id begins like this; the beginning must be longer than the part that all ring ids share."""
    if not is_beginning(name):
        return None
    sql = "SELECT DISTINCT ring_id FROM rings WHERE starts_with(upper(ring_id), upper(?)) ORDER BY ring_id"
    found = [str(row[0]) for row in run.rows(sql, name)]
    if len(found) > 1:
        raise several_rings(name, found)
    return found[0] if found else None


def _signals(run: OpenRun, name: str) -> list[Row]:
    """Number and type of the signals with this name: ``type=value``, or a value alone."""
    kind, equals, value = name.partition("=")
    if equals:
        sql = "SELECT signal, signal_type FROM signals WHERE signal_type = ? AND signal_value = ?"
        exact = run.rows(sql, kind, value)
        if exact:
            return exact
    return run.rows("SELECT signal, signal_type FROM signals WHERE signal_value = ? ORDER BY signal", name)


def _one_signal(run: OpenRun, name: str, *, may_be_any: bool) -> int | None:
    found = _signals(run, name)
    if len(found) > 1 and not may_be_any:
        raise _several(name, "signals have this value", [f"{kind}=…" for _, kind in found])
    return int(found[0][0]) if found else None


def _read_signal(run: OpenRun, name: str) -> tuple[int, str] | None:
    """The signal that reading makes of an export's value, or one derived from it, and its name."""
    meant = _read_as(run, name)
    if meant is None:
        return None
    sql = "SELECT signal FROM signals WHERE signal_type = ? AND signal_value = ?"
    for signals in (meant.itself, meant.derived):
        found = [(int(row[0]), f"{pair[0]}={pair[1]}") for pair in signals if (row := run.row(sql, *pair)) is not None]
        if len(found) > 1:
            raise _several(name, "signals match when read", [printable(each) for _, each in found])
        if found:
            return found[0]
    return None


def _several(name: str, what: str, ways: Sequence[str]) -> InputError:
    fix = f"name the one that you mean: {', '.join(ways)}"
    return InputError("GL505", name, f"{len(ways)} {what}", fix)


def _read_as(run: OpenRun, name: str) -> Meant | None:
    """What reading makes of a name; None if the run does not keep how it read."""
    from graphlink.reading.columns.layout import column_of  # noqa: PLC0415
    from graphlink.results.questions.typed_value import read_value, types_of  # noqa: PLC0415  seldom needed, and costs half a second

    table = None if run.settings is None else types_of(run.settings)
    if table is None:
        return None
    kind, equals, value = name.partition("=")
    is_typed = bool(equals) and (kind in table.types or column_of(table, kind) is not None)
    return read_value(table, kind if is_typed else None, value if is_typed else name)


# --- what was meant ---------------------------------------------------------------------------------------------------

_NEAREST: Final = 3
_CANDIDATES: Final = 20_000
"""Names that are compared letter by letter: enough to find one typing error, and done at once."""


def _unknown(run: OpenRun, name: str, kinds: list[Kind]) -> InputError:
    wanted = "account, signal or ring" if len(kinds) > 1 else str(kinds[0])
    near = [shown for kind in kinds for shown in _nearest(run, name, kind)][:_NEAREST]
    known = f"the nearest are {', '.join(_show_apart(near, name))}" if near else "no name is near it"
    if Kind.SIGNAL in kinds and (aside := _set_aside(run, name)):
        what = f"no {wanted} of this name: it is {aside}"
        return InputError("GL504", name, what, "ask for another value; `graphlink check` counts these")
    if Kind.RING not in kinds and _exact(run, Kind.RING, name) is not None:
        what = f"no {wanted}, but a ring of this run"
        return InputError("GL504", name, what, f"ask for it alone: `graphlink explain {printable(name)}`")
    fix = f"correct the name, or use another run than {printable(str(run.folder))}: -r FOLDER (in Python: run=)"
    if Kind.SIGNAL in kinds:
        allowed = " or of an allowed signal" if is_of_sweep(run.folder) else ""
        fix += f"; a value of one account{allowed} links nobody and is not kept"
    return InputError("GL504", name, f"no {wanted} of this name; {known}", fix)


def _show_apart(names: Sequence[str], typed: str) -> Iterator[str]:
    """Show names; similar ones are shown with their characters named."""
    looks = Counter(unicodedata.normalize("NFKC", name) for name in {*names, typed})
    for name in names:
        same = looks[unicodedata.normalize("NFKC", name)] > 1
        yield printable(name) + (f" ({printable(ascii(name))})" if same else "")


def _set_aside(run: OpenRun, name: str) -> str:
    """Why reading takes a value for a placeholder; empty if it does not."""
    from graphlink.results.questions.typed_value import SET_ASIDE  # noqa: PLC0415  as below

    meant = _read_as(run, name if "=" in name else f"ip={name}")  # a value without a type could be of any type
    return SET_ASIDE if meant is not None and meant.is_set_aside and not meant.itself else ""


def _nearest(run: OpenRun, name: str, kind: Kind) -> list[str]:
    """Names of a kind that differ by leading zeros, or by one typing error, which leaves half of the name intact."""
    table, column = _TABLES[kind]
    if kind is Kind.SIGNAL:
        kind_of_signal, equals, value = name.partition("=")
        if equals and run.row("SELECT 1 FROM signals WHERE signal_type = ?", kind_of_signal):
            name = value
    half = (len(name) + 1) // 2
    sql = f"""
        SELECT name FROM (
            SELECT {column} AS name FROM {table}
            WHERE abs(length({column}) - ?) <= 2 AND (
                starts_with(lower({column}), lower(?)) OR ends_with(lower({column}), lower(?))
            ) LIMIT {_CANDIDATES}
        ) GROUP BY name HAVING levenshtein(lower(name), lower(?)) <= ?
        ORDER BY levenshtein(lower(name), lower(?)), name LIMIT {_NEAREST}
    """  # noqa: S608  names of our own
    if not name:
        return []
    far = max(1, len(name) // 3)
    slips = run.rows(sql, len(name), name[:half], name[half:], name, far, name)
    # a spreadsheet takes an id for a number, and drops its zeros
    zeros = (
        f"SELECT DISTINCT {column} FROM {table} WHERE ltrim({column}, '0') = ltrim(?, '0') ORDER BY 1 LIMIT {_NEAREST}"  # noqa: S608  likewise
    )
    padded = run.rows(zeros, name) if name.strip("0") else []
    return list(dict.fromkeys(str(row[0]) for row in (*padded, *slips)))[:_NEAREST]


_TABLES: Final = {
    Kind.RING: ("rings", "ring_id"),
    Kind.ACCOUNT: ("accounts", "account_id"),
    Kind.SIGNAL: ("signals", "signal_value"),
}
