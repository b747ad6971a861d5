"""What the tests of questions share: a run of a campaign among strangers, and its folder, which no test changes."""

import shutil

import pytest
from questions_worlds import campaign_run, written

from graphlink.results.questions.folder import open_run


@pytest.fixture(scope="session")
def run():
    return campaign_run()


@pytest.fixture(scope="session")
def folder(run, tmp_path_factory):
    return written(run, tmp_path_factory.mktemp("questions") / "run")


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "copy")


@pytest.fixture(scope="module")
def asked(folder):
    with open_run(folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def number(run):
    return {name: i for i, name in enumerate(run.reading.sightings.accounts.ids.to_pylist())}
