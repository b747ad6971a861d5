"""What exports are taken for: whatever their columns hold, the settings that are written read them."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphlink.config.settings import load_config
from graphlink.model.fields import FIELDS
from graphlink.model.reading import Reading
from graphlink.model.signal_types import BUILT_IN_TYPES
from graphlink.pipeline import read
from graphlink.reading.columns.layout import ALIASES
from graphlink.reading.columns.suggestions import NAMES
from graphlink.reading.guessing import guess_columns, settings_of

_TIMES = sorted({*ALIASES, *NAMES["moments"], "eventTimestamp", "loginTime"})
_NAMES = sorted({*_TIMES, *FIELDS[1:], *(each.name for each in BUILT_IN_TYPES), "email1", "ip_1", "ip_2"} - {"device"})
_CELLS = ("town {n}", "0{n}/02/2026 10:00", "n/a", "NULL", "", "{n}")


def read_as_guessed(folder: Path, **exports: list[str]) -> Reading:
    """Read exports by the settings that are written for them."""
    paths = [folder / f"{name}.csv" for name in exports]
    for path, rows in zip(paths, exports.values(), strict=True):
        path.write_text("\n".join([*rows, ""]))
    written = folder / "g.toml"
    written.write_text(settings_of(guess_columns(paths), [(path, str(path)) for path in paths]))
    return read([], load_config(written))


def log_of(names: list[str], cell: str) -> list[str]:
    rows = (f"u{n % 7},d{n % 3}" + f",{cell.replace('{n}', str(n))}" * len(names) for n in range(1, 40))
    return [",".join(["account_id", "device", *names]), *rows]


@pytest.mark.parametrize("name", _NAMES)
def test_no_column_keeps_an_export_from_being_read(tmp_path, name):
    for cell in _CELLS:
        reading = read_as_guessed(tmp_path, log=log_of([name], cell))
        assert (reading.rows.rejected, len(reading.sightings.accounts.ids)) == (0, 7)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(_NAMES), min_size=2, max_size=6, unique=True), st.sampled_from(_CELLS))
def test_nor_do_several_columns(names, cell):
    """One that is left out may make another count: of two moments none is read, and of one that one."""
    with TemporaryDirectory() as folder:
        assert read_as_guessed(Path(folder), log=log_of(names, cell)).rows.rejected == 0


def test_a_time_that_is_understood_comes_before_a_likelier_one_that_is_not(tmp_path):
    rows = [f"u{n % 7},d{n % 3},soon,2026-01-0{n % 9 + 1}T10:00:00Z" for n in range(40)]
    reading = read_as_guessed(tmp_path, log=["account_id,device,timestamp,login_time", *rows])
    assert (reading.sightings.first_seen[:] > 0).all()


def test_many_exports_are_compared_in_the_time_of_few(tmp_path):
    """20 exports of 20,000 rows took 39 s: all were compared again for each that may come first."""
    draw = Random(1)
    paths = [tmp_path / f"log{n}.csv" for n in range(20)]
    for n, path in enumerate(paths):
        rows = (f"k{draw.random()},u{draw.randrange(9_000)},s{draw.random()},d{row % 9}\n" for row in range(9_000))
        path.write_text(f"id,user_id,customer_id,device_{n}\n" + "".join(rows))
    began = process_time()
    found = guess_columns(paths)
    assert process_time() - began < 15
    assert {each.theirs for one in found for each in one.columns if each.ours == "account_id"} == {"user_id"}
