"""Landlock: let a process write to a few folders only, and start no program.

Landlock needs no privileges and cannot be undone. Without it in the kernel, the process stays unrestricted, and this is
reported.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Iterable
from contextlib import suppress
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Final

_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_ASK_VERSION: Final = 1
_BENEATH: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38

_EXECUTE: Final = 1 << 0
_WRITE_FILE: Final = 1 << 1
_REMOVE: Final = (1 << 4, 1 << 5)
_MAKE: Final = tuple(1 << bit for bit in range(6, 13))
_SINCE: Final = {2: 1 << 13, 3: 1 << 14}
"""Rights of later versions: moving a file to another folder, and truncating it."""


def write_only_below(folders: Iterable[Path]) -> str:
    """Let this process and its later threads write only below these folders, and start no program.

    Reading is not restricted. Returns the reason if the system does not offer this, else an empty string.

    Parameters
    ----------
    folders
        Missing folders are ignored.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, 0, _ASK_VERSION)
    if version < 1:
        return os.strerror(ctypes.get_errno())
    later = (right for since, right in _SINCE.items() if version >= since)
    writing = reduce(or_, (_WRITE_FILE, *_REMOVE, *_MAKE, *later))
    ruleset = libc.syscall(_CREATE_RULESET, struct.pack("=Q", writing | _EXECUTE), 8, 0)
    if ruleset < 0:
        return os.strerror(ctypes.get_errno())
    try:
        for folder in folders:
            with suppress(FileNotFoundError, NotADirectoryError):
                _allow(libc, ruleset, folder, writing)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        refused = libc.syscall(_RESTRICT_SELF, ruleset, 0)
        return os.strerror(ctypes.get_errno()) if refused else ""
    except OSError as error:
        return os.strerror(error.errno or errno.EPERM)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, folder: Path, rights: int) -> None:
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if libc.syscall(_ADD_RULE, ruleset, _BENEATH, struct.pack("=Qi", rights, descriptor), 0):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    finally:
        os.close(descriptor)
