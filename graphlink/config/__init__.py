"""The settings: every key is defined once, with its default and its reason."""
