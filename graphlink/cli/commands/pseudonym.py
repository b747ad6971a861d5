"""`graphlink pseudonym`: print the pseudonym of a name, for holders of the key."""

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from graphlink.cli.options import PATH
from graphlink.words.escape import printable

_NO_TEXT: Final = "a name is not UTF-8; nothing is called so"


@click.command(short_help="Print the pseudonym of an account or a value.")
@click.argument("kind", metavar="TYPE")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--key-file", required=True, type=PATH, help="The secret key: 32 random bytes, readable by you alone (mode 0600)."
)
def pseudonym(kind: str, names: tuple[str, ...], key_file: Path) -> None:
    """Print the pseudonym of each name under a key, one a line. Use it to find a pseudonym's account.

    TYPE is `account_id` or a type of signal. It can also be `plan`, `country` or `status`, whose rare values have
    pseudonyms. Write names as in the tables of a run: mail addresses in their one spelling, networks as 203.0.113.0/24.
    Without names, they are read from stdin, one a line, which leaves nothing in the history of a shell.

    \b
    Examples:
      graphlink pseudonym account_id acct-17 --key-file graphlink.key
      graphlink pseudonym account_id --key-file graphlink.key < accounts.txt | paste - accounts.txt
      graphlink pseudonym ip 203.0.113.7 --key-file graphlink.key
    """
    from graphlink.model.signal_types import BUILT_IN_TYPES
    from graphlink.reading.pseudonyms import pseudonym as exchange
    from graphlink.reading.pseudonyms import read_key

    key = read_key(key_file)
    known = ("account_id", "plan", "country", "status", *(each.name for each in BUILT_IN_TYPES))
    if kind not in known:
        near = "".join(f"; near is {name}" for name in difflib.get_close_matches(kind, known, n=1))
        text = f"{printable(kind)} is no type that graphlink brings with it{near}"
        click.echo(f"{text}. These are pseudonyms of a type that the settings declare by this name.", err=True)
    for name in [*map(_checked, names or _typed())]:  # check all before printing any
        click.echo(exchange(key, kind, name))


def _typed() -> Iterator[str]:
    try:
        for line in sys.stdin:
            yield line.rstrip("\r\n")
    except UnicodeDecodeError:
        raise click.BadParameter(_NO_TEXT, param_hint="NAME") from None


def _checked(name: str) -> str:
    """Refuse an impossible name: its pseudonym would match nothing, yet look like any other."""
    if not name.strip():
        raise click.BadParameter("a name is empty, or a line of stdin; nothing is called so", param_hint="NAME")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise click.BadParameter(_NO_TEXT, param_hint="NAME") from None
    return name
