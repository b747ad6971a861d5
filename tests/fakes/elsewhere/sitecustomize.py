"""Takes from every Python process that starts with this folder on its path what Linux alone has."""

import ctypes
import errno
import os
import resource
import sys

OF_THE_LIBRARY = {"prctl", "unshare", "syscall", "renameat2", "malloc_trim", "mallopt"}
OF_MODULES = (
    (os, ("fork", "memfd_create", "sched_getaffinity", "unshare", "O_PATH", "posix_fadvise")),
    (resource, ("prlimit",)),
)


class Library(ctypes.CDLL):
    def __getattr__(self, name):
        if name in OF_THE_LIBRARY:
            raise AttributeError(name)
        return super().__getattr__(name)


def refuse(event, arguments):
    if event in {"open", "os.listdir", "os.scandir"} and str(arguments[0]).startswith("/proc"):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), arguments[0])
    assert event not in {"os.fork", "os.forkpty"}


if __name__ == "sitecustomize":  # a process that only collects tests keeps them
    for module, names in OF_MODULES:
        for name in names:
            vars(module).pop(name, None)
    ctypes.CDLL = Library
    sys.addaudithook(refuse)
