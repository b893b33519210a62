"""Turns the alerts of all services into few incidents, and measures itself."""
