"""Who takes part: the ladder from guest to resident, and one voice for one person."""
