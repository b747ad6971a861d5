"""What a worker may use: memory, time, the network. Functions narrow the process that calls them, for good."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_PR_SET_PDEATHSIG: Final = 1
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
_CGROUPS: Final = Path("/sys/fs/cgroup")


def die_with_parent() -> None:
    """End when the process that started this one ends, however it ends."""
    parent = os.getppid()
    _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended in between
        os.kill(os.getpid(), signal.SIGKILL)


def cut_network() -> str:
    """Leave every network behind; gives the reason where the system does not let it.

    Must come before the first thread. Root keeps its rights over files of others only in its own user namespace, so it
    gives up the network alone; everyone else needs a user namespace to be allowed to.
    """
    user, group = os.geteuid(), os.getegid()
    flags = _CLONE_NEWNET if user == 0 else _CLONE_NEWNET | _CLONE_NEWUSER
    if _libc().unshare(flags) != 0:
        return os.strerror(ctypes.get_errno())
    if user != 0:
        try:
            for name, text in (
                ("setgroups", "deny"),
                ("uid_map", f"{user} {user} 1"),
                ("gid_map", f"{group} {group} 1"),
            ):
                Path("/proc/self", name).write_text(text, encoding="ascii")
        except OSError as error:
            return str(error.strerror)
    return ""


def limit_memory(limit: int) -> None:
    """Let the process fill no more than so many bytes of memory from now on.

    The system limits address space and not memory, and libraries set aside far more than they fill (1.9 GB for 0.24 GB
    after the imports): that difference is granted on top. Measured, it does not grow later.

    Raises
    ------
    MemoryError
        If the process holds more already.
    """
    held, filled = _sizes()
    if filled >= limit:
        raise MemoryError
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_lowest(held + limit - filled, soft, hard), hard))


@contextmanager
def within_memory(limit: int) -> Iterator[None]:
    """Let the process fill no more than so many bytes of memory while the block lasts, and no longer.

    Raises
    ------
    MemoryError
        If the process holds more already; and whatever is raised within by what gets none.
    """
    before = resource.getrlimit(resource.RLIMIT_AS)
    limit_memory(limit)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def limit_seconds(seconds: int) -> None:
    """Let the process compute for so many more seconds, all its threads added up."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)  # it stays as it is, so that each stage can renew the other
    resource.setrlimit(resource.RLIMIT_CPU, (_lowest(round(used.ru_utime + used.ru_stime) + seconds + 1, hard), hard))


def address_space() -> int | None:
    """Bytes of address space that whoever began this process lets it and what it begins have; None if without end."""
    limits = [limit for limit in resource.getrlimit(resource.RLIMIT_AS) if limit != resource.RLIM_INFINITY]
    return min(limits, default=None)


def leave_no_core() -> None:
    """Leave no image of the memory behind, in which the values of an export would stand."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def is_nearly_full(process: int) -> bool:
    """Whether a process once held nearly all the address space that it may: then what failed, failed for that."""
    try:
        limit = resource.prlimit(process, resource.RLIMIT_AS)[0]
        return limit != resource.RLIM_INFINITY and _peak(process) > limit - max(limit >> 3, 64 << 20)
    except OSError:  # it has ended
        return False


def machine_memory() -> int:
    """Bytes of memory that a process here may fill: those of the machine, or fewer in a container or service."""
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
    """How many processes the system has ended for want of memory since it started; 0 where it does not count them."""
    try:
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))


def _lowest(*limits: int) -> int:
    return min(limit for limit in limits if limit != resource.RLIM_INFINITY)


def _sizes() -> tuple[int, int]:
    """Bytes of address space, and of memory, that the process holds now."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
    size = os.sysconf("SC_PAGE_SIZE")
    return int(pages[0]) * size, int(pages[1]) * size


def _peak(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmPeak:"):
            return int(line.split()[1]) << 10
    return 0


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
