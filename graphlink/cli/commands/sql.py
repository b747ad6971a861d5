"""`graphlink sql`: a user's own query over the tables of a run."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

import click

from graphlink.cli.options import format_options, run_option
from graphlink.cli.printing import formatted_table
from graphlink.results.listings import Cell, Format, Listing, as_json, format_listing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from graphlink.results.questions.query import QueryAnswer

ROWS_OF_TABLE: Final = 1000
"""A person reads no more rows; a program gets all."""


@click.command(short_help="Query the tables of a run in SQL.")
@click.argument("query")
@click.option(
    "--limit", type=click.IntRange(1, 10**9), help="Rows to print at most; default: 1,000 in a table, else all."
)
@run_option
@format_options()
def sql(query: str, limit: int | None, run_folder: Path, form: Format) -> None:
    """Send one SELECT to the tables of a finished run. It can read only these tables, and changes nothing.

    Tables: accounts, signals (those of two accounts or more, with the numbers of their test), sightings (by account),
    bearers (sightings by signal), edges (links between accounts, both ways), rings, members, evidence (the signals that
    tie a ring), trace (the line of an export that shows a tie). The columns account, signal and ring_id join them;
    `SHOW TABLES` and `DESCRIBE accounts` show the rest.

    \b
    Examples:
      graphlink sql "SELECT ring_id, score, headline FROM rings WHERE assessment = 'coordinated'"
      graphlink sql "SELECT account_id FROM members JOIN accounts USING (account) WHERE tier = 'core'" --format csv
      graphlink sql "SELECT signal_type, signal_value, accounts FROM signals ORDER BY accounts DESC" --limit 5 -r week-9
    """
    from graphlink.results.questions.folder import open_run, too_large
    from graphlink.results.questions.query import send_for_all, send_query

    if limit is None and form is Format.TABLE:
        limit = ROWS_OF_TABLE
    with open_run(run_folder) as run:
        if limit is None:
            answers = send_for_all(run, query)
        else:
            answer = send_query(run, query, limit)
            answers = iter((answer,))
        try:
            _print(answers, form)
        except MemoryError:  # printing holds the rows several times
            raise too_large() from None
    if form is Format.TABLE and limit is not None and not answer.rows:
        click.echo("No row.", err=True)
    if limit is not None and answer.is_cut:
        click.echo(f"Only the first {limit:,} rows; --limit prints more.", err=True)


def _print(answers: Iterator[QueryAnswer], form: Format) -> None:
    """Print rows as they come."""
    from graphlink.results.questions.document import plain

    n_printed = 0
    for answer in answers:
        rows = tuple(tuple(plain(row, is_exact=True)) for row in answer.rows)
        listing = Listing(answer.columns, rows, decimals=None)
        if form is Format.JSON:
            records = enumerate(listing.records(), n_printed)
            click.echo("".join(_of_list(record, is_first=not number) for number, record in records), nl=False)
        elif form is Format.TABLE:
            click.echo(formatted_table(listing), nl=False)
        else:
            click.echo(format_listing(listing, form, headed=not n_printed), nl=False)
        n_printed += len(rows)
    if form is Format.JSON:
        click.echo("\n]" if n_printed else "[]")


def _of_list(record: dict[str, Cell], *, is_first: bool) -> str:
    """A record as part of a JSON list, with the separator before it."""
    return ("[" if is_first else ",") + "\n" + textwrap.indent(as_json(record, indent=2), "  ")
