"""What judges the method: simulated worlds, and runs held against an answer key."""
