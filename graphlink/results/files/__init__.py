"""The files of a run: CSV, GraphML, JSON and stored tables."""
