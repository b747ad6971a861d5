"""Nothing that Linux alone has is needed to import graphlink, to run it and to read its report."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

OF_POSIX = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
OF_LINUX = {
    *("fork", "memfd_create", "pidfd_open", "posix_fadvise", "prlimit", "sched_getaffinity", "setns", "unshare"),
    *("O_PATH", "O_TMPFILE", "prctl", "renameat2", "seccomp"),
}


def at_import(tree):
    """What runs as a module is imported, except what ``suppress`` or ``try`` guards."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.With | ast.Try):
            waiting += ast.iter_child_nodes(node)


def names_of(node):
    match node:
        case ast.Import():
            return {each.name.partition(".")[0] for each in node.names} & OF_POSIX
        case ast.ImportFrom():
            return {(node.module or "").partition(".")[0]} & OF_POSIX | {each.name for each in node.names} & OF_LINUX
        case ast.Attribute():
            return {node.attr} & OF_LINUX
    return set()


def test_no_module_takes_a_name_of_linux_as_it_is_imported(root):
    taken = {
        str(path.relative_to(root)): found
        for path in sorted((root / "graphlink").rglob("*.py"))
        if (found := set().union(*map(names_of, at_import(ast.parse(path.read_text("utf-8"))))))
    }
    assert taken == {}


def run(sample, out, **variables):
    command = [sys.executable, "-m", "graphlink", "run", sample, "--output", out]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | variables)


@pytest.mark.slow
@pytest.mark.parametrize("sample", ["tiny", "campaign"])
def test_the_findings_are_the_same_without_what_linux_has(root, samples, tmp_path, sample):
    """No fork, no calls of Linux, no ``/proc``: the worker is a new process, which says in a line what it lacks."""
    here = run(samples / sample, tmp_path / "here")
    without = run(samples / sample, tmp_path / "without", PYTHONPATH=str(root / "tests" / "fakes" / "elsewhere"))
    assert here.returncode == without.returncode == 0, without.stderr
    assert not [line for line in here.stderr.splitlines() if line.startswith("GL329")]
    (told,) = [line for line in without.stderr.splitlines() if line.startswith("GL32")]
    assert told.startswith("GL329")
    files = [
        {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
        for out in (tmp_path / "here", tmp_path / "without")
    ]
    assert Path("report.html") in files[0]
    assert files[0].keys() == files[1].keys()
    assert {str(path) for path in files[0] if files[0][path] != files[1][path]} == set()
