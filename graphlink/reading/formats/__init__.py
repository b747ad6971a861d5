"""File formats and databases: a source in, batches of text columns out."""
