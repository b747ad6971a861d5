"""What runs the analysis: compiled loops, arrays, threads, copies of the process, workers, memory, disk."""
