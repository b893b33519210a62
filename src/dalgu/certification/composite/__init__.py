"""Composite indicators: the chain of the OECD/JRC handbook over plain arrays, and its analysis.

It knows nothing of cities, hubs or certification; it refuses by a typed error whatever other
tools answer with a silent fallback.
"""
