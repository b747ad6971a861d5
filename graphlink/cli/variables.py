"""Environment variables for options: each is named after its command and its option, as the user writes both."""

from __future__ import annotations

from typing import Final

import click

PREFIX: Final = "GRAPHLINK"


def name_variables(command: click.Command, *, words: tuple[str, ...] = (PREFIX,)) -> None:
    """Give every option of a command and of its subcommands a variable.

    Click itself would use the names of parameters, which nobody sees. A variable that several commands share
    (``GRAPHLINK_CONFIG``) counts if the option's own is not set. An option that ends the program before the command
    begins, such as ``--version``, has none.

    Examples
    --------
    >>> command = click.Command("verify-all", params=[click.Option(["-x", "--exit-code", "tells"], is_flag=True)])
    >>> name_variables(command, words=("GRAPHLINK", "verify-all"))
    >>> command.params[0].envvar
    ('GRAPHLINK_VERIFY_ALL_EXIT_CODE',)
    """
    for option in command.params:
        if isinstance(option, click.Option) and not option.is_eager:
            shared = (option.envvar,) if isinstance(option.envvar, str) else tuple(option.envvar or ())
            option.envvar = (_variable(*words, max(option.opts, key=len)), *shared)
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            name_variables(each, words=(*words, name))


def _variable(*words: str) -> str:
    return "_".join(word.lstrip("-").replace("-", "_").upper() for word in words)
