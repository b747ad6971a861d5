"""How commands have work done by a worker: what it may use, and who hears it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphlink.config.settings import Config
    from graphlink.engine.progress import Progress
    from graphlink.engine.worker.protocol import Limits
    from graphlink.engine.worker.supervise import Ear


def ear_of(voice: Progress) -> Ear:
    """Let what a worker says on its way be said on stderr."""
    from graphlink.engine.worker.supervise import Ear

    return Ear(voice, lambda code, text: voice.say(f"{code} {text}".strip(), code=code))


def limits_of(config: Config, max_memory: int | None) -> Limits:
    """Give the limits of a worker: those of the command line, then those of the settings, then those of the machine.

    It keeps the network only where a source is a database that is reached through it.
    """
    from graphlink.engine.worker.isolation import machine_memory
    from graphlink.engine.worker.protocol import Limits

    megabytes = config.limits.max_memory_mb
    memory = max_memory or (machine_memory() if megabytes is None else megabytes * 1_000_000)
    remote = any(source.dsn_env or source.dsn_file for source in config.sources)
    return Limits(memory, config.limits.max_stage_seconds, network=remote)
