"""What commands on the state share: its folder, the time, and checks of typed words."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.core import ParameterSource

from graphlink.cli.options import PATH, config_option
from graphlink.model.sweeps import LONGEST_NAME, LONGEST_NOTE
from graphlink.words.escape import pasted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graphlink.config.settings import Config
    from graphlink.sweeps.state.ledger import Ledger

account_option: Final = click.option(
    "--account", "is_account", is_flag=True, help="Accept an account's id that looks like a ring's."
)


@dataclass(frozen=True, slots=True)
class Memory:
    """The state as the command line names it, and the settings, which may name its folder too."""

    state_path: Path | None
    config_path: Path | None
    config: Config

    @property
    def folder(self) -> Path:
        """The folder of the state: as given, else from the settings."""
        return self.state_path or Path(self.config.sweep.state)

    @property
    def newest(self) -> Path:
        """The folder of the newest sweep; it may be missing."""
        return Path(self.config.sweep.output) / "latest"

    def trimmed(self, name: str) -> str:
        """An id or a value as reading keeps it: without spaces around it, unless the settings keep them."""
        return name.strip() if self.config.reading.trim else name

    def change(self, held: Ledger) -> str:
        """The last change, by its number."""
        return f"change {held.generation} of {self.folder}"

    @contextmanager
    def opened(self, *, read_only: bool = False, unkeyed: bool = False) -> Iterator[Ledger]:
        """Open the state, checked in full."""
        from graphlink.sweeps.state.open_state import Opening, open_state

        how = Opening(read_only=read_only, settings=self.config.sweep, unkeyed=unkeyed)
        with open_state(self.folder, how) as state:
            yield state


def state_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that name a state, and hand it that state as ``memory``."""

    @click.option(
        "--state",
        "state_path",
        type=PATH,
        envvar="GRAPHLINK_STATE",
        callback=_choose_state,
        help="Folder of the state of sweeps; default: the one in the settings. A typed --config wins over a variable "
        "that names the folder.",
    )
    @config_option("Settings in TOML, which name the folder of the state.")
    @wraps(command)
    def with_memory(*arguments: object, state_path: Path | None, config_path: Path | None, **options: object) -> object:
        from graphlink.cli.settings_option import load

        return command(*arguments, memory=Memory(state_path, config_path, load(config_path, None)), **options)

    return with_memory


def _choose_state(context: click.Context, _option: click.Parameter, value: Path | None) -> Path | None:
    """Take the folder of the state; typed settings win over a folder from a variable.

    Typed options are read before variables.
    """
    source = context.get_parameter_source
    is_variable = source("state_path") is ParameterSource.ENVIRONMENT
    return None if is_variable and source("config_path") is ParameterSource.COMMANDLINE else value


def now() -> int:
    """The time, in microseconds since 1970 in UTC: decisions have dates, analyses have none."""
    return int(datetime.now(UTC).timestamp() * 1_000_000)


def written(at: int) -> str:
    """A time as listings print it, exact.

    Examples
    --------
    >>> written(1_795_516_200_000_001)
    '2026-11-24T10:30:00.000001Z'
    """
    return (datetime(1970, 1, 1) + timedelta(microseconds=at)).isoformat(timespec="microseconds") + "Z"  # noqa: DTZ001


def today() -> str:
    """The day, in UTC."""
    return datetime.now(UTC).date().isoformat()


def typed(hint: str, longest: int | None = None) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """Make a check of a word from the command line that will be stored as it is.

    It raises ``click.BadParameter`` if the word is empty, no UTF-8, or has more characters than may be.
    """

    def check(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
        if text is None:
            return None
        try:
            text.encode()
        except UnicodeEncodeError:
            raise click.BadParameter("not UTF-8", param_hint=hint) from None
        if not text.strip():
            raise click.BadParameter("it is empty", param_hint=hint)
        if longest is not None and len(text) > longest:
            raise click.BadParameter(f"{len(text):,} characters, of at most {longest:,}", param_hint=hint)
        return text

    return check


def _last_day(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    """Read the last day on which a decision counts; it must not have passed."""
    from graphlink.sweeps.state.importing import checked_day

    if text is None:
        return None
    try:
        checked_day(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a day such as 2027-05-01", param_hint="--expires") from None
    if text < today():
        raise click.BadParameter(f"{text} has passed", param_hint="--expires")
    return text


def signing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that name who decides, and why."""
    name = click.option(
        "--by",
        required=True,
        metavar="NAME",
        callback=typed("--by", LONGEST_NAME),
        help="The person who decides, in at most 200 characters.",
    )
    note = click.option(
        "--note",
        required=True,
        metavar="TEXT",
        callback=typed("--note", LONGEST_NOTE),
        help="The reason, in at most 2,000 characters.",
    )
    return name(note(command))


expiry_option: Final = click.option(
    "--expires", metavar="DAY", callback=_last_day, help="The last day on which it counts (2027-05-01)."
)

by_option: Final = click.option(
    "--by", metavar="NAME", callback=typed("--by", LONGEST_NAME), help="The person who decided, for rows without one."
)


def report_import(name: str, taken: str, memory: Memory) -> tuple[str, str]:
    """What an import took, and the command that lists it from the same state.

    Examples
    --------
    >>> from graphlink.config.settings import Config
    >>> report_import("allow", "1 entry", Memory(None, Path("fraud team.toml"), Config()))
    ('Took 1 entry', "Next: graphlink allow list --config 'fraud team.toml'")
    """
    places = (("--state", memory.state_path), ("--config", memory.config_path))
    options = "".join(f" {option} {pasted(path)}" for option, path in places if path is not None)
    return f"Took {taken}", f"Next: graphlink {name} list{options}"


def remarks_on(n_given: int, n_taken: int) -> str:
    """The remarks on a file without rows, and on decisions about forgotten accounts, of which nothing is kept.

    Examples
    --------
    >>> remarks_on(0, 0), remarks_on(2, 2), remarks_on(2, 1)
    ('; the file has a header and no row', '', '; 1 left out, on an account that was forgotten')
    """
    if not n_given:
        return "; the file has a header and no row"
    n_out = n_given - n_taken
    of = "an account that was" if n_out == 1 else "accounts that were"
    return f"; {n_out:,} left out, on {of} forgotten" if n_out else ""
