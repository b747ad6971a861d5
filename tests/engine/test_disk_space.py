"""A full disk is said to be so with its file system, what is free there and what is needed."""

import errno
import os
import resource

import pytest

from graphlink.engine.disk_space import told_of_full_disk
from graphlink.results.publish.publish import create_file
from graphlink.words.errors import ExitCode, MachineError


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("named", [None, "rings.csv"])
def test_a_full_disk_names_its_file_system_and_what_is_needed(tmp_path, code, named):
    folder = tmp_path / "not yet" / "there"
    name = None if named is None else str(folder / named)
    with pytest.raises(MachineError) as refused, told_of_full_disk(folder, lambda: "it takes about 7 MB"):
        raise OSError(code, os.strerror(code), name)
    told = str(refused.value)
    assert refused.value.exit_code is ExitCode.ENVIRONMENT
    assert os.path.ismount(told.removeprefix("GL823 ").split(": no space left")[0])
    began = " MB were free when it began, and it takes about 7 MB. Fix: make room, then run the same command again."
    assert told.endswith(began)


def test_another_file_system_that_is_full_says_what_is_free_now(tmp_path):
    with (
        pytest.raises(MachineError, match=r"/proc: no space left .* MB are free, and"),
        told_of_full_disk(tmp_path, str),
    ):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/proc/self/mem")  # of a file system of its own


def test_a_file_that_is_too_large_is_named_with_the_limit(tmp_path):
    with pytest.raises(MachineError) as refused, told_of_full_disk(tmp_path, str):
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(tmp_path / "rings.csv"))
    assert str(refused.value).startswith(f"GL830 {tmp_path}/rings.csv: larger than ")


def test_what_cannot_be_written_is_named(tmp_path):
    """It said "File too large" and of no file."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large") as refused, create_file(tmp_path, "rings.csv") as file:
            file.write(bytes(2_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert refused.value.filename == str(tmp_path / "rings.csv")


def test_other_errors_of_a_disk_are_left_as_they_are(tmp_path):
    with pytest.raises(PermissionError), told_of_full_disk(tmp_path, lambda: ""):
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path))
