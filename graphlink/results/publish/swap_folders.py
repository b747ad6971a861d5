"""Two folders exchange their names in one step, so that each name has a folder at every moment."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from typing import Final

_FROM_HERE: Final = -100  # AT_FDCWD
_EXCHANGE: Final = 2  # RENAME_EXCHANGE


def exchange_names(one: Path, other: Path) -> bool:
    """Exchange the names of two folders; False if the system or the file system cannot, and nothing has changed."""
    try:
        renameat2 = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError):
        return False
    return bool(renameat2(_FROM_HERE, os.fsencode(one), _FROM_HERE, os.fsencode(other), _EXCHANGE) == 0)
