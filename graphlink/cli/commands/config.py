"""`graphlink config`: write, check or describe the settings file."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphlink.cli.options import PATH, Group
from graphlink.cli.printing import print_lines
from graphlink.cli.settings_option import CONFIG_NAME
from graphlink.cli.working import limits_of, listener_for
from graphlink.words.escape import pasted, printable
from graphlink.words.sentences import counted

if TYPE_CHECKING:
    from graphlink.engine.progress import Progress


@click.group(cls=Group)
def config() -> None:
    """Write, check or describe the settings file.

    \b
    Examples:
      graphlink config init
      graphlink config validate graphlink.toml
    """


@config.command("init", short_help="Write a settings file: with every key, or for exports.")
@click.argument("path", default=CONFIG_NAME, type=PATH)
@click.option(
    "--from",
    "sources",
    multiple=True,
    metavar="SOURCE",
    type=PATH,
    help="A file or a folder of exports, whose columns to map. May be given several times.",
)
@click.pass_obj
def config_init(voice: Progress, path: Path, sources: tuple[Path, ...]) -> None:
    """Write a settings file with every key, its default or an example, and its reason, all commented out.

    With --from it holds what is needed to read these exports: which column is what, judged by its name and a sample of
    its values, with counts and a masked example of each. `graphlink check` and `run` read them without further changes.

    \b
    Examples:
      graphlink config init
      graphlink config init --from exports/
      graphlink config init case-17.toml --from logins.parquet --from customers.csv
    """
    if sources:
        _init_from(voice, path, sources)
        return
    from graphlink.config.settings import config_template

    _write(path, config_template())
    print_lines(f"Wrote {path}", f"Next: graphlink config validate {pasted(path)}", whole=str(path))


def _init_from(voice: Progress, path: Path, sources: tuple[Path, ...]) -> None:
    """Write the settings that exports need; the worker reads them, since they come from strangers."""
    from graphlink.config.settings import Config
    from graphlink.engine.worker.protocol import Job
    from graphlink.engine.worker.supervise import do_in_worker
    from graphlink.words.errors import InputError

    if path.exists():
        raise _there(path)
    named = [(str(each), str(each) if each.is_absolute() else os.path.relpath(each, path.parent)) for each in sources]
    with voice:
        found = do_in_worker(Job.GUESS, {"sources": named}, limits_of(Config(), None), listener_for(voice))
    if not found["read"]:
        what = "; ".join(f"{name}: {problem}" for name, problem in found["problems"])
        raise InputError("GL120", "sources", what, "map the columns by hand: `graphlink config init`")
    _write(path, found["settings"])
    for name, problem in found["problems"]:
        voice.say(f"GL120 {printable(name)}: {printable(problem)}; it is left out", code="GL120")
    columns, files = counted(found["columns"], "column"), counted(found["read"], "export")
    what = f"Wrote {path}: {columns} of {files}, with counts; read it before you trust it"
    print_lines(what, f"Next: graphlink check --config {pasted(path)}", whole=str(path))


def _there(path: Path) -> FileExistsError:
    return FileExistsError(f"{path} is there already. Fix: name another file, or put that one aside")


def _write(path: Path, text: str) -> None:
    """Write a new file, or none of it."""
    try:
        file = path.open("x", encoding="utf-8")
    except FileExistsError:
        raise _there(path) from None
    try:
        with file:
            file.write(text)
    except BaseException as error:
        path.unlink()  # half a file would pass for a complete one
        if isinstance(error, OSError):
            error.filename = str(path)
        raise


@config.command("validate", short_help="Check a settings file.")
@click.argument("path", default=CONFIG_NAME, type=PATH)
def config_validate(path: Path) -> None:
    """Check a settings file and show all its mistakes at once.

    Settings that contradict each other are reported once each is valid by itself.

    If accounts get pseudonyms, the key is checked too. So are our names in `[columns]`, and whether each of the
    `[[sources]]` is there; `graphlink check` looks for the other names, in the exports. A family that nearly has the
    name of a known one gives a notice.

    \b
    Examples:
      graphlink config validate graphlink.toml
    """
    from graphlink.config.declared_types import near_families
    from graphlink.config.settings import declared_families, load_config
    from graphlink.model.weeks import week_of
    from graphlink.reading.normalise.table import check_mappings
    from graphlink.reading.pseudonyms import key_of
    from graphlink.reading.sources.files import list_sources
    from graphlink.sweeps.plan import is_weekly

    settings = load_config(path)
    key_of(settings.privacy)
    check_mappings(settings)
    if settings.sources and not is_weekly(settings):
        list_sources((), settings)
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
