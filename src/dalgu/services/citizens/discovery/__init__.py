"""The Urban Problem Discovery Team, test-bed calls, and the gates from a problem to its effect."""
