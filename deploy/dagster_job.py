"""Dagster: the weekly sweep as a partitioned asset. It calls the same command as cron does.

A week's partition can be made again: the same exports are "already swept", and other exports are refused unless
``--supersede`` is given by a person.
"""

from __future__ import annotations

import subprocess
from datetime import date

import dagster

WEEKS = dagster.WeeklyPartitionsDefinition(start_date="2026-01-05", day_offset=1)
DEGRADED = 3


@dagster.asset(partitions_def=WEEKS)
def graphlink_sweep(context: dagster.AssetExecutionContext) -> None:
    """Sweep one ISO week."""
    week = date.fromisoformat(context.partition_key).strftime("%G-W%V")
    ended = subprocess.run(
        [
            "/opt/graphlink/bin/graphlink",
            "sweep",
            "--config",
            "/etc/graphlink/graphlink.toml",
            "--week",
            week,
            "--log-format",
            "json",
        ],
        check=False,
    )
    if ended.returncode == DEGRADED:
        context.log.warning("published, but degraded: look at the report today")
    elif ended.returncode != 0:
        raise dagster.Failure(f"graphlink ended with exit {ended.returncode}; see docs/operations.md")


definitions = dagster.Definitions(
    assets=[graphlink_sweep],
    schedules=[
        dagster.build_schedule_from_partitioned_job(
            dagster.define_asset_job("graphlink_weekly", selection=[graphlink_sweep], partitions_def=WEEKS),
            hour_of_day=4,
        )
    ],
)
