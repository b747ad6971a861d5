"""Compile loops with numba, keep them between runs in a folder that only this user can write, and check every index.

numba stores compiled loops as pickles, and a pickle can run any code. The folder beside the code is as safe as the code
itself. Any other folder that somebody else can write is not used, and the loops are compiled at each start. A worker
cannot write to the folder: a loop that is missing there is compiled and not stored.

numba's own ``cache=True`` is not enough. It refuses folders that the process cannot write, as in a worker, trusts
folders that others can write, and does not notice a change in a loop of another file that was compiled into this one.

Values of exports decide where a loop reads and writes. An index beyond an array would end the process or change other
numbers, so it is an ``IndexError``. So is an index below zero, which Python and numba count from the end: a loop may
only use a constant for that.
"""

import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, Final, Self, TypeVar

from numba import config, njit
from numba.core import ir
from numba.core import types as numba_types
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.errors import TypingError
from numba.core.untyped_passes import GenericRewrites
from numba.extending import intrinsic

from graphlink.engine.compiled_loops import code_of_loops, is_ours, loops_folder, make_folder
from graphlink.words.escape import printable

_Loop = TypeVar("_Loop", bound="Callable[..., object]")

_code: Any = ir  # numba has no types for these
_types: Any = numba_types
_settings: Any = config
_passes: Any = DefaultPassBuilder


class _Locator(_CacheLocator):
    """A locator that does not test whether the folder can be written, as numba's own does: a worker cannot."""

    def __init__(self, loop: Callable[..., object]) -> None:
        """Remember which loop of its file it is."""
        self._line = loop.__code__.co_firstlineno

    @classmethod
    def from_function(cls, py_func: Callable[..., object], py_file: str) -> Self:  # noqa: ARG003  as numba calls it
        return cls(py_func)

    def get_disambiguator(self) -> str:
        return str(self._line)

    def get_cache_path(self) -> str:
        return str(loops_folder())

    def ensure_cache_path(self) -> None:
        """Do nothing: either the folder exists or loops are not stored."""

    def get_source_stamp(self) -> object:
        """Identify the code of a loop: its file, the files of loops inside it, and the way they are compiled."""
        return _source_stamp()


_source_stamp = cache(code_of_loops)


class _Loops(CompileResultCacheImpl):
    _locator_classes = [_Locator]  # type: ignore[list-item]  # noqa: RUF012  as numba declares it


class _Kept(FunctionCache):
    _impl_class = _Loops

    def save_overload(self, sig: object, data: object) -> None:
        with suppress(OSError):
            super().save_overload(sig, data)  # type: ignore[no-untyped-call]


@intrinsic
def _from_the_front(_: object, index: Any) -> Any:  # noqa: ANN401  numba's types have none
    """Make an index unsigned, so that a negative one is larger than any array and numba's own check refuses it."""
    checked = _unsigned(index)

    def write(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        (given,) = arguments
        if isinstance(checked, _types.BaseTuple):
            parts = [
                _write_part(context, builder, each, to, builder.extract_value(given, at))
                for at, (each, to) in enumerate(zip(index.types, checked.types, strict=True))
            ]
            return context.make_tuple(builder, signature.return_type, parts)
        return _write_part(context, builder, index, checked, given)

    return checked(index), write


def _unsigned(index: Any) -> Any:  # noqa: ANN401
    """The unsigned type of an index."""
    if isinstance(index, _types.BaseTuple):
        return _types.Tuple([_unsigned(each) for each in index.types])
    if isinstance(index, _types.Integer):
        return _types.uint64
    if isinstance(index, _types.Array) and index.ndim == 1 and isinstance(index.dtype, _types.Integer):
        return index.copy(dtype=_types.Integer.from_bitwidth(index.dtype.bitwidth, signed=False))
    if isinstance(index, _types.SliceType) and not index.has_step:
        return index
    raise TypingError(f"compiled loops index by whole numbers, arrays of them and slices without steps, not by {index}")


def _write_part(context: Any, builder: Any, index: Any, checked: Any, given: Any) -> Any:  # noqa: ANN401
    if isinstance(index, _types.Integer):
        return context.cast(builder, given, index, checked)
    if isinstance(index, _types.Array):  # the same bytes, read without a sign
        context.nrt.incref(builder, checked, given)  # the caller releases its argument
        return given
    ends = context.make_helper(builder, index, value=given)
    is_below = builder.or_(*(builder.icmp_signed("<", end, end.type(0)) for end in (ends.start, ends.stop)))
    with builder.if_then(is_below, likely=False):
        context.call_conv.return_user_exc(builder, IndexError, ("a slice counts from the end",))
    return given


@register_pass(mutates_CFG=False, analysis_only=False)  # type: ignore[no-untyped-call]
class _CheckIndices(FunctionPass):
    """Pass every index that is not a constant through ``_from_the_front``."""

    _name = "check_indices"

    def __init__(self) -> None:
        """Numba requires it."""
        super().__init__()  # type: ignore[no-untyped-call]

    def run_pass(self, state: Any) -> bool:  # noqa: ANN401
        for block in state.func_ir.blocks.values():
            block.body = [each for statement in block.body for each in _checked(statement, block.scope, state.func_ir)]
        return True


def _checked(statement: Any, scope: Any, code: Any) -> list[Any]:  # noqa: ANN401
    """A statement, preceded by the check of its index."""
    at: Any = statement if isinstance(statement, _code.SetItem | _code.DelItem) else getattr(statement, "value", None)
    is_index = at is statement or (isinstance(at, _code.Expr) and at.op == "getitem")
    if not is_index:
        return [statement]
    where = statement.loc
    let_through, index = (scope.redefine(name, where) for name in ("$let_through", "$index"))
    call = _code.Expr.call(let_through, (at.index,), (), where)
    added = [
        _code.Assign(_code.Global("_from_the_front", _from_the_front, where), let_through, where),
        _code.Assign(call, index, where),
    ]
    for each in added:
        code._definitions[each.target.name].append(each.value)  # noqa: SLF001  as numba's own passes do
    at.index = index
    return [*added, statement]


class _Compiler(CompilerBase):
    def define_pipelines(self) -> list[Any]:
        passes = _passes.define_nopython_pipeline(self.state)
        passes.add_pass_after(_CheckIndices, GenericRewrites)  # constants are recognised before this pass
        passes.finalize()
        return [passes]


_HOW: Final[dict[str, Any]] = {"nogil": True, "boundscheck": True, "pipeline_class": _Compiler}


def compiled(loop: _Loop) -> _Loop:
    """Compile a loop on its first call. It runs without Python's lock and is stored where that is safe."""
    if _settings.BOUNDSCHECK == 0:  # NUMBA_BOUNDSCHECK=0 in the environment would switch all checks off
        _settings.BOUNDSCHECK = None
    later: Any = njit(loop, **_HOW)
    if _is_usable():
        later._cache = _Kept(loop)  # type: ignore[no-untyped-call]  # noqa: SLF001  as its own enable_caching() does
    called_alike: _Loop = later
    return called_alike


@cache
def _is_usable() -> bool:
    """Whether loops can be loaded from their folder. Warns if somebody else can write there."""
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
