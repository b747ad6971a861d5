"""Where the process starts: whoever interrupts it while its modules load ends it without a word."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence


def main() -> NoReturn:
    """Run the command line of this process and end with its exit code."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else somebody has it ignored
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from graphlink.cli import main as program  # noqa: PLC0415  what takes its time

    program.main()


def run(arguments: Sequence[str]) -> int:
    """Run a command line and say how it ended."""
    from graphlink.cli import main as program  # noqa: PLC0415  as above

    return program.run(arguments)


if __name__ == "__main__":
    main()
