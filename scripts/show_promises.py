"""Run the tests that ``docs/security.md`` names for each promise, and say of each promise whether it holds.

With ``--date``, each promise of which every test passed gets the day of this run; the others keep theirs.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, Literal

import pytest

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "security.md"
_ROW: Final = re.compile(r"^\| (?P<name>[PT]\d+) \|(?P<rest>.*)$", re.MULTILINE)
_TEST: Final = re.compile(r"`([\w/]*test_\w+\.py::\w+)`")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d \|$")

Outcome = Literal["passed", "failed", "skipped"]


class Record:
    """What became of each test, by ``file::name``; all values of a parameter are one test."""

    def __init__(self) -> None:
        self.outcomes: dict[str, list[Outcome]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the outcome of a call, and of a setup or teardown that went wrong."""
        if report.when == "call" or report.outcome != "passed":
            path, _, name = report.nodeid.partition("::")
            self.outcomes[f"{Path(path).name}::{name.partition('[')[0]}"].append(report.outcome)


def main() -> int:
    """Run the tests, and print a line for each promise and each change to the input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="P1", help="promises to show; all unless given")
    parser.add_argument("--date", action="store_true", help="write the day into the page where everything passed")
    asked = parser.parse_args()
    page = PAGE.read_text(encoding="utf-8")
    promised = {name: tests for name, tests in named_tests(page).items() if name in asked.names or not asked.names}
    tests = sorted({test for each in promised.values() for test in each})
    record = Record()
    pytest.main(["-q", "--numprocesses", "2", *(f"{ROOT}/tests/{test}" for test in tests)], plugins=[record])
    kept = {name for name, each in promised.items() if all(is_shown(record.outcomes.get(test)) for test in each)}
    for name, each in promised.items():
        print("\n".join(told(name, each, record.outcomes)))
    if asked.date:
        PAGE.write_text(dated(page, kept, datetime.now(UTC).date()), encoding="utf-8")
    print(f"{len(kept)} of {len(promised)} are shown")
    return int(len(kept) < len(promised))


def named_tests(page: str) -> dict[str, list[str]]:
    """Give the tests that the page names for each promise (P) and each change to the input (T).

    Examples
    --------
    >>> named_tests("| P1 | The same. | `test_a.py::test_b`<br>`test_c.py::test_d` | 2026-01-01 |")
    {'P1': ['test_a.py::test_b', 'test_c.py::test_d']}
    """
    return {row["name"]: _TEST.findall(row["rest"]) for row in _ROW.finditer(page)}


def is_shown(outcomes: list[Outcome] | None) -> bool:
    """Whether a test ran and passed, whatever its parameters; one that was skipped shows nothing.

    Examples
    --------
    >>> is_shown(["passed", "passed"]), is_shown(["passed", "skipped"]), is_shown(None)
    (True, False, False)
    """
    return bool(outcomes) and set(outcomes or ()) == {"passed"}


def told(name: str, tests: list[str], outcomes: dict[str, list[Outcome]]) -> list[str]:
    """Say whether a promise is shown, and of the tests that do not show it why.

    Examples
    --------
    >>> told("P1", ["test_a.py::test_b"], {"test_a.py::test_b": ["passed", "failed"]})
    ['P1   NOT SHOWN  1 of 2 passed', '       test_a.py::test_b: passed, failed']
    """
    found = [outcome for test in tests for outcome in outcomes.get(test, [])]
    lacking = [test for test in tests if not is_shown(outcomes.get(test))]
    counted = f"{found.count('passed')} of {len(found)} passed"
    verdict = f"{name:<4} {'NOT SHOWN' if lacking else 'shown    '}  {counted}"
    return [
        verdict,
        *(
            f"       {test}: {', '.join(sorted(set(outcomes.get(test, [])), reverse=True)) or 'did not run'}"
            for test in lacking
        ),
    ]


def dated(page: str, kept: set[str], day: date) -> str:
    """Write a day into the rows of promises that are shown.

    Examples
    --------
    >>> dated("| P1 | The same. | `test_a.py::test_b` | 2026-01-01 |", {"P1"}, date(2026, 2, 3))
    '| P1 | The same. | `test_a.py::test_b` | 2026-02-03 |'
    """
    return _ROW.sub(lambda row: _DATE.sub(f"{day} |", row[0]) if row["name"] in kept else row[0], page)


if __name__ == "__main__":
    sys.exit(main())
