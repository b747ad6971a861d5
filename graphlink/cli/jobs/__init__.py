"""What a worker does for a command: the function behind each job."""

from graphlink.engine.worker.protocol import Job, Work


def work_of(job: Job) -> Work:
    """Load the function of a job. Each is loaded only where it is needed, since most of graphlink comes with it."""
    match job:
        case Job.CHECK:
            from graphlink.cli.jobs.check import work
        case Job.GUESS:
            from graphlink.cli.jobs.guess import work
        case Job.RUN:
            from graphlink.cli.jobs.run import work
        case Job.SWEEP:
            from graphlink.sweeps.job import work
        case Job.WARM:
            from graphlink.cli.jobs.warm import work
    return work
