"""The settings: every key once, with its default and the reason for it."""
