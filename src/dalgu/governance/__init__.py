"""Registers of the city's own organisation: departments, supply registers, later plans and more.

What the city declares about itself, as hub entities with history; what devices observe is not here.
"""
