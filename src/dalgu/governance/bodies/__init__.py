"""Committees and councils: who sits how long, what they decide, and what became of it.

Names are in the vault; the book holds pseudonyms. What citizens propose does not live here.
"""
