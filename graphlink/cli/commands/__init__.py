"""The command line: one file for each command, and the group that holds them.

A command parses its options, calls one function and prints the result: data to stdout, progress to stderr. Slow imports
are inside the commands, so that ``--help`` answers at once. ``program`` handles errors.
"""

from typing import Final

import click

from graphlink import __version__
from graphlink.cli.commands.actions import actions
from graphlink.cli.commands.case import case
from graphlink.cli.commands.check import check
from graphlink.cli.commands.compare import compare, upgrade, verify
from graphlink.cli.commands.completion import completion
from graphlink.cli.commands.config import config
from graphlink.cli.commands.evaluate import evaluate
from graphlink.cli.commands.explain import explain
from graphlink.cli.commands.forget import forget, prune
from graphlink.cli.commands.links import neighbours, path
from graphlink.cli.commands.lists import allow, known_bad
from graphlink.cli.commands.pseudonym import pseudonym
from graphlink.cli.commands.rings import rings, show, status
from graphlink.cli.commands.run import run
from graphlink.cli.commands.simulate import simulate
from graphlink.cli.commands.sql import sql
from graphlink.cli.commands.state import state
from graphlink.cli.commands.sweep import calibrate, sweep
from graphlink.cli.commands.verdict import verdict, verdicts
from graphlink.cli.commands.warm import warm
from graphlink.cli.options import Group

HEADINGS: Final = {
    "Find rings": (check, run, simulate, evaluate),
    "Ask a run": (explain, path, neighbours, sql, compare, case, pseudonym),
    "Sweep every week": (sweep, status, rings, show, calibrate, upgrade, verify),
    "Decide": (verdict, verdicts, allow, known_bad, actions),
    "Set up and keep": (config, state, prune, forget, warm, completion),
}
"""Every command, under its heading in the help; commands that are used first come first."""


class _Headed(Group):
    """A group whose help lists its commands under headings."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, self.list_commands(ctx)))
        for heading, commands in HEADINGS.items():
            with formatter.section(heading):
                texts = [each.get_short_help_str(limit=formatter.width) for each in commands]
                formatter.write_dl([(f"{each.name:{width}}", text) for each, text in zip(commands, texts, strict=True)])


@click.group(cls=_Headed, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="graphlink", message="%(prog)s %(version)s")
def app() -> None:
    """Find accounts that appear to act together, by the signals that they share.

    An environment variable can set any option of a command: --seed of `run` is GRAPHLINK_RUN_SEED.

    \b
    Examples:
      graphlink check exports/            what is in the exports, before anything is analysed
      graphlink run exports/ -o result    find the rings; result/report.html shows them
      graphlink explain acct-1 acct-2     why two accounts are linked or why not
      graphlink explain GL120             what a message means and what to do
    """


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


for command in (each for commands in HEADINGS.values() for each in commands):
    app.add_command(command)
name_variables(app)
