"""The inputs of a week's sweep: settings and a week come in, the settings with that week's window and paths go out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from graphlink.config.settings import Config, SourceConfig, config_digest
from graphlink.model.weeks import end_of, weeks_until
from graphlink.sweeps.expected_loss import name_by_age
from graphlink.words.errors import ConfigError, InputError, Place

WEEK: Final = "{week}"
"""The placeholder for the week in a path or query. Queries also have ``{window_start}`` and ``{as_of}``."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a sweep."""

    week: str
    as_of: datetime
    config: Config
    """The settings with this week's window and sources."""
    base_digest: str
    """Digest of the settings as written in the file, the same every week."""
    missing: tuple[str, ...]
    """The missing sources, as the settings name them."""
    called: tuple[str, ...]
    """The lasting name of each source, wherever the settings place it."""
    late: frozenset[str]
    """Lasting names of the sources without an export of this week."""
    lacking: frozenset[str]
    """Names of all missing exports, of any age."""
    ages: tuple[int, ...]
    """For each source of ``config``: how many weeks its export is older than this week's."""

    @property
    def command(self) -> tuple[str, ...]:
        """The arguments that repeat the sweep, without the folders of this machine."""
        return ("graphlink", "sweep", "--week", self.week, "--as-of", self.as_of.isoformat().replace("+00:00", "Z"))


def plan_sweep(config: Config, week: str, as_of: datetime | None, *, allow_partial: bool) -> Plan:
    """Find a week's window and sources.

    Parameters
    ----------
    config
        The settings as written in the file.
    week
        The ISO week.
    as_of
        The end of the data. The default is the end of the week. The clock is never read.
    allow_partial
        Whether sources may be missing.

    Raises
    ------
    ConfigError
        If the settings have no source.
    InputError
        GL101 if a source is missing.
    """
    if not config.sources:
        where = Place("graphlink.toml", column="sources")
        raise ConfigError("GL405", where, "a sweep reads `[[sources]]`, and there is none", "add one")
    moment = (as_of or end_of(week)).astimezone(UTC)
    start = moment - timedelta(days=config.sweep.window_days)
    there: list[tuple[SourceConfig, str, int]] = []
    gone: list[tuple[str, str, int]] = []
    for source, name in zip(config.sources, _lasting_names(config.sources), strict=True):
        exports = _of_weeks(source, week, config.sweep.export_weeks, (start, moment))
        for age, each in zip(reversed(range(len(exports))), exports, strict=True):
            place = each.path or each.database
            if place is None or Path(place).exists():
                there.append((each, name, age))
            elif allow_partial:
                gone.append((_named(each, place, week), name, age))
            else:
                raise _no_such_export(place, source, week, config.sweep.export_weeks)
    if not there:
        raise InputError("GL101", week, "none of its exports is there", "wait for them")
    reading = config.reading.model_copy(update={"window_start": start, "window_end": moment, "latest": moment})
    sources, called, ages = zip(*there, strict=True)
    return Plan(
        week=week,
        as_of=moment,
        config=config.model_copy(update={"sources": sources, "reading": reading}),
        base_digest=config_digest(config),
        missing=tuple(named for named, *_ in gone),
        called=called,
        late=frozenset(name for _, name, age in gone if not age),
        lacking=frozenset(name_by_age(name, age) for _, name, age in gone),
        ages=ages,
    )


def is_weekly(config: Config) -> bool:
    """Whether a source changes every week, so that it can be read only for a given week."""
    return any(
        word in text
        for source in config.sources
        for text in (source.path, source.database, source.query)
        for word in (WEEK, "{window_start}", "{as_of}")
        if text is not None
    )


def _no_such_export(place: str, source: SourceConfig, week: str, count: int) -> InputError:
    """The error for a missing export, with the reason if it is from an earlier week."""
    what, fix = f"no such export of {week}", "wait for it or correct `path`; --allow-partial sweeps without it"
    earlier = [each for each in weeks_until(week, count)[:-1] if place == (source.path or "").replace(WEEK, each)]
    if earlier and WEEK in (source.path or ""):
        what = (
            f"no such export of {earlier[0]}, which the sweep of {week} reads too: "
            f"`export_weeks = {count}` makes its window of {count} weekly exports"
        )
        fix = "bring it; lower `export_weeks` if each export goes back far enough; --allow-partial sweeps without it"
    return InputError("GL101", place, what, fix)


def _of_weeks(source: SourceConfig, week: str, count: int, window: tuple[datetime, datetime]) -> list[SourceConfig]:
    """The exports of the window's weeks, oldest first. A source without the placeholder is one export."""
    if source.query is not None:
        start, moment = (each.isoformat() for each in window)
        query = source.query.replace("{window_start}", start).replace("{as_of}", moment)
        update = {"query": query.replace(WEEK, week)}
        if source.database is not None:
            update["database"] = source.database.replace(WEEK, week)
        return [source.model_copy(update=update)]
    path = source.path or ""
    if WEEK not in path:
        return [source]
    return [source.model_copy(update={"path": path.replace(WEEK, each)}) for each in weeks_until(week, count)]


def _lasting_names(sources: Sequence[SourceConfig]) -> list[str]:
    """Name the sources so that they keep their names when others are added before them. Equal names are numbered."""
    names: list[str] = []
    taken: Counter[str] = Counter()
    for source in sources:
        parts = Path(source.path or source.database or "").parts
        place = next((number for number, part in enumerate(parts) if WEEK in part), len(parts) - 1)
        name = source.name or "/".join(parts[max(place - 1, 0) :])
        taken[name] += 1
        names.append(name if taken[name] == 1 else f"{name} ({taken[name]})")
    return names


def _named(source: SourceConfig, place: str, week: str) -> str:
    """Name a source without the folders of this machine."""
    path = Path(place)
    return source.name or (f"{path.parent.name}/{path.name}" if week in path.parent.name else path.name)
