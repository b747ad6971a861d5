"""How commands start a worker and end: its limits, its progress on stderr, and the exit code and counts at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphlink.model.rows import too_many_rejected
from graphlink.words.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphlink.config.settings import Config
    from graphlink.engine.progress import Progress
    from graphlink.engine.worker.protocol import Limits
    from graphlink.engine.worker.supervise import Listener


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a command that reads exports: its code, and the counts in its last line on stderr."""

    code: ExitCode
    counts: Mapping[str, int] = field(default_factory=dict)


def ending_of_rows(rows_in: int, rejected: int, config: Config, **counts: int) -> Ending:
    """A run is degraded if more rows were rejected than the settings call normal."""
    is_degraded = too_many_rejected(rejected, rows_in, config.reading.degraded_reject_share)
    return Ending(ExitCode.DEGRADED if is_degraded else ExitCode.DONE, {"rejects": rejected, **counts})


def listener_for(voice: Progress, later: list[tuple[str, str]] | None = None) -> Listener:
    """Print a worker's progress on stderr; its notices too, unless they are to be kept for ``later``."""
    from graphlink.engine.worker.supervise import Listener

    def tell(code: str, text: str) -> None:
        say(voice, code, text) if later is None else later.append((code, text))

    return Listener(voice, tell)


def say(voice: Progress, code: str, text: str) -> None:
    """Print a notice on stderr."""
    voice.say(f"{code} {text}".strip(), code=code)


def limits_of(config: Config, max_memory: int | None) -> Limits:
    """Collect the limits of a worker from the command line, the settings and the machine, in this order.

    It keeps the network only if a source is a database on the network.
    """
    from graphlink.engine.worker.isolation import machine_memory
    from graphlink.engine.worker.protocol import Limits

    megabytes = config.limits.max_memory_mb
    memory = max_memory or (machine_memory() if megabytes is None else megabytes * 1_000_000)
    remote = any(source.dsn_env or source.dsn_file for source in config.sources)
    return Limits(memory, config.limits.max_stage_seconds, network=remote)
