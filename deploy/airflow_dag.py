"""Airflow: the weekly sweep as a DAG. It calls the same command as cron does; what it remembers is graphlink's own.

Exit 3 (published, but degraded) is a warning that somebody must look at today; everything else that is not 0 fails the
task, and the state is then as it was before.
"""

from __future__ import annotations

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG(
    dag_id="graphlink_sweep",
    schedule="0 4 * * 1",
    start_date=pendulum.datetime(2026, 1, 5, tz="UTC"),
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
        skip_on_exit_code=None,
    )
