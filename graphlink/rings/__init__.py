"""Cells in, findings out: joining, membership, assessment, null model, stability."""
