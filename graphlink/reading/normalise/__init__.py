"""Raw coded records in, distinct sightings out: signal types, their normalisers, and the stage that applies them.

Every column of an export has a normaliser that brings its values to the form in which equal things are equal. Values
that stand for nothing are set aside and counted; malformed ones are handed back with their place.
"""
