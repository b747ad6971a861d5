"""Changes of a state in processes of their own, so that tests can kill them or fail their system calls.

``python state_operation.py`` is a warm process; each child is told OPERATION FOLDER.
"""

import sys
from pathlib import Path

from graphlink.sweeps.state.backup import back_up
from graphlink.sweeps.state.forgetting import forget_account
from graphlink.sweeps.state.open_state import open_state
from graphlink.sweeps.state.reading import read_sweeps
from graphlink.sweeps.state.recording import record_sweep
from graphlink.sweeps.state.restoring import restore_state
from graphlink.sweeps.state.schema import digested_tables, expected_objects

sys.path[:0] = [str(Path(__file__).parents[1] / name) for name in ("fakes", "worlds")]

from state_worlds import CAT, DAY, lineage, record, ring  # noqa: E402  the path comes first
from warm_process import serve  # noqa: E402


def sweep(folder: Path) -> None:
    with open_state(folder) as state:
        if len(read_sweeps(state)) < 3:
            record_sweep(state, record("2026-W03"), lineage(ring("2026-W03", "ann", "bob", "dan", "fay")))


def backup(folder: Path) -> None:
    with open_state(folder) as state:
        back_up(state)


def forget(folder: Path) -> None:
    with open_state(folder) as state:
        forget_account(state, CAT, by="maria", at=3 * DAY, note=f"{CAT} asked for it")


def restore(folder: Path) -> None:
    restore_state(folder)


OPERATIONS = {each.__name__: each for each in (sweep, backup, forget, restore)}


def main(name: str, folder: str) -> int:
    OPERATIONS[name](Path(folder))
    return 0


if __name__ == "__main__":
    expected_objects(), digested_tables()  # each opening asks for them: a third of its time
    serve(main)
