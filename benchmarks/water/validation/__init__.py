"""Validation and estimation: how fast, and how near to what was hidden."""
