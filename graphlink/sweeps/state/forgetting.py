"""Forget an account, and prune rings that ended long ago: remove the names and rewrite the file.

References keep their number and digests keep the keyed hash, so the chain stays valid. Without the key, the name can
neither be read nor found by trying.
"""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graphlink.engine.files import sync
from graphlink.sweeps.state.backup import back_up, list_copies
from graphlink.sweeps.state.chain import read_head
from graphlink.sweeps.state.checking import connect
from graphlink.sweeps.state.ledger import (
    Ledger,
    change,
    find_name,
    insert,
    is_forgotten,
    only_writer_of,
    sqlite_errors,
    still_sealed,
    take_out,
)
from graphlink.sweeps.state.seal import break_seal, set_seal

FORGOTTEN: Final = "this account was forgotten, and nothing about it is kept"
"""The reason for refusing a decision on such an account."""

# Evidence that exists for this account alone: the tables, and how their rows refer to the account.
_OWN_EVIDENCE: Final = """
SELECT signal FROM verdict_signals JOIN verdicts USING (generation, position) WHERE account = :account
UNION SELECT signal FROM list_signals JOIN list_changes USING (generation, position) WHERE subject = :account
UNION SELECT signal FROM met_signals WHERE account = :account
UNION SELECT signal FROM evader_signals WHERE account = :account
"""
_SHARED_EVIDENCE: Final = """
SELECT signal FROM signal_records
UNION SELECT subject FROM list_changes
UNION SELECT signal FROM verdict_signals JOIN verdicts USING (generation, position) WHERE account IS NOT :account
UNION SELECT signal FROM list_signals JOIN list_changes USING (generation, position) WHERE subject <> :account
UNION SELECT signal FROM met_signals WHERE account <> :account
UNION SELECT signal FROM evader_signals WHERE account <> :account
"""
_NOTES: Final = """
SELECT note FROM (
    SELECT note FROM verdicts WHERE account = :account UNION SELECT note FROM list_changes WHERE subject = :account
) EXCEPT SELECT note FROM verdicts WHERE account IS NOT :account
EXCEPT SELECT note FROM list_changes WHERE subject <> :account
EXCEPT SELECT note FROM changes
"""
_LONG_ENDED: Final = """
SELECT ring_id FROM (SELECT *, max(generation) FROM ring_records GROUP BY ring_id) JOIN sweeps USING (generation)
WHERE NOT gone AND status = 'ended' AND week < :before
EXCEPT SELECT ring_id FROM verdicts EXCEPT SELECT ring_id FROM pruned
"""
"""Rings that ended before a week. An ended ring gets no more records, so its newest record is of the week it ended."""
_UNUSED: Final = """
SELECT name FROM names WHERE value IS NOT NULL AND kind <> 'note' AND name IN (
    SELECT account FROM member_records WHERE ring_id IN (SELECT ring_id FROM pruned)
    UNION SELECT signal FROM signal_records WHERE ring_id IN (SELECT ring_id FROM pruned)
) AND name NOT IN (
    SELECT account FROM member_records WHERE ring_id NOT IN (SELECT ring_id FROM pruned)
    UNION SELECT signal FROM signal_records WHERE ring_id NOT IN (SELECT ring_id FROM pruned)
    UNION SELECT account FROM verdicts WHERE account IS NOT NULL
    UNION SELECT account FROM verdict_members UNION SELECT signal FROM verdict_signals
    UNION SELECT subject FROM list_changes UNION SELECT signal FROM list_signals
    UNION SELECT account FROM met_signals UNION SELECT signal FROM met_signals
    UNION SELECT account FROM evaders UNION SELECT account FROM evader_signals UNION SELECT signal FROM evader_signals
)
"""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The forgotten names, and the copies that still hold the account."""

    was_known: bool
    n_names: int
    """Number of removed names: the account's id, notes about it, signals kept for it alone."""
    n_wildcards: int
    """Number of these that are wildcards with the id. They no longer count on their lists."""
    copies: tuple[Path, ...]
    """Files that hold the id: backups, set-aside states, and leftovers of an interrupted restore or backup."""


def forget_account(ledger: Ledger, account_id: str, *, by: str, at: int, note: str) -> Forgotten:
    """Remove an account from the state. A second call changes nothing more.

    Raises
    ------
    LockedError, MachineError, StateError
        If the state cannot be written; it is then either unchanged or complete.
    """
    account = find_name(ledger, "account", account_id)
    names, texts = _names_about(ledger, account, account_id)
    if names or texts:
        with change(ledger, "forget", by, at, without_names(note, [account_id])) as generation:
            insert(ledger, "forgotten", [(generation, name) for name in names])
            take_out(ledger, generation, (*names, *texts))
    rewrite(ledger)
    n_wildcards = len(_wildcards(ledger.connection).intersection(texts))
    return Forgotten(account is not None, len(names) + len(texts), n_wildcards, copies_with(ledger, account_id))


def erase_copies(ledger: Ledger, account_id: str, before: Iterable[Path]) -> tuple[Path, ...]:
    """Write a new backup, delete all other copies that hold an account, and return them.

    ``before`` are those that held it when it was forgotten (``Forgotten.copies``).
    """
    back_up(ledger)  # which may delete some itself
    with only_writer_of(ledger):
        paths = copies_with(ledger, account_id)
        for path in paths:
            path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
            path.unlink(missing_ok=True)
        for folder in {path.parent for path in paths}:
            sync(folder)
    return tuple(sorted(path for path in {*before, *paths} if not path.exists()))


def prune_rings(ledger: Ledger, before: str, *, by: str, at: int, note: str) -> int:
    """Remove the names of rings that ended before a week and have no verdict. Return the number of rings.

    The rings keep their sizes and events. An account that appears again gets a name again.
    """
    rings = [row[0] for row in ledger.connection.execute(_LONG_ENDED, {"before": before}).fetchall()]
    if rings:
        with change(ledger, "prune", by, at, note) as generation:
            insert(ledger, "pruned", [(generation, ring) for ring in sorted(rings)])
            take_out(ledger, generation, [row[0] for row in ledger.connection.execute(_UNUSED).fetchall()])
        rewrite(ledger)
    return len(rings)


def rewrite(ledger: Ledger) -> None:
    """Rewrite the file, so that no page holds removed names."""
    with only_writer_of(ledger), sqlite_errors(ledger.path):
        still_sealed(ledger)
        break_seal(ledger.folder, ledger.key, read_head(ledger.connection))
        ledger.connection.execute("VACUUM")
        set_seal(ledger.folder, ledger.connection, ledger.key)


def _names_about(ledger: Ledger, account: int | None, account_id: str) -> tuple[list[int], list[int]]:
    """The names to remove: the id, as account or signal, with the evidence kept for it alone; and texts about it.

    Texts get no tombstone, since a text that a person writes again is a new one.
    """
    names, texts = _naming(ledger.connection, account_id)
    if account is not None:
        bound = {"account": account}
        own = f"{_OWN_EVIDENCE} EXCEPT SELECT signal FROM ({_SHARED_EVIDENCE})"
        names |= {account, *(row[0] for row in ledger.connection.execute(own, bound))}
        texts |= {row[0] for row in ledger.connection.execute(_NOTES, bound)}
    kept = {row[0] for row in ledger.connection.execute("SELECT name FROM names WHERE value IS NOT NULL")}
    return sorted(name for name in names if not is_forgotten(ledger, name)), sorted((texts & kept) - names)


def _naming(connection: sqlite3.Connection, account_id: str) -> tuple[set[int], set[int]]:
    """Names equal to an account's id, and texts of people that contain it: notes and wildcards."""
    names: set[int] = set()
    texts: set[int] = set()
    wildcards = _wildcards(connection)
    holding = "SELECT name, kind, value FROM names WHERE instr(value, ?)"
    for name, kind, value in connection.execute(holding, (account_id,)):
        if kind == "note" or name in wildcards:
            texts |= {name} if names_account(value, account_id) else set()
        elif value == account_id:
            names.add(name)
    return names, texts


def _wildcards(connection: sqlite3.Connection) -> set[int]:
    return {row[0] for row in connection.execute("SELECT subject FROM list_changes WHERE is_pattern")}


def names_account(text: str, account_id: str) -> bool:
    """Whether a note or a wildcard contains an account's id as a separate word.

    Examples
    --------
    >>> names_account("asked by acc-17, see ticket", "acc-17"), names_account("acc-171 is fine", "acc-17")
    (True, False)
    >>> names_account("acc-17*", "acc-17"), names_account("acc-1*", "acc-17")
    (True, False)
    """
    return _as_word(account_id).search(text) is not None


def forgotten_among(ledger: Ledger, accounts: Iterable[str]) -> frozenset[str]:
    """Select the accounts that were forgotten on request."""
    names = {account: find_name(ledger, "account", account) for account in accounts}
    return frozenset(account for account, name in names.items() if name is not None and is_forgotten(ledger, name))


def without_names(text: str, accounts: Iterable[str]) -> str:
    """Replace the ids of forgotten accounts in a note.

    Examples
    --------
    >>> without_names("acc-17 asked in case 4711, and acc-171 is fine", ["acc-17"])
    '[forgotten] asked in case 4711, and acc-171 is fine'
    """
    for account in sorted(accounts, key=lambda each: (-len(each), each)):  # one id may be the start of another
        text = _as_word(account).sub("[forgotten]", text)
    return text


def _as_word(account_id: str) -> re.Pattern[str]:
    """A pattern for an id without a letter or digit beside it."""
    return re.compile(rf"(?<![^\W_]){re.escape(account_id)}(?![^\W_])")


def copies_with(ledger: Ledger, account_id: str) -> tuple[Path, ...]:
    """Find the backups, set-aside states and leftovers that hold an account or cannot be read."""
    copies = (*list_copies(ledger.folder), *sorted(ledger.folder.rglob(".tmp-*")))
    return tuple(path for path in copies if _holds(path, account_id))


def _holds(path: Path, account_id: str) -> bool:
    """Whether a copy holds an account. A copy that cannot be read counts as holding it."""
    try:
        with connect(path, read_only=True) as connection:
            return any(_naming(connection, account_id))
    except sqlite3.Error:
        return True
