"""Where other processes find what tests share: the value of ``PYTHONPATH``, and code that puts it first."""

import os
from pathlib import Path

FOLDERS = [str(Path(__file__).parents[1] / name) for name in ("", "worlds", "fakes")]
PYTHONPATH = os.pathsep.join(FOLDERS)
