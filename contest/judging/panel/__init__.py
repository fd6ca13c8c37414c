"""Who judges: panels, the pool, recusals, conflicts of interest, reserves."""
