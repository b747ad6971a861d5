"""How compiled loops are kept between runs: loaded only from where nobody else may write.

numba keeps what it compiled as pickles, and a pickle can run anything. Beside the code it is as safe as the code; any
other folder that somebody else may write is not used, and the loops are compiled at each start. Where a loop cannot be
kept, as in a worker, which may not write here, it is compiled and forgotten.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from numba import njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache, InTreeCacheLocator

from graphlink.engine.compiled_loops import is_ours, loops_folder, make_folder
from graphlink.words.escape import printable

if TYPE_CHECKING:
    from collections.abc import Callable

_Loop = TypeVar("_Loop", bound="Callable[..., object]")


class _Locator(InTreeCacheLocator):
    """numba's own tries whether it can write, which a worker cannot."""

    def get_cache_path(self) -> str:
        return str(loops_folder())

    def ensure_cache_path(self) -> None:
        """Nothing: the folder is there, or loops are not kept."""


class _Loops(CompileResultCacheImpl):
    _locator_classes = [_Locator]  # noqa: RUF012  as numba declares it


class _Kept(FunctionCache):
    _impl_class = _Loops

    def save_overload(self, sig: object, data: object) -> None:
        with suppress(OSError):
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]


def compiled(loop: _Loop) -> _Loop:
    """Compile a loop on its first call, to run without Python's lock, and keep the result where that is safe."""
    later: Any = njit(loop, nogil=True)
    if _is_usable():
        later._cache = _Kept(loop)  # type: ignore[no-untyped-call]  # noqa: SLF001  as its own enable_caching() does
    called_alike: _Loop = later
    return called_alike


@cache
def _is_usable() -> bool:
    """Whether loops can be loaded from their folder; says what to do where somebody else may write there."""
    folder = loops_folder()
    if make_folder() or is_ours(folder):
        return True
    if folder.is_dir():
        warnings.warn(
            f"graphlink does not use the compiled loops in {printable(str(folder), 400)}, which somebody else may "
            "write; it compiles them at each start, which takes half a minute. Fix: take the right to write from "
            "others (chmod -R go-w), or let NUMBA_CACHE_DIR name another folder.",
            RuntimeWarning,
            stacklevel=2,
        )
    return False
