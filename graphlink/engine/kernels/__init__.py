"""The compiled loops: arrays in, arrays out, no knowledge of what they mean."""
