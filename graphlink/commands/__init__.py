"""The command line: one file for each command, and here the group that holds them.

A command parses its options, calls one function and prints what it gives. stdout is data and stderr is progress.
Whatever costs time to import stands inside the commands, so that ``--help`` answers at once; errors are left to
``program``.
"""

from __future__ import annotations

from typing import Final

import click

from graphlink import __version__
from graphlink.commands.actions import actions
from graphlink.commands.case import case
from graphlink.commands.check import check
from graphlink.commands.compare import compare, verify
from graphlink.commands.completion import completion
from graphlink.commands.config import config
from graphlink.commands.evaluate import evaluate
from graphlink.commands.explain import explain
from graphlink.commands.forget import forget, prune
from graphlink.commands.lists import allow, known_bad
from graphlink.commands.neighbours import neighbours
from graphlink.commands.path import path
from graphlink.commands.pseudonym import pseudonym
from graphlink.commands.rings import rings, show, status
from graphlink.commands.run import run
from graphlink.commands.simulate import simulate
from graphlink.commands.sql import sql
from graphlink.commands.state import state
from graphlink.commands.sweep import calibrate, sweep
from graphlink.commands.variables import name_variables
from graphlink.commands.verdict import verdict, verdicts

HEADINGS: Final = {
    "Find rings": (check, run, simulate, evaluate),
    "Ask a run": (explain, path, neighbours, sql, compare, case, pseudonym),
    "Sweep every week": (sweep, status, rings, show, calibrate, verify),
    "Decide": (verdict, verdicts, allow, known_bad, actions),
    "Set up and keep": (config, state, prune, forget, completion),
}
"""Every command, under the heading where the help lists it; first what is used first."""


class _Headed(click.Group):
    """A group whose help lists its commands under headings."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, self.list_commands(ctx)))
        for heading, commands in HEADINGS.items():
            with formatter.section(heading):
                texts = [each.get_short_help_str(limit=formatter.width) for each in commands]
                formatter.write_dl([(f"{each.name:{width}}", text) for each, text in zip(commands, texts, strict=True)])


@click.group(
    cls=_Headed,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    },
)
@click.version_option(__version__, prog_name="graphlink", message="%(prog)s %(version)s")
def app() -> None:
    """Find accounts that appear to act together, by who was seen with which signal.

    Every option of a command can also be set by a variable: --seed of `run` is GRAPHLINK_RUN_SEED.

    \b
    Examples:
      graphlink check exports/            what is in the exports, before anything is analysed
      graphlink run exports/ -o result    find the rings; result/report.html shows them
      graphlink explain acct-1 acct-2     why two accounts are linked or why not
      graphlink explain GL120             what a message means and what to do
    """


for command in (each for commands in HEADINGS.values() for each in commands):
    app.add_command(command)
name_variables(app)
