"""What graphlink raises: it comes out of a pool of processes, and out of a copy, as it went in."""

import copy
import pickle
from pathlib import Path

import pytest

from graphlink.words import errors
from graphlink.words.errors import DestinationError, GraphlinkError, Place, Problem

KINDS = sorted(
    (kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, GraphlinkError)),
    key=lambda kind: kind.__name__,
)
PROBLEMS = (Problem("GL102", Place("a.csv", 3, "ip", 17), "empty", "export it"), Problem("GL103", Place("b"), "x", "y"))


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])  # noqa: S301
@pytest.mark.parametrize("kind", KINDS)
def test_every_error_survives_copy_and_pickle(kind, again):
    """A pool whose worker raised DestinationError waited for it for ever."""
    error = kind.of(PROBLEMS)
    error.add_note("while the week was read")
    other = again(error)
    assert type(other) is kind
    assert other.problems == PROBLEMS
    assert str(other) == str(error)
    assert other.__notes__ == ["while the week was read"]


def test_what_stands_in_the_way_is_still_a_file_that_exists_after_it_was_pickled():
    error = pickle.loads(pickle.dumps(DestinationError.at(Path("out"), "exists", "name another")))  # noqa: S301
    assert isinstance(error, FileExistsError)
    assert (error.code, error.where.name, error.errno) == ("GL829", "out", None)
