"""The page about the parameters names the defaults that are in force, and its pictures are made from points."""

import importlib

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
