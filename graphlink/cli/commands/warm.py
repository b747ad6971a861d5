"""`graphlink warm`: compile all loops before the first run."""

import click

from graphlink.cli.options import voice_options
from graphlink.cli.working import Ending, limits_of, listener_for
from graphlink.engine.progress import Progress
from graphlink.words.errors import ExitCode, MachineError


@click.command(short_help="Compile all loops now, and not during the first run.")
@voice_options
@click.pass_obj
def warm(voice: Progress) -> Ending:
    """Compile what the first run would compile, which takes half a minute, and keep it for all later runs.

    For images of containers, and for machines where several people run graphlink. The loops are kept beside the code,
    or in the folder that NUMBA_CACHE_DIR names, if nobody else can write there. They fit this processor and this code.

    \b
    Examples:
      graphlink warm
    """
    from graphlink.config.settings import Config
    from graphlink.engine.compiled_loops import loops_folder
    from graphlink.engine.worker.supervise import keep_loops

    with voice:
        kept = keep_loops(limits_of(Config(), None), listener_for(voice))
    if not kept:
        what = "compiled loops cannot be kept here, or others could change them"
        raise MachineError("GL831", loops_folder(), what, "name a folder of your own with NUMBA_CACHE_DIR")
    return Ending(ExitCode.DONE)
