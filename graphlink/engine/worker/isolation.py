"""Limits of a worker: memory, time, network, and the folders that it may write to.

Each function limits its own process permanently. What needs Linux does nothing elsewhere; ``is_complete`` tells.
"""

import ctypes
import errno
import os
import signal
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Final

with suppress(ImportError):  # of POSIX
    import resource

_PR_SET_PDEATHSIG: Final = 1
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
_CGROUPS: Final = Path("/sys/fs/cgroup")
_MEMORY: Final = Path("/proc/self/statm")


def is_complete() -> bool:
    """Whether this system has what a worker is narrowed with: calls of Linux, and its ``/proc``."""
    return hasattr(_libc(), "prctl") and _MEMORY.exists()


def die_with_parent() -> None:
    """End this process when its parent ends, however that happens."""
    if not is_complete():
        return
    parent = os.getppid()
    _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended in between
        os.kill(os.getpid(), signal.SIGKILL)


def cut_network() -> str:
    """Leave all networks. Returns the reason if the system does not allow it, else an empty string.

    Call it before the first thread starts. Root would lose its rights over files of others in a new user namespace, so
    it changes only the network. Other users need a user namespace for that.
    """
    user, group = os.geteuid(), os.getegid()
    flags = _CLONE_NEWNET if user == 0 else _CLONE_NEWNET | _CLONE_NEWUSER
    if _libc().unshare(flags) != 0:
        return os.strerror(ctypes.get_errno())
    if user != 0:
        try:
            own = {"setgroups": "deny", "uid_map": f"{user} {user} 1", "gid_map": f"{group} {group} 1"}
            for name, text in own.items():
                Path("/proc/self", name).write_text(text, encoding="ascii")
        except OSError as error:
            return str(error.strerror)
    return ""


def limit_memory(limit: int) -> None:
    """Limit the memory of this process, in bytes, where ``is_complete``.

    The system limits address space, and libraries reserve much more than they use (1.9 GB for 0.24 GB after the
    imports). The limit therefore includes this difference, which does not grow later (measured).

    Raises
    ------
    MemoryError
        If the process already uses more.
    """
    if not is_complete():
        return
    held, filled = _sizes()
    if filled >= limit:
        raise MemoryError
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_lowest(held + limit - filled, soft, hard), hard))


@contextmanager
def within_memory(limit: int) -> Iterator[None]:
    """Limit the memory of this process during the block, in bytes.

    Raises
    ------
    MemoryError
        If the process already uses more, or needs more within the block. Libraries may raise other errors.
    """
    before = resource.getrlimit(resource.RLIMIT_AS)
    limit_memory(limit)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def limit_seconds(seconds: int) -> None:
    """Limit the further computing time of this process, in seconds over all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)  # unchanged, so that each stage can renew the soft limit
    resource.setrlimit(resource.RLIMIT_CPU, (_lowest(round(used.ru_utime + used.ru_stime) + seconds + 1, hard), hard))


def address_space() -> int | None:
    """The limit on address space that this process inherited, in bytes. None without a limit."""
    limits = [limit for limit in resource.getrlimit(resource.RLIMIT_AS) if limit != resource.RLIM_INFINITY]
    return min(limits, default=None)


def leave_no_core() -> None:
    """Write no core dump, which would contain values of an export."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def is_nearly_full(process: int) -> bool:
    """Whether a process has used nearly all its address space, which then explains a failure."""
    try:
        limit = resource.prlimit(process, resource.RLIMIT_AS)[0]
        return limit != resource.RLIM_INFINITY and _peak(process) > limit - max(limit >> 3, 64 << 20)
    except (OSError, AttributeError):  # it has ended, or the system tells no limits of another process
        return False


def machine_memory() -> int:
    """The memory of the machine, or the limit of its container or service, in bytes."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    with suppress(OSError):
        own = Path("/proc/self/cgroup").read_text(encoding="utf-8").rpartition("0::/")[2].split("\n")[0]
        below = Path(own.lstrip("/"))
        for group in (below, *below.parents):
            with suppress(OSError):
                text = (_CGROUPS / group / "memory.max").read_text(encoding="ascii").strip()
                limits += [int(text)] if text.isdigit() else []
    return min(limits)


def n_starved() -> int:
    """The number of processes that the system has ended for lack of memory. 0 if it does not count them."""
    try:
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))


def _lowest(*limits: int) -> int:
    return min(limit for limit in limits if limit != resource.RLIM_INFINITY)


def _sizes() -> tuple[int, int]:
    """The address space and the memory of this process, in bytes."""
    pages = _MEMORY.read_text(encoding="ascii").split()
    size = os.sysconf("SC_PAGE_SIZE")
    return int(pages[0]) * size, int(pages[1]) * size


def _peak(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmPeak:"):
            return int(line.split()[1]) << 10
    return 0


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


# --- writing ----------------------------------------------------------------------------------------------------------

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
    """Let this process and its later threads write only below these folders, and start no program, by Landlock.

    It needs no privileges and cannot be undone. Reading is not restricted. Returns the reason if the system does not
    offer this, else an empty string.

    Parameters
    ----------
    folders
        Missing folders are ignored.
    """
    libc = _libc()
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
