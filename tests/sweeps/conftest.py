"""What tests of the sweeps' commands share."""

import pytest
from state_worlds import two_weeks

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
