"""Incidents: what an operator must act on, from its first alarm to its closing."""
