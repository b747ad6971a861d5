"""Bringing an older state to the newest version: after a verified backup, in one transaction, its content unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlink.sweeps.state.backup import write_backup
from graphlink.sweeps.state.chain import digest_content, find_break
from graphlink.sweeps.state.ledger import only_writer_of, rewritten
from graphlink.sweeps.state.schema import apply_script, objects_in, objects_of
from graphlink.words.errors import Place, StateError

if TYPE_CHECKING:
    from graphlink.sweeps.state.ledger import Ledger


def upgrade(ledger: Ledger, version: int) -> None:
    """Upgrade a state that was checked by its own version.

    Raises
    ------
    StateError
        If the upgraded state would not know the same; it is then as it was.
    """
    connection, scripts = ledger.connection, ledger.scripts
    with only_writer_of(ledger):
        if connection.execute("PRAGMA user_version").fetchone()[0] != version:
            return  # another process was faster
        write_backup(ledger, f"before-v{len(scripts)}", scripts[:version])
        with rewritten(ledger):
            before = digest_content(connection, scripts[:version])
            for script in scripts[version:]:
                apply_script(connection, script)
            connection.execute(f"PRAGMA user_version = {len(scripts)}")
            _check(ledger, before, version)


def _check(ledger: Ledger, before: str, version: int) -> None:
    connection, scripts = ledger.connection, ledger.scripts
    wrong = find_break(connection, scripts, ledger.key)
    if objects_in(connection) != objects_of(scripts):
        wrong = "the schema is another one"
    elif digest_content(connection, scripts[:version]) != before:
        wrong = "the content is another one"
    elif connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        wrong = "rows refer to nothing"
    if wrong:
        raise StateError(
            "GL702", Place(str(ledger.path)), f"the upgrade failed: {wrong}", "report it; the state is as it was"
        )
