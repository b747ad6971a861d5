"""The numbers of a world: ranges read from a TOML file, and the values that one world draws from them.

A parameter file gives every number either as a value or as a range `[low, high]`. Each world draws its own value from
each range, because a detector must be judged on other parameters than those it was tuned on, not merely on other seeds.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_type_hints

from graphlink.lab.simulate.settings import Settings
from graphlink.words.errors import ConfigError, Place, Problem
from graphlink.words.escape import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

PRESETS: Final = ("default", "cautious", "noisy", "bare")


@dataclass(frozen=True, slots=True)
class Range:
    """The two ends of a number; a text has two equal ones."""

    low: Any
    high: Any


@dataclass(frozen=True, slots=True)
class WorldParameters:
    """The ranges of one parameter file, by section and name, in the order of `Settings`."""

    name: str
    ranges: tuple[tuple[str, tuple[tuple[str, Range], ...]], ...]

    def draw(self, rng: np.random.Generator) -> Settings:
        """Draw one world's settings, each number evenly from its own range."""
        kinds = get_type_hints(Settings)
        drawn = {}
        for section, numbers in self.ranges:
            drawn[section] = kinds[section](**{name: _between(some, rng) for name, some in numbers})
        return Settings(**drawn)


def load_parameters(name: str | Path = "default") -> WorldParameters:
    """Load a parameter set by its name (`default`, `cautious`, `noisy`, `bare`), or from a TOML file.

    A file need only give what differs from `default`: it is laid over it.

    Raises
    ------
    ConfigError
        With every mistake of the file: a section or number that worlds do not have, or a range that is none.

    Examples
    --------
    >>> import numpy as np
    >>> load_parameters("default").draw(np.random.default_rng(1)).time.window_days
    28
    """
    ranges = _read("default", _preset("default"))
    if str(name) == "default":
        return _order("default", ranges)
    if str(name) in PRESETS:
        return _order(str(name), ranges | _read(str(name), _preset(str(name))))
    path = Path(name)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fix = f"name a file, or one of {', '.join(PRESETS)}"
        raise ConfigError("GL409", Place(str(path)), f"cannot be read ({type(error).__name__})", fix) from None
    return _order(path.stem, ranges | _read(str(path), text))


def _preset(name: str) -> str:
    return resources.files("graphlink.lab.simulate").joinpath("worlds", f"{name}.toml").read_text("utf-8")


def _order(title: str, ranges: dict[tuple[str, str], Range]) -> WorldParameters:
    sections = get_type_hints(Settings)
    names = {section: [field.name for field in fields(kind)] for section, kind in sections.items()}
    ordered = ((section, tuple((name, ranges[section, name]) for name in names[section])) for section in names)
    return WorldParameters(title, tuple(ordered))


def _read(where: str, text: str) -> dict[tuple[str, str], Range]:
    """Read a parameter file: ranges by section and name."""
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError("GL401", Place(where), f"not TOML: {printable(str(error))}", "correct the line") from None
    ranges: dict[tuple[str, str], Range] = {}
    problems: list[Problem] = []
    for section, name, given in _numbers(document):
        found = _check(where, section, name, given)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            ranges[section, name] = found
    if problems:
        raise ConfigError.of(problems)
    return ranges


def _numbers(document: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for section, numbers in document.items():
        if isinstance(numbers, dict):
            yield from ((section, name, given) for name, given in numbers.items())
        else:
            yield "", section, numbers


def _check(where: str, section: str, name: str, given: Any) -> Range | Problem:  # noqa: ANN401 (whatever TOML holds)
    sections = get_type_hints(Settings)
    hint = get_type_hints(sections[section]).get(name) if section in sections else None
    place = Place(where, column=f"{section}.{name}".lstrip("."))
    if hint is None:
        return Problem("GL402", place, "unknown key", "see worlds/default.toml for all numbers of a world")
    ends = given if isinstance(given, list) else [given, given]
    wanted = {int: (int,), float: (int, float), str: (str,)}[hint]
    if any(type(end) not in wanted for end in ends):
        return Problem("GL403", place, f"found {printable(str(given))}", f"write one {hint.__name__} or a range of two")
    match ends:
        case [low, high] if low <= high:
            return Range(hint(low), hint(high))
    return Problem("GL404", place, f"{printable(str(given))} is no range", "write [low, high]")


def _between(some: Range, rng: np.random.Generator) -> Any:  # noqa: ANN401 (an int, a float or a text, as its field says)
    share = rng.random()  # drawn even for a fixed number, so that giving it a range leaves the others as they are
    if isinstance(some.low, str):
        return some.low
    value = some.low + share * (some.high - some.low)
    return round(value) if isinstance(some.low, int) else value
