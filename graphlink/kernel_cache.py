"""Where compiled loops are kept between runs: only where nobody else may write.

numba keeps what it compiled as pickles, and a pickle can run anything. Beside the code it is as safe as the code; any
other folder that somebody else may write is not used, and the loops are compiled at each start.
"""

from __future__ import annotations

import stat
import warnings
from functools import cache
from os import geteuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from numba import njit

from graphlink.display import printable

if TYPE_CHECKING:
    from collections.abc import Callable

_Loop = TypeVar("_Loop", bound="Callable[..., object]")

_BESIDE_THE_CODE: Final = Path(__file__).with_name("__pycache__")
"""Who may write here can change the program itself."""


def compiled(*, nogil: bool = False, parallel: bool = False) -> Callable[[_Loop], _Loop]:
    """Compile a loop on its first call, and keep the result where that is safe."""

    def compile_later(loop: _Loop) -> Any:  # noqa: ANN401  what calls as the loop does
        kept = njit(loop, nogil=nogil, parallel=parallel)
        try:
            kept.enable_caching()
        except RuntimeError:  # no folder can be written
            return njit(loop, nogil=nogil, parallel=parallel)
        return kept if is_ours(Path(kept.stats.cache_path)) else njit(loop, nogil=nogil, parallel=parallel)

    return compile_later


@cache
def is_ours(folder: Path) -> bool:
    """Whether nobody but its owner, who is this user or root, may write a folder and the files in it."""
    if folder == _BESIDE_THE_CODE:
        return True
    places = [each.lstat() for each in (folder, *folder.iterdir())]  # a link counts as something that others may write
    if all(each.st_uid in {0, geteuid()} and not each.st_mode & (stat.S_IWGRP | stat.S_IWOTH) for each in places):
        return True
    warnings.warn(
        f"graphlink does not use the compiled loops in {printable(str(folder), 400)}, which somebody else may write; "
        "it compiles them at each start, which takes half a minute. Fix: take the right to write from others "
        "(chmod -R go-w), or let NUMBA_CACHE_DIR name another folder.",
        RuntimeWarning,
        stacklevel=2,
    )
    return False
