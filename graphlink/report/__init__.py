"""What a run publishes: tables, a graph and the investigator's page, in one folder, all of it or none."""

from graphlink.report.folder import write_run

__all__ = ["write_run"]
