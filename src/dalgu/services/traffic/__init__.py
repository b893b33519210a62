"""Traffic: what cameras count at the intersections, so far.

Signals, forecasts and vision are not here yet; `README.md` says what is missing.
"""
