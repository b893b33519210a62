"""Registers of the city's own organisation: staff, plans, budgets, agreements, facilities and more.

What the city declares about itself, as hub entities with history, and how files of it come in;
what devices observe is not here.
"""
