"""Traffic around a closed link: equilibrium, advised routes and splits, sign texts, their effect.

Where signals get their greens is the matter of `signals`; counts and forecasts come from outside.
"""
