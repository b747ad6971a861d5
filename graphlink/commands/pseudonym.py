"""`graphlink pseudonym`: tell the pseudonym of a name, for those who hold the key."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command(short_help="Tell the pseudonym of an account or a value.")
@click.argument("kind", metavar="TYPE")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--key-file",
    required=True,
    type=click.Path(path_type=Path),
    help="The secret key: 32 bytes drawn by chance, yours alone (mode 0600).",
)
def pseudonym(kind: str, names: tuple[str, ...], key_file: Path) -> None:
    """Tell the pseudonym that names have under a key, one a line; this is how a pseudonym is traced back.

    TYPE is `account_id`, or a type of signal. Names are written as the tables of a run have them: mail addresses in
    their one spelling, networks as 203.0.113.0/24. Without names they are read from stdin, one a line, which leaves
    nothing in the history of a shell.

    \b
    Examples:
      graphlink pseudonym account_id acct-17 --key-file graphlink.key
      graphlink pseudonym account_id --key-file graphlink.key < accounts.txt | paste - accounts.txt
      graphlink pseudonym ip 203.0.113.7 --key-file graphlink.key
    """
    from graphlink.pseudonyms import pseudonym as exchange
    from graphlink.pseudonyms import read_key

    key = read_key(key_file)
    for name in names or (line.rstrip("\r\n") for line in sys.stdin):
        click.echo(exchange(key, kind, name))
