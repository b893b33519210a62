"""The city's documents by section: who answers for each, and how long it holds."""
