"""Tasks for a worker that end in every way in which work can end; the worker imports this file."""

import ctypes
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from functools import partial
from pathlib import Path

from graphlink.engine.worker import isolation
from graphlink.words.errors import ConfigError, Place

if os.environ.get("WORKER_TASKS") == "exit at import":
    sys.exit(1)
if os.environ.get("WORKER_TASKS") == "cannot be loaded":
    raise ImportError("libblas.so.3: failed to map segment from shared object")
if os.environ.get("WORKER_TASKS") == "killed at import":
    os.kill(os.getpid(), signal.SIGKILL)


def work(task, line):
    line.stage("counting", 0.0)
    return ENDINGS[task["ending"]](task, line)


def all_is_well(task, line):
    line.notice("GL306", "3 empty values")
    line.need(5_000_000)
    return {"umask": os.umask(0), "core": Path("/proc/self/limits").read_text().split("core file size")[1].split()[0]}


def hear_the_rest(task, line):
    return line.rest()


def warn(task, line):
    warnings.warn("graphlink compiles its loops at each start", RuntimeWarning, stacklevel=1)
    warnings.warn("invalid value encountered in divide", RuntimeWarning, stacklevel=1)
    return {}


def raise_memory_error(task, line):
    line.need(task.get("need", 0))
    raise MemoryError


def fill_up(task):
    """Set memory aside until so many megabytes are left."""
    held, _ = isolation._sizes()
    room = resource.getrlimit(resource.RLIMIT_AS)[0] - held
    task["aside"] = mmap.mmap(-1, room - (task.get("left", 32) << 20))


def begin_no_thread(task, line):
    """Begin a thread for which memory does not suffice once the system has made it."""

    def fail(_thread):
        raise MemoryError

    fill_up(task)
    threading.Thread._set_ident = fail
    threading.Thread(target=print).start()


def begin_no_thread_in_a_copy(task, line):
    import numpy as np  # noqa: PLC0415

    from graphlink.engine.fork import run_beside  # noqa: PLC0415

    original = os.getpid()

    def work():
        if os.getpid() != original:
            begin_no_thread(task, line)
        return {"n": np.arange(3)}

    _, (made,) = run_beside(lambda: time.sleep(0.5), [work])
    return {"n": made["n"].tolist()}


def raise_bare(task, line):
    raise BaseException("Error at src/core/vector.pmt:129: cannot reserve space, Out of memory")  # noqa: TRY002  as igraph does


def leave(task, line):
    sys.exit(1)


def segfault(task, line):
    ctypes.string_at(0)


def abort(task, line):
    os.write(2, b"terminate called after throwing an instance of 'std::bad_alloc'\n")
    os.abort()


def abort_quietly(task, line):
    os.abort()


def fill_and_fall(task, line):
    """Fill nearly all memory that may be filled, and fall over what was not there."""
    task["held"] = b"x" * task["size"]
    ctypes.string_at(0)


def exit_127(task, line):
    os._exit(127)


def kill(task, line):
    os.kill(os.getpid(), signal.SIGKILL)


def loop_in_a_copy(task, line):
    """Run a loop in blocks before the copy is made, in the copy, and in the original while the copy is at work."""
    import numpy as np  # noqa: PLC0415  most tasks need none of these, which take a second to load

    from graphlink.engine.fork import run_beside  # noqa: PLC0415
    from graphlink.engine.kernels.signal_test import Voices, side_by_side, sum_reach  # noqa: PLC0415
    from graphlink.model.graph import Reached  # noqa: PLC0415

    rows = np.array([0, 2, 3, 5]), np.array([0, 1, 0, 1, 2], dtype=np.int32)
    nowhere = np.full(3, -1, dtype=np.int32)
    reached = Reached(np.array([0, 1, 1], dtype=np.int8), np.array([2, 2, 1], dtype=np.int32), nowhere, 0 * nowhere)
    known = side_by_side(reached)
    voices = Voices(np.arange(2, dtype=np.int8), np.full(3, -1, dtype=np.int8))

    def loop():
        return {"reach": sum_reach(rows, known, voices, nowhere, 2), "process": np.array([os.getpid()])}

    before = loop()
    here, (there,) = run_beside(lambda: time.sleep(0.5) or loop(), [loop])
    return {
        "reach": [each["reach"].tolist() for each in (before, here, there)],
        "n_processes": len({int(each["process"][0]) for each in (here, there)}),
    }


def find_rings_beside(task, line):
    """Find the rings of a sample in turn and beside its repetitions, and tell which processes did these."""
    from graphlink import pipeline, read  # noqa: PLC0415
    from graphlink.config.method import Method  # noqa: PLC0415
    from graphlink.engine.fork import run_beside  # noqa: PLC0415
    from graphlink.engine.threads import run_now  # noqa: PLC0415

    seen = Path(task["seen"])

    def watched(here, tasks):
        def noted(task):
            with seen.open("a") as file:
                file.write(f"{os.getpid()}\n")
            return task()

        return run_beside(here, [partial(noted, each) for each in tasks])

    sightings = read([Path(task["export"])]).sightings
    now, beside = (pipeline.analyse(sightings, Method(), seed=1, run=each) for each in (run_now, watched))
    alike = now.rings == beside.rings and now.chance == beside.chance and now.calibration == beside.calibration
    alike &= now.members.equals(beside.members) and now.stability.members.equals(beside.stability.members)
    return {"alike": alike, "n_rings": len(now.rings), "here": str(os.getpid())}


def wait_for_a_copy(task, line):
    from graphlink.engine.fork import run_beside  # noqa: PLC0415

    def work():
        Path(task["told"]).write_text(str(os.getpid()))
        time.sleep(60)
        return {}

    return dict(run_beside(lambda: time.sleep(60), [work])[1][0])


def work_slowly(task, line):
    fill_up(task)
    while True:
        time.sleep(0.5)
        until = time.process_time() + 0.03
        while time.process_time() < until:
            pass


def sleep(task, line):
    time.sleep(60)


def compute(task, line):
    while True:
        pass


def refuse(task, line):
    raise ConfigError("GL407", Place("graphlink.toml", 7, "signals.ip"), "family missing", "name it")


def fail_to_write(task, line):
    raise OSError(28, "No space left on device", "out/members.csv")


def stumble(task, line):
    raise KeyError("secret value")


def fill_memory(task, line):
    return {"length": len([b"x" * 1_000_000 for _ in range(4_000)])}


def connect(task, line):
    with socket.socket() as client:
        client.settimeout(2)
        return {"refusal": client.connect_ex(("127.0.0.1", task["port"]))}


def write_to(task, line):
    outcome = {}
    for name in ("inside", "outside"):
        try:
            Path(task[name]).write_text("x")
            outcome[name] = "written"
        except OSError as error:
            outcome[name] = error.strerror
    return outcome


def start(task, line):
    try:
        return {"said": subprocess.run(["/bin/echo", "hello"], capture_output=True, check=True, text=True).stdout}
    except OSError as error:
        return {"said": error.strerror}


def say_too_much(task, line):
    os.write(int(sys.argv[2]), b"x" * 1_000_000)
    os._exit(0)


ENDINGS = {
    name: function for name, function in list(globals().items()) if callable(function) and name not in {"work", "Path"}
}
