"""What a program asks of the system, as strace tells it: for promises about files, networks and other programs."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

import pytest

CALL = re.compile(r"^(?P<pid>\d+) +(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+|\?)")
CREATING = ("open", "openat", "openat2", "creat", "mkdir", "mkdirat", "mknod", "mknodat", "umask")
CHANGING = ("chmod", "fchmod", "fchmodat", "fchmodat2")


@dataclass(frozen=True)
class Call:
    """One system call that did not fail."""

    name: str
    arguments: str
    result: int

    @property
    def creates(self) -> bool:
        """Whether it may have made a file or folder."""
        return self.name.startswith(("mkdir", "mknod", "creat")) or "O_CREAT" in self.arguments

    def modes(self) -> list[int]:
        """The octal numbers among its arguments: permissions."""
        return [int(found, 8) for found in re.findall(r"(?:^|[ ,])(0[0-7]{1,4})(?=$|[,)])", self.arguments)]

    def path(self) -> str:
        found = re.search(r'"((?:[^"\\]|\\.)*)"', self.arguments)
        return found[1] if found else ""


def needed(program: str) -> str:
    """Where a program is; without it, the test is skipped."""
    if path := shutil.which(program):
        return path
    pytest.skip(f"{program} is not installed")


def traced(command, calls, folder, environment=None) -> tuple[subprocess.CompletedProcess[str], list[Call]]:
    """Run a command under a umask that forbids nothing, and list what it and its children asked of the system."""
    log = folder / "trace.txt"
    strace = [needed("strace"), "-f", "--seccomp-bpf", "-qq", "-s", "400", "-o", log, "-e", "trace=" + ",".join(calls)]
    outcome = subprocess.run(
        [*strace, *command],
        check=False,
        cwd=folder,
        env=os.environ | dict(environment or {}),
        capture_output=True,
        text=True,
        umask=0,
    )
    if not log.exists() or "Operation not permitted" in outcome.stderr:
        pytest.skip(f"nothing can be traced here: {outcome.stderr[-200:]}")
    return outcome, parse(log.read_text(errors="backslashreplace"))


def parse(log: str) -> list[Call]:
    """The calls of a log; one that another interrupted is put together again."""
    begun: dict[tuple[str, str], str] = {}
    found = []
    for line in log.splitlines():
        pid = line.split(" ", 1)[0]
        if line.endswith("<unfinished ...>"):
            name = re.search(r"(\w+)\(", line)[1]
            begun[pid, name] = line.removesuffix("<unfinished ...>").rstrip()
            continue
        whole = line
        if resumed := re.search(r"<\.\.\. (\w+) resumed>(.*)", line):
            whole = begun.pop((pid, resumed[1]), "") + resumed[2]
        if (call := CALL.match(whole)) and call["result"] not in {"-1", "?"}:
            found.append(Call(call["name"], call["arguments"], int(call["result"])))
    return found
