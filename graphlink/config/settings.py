"""The configuration: ``graphlink.toml`` read, checked and explained.

In goes a TOML file or nothing, out comes one frozen ``Config``. Every key stands here once, with its default and the
reason for it; the template, the JSON Schema and the checks are all made from these models. All mistakes of a file are
reported at once, each with its line.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import re
from datetime import UTC, date, datetime, time
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from graphlink.config.declared_types import wrong_declarations
from graphlink.config.lineage import STATUSES, LineageSettings
from graphlink.config.method import Method
from graphlink.config.path_setting import PlaceSetting
from graphlink.config.sweeps import HOUSEKEEPING, PLACES, SweepSettings
from graphlink.config.toml import frozen, mistakes, read_toml, template
from graphlink.model.signal_types import BUILT_IN_TYPES
from graphlink.model.signals import Provenance
from graphlink.model.times import NO_TIME
from graphlink.model.weeks import microseconds_of
from graphlink.words.escape import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphlink.config.toml import Mistake

Shape = Literal["sightings", "events", "accounts"]
Format = Literal["csv", "tsv", "jsonl", "parquet"]
Normaliser = Literal[
    "text",
    "nfc",
    "lower",
    "uuid",
    "spaces",
    "ip",
    "ip_prefix",
    "asn",
    "card",
    "card_bin",
    "email",
    "email_domain",
    "phone",
    "prompt",
]


def load_config(path: str | Path) -> Config:
    """Read and check a configuration file.

    Parameters
    ----------
    path
        The file; paths in it are found from its folder.

    Raises
    ------
    ConfigError
        With every mistake of the file.
    TypeError
        If it is no path.
    """
    if not isinstance(path, str | PathLike):
        raise TypeError(f"path is {type(path).__name__}; give the path of a settings file")
    path = Path(path)
    config = read_toml(path, Config, lambda read: _wrong_together(read, path.parent))
    sources = tuple(each.below(path.parent) for each in config.sources)
    folder = path.parent
    return config.model_copy(
        update={"sources": sources, "privacy": config.privacy.below(folder), "sweep": config.sweep.below(folder)}
    )


def config_template() -> str:
    """Write out every key with its default and its reason, all commented out.

    Examples
    --------
    >>> "# max_value_bytes = 65536" in config_template()
    True
    """
    return template(Config, _TEMPLATE_HEAD)


def config_schema() -> dict[str, object]:
    """Describe the file as JSON Schema, for an editor."""
    schema = Config.model_json_schema()
    schema["description"] = schema["description"].partition("\n")[0]
    schema["$defs"]["KnownSignal"] = {**schema["$defs"]["SignalDeclaration"], "required": []}
    known = {"$ref": "#/$defs/KnownSignal"}
    schema["properties"]["signals"]["properties"] = {each.name: known for each in BUILT_IN_TYPES}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def config_settings(config: Config) -> dict[str, object]:
    """All settings but where sources and key stand, so that moving a folder changes nothing.

    Queries and placeholders can name people, so they stay out where names are exchanged for pseudonyms.
    """
    hidden = config.privacy.pseudonymise
    return config.model_dump(
        mode="json",
        exclude={
            "sources": {"__all__": _PLACES | {"query"} if hidden else _PLACES},
            "reading": {"placeholders"} if hidden else set(),
            "privacy": {"key_file"},
            "limits": True,  # they change no result
            "sweep": PLACES | HOUSEKEEPING,
        },
    )


def config_digest(config: Config) -> str:
    """SHA-256 of ``config_settings``."""
    return hashlib.sha256(json.dumps(config_settings(config), sort_keys=True).encode()).hexdigest()


def declared_families(config: Config) -> dict[str, str]:
    """The family of each type that ``[signals]`` declares."""
    return {name: each.family for name, each in config.signals.items()}


def reading_settings(config: Config) -> dict[str, object]:
    """The settings that decide what is read, by their sections; of ``[lineage]`` the statuses, of which one counts.

    ``[method]``, ``[sweep]``, ``[limits]`` and the rest of ``[lineage]`` speak of what is done with it.

    Examples
    --------
    >>> one, other = Config(method={"smallest_ring": 5}), Config(ignore_types=["asn"])
    >>> reading_settings(one) == reading_settings(Config()), reading_settings(other) == reading_settings(Config())
    (True, False)
    """
    return config.model_dump(include=dict.fromkeys(_READ_WITH, True) | {"lineage": set(STATUSES)})


_READ_WITH = ("ignore_types", "ignore_columns", "reading", "columns", "signals", "privacy", "sources")
_TEMPLATE_HEAD = """\
# graphlink.toml: every key with its default or, where it has none, an example. Remove the "# " before a line to set it.
# Check it with: graphlink config validate graphlink.toml
"""
_PLACES = {"path", "database", "dsn_env", "dsn_file"}


# --- what values look like --------------------------------------------------------------------------------------------


def _refuse(code: str, message: str) -> NoReturn:
    raise PydanticCustomError(code, "{message}", {"message": message})


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        _refuse("GL404", "should be a time zone such as 'UTC' or 'Europe/Berlin'")
    return name


def _known_encoding(name: str) -> str:
    try:
        "a".encode(name).decode(name)
        codecs.getincrementaldecoder(name)
    except (LookupError, ValueError):  # unknown, none of text, or no name at all
        _refuse("GL404", "should be an encoding such as 'utf-8', 'utf-16' or 'cp1252'")
    return name


def _single_byte(delimiter: str) -> str:
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0':
        _refuse("GL404", 'should be one ASCII character, neither a quote nor a line\'s end; a tab is written "\\t"')
    return delimiter


def _known_time_format(name: str) -> str:
    if name not in {"iso", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns"} and "%" not in name:
        known = "'iso', 'epoch_s', 'epoch_ms', 'epoch_us', 'epoch_ns'"
        _refuse("GL404", f"should be {known} or a pattern such as '%d/%m/%Y %H:%M'")
    if "%" in name:
        try:
            datetime.strptime(datetime(2026, 1, 31, tzinfo=UTC).strftime(name), name)  # noqa: DTZ007  only tried
        except (ValueError, re.error) as error:
            _refuse("GL404", f"should be a pattern that reads times, such as '%d/%m/%Y %H:%M' ({error})")
    return name


def _known_region(name: str) -> str:
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415  seldom set, and costs a tenth of a second

    if name not in SUPPORTED_REGIONS:
        _refuse("GL404", "should be a country with telephone numbers, in two capitals such as 'GB'")
    return name


def _instant(value: object, info: ValidationInfo) -> object:
    if info.mode == "json" and isinstance(value, str):  # TOML has times of its own, JSON does not
        return datetime.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), UTC)
    return value


def _with_offset(value: datetime) -> datetime:
    if value.tzinfo is None:
        _refuse("GL404", "should have an offset, as 2026-01-31T00:00:00Z has")
    try:
        moment = value.astimezone(UTC)
    except OverflowError:
        moment = datetime.max.replace(tzinfo=UTC)
    if moment > _LAST_SECOND:
        _refuse("GL404", "should lie within the years 1 to 9999 of UTC")
    return moment.replace(microsecond=0)  # as it is written, and read back to verify a sweep


def _each_column_once(columns: dict[str, str]) -> dict[str, str]:
    by_column: dict[str, str] = {}
    for ours, theirs in columns.items():
        other = by_column.setdefault(theirs.strip().casefold(), ours)
        if other != ours:
            both = f"`{printable(other)}` and `{printable(ours)}`"
            _refuse("GL404", f"{both} are both mapped to `{printable(theirs)}`; map one of them")
    return columns


Columns = Annotated[dict[str, str], AfterValidator(_each_column_once)]
TimeZone = Annotated[str, AfterValidator(_known_timezone)]
Encoding = Annotated[str, AfterValidator(_known_encoding)]
TimeFormat = Annotated[str, AfterValidator(_known_time_format)]
PhoneRegion = Annotated[str, Field(pattern="^[A-Z]{2}$"), AfterValidator(_known_region)]
Instant = Annotated[datetime, BeforeValidator(_instant), AfterValidator(_with_offset)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


# --- sections ---------------------------------------------------------------------------------------------------------


class SourceConfig(_Section):
    """One source: a file, a folder of files, or a query. Keys left out are those of [reading]."""

    path: PlaceSetting | None = Field(
        default=None, examples=["exports/"], description="A file or a folder of files, from the folder of this file."
    )
    query: str | None = Field(
        default=None,
        examples=["SELECT account_id, signal_type, signal_value FROM sightings"],
        description="The one SQL query that is sent to a database.",
    )
    database: PlaceSetting | None = Field(
        default=None,
        examples=["warehouse.duckdb"],
        description="A DuckDB or SQLite file for the query; opened for reading only.",
    )
    dsn_env: str | None = Field(
        default=None,
        examples=["GRAPHLINK_DSN"],
        description="Name of the variable that holds a PostgreSQL connection string.",
    )
    dsn_file: PlaceSetting | None = Field(
        default=None, examples=["dsn.secret"], description="File that holds one; yours alone (mode 0600)."
    )
    name: str | None = Field(
        default=None,
        examples=["warehouse"],
        description="How reports call the source; default: the name of the file, in a folder after that of the folder. "
        "Files of one name have as many of the folders above them as tell them apart.",
    )
    shape: Shape | None = Field(
        default=None, examples=["sightings"], description="What a row is; default: by the names of the columns."
    )
    format: Format | None = Field(default=None, examples=["csv"], description="Default: by the name of the file.")
    delimiter: Annotated[str, AfterValidator(_single_byte)] | None = Field(
        default=None, examples=[";"], description="Default: comma, or tab in a .tsv."
    )
    encoding: Encoding | None = Field(default=None, examples=["cp1252"], description="Default: UTF-8.")
    timezone: TimeZone | None = Field(
        default=None,
        examples=["UTC"],
        description="For times without an offset; without it they are rejected. Days begin at 00:00 UTC all the same.",
    )
    time_format: TimeFormat | None = Field(
        default=None,
        examples=["%d/%m/%Y %H:%M"],
        description="iso, epoch_s, epoch_ms, epoch_us, epoch_ns or a pattern.",
    )
    allow_empty: bool | None = Field(
        default=None, examples=[True], description="Whether an export without rows is normal."
    )
    account_prefix: str | None = Field(
        default=None,
        examples=["auth0|"],
        min_length=1,
        description="Text that is cut from the front of account ids, where other sources write them without it. It "
        "stands for itself and is no pattern; ids that do not begin with it stay as they are, and are counted.",
    )
    account_suffix: str | None = Field(
        default=None, examples=[".0"], min_length=1, description="Likewise from their end, as pandas writes 7 as 7.0."
    )
    account_drop_zeros: bool | None = Field(
        default=None,
        examples=[True],
        description="Whether zeros in front of account ids that are numbers are dropped: 00123 is 123.",
    )
    account_lower_case: bool | None = Field(
        default=None,
        examples=[True],
        description="Whether capitals in account ids become small letters; UUIDs and mail addresses stand in either.",
    )
    columns: Columns = Field(
        default_factory=dict,
        examples=[{"account_id": "user_id"}],
        description="Our name = the name in the file; a dotted one reaches into objects of JSON Lines and Parquet, "
        'as in device = "details.device.fingerprint".',
    )

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        files = self.path is not None
        places = [self.database, self.dsn_env, self.dsn_file]
        if files == (self.query is not None) or (files and any(places)):
            _refuse("GL405", "should have either `path`, or `query` with `database`, `dsn_env` or `dsn_file`")
        if self.query is not None and sum(place is not None for place in places) != 1:
            _refuse("GL405", "`query` needs exactly one of `database`, `dsn_env` and `dsn_file`")
        return self

    def below(self, folder: Path) -> SourceConfig:
        """The same source, its files found from the folder of the configuration."""
        places = {name: getattr(self, name) for name in ("path", "database", "dsn_file")}
        return self.model_copy(update={name: str(folder / place) for name, place in places.items() if place})

    @property
    def identity(self) -> tuple[str | None, ...]:
        """What makes two sources the same."""
        path = None if self.path is None else str(Path(self.path))
        return (path, self.query, self.database, self.dsn_env, self.dsn_file)


class SignalDeclaration(_Section):
    """A signal type of your own, or one of graphlink's told anew."""

    family: str = Field(
        min_length=1,
        description="Types of one family do not corroborate each other. What a browser says of itself is of the family "
        "`client`, and no `device`: thousands say the same. A known type keeps its own unless told.",
    )
    provenance: Provenance = Field(
        strict=False,
        description="Who could have written it: observed, claimed, free_text or third_party. Likewise.",
    )
    normalise: Normaliser = Field(default="text", description="How equal things are made equal; text: as they stand.")
    adds_up: bool = Field(default=False, description="Whether values of the family are independent of each other.")
    tells_apart: bool = Field(
        default=False,
        description="Whether even values of many accounts are what these did or have. Otherwise, where a quarter of "
        "all accounts bear values that eight or more have, the type describes people as a city does, and links nobody.",
    )


class ReadingConfig(_Section):
    """How exports are read."""

    timezone: TimeZone | None = Field(
        default=None,
        examples=["UTC"],
        description="For times without an offset. None: such rows are rejected, since the hour would be a guess. A day "
        "without a time of day is none of them: it begins at 00:00 UTC, whatever stands here.",
    )
    time_format: TimeFormat = Field(
        default="iso",
        description="iso also takes epoch numbers, whose unit is clear from their size (2000 to 2100).",
    )
    strict_times: bool = Field(
        default=False, description="Reject local times in a change of the clocks; else the earlier instant is taken."
    )
    encoding: Encoding = Field(
        default="utf-8", description="What nearly every exporter writes; anything else is refused."
    )
    allow_empty: bool = Field(default=False, description="A header without rows usually means that an export failed.")
    window_start: Instant | None = Field(
        default=None, examples=["2026-01-01"], description="Rows that ended before are out of the window."
    )
    window_end: Instant | None = Field(
        default=None, examples=["2026-04-01"], description="Rows that began then or later are out of the window."
    )
    latest: Instant | None = Field(
        default=None,
        examples=["2026-04-01"],
        description="Times over ten minutes after it are rejected. None: the year 2100, which finds wrong units.",
    )
    trim: bool = Field(default=True, description="Drop spaces around ids and values; exporters pad, people do not.")
    null_tokens: tuple[str, ...] = Field(
        default=(
            *("NULL", "Null", "null", "None", "none", "NIL", "nil", "NAN", "NaN", "nan", "NaT"),
            *("N/A", "n/a", "NA", "na", "<NA>", r"\N"),
        ),
        description="Texts that mean 'nothing'; an account of that name would join strangers. Beside them, `-`, `?`, "
        "`(null)`, `#N/A`, `undefined` and the like are no account ids.",
    )
    placeholders: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        examples=[{"device": ["unknown-device"]}],
        description="Values of your systems that stand for nothing, by signal type or '*', beside the built-in ones.",
    )
    phone_region: PhoneRegion | None = Field(
        default=None,
        examples=["GB"],
        description="Country of telephone numbers without a country code. None: such numbers link nobody.",
    )
    max_value_bytes: int = Field(
        default=65_536, ge=1, le=1 << 24, description="A longer value is an accident, not a signal."
    )
    max_id_bytes: int = Field(
        default=1_024, ge=1, le=65_536, description="Ids are keys; longer ones come from shifted columns."
    )
    max_row_bytes: int = Field(
        default=1 << 20, ge=1, le=1 << 26, description="Bounds memory and what a stray quote can swallow."
    )
    max_bytes: int = Field(
        default=1 << 38, ge=1, le=1 << 60, description="Uncompressed size of one file (256 GiB); ends endless streams."
    )
    max_expansion: int = Field(
        default=200,
        ge=2,
        le=1 << 30,
        description="Compressed files that grow by more (after 64 MiB) are refused; logs grow 10- to 30-fold.",
    )
    max_reject_share: float = Field(
        default=0.01, ge=0, le=1, description="Above this share of rejected rows in one file, the file is refused."
    )
    degraded_reject_share: float = Field(
        default=0.001,
        ge=0,
        le=1,
        description="Above this share of all rows, the run is published and marked as degraded.",
    )

    @model_validator(mode="after")
    def _window_in_order(self) -> Self:
        if self.window_start and self.window_end and self.window_start >= self.window_end:
            _refuse("GL404", "`window_start` should lie before `window_end`")
        return self

    @property
    def window(self) -> tuple[int, int]:
        """Start and end of the window in microseconds, ``NO_TIME`` where it is open."""
        return _microseconds(self.window_start), _microseconds(self.window_end)


class PrivacyConfig(_Section):
    """Whose names stand in what is written."""

    pseudonymise: bool = Field(
        default=False,
        description="Exchange ids and values for pseudonyms before the analysis; the raw ones reach no output.",
    )
    key_file: PlaceSetting | None = Field(
        default=None,
        examples=["graphlink.key"],
        description="File with the secret key, 32 bytes drawn by chance; yours alone (mode 0600). Another key, other "
        "pseudonyms: last week's no longer match.",
    )
    key_id: str | None = Field(
        default=None,
        examples=["712fd74e12c20125"],
        pattern="^[0-9a-f]{16}$",
        description="What a run says of its key (notice GL325). A file with another key is then refused, so that no "
        "sweep takes all accounts for new.",
    )

    @model_validator(mode="after")
    def _key_named(self) -> Self:
        if self.pseudonymise and self.key_file is None:
            _refuse("GL405", "`pseudonymise` needs `key_file`")
        return self

    def below(self, folder: Path) -> PrivacyConfig:
        """The same, its key found from the folder of the configuration."""
        if self.key_file is None:
            return self
        return self.model_copy(update={"key_file": str(folder / self.key_file)})


class LimitsConfig(_Section):
    """What the process may use that a command starts to read and analyse in; from Python, nothing is limited.

    Limits change no result.
    """

    max_memory_mb: int | None = Field(
        default=None,
        examples=[8_000],
        ge=1,
        le=10**9,
        description="Memory in MB (10^6 bytes). None: what the machine or the container has.",
    )
    max_stage_seconds: int = Field(
        default=7_200,
        ge=1,
        le=31_536_000,
        description="Time of each stage, on the clock and on each processor; an unattended run must come to an end.",
    )


class Config(_Section):
    """All settings of a run, by the keys of ``graphlink.toml``: a table is a dict, an array a list.

    Raises
    ------
    ConfigError
        With every mistake.

    Examples
    --------
    >>> import graphlink as gl
    >>> config = gl.Config(reading={"timezone": "UTC"}, ignore_types=["note"])
    >>> config.reading.timezone, config.ignore_types
    ('UTC', ('note',))
    """

    ignore_types: tuple[str, ...] = Field(default=(), description="Signal types in exports that are to be left out.")
    ignore_columns: tuple[str, ...] = Field(
        default=(),
        examples=[["remote_addr"]],
        description="Columns in exports that are not read though their names are known, such as the address of a load "
        "balancer of your own where another column has the customer's.",
    )
    reading: ReadingConfig = ReadingConfig()
    columns: Columns = Field(
        default_factory=dict, examples=[{"account_id": "user_id"}], description="Our name = the name in your files."
    )
    method: Method = Method()
    limits: LimitsConfig = LimitsConfig()
    lineage: LineageSettings = LineageSettings()
    sweep: SweepSettings = SweepSettings()
    privacy: PrivacyConfig = PrivacyConfig()
    signals: dict[str, SignalDeclaration] = Field(default_factory=dict)
    sources: tuple[SourceConfig, ...] = ()

    def __init__(self, **settings: object) -> None:
        try:
            super().__init__(**{key: frozen(told) for key, told in settings.items()})
        except ValidationError as error:
            raise mistakes(error, Config, "config") from None

    # As of pydantic's own: a file and JSON are validated without it, and told of by their lines.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @field_validator("signals", mode="before")
    @classmethod
    def _as_known(cls, told: object) -> object:
        """A known type that is declared anew is what it was in all that is not told."""
        if not isinstance(told, dict):
            return told
        known = {
            each.name: {"family": each.family, "provenance": each.provenance}
            | ({"adds_up": True} if each.adds_up else {})
            for each in BUILT_IN_TYPES
        }
        return {name: known.get(name, {}) | each if isinstance(each, dict) else each for name, each in told.items()}

    @model_validator(mode="after")
    def _sources_once(self) -> Self:
        seen: set[tuple[str | None, ...]] = set()
        for number, source in enumerate(self.sources):
            if source.identity in seen:
                where = source.path or source.query or ""
                raise PydanticCustomError(
                    "GL406", "{message}", {"message": f"the source {where!r} stands twice", "loc": ("sources", number)}
                )
            seen.add(source.identity)
        return self


def _wrong_together(config: Config, folder: Path) -> Iterator[Mistake]:
    """What is wrong with settings that stand in a file, and is seen of several of them together."""
    for key, what in wrong_declarations(declared_families(config), config.reading.placeholders):
        yield "GL407", key, what, "correct the declaration"
    for number, source in enumerate(config.sources):
        for name, place in (("path", source.path), ("database", source.database)):
            unknown = next((word for word in _STANDS_FOR.findall(place or "") if word != "{week}"), None)
            if unknown is not None:
                what = f"{printable(unknown)} stands for nothing, so that every week would read the same"
                yield "GL404", ("sources", number, name), what, "write {week}, or name the folder otherwise"
    places = (folder / config.sweep.state, folder / config.sweep.output)
    state, output = (Path(os.path.realpath(place)) for place in places)  # a link to itself is told where it is opened
    if state.is_relative_to(output) or output.is_relative_to(state):
        what = (
            "`state` and `output` are one folder" if state == output else "one of `state` and `output` is in the other"
        )
        yield "GL404", ("sweep",), what, "give each a folder of its own"


def _microseconds(instant: datetime | None) -> int:
    return NO_TIME if instant is None else microseconds_of(instant)


_STANDS_FOR = re.compile(r"\{[A-Za-z_]\w*\}", re.ASCII)
_LAST_SECOND = datetime.max.replace(microsecond=0, tzinfo=UTC)
