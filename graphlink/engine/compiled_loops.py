"""The folder of compiled loops, and whether all of them are there. Importing this loads nothing heavy.

A worker reads exports, which may be hostile, so it can load loops and never store any: a taken-over worker could leave
one that the next run would execute. A process that reads only its own small world stores them.
"""

import hashlib
import json
import os
import stat
import sys
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_KERNELS: Final = Path(__file__).with_name("kernels")
BESIDE_THE_CODE: Final = _KERNELS / "__pycache__"
"""Anyone who can write here can change the program itself."""

_LOOPS: Final = tuple(sorted(_KERNELS.glob("*.py")))
_HOW: Final = (Path(__file__).with_name("compile.py"),)
"""The file that defines how loops are compiled. A change makes stored loops outdated."""
_OF_A_PROCESSOR: Final = ("model name", "flags", "Features", "CPU part")
"""Lines of ``/proc/cpuinfo`` that determine the instructions of a compiled loop."""


def loops_folder() -> Path:
    """The folder of compiled loops: the named one, else the one beside the code, else one in the user's cache."""
    whose = f"graphlink_{hashlib.sha256(str(_LOOPS[0].parent).encode()).hexdigest()[:16]}"
    if named := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(named) / whose
    if BESIDE_THE_CODE.is_dir() and os.access(BESIDE_THE_CODE, os.W_OK):
        return BESIDE_THE_CODE
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "numba" / whose


def is_ours(folder: Path) -> bool:
    """Whether only this user or root can write a folder and the files in it."""
    if folder == BESIDE_THE_CODE:
        return True
    try:
        places = [each.lstat() for each in (folder, *folder.iterdir())]  # others can write a link
    except OSError:
        return False
    return all(each.st_uid in {0, os.geteuid()} and not each.st_mode & (stat.S_IWGRP | stat.S_IWOTH) for each in places)


def make_folder() -> bool:
    """Create the folder of loops if needed. Returns whether loops can be stored there."""
    folder = loops_folder()
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder.is_dir() and os.access(folder, os.W_OK) and is_ours(folder)


def are_kept() -> bool:
    """Whether every loop is stored for this code and this processor."""
    folder = loops_folder()
    try:
        names = json.loads((folder / _list_name()).read_text(encoding="utf-8"))
        return bool(names) and all((folder / str(name)).is_file() for name in names)
    except (OSError, ValueError, TypeError):
        return False


def note_kept() -> None:
    """Write the list of stored loops, so that they are not compiled again."""
    folder = loops_folder()
    names = sorted(path.name for path in folder.glob("*.nb[ci]"))
    unfinished = folder / f".{_list_name()}.{os.getpid()}"
    unfinished.write_text(json.dumps(names), encoding="utf-8")
    unfinished.replace(folder / _list_name())


@cache
def _list_name() -> str:
    """A name for this code, this compiler and this processor."""
    spec = find_spec("numba")  # does not load it
    compiler = Path(spec.origin).with_name("_version.py").read_bytes() if spec and spec.origin else b""
    found = _digest(code_of_loops().encode(), compiler, sys.version.encode(), _processor())
    return f"loops-{found[:32]}.json"


def code_of_loops() -> str:
    """A digest of the code of all loops, since one can contain others, and of the way they are compiled.

    It includes the times of the files: the compiler ignores loops stored before a file was written, even if the content
    is the same, so a copy of the code must compile once more.
    """
    files = (*_LOOPS, *_HOW)
    return _digest(*(part for path in files for part in (path.read_bytes(), str(path.stat().st_mtime).encode())))


def _digest(*parts: bytes) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()


def _processor() -> bytes:
    with suppress(OSError):
        first = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").partition("\n\n")[0]
        return "\n".join(line for line in first.splitlines() if line.startswith(_OF_A_PROCESSOR)).encode()
    return b""
