"""What tests of workers share."""

import pytest
from helper_paths import PYTHONPATH

from graphlink.engine.worker import supervise


@pytest.fixture
def worker_jobs(monkeypatch):
    """Let a worker do the tasks of ``worker_tasks``."""
    monkeypatch.setenv("PYTHONPATH", PYTHONPATH)
    monkeypatch.setattr(supervise, "_JOBS", "worker_jobs")
