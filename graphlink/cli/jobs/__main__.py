"""A worker's process: `python -m graphlink.cli.jobs JOB MESSAGES REST`."""

from graphlink.cli.jobs import work_of
from graphlink.engine.worker.child import serve

if __name__ == "__main__":
    serve(work_of)
