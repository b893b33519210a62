"""Opinion groups as Polis forms them: votes in, groups and what they stand for out.

Pure mathematics over numpy: no web, no hub, no clock. `standing.State` is all that must be kept
between two steps; what decides a city's rules (who may vote, what is shown) lives in `opinions`.
"""
