"""Options that several commands share, each declared once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import click
from click.core import ParameterSource

from graphlink import SEED
from graphlink.engine.progress import LogFormat, Progress, Verbosity
from graphlink.results.listings import Format

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Command = TypeVar("Command", bound="Callable[..., Any]")


def _all_of(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def _set_level(context: click.Context, option: click.Parameter, value: bool) -> None:
    if value:
        context.ensure_object(Progress).verbosity = Verbosity.QUIET if option.name == "quiet" else Verbosity.VERBOSE


def _set_format(context: click.Context, _option: click.Parameter, value: str) -> None:
    context.ensure_object(Progress).log_format = LogFormat(value)


def _set_stillness(context: click.Context, _option: click.Parameter, value: bool) -> None:
    if value:
        context.ensure_object(Progress).may_move = False


voice_options = _all_of(
    click.option(
        "-q", "--quiet", is_flag=True, expose_value=False, callback=_set_level, help="Print only what is wrong."
    ),
    click.option(
        "-v", "--verbose", is_flag=True, expose_value=False, callback=_set_level, help="Print what each stage took."
    ),
    click.option(
        "--no-progress",
        is_flag=True,
        expose_value=False,
        callback=_set_stillness,
        help="Show no moving progress.",
    ),
    click.option(
        "--log-format",
        type=click.Choice([str(form) for form in LogFormat]),
        default=str(LogFormat.TEXT),
        show_default=True,
        expose_value=False,
        callback=_set_format,
        help="Format of lines on stderr.",
    ),
)

source_options = _all_of(
    click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=click.Path(path_type=Path)),
    click.option(
        "-c",
        "--config",
        "config_path",
        type=click.Path(path_type=Path),
        envvar="GRAPHLINK_CONFIG",
        help="Settings in TOML; `graphlink config init` writes a template.",
    ),
    click.option(
        "--as-of",
        metavar="TIME",
        help="When the exports were made (2026-11-22T00:00:00Z): rows more than ten minutes later are set aside. "
        "Default: `latest` of the settings, else the year 2100.",
    ),
)


def format_options(*forms: Format, text: str = "Format of the listing on stdout.") -> Callable[[Command], Command]:
    """Let a listing be printed in one of these forms; ``--json`` is short for one of them."""
    return _all_of(
        click.option(
            "--format",
            "form",
            type=click.Choice([str(form) for form in forms]),
            default=str(Format.TABLE),
            show_default=True,
            help=text,
        ),
        click.option("--json", "form", flag_value=str(Format.JSON), cls=_Switch, help="The same as --format json."),
    )


class _Switch(click.Option):
    """An option that sets the value of another; a variable that is false leaves that value alone."""

    def value_from_envvar(self, ctx: click.Context) -> str | Sequence[str] | None:
        text = self.resolve_envvar_value(ctx)
        if text is not None and text != self.flag_value:
            click.BOOL(text, self, ctx)
        value: str | Literal[False] | None = super().value_from_envvar(ctx)
        return value or None


def _size(_context: click.Context, _option: click.Parameter, value: str | None) -> int | None:
    """Read a number of bytes such as 4GB."""
    if value is None:
        return None
    found = re.fullmatch(r"(\d{1,6}) ?([MG])B?", value.strip(), re.IGNORECASE | re.ASCII)
    if found is None or int(found[1]) == 0:
        raise click.BadParameter(f"{value!r} is no size such as 800MB or 4GB")
    return int(found[1]) * {"M": 10**6, "G": 10**9}[found[2].upper()]


memory_option = click.option(
    "--max-memory",
    metavar="SIZE",
    callback=_size,
    help="Memory that reading and analysis may use, such as 4GB; default: all of the machine's.",
)

settings_option = click.option(
    "-c",
    "--config",
    "config_path",
    required=True,
    type=click.Path(path_type=Path),
    envvar="GRAPHLINK_CONFIG",
    help="Settings in TOML, which name exports, state and the folder of sweeps.",
)

seed_option = click.option("--seed", default=SEED, show_default=True, help="Seed of every draw.")

RUN_FOLDER: Final = "result"
"""The folder in which examples write a run, and in which questions look for one."""

run_option = click.option(
    "-r",
    "--run",
    "run_folder",
    default=RUN_FOLDER,
    show_default=True,
    type=click.Path(path_type=Path),
    help="The folder of the run.",
)


def _choose_state(context: click.Context, _option: click.Parameter, value: Path | None) -> Path | None:
    """Take the folder of the state; typed settings win over a folder from a variable.

    Typed options are read before variables.
    """
    source = context.get_parameter_source
    is_variable = source("state_path") is ParameterSource.ENVIRONMENT
    return None if is_variable and source("config_path") is ParameterSource.COMMANDLINE else value


state_options = _all_of(
    click.option(
        "--state",
        "state_path",
        type=click.Path(path_type=Path),
        envvar="GRAPHLINK_STATE",
        callback=_choose_state,
        help="Folder of the state of sweeps; default: the one in the settings. A typed --config wins over a variable "
        "that names the folder.",
    ),
    click.option(
        "-c",
        "--config",
        "config_path",
        type=click.Path(path_type=Path),
        envvar="GRAPHLINK_CONFIG",
        help="Settings in TOML, which name the folder of the state.",
    ),
)

signing_options = _all_of(
    click.option("--by", required=True, metavar="NAME", help="The person who decides, in at most 200 characters."),
    click.option("--note", required=True, metavar="TEXT", help="The reason, in at most 2,000 characters."),
)

expiry_option = click.option("--expires", metavar="DAY", help="The last day on which it counts (2027-05-01).")
