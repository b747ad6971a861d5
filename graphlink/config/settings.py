"""The configuration: read, check and explain ``graphlink.toml``.

A TOML file or nothing comes in, one frozen ``Config`` goes out. Every key is defined here once with its default and
reason. The template, the JSON Schema and the checks come from these models. All mistakes of a file are reported at
once, each with its line.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from graphlink.config.declared_types import wrong_declarations
from graphlink.config.lineage import STATUSES, LineageSettings
from graphlink.config.method import Method
from graphlink.config.section import PlaceSetting, Section, refuse
from graphlink.config.sweeps import HOUSEKEEPING, PLACES, SweepSettings
from graphlink.config.toml import Mistake, frozen, mistakes, read_toml, template
from graphlink.model.signal_types import BUILT_IN_TYPES
from graphlink.model.signals import Provenance
from graphlink.model.weeks import microseconds_of
from graphlink.words.escape import printable

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
        The file. Paths in it are relative to its folder.

    Raises
    ------
    ConfigError
        With every mistake of the file.
    TypeError
        If ``path`` is not a path.
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


def with_columns(config: Config, mapped: Sequence[tuple[str, str]]) -> Config:
    """Map columns by pairs of our name and theirs, in place of what ``[columns]`` says of them.

    A type that graphlink would only declare by suggestion is declared with it.

    Raises
    ------
    ConfigError
        If one column is mapped twice.
    """
    if not mapped:
        return config
    names = {ours: tuple(theirs for each, theirs in mapped if each == ours) for ours, _ in mapped}
    columns = config.columns | {ours: theirs[0] if len(theirs) == 1 else theirs for ours, theirs in names.items()}
    told = {"columns": columns, "signals": {name: DECLARABLE[name] for name in names if name in DECLARABLE}}
    checked = Config(**told)
    return config.model_copy(update={"columns": checked.columns, "signals": {**checked.signals, **config.signals}})


DECLARABLE: Final = {
    "email_hash": {"family": "identity", "provenance": "free_text"},
    "phone_hash": {"family": "identity", "provenance": "free_text"},
    "ip_hash": {"family": "network", "provenance": "observed"},
    "bank_account": {"family": "payment", "provenance": "observed"},
    "wallet": {"family": "payment", "provenance": "observed"},
    "api_key": {"family": "credential", "provenance": "observed"},
    "browser_fingerprint": {"family": "client", "provenance": "claimed"},
}
"""Types that graphlink suggests where it sees their names, with how ``[signals.NAME]`` declares them."""


def config_template() -> str:
    """Write out every key with its default and reason, all commented out.

    Examples
    --------
    >>> "# max_value_bytes = 65536" in config_template()
    True
    """
    return template(Config, _TEMPLATE_HEAD)


def config_schema() -> dict[str, object]:
    """The JSON Schema of the file, for editors."""
    schema: dict[str, Any] = _in_lines(Config.model_json_schema())
    schema["description"] = schema["description"].partition("\n")[0]
    schema["$defs"]["KnownSignal"] = {**schema["$defs"]["SignalDeclaration"], "required": []}
    known = {"$ref": "#/$defs/KnownSignal"}
    schema["properties"]["signals"]["properties"] = {each.name: known for each in BUILT_IN_TYPES}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _in_lines(schema: Any) -> Any:  # noqa: ANN401  as JSON has it
    """Descriptions of fields are docstrings, whose lines end somewhere."""
    if isinstance(schema, dict):
        return {
            name: " ".join(inner.split()) if name == "description" and "properties" not in schema else _in_lines(inner)
            for name, inner in schema.items()
        }
    return [_in_lines(inner) for inner in schema] if isinstance(schema, list) else schema


def config_settings(config: Config) -> dict[str, object]:
    """All settings except the places of sources and key, so that moving a folder changes nothing.

    Queries and placeholders can name people, so they are left out when pseudonyms are used.
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
    """The family of each type in ``[signals]``."""
    return {name: each.family for name, each in config.signals.items()}


def reading_settings(config: Config) -> dict[str, object]:
    """The settings that affect reading, by section, including the statuses of ``[lineage]``.

    ``[method]``, ``[sweep]``, ``[limits]`` and the rest of ``[lineage]`` apply after reading.

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


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        refuse("GL404", "should be a time zone such as 'UTC' or 'Europe/Berlin'")
    return name


def _known_encoding(name: str) -> str:
    try:
        "a".encode(name).decode(name)
        codecs.getincrementaldecoder(name)
    except (LookupError, ValueError):  # unknown, not a text encoding, or not a name
        refuse("GL404", "should be an encoding such as 'utf-8', 'utf-16' or 'cp1252'")
    return name


def _single_byte(delimiter: str) -> str:
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0':
        refuse("GL404", 'should be one ASCII character, but no quote or line break; write a tab as "\\t"')
    return delimiter


def _known_time_format(name: str) -> str:
    if name not in {"iso", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns"} and "%" not in name:
        known = "'iso', 'epoch_s', 'epoch_ms', 'epoch_us', 'epoch_ns'"
        refuse("GL404", f"should be {known} or a pattern such as '%d/%m/%Y %H:%M'")
    if "%" in name:
        try:
            datetime.strptime(datetime(2026, 1, 31, tzinfo=UTC).strftime(name), name)  # noqa: DTZ007  only a test
        except (ValueError, re.error) as error:
            refuse("GL404", f"should be a pattern that reads times, such as '%d/%m/%Y %H:%M' ({error})")
    return name


def _known_region(name: str) -> str:
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415  rarely set, and takes a tenth of a second

    if name not in SUPPORTED_REGIONS:
        refuse("GL404", "should be a country with telephone numbers, in two capitals such as 'GB'")
    return name


def _instant(value: object, info: ValidationInfo) -> object:
    if info.mode == "json" and isinstance(value, str):  # TOML has times, JSON does not
        return datetime.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), UTC)
    return value


def _with_offset(value: datetime) -> datetime:
    if value.tzinfo is None:
        refuse("GL404", "should have an offset, such as 2026-01-31T00:00:00Z")
    try:
        moment = value.astimezone(UTC)
    except OverflowError:
        moment = datetime.max.replace(tzinfo=UTC)
    if moment > _LAST_SECOND:
        refuse("GL404", "should be within the years 1 to 9999 in UTC")
    return moment.replace(microsecond=0)  # as written in the manifest, from which a sweep is verified


def _each_column_once(columns: dict[str, str | tuple[str, ...]]) -> dict[str, str | tuple[str, ...]]:
    by_column: dict[str, str] = {}
    for ours, theirs in columns.items():
        if not theirs:
            refuse("GL404", f"`{printable(ours)}` should be mapped to a name, or to a list of names")
        for name in (theirs,) if isinstance(theirs, str) else theirs:
            other = by_column.setdefault(name.strip().casefold(), ours)
            if other != ours:
                both = f"`{printable(other)}` and `{printable(ours)}`"
                refuse("GL404", f"{both} are both mapped to `{printable(name)}`; map one of them")
    return columns


Columns = Annotated[dict[str, str | tuple[str, ...]], AfterValidator(_each_column_once)]
TimeZone = Annotated[str, AfterValidator(_known_timezone)]
Encoding = Annotated[str, AfterValidator(_known_encoding)]
TimeFormat = Annotated[str, AfterValidator(_known_time_format)]
PhoneRegion = Annotated[str, Field(pattern="^[A-Z]{2}$"), AfterValidator(_known_region)]
Instant = Annotated[datetime, BeforeValidator(_instant), AfterValidator(_with_offset)]


class SourceConfig(Section):
    """One source: a file, a folder of files, or a query. Missing keys are taken from [reading]."""

    path: PlaceSetting | None = Field(default=None, examples=["exports/"])
    """A file or a folder of files, relative to the folder of this file."""
    query: str | None = Field(default=None, examples=["SELECT account_id, signal_type, signal_value FROM sightings"])
    """The one SQL query to send to a database."""
    database: PlaceSetting | None = Field(default=None, examples=["warehouse.duckdb"])
    """A DuckDB or SQLite file for the query, opened for reading only."""
    dsn_env: str | None = Field(default=None, examples=["GRAPHLINK_DSN"])
    """Name of the variable that holds a PostgreSQL connection string."""
    dsn_file: PlaceSetting | None = Field(default=None, examples=["dsn.secret"])
    """File that holds one. Only you may read it (mode 0600)."""
    name: str | None = Field(default=None, examples=["warehouse"])
    """Name of the source in reports. Default: the name of the file, in a folder preceded by the name of the folder.
    Files with the same name get as many parent folders as needed to differ."""
    shape: Shape | None = Field(default=None, examples=["sightings"])
    """What a row is. Default: recognised by the names of the columns."""
    format: Format | None = Field(default=None, examples=["csv"])
    """Default: recognised by the name of the file."""
    delimiter: Annotated[str, AfterValidator(_single_byte)] | None = Field(default=None, examples=[";"])
    """Default: comma, or tab in a .tsv."""
    encoding: Encoding | None = Field(default=None, examples=["cp1252"])
    """Default: UTF-8."""
    timezone: TimeZone | None = Field(default=None, examples=["UTC"])
    """Time zone of times without an offset. None: such times are rejected. Days always begin at 00:00 UTC."""
    time_format: TimeFormat | None = Field(default=None, examples=["%d/%m/%Y %H:%M"])
    """iso, epoch_s, epoch_ms, epoch_us, epoch_ns or a pattern."""
    allow_empty: bool | None = Field(default=None, examples=[True])
    """Whether an export without rows is normal."""
    account_prefix: str | None = Field(default=None, examples=["auth0|"], min_length=1)
    """Text to remove from the front of account ids, if other sources write them without it. It is plain text, not a
    pattern. Ids without it stay unchanged and are counted."""
    account_suffix: str | None = Field(default=None, examples=[".0"], min_length=1)
    """The same for the end of account ids, for example where pandas writes 7 as 7.0."""
    account_drop_zeros: bool | None = Field(default=None, examples=[True])
    """Whether to remove leading zeros from numeric account ids: 00123 becomes 123."""
    account_lower_case: bool | None = Field(default=None, examples=[True])
    """Whether to write account ids in lower case. UUIDs and mail addresses occur in both cases."""
    columns: Columns = Field(default_factory=dict, examples=[{"account_id": "user_id"}])
    """Our name = the name in the file. A dotted name reaches into objects of JSON Lines and Parquet, as in device =
    "details.device.fingerprint"."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        files = self.path is not None
        places = [self.database, self.dsn_env, self.dsn_file]
        if files == (self.query is not None) or (files and any(places)):
            refuse("GL405", "should have either `path`, or `query` with `database`, `dsn_env` or `dsn_file`")
        if self.query is not None and sum(place is not None for place in places) != 1:
            refuse("GL405", "`query` needs exactly one of `database`, `dsn_env` and `dsn_file`")
        return self

    @property
    def identity(self) -> tuple[str | None, ...]:
        """The values that identify a source."""
        path = None if self.path is None else str(Path(self.path))
        return (path, self.query, self.database, self.dsn_env, self.dsn_file)


class SignalDeclaration(Section):
    """A signal type of your own, or a changed built-in one."""

    family: str = Field(min_length=1)
    """Types of one family do not corroborate each other. Data that a browser sends about itself belongs to the family
    `client`, not `device`, since thousands of accounts share it. A known type keeps its family by default."""
    provenance: Provenance = Field(strict=False)
    """Who could have written it: observed, claimed, free_text or third_party. A known type keeps its own by default."""
    normalise: Normaliser = "text"
    """How values are normalised before they are compared; text: unchanged."""
    adds_up: bool = False
    """Whether values of the family are independent of each other."""
    tells_apart: bool = False
    """Whether even values of many accounts identify what these accounts did or have. Otherwise, if a quarter of all
    accounts have values that eight or more accounts share, the type describes people, as a city does, and links
    nobody."""


class ReadingConfig(Section):
    """How exports are read."""

    timezone: TimeZone | None = Field(default=None, examples=["UTC"])
    """Time zone of times without an offset. None: such rows are rejected, since the hour would be a guess. A date
    without a time always begins at 00:00 UTC, whatever this setting is."""
    time_format: TimeFormat = "iso"
    """iso also accepts epoch numbers; their size shows the unit (2000 to 2100)."""
    strict_times: bool = False
    """Reject local times in the hour when clocks change. Otherwise the earlier time is used."""
    encoding: Encoding = "utf-8"
    """Nearly every exporter writes this encoding. Any other bytes are refused."""
    allow_empty: bool = False
    """A header without rows usually means that an export failed."""
    window_start: Instant | None = Field(default=None, examples=["2026-01-01"])
    """Rows that ended before this time are outside the window."""
    window_end: Instant | None = Field(default=None, examples=["2026-04-01"])
    """Rows that began at this time or later are outside the window."""
    latest: Instant | None = Field(default=None, examples=["2026-04-01"])
    """Times more than ten minutes after this are rejected. None: the year 2100, which detects wrong units."""
    trim: bool = True
    """Remove spaces around ids and values. Exporters add them, people do not."""
    null_tokens: tuple[str, ...] = (
        *("NULL", "Null", "null", "None", "none", "NIL", "nil", "NAN", "NaN", "nan", "NaT"),
        *("N/A", "n/a", "NA", "na", "<NA>", r"\N"),
    )
    """Texts that mean 'nothing'. As an account id, such a text would join strangers. `-`, `?`, `(null)`, `#N/A`,
    `undefined` and the like are never account ids either."""
    placeholders: dict[str, tuple[str, ...]] = Field(default_factory=dict, examples=[{"device": ["unknown-device"]}])
    """Values of your systems that mean 'nothing', by signal type or '*', in addition to the built-in ones."""
    phone_region: PhoneRegion | None = Field(default=None, examples=["GB"])
    """Country of telephone numbers without a country code. None: such numbers link nobody."""
    max_value_bytes: int = Field(default=65_536, ge=1, le=1 << 24)
    """A longer value is an error in the export, not a signal."""
    max_id_bytes: int = Field(default=1_024, ge=1, le=65_536)
    """Ids are keys. A longer one comes from shifted columns."""
    max_row_bytes: int = Field(default=1 << 20, ge=1, le=1 << 26)
    """Limits memory, and how much a stray quote can absorb."""
    max_bytes: int = Field(default=1 << 38, ge=1, le=1 << 60)
    """Uncompressed size of one file (256 GiB). Stops endless streams."""
    max_expansion: int = Field(default=200, ge=2, le=1 << 30)
    """Compressed files that expand by a larger factor (after 64 MiB) are refused. Logs expand 10- to 30-fold."""
    max_reject_share: float = Field(default=0.01, ge=0, le=1)
    """A file with a larger share of rejected rows is refused."""
    degraded_reject_share: float = Field(default=0.001, ge=0, le=1)
    """With a larger share of rejected rows overall, the run is published and marked as degraded."""

    @model_validator(mode="after")
    def _window_in_order(self) -> Self:
        if self.window_start and self.window_end and self.window_start >= self.window_end:
            refuse("GL404", "`window_start` should be before `window_end`")
        return self

    @property
    def window(self) -> tuple[int, int]:
        """Start and end of the window in microseconds, ``NO_TIME`` if open."""
        return microseconds_of(self.window_start), microseconds_of(self.window_end)


class PrivacyConfig(Section):
    """Whether outputs contain names or pseudonyms."""

    pseudonymise: bool = False
    """Replace ids and values by pseudonyms before the analysis. No output contains the raw ones."""
    key_file: PlaceSetting | None = Field(default=None, examples=["graphlink.key"])
    """File with the secret key of 32 random bytes. Only you may read it (mode 0600). Another key gives other
    pseudonyms, which do not match those of last week."""
    key_id: str | None = Field(default=None, examples=["712fd74e12c20125"], pattern="^[0-9a-f]{16}$")
    """The id of the key, which a run reports in notice GL325. A file with another key is then refused, so that a sweep
    never takes all accounts for new ones."""

    @model_validator(mode="after")
    def _key_named(self) -> Self:
        if self.pseudonymise and self.key_file is None:
            refuse("GL405", "`pseudonymise` needs `key_file`")
        return self


class LimitsConfig(Section):
    """Limits of the process in which a command reads and analyses. From Python, there are none.

    Limits change no result.
    """

    max_memory_mb: int | None = Field(default=None, examples=[8_000], ge=1, le=10**9)
    """Memory in MB (10^6 bytes). None: all memory of the machine or container."""
    max_stage_seconds: int = Field(default=7_200, ge=1, le=31_536_000)
    """Time of each stage, in elapsed and in processor time, so that an unattended run ends."""


class Config(Section):
    """All settings of a run, with the keys of ``graphlink.toml``: a table is a dict, an array a list.

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

    ignore_types: tuple[str, ...] = ()
    """Signal types in exports to leave out."""
    ignore_columns: tuple[str, ...] = Field(default=(), examples=[["remote_addr"]])
    """Columns in exports to ignore although their names are known, such as the address of your own load balancer if
    another column has the customer's."""
    reading: ReadingConfig = ReadingConfig()
    columns: Columns = Field(default_factory=dict, examples=[{"account_id": "user_id", "ip": ["client_ip", "peer"]}])
    """Our name = the name in your files, or a list of names: of a signal all are read, of a field the first that a file
    has."""
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

    # As in pydantic: files and JSON are validated without this method, so that errors get their lines.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @field_validator("signals", mode="before")
    @classmethod
    def _as_known(cls, told: object) -> object:
        """Fill the missing keys of a redeclared built-in type with its own values."""
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
                refuse("GL406", f"the source {where!r} is given twice", "sources", number)
            seen.add(source.identity)
        return self


def _wrong_together(config: Config, folder: Path) -> Iterator[Mistake]:
    """Find mistakes that involve several settings of a file."""
    for key, what in wrong_declarations(declared_families(config), config.reading.placeholders):
        yield "GL407", key, what, "correct the declaration"
    for number, source in enumerate(config.sources):
        for name, place in (("path", source.path), ("database", source.database)):
            unknown = next((word for word in _STANDS_FOR.findall(place or "") if word != "{week}"), None)
            if unknown is not None:
                what = f"{printable(unknown)} is no placeholder, so every week would read the same"
                yield "GL404", ("sources", number, name), what, "write {week}, or rename the folder"
    places = (folder / config.sweep.state, folder / config.sweep.output)
    state, output = (Path(os.path.realpath(place)) for place in places)  # opening reports link loops
    if state.is_relative_to(output) or output.is_relative_to(state):
        what = (
            "`state` and `output` are one folder" if state == output else "one of `state` and `output` is in the other"
        )
        yield "GL404", ("sweep",), what, "give each a folder of its own"


_STANDS_FOR = re.compile(r"\{[A-Za-z_]\w*\}", re.ASCII)
_LAST_SECOND = datetime.max.replace(microsecond=0, tzinfo=UTC)
