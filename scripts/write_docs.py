"""Write the pages that are made from the program, or with --check say which of those in git are out of date.

The commands come from the real help, the messages from their catalogue, the settings from their models. Pages that a
reader on a forge needs stand in ``docs/`` and in git; the others are written to ``docs/made/``, which git ignores.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from file_schemas import file_schemas, names_in

from graphlink.cli.commands import app
from graphlink.config.settings import config_template
from graphlink.model.fields import FIELDS
from graphlink.reading.columns.layout import ALIASES
from graphlink.reading.columns.meanings import examples_of
from graphlink.reading.normalise.table import BUILT_IN_COLUMNS
from graphlink.results.columns import Kind
from graphlink.results.files.action_file import ACTIONS, COUNTS
from graphlink.results.formats import CHANGES
from graphlink.results.stored_schema import STORED, TRACE
from graphlink.results.tables import TABLES
from graphlink.words.errors import ExitCode
from graphlink.words.glossary import GLOSSARY
from graphlink.words.messages import messages_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphlink.results.columns import Table

ROOT: Final = Path(__file__).resolve().parents[1]
DOCS: Final = ROOT / "docs"
MADE: Final = DOCS / "made"
WIDTH: Final = 88

EXIT_CODES: Final = {
    ExitCode.DONE: "done and published, or nothing to do",
    ExitCode.BUG: "a bug of graphlink; the traceback is in the file that the message names",
    ExitCode.USAGE: "the command line is wrong",
    ExitCode.DEGRADED: "done, but look today: many rows were rejected, something is unusual or missing, sweeps stopped",
    ExitCode.INPUT_REFUSED: "an input is refused, and nothing was published; or a question has no answer",
    ExitCode.CONFIG_INVALID: "the settings, or a file of decisions, are wrong; every mistake was shown",
    ExitCode.LOCKED: "another sweep is at work, or another command that writes",
    ExitCode.STATE_REFUSED: "the state is missing, damaged or of another version",
    ExitCode.ENVIRONMENT: "the machine stands in the way: disk, rights, memory, a missing driver, a taken folder",
    ExitCode.DIFFERENT: "a verification found a difference",
    ExitCode.NEW_RINGS: "as 0, with something to look at, such as a new ring; only when asked for",
    ExitCode.INTERRUPTED: "interrupted (Ctrl-C); a sweep has happened or has not",
    ExitCode.PIPE_CLOSED: "whatever read stdout went away",
    ExitCode.TERMINATED: "asked to end; a sweep has happened or has not",
}
"""What each exit code means to whoever called the program."""


FILES_INTRODUCTION: Final = """\
Made from the code. A run writes these tables as CSV, large ones in several files, and all but `actions` and
`action_counts`, which sweeps write, into `rings.json` under the same names with the same numbers. Times are ISO 8601 in
UTC, several names in a cell stand between `; `, and a text that a spreadsheet would run begins with an apostrophe in
CSV alone. `untrusted` in `rings.json` names the columns, and the reasons in `rings`, that an account holder may have
written. `make docs` writes the columns of `tables/` to `docs/made/tables.md`.

Listed are coordinated and inconclusive groups, one owner's own tests, groups about which a person decided, and
honest ones of `smallest_listed` accounts and more; all have at least two members. The others are counted:
`unlisted` of `rings.json` and `run.json` has their groups and members by assessment. `tables/` has every group, and
column `listed` of its table of rings says which are listed. `rings.json` and `graph.graphml` stay below 15 MB each:
they hold the first rows in rank order, and the graph of a ring of more than 100 accounts the four strongest ties of
each. `left_out` of `rings.json` and the description in the graph say how much is left to the CSV files and
`tables/`."""

FORMATS_INTRODUCTION: Final = """\
Each file for programs has a schema in `docs/schemas`, in JSON Schema: of one row for a table, of one line for
JSON Lines. Files of a case pack (`case/`) and of `graphlink actions` that are not in the list below are those of a run
or sweep. `printed/` is what a command prints with `--format json`; JSON Lines and CSV have the same names. Answers of
`check`, `explain`, `path`, `neighbours`, `show`, `status` and `state check` are for people first, and have no version.

A version rises where a name comes, goes or means something else, and `outputs` of `run.json`, or of `manifest.json`,
says which version each file beside it has (`format_version`). What gets another name is written under both names for
one release. Let a program read the names that it knows and leave others alone. `report.html` is for people and has no
schema."""


TABLES_INTRODUCTION: Final = """\
Made from the code. A run stores these Parquet files in its folder `tables`; `graphlink sql` asks them by the names
below, and whatever reads Parquet opens them as they are. The columns `account`, `signal` and `ring_id` join them. A
value that one account alone bears links nobody: it is counted in `accounts.signals` and not stored."""

KINDS: Final = {
    Kind.TEXT: "text",
    Kind.NAMES: "names",
    Kind.COUNT: "whole number",
    Kind.DECIMAL: "number",
    Kind.FLAG: "true or false",
    Kind.TIME: "time, UTC",
}

KINDS_IN_SQL: Final = KINDS | {
    Kind.NAME: "text",
    Kind.COUNT: "integer",
    Kind.LARGE: "large integer",
    Kind.NUMBER: "number",
    Kind.FACTORS: "list of `name`, `points`, `because`",
    Kind.CHECKS: "list of `explanation`, `fits`, `because`",
    Kind.SURVIVES: "list of `family`, `share`",
}


def files_page() -> str:
    """Render the published tables and the report's words as the page ``docs/files.md``."""
    parts = ["# Files of a run", "", FILES_INTRODUCTION, ""]
    for table in (*TABLES, ACTIONS, COUNTS):
        parts += describe_table(f"{table.name}.csv", table, KINDS)
    parts += [
        "## Versions",
        "",
        FORMATS_INTRODUCTION,
        "",
        "| file | version | what each version changed |",
        "|---|--:|---|",
    ]
    for name, changes in CHANGES.items():
        told = "; ".join(f"{number}: {change}" for number, change in enumerate(changes, start=1))
        parts.append(f"| [`{name}`](schemas/{schema_name(name)}) | {len(changes)} | {told} |")
    parts.append("")
    parts += ["## Words", "", "| word | it means |", "|---|---|"]
    parts += [f"| {word} | {meaning} |" for word, meaning in GLOSSARY.items()]
    return "\n".join(parts) + "\n"


def tables_page() -> str:
    """Render the tables that questions are answered from as a page."""
    parts = ["# Tables of a run", "", TABLES_INTRODUCTION, ""]
    for table in (*STORED, TRACE):
        parts += describe_table(table.name, table, KINDS_IN_SQL)
    return "\n".join(parts).rstrip() + "\n"


def describe_table(heading: str, table: Table, kinds: Mapping[Kind, str]) -> Iterator[str]:
    """Describe a table by its columns, each with the word for its kind."""
    yield from (f"## {heading}", "", f"A row is {table.row}.", "", "| column | type | it holds |", "|---|---|---|")
    for field in table.fields:
        written = "; an account holder may have written it" if field.is_untrusted else ""
        yield f"| `{field.name}` | {kinds[field.kind]} | {field.means}{written} |"
    yield ""


def main() -> int:
    """Write every page, or compare those that are in git."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a page is out of date")
    only_check = parser.parse_args().check
    if only_check:
        stale = [path for path, text in kept_pages().items() if not path.is_file() or path.read_text("utf-8") != text]
        for path in stale:
            sys.stderr.write(f"{path.relative_to(ROOT)} is out of date. Fix: make docs\n")
        return 1 if stale else 0
    if unsaid := changed_in_silence(file_schemas()):
        sys.stderr.write(
            f"{', '.join(unsaid)}: another format. Fix: say in graphlink/results/formats.toml what changed\n"
        )
        return 1
    MADE.mkdir(exist_ok=True)
    (DOCS / "schemas").mkdir(exist_ok=True)
    for path, text in (kept_pages() | made_pages()).items():
        path.write_text(text, "utf-8")
    return 0


def kept_pages() -> dict[Path, str]:
    """Make the text of the pages that are in git."""
    return {
        DOCS / "cli.md": cli_page(),
        DOCS / "settings.md": settings_page(),
        DOCS / "files.md": files_page(),
        **{
            DOCS / "schemas" / schema_name(name): json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
            for name, schema in file_schemas().items()
        },
    }


def changed_in_silence(schemas: Mapping[str, Any], folder: Path = DOCS / "schemas") -> list[str]:
    """Name the files whose format is not that of the schema in git, although its version is."""
    paths = {name: folder / schema_name(name) for name in schemas}
    kept = {name: json.loads(path.read_text("utf-8")) for name, path in paths.items() if path.is_file()}
    return [
        name
        for name, before in kept.items()
        if before["x-format-version"] == schemas[name]["x-format-version"]
        and names_in(before) != names_in(schemas[name])
    ]


def schema_name(name: str) -> str:
    """Name the file of a schema.

    Examples
    --------
    >>> schema_name("tables/rings.parquet")
    'tables.rings.parquet.schema.json'
    """
    return f"{name.replace('/', '.')}.schema.json"


def made_pages() -> dict[Path, str]:
    """Make the text of the pages that are not."""
    return {MADE / "messages.md": messages_page(), MADE / "tables.md": tables_page()}


def cli_page() -> str:
    """Describe every command by its own help, and every exit code."""
    parts = ["# Commands", "", "Made from `graphlink --help` and the help of each command by `make docs`.", ""]
    for words, text in help_texts(app, ("graphlink",)):
        parts += [f"## {' '.join(words)}", "", "```text", text, "```", ""]
    parts += ["## Exit codes", "", "| code | name | meaning |", "|--:|---|---|"]
    parts += [f"| {int(code)} | `{code.name}` | {EXIT_CODES[code]} |" for code in ExitCode]
    return "\n".join(parts) + "\n"


def help_texts(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give the help of a command and of all below it, as a terminal of fixed width shows it."""
    settings = {**command.context_settings, **app.context_settings}
    context = click.Context(command, info_name=" ".join(words), **{**settings, "terminal_width": WIDTH})
    yield words, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from help_texts(below, (*words, name))


def settings_page() -> str:
    """Show every key of the settings file with its default and its reason."""
    head = "# Settings\n\nMade from the program by `make docs`; `graphlink config init` writes the same file.\n"
    also = {
        name: ", ".join(
            f"`{each}`" for each in (*(a for a, ours in ALIASES.items() if ours == name), *examples_of(name))
        )
        for name in FIELDS
    }
    fields = "".join(f"| `{name}` | {_MEANINGS[name]} | {also[name]} |\n" for name in FIELDS)
    signals = "".join(
        f"| `{each.name}` | {', '.join(each.types)} | {', '.join(f'`{name}`' for name in examples_of(each.name))} |\n"
        for each in BUILT_IN_COLUMNS
    )
    return f"{head}\n```toml\n{config_template()}```\n{_NAMES}\n{_FIELDS_HEAD}{fields}\n{_SIGNALS_HEAD}{signals}"


_NAMES: Final = """
## Names of columns

A mapping has our name on the left and the name in the file on the right: `account_id = "user_id"`. These are our names;
columns of such names need no mapping. Signals, `country`, `plan` and `status` are recognised by their words, however
they are written: `deviceId`, `DEVICE_ID`, `device.id` and `event_device_fp` all hold the id of a device. Each word has
to be accounted for, so `device_price` and `ip_count` are no signals. `graphlink config init --from` also maps names
that are only likely. A type that `[signals.NAME]` declares is a name, too.
"""
_FIELDS_HEAD: Final = "| field | it is | other names that are recognised, such as |\n|---|---|---|\n"
_SIGNALS_HEAD: Final = "| signal | types that it yields | other names that are recognised, such as |\n|---|---|---|\n"
_MEANINGS: Final = {
    "account_id": "whose row it is; each source needs it",
    "signal_type": "what the value is, where each row has one value (shape `sightings`)",
    "signal_value": "the value of such a row",
    "seen_at": "when it was seen",
    "first_seen": "when it was seen first, where a row sums up several times",
    "last_seen": "when it was seen last",
    "count": "how often it was seen",
    "created_at": "when the account was made (shape `accounts`)",
    "plan": "what the account pays for",
    "country": "where the account is",
    "status": "whether it is open, as active; closed; or banned, as suspended: `[lineage]` lists the words",
}


if __name__ == "__main__":
    sys.exit(main())
