"""Exports in, sightings out: every row is read, normalised and accounted for."""
