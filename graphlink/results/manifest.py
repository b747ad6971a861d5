"""How a run can be repeated: inputs, settings and versions go in, a ``Manifest`` comes out.

Host, user, absolute paths and the time of day are left out, so the same data gives the same bytes anywhere.
"""

from collections.abc import Sequence

from graphlink import __version__
from graphlink.config.settings import Config, config_digest, config_settings
from graphlink.model.reading import Reading
from graphlink.model.run import Manifest
from graphlink.model.times import NO_TIME
from graphlink.model.weeks import microseconds_of
from graphlink.reading.stated_values import first_sighting
from graphlink.results.versions import current_versions


def describe_run(reading: Reading, config: Config, *, seed: int, command: Sequence[str] = ()) -> Manifest:
    """Collect what a repetition needs.

    The window is the configured one; an open end is set to the first or last sighting. The run's time is the configured
    latest time, else the last sighting.
    """
    start, end = config.reading.window
    latest = config.reading.latest
    last = max((int(part.max()) for part in reading.sightings.last_seen.pieces() if len(part)), default=NO_TIME)
    return Manifest(
        graphlink=__version__,
        versions=current_versions(),
        command=tuple(command),
        config_digest=config_digest(config),
        config=config_settings(config),
        data_digest=reading.digest,
        seed=seed,
        as_of=last if latest is None else microseconds_of(latest),
        window_start=first_sighting(reading.sightings, reading.stated_types) if start == NO_TIME else start,
        window_end=last if end == NO_TIME else end,
    )
