"""Check a TOML file against a pydantic model, and report every mistake at once with its line.

pydantic knows which key is wrong, but ``tomllib`` gives no lines. A small scan for table heads and keys finds them. The
same model also writes its own commented template: a field's docstring is its description there.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
import types
import typing
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, TypeVar

from pydantic import BaseModel, ValidationError

from graphlink.engine.files import read_file
from graphlink.words.errors import ConfigError, Place, Problem
from graphlink.words.escape import pasted, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)
KeyPath = tuple[str | int, ...]
Mistake = tuple[str, KeyPath, str, str]
"""Code, key, what is wrong, what to do."""


_MOST_BYTES: Final = 1 << 20
"""The size limit of a settings file."""
_MOST_MISTAKES: Final = 100
"""The most reported mistakes. After fixing so many, the user checks again."""
_DEEPEST: Final = 16
"""The most nested tables and lists. Settings have four levels."""
_CHAIN: Final = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){64}""", re.ASCII)
"""A key with more parts than any real one. The TOML parser's time is quadratic in them."""
_LARGEST: Final = 1 << 1_000
"""Smaller integers can be written out, and are reported as out of range with their key."""


def read_toml(path: Path, model: type[M], wrong: Callable[[M], Iterable[Mistake]] | None = None) -> M:
    """Read a file and check it. ``wrong`` finds mistakes that no model of one section can find.

    Raises
    ------
    ConfigError
        GL409 if it cannot be read, GL401 if it is not TOML, else one problem for each mistake.
    """
    try:
        text = read_file(path, _MOST_BYTES).decode("utf-8-sig")  # some editors write a byte order mark
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        match error:
            case FileNotFoundError():
                fix = f"correct the path, or write one: `graphlink config init {pasted(path)}`"
            case OSError():
                fix = "name a readable TOML file"
            case _:
                fix = "save it as UTF-8"
        raise ConfigError("GL409", path, f"cannot be read ({reason})", fix) from None
    try:
        if _CHAIN.search(text):
            raise RecursionError  # noqa: TRY301  the TOML parser would take long before it fails
        data = tomllib.loads(text)
        _refuse_unlike_settings(data)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, text, error) from None
    except (ValueError, RecursionError) as error:
        what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ConfigError("GL401", path, f"not settings: {what}", "correct the file") from None
    lines = _lines_of_keys(text)
    try:
        read = model.model_validate(frozen(data))
    except ValidationError as error:
        raise mistakes(error, model, str(path), lines) from None
    further = [
        Problem(code, Place(str(path), _nearest_line(lines, key), dotted(key)), what, fix)
        for code, key, what, fix in (wrong(read) if wrong else ())
    ]
    if further:
        raise _of(further)
    return read


def mistakes(
    error: ValidationError, model: type[BaseModel], name: str, lines: Mapping[KeyPath, int] | None = None
) -> ConfigError:
    """Describe mistakes of settings in the users' terms. ``lines`` are those of the keys in a file."""
    details = error.errors(include_url=False)[:_MOST_MISTAKES]
    return _of([_problem(name, model, lines or {}, detail) for detail in details])


def frozen(value: object) -> object:
    """Lists as tuples and paths as text, which a strict frozen model needs."""
    if isinstance(value, dict):
        return {key: frozen(inner) for key, inner in value.items()}
    if isinstance(value, PurePath):
        return str(value)
    return tuple(frozen(inner) for inner in value) if isinstance(value, list) else value


def template(model: type[BaseModel], head: str) -> str:
    """Write a model as commented TOML: each key with its description, and its default or an example."""
    return "\n".join([head, *_template_section(model, "")]).rstrip() + "\n"


def _refuse_unlike_settings(data: object) -> None:
    """Refuse deeply nested data and very large numbers. Raises ``ValueError``."""
    layer = [data]
    for _ in range(_DEEPEST):
        layer = [
            inner
            for each in layer
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if any(isinstance(each, int) and not -_LARGEST <= each < _LARGEST for each in layer):
            raise ValueError("a whole number of over three hundred digits")
    if layer:
        raise ValueError(f"nested over {_DEEPEST} deep")


# --- mistakes ---------------------------------------------------------------------------------------------------------


def _of(problems: list[Problem]) -> ConfigError:
    return ConfigError.of(sorted(problems, key=lambda problem: (problem.where.line or 0, str(problem))))


def _syntax_error(path: Path, text: str, error: tomllib.TOMLDecodeError) -> ConfigError:
    found = re.search(r"^(.*) \(at (?:line (\d+), column (\d+)|end of document)\)$", str(error))
    what, line, column = found.groups() if found else (str(error), None, None)
    if line is None:
        where = Place(str(path), max(1, len(text.splitlines())))
        told = f"not TOML: {printable(what)} at the end of the file"
        return ConfigError("GL401", where, told, "close what is open: a bracket, or the quotes of a text")
    where = Place(str(path), int(line), column)
    return ConfigError("GL401", where, f"not TOML: {printable(what)}", "correct the line; text stands in quotes")


def _problem(name: str, model: type[BaseModel], lines: Mapping[KeyPath, int], detail: ErrorDetails) -> Problem:
    key = tuple(detail["loc"]) + tuple(detail.get("ctx", {}).get("loc", ()))
    code = _code_of(detail["type"])
    where = Place(name, _nearest_line(lines, key), dotted(key) or None)
    message = detail["msg"]
    if code == "GL402":
        home = _home_of(model, str(key[-1]))
        if home:
            return Problem(code, where, f"unknown key here; it belongs to {home}", f"move it below {home}")
        known = sorted(_keys_at(model, key[:-1]))
        near = difflib.get_close_matches(str(key[-1]), known, n=1)
        fix = f"write `{near[0]}`" if near else f"remove it; known here: {', '.join(known)}"
        return Problem(code, where, "unknown key", fix)
    if code == "GL405" and detail["type"] == "missing":
        return Problem(code, where, "key missing", f"add `{key[-1]}`")
    found = printable(json.dumps(detail["input"], default=str, ensure_ascii=False))
    what = message if detail["type"] == code else f"found {found}"
    fix = "change it" if detail["type"] == code else message.replace("Input should", "it should")
    wanted = _WANTED.get(detail["type"], ("", ""))[not lines]
    return Problem(code, where, what, f"it should be {wanted}" if wanted else fix)


_A_TIME: Final = "a time without quotes: 2026-01-31T00:00:00Z"
_A_DATETIME: Final = "a datetime with a zone: datetime(2026, 1, 31, tzinfo=UTC)"
_WANTED: Final = {
    "tuple_type": ("a list", "a list"),
    "datetime_type": (_A_TIME, _A_DATETIME),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), ("a table", "a dict")),
}
"""Names for types in TOML and Python that differ from pydantic's, by the type of the mistake."""


def _code_of(kind: str) -> str:
    if kind.startswith("GL"):
        return kind
    if kind == "extra_forbidden":
        return "GL402"
    if kind == "missing":
        return "GL405"
    return "GL403" if kind.endswith(("_type", "_parsing", "_attributes_type")) else "GL404"


def dotted(key: Sequence[str | int]) -> str:
    """Write a key path as users write it.

    Examples
    --------
    >>> dotted(("sources", 0, "path"))
    'sources[0].path'
    """
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _keys_at(model: type[BaseModel], key: KeyPath) -> set[str]:
    here: type[BaseModel] | None = model
    for part in key:
        if here is not None and isinstance(part, str) and part in here.model_fields:
            here = _model_in(here.model_fields[part].annotation) or here
    return set(here.model_fields) if here is not None else set()


def _home_of(model: type[BaseModel], key: str) -> str:
    """The head of the first table with this key, as written in a file. Empty if there is none."""
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if inner is not None and key in inner.model_fields:
            if typing.get_origin(field.annotation) is tuple:
                return f"[[{name}]]"
            return f"[{name}.NAME]" if _is_mapping(field.annotation) else f"[{name}]"
    return ""


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(inner) for inner in typing.get_args(annotation))
    return next((inner for inner in found if inner is not None), None)


# --- lines ------------------------------------------------------------------------------------------------------------

_HEAD = re.compile(r"^\s*(\[\[?)([^\[\]]++)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")


def _lines_of_keys(text: str) -> dict[KeyPath, int]:
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for number, line in enumerate(text.splitlines(), 1):
        if head := _HEAD.match(line):
            table = tuple(_parts(head[2]))
            if head[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
            for size in range(len(table), 0, -1):
                if table[:size] in counts:  # a table inside an element of an array
                    table = (*table[:size], counts[table[:size]], *table[size:])
                    break
            lines.setdefault(table, number)
        elif found := _KEY.match(line):
            key = (*table, *_parts(found[1]))
            for size in range(len(table) + 1, len(key) + 1):
                lines.setdefault(key[:size], number)
    return lines


def _parts(dotted_key: str) -> Iterator[str]:
    return (part.strip("\"'") for part in _PART.findall(dotted_key))


def _nearest_line(lines: Mapping[KeyPath, int], key: KeyPath) -> int | None:
    return next((lines[key[:size]] for size in range(len(key), 0, -1) if key[:size] in lines), None)


# --- template ---------------------------------------------------------------------------------------------------------


_EXAMPLE: Final = "  # an example; there is no default"


def _template_section(model: type[BaseModel], prefix: str) -> Iterator[str]:
    later: list[tuple[str, FieldInfo]] = []
    for name, field in model.model_fields.items():
        if _model_in(field.annotation) is not None or _is_mapping(field.annotation):
            later.append((name, field))
            continue
        if field.description:
            yield f"# {_in_a_line(field.description)}"
        is_example = not field.is_required() and field.default is None
        yield f"# {name} = {_toml_value(field)}{_EXAMPLE if is_example else ''}"
    for name, field in later:
        inner = _model_in(field.annotation)
        many = typing.get_origin(field.annotation)
        path = prefix + name
        yield ""
        yield f"# --- {(inner.__doc__ or name).splitlines()[0] if inner else _in_a_line(field.description or '')}"
        if many is tuple:
            yield f"# [[{path}]]"
        elif _is_mapping(field.annotation) and inner is not None:
            yield f"# [{path}.NAME]"
        else:
            yield f"# [{path}]" if inner is None or many is not None else f"[{path}]"
        if inner is not None:
            yield from _template_section(inner, path + ".")
        for example in field.examples or []:
            yield from (f"# {key} = {json.dumps(value)}" for key, value in example.items())


def _in_a_line(description: str) -> str:
    return " ".join(description.split())


def _is_mapping(annotation: object) -> bool:
    return typing.get_origin(annotation) is dict


def _toml_value(field: FieldInfo) -> str:
    if field.is_required():
        return '"…"'
    value = field.default
    if value is None:
        value = (field.examples or ["…"])[0]
    if _takes(field.annotation) is datetime:
        return f"{value}T00:00:00Z"
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False, default=str)


def _takes(annotation: object) -> object:
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        return _takes(next(inner for inner in typing.get_args(annotation) if inner is not type(None)))
    return typing.get_args(annotation)[0] if typing.get_origin(annotation) is typing.Annotated else annotation
