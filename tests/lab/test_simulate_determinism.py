"""The same seed gives the same bytes, and what is added to a world leaves the rest of it as it was."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from simulate_worlds import honest, world

from graphlink.lab.simulate import WorldRequest, load_parameters, parse_rings, simulate, text, write_world
from graphlink.lab.simulate.draws import open_part


def digests(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def write(folder, *, messy=False, **wishes):
    request = WorldRequest(rings=parse_rings("R1=80,R7=900,R9=120"), **wishes)
    write_world(simulate(n_accounts=4_000, seed=5, request=request), folder, messy=messy)
    return digests(folder)


@pytest.mark.parametrize(
    "wishes",
    [{}, {"weeks": 3}, {"n_victims": 3, "framing_types": 2}, {"messy": True}],
    ids=["plain", "weeks", "victims", "messy"],
)
def test_same_seed_same_bytes(tmp_path, wishes):
    assert write(tmp_path / "one", **wishes) == write(tmp_path / "two", **wishes)


def test_hash_seed_leaves_no_trace(tmp_path):
    for seed in ("0", "1"):
        asked = ("simulate", str(tmp_path / seed), "--accounts=2000", "--weeks=2", "--messy")
        subprocess.run(
            [sys.executable, "-m", "graphlink", *asked], check=True, capture_output=True, env={"PYTHONHASHSEED": seed}
        )
    assert digests(tmp_path / "0") == digests(tmp_path / "1")


def test_another_seed_gives_another_world():
    one, other = (simulate(n_accounts=2_000, seed=seed) for seed in (1, 2))
    assert (one.accounts.created != other.accounts.created).any()


def test_other_rings_leave_the_honest_as_they_were():
    one, other = world(n=20_000, rings="R1=300"), world(n=20_000, rings="R3=300")
    for mine, theirs in zip(one.tables, other.tables, strict=True):
        kept, left = honest(one)[mine.account], honest(other)[theirs.account]
        assert np.array_equal(mine.value[kept], theirs.value[left])
        assert np.array_equal(mine.first[kept], theirs.first[left])


def test_a_part_draws_by_its_name_alone():
    assert open_part(3, "home").rng.random() == open_part(3, "home").rng.random()
    assert open_part(3, "home").rng.random() != open_part(3, "mobile").rng.random()
    assert open_part(3, "home").rng.random() != open_part(4, "home").rng.random()


def test_row_order_tells_nothing_of_the_rings(tmp_path):
    some = world(n=20_000, rings="R7=4000")
    order = text.shuffle(some.exported, some.seed)
    place = np.flatnonzero(~honest(some)[order])
    assert abs(place.mean() / len(order) - 0.5) < 0.02


def test_parameters_of_another_set_are_drawn_within_its_ranges():
    for name in ("default", "cautious", "noisy", "bare"):
        parameters = load_parameters(name)
        for seed in range(5):
            drawn = parameters.draw(np.random.default_rng(seed))
            for section, numbers in parameters.ranges:
                for number, ends in numbers:
                    assert ends.low <= getattr(getattr(drawn, section), number) <= ends.high
