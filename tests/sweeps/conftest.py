"""What tests of the sweeps' commands share."""

import pytest

from graphlink.__main__ import run
from graphlink.words.errors import ExitCode


@pytest.fixture
def says(capsys):
    """Run a command and return what it says: ``out`` and ``err``."""

    def says(*words, code=ExitCode.DONE):
        capsys.readouterr()
        assert run([*words]) == code
        return capsys.readouterr()

    return says
