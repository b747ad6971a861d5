"""A worker's process in the place of ``graphlink.cli.jobs``: its tasks end in every way in which work can end."""

import os

from graphlink.cli import jobs
from graphlink.engine.worker.child import serve
from graphlink.engine.worker.protocol import Job


def work_of(job):
    """The tasks of tests; loops are kept as by ``worker_warming`` only where a test says so."""
    if job is not Job.WARM:
        from worker_tasks import work  # noqa: PLC0415  the process may die of it
    elif "WORKER_WARMING" in os.environ:
        from worker_warming import work  # noqa: PLC0415
    else:
        work = jobs.work_of(job)
    return work


if __name__ == "__main__":
    serve(work_of)
