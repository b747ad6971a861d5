"""Files that are none, or hold what no parser should be given, put at a place that somebody names.

As a program it takes one place after another: it runs a command in a copy of itself for each kind of file, and prints
how each ended. What a command takes long to load is loaded once.
"""

import json
import os
import random
import resource
import shutil
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path

SECONDS, MOST = 60, 6 << 30
"""After which nobody waits any more, on a machine that others use too, and bytes of memory."""
HUGE = 3 << 30


def make(kind: str, path: Path) -> None:
    """Put a file of a kind at a path, in place of what is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    match kind:
        case "missing":
            pass
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "device without end":
            path.symlink_to("/dev/zero")
        case "link to itself":
            path.symlink_to(path.name)
        case "socket":
            with tempfile.TemporaryDirectory(dir="/tmp") as short, socket.socket(socket.AF_UNIX) as one:
                one.bind(f"{short}/s")
                Path(f"{short}/s").rename(path)
        case "huge":
            with path.open("wb") as file:
                file.truncate(HUGE)
        case _:
            path.write_bytes(CONTENTS[kind])
    if path.is_file() and not path.is_symlink():
        path.chmod(0o600)


CONTENTS = {
    "empty": b"",
    "brackets": b"[" * 100_000,
    "nested list": b"a = " + b"[" * 3_000 + b"]" * 3_000,
    "nested JSON": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "long integer": b"a = " + b"9" * 5_000,
    "long integer in JSON": b'{"files": ' + b"9" * 5_000 + b"}",
    "long hexadecimal": b"a = 0x" + b"f" * 9_000,
    "long dotted key": b".".join([b"a"] * 20_000) + b" = 1",
    "many keys": b"".join(b"k%d = 1\n" % number for number in range(20_000)),
    "one letter": b"a" * 2_000_000,
    "quotes": b'"' * 1_000_000,
    "blank head in text": b'a = """\n[' + b" " * 4_000 + b'\n"""',
    "binary": random.Random(7).randbytes(200_000),
    "UTF-16": "account_id,ring_id,verdict,note\na,b,benign,c\n".encode("utf-16"),
    "NUL": b"account_id,verdict,note\n\0\0,benign,c\n",
    "list in JSON": b"[1, 2]",
    "null in JSON": b"null",
    "numbers in JSON": b'{"files": 1, "rings": 1, "members": 1, "format": 1, "inputs": 1}',
    "zipped": b"PK\x03\x04" + bytes(1_000),
    "Parquet cut": b"PAR1" + bytes(100) + b"PAR1",
}
KINDS = ("missing", "folder", "pipe", "device without end", "link to itself", "socket", "huge", *CONTENTS)


def ended(arguments: list[str], folder: str, environment: dict[str, str]) -> dict[str, object]:
    """Run a command in a copy of this process, and say how it ended, what it said, and what it took."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if not child:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
            os.chdir(folder)
            os.environ.update(environment)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(said.fileno(), 2)
            sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
            from graphlink.cli import main as program  # noqa: PLC0415  only one kind needs it

            signal.signal(signal.SIGINT, signal.default_int_handler)
            code = program.run(arguments)
            sys.stderr.flush()
            os._exit(code)
        while True:
            done, status, usage = os.wait4(child, os.WNOHANG)
            if done:
                break
            if time.monotonic() - began > SECONDS:
                os.killpg(child, signal.SIGKILL)
                _, status, usage = os.wait4(child, 0)
                break
            time.sleep(0.01)
        said.seek(0)
        told = said.read(20_000).decode(errors="replace")
    return {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "is_late": time.monotonic() - began > SECONDS,
        "megabytes": usage.ru_maxrss // 1_000,
        "said": told,
    }


def main() -> None:

    for line in sys.stdin:
        asked = json.loads(line)
        results = {}
        for kind in asked["kinds"]:
            for path in asked["paths"]:
                make(kind, Path(path))
            results[kind] = ended(asked["arguments"], asked["folder"], asked.get("environment", {}))
        print(json.dumps(results), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
