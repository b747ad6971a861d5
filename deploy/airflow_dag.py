"""Airflow: the weekly sweep as a DAG. It calls the same command as cron does; what it remembers is graphlink's own.

Exit 3 (published, but degraded) leaves the task skipped: it is not tried again, and somebody must look today. Every
other code but 0 fails it; what each says of the state stands in docs/operations.md.
"""

from __future__ import annotations

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG
from airflow.timetables.interval import CronDataIntervalTimetable

with DAG(
    dag_id="graphlink_sweep",
    schedule=CronDataIntervalTimetable("0 4 * * 1", timezone="UTC"),  # the week that has ended
    start_date=pendulum.datetime(2026, 1, 5, tz="UTC"),  # the Monday after the week that you swept with --init
    catchup=True,  # a missed week is swept as its own week, oldest first
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": pendulum.duration(minutes=30)},
) as dag:
    BashOperator(
        task_id="sweep",
        bash_command=(
            "/opt/graphlink/bin/graphlink sweep --config /etc/graphlink/graphlink.toml "
            "--week {{ data_interval_start.strftime('%G-W%V') }} --log-format json"
        ),
        skip_on_exit_code=3,
    )
