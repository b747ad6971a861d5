"""What commands on the state share: its folder, the time, and checks of typed words."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from graphlink.model.sweeps import LONGEST_NAME, LONGEST_NOTE
from graphlink.words.escape import pasted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphlink.config.settings import Config
    from graphlink.sweeps.state.state import State


account_option: Final = click.option(
    "--account", "is_account", is_flag=True, help="Accept an account's id that looks like a ring's."
)


@dataclass(frozen=True, slots=True)
class Memory:
    """The folder of the state, and the settings that name it."""

    folder: Path
    config: Config

    @property
    def newest(self) -> Path:
        """The folder of the newest sweep; it may be missing."""
        return Path(self.config.sweep.output) / "latest"

    def trimmed(self, name: str) -> str:
        """An id or a value as reading keeps it: without spaces around it, unless the settings keep them."""
        return name.strip() if self.config.reading.trim else name

    def change(self, held: State) -> str:
        """The last change, by its number."""
        return f"change {held.generation} of {self.folder}"

    @contextmanager
    def opened(self, *, read_only: bool = False) -> Iterator[State]:
        """Open the state, checked in full."""
        from graphlink.sweeps.state.open_state import Opening, open_state

        how = Opening(read_only=read_only, on_network=self.config.sweep.state_on_network)
        with open_state(self.folder, how) as state:
            yield state


def memory_of(state_path: Path | None, config_path: Path | None) -> Memory:
    """Find the folder of the state: as given, else from the settings."""
    from graphlink.config.settings import Config, load_config

    config = Config() if config_path is None else load_config(config_path)
    return Memory(state_path or Path(config.sweep.state), config)


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


def signed(by: str, note: str) -> tuple[str, str]:
    """Read who decides and why from the command line; raises the errors of ``typed``."""
    return typed(by, "--by", LONGEST_NAME), typed(note, "--note", LONGEST_NOTE)


def typed(text: str, hint: str, longest: int | None = None) -> str:
    """Check a word from the command line that will be stored as it is.

    Raises
    ------
    click.BadParameter
        If it is empty, no UTF-8, or has more characters than may be.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise click.BadParameter("not UTF-8", param_hint=hint) from None
    if not text.strip():
        raise click.BadParameter("it is empty", param_hint=hint)
    if longest is not None and len(text) > longest:
        raise click.BadParameter(f"{len(text):,} characters, of at most {longest:,}", param_hint=hint)
    return text


def report_import(name: str, taken: str, state_path: Path | None, config_path: Path | None) -> tuple[str, str]:
    """What an import took, and the command that lists it from the same state.

    Examples
    --------
    >>> report_import("allow", "1 entry", None, Path("fraud team.toml"))
    ('Took 1 entry', "Next: graphlink allow list --config 'fraud team.toml'")
    """
    places = (("--state", state_path), ("--config", config_path))
    options = "".join(f" {option} {pasted(path)}" for option, path in places if path is not None)
    return f"Took {taken}", f"Next: graphlink {name} list{options}"


def remark_on_no_rows(number: int) -> str:
    """The remark on a file that has a header and no rows, such as an empty listing.

    Examples
    --------
    >>> remark_on_no_rows(0), remark_on_no_rows(2)
    ('; the file has a header and no row', '')
    """
    return "" if number else "; the file has a header and no row"


def left_out(number: int) -> str:
    """The remark on decisions about forgotten accounts, of which nothing is kept.

    Examples
    --------
    >>> left_out(0), left_out(1)
    ('', '; 1 left out, on an account that was forgotten')
    """
    which = "an account" if number == 1 else "accounts"
    were = "was" if number == 1 else "were"
    return f"; {number:,} left out, on {which} that {were} forgotten" if number else ""


def day(text: str | None) -> str | None:
    """Read the last day on which a decision counts.

    Raises
    ------
    click.BadParameter
        If it is no day, or has passed.
    """
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
