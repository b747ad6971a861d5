"""Why a finished run needs a look today: unusual rows, counts or sources."""

from collections.abc import Mapping
from typing import cast

from graphlink.model.rows import too_many_rejected
from graphlink.model.run import Run


def most_rejected(run: Run) -> float:
    """A run with at least this share of rejected rows counts as degraded."""
    return cast("Mapping[str, float]", run.manifest.config["reading"])["degraded_reject_share"]


def has_many_rejects(run: Run) -> bool:
    """True if more rows were rejected than the settings call normal."""
    rows = run.reading.rows
    return too_many_rejected(rows.rejected, rows.rows_in, most_rejected(run))


def degraded_by(run: Run) -> list[str]:
    """List the reasons for exit code 3; empty if there are none."""
    changes = run.changes
    reasons = {
        "rejects": has_many_rejects(run),
        "gates": changes is not None and bool(changes.gates),
        "missing sources": changes is not None and bool(changes.missing_sources),
    }
    return [reason for reason, holds in reasons.items() if holds]
