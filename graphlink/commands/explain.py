"""`graphlink explain`: say what a message means."""

from __future__ import annotations

import click

from graphlink.commands.printing import formatted
from graphlink.errors import MESSAGES
from graphlink.listing import Format, Listing, format_listing
from graphlink.options import format_options


@click.command(short_help="Say what a message means and what to do.")
@click.argument("code", required=False)
@format_options(*Format)
def explain(code: str | None, form: str) -> None:
    """Say what a message means and what to do, or list all messages.

    \b
    Examples:
      graphlink explain GL120
      graphlink explain --format csv
    """
    wanted = Format(form)
    messages = tuple((name, *message) for name, message in MESSAGES.items() if code is None or name == code.upper())
    if not messages:
        raise click.BadParameter("no such message; `graphlink explain` lists them", param_hint="CODE")
    if wanted is not Format.TABLE:
        click.echo(format_listing(Listing(("code", "title", "meaning", "cure"), messages), wanted), nl=False)
    elif code is None:
        click.echo(formatted(Listing(("code", "title"), tuple(row[:2] for row in messages)), wanted), nl=False)
    else:
        name, title, meaning, cure = messages[0]
        click.echo(f"{name}: {title}\n\n{meaning}\n\nWhat to do: {cure}")
