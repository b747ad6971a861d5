"""What is freed is kept for the next array where memory is ample, and is given back when that is asked."""

import subprocess
import sys

import pytest

FILL_AND_FREE = """
import resource
from pathlib import Path
from graphlink.engine.memory import give_back, keep_what_is_freed

def filled():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

def pages():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

keep_what_is_freed({needed}, 1000)
before = pages()
for _ in range(10):
    bytearray(64 << 20)
taken, kept = pages() - before, filled()
give_back()
print(taken * resource.getpagesize() >> 20, kept - filled() >> 20)
"""


@pytest.mark.parametrize(("needed", "is_kept"), [(750, True), (751, False)])
def test_pages_are_taken_once_where_memory_is_ample_and_go_back_when_asked(needed, is_kept):
    program = [sys.executable, "-c", FILL_AND_FREE.format(needed=needed)]
    said = subprocess.run(program, capture_output=True, text=True, check=True).stdout.split()
    taken, given_back = map(int, said)  # MiB
    assert (taken < 2 * 64) == is_kept
    assert (given_back >= 60) == is_kept
