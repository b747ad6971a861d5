"""The page of promises names tests that exist, and every promise."""

import re

import pytest


@pytest.fixture(scope="module")
def page(root) -> str:
    return (root / "docs" / "security.md").read_text(encoding="utf-8")


def rows(page: str, letter: str) -> dict[str, list[str]]:
    """The tests named in each row of the promises (P) or of the changes to the input (T)."""
    found = re.findall(rf"^\| ({letter}\d+) \|(.*)$", page, re.MULTILINE)
    return {name: re.findall(r"`([\w/]*test_\w+\.py::\w+)`", rest) for name, rest in found}


@pytest.mark.parametrize(("letter", "last"), [("P", 25), ("T", 15)])
def test_every_promise_has_a_row_and_every_row_a_test(page, letter, last):
    found = rows(page, letter)
    assert list(found) == [f"{letter}{number}" for number in range(1, last + 1)]
    assert not [name for name, tests in found.items() if not tests]


def test_every_test_that_is_named_exists(page, root):
    named = set(re.findall(r"`([\w/]*test_\w+\.py)::(\w+)`", page))
    assert len(named) > 50
    lost = [
        f"{file}::{test}"
        for file, test in sorted(named)
        if not re.search(rf"^def {test}\(", (root / "tests" / file).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert lost == []


def test_every_promise_says_when_its_tests_were_seen_to_pass(page):
    assert len(re.findall(r"^\| P\d+ .*\| 20\d\d-\d\d-\d\d \|$", page, re.MULTILINE)) == 25


def test_every_command_that_is_named_is_in_the_makefile(page, root):
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b(?! test)", page)) <= targets
