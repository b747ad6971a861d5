"""Alter the rules one place at a time and ask in one process whether a test notices.

mutmut makes the altered copies and can try them itself, each in a process of its own that collects the tests again.
Here one session of pytest holds all copies, and each is switched on by its name: what takes mutmut hours takes minutes.
Tests that noticed something lately are asked first, then the quick ones.
"""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
import time
from collections import Counter
from contextlib import redirect_stdout
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from _pytest.runner import runtestprotocol
from mutmut.__main__ import create_mutants, store_lines_covered_by_tests
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, setup_source_paths, walk_mutatable_files

if TYPE_CHECKING:
    from types import FrameType

ROOT: Final = Path(__file__).resolve().parents[1]
COPY: Final = ROOT / "mutants"
LONGEST: Final = 300
"""Seconds after which an altered rule counts as noticed: it does not come to an end."""


class EndlessError(BaseException):
    """An altered rule does not come to an end; no ``except Exception`` of a test may keep it."""


class Trial:
    """Runs every test once as it is, and then again for each alteration until one fails."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.unnoticed: list[str] = []

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try all alterations."""
        took = {}
        for item in session.items:
            if not passes(item):
                raise pytest.UsageError(f"{item.nodeid} fails as it is")
            begun = time.perf_counter()
            passes(item)  # the first time, loops may have been compiled
            took[item] = time.perf_counter() - begun
        items = sorted(session.items, key=took.__getitem__)
        for name in self.names:
            set_mutant_under_test(name)
            noticed = next((item for item in items if not passes(item)), None)
            if noticed is None:
                self.unnoticed.append(name)
                print(name, file=sys.__stdout__, flush=True)  # at once: there may be an hour to go
            else:
                items.remove(noticed)
                items.insert(0, noticed)
        set_mutant_under_test("")
        return True


def main() -> int:
    """Make the copies, try those that are asked for, and list those that no test notices."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "pattern", nargs="?", default="*", help="names of alterations, such as 'graphlink.rings.verdict.*'"
    )
    parser.add_argument("tests", nargs="+", help="files of tests, from the root")
    parser.add_argument("--verbose", action="store_true", help="say what is copied")
    asked = parser.parse_args()
    with redirect_stdout(sys.stderr if asked.verbose else io.StringIO()):  # mutmut names every file that it copies
        names = [name for name in make_copies() if fnmatch(name, asked.pattern)]
    if not names:
        parser.error(f"nothing is called {asked.pattern}")
    os.chdir(COPY)
    sys.path[:0] = [str(COPY), str(COPY / "tests")]
    signal.signal(signal.SIGALRM, _give_up)
    trial = Trial(names)
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--timeout", "0", "--no-summary")
    with redirect_stdout(io.StringIO()) as said:  # it would say that no test ran, since none is logged
        ended = pytest.main([*options, *asked.tests], plugins=[trial])
    if ended is not pytest.ExitCode.OK:
        print(said.getvalue())
        return int(ended)
    of = Counter(name.split(".")[1] for name in names)
    left = Counter(name.split(".")[1] for name in trial.unnoticed)
    print(*(f"{module}: {n} tried, {left[module]} not noticed" for module, n in sorted(of.items())), sep="\n")
    return 0


def make_copies() -> list[str]:
    """Let mutmut make the altered copies of the files that pyproject.toml names; gives their names."""
    os.chdir(ROOT)
    COPY.mkdir(exist_ok=True)
    set_mutant_under_test("mutant_generation")
    copy_src_dir()
    copy_also_copy_files()
    setup_source_paths()
    store_lines_covered_by_tests()
    create_mutants(1)
    set_mutant_under_test("")
    names = []
    for path in walk_mutatable_files():
        made = SourceFileMutationData(path=path)
        made.load()
        names += list(made.exit_code_by_key)
    return names


def passes(item: pytest.Item) -> bool:
    """Run a test with fixtures of its own; what it has cached must not outlive the alteration."""
    if isinstance(item, pytest.Function):
        item._initrequest()  # noqa: SLF001  as plugins do that run a test again
    signal.alarm(LONGEST)
    try:
        return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))
    except EndlessError:
        return False
    finally:
        signal.alarm(0)


def _give_up(_: int, __: FrameType | None) -> None:
    raise EndlessError


if __name__ == "__main__":
    sys.exit(main())
