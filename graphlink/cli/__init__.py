"""The command line: commands, their options, and the handling of errors."""
