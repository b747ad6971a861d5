"""The command line: one file for each command, and here the group that holds them.

A command parses its options, calls one function and prints what it gives. stdout is data and stderr is progress.
Whatever costs time to import stands inside the commands, so that ``--help`` answers at once; errors are left to
``__main__``.
"""

from __future__ import annotations

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
from graphlink.commands.verdict import verdict, verdicts


@click.group(
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "GRAPHLINK",
        "max_content_width": 100,
    }
)
@click.version_option(__version__, prog_name="graphlink", message="%(prog)s %(version)s")
def app() -> None:
    """Find accounts that one hand runs, in exports of who was seen with which signal.

    Every option can also be set by a variable: --seed of `run` is GRAPHLINK_RUN_SEED.

    \b
    Examples:
      graphlink check exports/            what is in the exports, before anything is analysed
      graphlink run exports/ -o result    find the rings; result/report.html shows them
      graphlink explain acct-1 acct-2     why two accounts are linked or why not
      graphlink explain GL120             what a message means and what to do
    """


for command in (
    actions,
    allow,
    calibrate,
    case,
    check,
    compare,
    completion,
    config,
    evaluate,
    explain,
    forget,
    known_bad,
    neighbours,
    path,
    prune,
    pseudonym,
    rings,
    run,
    show,
    simulate,
    sql,
    state,
    status,
    sweep,
    verdict,
    verdicts,
    verify,
):
    app.add_command(command)
