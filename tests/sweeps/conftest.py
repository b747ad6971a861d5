"""What tests of the sweeps' commands share."""

import shutil

import pytest
from state_worlds import two_weeks
from sweep_worlds import sweep, write_world

from graphlink.__main__ import run
from graphlink.words.errors import ExitCode


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The state of two weeks, beside which the commands run."""
    monkeypatch.chdir(tmp_path)
    two_weeks(tmp_path / "state")
    return tmp_path / "state"


@pytest.fixture
def says(capsys):
    """Run a command and return what it says: ``out`` and ``err``."""

    def says(*words, code=ExitCode.DONE):
        capsys.readouterr()
        assert run([*words]) == code
        return capsys.readouterr()

    return says


@pytest.fixture(scope="module")
def swept(request, tmp_path_factory):
    """The settings of a world of which a module names the weeks that are exported and those that are swept."""
    exported, weeks = request.module.SWEPT
    settings = write_world(tmp_path_factory.mktemp("swept") / "world", exported)
    for number, week in enumerate(weeks):
        sweep(settings, week, init=number == 0)
    return settings


@pytest.fixture
def world(swept, tmp_path):
    """A copy of it that a test may change."""
    return shutil.copytree(swept.parent, tmp_path / "world", symlinks=True) / swept.name
