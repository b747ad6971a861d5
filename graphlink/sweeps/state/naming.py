"""Which account a person means: known ids close to an unknown one, and raw names where sweeps use pseudonyms.

An id that lost its leading zeros in a spreadsheet matches nobody, so a decision on it has no effect. A raw name in a
pseudonymised state would reveal what the pseudonyms hide.
"""

import difflib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from graphlink.engine.ranks import ranked
from graphlink.model.fields import ACCOUNT
from graphlink.reading.pseudonyms import MARK, can_be_pseudonym
from graphlink.results.stored_schema import ACCOUNTS
from graphlink.sweeps.state.decisions import is_known
from graphlink.sweeps.state.ledger import Ledger
from graphlink.words.errors import UNREADABLE
from graphlink.words.escape import printable

RAW: Final = "sweeps of this state use pseudonyms, and this is not one"
TO_PSEUDONYM: Final = (
    "write what `graphlink pseudonym TYPE NAME --key-file KEY` prints; an account's TYPE is account_id"
)

_NEAREST: Final = 3
_NEAR: Final = 0.8
"""The similarity of two ids that differ in one or two letters."""
_CANDIDATES: Final = 5_000
"""Ids to compare letter by letter: enough for one typing mistake, and fast."""
_FURTHER: Final = 2
"""The largest difference in length."""


def known_accounts(ledger: Ledger, run_folder: Path) -> pa.StringArray:
    """Ids of accounts that sweeps found in rings, and of all accounts that a run read, if its table tells them."""
    import pyarrow.parquet as pq  # noqa: PLC0415  needed only for ids that are in no ring

    sql = "SELECT value FROM names WHERE value IS NOT NULL AND name IN (SELECT account FROM member_records)"
    ids = [pa.array([row[0] for row in ledger.connection.execute(sql)], pa.string())]
    table = run_folder / ACCOUNTS.file
    with suppress(*UNREADABLE):  # missing or damaged, it proposes nothing
        ids += pq.read_table(table, columns=["account_id"])["account_id"].cast(pa.string()).chunks
    return ranked(pa.concat_arrays(ids))[0]


def near_accounts(known: pa.StringArray, account: str) -> tuple[str, ...]:
    """Known ids similar to this one. None if this one is known.

    Ids that differ only in leading zeros, case or surrounding spaces come first.

    Examples
    --------
    >>> known = pa.array(["00000495", "00000945", "zoe"])
    >>> near_accounts(known, "495"), near_accounts(known, "00000496"), near_accounts(known, "zoe")
    (('00000495',), ('00000495',), ())
    """
    if pc.any(pc.equal(known, account)).as_py():
        return ()
    plain = pc.utf8_ltrim(pc.utf8_lower(pc.utf8_trim_whitespace(known)), "0")
    same = sorted(known.filter(pc.equal(plain, account.strip().lower().lstrip("0"))).to_pylist())
    half = (len(account) + 1) // 2
    halves = pc.or_(pc.starts_with(known, account[:half]), pc.ends_with(known, account[half:]))
    as_long = pc.less_equal(pc.abs(pc.subtract(pc.utf8_length(known), len(account))), _FURTHER)
    slips = sorted(known.filter(pc.and_(halves, as_long)).to_pylist())[:_CANDIDATES]
    return tuple(dict.fromkeys([*same, *difflib.get_close_matches(account, slips, _NEAREST, _NEAR)]))[:_NEAREST]


def list_near(names: Sequence[str]) -> str:
    """A phrase that lists similar names.

    Examples
    --------
    >>> list_near(["00000495"]), list_near(["ann", "anna"])
    ('near is 00000495', 'near are ann, anna')
    """
    return f"near {'is' if len(names) == 1 else 'are'} {', '.join(printable(name) for name in names)}"


def has_pseudonyms(ledger: Ledger) -> bool:
    """Whether the newest sweep used pseudonyms."""
    row = ledger.connection.execute("SELECT key_id FROM sweeps ORDER BY generation DESC LIMIT 1").fetchone()
    return row is not None and bool(row[0])


def is_raw(ledger: Ledger, value: str, signal_type: str | None = None, *, is_pattern: bool = False) -> bool:
    """Whether an account or value is a raw name although the newest sweep used pseudonyms."""
    if not has_pseudonyms(ledger):
        return False
    if is_pattern:
        return not value.lstrip("*@").startswith(MARK)
    kind = "account" if signal_type is None else "signal"
    return not (can_be_pseudonym(signal_type or ACCOUNT, value) or is_known(ledger, kind, value, signal_type or ""))
