"""What a finished run publishes, and the answers to questions about it."""
