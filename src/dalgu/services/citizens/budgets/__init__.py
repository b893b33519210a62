"""Participatory budgeting as citizens and the city run it."""
