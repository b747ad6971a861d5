"""Values inside objects of JSON Lines and Parquet, under dotted names: `details.device.fingerprint`.

What stands inside is a column only where a mapping reaches into it; a column of the file that has the very name comes
first.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from graphlink.reading.columns.layout import plain_name
from graphlink.reading.columns.meanings import plain_meaning

Path = tuple[str, ...]
"""The keys that lead to a value, the outermost first."""
Tree = dict[str, "Path | Tree"]
"""The keys to look for: where one ends it has its whole path, elsewhere the keys below it."""
NOTHING_NESTED: Final[Mapping[str, Mapping[str, Path]]] = MappingProxyType({})

MANY: Final = 1_000
"""Names inside one column; with more its keys are data, such as ids."""
MOST: Final = 10_000
"""Names in all; with more those of the columns are data themselves."""
DEEP: Final = 10


class Insides:
    """The columns of rows that come one after the other, and the way to each value inside their objects.

    Very many keys of an object, or of all rows, are data: only wanted names are kept then. The order of rows does not
    change which.
    """

    def __init__(self, wanted: Iterable[str] = ()) -> None:
        self._wanted = frozenset(map(plain_name, wanted))
        self._dotted = tuple(name for name in self._wanted if "." in name)
        self._columns: dict[str, dict[Path, bool]] = {}
        self._crowded: set[str] = set()
        self._n = 0
        self.is_full = False

    @property
    def names(self) -> tuple[str, ...]:
        """The columns."""
        return tuple(self._columns)

    def news(self, row: Mapping[str, object]) -> dict[Path, bool]:
        """Give the new paths of a row that are to be kept, and whether each is wanted."""
        news: dict[Path, bool] = {}
        for key, value in row.items():
            inside = self._columns.get(key)
            if inside is None:
                self._consider((key,), news, is_crowded=self.is_full)
            if isinstance(value, dict):
                is_crowded = self.is_full or key in self._crowded
                if is_crowded and not self._is_reached(key):
                    continue
                for path in _ends(value, (key,)):
                    if inside is None or path not in inside:
                        self._consider(path, news, is_crowded=is_crowded)
        return news

    def _is_wanted(self, name: str) -> bool:
        return plain_name(name) in self._wanted

    def _is_reached(self, key: str) -> bool:
        """Whether something inside a column may be wanted."""
        return any(name.startswith(plain_name(key) + ".") for name in self._dotted)

    def _consider(self, path: Path, news: dict[Path, bool], *, is_crowded: bool) -> None:
        is_wanted = self._is_wanted(".".join(path)) or (is_crowded and len(path) == 1 and bool(plain_meaning(path[0])))
        if is_wanted or not is_crowded:
            news[path] = is_wanted

    def add(self, news: Mapping[Path, bool]) -> None:
        """Take in what a row has that is new."""
        for path, is_wanted in news.items():
            key = path[0]
            if not is_wanted and (self.is_full or key in self._crowded):
                continue
            column = self._columns.setdefault(key, {})
            if len(path) > 1:
                column[path] = is_wanted
            self._n += not is_wanted
            if len(column) > MANY and sum(not each for each in column.values()) > MANY:
                self._crowded.add(key)
                self._columns[key] = _wanted_of(column)
            if self._n > MOST and not self.is_full:
                self.is_full = True
                wanted = {key: _wanted_of(column) for key, column in self._columns.items()}
                self._columns = {
                    key: column
                    for key, column in wanted.items()
                    if column or self._is_wanted(key) or plain_meaning(key)
                }

    def ways(self) -> dict[str, dict[str, Path]]:
        """Give the way to each value by its dotted name; two ways to one name are none.

        Examples
        --------
        >>> insides = Insides()
        >>> insides.add(insides.news({"id": 1, "details": {"device": {"os": "x"}, "n": [1]}}))
        >>> insides.ways()
        {'details': {'details.device.os': ('details', 'device', 'os'), 'details.n': ('details', 'n')}}
        """
        nested = {}
        for key, column in self._columns.items():
            ways: dict[str, Path | None] = {}
            for path in column:
                name = ".".join(path)
                ways[name] = None if name in ways else path
            nested[key] = {name: path for name, path in ways.items() if path is not None}
        return {key: ways for key, ways in nested.items() if ways}


def _wanted_of(column: Mapping[Path, bool]) -> dict[Path, bool]:
    return {path: True for path, is_wanted in column.items() if is_wanted}


def _ends(value: Mapping[str, object], way: Path) -> Iterator[Path]:
    """Give the way to each plain value inside."""
    for key, inner in value.items():
        path = (*way, key)
        if isinstance(inner, dict) and len(path) <= DEEP:
            yield from _ends(inner, path)
        else:
            yield path


def reached(names: tuple[str, ...], nested: Mapping[str, Iterable[str]], mapped: Iterable[str]) -> tuple[str, ...]:
    """Put what stands inside a column in its place, where a mapping reaches into it.

    Examples
    --------
    >>> reached(("id", "d"), {"d": ("d.ip", "d.os")}, ["id", "d.ip"])
    ('id', 'd.ip', 'd.os')
    """
    there = frozenset(names)
    wanted = [name for name in mapped if name not in there]
    found: list[str] = []
    known: set[str] = set()
    for name in names:
        inside = nested.get(name, ())
        deeper = inside and any(each.startswith(name + ".") for each in wanted)
        new = [each for each in inside if each not in there and each not in known] if deeper else [name]
        found += new
        known.update(new)
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
