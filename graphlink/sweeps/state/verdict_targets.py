"""Which ring, account or signal a decision refers to.

An unknown id in the form of a ring id is refused: as an account it would be stored and counted without any effect. An
unknown signal type is refused too. Signal values are normalised as in exports.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from graphlink.results.questions.typed_value import SET_ASIDE, is_full_card_number, read_value
from graphlink.results.stored_schema import ACCOUNTS
from graphlink.sweeps.state.decisions import is_known, resolve_ring, ring_beginning, rings_of
from graphlink.sweeps.state.forgetting import forgotten_among, names_account, without_names
from graphlink.sweeps.state.ledger import Ledger, find_name, newest
from graphlink.sweeps.state.naming import RAW, TO_PSEUDONYM, is_raw, list_near
from graphlink.sweeps.state.reading import swept_in
from graphlink.words.errors import UNREADABLE, ConfigError, Place, Problem
from graphlink.words.escape import printable

if TYPE_CHECKING:
    from pathlib import Path

    from graphlink.model.signals import SignalTable
    from graphlink.model.sweeps import Listed, Verdict
    from graphlink.sweeps.state.importing import ReadFile

Decision = TypeVar("Decision", "Verdict", "Listed")

_RUN_RING: Final = re.compile(r"R-[0-9A-F]{10,64}", re.IGNORECASE)
"""The id of a ring in a single run."""

_SWEEP_RING: Final = re.compile(r"R-[0-9]{4}-W[0-9]{2}-[0-9A-Z]+", re.IGNORECASE)
"""The id of a ring in sweeps."""

_NEAREST: Final = 3
_NEAR: Final = 0.85
"""The similarity of two ids that differ in one or two letters. The week alone gives two thirds."""


def mistaken_account(ledger: Ledger, account: str, run_folder: Path) -> str | None:
    """Say why an account id in the form of a ring id is wrong. None if a sweep or the run has that account."""
    if not (_RUN_RING.fullmatch(account.strip()) or _SWEEP_RING.fullmatch(account.strip())):
        return None
    if _is_account(ledger, account, run_folder):
        return None
    ring = resolve_ring(ledger, account)
    return unknown_ring(ledger, account) if ring is None else f"{ring} is a ring: `graphlink verdict {ring}` judges it"


def find_ring_id(ledger: Ledger, name: str, run_folder: Path | None = None) -> str:
    """The full id of the ring that a word of the command line means, which may be its beginning; else the word.

    ``run_folder`` is a run whose accounts may be meant too: an account's id is never the beginning of a ring id.

    Raises
    ------
    InputError
        GL505 if several ring ids begin so.
    """
    if resolve_ring(ledger, name) is not None:
        return name
    if run_folder is not None and _is_account(ledger, name, run_folder):
        return name
    return ring_beginning(ledger, name) or name


def _is_account(ledger: Ledger, account: str, run_folder: Path) -> bool:
    if is_known(ledger, "account", account):
        return True
    with suppress(*UNREADABLE):  # missing or damaged, the table tells of nobody
        return is_in_table(run_folder / ACCOUNTS.file, account)
    return False


def unknown_ring(ledger: Ledger, name: str) -> str:
    """A message that no sweep knows a ring of this id, with similar ids."""
    name = name.strip()
    known = [str(row[0]) for row in ledger.connection.execute("SELECT ring_id FROM ring ORDER BY ring_id")]
    near = difflib.get_close_matches(name.upper(), known, _NEAREST, _NEAR)
    shown = printable(name)
    if near:
        return f"no ring {shown} is known to sweeps; {list_near(near)}"
    if _RUN_RING.fullmatch(name):
        return f"{shown} looks like a ring id of a single run; sweeps give rings other ids (`graphlink rings`)"
    return f"no ring {shown} is known to sweeps, and no id is near it; `graphlink rings --all` lists them"


def resolve_verdicts(
    ledger: Ledger, read: ReadFile[Verdict], where: str, run_folder: Path, *, take_accounts: bool
) -> ReadFile[Verdict]:
    """Replace the ring ids of a file by their current ids.

    Raises
    ------
    ConfigError
        GL457 for each row with an unknown ring or, unless ``take_accounts``, an account in the form of a ring id;
        GL450 for each row whose week does not show its subject; GL459 for each raw id where sweeps use pseudonyms;
        GL453 for rows with different decisions on rings that have merged.
    """
    problems = []
    newest: dict[tuple[bool, str], tuple[str, int, Verdict]] = {}
    resolved: list[tuple[int, Verdict]] = []
    for line, verdict in read.rows:
        ring = resolve_ring(ledger, verdict.subject) if verdict.is_ring else None
        wrong = None
        if verdict.is_ring and ring is None:
            wrong = unknown_ring(ledger, verdict.subject)
        elif not verdict.is_ring and not take_accounts:
            wrong = mistaken_account(ledger, verdict.subject, run_folder)
        if wrong is None and (unlike := scope_mismatch(ledger, verdict.subject, ring, verdict.week)):
            problems.append(Problem("GL450", Place(where, line, "week"), unlike, "name another week, or none"))
        if wrong is not None:
            problems.append(_mistaken(where, line, wrong))
        elif not verdict.is_ring and is_raw(ledger, verdict.subject):
            problems.append(_raw(where, line))
        meant = replace(verdict, subject=ring or verdict.subject)
        named, first, known = newest.get((meant.is_ring, meant.subject), (verdict.subject, line, meant))
        newest[meant.is_ring, meant.subject] = (verdict.subject, line, meant)
        if named != verdict.subject:  # otherwise they follow each other in time
            resolved.remove((first, known))  # the newest comes last
            if replace(known, at=meant.at) != meant:
                what = f"decides differently from line {first} on what is one ring now"
                problems.append(Problem("GL453", Place(where, line), what, "keep one of the two"))
        resolved.append((line, meant))
    _refuse(problems)
    return replace(read, rows=tuple(resolved))


def leave_out_forgotten(ledger: Ledger, read: ReadFile[Verdict]) -> ReadFile[Verdict]:
    """Remove verdicts on forgotten accounts, and their ids from other notes."""
    gone = forgotten_among(ledger, (each.subject for each in read.decisions if not each.is_ring))
    kept = (row for row in read.rows if row[1].is_ring or row[1].subject not in gone)
    return replace(read, rows=tuple((line, _without_names(each, gone)) for line, each in kept))


def list_without_forgotten(ledger: Ledger, read: ReadFile[Listed]) -> ReadFile[Listed]:
    """Remove entries of forgotten accounts, wildcards with their ids, and their ids from other notes."""
    gone = forgotten_among(ledger, (each.value for each in read.decisions if each.signal_type is None))
    kept = (
        (line, each)
        for line, each in read.rows
        if each.value not in gone and not (each.is_pattern and any(names_account(each.value, name) for name in gone))
    )
    return replace(read, rows=tuple((line, _without_names(each, gone)) for line, each in kept))


def _without_names(decision: Decision, accounts: Collection[str]) -> Decision:
    return replace(decision, note=without_names(decision.note, accounts))


def check_accounts(ledger: Ledger, read: ReadFile[Listed], where: str, run_folder: Path) -> None:
    """Refuse a list with ring ids as accounts.

    Raises
    ------
    ConfigError
        GL457 for each such row.
    """
    accounts = [(line, each.value) for line, each in read.rows if each.signal_type is None and not each.is_pattern]
    wrong = ((line, mistaken_account(ledger, account, run_folder)) for line, account in accounts)
    _refuse([_mistaken(where, line, what) for line, what in wrong if what is not None])


def check_raw(ledger: Ledger, read: ReadFile[Listed], where: str) -> None:
    """Refuse a list with raw accounts or values where sweeps use pseudonyms.

    Raises
    ------
    ConfigError
        GL459 for each such row.
    """
    rows = (
        (line, is_raw(ledger, each.value, each.signal_type, is_pattern=each.is_pattern)) for line, each in read.rows
    )
    _refuse([_raw(where, line) for line, is_wrong in rows if is_wrong])


def read_signals(
    read: ReadFile[Listed], table: SignalTable, where: str, *, are_pseudonyms: bool = False
) -> ReadFile[Listed]:
    """Normalise the values of a list as in exports. Pseudonyms and wildcards stay unchanged.

    Raises
    ------
    ConfigError
        GL458 for each entry with an unknown type or an invalid value; GL453 for rows with different decisions on one
        normalised signal.
    """
    problems = []
    taken: dict[tuple[str | None, str, bool], tuple[int, Listed]] = {}
    for line, given in read.rows:
        entry, wrong = _read_entry(given, table, are_pseudonyms=are_pseudonyms)
        if wrong:
            fix = "correct it, or name the settings that declare the type with --config"
            if wrong.endswith(SET_ASIDE):
                fix = "leave it out: it matches nothing"
            problems.append(Problem("GL458", Place(where, line or None), wrong, fix))
        first, known = taken.setdefault((entry.signal_type, entry.value, entry.is_pattern), (line, entry))
        if known != entry:
            what = f"decides differently from line {first} on what is read as one signal"
            problems.append(Problem("GL453", Place(where, line), what, "keep one of the two"))
    _refuse(problems)
    return replace(read, rows=tuple(taken.values()))


def _read_entry(entry: Listed, table: SignalTable, *, are_pseudonyms: bool) -> tuple[Listed, str]:
    """The normalised entry, and what is wrong with it."""
    if entry.signal_type is None:
        return entry, ""
    if entry.signal_type not in table.types:
        near = difflib.get_close_matches(entry.signal_type, sorted(table.types), _NEAREST)
        told = f"; {list_near(near)}" if near else ""
        return entry, f"{printable(repr(entry.signal_type))} is no signal type{told}"
    if are_pseudonyms or entry.is_pattern:
        return entry, "" if are_pseudonyms else _of_no_card(entry)
    meant = read_value(table, entry.signal_type, entry.value)
    if meant.wrong:
        return entry, f"{printable(repr(entry.value))}: {meant.wrong}{_as_network(table, entry)}"
    values = [value for kind, value in meant.itself if kind == entry.signal_type]
    if not values:
        aside = f"{printable(repr(entry.value))}: {SET_ASIDE}" if meant.is_set_aside else ""
        return entry, _of_no_card(entry) or aside
    return (entry if entry.value in values else replace(entry, value=values[0])), ""


def _of_no_card(entry: Listed) -> str:
    """The problem with a value that holds a full card number."""
    if not is_full_card_number(entry.signal_type, entry.value.replace("*", "")):
        return ""
    if entry.is_pattern:
        return "a wildcard means no full card number, since reading keeps hashes of them"
    return "this card number is one for tests, of which reading keeps nothing"


def _as_network(table: SignalTable, entry: Listed) -> str:
    """The type to use for a network that was given as an address."""
    networks = read_value(table, "ip_prefix", entry.value).itself if entry.signal_type == "ip" else ()
    return "".join(f"; a network is `{kind} {value}`" for kind, value in networks[:1])


def is_in_table(path: Path, account: str) -> bool:
    """Whether a run's table of accounts has an account, in a ring or not."""
    import pyarrow.compute as pc  # noqa: PLC0415  needed only for ids in the form of a ring id, and for forgetting
    import pyarrow.parquet as pq  # noqa: PLC0415

    ids = pq.read_table(path, columns=["account_id"])["account_id"]
    return bool(pc.any(pc.equal(ids.cast("string"), account)).as_py())


def _mistaken(where: str, line: int, what: str) -> Problem:
    return Problem("GL457", Place(where, line), what, "correct the id; with --account, such ids mean accounts")


def _raw(where: str, line: int) -> Problem:
    return Problem("GL459", Place(where, line or None), RAW, TO_PSEUDONYM)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise ConfigError.of(problems)


_THEN: Final = "ring_id = :ring AND generation <= :then"
_PRUNED: Final = f"""
SELECT 1 FROM names WHERE value IS NULL AND name NOT IN (SELECT name FROM forgotten) AND name IN (
    SELECT account FROM {newest("member_records", _THEN, "account")}
    UNION SELECT signal FROM {newest("signal_records", _THEN, "signal")}
) LIMIT 1
"""


def scope_mismatch(ledger: Ledger, named: str, ring: str | None, week: str) -> str | None:
    """Say why a verdict cannot refer to a week's sweep. None if it can.

    Parameters
    ----------
    ledger
        The open state.
    named
        The id of the ring or account, as the person wrote it.
    ring
        The current id of the ring, None for an account.
    week
        The week of the sweep.
    """
    then = swept_in(ledger, week)
    if ring is None:
        account = find_name(ledger, "account", named)
        return _pruned(ledger, rings_of(ledger, account, then), then, week)
    known = resolve_ring(ledger, named, week=week)
    if known is None:
        born = ledger.connection.execute("SELECT born FROM ring WHERE ring_id = ?", (ring,)).fetchone()[0]
        return f"the sweep of {week} knew no ring {printable(named)}; {ring} is known since {born}"
    if known != ring:
        return f"what {week} showed as {known} has gone on as {ring} since, with others; judge it without a week"
    return _pruned(ledger, [ring], then, week)


def _pruned(ledger: Ledger, rings: Sequence[str], then: int, week: str) -> str | None:
    bound = [{"ring": ring, "then": then} for ring in rings]
    if not any(ledger.connection.execute(_PRUNED, each).fetchone() for each in bound):
        return None
    return f"names that {week} showed of it were pruned since; judge it by a newer week"
