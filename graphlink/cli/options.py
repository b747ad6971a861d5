"""Options that several commands share, each declared once."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from click.core import ParameterSource

from graphlink import SEED
from graphlink.engine.progress import LogFormat, Progress, Verbosity
from graphlink.results.listings import Format

Command = TypeVar("Command", bound="Callable[..., Any]")

PATH: Final = click.Path(path_type=Path)


class NoCommandError(click.UsageError):
    """A group was given no command; the message is its help."""


class Group(click.Group):
    """A group that shows its help on stderr as a usage error where no command is given."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse to have no command, as click 8.1 does not."""
        if not args and not ctx.resilient_parsing:
            raise NoCommandError(ctx.get_help(), ctx)
        return super().parse_args(ctx, args)


def _all_of(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def _progress_flag(*names: str, text: str, **settings: Verbosity | bool) -> Callable[[Command], Command]:
    """A flag that changes how progress is shown; it is no parameter of the command."""

    def apply(context: click.Context, _option: click.Parameter, value: bool) -> None:
        for name, setting in settings.items() if value else ():
            setattr(context.ensure_object(Progress), name, setting)

    return click.option(*names, is_flag=True, expose_value=False, callback=apply, help=text)


def _set_format(context: click.Context, _option: click.Parameter, value: str) -> None:
    context.ensure_object(Progress).log_format = LogFormat(value)


voice_options = _all_of(
    _progress_flag("-q", "--quiet", text="Print only what is wrong.", verbosity=Verbosity.QUIET),
    _progress_flag("-v", "--verbose", text="Print what each stage took.", verbosity=Verbosity.VERBOSE),
    _progress_flag("--no-progress", text="Show no moving progress.", may_move=False),
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


def config_option(text: str, *, required: bool = False) -> Callable[[Command], Command]:
    """The file of settings, which the same variable names for all commands."""
    names = ("-c", "--config", "config_path")
    return click.option(*names, required=required, type=PATH, envvar="GRAPHLINK_CONFIG", help=text)


source_options = _all_of(
    click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=PATH),
    config_option("Settings in TOML; `graphlink config init` writes a template."),
    click.option(
        "--as-of",
        metavar="TIME",
        help="When the exports were made (2026-11-22T00:00:00Z): rows more than ten minutes later are set aside. "
        "Default: `latest` of the settings, else the year 2100.",
    ),
)


map_option = click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="OURS=THEIRS",
    callback=lambda _context, _option, given: tuple(map(_pair, given)),
    help="What a column is, as in card=pm_token: in place of what `[columns]` of the settings says of it. May be given "
    "several times.",
)


def _pair(text: str) -> tuple[str, str]:
    """Split a mapping at its first sign."""
    ours, sign, theirs = text.partition("=")
    if not (ours.strip() and sign and theirs.strip()):
        raise click.BadParameter(f"{text!r} is no mapping such as card=pm_token", param_hint="--map")
    return ours.strip(), theirs.strip()


def format_options(*forms: Format, text: str = "Format of the listing on stdout.") -> Callable[[Command], Command]:
    """Let a listing be printed in one of these forms; ``--json`` is short for one of them."""
    names = [str(form) for form in forms or Format]

    def convert(_context: click.Context, _option: click.Parameter, value: str | None) -> Format | None:
        return None if value is None else Format(value)

    return _all_of(
        click.option(
            "--format",
            "form",
            cls=_OneOfTwo,
            type=click.Choice(names),
            default=str(Format.TABLE),
            show_default=True,
            callback=convert,
            help=text,
        ),
        click.option(
            "--json",
            "form",
            flag_value=str(Format.JSON),
            cls=_OneOfTwo,
            callback=convert,
            help="The same as --format json.",
        ),
    )


class _OneOfTwo(click.Option):
    """One of two options with one value: what is written counts before a variable, and that before the default."""

    def value_from_envvar(self, ctx: click.Context) -> Any:  # noqa: ANN401  as click has it
        text = self.resolve_envvar_value(ctx)
        if text is None or not self.is_flag:
            return text
        return self.flag_value if text == self.flag_value or click.BOOL(text, self, ctx) else None

    def consume_value(self, ctx: click.Context, opts: Mapping[str, Any]) -> tuple[Any, ParameterSource]:
        """A switch has no default; click 8.1 takes the other option's for it."""
        value, source = super().consume_value(ctx, opts)
        return (None if self.is_flag and source is ParameterSource.DEFAULT else value), source

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[Any, list[str]]:
        """Leave the other's value alone where it counts before this: in click 8.1 the last option decides."""
        before, known = ctx.get_parameter_source(str(self.name)), ctx.params.get(str(self.name))
        handled = super().handle_parse_result(ctx, opts, args)
        now = ctx.get_parameter_source(str(self.name))
        written = ParameterSource.COMMANDLINE
        if before is not None and (now is ParameterSource.DEFAULT or (before is written and now is not written)):
            ctx.params[str(self.name)] = known
            ctx.set_parameter_source(str(self.name), before)
        return handled


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

settings_option = config_option("Settings in TOML, which name exports, state and the folder of sweeps.", required=True)

seed_option = click.option("--seed", default=SEED, show_default=True, help="Seed of every draw.")

RUN_FOLDER: Final = "result"
"""The folder in which examples write a run, and in which questions look for one."""

run_option = click.option(
    "-r", "--run", "run_folder", default=RUN_FOLDER, show_default=True, type=PATH, help="The folder of the run."
)
