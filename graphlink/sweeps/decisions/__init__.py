"""Apply people's decisions: allowed signals do not link, cleared subjects stay out, only confirmed ones are acted on.

Decisions, sightings and findings come in. Sightings, findings and a ``Ruling`` with all effects go out. This package
makes no decisions of its own.
"""
