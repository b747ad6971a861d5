"""Files of decisions: verdicts, or lists of allowed or known-bad accounts and signals, as CSV with a header.

A file is imported completely or not at all. All mistakes are reported at once, with their lines. The CSV output of the
list commands can be imported again: the apostrophe that protects spreadsheets is removed, and expired rows are kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, Generic, TypeVar

from graphlink.engine.small_table import read_small_table
from graphlink.model.sweeps import LONGEST_NAME, LONGEST_NOTE, Listed, Verdict, VerdictKind
from graphlink.model.weeks import is_week, microseconds_of
from graphlink.results.files.csv_files import is_guarded
from graphlink.words.errors import ConfigError, Place, Problem

_VERDICT_COLUMNS: Final = ("ring_id", "account_id", "verdict", "by", "note", "week", "expires", "at")
_LIST_COLUMNS: Final = ("account_id", "signal_type", "signal_value", "match", "by", "note", "expires")
_NAMES: Final = frozenset({"ring_id", "account_id", "signal_type", "signal_value"})
_EXACT, _WILDCARD = "exact", "wildcard"
_LISTED: Final = "of"
"""The column that marks the output of a list command."""
_LISTED_VERDICTS: Final = ("of", "id", "verdict", "by", "week", "expires", "note", "at")
_LISTED_ENTRIES: Final = ("of", "value", "match", "by", "expires", "note")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LEEWAY: Final = timedelta(minutes=5)
"""The largest accepted lead of another machine's clock."""
_NOW: Final = 1 << 62

_LONGEST: Final = {"by": LONGEST_NAME, "note": LONGEST_NOTE}

_Key = TypeVar("_Key")
_Decision = TypeVar("_Decision", Verdict, Listed)


@dataclass
class _Rows:
    """The rows of a file by line, and the mistakes found in it."""

    name: str
    today: str
    by: str | None
    latest: datetime | None = None
    """The latest possible time of a verdict."""
    problems: list[Problem] = field(default_factory=list)
    are_listed: bool = False
    """Whether a list command wrote the file."""

    def refuse(self, code: str, line: int | None, what: str, fix: str, column: str | None = None) -> None:
        self.problems.append(Problem(code, Place(self.name, line, column), what, fix))

    def end(self) -> None:
        if self.problems:
            raise ConfigError.of(self.problems)


@dataclass(frozen=True, slots=True)
class ReadFile(Generic[_Decision]):
    """The decisions of a file."""

    rows: tuple[tuple[int, _Decision], ...]
    """Each decision with its line."""
    are_listed: bool = False
    """Whether a list command wrote the file. Each row then states the type of its subject."""

    @property
    def decisions(self) -> tuple[_Decision, ...]:
        """The decisions alone."""
        return tuple(decision for _, decision in self.rows)


def read_verdict_file(
    path: Path,
    *,
    today: str,
    now: int | None = None,
    by: str | None = None,
    weeks: Sequence[str] = (),
    trim: bool = True,
) -> ReadFile[Verdict]:
    """Read a file of verdicts.

    Parameters
    ----------
    path
        CSV with ``verdict``, ``note``, one of ``ring_id`` and ``account_id`` filled in each row, and if wanted ``by``,
        ``week``, ``expires`` and ``at``; or what `graphlink verdicts list --format csv` wrote.
    today
        A day such as ``2026-11-24``.
    now
        The latest accepted time of a verdict, in microseconds since 1970; default: the end of the day.
    by
        The author of rows without an author.
    weeks
        The swept weeks; rows without a week refer to the last one.
    trim
        Whether reading removes spaces around ids.

    Returns
    -------
    ReadFile
        In the order of ``at``, then of rows; rows without ``at`` are given now and have 0.

    Raises
    ------
    ConfigError
        With every mistake of the file.
    """
    day_over = datetime.fromisoformat(today).replace(tzinfo=UTC) + timedelta(days=1)
    rows = _Rows(str(path), today, by, day_over if now is None else _EPOCH + timedelta(microseconds=now) + _LEEWAY)
    newest = weeks[-1] if weeks else ""
    found: dict[tuple[bool, str, int], tuple[int, Verdict]] = {}
    for line, read in _records(path, rows, (_VERDICT_COLUMNS, _LISTED_VERDICTS), needed=("verdict", "note")):
        row: Mapping[str, str] = {**read, f"{read['of']}_id": read["id"]} if rows.are_listed else read
        row = _trimmed(row) if trim else row
        ring, account = row.get("ring_id", ""), row.get("account_id", "")
        if bool(ring) == bool(account):
            rows.refuse("GL450", line, "a verdict is on a ring or an account", "fill one of ring_id and account_id")
            continue
        kind = row["verdict"].strip().lower()
        if kind not in list(VerdictKind):
            allowed = ", ".join(VerdictKind)
            rows.refuse("GL451", line, f"{row['verdict']!r} is not a verdict", f"write one of {allowed}", "verdict")
            continue
        if (of := row.get("week", "")) and not is_week(of):
            rows.refuse("GL450", line, f"{of!r} is no week", "write it as 2026-W47", "week")
            continue
        if of and of not in weeks:
            rows.refuse("GL450", line, f"no sweep had the week {of}", "name one that was swept, or none", "week")
            continue
        signed, at = _signed(rows, line, row), _given(rows, line, row)
        if signed is None or at is None:
            continue
        author, note, expires = signed
        verdict = Verdict(ring or account, bool(ring), VerdictKind(kind), author, note, of or newest, at, expires)
        of_time = at if rows.are_listed else 0  # a listing also has older verdicts, which count again when it expires
        _add(rows, found, (verdict.is_ring, verdict.subject, of_time), line, verdict)
    rows.end()
    in_order = sorted(found.values(), key=lambda pair: pair[1].at or _NOW)
    return ReadFile(tuple(in_order), rows.are_listed)


def read_list_file(path: Path, *, today: str, by: str | None = None, trim: bool = True) -> ReadFile[Listed]:
    """Read a file of accounts and signals.

    Parameters
    ----------
    path
        CSV with ``note`` and either ``account_id`` or ``signal_type`` and ``signal_value`` filled in each row, and if
        wanted ``by``, ``expires`` and ``match``: ``wildcard`` where ``*`` stands for any text, else ``exact``; or what
        `graphlink allow list --format csv` wrote.
    today, by, trim
        As for ``read_verdict_file``.

    Raises
    ------
    ConfigError
        With every mistake of the file.
    """
    rows = _Rows(str(path), today, by)
    found: dict[tuple[str | None, str, bool], tuple[int, Listed]] = {}
    for line, read in _records(path, rows, (_LIST_COLUMNS, _LISTED_ENTRIES), needed=("note",)):
        row = _entry(read) if rows.are_listed else read
        row = _trimmed(row) if trim else row
        account, kind, value = (row.get(name, "") for name in ("account_id", "signal_type", "signal_value"))
        if bool(account) == bool(kind) or bool(kind) != bool(value):
            what = "an entry is an account or a signal"
            rows.refuse("GL450", line, what, "fill account_id, or signal_type and signal_value")
            continue
        match = row.get("match") or _EXACT
        if match not in {_EXACT, _WILDCARD}:
            rows.refuse("GL450", line, f"{match!r} is not a way to match", f"write {_EXACT} or {_WILDCARD}", "match")
            continue
        signed = _signed(rows, line, row)
        if signed is None:
            continue
        author, note, expires = signed
        entry = Listed(account or value, author, note, kind or None, match == _WILDCARD, expires=expires)
        _add(rows, found, (entry.signal_type, entry.value, entry.is_pattern), line, entry)
    rows.end()
    return ReadFile(tuple(found.values()), rows.are_listed)


def _trimmed(row: Mapping[str, str]) -> Mapping[str, str]:
    """A row with its ids and values trimmed as reading trims exports."""
    return {name: cell.strip() if name in _NAMES else cell for name, cell in row.items()}


def checked_day(text: str) -> str:
    """Check a day.

    Raises
    ------
    ValueError
        If it does not have the form 2027-05-01.
    """
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError
    return text


def _entry(row: Mapping[str, str]) -> Mapping[str, str]:
    """A listed entry under the column names of entry files."""
    if row["of"] == "account":
        return {**row, "account_id": row["value"]}
    return {**row, "signal_type": row["of"], "signal_value": row["value"]}


def _records(
    path: Path, rows: _Rows, forms: tuple[tuple[str, ...], tuple[str, ...]], *, needed: tuple[str, ...]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows of a file, each with the line on which it ends. Nothing if the header is wrong.

    ``forms`` are the columns allowed in a file, and the columns of a listing.
    """
    table = read_small_table(path, "decisions", partial(rows.refuse, "GL450"))
    _, header = next(table, (0, []))
    if rows.problems and not header:
        return
    rows.are_listed = _LISTED in header
    columns = forms[rows.are_listed]
    needed = columns if rows.are_listed else needed
    unknown = [name for name in header if name not in columns]
    missing = [name for name in needed if name not in header]
    for names, what in ((unknown, "unknown"), (missing, "missing")):
        for name in names:
            rows.refuse("GL450", 1, f"column {name!r} is {what}", f"the columns are {', '.join(columns)}")
    if rows.problems:
        return
    for line, cells in table:
        row = dict(zip(header, map(_unguarded, cells) if rows.are_listed else cells, strict=True))
        if rows.are_listed and any(_CODE_POINT in cell for name, cell in row.items() if name not in _WRITTEN_BY_PEOPLE):
            what = f"a letter that cannot be seen stands by its number, as in `{_CODE_POINT}200B}}`"
            rows.refuse("GL450", line, what, "take the row out, and decide by the command itself")
            continue
        yield line, row


_WRITTEN_BY_PEOPLE: Final = ("note", "by")
_CODE_POINT: Final = r"\u{"
"""A listing's escape for an invisible character, which does not identify the original id."""


def _unguarded(cell: str) -> str:
    """Remove the apostrophe that a listing puts before text that a spreadsheet would run."""
    return cell[1:] if is_guarded(cell) else cell


def _signed(rows: _Rows, line: int, row: Mapping[str, str]) -> tuple[str, str, str | None] | None:
    """Author, reason and expiry of a row. None if one of them is wrong."""
    author, note = row.get("by", "").strip() or rows.by or "", row["note"].strip()
    for name, text in (("by", author), ("note", note)):
        if not text:
            rows.refuse("GL455", line, f"`{name}` is empty", "say who decided, and why", name)
        elif len(text) > _LONGEST[name] and not rows.are_listed:
            rows.refuse("GL450", line, f"{len(text):,} characters, of at most {_LONGEST[name]:,}", "shorten it", name)
    expires = row.get("expires", "").strip() or None
    if expires is not None:
        try:
            checked_day(expires)
        except ValueError:
            rows.refuse("GL450", line, f"{expires!r} is no day", "write it as 2027-05-01", "expires")
            return None
        if expires < rows.today and not rows.are_listed:
            rows.refuse("GL452", line, f"expired on {expires}", "decide again, or remove the row", "expires")
            return None
    return (author, note, expires) if author and note else None


def _given(rows: _Rows, line: int, row: Mapping[str, str]) -> int | None:
    """The time of a row in microseconds since 1970, or 0 for now if the row has none."""
    text = row.get("at", "").strip()
    if not text:
        return 0
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        rows.refuse("GL450", line, f"{text!r} is no time", "write it as 2026-11-24T10:30:00Z", "at")
        return None
    at = at.replace(tzinfo=at.tzinfo or UTC)
    wrong = "is in the future" if rows.latest and at >= rows.latest else "is the zero of clocks" if at <= _EPOCH else ""
    if wrong:
        rows.refuse("GL450", line, f"{text!r} {wrong}", "write when it was given, in UTC, or leave it empty", "at")
        return None
    return microseconds_of(at)


def _add(rows: _Rows, found: dict[_Key, tuple[int, _Decision]], key: _Key, line: int, decision: _Decision) -> None:
    """Add a decision. A repeated decision counts once; two different ones are a conflict."""
    first, known = found.pop(key, (line, decision))
    found[key] = (line, decision)
    if replace(known, at=decision.at) != decision:
        rows.refuse("GL453", line, f"decides differently from line {first} on the same subject", "keep one of the two")
