"""What of the published sweeps must go: those that name a forgotten account, and old rejected rows."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from graphlink.model.sweeps import SweepRecord
from graphlink.model.weeks import DAY
from graphlink.results.stored_schema import ACCOUNTS
from graphlink.sweeps.documents import BEFORE, LINEAGE, RULING
from graphlink.sweeps.state.forgetting import names_account
from graphlink.sweeps.state.verdict_targets import is_in_table
from graphlink.words.errors import UNREADABLE

_DOCUMENTS: Final = (BEFORE, LINEAGE, RULING)
REJECTS: Final = "rejects.jsonl"
_ESCAPED: Final = re.compile(r'(?:\\u[0-9a-fA-F]{4})+|\\["\\/bfnrt]')
"""JSON escapes of characters. The two halves of one character are matched together."""


def sweeps_naming(published: Path, names: Iterable[str], account_id: str) -> tuple[str, ...]:
    """Find the published sweeps that name an account.

    One table holds all accounts of a sweep. Other files hold accounts of earlier weeks and of decisions, and rejected
    rows.

    Parameters
    ----------
    published
        The folder of sweeps.
    names
        Names of the sweeps' folders. Folders that no longer exist are skipped.
    account_id
        The account's id as in the export.

    Returns
    -------
    tuple of str
        Names of folders. A folder that cannot be read is included.
    """
    return tuple(name for name in names if (published / name).is_dir() and _names(published / name, account_id))


def _names(folder: Path, account_id: str) -> bool:
    try:
        return (
            is_in_table(folder / ACCOUNTS.file, account_id)
            or any(account_id in _texts(json.loads((folder / name).read_bytes())) for name in _DOCUMENTS)
            or any(names_account(text, account_id) for text in _written(json.loads((folder / BEFORE).read_bytes())))
            or any(account_id in text for row in _rejected(folder / REJECTS) for text in _spellings(row))
        )
    except UNREADABLE:
        return True


def _texts(document: object) -> Iterator[str]:
    """Every text in a document, keys included."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        for key, value in document.items():
            yield from _texts(key)
            yield from _texts(value)
    elif isinstance(document, list):
        for each in document:
            yield from _texts(each)


def _written(before: dict[str, dict[str, list[dict[str, str]]]]) -> Iterator[str]:
    """Notes and wildcards that people wrote. Texts derived from them are in the same sweep."""
    decisions = before.get("decisions", {})
    for each in (each for kind in ("verdicts", "allowed", "known_bad") for each in decisions.get(kind, ())):
        yield each["note"]
        if each.get("is_pattern"):
            yield each["value"]


def _spellings(row: str) -> tuple[str, str, str]:
    r"""A row as it is, without the doubled quotes of CSV, and without JSON escapes. It may be incomplete.

    Examples
    --------
    >>> _spellings('"a""b",ip')[1], _spellings(r'{"account_id": "caf\u00e9\/9')[2]
    ('"a"b",ip', '{"account_id": "café/9')
    """
    return row, row.replace('""', '"'), _ESCAPED.sub(lambda found: str(json.loads(f'"{found[0]}"')), row)


def _rejected(path: Path) -> Iterator[str]:
    """The stored parts of rejected rows; ``prune`` deletes them."""
    if not path.exists():
        return
    for line in path.read_bytes().splitlines():
        record = json.loads(line)
        yield str(record.get("raw", ""))
        yield base64.b64decode(record.get("raw_base64", "")).decode("utf-8", "replace")


def old_rejects(sweeps: Sequence[SweepRecord], published: Path, now: int, n_days: int) -> tuple[Path, ...]:
    """Files of rejected rows in sweeps whose ``as_of`` is more than so many days ago."""
    paths = (published / sweep.folder / REJECTS for sweep in sweeps if sweep.as_of < now - n_days * DAY)
    return tuple(path for path in paths if path.is_file() and not path.is_symlink())
