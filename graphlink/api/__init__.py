"""graphlink for notebooks and programs: frames in, a result with frames out."""
