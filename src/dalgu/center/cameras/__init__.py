"""Finds the cameras that see a place, and grants what they see for a purpose and a while."""
