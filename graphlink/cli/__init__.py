"""The command line: commands, their options, and what becomes of errors."""
