"""Who belongs to a community, and how firmly."""
