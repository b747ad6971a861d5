"""`graphlink explain`: why accounts are linked or not, what a signal or a ring is, and what a message means."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

import click

from graphlink.cli.options import RUN_FOLDER, format_options, run_option
from graphlink.cli.printing import formatted, print_document, print_lines, width
from graphlink.results.listings import Format, Listing, format_listing
from graphlink.words.escape import pasted
from graphlink.words.glossary import GLOSSARY
from graphlink.words.messages import MESSAGES
from graphlink.words.sentences import wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from graphlink.results.questions.folder import OpenRun
    from graphlink.results.questions.naming import Named

_WORD = "word:"
"""Marks a word of the report: without the prefix it could be an account's name."""


@click.command(short_help="Explain why accounts are linked or not, or a message.")
@click.argument("names", nargs=-1, metavar="[NAME] [ACCOUNT]")
@run_option
@format_options(text="Format: answers have table and json; lists of messages and words have all.")
def explain(names: tuple[str, ...], run_folder: Path, form: Format) -> None:
    """Explain why accounts of a finished run are linked or not, or what a message means.

    Two accounts: what they share, its evidence in bits, and the links between them. One account, signal or ring: its
    facts. The code of a message: what to do. Without a name, all messages are listed. `word:NAME` explains a word of
    the report, and `word:` lists all words.

    A NAME is searched among the codes of messages, then among the run's rings, accounts and signals; the first match
    counts. A signal is TYPE=VALUE or a value alone, as in the report or as in the export. `account:NAME`, `ring:NAME`
    and `signal:NAME` select the kind.

    \b
    Examples:
      graphlink explain acct-17 acct-23           two accounts: what they share, and is it enough
      graphlink explain acct-17                   what ties one account
      graphlink explain ip=203.0.113.7 -r week-9  why a signal links its accounts or why not
      graphlink explain R-46A34EB27F --json       a ring
      graphlink explain GL120                     a message
      graphlink explain word:lift                 a word
    """
    if not all(map(str.strip, names)):
        raise click.BadParameter("it is empty", param_hint="NAME")
    if len(names) > 2:  # noqa: PLR2004  a pair is two
        raise click.UsageError("at most two names: an account and another")
    if not names or (len(names) == 1 and names[0].upper() in MESSAGES):
        _print_messages(names[0].upper() if names else None, form)
        return
    if len(names) == 1 and names[0].lower().startswith(_WORD):
        word = names[0].lower().removeprefix(_WORD).replace("_", " ")
        _print_words(" ".join(word.split()), form)
        return
    if len(names) == 1 and re.fullmatch("GL[0-9]{3}", names[0].upper()):
        raise click.BadParameter("no such message; `graphlink explain` lists them", param_hint="NAME")
    if form not in (Format.TABLE, Format.JSON):
        raise click.BadParameter("an answer is printed as table or json", param_hint="--format")
    from graphlink.results.questions.asking import SameAccountError, ask
    from graphlink.results.questions.folder import open_run

    with open_run(run_folder) as run:
        try:
            asked = ask(run, names)
        except SameAccountError as error:
            raise click.BadParameter(str(error), param_hint="ACCOUNT") from None
        if asked.named is not None:
            _print_meaning(names[0], asked.named)
        if form is Format.JSON:
            print_document(asked.question, asked.found)
            return
        click.echo(asked.words(width()), nl=False)
        _print_next(run, asked.rings)


def _print_next(run: OpenRun, rings: Sequence[str]) -> None:
    """Name the command that explains the first ring in an answer."""
    if rings:
        folder = "" if str(run.folder) == RUN_FOLDER else f" -r {pasted(run.folder)}"
        print_lines("", f"Next: graphlink explain {rings[0]}{folder}")


def _print_meaning(name: str, named: Named) -> None:
    """Print on stderr how a name was understood, what else has it, and how to ask for that."""
    from graphlink.words.escape import printable

    if named.read_as is not None:
        click.echo(f"{printable(name)} is read as {printable(named.read_as)}.", err=True)
    for kind in named.also:
        shown = printable(name)
        click.echo(
            f"{shown} names a {kind} too; `graphlink explain {pasted(f'{kind}:{shown}')}` asks for it.", err=True
        )


def _print_words(word: str, form: Format) -> None:
    """Print the meaning of a word, or list all words, as the report and the README do."""
    words = tuple(pair for pair in GLOSSARY.items() if word in ("", pair[0]))
    if not words:
        raise click.BadParameter("no such word; `graphlink explain word:` lists them", param_hint="NAME")
    if form is Format.TABLE:
        texts = (textwrap.fill(f"{name}: {meaning}", width(), subsequent_indent="  ") for name, meaning in words)
        click.echo("\n".join(texts))
    else:
        click.echo(format_listing(Listing(("word", "meaning"), words), form), nl=False)


def _print_messages(code: str | None, form: Format) -> None:
    messages = tuple((name, *message) for name, message in MESSAGES.items() if code in (None, name))
    if form is not Format.TABLE:
        click.echo(format_listing(Listing(("code", "title", "meaning", "cure"), messages), form), nl=False)
    elif code is None:
        click.echo(formatted(Listing(("code", "title"), tuple(row[:2] for row in messages)), form), nl=False)
    else:
        name, title, meaning, cure = messages[0]
        texts = (f"{name}: {title}", meaning, f"What to do: {cure}")
        click.echo("\n\n".join("\n".join(wrapped(each, width())) for each in texts))
