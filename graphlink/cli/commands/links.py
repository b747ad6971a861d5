"""`graphlink neighbours` and `graphlink path`: the accounts that links reach, and the chain between two."""

from pathlib import Path

import click

from graphlink.cli.options import format_options, run_option
from graphlink.cli.printing import print_document, width
from graphlink.results.listings import Format


@click.command(short_help="List the accounts within a few links.")
@click.argument("account")
@click.option("--hops", default=1, show_default=True, type=click.IntRange(1, 6), help="Links to follow at most.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="Accounts to list at most.")
@run_option
@format_options(Format.TABLE, Format.JSON)
def neighbours(account: str, hops: int, limit: int, run_folder: Path, form: Format) -> None:
    """List the accounts of a finished run within a few links of one account, nearest and firmest first.

    \b
    Examples:
      graphlink neighbours acct-17
      graphlink neighbours acct-17 --hops 2 --limit 100 -r week-9 --json
    """
    from graphlink.results.questions.folder import open_run
    from graphlink.results.questions.links import describe_neighbours, find_neighbours
    from graphlink.results.questions.naming import find_account

    with open_run(run_folder) as run:
        answer = find_neighbours(run, find_account(run, account), hops, limit)
        if form is Format.JSON:
            print_document("neighbours", answer)
        else:
            click.echo(describe_neighbours(answer, width()), nl=False)


@click.command(short_help="Show the chain of links between two accounts.")
@click.argument("one", metavar="ACCOUNT")
@click.argument("two", metavar="ACCOUNT")
@run_option
@format_options(Format.TABLE, Format.JSON)
def path(one: str, two: str, run_folder: Path, form: Format) -> None:
    """Show the shortest chain of links between two accounts of a finished run, and the evidence for each link.

    Among chains of equal length, it shows the one whose weakest link is strongest.

    \b
    Examples:
      graphlink path acct-17 acct-23
      graphlink path acct-17 acct-23 -r week-9 --json
    """
    from graphlink.results.questions.folder import open_run
    from graphlink.results.questions.known import account_ids
    from graphlink.results.questions.links import describe_path, find_path
    from graphlink.results.questions.naming import find_account

    with open_run(run_folder) as run:
        numbers = find_account(run, one), find_account(run, two)
        if numbers[0] == numbers[1]:
            raise click.BadParameter("both name one account", param_hint="ACCOUNT")
        ids = account_ids(run, numbers)
        found = find_path(run, *numbers)
        names = ids[numbers[0]], ids[numbers[1]]
        if form is Format.JSON:
            print_document("path", found, accounts=names, is_joined=found is not None)
        else:
            click.echo(describe_path(names, found, width()), nl=False)
