"""Values inside objects of JSON Lines, under dotted names: `details.device.fingerprint`.

What stands inside is a column only where a mapping reaches into it; a column of the file that has the very name comes
first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Path = tuple[str, ...]
"""The keys that lead to a value, the outermost first."""
Tree = dict[str, "Path | Tree"]
"""The keys to look for: where one ends it has its whole path, elsewhere the keys below it."""
NOTHING_NESTED: Final[Mapping[str, Mapping[str, Path]]] = MappingProxyType({})

MANY: Final = 200
"""Names inside one column; with more its keys are data, such as ids."""
_DEEP: Final = 10


class Insides:
    """What stands inside the objects of rows that are told one after the other.

    Of an object with very many keys, which are data, the names of ``wanted`` are found wherever they stand.
    """

    def __init__(self, wanted: Iterable[str] = ()) -> None:
        parts = [name.split(".") for name in wanted]
        self._wanted = frozenset(
            ".".join(part[low:high]) for part in parts for low in range(len(part)) for high in range(low, len(part) + 1)
        )
        self._nodes: dict[str, _Node] = {}

    def note(self, row: Mapping[str, object]) -> None:
        """Take in what a row has."""
        for key, value in row.items():
            if isinstance(value, dict):
                self._nodes.setdefault(key, _Node()).grow(value, self._wanted)

    def ways(self) -> dict[str, dict[str, Path]]:
        """Give the way to each value by its dotted name; two ways to one name are none."""
        nested = {}
        for key, node in self._nodes.items():
            ways: dict[str, Path | None] = {}
            for path in node.paths((key,)):
                name = ".".join(path)
                ways[name] = None if name in ways else path
            nested[key] = {name: path for name, path in ways.items() if path is not None}
        return {key: ways for key, ways in nested.items() if ways}


def find_nested(rows: Iterable[Mapping[str, object]]) -> dict[str, dict[str, Path]]:
    """Find what stands inside the objects of some rows; two ways to one dotted name are none.

    Examples
    --------
    >>> find_nested([{"id": 1, "details": {"device": {"os": "x"}, "n": [1]}}])
    {'details': {'details.device.os': ('details', 'device', 'os'), 'details.n': ('details', 'n')}}
    """
    insides = Insides()
    for row in rows:
        insides.note(row)
    return insides.ways()


def reached(names: tuple[str, ...], nested: Mapping[str, Iterable[str]], mapped: Iterable[str]) -> tuple[str, ...]:
    """Put what stands inside a column in its place, where a mapping reaches into it.

    Examples
    --------
    >>> reached(("id", "d"), {"d": ("d.ip", "d.os")}, ["id", "d.ip"])
    ('id', 'd.ip', 'd.os')
    """
    wanted = [name for name in mapped if name not in names]
    found: list[str] = []
    for name in names:
        inside = nested.get(name, ())
        deeper = inside and any(each.startswith(name + ".") for each in wanted)
        found += [each for each in inside if each not in names and each not in found] if deeper else [name]
    return tuple(found)


def tree_of(paths: Iterable[Path]) -> Tree:
    """Put paths together.

    Raises
    ------
    LookupError
        If one leads through the end of another; with both.
    """
    tree: Tree = {}
    for path in sorted(paths, key=len):
        here = tree
        for key in path[:-1]:
            below = here.setdefault(key, {})
            if not isinstance(below, dict):
                raise LookupError(below, path)  # noqa: TRY004 - the paths are wrong, not a type
            here = below
        here[path[-1]] = path
    return tree


@dataclass(slots=True)
class _Node:
    """A key inside an object: whether some row has a plain value there, and what stands below it."""

    ends: bool = False
    below: dict[str, _Node] = field(default_factory=dict)

    def grow(self, value: object, wanted: frozenset[str], depth: int = 0) -> None:
        """Add what a row has."""
        if not isinstance(value, dict) or depth == _DEEP:
            self.ends = True
            return
        for key, inner in value.items():
            if key in self.below or len(self.below) < MANY or key in wanted:
                self.below.setdefault(key, _Node()).grow(inner, wanted, depth + 1)

    def paths(self, path: Path) -> Iterator[Path]:
        """Give the way to each value."""
        if self.ends:
            yield path
        for key, node in self.below.items():
            yield from node.paths((*path, key))
