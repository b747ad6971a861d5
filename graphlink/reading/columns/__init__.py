"""What the columns of an export mean, and the texts in them: ids, times, lengths."""
