"""Corners of reading that whole files seldom reach: kinds of times in columns, and streams that break."""

import os
import socket
from pathlib import Path

import pyarrow as pa
import pytest

from graphlink.config.settings import ReadingConfig
from graphlink.engine.files import open_export
from graphlink.model.times import NO_TIME
from graphlink.reading.columns.times import TimeRule, read_times
from graphlink.reading.formats.streams import ByteStream
from graphlink.words.errors import InputError, MachineError

DAY = 86_400_000_000


def test_times_of_every_type_of_column_are_read_alike():
    whole = pa.array([1767225600, None, 1767312000])
    text = pa.array(["2026-01-01T00:00:00Z", None, "2026-01-02T00:00:00Z"])
    columns = [
        whole,
        whole.cast(pa.string()),
        whole.cast(pa.string()).dictionary_encode(),
        text,
        text.dictionary_encode(),
        pa.array([20454, None, 20455], pa.int32()).cast(pa.date32()),
        pa.array([1767225600, None, 1767312000], pa.timestamp("s", "UTC")),
    ]
    for column in columns:
        assert read_times(column, TimeRule()).instants.tolist() == [20454 * DAY, NO_TIME, 20455 * DAY], column.type


def test_a_socket_and_a_pipe_are_no_files(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "socket"))
        for name in ("pipe", "socket"):
            with pytest.raises(InputError, match="GL104"):
                open_export(tmp_path / name, name)


def test_a_file_that_is_gone_is_a_matter_of_the_machine(tmp_path):
    with pytest.raises(MachineError, match="GL801"):
        open_export(tmp_path / "gone", "gone")


def test_a_disk_that_fails_is_told_with_the_byte_that_was_reached():
    """The memory of a process can be opened like a file, and its first page cannot be read."""
    limits = ReadingConfig(max_bytes=1 << 30, max_expansion=200)
    with (
        ByteStream(Path("/proc/self/mem"), "export.csv", "", "utf-8", limits) as stream,
        pytest.raises(MachineError, match=r"GL801 export\.csv: cannot be read beyond byte 0"),
    ):
        list(stream.blocks())
