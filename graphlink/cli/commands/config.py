"""`graphlink config`: write, check or describe the settings file."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from graphlink.cli.options import PATH
from graphlink.cli.printing import print_lines
from graphlink.cli.settings_option import CONFIG_NAME
from graphlink.words.escape import pasted


@click.group()
def config() -> None:
    """Write, check or describe the settings file.

    \b
    Examples:
      graphlink config init
      graphlink config validate graphlink.toml
    """


@config.command("init", short_help="Write a settings file with every key.")
@click.argument("path", default=CONFIG_NAME, type=PATH)
def config_init(path: Path) -> None:
    """Write a settings file with every key, its default or an example, and its reason, all commented out.

    \b
    Examples:
      graphlink config init
      graphlink config init case-17.toml
    """
    from graphlink.config.settings import config_template

    try:
        file = path.open("x", encoding="utf-8")
    except FileExistsError:
        raise FileExistsError(f"{path} is there already. Fix: name another file, or put that one aside") from None
    try:
        with file:
            file.write(config_template())
    except BaseException as error:
        path.unlink()  # half a file would pass for a complete one
        if isinstance(error, OSError):
            error.filename = str(path)
        raise
    print_lines(f"Wrote {path}", f"Next: graphlink config validate {pasted(path)}", whole=str(path))


@config.command("validate", short_help="Check a settings file.")
@click.argument("path", default=CONFIG_NAME, type=PATH)
def config_validate(path: Path) -> None:
    """Check a settings file and show all its mistakes at once.

    Settings that contradict each other are reported once each is valid by itself.

    If accounts get pseudonyms, the key is checked too. A family that nearly has the name of a known one gives a notice.
    The names that `[columns]` maps are checked when exports are read, by `graphlink check`.

    \b
    Examples:
      graphlink config validate graphlink.toml
    """
    from graphlink.config.declared_types import near_families
    from graphlink.config.settings import declared_families, load_config
    from graphlink.model.weeks import week_of
    from graphlink.reading.pseudonyms import key_of
    from graphlink.sweeps.plan import is_weekly

    settings = load_config(path)
    key_of(settings.privacy)
    for notice in near_families(declared_families(settings)):
        click.echo(f"{notice.code} {notice.text}", err=True)
    sources = "" if settings.sources else "SOURCE... "
    ended = week_of(datetime.now(UTC) - timedelta(weeks=1))
    week = f" --week {ended}" if is_weekly(settings) else ""
    print_lines(f"{path} is valid", f"Next: graphlink check {sources}--config {pasted(path)}{week}")


@config.command("schema", short_help="Print the JSON Schema of the settings file.")
def config_schema() -> None:
    """Print the JSON Schema of the settings file, for an editor.

    \b
    Examples:
      graphlink config schema > graphlink.schema.json
    """
    from graphlink.config.settings import config_schema as schema

    click.echo(json.dumps(schema(), indent=2))
