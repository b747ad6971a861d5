"""A full disk is said to be so with its file system, what is free there and what is needed."""

from __future__ import annotations

import errno
import os

import pytest

from graphlink.errors import ExitCode, MachineError
from graphlink.room import told_of_full_disk


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
    assert told.endswith(" MB are free, and it takes about 7 MB. Fix: make room, then run the same command again.")


def test_other_errors_of_a_disk_are_left_as_they_are(tmp_path):
    with pytest.raises(PermissionError), told_of_full_disk(tmp_path, lambda: ""):
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path))
