"""Changes of a state in processes of their own, so that tests can kill them or fail their system calls.

``python state_operation.py`` is a warm process; each child is told OPERATION FOLDER.
"""

from __future__ import annotations

import sys
from pathlib import Path

from graphlink.sweeps.state.open_state import Opening, open_state
from graphlink.sweeps.state.restoring import restore_state
from graphlink.sweeps.state.schema import SCRIPTS, objects_of, tables_of

sys.path.insert(0, str(Path(__file__).parent))

from state_worlds import CAT, DAY, lineage, record, ring
from warm_process import serve

NEXT = (
    *SCRIPTS,
    """
-- The next version, which only tests know.
ALTER TABLE sweeps ADD COLUMN n_closed INTEGER;
CREATE TABLE watchers (
    generation INTEGER NOT NULL REFERENCES changes (generation),
    account INTEGER NOT NULL REFERENCES names (name),
    PRIMARY KEY (generation, account)
) STRICT, WITHOUT ROWID;
CREATE VIEW watched AS SELECT n.value AS account_id FROM watchers JOIN names AS n ON n.name = watchers.account;
""",
)


def sweep(folder: Path) -> None:
    with open_state(folder) as state:
        if len(state.sweeps()) < 3:
            state.record_sweep(record("2026-W03"), lineage(ring("2026-W03", "ann", "bob", "dan", "fay")))


def back_up(folder: Path) -> None:
    with open_state(folder) as state:
        state.back_up()


def forget(folder: Path) -> None:
    with open_state(folder) as state:
        state.forget(CAT, by="maria", at=3 * DAY, note=f"{CAT} asked for it")


def upgrade(folder: Path) -> None:
    with open_state(folder, Opening(scripts=NEXT)):
        pass


def restore(folder: Path) -> None:
    restore_state(folder)


OPERATIONS = {each.__name__: each for each in (sweep, back_up, forget, upgrade, restore)}


def main(name: str, folder: str) -> int:
    OPERATIONS[name](Path(folder))
    return 0


if __name__ == "__main__":
    for scripts in (SCRIPTS, NEXT):  # each opening asks for them: a third of its time
        objects_of(scripts), tables_of(scripts)
    serve(main)
