"""A folder of files that appears whole or not at all."""
