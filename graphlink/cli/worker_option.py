"""How commands start a worker: its limits, and its progress on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphlink.config.settings import Config
    from graphlink.engine.progress import Progress
    from graphlink.engine.worker.protocol import Limits
    from graphlink.engine.worker.supervise import Listener


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
