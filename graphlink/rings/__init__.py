"""Makes findings from cells: joining, membership, assessment, null model, stability."""
