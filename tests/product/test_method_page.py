"""The page about the parameters names the defaults that are in force, and its pictures are made from points."""

import importlib
import re
import tomllib

import pytest

from graphlink.config.method import Method


@pytest.fixture
def method(monkeypatch, root):
    monkeypatch.syspath_prepend(root / "benchmarks")
    return importlib.import_module("method")


@pytest.mark.parametrize("name", ["passing_share", "mixing", "campaign_cover", "chance_share"])
def test_the_page_names_the_defaults_in_force(root, name):
    text = (root / "docs" / "method.md").read_text()
    value = getattr(Method(), name)
    assert f"`{name}`, {value}" in text or f"`{name}` ({value})" in text


def test_every_setting_that_is_moved_passes_its_default(method):
    for sweep in method.main_sweeps():
        default = getattr(Method(), sweep.title, None)
        assert default is None or (default in sweep.steps and sweep.default == f"{default:g}")
        assert list(sweep.steps) == sorted(sweep.steps)


def test_the_page_has_the_figures_of_the_card_with_each_maker_held_out(root):
    """In the head of the card a row has two figures more: groups, and honest accounts."""
    head = (root / "graphlink" / "rings" / "scorecard.toml").read_text()
    page = (root / "docs" / "method.md").read_text()
    rows = [line[1:].split() for line in head.splitlines() if re.match(r"# +\w+ +(whole|degraded) ", line)]
    assert rows
    for maker, export, worlds, _, rings, wrong, rate, _, found, large, precision, brier, ece in rows:
        rounded = f"{float(rate):.1f} | {float(found):.2f} | {float(large):.2f} | {float(precision):.2f}"
        assert f"| {maker} | {export} | {worlds} | {rings} | {wrong} | {rounded} | {brier} | {ece} |" in page
    card = tomllib.loads(head)["held_out"]
    assert f"a is \N{MINUS SIGN}{-card['start']:.2f} and b {card['slope']:.2f}" in page
