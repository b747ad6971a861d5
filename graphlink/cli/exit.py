"""How a command that reads exports ends: an exit code, and the counts in its last line on stderr."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphlink.model.rows import too_many_rejected
from graphlink.words.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphlink.config.settings import Config


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a command that reads exports: its code, and the counts in its last line on stderr."""

    code: ExitCode
    counts: Mapping[str, int] = field(default_factory=dict)


def ending_of_rows(rows_in: int, rejected: int, config: Config, **counts: int) -> Ending:
    """A run is degraded if more rows were rejected than the settings call normal."""
    is_degraded = too_many_rejected(rejected, rows_in, config.reading.degraded_reject_share)
    return Ending(ExitCode.DEGRADED if is_degraded else ExitCode.DONE, {"rejects": rejected, **counts})
