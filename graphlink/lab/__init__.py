"""Evaluation of the method: simulated worlds, and runs compared with an answer key."""
