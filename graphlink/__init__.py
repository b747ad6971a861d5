"""graphlink finds accounts that one hand runs, and shows the evidence."""

__version__ = "0.1.0"
