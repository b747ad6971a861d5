"""What a worker does for a command."""
