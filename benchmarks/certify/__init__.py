"""Figures of the certification."""
